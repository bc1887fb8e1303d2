"""Decide which steps wait for a person to find what their clause asks for, and what the finding does to the ladder.

Only steps that speak (remind, notify, list) are meant: what a notice or an authority's decision needs is found on the
paper itself. Such a step comes due like any other, is told to the office alone, and waits until somebody has found. Found,
it takes effect that day and goes to its addressee; found not to hold, it rests until the facts change, and what counts
from it rests with it. Who may find, and whom it then goes to, is decided outside `rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from tracker.rules.due import SILENT, entry_of, step_part
from tracker.rules.escalation import effective_day, is_found_by_hand
from tracker.rules.followup import DueAction, FollowUp, Kind, Step, Taken, TaskSnapshot
from tracker.rules.wording import Note, note


def awaited(task: TaskSnapshot, follow_up: FollowUp, taken: Mapping[str, Taken]) -> tuple[Step, ...]:
    """Return the steps of the present date that have come due and wait for a finding, in the policy's order.

    Empty for a task at rest: nothing more is found on one that is closed, suspended or with its verifier.
    """
    return tuple(step for step in follow_up.steps if fault(task, follow_up, taken, step.key, holds=False) is None)


def at_rest(task: TaskSnapshot, follow_up: FollowUp, taken: Mapping[str, Taken]) -> tuple[Step, ...]:
    """Return the steps of the present date that were found not to hold, and could be found to hold later."""
    waiting = awaited(task, follow_up, taken)
    return tuple(
        step
        for step in follow_up.steps
        if step not in waiting and fault(task, follow_up, taken, step.key, holds=True) is None
    )


def fault(task: TaskSnapshot, follow_up: FollowUp, taken: Mapping[str, Taken], key: str, *, holds: bool) -> Note | None:
    """Return why the finding on the step `key` cannot be recorded now; None when it can.

    What was found not to hold may be found to hold later, when the facts have changed; nothing else is found twice.
    """
    if task.state in SILENT or task.due is None:
        return note("finding.at_rest", state=f"state:{task.state}")
    step = next((one for one in follow_up.steps if one.key == key and is_found_by_hand(one)), None)
    entry = entry_of(task, follow_up, step_part(step), taken) if step else None
    if step is None or entry is None:
        return note("finding.not_asked")
    if effective_day(step, entry) is not None:
        return note("finding.made", day=effective_day(step, entry))
    if entry.declined_on is not None and not holds:
        return note("finding.made", day=entry.declined_on)
    return None


def carried_out(task: TaskSnapshot, key: str, step: Step, on: date) -> DueAction:
    """Return what the addressee is told once the step was found, on a civil day, to be called for.

    `key` is the one the step was taken under, which after a re-basing is of an earlier version of the follow-up.
    """
    return DueAction(
        key=f"{key}:found",
        part=step_part(step),
        task_id=task.id,
        kind=Kind.STEP,
        action=step.action,
        to=step.to,
        due_on=on,
        title=step.title,
        step=step,
        basis=step.basis,
        counting=(),
        late=False,
    )


def decided(entry: Taken, on: date, *, holds: bool) -> Taken:
    """Return how a step stands once it was found on a civil day to hold, or not to."""
    return replace(entry, effective_on=on, declined_on=None) if holds else replace(entry, declined_on=on)
