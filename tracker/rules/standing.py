"""Decide where a task stands on a civil day, and how late it is.

A task is overdue from the day after its due date: “前” includes the day itself. It is measured on the day the unit
applied to close, not on the day the verifier got round to it: work applied for in time is never overdue, work
applied for late stays late. Days on which the clock stood still (a suspension, a review that ended in a return) are
not days late. What is to be confirmed is not scored at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.rules.followup import ENDED, State, Stop, TaskSnapshot
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar

DUE_SOON_DAYS = 7


class Place(StrEnum):
    """Name where a task stands."""

    ON_TRACK = "on_track"
    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    AWAITING_REVIEW = "awaiting_review"
    CLOSED = "closed"
    NOT_ACHIEVED = "not_achieved"
    TO_CONFIRM = "to_confirm"
    WAITING = "waiting"
    UNDATED = "undated"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold where a task stands on a day.

    `days_left` and `workdays_left` count from the day to the due date, the due date included, 0 on the due date itself;
    None when the date is past, missing, or no longer matters. `days_late` and `workdays_late` count from the day after
    the due date, the measured day included; 0 when not late. `late` is also True for work applied for or closed after
    its date; `closed_late` only for work accepted.
    """

    place: Place
    days_left: int | None = None
    workdays_left: int | None = None
    days_late: int = 0
    workdays_late: int = 0
    closed_late: bool = False

    @property
    def late(self) -> bool:
        return self.days_late > 0


_BY_STATE = {
    State.WAITING: Place.WAITING,
    State.TO_CONFIRM: Place.TO_CONFIRM,
    State.AWAITING_REVIEW: Place.AWAITING_REVIEW,
    State.SUSPENDED: Place.SUSPENDED,
    State.CLOSED: Place.CLOSED,
    State.NOT_ACHIEVED: Place.NOT_ACHIEVED,
    State.WITHDRAWN: Place.WITHDRAWN,
}


def standing(task: TaskSnapshot, today: date, workdays: WorkdayCalendar, *, soon: int = DUE_SOON_DAYS) -> Standing:
    """Return where a task stands on a civil day; `soon` is how many civil days ahead a task counts as due soon.

    A closed, reviewed or suspended task is measured on the day the unit applied or the clock stopped, not on `today`.
    """
    due, place = task.due, _BY_STATE.get(task.state)
    if due is None or place in {Place.WAITING, Place.TO_CONFIRM, Place.WITHDRAWN}:
        return Standing(place or Place.UNDATED)
    measured = _measured_on(task, today)
    days_late, workdays_late = _lateness(due, measured, task.stopped, workdays)
    if place is not None:
        left = None if task.state in ENDED or today > due else (due - today).days
        return Standing(
            place,
            days_left=left,
            workdays_left=None if left is None else workdays.workdays_between(today, due),
            days_late=days_late,
            workdays_late=workdays_late,
            closed_late=place is Place.CLOSED and days_late > 0,
        )
    if today > due:
        return Standing(Place.OVERDUE, days_late=days_late, workdays_late=workdays_late)
    left = (due - today).days
    place = Place.DUE_TODAY if left == 0 else Place.DUE_SOON if left <= soon else Place.ON_TRACK
    return Standing(place, days_left=left, workdays_left=workdays.workdays_between(today, due))


def _measured_on(task: TaskSnapshot, today: date) -> date:
    """Return the day by which a task's lateness is judged."""
    if task.state is State.AWAITING_REVIEW:
        return task.applied_on or today
    if task.state is State.SUSPENDED:
        return task.stopped[-1].first - ONE_DAY if task.stopped and task.stopped[-1].resumed is None else today
    if task.state is State.CLOSED:
        return task.applied_on or task.closed_on or today
    if task.state is State.NOT_ACHIEVED:
        return task.closed_on or today
    return today


def _lateness(due: date, measured: date, stopped: tuple[Stop, ...], workdays: WorkdayCalendar) -> tuple[int, int]:
    """Return the civil days and working days after `due` through `measured`, without those the clock stood still."""
    if measured <= due:
        return 0, 0
    days, worked = (measured - due).days, workdays.workdays_between(due, measured)
    for stop in stopped:
        first = max(stop.first, due + ONE_DAY)
        last = min(measured, (stop.resumed or measured + ONE_DAY) - ONE_DAY)
        if first <= last:
            days -= (last - first).days + 1
            worked -= workdays.workdays_between(first - timedelta(days=1), last)
    return max(days, 0), max(worked, 0)
