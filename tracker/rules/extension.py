"""Decide whether an extension may be asked for, and which date follows a suspension.

Who agrees and who decides is in `transitions`; the first date stays on record beside the new one, which the Django side
keeps.
"""

from __future__ import annotations

from datetime import date

from tracker.rules.followup import TaskSnapshot
from tracker.rules.transitions import Role
from tracker.rules.wording import Note, note
from tracker.rules.workdays import WorkdayCalendar


def request_fault(task: TaskSnapshot, new_due: date, today: date) -> Note | None:
    """Return why an extension to `new_due` may not be asked for on `today`; None when it may.

    It is asked for on the due date at the latest, for the date's “前” includes the day itself, and for a later date.
    """
    if task.due is None:
        return note("extension.undated")
    if today > task.due:
        return note("extension.too_late", due=task.due)
    if new_due <= task.due:
        return note("extension.not_later", due=task.due)
    return None


def needs_agreement(requester: Role) -> bool:
    """Return whether the unit head must still agree: a request made by the unit head carries that consent."""
    return requester is not Role.UNIT_HEAD


def due_after_suspension(due: date, suspended_on: date, resumed_on: date, workdays: WorkdayCalendar) -> date:
    """Return the due date of a task suspended on one civil day and resumed on another.

    A task suspended on or before its due date gets the days back that it stood still, and a date that would fall on
    a rest day moves to the next working day (Civil Code art. 203). A task already overdue keeps its date: the spell
    goes into `TaskSnapshot.stopped`, and steps and days late pass over it. Raises ValueError when it is resumed
    before it was suspended.
    """
    if resumed_on < suspended_on:
        raise ValueError(f"a task suspended on {suspended_on} cannot be resumed on {resumed_on}, before it")
    if suspended_on > due or resumed_on == suspended_on:
        return due
    return workdays.next_workday(due + (resumed_on - suspended_on))
