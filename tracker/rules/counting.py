"""Decide on which day a limit of so many days, working days, weeks, months or years ends, and show the working.

Counting begins the day after the event (Civil Code art. 201). Months and years end on the corresponding day, or on the
last day of a month that has none (art. 202). A limit in calendar units whose last day is a rest day ends on the next
working day (art. 203). A limit counted back from an event has no such rule and stays where it falls; its reminders move.
Which event, and whether the limit binds, is decided by the callers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from tracker.rules.wording import Note, note
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar


class Unit(StrEnum):
    """Name the unit a limit is counted in."""

    WORKDAY = "workday"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Direction(StrEnum):
    """Say whether a limit runs on from its event or back from it."""

    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Limit:
    """Hold the day a limit ends on, how it was counted, and whether it rests on a year not announced."""

    last: date
    notes: tuple[Note, ...]
    provisional: bool


def count(
    base: date,
    within: int,
    unit: Unit,
    workdays: WorkdayCalendar,
    *,
    direction: Direction = Direction.AFTER,
    roll: bool = True,
) -> Limit:
    """Return the last day of a limit of `within` units after (or before) `base`, which is not itself counted.

    Zero is the day of the event. `roll` is False where art. 203 does not apply because the day is not the last day of
    a limit to act in, as with a probation year. Raises OverflowError when the day lies outside the calendar.
    """
    if within == 0:
        return Limit(base, (note("count.same_day", day=base),), False)
    sign = 1 if direction is Direction.AFTER else -1
    if unit is Unit.WORKDAY:
        counted = workdays.count_workdays(base, sign * within)
        return Limit(counted.last, counted.notes, counted.provisional)
    last = base + sign * _step(within, unit)
    notes = [
        note("count.from_next_day" if sign > 0 else "count.from_day_before", start=base, first=base + sign * ONE_DAY),
        _reached(base, last, within, unit, sign),
    ]
    moved = workdays.next_workday(last) if roll and sign > 0 else last
    if moved != last:
        notes.append(note("count.moved_to_workday", nominal=last, day=moved))
    provisional = roll and sign > 0 and workdays.touches_unknown(last, moved)
    if provisional:
        notes.append(note("count.year_not_announced", year=moved.year))
    return Limit(moved, tuple(notes), provisional)


def _step(within: int, unit: Unit) -> relativedelta:
    match unit:
        case Unit.WEEK:
            return relativedelta(weeks=within)
        case Unit.MONTH:
            return relativedelta(months=within)
        case Unit.YEAR:
            return relativedelta(years=within)
        case _:
            return relativedelta(days=within)


def _reached(base: date, last: date, within: int, unit: Unit, sign: int) -> Note:
    if unit in (Unit.MONTH, Unit.YEAR):
        code = "count.corresponding_day" if last.day == base.day else "count.no_corresponding_day"
        return note(code, n=within, unit=unit.value, last=last)
    if unit is Unit.WEEK:
        return note("count.weeks_reached", n=within, last=last)
    return note("count.days_reached", n=abs((last - base) // timedelta(days=1)), last=last)
