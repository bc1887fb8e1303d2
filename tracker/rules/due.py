"""Decide what has come due on a task, when to look again, and what happens next if nobody acts: the one decision.

`reminder` and `escalation` say on which days things come due; this module asks which of those days have come,
leaves out what is recorded as taken, and keeps silent tasks silent. It reads no clock and writes nothing: a sweep
that missed a week gets the whole week in order, and a sweep that runs twice gets nothing the second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from tracker.rules import escalation, reminder
from tracker.rules.civil import civil_day, start_of_day
from tracker.rules.escalation import Blocked, StepDay
from tracker.rules.followup import (
    ENDED,
    QUIET,
    Action,
    Addressee,
    Basis,
    DueAction,
    FollowUp,
    Kind,
    State,
    Step,
    Taken,
    TaskSnapshot,
)
from tracker.rules.reminder import Reminder
from tracker.rules.wording import Note, note
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar

# While work lies with the verifier the unit is neither reminded nor escalated: the ball is not with them.
SILENT = QUIET | {State.AWAITING_REVIEW}

# A holiday still to be announced moves a day by less than this: look that early at a day in an unannounced year.
UNANNOUNCED_MARGIN = timedelta(days=15)


class Status(StrEnum):
    """Name how one rung of a ladder stands."""

    TAKEN = "taken"
    PROPOSED = "proposed"  # taken, and waiting for its finding or its signature
    DECLINED = "declined"  # proposed, and found not to hold
    DUE = "due"  # has come due, not taken yet
    COMING = "coming"
    BLOCKED = "blocked"  # has no day until an earlier step takes effect
    HUSHED = "hushed"  # a reminder that stays unspoken
    HELD = "held"  # the task's state keeps it from coming due


@dataclass(frozen=True, slots=True)
class Planned:
    """Describe one rung of a task's ladder: what comes, to whom, when, and why.

    `on` is the day it comes due if nobody acts, None when blocked or held; for a rung already taken, the day it was
    taken. `earliest` is the day it comes due at the earliest, every proposal being signed on the day it is made.
    `notes` are the working and the reason, as wording notes.
    """

    key: str
    part: str
    kind: Kind
    action: Action
    to: Addressee
    title: str
    step: Step | None
    basis: Basis | None
    on: date | None
    earliest: date | None
    status: Status
    taken: Taken | None
    notes: tuple[Note, ...]


def key_of(task: TaskSnapshot, follow_up: FollowUp, part: str) -> str:
    """Return the key under which a reminder or step is recorded: task, due-date version, follow-up version, part."""
    return f"{task.id}:{task.due_version}:{follow_up.version}:{part}"


def step_part(step: Step) -> str:
    """Return the last portion of a step's key."""
    return f"step:{step.key}"


def entry_of(task: TaskSnapshot, follow_up: FollowUp, part: str, taken: Mapping[str, Taken]) -> Taken | None:
    """Return how a part was taken; None if it was not.

    After a re-basing what was taken under an earlier version of the follow-up counts: re-basing a running task
    must not play again what its units have already been told.
    """
    if not taken:
        return None
    for version in range(follow_up.version, 0, -1):
        entry = taken.get(f"{task.id}:{task.due_version}:{version}:{part}")
        if entry is not None:
            return entry
    return None


def due_actions(
    task: TaskSnapshot,
    follow_up: FollowUp,
    workdays: WorkdayCalendar,
    taken: Mapping[str, Taken],
    now: datetime,
) -> list[DueAction]:
    """Return everything that has come due by `now` and is not in `taken`, in the order it came due.

    A thing comes due at 00:00 of its civil day. Several missed reminders to one addressee are all returned, and all but
    the newest are marked `superseded`: record them as passed over, speak only the newest. Steps come in the policy's
    order; where a step counts from the one before, it comes on a later day than that one is taken. A task in a silent
    state, or without a date, has nothing due.
    """
    if task.state in SILENT or task.due is None:
        return []
    today = civil_day(now)
    actions: list[DueAction] = []
    come = [one for one in reminder.reminders(task, follow_up, workdays) if one.hush is None and one.on <= today]
    newest = {one.to: one for one in come}
    for one in come:
        if entry_of(task, follow_up, one.part, taken) is None:
            actions.append(_reminder_action(task, follow_up, workdays, one, today, one is not newest[one.to]))
    reminded = len(actions)
    earlier: list[Taken] = []
    place = date.min
    for index, step in enumerate(follow_up.steps):
        entry = entry_of(task, follow_up, step_part(step), taken)
        if entry is not None:
            place = entry.on
        else:
            day = escalation.step_day(task, follow_up, workdays, index, earlier, place)
            if isinstance(day, Blocked) or day.on > today:
                break
            actions.append(_step_action(task, follow_up, workdays, step, day, today))
            place, entry = day.on, Taken(on=today)
        earlier.append(entry)
    if 0 < reminded < len(actions):
        # The sort is stable: steps keep the policy's order, and a reminder of the same day stands before a step.
        actions.sort(key=lambda action: action.due_on)
    return actions


