"""Read what withdrawing a change of a document would put back, and what it would leave as it was decided since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.commitments.models import Amendment, Commitment, Deadline, Indicator, Provision, Task
from tracker.commitments.working import AMENDED
from tracker.rules.amending import PUT_BACK, Fate, Undoing, undone
from tracker.rules.followup import State


@dataclass(frozen=True, slots=True)
class Return:
    """Be one task that a change touched, and what becomes of it now.

    Where that puts it back, `state` holds again for one that had ended, and the date of `earlier` for one that had moved.
    """

    task: Task
    becomes: Undoing
    state: State
    earlier: Deadline | None = None

    @property
    def due(self) -> date | None:
        """Return the date the task has afterwards."""
        return self.earlier.due if self.earlier else self.task.due


@dataclass(frozen=True, slots=True)
class Undone:
    """Hold what a withdrawal does: the promises that stand again or get their date back, each task, and the document.

    `document` tells that the whole document is in force again. `dates` say what date of another document each promise has
    afterwards, None for that of its own text. `ended_since` tells that another change ended the document meanwhile; nothing
    can be put back then. `seen` stands for all this.
    """

    revived: tuple[Commitment, ...]
    dates: Mapping[int, date | None]
    tasks: Mapping[Undoing, Sequence[Return]]
    document: bool
    ended_since: bool
    indicators: tuple[Indicator, ...]
    seen: str

    @property
    def put_back(self) -> list[Return]:
        return [one for becomes in Undoing if becomes in PUT_BACK for one in self.tasks.get(becomes, ())]

    @property
    def left(self) -> list[Return]:
        return [one for becomes in Undoing if becomes not in PUT_BACK for one in self.tasks.get(becomes, ())]


def undoing(amendment: Amendment, *, locked: bool = False) -> Undone:
    """Return what withdrawing a change that has taken effect would do; `locked` locks the tasks for it to be done."""
    rows: dict[int, tuple[Fate, dict[str, Any]]] = {
        row["task"]: (became, row) for became in (Fate.ENDS, Fate.MOVES) for row in amendment.outcome.get(became, [])
    }
    tasks = Task.objects.filter(pk__in=rows).select_related("commitment__document", "commitment__clause", "lead")
    tasks = tasks.defer("ics").order_by("due", "pk")
    deadlines: dict[int, list[Deadline]] = {}
    moved = [pk for pk, (became, _row) in rows.items() if became is Fate.MOVES]
    for deadline in Deadline.objects.filter(task__in=moved).order_by("version"):
        deadlines.setdefault(deadline.task_id, []).append(deadline)
    withdrawn = Amendment.objects.filter(document=amendment.document_id, withdrawn_at__isnull=False)
    gone = set(withdrawn.values_list("applied_at", flat=True))
    found: dict[Undoing, list[Return]] = {}
    for task in tasks.select_for_update(of=("self",)) if locked else tasks:
        became, row = rows[task.pk]
        own = deadlines.get(task.pk, [])
        if became is Fate.ENDS:
            newest = task.closed_at == amendment.applied_at and not task.withdrawn_by_source
        else:
            newest = bool(own) and own[-1].set_at == amendment.applied_at and own[-1].convention == AMENDED
        becomes = undone(became, State(task.state), newest=newest)
        earlier = None
        if becomes is Undoing.DATE_BACK:
            # A date of another change that was itself withdrawn does not come back.
            taken_back = [one for one in own[:-1] if not (one.convention == AMENDED and one.set_at in gone)]
            earlier = taken_back[-1]
        found.setdefault(becomes, []).append(Return(task, becomes, State(row["state"]), earlier))
    revived = tuple(
        Commitment.objects.filter(ended_by=amendment).select_related("document", "clause").order_by("line", "pk")
    )
    dates = _dates(amendment)
    document = amendment.document
    measures = Indicator.objects.filter(commitment__in=[*dates, *(row.pk for row in revived)], withdrawn_at=None)
    return Undone(
        revived,
        dates,
        found,
        amendment.whole,
        document.repealed_on is not None and not amendment.whole,
        tuple(measures.select_related("commitment")),
        _seen(amendment, found),
    )


def _dates(amendment: Amendment) -> dict[int, date | None]:
    """Return the date each promise that the change had moved has without it."""
    moved = amendment.provisions.filter(new_due__isnull=False)
    ids = list(moved.values_list("commitment_id", flat=True))
    others = Provision.objects.filter(commitment__in=ids, new_due__isnull=False).exclude(amendment=amendment)
    others = others.filter(amendment__applied_at__isnull=False, amendment__withdrawn_at=None)
    ordered = others.order_by("amendment__applied_at", "amendment__pk")
    found = dict(ordered.values_list("commitment_id", "new_due"))
    return {pk: found.get(pk) for pk in ids}


def _seen(amendment: Amendment, found: Mapping[Undoing, Sequence[Return]]) -> str:
    parts = [str(amendment.pk), str(amendment.withdrawn_at), str(amendment.document.repealed_on)]
    parts += [f"{becomes}:{one.task.pk}:{one.task.version}" for becomes in Undoing for one in found.get(becomes, [])]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]
