"""Decide on which day an interval of the follow-up ends, and show how it was counted.

Intervals are counted from the day after their anchor (Civil Code art. 201), in civil days or working days. Days on
which the task's clock stood still are passed over, and an interval counted in civil days that ends on a rest day
ends on the next working day (Civil Code art. 203). Which interval a reminder or a step has is decided by `reminder`
and `escalation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tracker.rules.followup import CountingUnit, FollowUp, Stop, TaskSnapshot
from tracker.rules.wording import Note, note
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar


def base_day(task: TaskSnapshot, follow_up: FollowUp) -> date | None:
    """Return the day that intervals after the due date count from; None for a task without a date.

    It is the due date, or a later day on which the follow-up began, the date was set or the policy was re-based: nobody
    is followed up for days before they were told.
    """
    if task.due is None:
        return None
    floor = floor_day(task, follow_up)
    return task.due if task.due >= floor else floor


def floor_day(task: TaskSnapshot, follow_up: FollowUp) -> date:
    """Return the day the present date and the present follow-up have both held since."""
    floor = task.opened_on
    if task.dated_on is not None and task.dated_on > floor:
        floor = task.dated_on
    if follow_up.rebased_on is not None and follow_up.rebased_on > floor:
        floor = follow_up.rebased_on
    return floor


def stood_still(day: date, stopped: Sequence[Stop]) -> bool:
    """Return whether the clock stood still on this day; a spell that has not ended counts for nothing here.

    A task whose spell is open is silent by its state, so the only day such a spell could push is one nobody asks for.
    """
    return any(stop.resumed is not None and stop.first <= day < stop.resumed for stop in stopped)


def end_of(anchor: date, offset: int, unit: CountingUnit, workdays: WorkdayCalendar, stopped: Sequence[Stop]) -> date:
    """Return the day an interval of `offset` days or working days after `anchor` ends: always a working day.

    An offset of 0 ends on the anchor itself, or the working day after it. Days on which the clock stood still are not
    counted, and the interval never ends on one.
    """
    ahead = [stop for stop in stopped if stop.resumed is not None and stop.resumed > anchor]
    if not ahead:
        if unit is CountingUnit.WORKDAY:
            return workdays.add_workdays(anchor, offset) if offset else workdays.next_workday(anchor)
        return workdays.next_workday(anchor + timedelta(days=offset))
    day, left = anchor, offset
    while left:
        day += ONE_DAY
        if not stood_still(day, ahead) and (unit is CountingUnit.DAY or workdays.is_workday(day)):
            left -= 1
    while stood_still(day, ahead) or not workdays.is_workday(day):
        day += ONE_DAY
    return day


def show(
    anchor: date, offset: int, unit: CountingUnit, end: date, workdays: WorkdayCalendar, stopped: Sequence[Stop]
) -> tuple[Note, ...]:
    """Say how the interval that ends on `end` was counted: days passed over, spells, the move off a rest day."""
    first = anchor + ONE_DAY
    spells = [stop for stop in stopped if stop.resumed is not None and stop.first <= end and stop.resumed > first]
    notes = [note("count.from_next_day", start=anchor, first=first)] if offset else []
    if offset and unit is CountingUnit.WORKDAY:
        notes.extend(workdays.explain(first, end))
    for stop in spells:
        assert stop.resumed is not None
        notes.append(note("follow_up.stood_still", first=max(stop.first, first), last=stop.resumed - ONE_DAY))
    if offset and unit is CountingUnit.WORKDAY:
        notes.append(note("count.workday_reached", n=offset, last=end))
        return tuple(notes)
    nominal = anchor + timedelta(days=offset) if not spells else end
    if offset:
        notes.append(note("follow_up.day_reached", n=offset, last=nominal))
    if nominal != end:
        notes.append(note("follow_up.moved_on", nominal=nominal, day=end))
    return tuple(notes)
