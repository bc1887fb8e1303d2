"""Show what an uploaded ledger would change: rows to do, rows to decide, rows left out, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker.commitments.models import Batch, BatchRow, Proposal, Task
from tracker.commitments.selectors import batches
from tracker.commitments.selectors.ledger import for_table
from tracker.interfaces.web.county_columns import LABELS
from tracker.interfaces.web.wording import Words

Outcome = BatchRow.Outcome


@dataclass(frozen=True, slots=True)
class Difference:
    """Be one cell: its column, its address, what the task says, what the cell says, and why it is not taken."""

    column: Words
    address: str
    old: str
    new: str
    why: str
    taken: bool


@dataclass(frozen=True, slots=True)
class PlanLine:
    """Be one row of the sheet with the task it speaks of, or the tasks that may be meant."""

    row: BatchRow
    task: Task | None
    title: str
    differences: list[Difference]
    candidates: list[Task]
    proposal: Proposal | None = None


def plan_context(plan: Batch) -> dict[str, Any]:
    """Return the rows of an upload that somebody must look at, parted by what is to be done with them."""
    rows = list(plan.rows.exclude(outcome=Outcome.UNCHANGED))
    meant = {pk for row in rows for pk in row.cells.get("may_be", [])}
    tasks = {task.pk: task for task in for_table(batches.tasks_of(plan))}
    tasks |= {task.pk: task for task in for_table(Task.objects.filter(pk__in=meant))}
    proposed = {one.row_id: one for one in Proposal.objects.filter(row__batch=plan)}
    lines = [_line(row, tasks, proposed.get(row.pk)) for row in rows]
    return {
        "to_do": [line for line in lines if line.row.outcome == Outcome.READY],
        "to_decide": [line for line in lines if line.row.outcome == Outcome.ASKED],
        "left_out": [line for line in lines if line.row.outcome == Outcome.LEFT_OUT],
        "over": [line for line in lines if line.row.outcome in {Outcome.DONE, Outcome.REFUSED, Outcome.STALE}],
        "read": plan.parameters,
    }


def _line(row: BatchRow, tasks: Mapping[int, Task], proposal: Proposal | None) -> PlanLine:
    found = [Difference(LABELS.get(column, column), *rest) for column, *rest in row.changes]
    task = tasks.get(row.task_id or 0)
    title = row.cells.get("title", ["", "", ""])[1] or ""
    candidates = [tasks[pk] for pk in row.cells.get("may_be", []) if pk in tasks]
    return PlanLine(row, task, str(title), found, candidates, proposal)
