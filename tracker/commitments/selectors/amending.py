"""Read what a change of a document would do to its duties, before anything is done."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from tracker.commitments.models import Amendment, Commitment, Indicator, Task
from tracker.documents.models import Document
from tracker.rules.amending import Fate, fate
from tracker.rules.followup import State

# The kinds of promise whose one date can be set anew; what recurs or waits for an event is ended and registered anew.
DATED = frozenset({"once", "target", "window"})


@dataclass(frozen=True, slots=True)
class ProvisionDraft:
    """Describe what an act does to one promise: with `new_due` another date, without it its end."""

    commitment: Commitment
    new_due: date | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class AmendmentDraft:
    """Describe a change of a document before it is recorded; `provisions` unless it reaches the whole document."""

    document: Document
    kind: str
    effective_on: date
    words: str
    instrument: Document | None = None
    instrument_text: str = ""
    clause: str = ""
    provisions: tuple[ProvisionDraft, ...] = ()
    late_too: bool = False

    @property
    def whole(self) -> bool:
        return self.kind in {Amendment.Kind.REPEAL, Amendment.Kind.REPLACE}


@dataclass(frozen=True, slots=True)
class Effect:
    """Hold what a change does: the promises concerned, each task's fate, and the measures nobody follows any more.

    `ending` are the promises that end, `dates` the new date of each other one by its id. `recurring` are those whose further
    instances are not opened; `indicators` the measures that end, `retargeted` those whose target gets another day. `seen`
    stands for all this, so that applying can tell whether it is still what was looked at.
    """

    commitments: tuple[Commitment, ...]
    dates: Mapping[int, date]
    tasks: dict[Fate, list[Task]]
    indicators: tuple[Indicator, ...]
    retargeted: tuple[Indicator, ...]
    seen: str

    @property
    def ending(self) -> tuple[Commitment, ...]:
        return tuple(row for row in self.commitments if row.pk not in self.dates)

    @property
    def recurring(self) -> tuple[Commitment, ...]:
        return tuple(row for row in self.ending if row.recurrence)

    @property
    def touched(self) -> list[Task]:
        return [*self.tasks[Fate.ENDS], *self.tasks[Fate.MOVES]]


def standing_commitments(document: Document) -> QuerySet[Commitment]:
    """Return the promises of a document that are in force, in the order of its text."""
    rows = Commitment.objects.filter(document=document, withdrawn_at=None)
    return rows.select_related("clause", "document").order_by("line", "pk")


def effect(draft: AmendmentDraft, *, locked: bool = False) -> Effect:
    """Return what the change would do, in three queries; `locked` locks the tasks for the change to be made."""
    rows = standing_commitments(draft.document)
    dates: dict[int, date] = {}
    if not draft.whole:
        rows = rows.filter(pk__in=[one.commitment.pk for one in draft.provisions])
        dates = {one.commitment.pk: one.new_due for one in draft.provisions if one.new_due is not None}
    commitments = tuple(rows)
    tasks = Task.objects.filter(commitment__in=commitments).exclude(state=State.WITHDRAWN)
    tasks = (
        tasks.select_related("commitment__document", "commitment__clause", "lead").defer("ics").order_by("due", "pk")
    )
    found: dict[Fate, list[Task]] = defaultdict(list)
    for task in tasks.select_for_update(of=("self",)) if locked else tasks:
        becomes = fate(
            State(task.state),
            task.due,
            effective_on=draft.effective_on,
            new_due=dates.get(task.commitment_id),
            late_too=draft.late_too,
        )
        found[becomes].append(task)
    measures = list(
        Indicator.objects.filter(commitment__in=commitments, withdrawn_at=None).select_related("commitment")
    )
    return Effect(
        commitments,
        dates,
        found,
        tuple(row for row in measures if row.commitment_id not in dates),
        tuple(row for row in measures if row.commitment_id in dates),
        _seen(draft, commitments, dates, found),
    )


def _seen(
    draft: AmendmentDraft,
    commitments: Sequence[Commitment],
    dates: Mapping[int, date],
    found: Mapping[Fate, Sequence[Task]],
) -> str:
    """Return a digest of what the change is and of every task it would touch in the version it was looked at."""
    by_what = draft.instrument.slug if draft.instrument else draft.instrument_text.strip()
    parts = [draft.kind, draft.effective_on.isoformat(), str(draft.late_too)]
    parts += [by_what, draft.clause.strip(), draft.words.strip()]
    clauses = {one.commitment.pk: one.clause.strip() for one in draft.provisions}
    parts += [f"{row.pk}:{dates.get(row.pk)}:{clauses.get(row.pk, '')}" for row in commitments]
    parts += [f"{becomes}:{task.pk}:{task.version}" for becomes in Fate for task in found.get(becomes, [])]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def amendments_of(document: Document) -> QuerySet[Amendment]:
    """Return the changes of a document, the newest first."""
    return (
        Amendment.objects.filter(document=document)
        .select_related("instrument", "document")
        .defer("instrument__gazette__text")
    )


def amendments_by(document: Document) -> QuerySet[Amendment]:
    """Return the changes that a document makes to others, the newest first."""
    return Amendment.objects.filter(instrument=document).select_related("document", "instrument")