def next_look(
    task: TaskSnapshot,
    follow_up: FollowUp,
    workdays: WorkdayCalendar,
    taken: Mapping[str, Taken],
    now: datetime,
) -> datetime | None:
    """Return the instant at which to ask `due_actions` again.

    It is 00:00 in Asia/Shanghai of the next day on which something may come due. Nothing comes due before it unless
    the task, its follow-up, `taken` or the calendar changes; after such a change ask anew. An instant not after
    `now` means that something is due already. None means that nothing can come due. A day in a year whose holidays
    are not announced is looked at early and then daily, for the announcement may move it.
    """
    if task.state in SILENT or task.due is None:
        return None
    days = [
        one.on
        for one in reminder.reminders(task, follow_up, workdays)
        if one.hush is None and entry_of(task, follow_up, one.part, taken) is None
    ]
    earlier: list[Taken] = []
    for index, step in enumerate(follow_up.steps):
        entry = entry_of(task, follow_up, step_part(step), taken)
        if entry is None:
            day = escalation.step_day(
                task, follow_up, workdays, index, earlier, earlier[-1].on if earlier else date.min
            )
            if isinstance(day, StepDay):
                days.append(day.on)
            break
        earlier.append(entry)
    if not days:
        return None
    first = min(days)
    if first.year > workdays.known_through:
        tomorrow = civil_day(now) + ONE_DAY
        first = min(first, max(first - UNANNOUNCED_MARGIN, tomorrow))
    return start_of_day(first)


def ladder(
    task: TaskSnapshot,
    follow_up: FollowUp,
    workdays: WorkdayCalendar,
    taken: Mapping[str, Taken],
    today: date,
    *,
    counted: bool = True,
) -> tuple[Planned, ...]:
    """Return what has happened and what happens next, and when, if nobody acts: reminders and steps in order of days.

    Empty for a task without a date. An ended task shows what was taken only; a silent one shows the rest as held. Without
    `counted` the notes leave out how the days were counted, for callers who want very many and show none.
    """
    if task.due is None:
        return ()
    rungs = _reminder_rungs(task, follow_up, workdays, taken, today, counted)
    rungs += _step_rungs(task, follow_up, workdays, taken, today, counted)
    rungs.sort(key=lambda rung: rung.on or rung.earliest or date.max)
    return tuple(rung for rung in rungs if rung.taken is not None or task.state not in ENDED)


def _reminder_action(
    task: TaskSnapshot,
    follow_up: FollowUp,
    workdays: WorkdayCalendar,
    one: Reminder,
    today: date,
    superseded: bool,
) -> DueAction:
    return DueAction(
        key=key_of(task, follow_up, one.part),
        part=one.part,
        task_id=task.id,
        kind=Kind.REMINDER,
        action=Action.REMIND,
        to=one.to,
        due_on=one.on,
        title="",
        step=None,
        basis=None,
        counting=reminder.counting(task, one, workdays),
        late=today > one.on + ONE_DAY,
        superseded=superseded,
    )


def _step_action(
    task: TaskSnapshot, follow_up: FollowUp, workdays: WorkdayCalendar, step: Step, day: StepDay, today: date
) -> DueAction:
    part = step_part(step)
    return DueAction(
        key=key_of(task, follow_up, part),
        part=part,
        task_id=task.id,
        kind=Kind.STEP,
        action=step.action,
        to=step.to,
        due_on=day.on,
        title=step.title,
        step=step,
        basis=step.basis,
        counting=escalation.counting(task, step, day, workdays),
        late=today > day.on + ONE_DAY,
    )


