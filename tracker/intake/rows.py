"""Hold the rows of a seed as they were read, each with its place; nothing here is checked or resolved yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from tracker.intake.faults import Fault, Place
from tracker.rules.followup import Basis, FollowUp


@dataclass(frozen=True, slots=True)
class UnitRow:
    """Be a unit of units.yaml; `parent` is a canonical name, "" for none."""

    place: Place
    name: str
    slug: str
    kind: str
    parent: str
    aliases: tuple[str, ...]
    lines: tuple[int, ...]
    doubt: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Be a group of units of units.yaml; an open one has no members but a slug, for the unit that stands in for them."""

    place: Place
    name: str
    slug: str
    aliases: tuple[str, ...]
    members: tuple[str, ...]
    is_open: bool
    line: int | None
    basis: str


@dataclass(frozen=True, slots=True)
class PostRow:
    """Be one post of posts.yaml with its holder, "" where the text prints none; `from_day` and `to_day` are inclusive.

    `tenure` tells a holder from somebody who acts.
    """

    place: Place
    unit: str
    title: str
    position: str
    seat: str
    holder: str
    printed_post: str
    tenure: str
    line: int | None
    from_day: date | None
    to_day: date | None
    note: str


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """Be one line of the division of work: a leader, a relation, a unit."""

    place: Place
    leader: str
    relation: str
    unit: str
    line: int | None


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """Be one of the county's own corrections to the holiday table."""

    place: Place
    day: date
    works: bool
    why: str


@dataclass(frozen=True, slots=True)
class RelativeRow:
    """Say what a relative duty counts from; `within` is None where the text gives no number."""

    within: int | None
    unit: str
    of: str
    direction: str
    event: str


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """Be the measure of a quantified target."""

    name: str
    op: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """Be one commitment of a document file; `at` gives the line of each of its fields in that file."""

    place: Place
    at: Mapping[str, int] = field(repr=False)
    id: str
    clause: str
    line: int
    quote: str
    phrase: str
    phrase_line: int | None
    title: str
    kind: str
    due: date | None
    start: date | None
    recurrence: str
    relative: RelativeRow | None
    lead: tuple[str, ...]
    support: tuple[str, ...]
    responsibility: str
    implied_from: str
    certainty: str
    indicator: IndicatorRow | None
    policy: str
    each: bool | None
    asks_report: bool
    why_not: str
    conflicts_with: str
    weight: str
    note: str

    def place_of(self, name: str) -> Place:
        """Return the place of one of its fields."""
        return Place(self.place.file, self.at.get(name, self.place.line))

    @property
    def read_line(self) -> int:
        """Return the line of the text that holds the time expression."""
        return self.phrase_line or self.line


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """Be one document with its commitments, those of files that continue it included; lines are inclusive."""

    place: Place
    slug: str
    number: str
    title: str
    short: str
    issuer: str
    issued_on: date
    first_line: int
    last_line: int
    why_empty: str
    note: str
    leading_group: str
    attachments: tuple[str, ...]
    commitments: tuple[CommitmentRow, ...]

    def counts(self) -> dict[str, int]:
        """Return how many commitments it holds of each kind."""
        found: dict[str, int] = {}
        for row in self.commitments:
            found[row.kind] = found.get(row.kind, 0) + 1
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class NotCommitmentRow:
    """Be one line of the text with the time expressions judged not to be commitments, and why."""

    place: Place
    line: int
    phrases: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class CountRow:
    """Be the hand-kept count of one document: how many commitments of each kind."""

    place: Place
    document: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class GazetteRow:
    """Be one issue of the gazette: its text and everything read out of it."""

    place: Place
    slug: str
    title: str
    number: str
    total_number: int | None
    published_on: date
    publisher: str
    sha256: str
    content: str = field(repr=False)
    documents: tuple[DocumentRow, ...] = ()
    not_commitments: tuple[NotCommitmentRow, ...] = ()
    counts: tuple[CountRow, ...] = ()

    @cached_property
    def lines(self) -> list[str]:
        """Return the lines of the text; line 1 of the text is at index 0."""
        return self.content.split("\n")

    def words(self, line: int) -> str:
        """Return the words of a line counted from 1, "" outside the text."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Be what a named authority may decide on a fact of the clause, whatever the date."""

    place: Place
    key: str
    title: str
    against: str
    decided_by: str
    together: tuple[str, ...]
    grounds: str
    needs_finding: str
    signed_by: str
    basis: Basis
    note: str


@dataclass(frozen=True, slots=True)
class WarningRow:
    """Be what a policy says of indicators that are expected to miss their target; it looks at no due date."""

    place: Place
    title: str
    attaches: str
    when: tuple[str, ...]
    action: str
    to: str
    copy_to: str
    copy_body: str
    decided_by: str
    threshold_by: str
    basis: Basis
    also: Basis | None
    note: str


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """Be one policy file; `follow_up` holds its reminders and steps, `ahead` is None for the defaults by size."""

    place: Place
    at: Mapping[str, Place] = field(repr=False)
    key: str
    version: int
    document: str
    title: str
    note: str
    attaches: str
    ahead: tuple[int, ...] | None
    follow_up: FollowUp
    findings: tuple[FindingRow, ...]
    early_warning: WarningRow | None


@dataclass(frozen=True, slots=True)
class Seed:
    """Hold a whole seed as it was read, with what was wrong in reading it; `digest` covers every file's bytes."""

    units: tuple[UnitRow, ...]
    groups: tuple[GroupRow, ...]
    posts: tuple[PostRow, ...]
    portfolios: tuple[PortfolioRow, ...]
    overrides: tuple[OverrideRow, ...]
    gazettes: tuple[GazetteRow, ...]
    policies: tuple[PolicyRow, ...]
    faults: tuple[Fault, ...]
    digest: str
