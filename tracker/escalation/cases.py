"""Gather, in a few queries for many tasks, what `rules` needs to decide on each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.commitments.models import Deadline, Review, Suspension, Task
from tracker.escalation.models import StepTaken
from tracker.escalation.models import FollowUp as FollowUpRow
from tracker.escalation.ladders import follow_up_of
from tracker.rules.civil import civil_day
from tracker.rules.followup import FollowUp, State, Stop, Taken, TaskSnapshot


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one task's row with the values a decision is made from."""

    task: Task
    snapshot: TaskSnapshot
    follow_up: FollowUp
    taken: dict[str, Taken]


def gather(tasks: Sequence[Task], follow_ups: dict[int, FollowUpRow]) -> list[Case]:
    """Return the case of each task; `follow_ups` maps task ids to rows with their ladders loaded."""
    ids = [task.pk for task in tasks]
    taken = _taken(ids)
    stops = _stops(ids)
    dated = _dated({task.pk: task.due_version for task in tasks if task.due_version > 1})
    cases = []
    for task in tasks:
        row = follow_ups[task.pk]
        cases.append(
            Case(
                task=task,
                snapshot=snapshot(task, row, stops=tuple(sorted(stops[task.pk])), dated_on=dated.get(task.pk)),
                follow_up=follow_up_of(row.ladder.content, row.version, row.rebased_on),
                taken=taken[task.pk],
            )
        )
    return cases


def snapshot(
    task: Task, row: FollowUpRow, *, stops: tuple[Stop, ...] = (), dated_on: date | None = None
) -> TaskSnapshot:
    """Return the frozen picture of a task's row; instants become civil days here."""
    applied_on = task.done_on if task.backfill and task.done_on else _day(task.applied_at)
    return TaskSnapshot(
        id=task.pk,
        state=State(task.state),
        due=task.due,
        opened_on=row.opened_on,
        start=task.start,
        due_version=task.due_version,
        provisional=task.provisional,
        asks_report=task.commitment.asks_report,
        reported_on=_day(task.reported_at),
        closed_on=_day(task.closed_at),
        applied_on=applied_on,
        dated_on=dated_on,
        stopped=stops,
    )


def _taken(ids: list[int]) -> dict[int, dict[str, Taken]]:
    found: dict[int, dict[str, Taken]] = defaultdict(dict)
    for task_id, key, at, effective_on, rectify_by in StepTaken.objects.filter(task__in=ids).values_list(
        "task_id", "key", "taken_at", "effective_on", "rectify_by"
    ):
        found[task_id][key] = Taken(civil_day(at), effective_on, rectify_by)
    return found


def _stops(ids: list[int]) -> dict[int, list[Stop]]:
    found: dict[int, list[Stop]] = defaultdict(list)
    for task_id, first, resumed in Suspension.objects.filter(task__in=ids).values_list("task_id", "from_day", "to_day"):
        found[task_id].append(Stop(first, resumed))
    returned = Review.objects.filter(task__in=ids, decision=Review.Decision.RETURNED, report__isnull=False)
    for task_id, applied, decided in returned.values_list("task_id", "report__at", "at"):
        found[task_id].append(Stop(civil_day(applied), civil_day(decided)))
    return found


def _dated(versions: dict[int, int]) -> dict[int, date]:
    if not versions:
        return {}
    rows = Deadline.objects.filter(task__in=versions).values_list("task_id", "version", "set_at")
    return {task_id: civil_day(at) for task_id, version, at in rows if versions[task_id] == version}


def _day(instant: datetime | None) -> date | None:
    return civil_day(instant) if instant else None
