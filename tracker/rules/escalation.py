"""Decide on which day each step of an escalation policy comes due, given the steps taken so far.

A step comes due only when every step before it has been taken, so the ladder is climbed rung by rung and none is
skipped. Steps that propose (they need a person's finding or signature) are taken when proposed and take effect when
signed:

- a step counted from the previous step waits until that one has taken effect;
- a step counted from a rectification date waits until the notice that sets it has been issued;
- a step that itself proposes waits until every proposal before it has taken effect, even when it counts from the
  due date: nothing with legal weight overtakes an unsigned paper;
- a step that only speaks (remind, notify, list) and counts from the due date goes ahead: an unsigned paper must not
  keep a late task from those who should know of it.

Two steps share a day only where both count from the due date and a sweep catches up; a proposal never comes on the
day an earlier one was signed. A declined proposal never takes effect, so it holds back the same steps until the
date changes. Whether the task's state lets anything come due, and what has come due by some instant, is decided by
`due`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.rules.followup import Action, Addressee, After, CountingUnit, FollowUp, Step, Taken, TaskSnapshot
from tracker.rules.interval import base_day, end_of, show
from tracker.rules.wording import Note, note
from tracker.rules.workdays import WorkdayCalendar

# What a drafted notice gives for rectification where the clause says only 限期: the county's choice, in working days.
DEFAULT_ASKS_WITHIN = 7

# Actions that end in a paper somebody signs.
PROPOSES = frozenset({Action.DRAFT_NOTICE, Action.PROPOSE_FINDING})


@dataclass(frozen=True, slots=True)
class Blocked:
    """Say that a step has no day yet, because `by`, an earlier step, has not taken effect."""

    by: Step


@dataclass(frozen=True, slots=True)
class StepDay:
    """Hold the day a step comes due and the anchor it counts from.

    `counted` is the day the interval ends. `on` is later where the step before came due or was taken later than that.
    """

    on: date
    anchor: date
    counted: date


def is_proposal(step: Step) -> bool:
    """Return whether a step waits for a person's finding or signature before it takes effect."""
    return bool(step.needs_finding) or step.needs_signature


def is_found_by_hand(step: Step) -> bool:
    """Return whether a step that only speaks waits for a person's finding, which no paper carries."""
    return is_proposal(step) and step.action not in PROPOSES


def effective_day(step: Step, taken: Taken) -> date | None:
    """Return the day a taken step took effect; None for a proposal that is not signed."""
    return taken.effective_on or (None if is_proposal(step) else taken.on)


def asks_rectification(step: Step) -> bool:
    """Return whether a step sends a notice that sets a date for rectification."""
    return step.asks_within is not None or step.action is Action.DRAFT_NOTICE


def rectification_day(step: Step, effective: date, workdays: WorkdayCalendar) -> date:
    """Return the date a notice issued on `effective` sets when it names none: `asks_within` working days after it."""
    return workdays.add_workdays(effective, step.asks_within or DEFAULT_ASKS_WITHIN)


def step_day(
    task: TaskSnapshot,
    follow_up: FollowUp,
    workdays: WorkdayCalendar,
    index: int,
    earlier: Sequence[Taken],
    not_before: date,
) -> StepDay | Blocked:
    """Return the day the step at `index` comes due, or what blocks it.

    `earlier` holds how each step before it was taken, in the order of the policy, and `not_before` is the day the last
    of them came due; the task has a due date. The day is a working day, and none on which the clock stood still.
    """
    step = follow_up.steps[index]
    anchor = _anchor(task, follow_up, workdays, index, earlier)
    if isinstance(anchor, Blocked):
        return anchor
    counted = end_of(anchor, step.offset, step.unit, workdays, task.stopped)
    on = max(counted, not_before)
    own_day_after = _own_day_after(follow_up.steps, index, earlier)
    if own_day_after is not None:
        on = max(on, end_of(own_day_after, 1, CountingUnit.WORKDAY, workdays, task.stopped))
    return StepDay(on, anchor, counted)


