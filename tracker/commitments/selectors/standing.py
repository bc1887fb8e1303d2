"""Read where tasks stand on a day, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.commitments.models import Review, Suspension, Task
from tracker.org import selectors as org
from tracker.rules.civil import civil_day
from tracker.rules.followup import State, Stop, TaskSnapshot
from tracker.rules.standing import Standing, standing
from tracker.rules.workdays import WorkdayCalendar


@dataclass(frozen=True, slots=True)
class Grounds:
    """Hold what the standing of some tasks is judged by besides their rows, so that one page reads it once.

    `stops` are the spells in which a task's clock stood still, by task id; a task that never stood still may be missing.
    """

    workdays: WorkdayCalendar
    stops: Mapping[int, Sequence[Stop]]

    def standing_of(self, task: Task, *, today: date) -> Standing:
        return standing(picture(task, self.stops.get(task.pk, ())), today, self.workdays)


def standing_of(task: Task, *, today: date) -> Standing:
    """Return where one task stands on a civil day."""
    return standings_of([task], today=today)[task.pk]


def standings_of(tasks: Sequence[Task], *, today: date) -> dict[int, Standing]:
    """Return where each task stands on a civil day, by id, in three queries however many there are."""
    grounds = grounds_of(tasks)
    return {task.pk: grounds.standing_of(task, today=today) for task in tasks}


def grounds_of(tasks: Sequence[Task]) -> Grounds:
    """Return what the standing of these tasks is judged by, in three queries however many there are."""
    # Only a task that has a date and has begun can have stood still.
    return Grounds(org.workdays(), stops_of([task.pk for task in tasks if task.due is not None]))


def stops_of(ids: Iterable[int]) -> defaultdict[int, list[Stop]]:
    """Return, by task id, the spells in which the task's clock stood still, in order: suspensions and returned reviews."""
    ids = list(ids)
    found: defaultdict[int, list[Stop]] = defaultdict(list)
    for task, first, resumed in Suspension.objects.filter(task__in=ids).values_list("task_id", "from_day", "to_day"):
        found[task].append(Stop(first, resumed))
    returned = Review.objects.filter(task__in=ids, decision=Review.Decision.RETURNED, report__isnull=False)
    for task, applied, decided in returned.values_list("task_id", "report__at", "at"):
        found[task].append(Stop(civil_day(applied), civil_day(decided)))
    for spells in found.values():
        spells.sort()
    return found


def picture(
    task: Task, stops: Sequence[Stop], *, opened_on: date | None = None, dated_on: date | None = None
) -> TaskSnapshot:
    """Return the frozen picture of a task that `rules` decides by; instants become civil days here.

    `opened_on` is the day follow-up began (the day the task was opened when left out), `dated_on` the day its present
    date was set, None for the first one. The task's commitment is loaded.
    """
    return TaskSnapshot(
        id=task.pk,
        state=State(task.state),
        due=task.due,
        opened_on=opened_on or civil_day(task.opened_at),
        start=task.start,
        due_version=task.due_version,
        provisional=task.provisional,
        asks_report=task.commitment.asks_report,
        reported_on=_day(task.reported_at),
        closed_on=_day(task.closed_at),
        # What was already past due when it was loaded is judged by the day the unit says it was done.
        applied_on=task.done_on if task.backfill and task.done_on else _day(task.applied_at),
        dated_on=dated_on,
        stopped=tuple(stops),
    )


def _day(instant: datetime | None) -> date | None:
    return civil_day(instant) if instant else None
