"""Decide which reminders a task has, on which days, and which of them stay unspoken.

Reminders ahead of the date go to the liaison; their lead times follow the size of the promise unless the policy
names its own. A reminder that falls on a rest day moves back to the working day before, the one on the due date
too. Reminders after the date are counted in working days and say that the task is late; they need no clause.
Whether a reminder has come due by some instant, and which of several is spoken, is decided by `due`.

A report handed in silences reminders (a house rule: a report stops the reminders of its period):

- before the date, all reminders of the same date; for a promise followed up over more than a month, those of the next
  30 days, for a progress report in spring must not silence the last week of a year;
- after the date, the reminders of the next five working days. Steps of a policy are never silenced by a report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.rules.followup import Addressee, CountingUnit, FollowUp, TaskSnapshot
from tracker.rules.interval import base_day, end_of, floor_day, show, stood_still
from tracker.rules.wording import Note, note
from tracker.rules.workdays import WorkdayCalendar

REPORT_SILENCES_WORKDAYS = 5
LONG_PERIOD_DAYS = 30


class Size(StrEnum):
    """Name the size of a promise: how long it runs from the document to its date, or that it comes round again."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    RECURRING = "recurring"


DEFAULT_AHEAD = {
    Size.WEEK: (7, 3, 1, 0),
    Size.MONTH: (30, 7, 1),
    Size.YEAR: (180, 90, 30, 7),
    Size.RECURRING: (5, 1),
}


class Hush(StrEnum):
    """Name why a planned reminder is not spoken."""

    BEFORE = "before"  # fell on or before the day the follow-up began or the date was set
    REPORTED = "reported"  # a report silences it
    STOOD_STILL = "stood_still"  # fell into a spell in which the clock stood still


@dataclass(frozen=True, slots=True)
class Reminder:
    """Describe one planned reminder of a task's present date.

    `offset` is in civil days before the due date when `ahead`, else in working days after `anchor`. `nominal` is
    the day before it was moved back from a rest day.
    """

    part: str
    ahead: bool
    offset: int
    to: Addressee
    anchor: date
    nominal: date
    on: date
    hush: Hush | None


def size_of(opened: date, due: date, kind: str = "once") -> Size:
    """Return the size of a promise made on `opened` and due on `due`, both civil days.

    It is the largest size whose first reminder still lies after the opening: more than 180 days are a year's promise,
    more than 30 a month's, anything shorter a week's. A recurring duty is one whatever the length of its period.
    """
    if kind == "recurring":
        return Size.RECURRING
    days = (due - opened).days
    for size in (Size.YEAR, Size.MONTH):
        if days > DEFAULT_AHEAD[size][0]:
            return size
    return Size.WEEK


def default_ahead(size: Size) -> tuple[int, ...]:
    """Return the default lead times of a size, in civil days before the due date; 0 is the date itself."""
    return DEFAULT_AHEAD[size]


def reminders(task: TaskSnapshot, follow_up: FollowUp, workdays: WorkdayCalendar) -> tuple[Reminder, ...]:
    """Return every reminder of the task's present date in order of days, those that stay unspoken included.

    Two reminders ahead of the date that fall on one day are one, the one nearer the date. Empty without a date.
    """
    due = task.due
    if due is None:
        return ()
    return (*_ahead(task, follow_up, due, workdays), *_overdue(task, follow_up, due, workdays))


def counting(task: TaskSnapshot, reminder: Reminder, workdays: WorkdayCalendar) -> tuple[Note, ...]:
    """Say how the reminder's day was counted."""
    assert task.due is not None, "a reminder exists only for a task with a date"
    if not reminder.ahead:
        lead = [note("follow_up.overdue", due=task.due, n=reminder.offset)]
        if reminder.anchor != task.due:
            lead.append(note("follow_up.counts_from_floor", day=reminder.anchor))
        worked = show(reminder.anchor, reminder.offset, CountingUnit.WORKDAY, reminder.on, workdays, task.stopped)
        return (*lead, *worked)
    if reminder.offset == 0:
        notes = [note("follow_up.due_today", due=task.due)]
    else:
        notes = [note("follow_up.ahead", due=task.due, n=reminder.offset)]
    if reminder.on != reminder.nominal:
        notes.append(note("follow_up.moved_back", nominal=reminder.nominal, day=reminder.on))
    return tuple(notes)


def _ahead(task: TaskSnapshot, follow_up: FollowUp, due: date, workdays: WorkdayCalendar) -> list[Reminder]:
    floor = floor_day(task, follow_up)
    silent = _silent_ahead_through(task, follow_up, due)
    found: list[Reminder] = []
    for lead in sorted(set(follow_up.ahead), reverse=True):
        nominal = due - timedelta(days=lead)
        on = workdays.previous_workday(nominal)
        hush: Hush | None = None
        if on <= floor:
            # The day's own message (the assignment, the new date) says the date already.
            hush = Hush.BEFORE
        elif silent is not None and on <= silent:
            hush = Hush.REPORTED
        elif task.stopped and stood_still(on, task.stopped):
            hush = Hush.STOOD_STILL
        if found and found[-1].on == on:
            found.pop()
        found.append(Reminder(f"ahead:{lead}", True, lead, Addressee.LIAISON, due, nominal, on, hush))
    return found


def _overdue(task: TaskSnapshot, follow_up: FollowUp, due: date, workdays: WorkdayCalendar) -> list[Reminder]:
    if not follow_up.overdue:
        return []
    base = base_day(task, follow_up)
    assert base is not None
    silent: date | None = None
    if task.reported_on is not None and task.reported_on > due:
        silent = workdays.add_workdays(task.reported_on, REPORT_SILENCES_WORKDAYS)
    found: list[Reminder] = []
    for offset, to in sorted(set(follow_up.overdue)):
        on = end_of(base, offset, CountingUnit.WORKDAY, workdays, task.stopped)
        hush = Hush.REPORTED if silent is not None and on <= silent else None
        found.append(Reminder(f"overdue:{offset}:{to}", False, offset, to, base, on, on, hush))
    return found


def _silent_ahead_through(task: TaskSnapshot, follow_up: FollowUp, due: date) -> date | None:
    """Return the last day on which reminders ahead of the date are silenced by a report; None without one."""
    reported = task.reported_on
    if reported is None or (task.dated_on is not None and reported <= task.dated_on):
        # A report on the old date says nothing of the new one: a changed date reminds anew.
        return None
    if reported > due or task.asks_report or max(follow_up.ahead, default=0) <= LONG_PERIOD_DAYS:
        return due
    return min(due, reported + timedelta(days=LONG_PERIOD_DAYS))