def counting(task: TaskSnapshot, step: Step, day: StepDay, workdays: WorkdayCalendar) -> tuple[Note, ...]:
    """Say how a step's day was counted and who set the interval."""
    assert task.due is not None, "a step has a day only for a task with a date"
    notes = [note("follow_up.step", due=task.due)]
    if step.after is After.PREVIOUS and day.anchor != task.due:
        notes.append(note("follow_up.counts_from_previous", day=day.anchor))
    elif step.after is After.RECTIFICATION:
        notes.append(note("follow_up.counts_from_rectification", day=day.anchor))
    elif day.anchor != task.due:
        notes.append(note("follow_up.counts_from_floor", day=day.anchor))
    notes.extend(show(day.anchor, step.offset, step.unit, day.counted, workdays, task.stopped))
    if day.on != day.counted:
        notes.append(note("follow_up.after_earlier", day=day.on))
    notes.append(note(f"follow_up.interval_by_{'clause' if step.interval_by == 'clause' else 'county'}"))
    return tuple(notes)


def faults(follow_up: FollowUp) -> tuple[Note, ...]:
    """Return what is wrong with a policy, one note for each fault; empty when it may be used.

    A step beyond reminding needs a clause, one with legal weight a finding and a signature, and the anchors and the
    order must make sense.
    """
    found: list[Note] = []
    if any(lead < 0 for lead in follow_up.ahead):
        found.append(note("policy.ahead_negative"))
    if any(offset < 1 for offset, _ in follow_up.overdue):
        found.append(note("policy.overdue_not_positive"))
    keys = [step.key for step in follow_up.steps]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        found.append(note("policy.key_repeated", step=key))
    for index, step in enumerate(follow_up.steps):
        found.extend(note(code, step=step.key) for code in _step_faults(follow_up.steps[:index], step))
    return tuple(found)


def _anchor(
    task: TaskSnapshot, follow_up: FollowUp, workdays: WorkdayCalendar, index: int, earlier: Sequence[Taken]
) -> date | Blocked:
    step = follow_up.steps[index]
    before = list(zip(follow_up.steps[:index], earlier, strict=True))
    if is_proposal(step):
        for one, taken in before:
            if effective_day(one, taken) is None:
                return Blocked(one)
    if step.after is After.PREVIOUS and before:
        previous, taken = before[-1]
        return effective_day(previous, taken) or Blocked(previous)
    if step.after is After.RECTIFICATION:
        for one, taken in reversed(before):
            if asks_rectification(one):
                effective = effective_day(one, taken)
                if effective is None:
                    return Blocked(one)
                return taken.rectify_by or rectification_day(one, effective, workdays)
    base = base_day(task, follow_up)
    assert base is not None, "a step has a day only for a task with a date"
    return base


def _own_day_after(steps: Sequence[Step], index: int, earlier: Sequence[Taken]) -> date | None:
    """Return the day that must be over before the step comes, so that two rungs do not fall on one day."""
    step, before = steps[index], list(zip(steps[:index], earlier, strict=True))
    days = []
    if before and not (step.after is After.DUE and before[-1][0].after is After.DUE):
        days.append(earlier[-1].on)
    if is_proposal(step):
        days += [day for one, taken in before if is_proposal(one) and (day := effective_day(one, taken)) is not None]
    return max(days, default=None)


def _step_faults(before: Sequence[Step], step: Step) -> list[str]:
    found = []
    if step.offset < 1 and not (step.offset == 0 and step.after is After.RECTIFICATION and not is_proposal(step)):
        found.append("policy.offset_not_positive")
    if step.interval_by not in {"clause", "county"}:
        found.append("policy.interval_by_unknown")
    if step.asks_within is not None and step.asks_within < 1:
        found.append("policy.asks_within_not_positive")
    if step.basis is None and step.action is not Action.REMIND:
        found.append("policy.no_basis")
    if step.action in PROPOSES and not (step.needs_finding and step.needs_signature):
        found.append("policy.weight_without_person")
    if step.action not in PROPOSES and step.needs_signature:
        found.append("policy.signature_without_paper")
    if step.action is Action.DRAFT_NOTICE and not step.notice:
        found.append("policy.notice_unnamed")
    if step.to in {Addressee.GROUP_OFFICE, Addressee.GROUP, Addressee.COMPETENT_DEPARTMENT} and not step.body:
        found.append("policy.body_unnamed")
    if step.after is After.PREVIOUS and not before:
        found.append("policy.no_previous")
    if step.after is After.RECTIFICATION and not any(asks_rectification(one) for one in before):
        found.append("policy.no_rectification")
    dated = [one for one in before if one.after is After.DUE and one.unit is step.unit]
    if step.after is After.DUE and dated and dated[-1].offset > step.offset:
        found.append("policy.out_of_order")
    return found