def _reminder_rungs(
    task: TaskSnapshot,
    follow_up: FollowUp,
    workdays: WorkdayCalendar,
    taken: Mapping[str, Taken],
    today: date,
    counted: bool,
) -> list[Planned]:
    rungs = []
    for one in reminder.reminders(task, follow_up, workdays):
        entry = entry_of(task, follow_up, one.part, taken)
        notes = reminder.counting(task, one, workdays) if counted else ()
        on: date | None = one.on
        if entry is not None:
            status, on = Status.TAKEN, entry.on
        # What stays unspoken anyway is not put off: it would not be spoken if the task came back, either.
        elif one.hush is not None:
            status, notes = Status.HUSHED, (note(f"ladder.hush_{one.hush}"),)
        elif task.state in SILENT:
            status, on, notes = Status.HELD, None, _held(task)
        else:
            status = Status.DUE if one.on <= today else Status.COMING
        rungs.append(
            Planned(
                key=key_of(task, follow_up, one.part),
                part=one.part,
                kind=Kind.REMINDER,
                action=Action.REMIND,
                to=one.to,
                title="",
                step=None,
                basis=None,
                on=on,
                earliest=on,
                status=status,
                taken=entry,
                notes=notes,
            )
        )
    return rungs


def _step_rungs(
    task: TaskSnapshot,
    follow_up: FollowUp,
    workdays: WorkdayCalendar,
    taken: Mapping[str, Taken],
    today: date,
    counted: bool,
) -> list[Planned]:
    rungs = []
    unsigned: list[Taken] = []  # how the steps go if nobody signs anything
    signed: list[Taken] = []  # how they go if every proposal is signed the day it is made, and those waiting today
    blocked: Blocked | None = None
    barred: Blocked | None = None
    place = date.min
    for index, step in enumerate(follow_up.steps):
        entry = entry_of(task, follow_up, step_part(step), taken)
        on: date | None
        earliest: date | None
        notes: tuple[Note, ...] = ()
        if entry is not None:
            on = earliest = entry.on
            effective = escalation.effective_day(step, entry)
            unsigned.append(entry)
            if effective is not None:
                status = Status.TAKEN
                signed.append(replace(entry, effective_on=effective))
            elif entry.declined_on is not None:
                status, notes = Status.DECLINED, (note("ladder.declined", day=entry.declined_on),)
                signed.append(entry)
            else:
                status = Status.PROPOSED
                notes = (note("ladder.asks_finding" if escalation.is_found_by_hand(step) else "ladder.proposed"),)
                signed.append(replace(entry, effective_on=today))
        elif task.state in SILENT:
            on = earliest = None
            status, notes = Status.HELD, _held(task)
        else:
            first = barred or escalation.step_day(task, follow_up, workdays, index, signed, place)
            if isinstance(first, Blocked):
                # Signing what waits opens the way to every step but those behind a proposal that was declined.
                barred, earliest = first, None
            else:
                earliest = first.on
                signed.append(Taken(max(earliest, today), max(earliest, today)))
            day = blocked or escalation.step_day(task, follow_up, workdays, index, unsigned, place)
            if isinstance(day, Blocked):
                blocked, on, status = day, None, Status.BLOCKED
                notes = (_why_blocked(day.by, declined=barred is not None),)
            else:
                on = day.on
                status = Status.DUE if on <= today else Status.COMING
                unsigned.append(Taken(max(on, today)))
                notes = escalation.counting(task, step, day, workdays) if counted else ()
        place = on or earliest or place
        rungs.append(
            Planned(
                key=key_of(task, follow_up, step_part(step)),
                part=step_part(step),
                kind=Kind.STEP,
                action=step.action,
                to=step.to,
                title=step.title,
                step=step,
                basis=step.basis,
                on=on,
                earliest=earliest,
                status=status,
                taken=entry,
                notes=notes,
            )
        )
    return rungs


def _why_blocked(by: Step, *, declined: bool) -> Note:
    if declined:
        return note("ladder.waits_behind_declined", step=by.title)
    return note(f"ladder.waits_for_{'finding' if escalation.is_found_by_hand(by) else 'signature'}", step=by.title)


def _held(task: TaskSnapshot) -> tuple[Note, ...]:
    return (note("ladder.held", state=f"state:{task.state}"),)
