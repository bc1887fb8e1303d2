"""Register the commitments a document makes, change them when their source is corrected, withdraw them when it drops them.

A commitment is never deleted, and a date that changes stays visible beside the new one. Tasks are opened by `opening`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.registers import Change, Register, Values, Verb, insert
from tracker.audit.services import act, record_many
from tracker.commitments.expected import every_task
from tracker.commitments.models import Commitment, CommitmentUnit, Indicator, Task
from tracker.commitments.selectors.events import newest_events
from tracker.commitments.services import guard
from tracker.commitments.services.following import Changed, follow, withdraw
from tracker.documents.models import Clause, Document
from tracker.org.models import Unit
from tracker.org.selectors import workdays
from tracker.rules.civil import civil_day
from tracker.rules.followup import ENDED
from tracker.rules.workdays import WorkdayCalendar

# Fields whose change moves a task's date, and those whose change moves its units.
DATING = {"kind", "phrase", "due", "start", "recurrence", "relative", "why_not"}
SHARING = {"lead", "support", "each"}

Units = tuple[tuple[Unit, str], ...]


@dataclass(frozen=True, slots=True)
class IndicatorDraft:
    """Be the measure of a target before it is registered."""

    name: str
    op: str
    value: Decimal
    unit: str = ""

    def values(self) -> Values:
        return {"name": self.name, "op": self.op, "value": _plain(self.value), "unit": self.unit}


@dataclass(frozen=True, slots=True)
class CommitmentDraft:
    """Be a commitment before it is registered.

    `lead` and `support` are (unit, as printed) in the text's order, groups already resolved to their members. The fields
    are those of the model; `due` and `start` are civil days, inclusive.
    """

    key: str
    clause: Clause
    line: int
    quote: str
    title: str
    kind: str
    lead: Units
    support: Units = ()
    phrase: str = ""
    phrase_line: int | None = None
    due: date | None = None
    start: date | None = None
    recurrence: str = ""
    relative: Mapping[str, Any] | None = None
    responsibility: str = "stated"
    implied_from: str = ""
    certainty: str = "hard"
    each: bool = False
    asks_report: bool = False
    policy_key: str = ""
    why_not: str = ""
    conflicts_with: str = ""
    weight: str = ""
    note: str = ""
    indicator: IndicatorDraft | None = None

    @property
    def text(self) -> str:
        return self.title

    def values(self) -> Values:
        return {
            "document": self.clause.document.slug,
            "clause": self.clause.label,
            "line": self.line,
            "quote": self.quote,
            "phrase": self.phrase,
            "phrase_line": self.phrase_line,
            "title": self.title,
            "kind": self.kind,
            "due": _iso(self.due),
            "start": _iso(self.start),
            "recurrence": self.recurrence,
            "relative": dict(self.relative) if self.relative else None,
            "lead": _said(self.lead),
            "support": _said(self.support),
            "responsibility": self.responsibility,
            "implied_from": self.implied_from,
            "certainty": self.certainty,
            "each": self.each,
            "asks_report": self.asks_report,
            "policy": self.policy_key,
            "why_not": self.why_not,
            "conflicts_with": self.conflicts_with,
            "weight": self.weight,
            "note": self.note,
            "indicator": self.indicator.values() if self.indicator else None,
        }


class Commitments(Register[Commitment, CommitmentDraft]):
    """Keep commitments with their units and their measure."""

    noun = "commitment"

    def __init__(self, keys: Collection[str] | None = None) -> None:
        """Look only at the commitments of these keys; None looks at all."""
        self._keys = keys

    def rows(self) -> dict[str, Commitment]:
        found = Commitment.objects.select_related("document", "clause", "indicator").prefetch_related("units__unit")
        if self._keys is not None:
            found = found.filter(key__in=self._keys)
        return {row.key: row for row in found}

    def values(self, row: Commitment) -> Values:
        lines = sorted(row.units.all(), key=lambda line: line.position)
        indicator = getattr(row, "indicator", None)
        return {
            "document": row.document.slug,
            "clause": row.clause.label,
            "line": row.line,
            "quote": row.quote,
            "phrase": row.phrase,
            "phrase_line": row.phrase_line,
            "title": row.title,
            "kind": row.kind,
            "due": _iso(row.due),
            "start": _iso(row.start),
            "recurrence": row.recurrence,
            "relative": row.relative,
            "lead": _said([(line.unit, line.printed) for line in lines if line.role == "lead"]),
            "support": _said([(line.unit, line.printed) for line in lines if line.role == "support"]),
            "responsibility": row.responsibility,
            "implied_from": row.implied_from,
            "certainty": row.certainty,
            "each": row.each,
            "asks_report": row.asks_report,
            "policy": row.policy_key,
            "why_not": row.why_not,
            "conflicts_with": row.conflicts_with,
            "weight": row.weight,
            "note": row.note,
            "indicator": {
                "name": indicator.name,
                "op": indicator.op,
                "value": _plain(indicator.value),
                "unit": indicator.unit,
            }
            if indicator and indicator.withdrawn_at is None
            else None,
        }

    def stands(self, row: Commitment) -> bool:
        """Tell whether the row is as its source has it: one that another document ended is not brought back by a load."""
        return row.withdrawn_at is None or row.ended_by_id is not None

    def set_standing(self, row: Commitment, *, stands: bool, now: datetime) -> None:
        if row.ended_by_id is not None:
            return
        row.withdrawn_at = None if stands else now
        row.withdrawn_reason = ""

    def build(self, draft: CommitmentDraft) -> Commitment:
        return Commitment(key=draft.key)

    def fill(self, row: Commitment, draft: CommitmentDraft) -> None:
        row.document, row.clause = draft.clause.document, draft.clause
        row.line, row.quote = draft.line, draft.quote
        row.phrase, row.phrase_line = draft.phrase, draft.phrase_line
        row.title, row.kind = draft.title, draft.kind
        row.due, row.start, row.recurrence = draft.due, draft.start, draft.recurrence
        row.relative = dict(draft.relative) if draft.relative else None
        row.responsibility, row.implied_from = draft.responsibility, draft.implied_from
        row.certainty, row.each, row.asks_report = draft.certainty, draft.each, draft.asks_report
        row.policy_key, row.why_not, row.conflicts_with = draft.policy_key, draft.why_not, draft.conflicts_with
        row.weight, row.note = draft.weight, draft.note

    def write_related(self, pairs: Sequence[tuple[Commitment, CommitmentDraft]], *, now: datetime) -> None:
        CommitmentUnit.objects.filter(commitment__in=[row for row, _ in pairs]).delete()
        insert(
            [
                CommitmentUnit(commitment=row, unit=unit, role=role, printed=printed, position=position)
                for row, draft in pairs
                for role, units in (("lead", draft.lead), ("support", draft.support))
                for position, (unit, printed) in enumerate(units)
            ]
        )
        self._write_indicators(pairs, now)

    def _write_indicators(self, pairs: Sequence[tuple[Commitment, CommitmentDraft]], now: datetime) -> None:
        """Keep a measure that is no longer named, withdrawn: values may have been reported for it."""
        present = {row.commitment_id: row for row in Indicator.objects.filter(commitment__in=[row for row, _ in pairs])}
        added, changed = [], []
        for row, draft in pairs:
            indicator, wanted = present.get(row.pk), draft.indicator
            if wanted is None:
                if indicator is not None and indicator.withdrawn_at is None:
                    indicator.withdrawn_at = now
                    changed.append(indicator)
                continue
            if indicator is None:
                indicator = Indicator(commitment=row)
                added.append(indicator)
            else:
                changed.append(indicator)
            indicator.name, indicator.op, indicator.value = wanted.name, wanted.op, wanted.value
            indicator.unit, indicator.withdrawn_at = wanted.unit, None
        insert(added)
        for indicator in changed:
            # Another target, or none any more, may end an early warning or call for one.
            indicator.next_look_at = now
        columns = ["name", "op", "value", "unit", "withdrawn_at", "next_look_at"]
        Indicator.objects.bulk_update(changed, columns, batch_size=100)


@dataclass(frozen=True, slots=True)
class Registered:
    """Hold what registering did: the rows added and changed, and how many were already as drafted."""

    added: tuple[Commitment, ...]
    changed: tuple[Commitment, ...]
    unchanged: int


@transaction.atomic
def register_commitments(
    *, document: Document, drafts: Sequence[CommitmentDraft], by: Actor, now: datetime
) -> Registered:
    """Create the commitments that are new and change those that differ; the rest of the document's stay as they are.

    Open tasks follow a change: a new date becomes a new deadline version, a new title a new title, new units new parts.
    Each change is audited with its old and new values. Raises `NotPermitted` for anybody but the supervision office and
    the loader, `ValueError` for a draft whose clause is another document's.
    """
    guard.registers(by)
    for draft in drafts:
        if draft.clause.document_id != document.pk:
            raise ValueError(f"{draft.key} stands at a clause of {draft.clause.document}, not of {document}")
    register = Commitments({draft.key for draft in drafts})
    differences = register.apply(drafts, by=by, now=now)
    rows = {row.key: row for row in Commitment.objects.filter(key__in=[draft.key for draft in drafts])}
    changes = [change for change in differences.changes if change.verb is Verb.CHANGED]
    followed = [_what(rows[change.key], change) for change in changes]
    follow(followed, workdays(), reason=_("The row was corrected in its source."), by=by, now=now)
    return Registered(
        added=tuple(rows[change.key] for change in differences.changes if change.verb is Verb.ADDED),
        changed=tuple(rows[change.key] for change in changes),
        unchanged=differences.unchanged,
    )


@transaction.atomic
def follow_issue_date(*, document: Document, before: date, by: Actor, now: datetime) -> list[Commitment]:
    """Date anew what the corrected issue date of a document moves, and return the commitments concerned.

    The document has its new date already, `before` is the old one. Only commitments that come out otherwise are touched, so
    that a date set since, by an extension say, stays where nothing moved. Each task's change is audited with both dates.
    """
    guard.registers(by)
    days, moved = workdays(), []
    rows = Commitment.objects.filter(document=document, withdrawn_at=None).select_related("document")
    events = newest_events(rows)
    latest = Task.objects.filter(commitment__document=document).aggregate(day=Max("due"))["day"]
    through = max(civil_day(now), latest or before)
    earlier = copy(document)
    earlier.issued_on = before
    for row in rows.prefetch_related("units__unit"):
        event = events.get(row.pk)
        happened_on = event.happened_on if event else None
        then = copy(row)
        then.document = earlier
        if _dates(then, days, through, happened_on) != _dates(row, days, through, happened_on):
            moved.append(row)
    reason = _("The issue date of %(document)s was corrected from %(old)s to %(new)s.") % {
        "document": document.number, "old": before.isoformat(), "new": document.issued_on.isoformat(),
    }  # fmt: skip
    follow([Changed(row, date=True) for row in moved], days, reason=reason, by=by, now=now)
    return moved


def _dates(
    row: Commitment, days: WorkdayCalendar, through: date, happened_on: date | None
) -> dict[str, tuple[date | None, date | None]]:
    """Return by key the dates of the tasks that a commitment calls for."""
    wanted = every_task(row, days, through=through, happened_on=happened_on)
    return {key: (one.reckoned.due, one.reckoned.start) for key, one in wanted.items()}


@transaction.atomic
def withdraw_commitments(*, commitments: Sequence[Commitment], reason: str, by: Actor, now: datetime) -> None:
    """Withdraw commitments and their open tasks, with the reason; nothing is deleted and ended tasks stay as they ended."""
    guard.registers(by)
    standing = [commitment for commitment in commitments if commitment.withdrawn_at is None]
    for commitment in standing:
        commitment.withdrawn_at, commitment.withdrawn_reason = now, reason
        commitment.next_instance_on = None
    columns = ["withdrawn_at", "withdrawn_reason", "next_instance_on"]
    Commitment.objects.bulk_update(standing, columns, batch_size=500)
    acts = [act("commitments.commitment_withdrawn", row, key=row.key, reason=reason) for row in standing]
    record_many(by=by, now=now, acts=acts)
    tasks = Task.objects.filter(commitment__in=standing).exclude(state__in=ENDED)
    withdraw(tasks.select_for_update(of=("self",)).select_related("lead"), reason=reason, by=by, now=now)


def _what(row: Commitment, change: Change) -> Changed:
    names = {one.name for one in change.fields}
    return Changed(row, title="title" in names, date=bool(names & DATING), units=bool(names & SHARING))


def _said(units: Sequence[tuple[Unit, str]]) -> list[str]:
    """Say who stands in a list: the unit's name, and what the text calls it where that is another word."""
    return [unit.name if unit.name == printed else f"{unit.name}（{printed}）" for unit, printed in units]


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
