"""Play the follow-up of many tasks forward, day by day, and say what would come due; nothing is written anywhere.

The same decision as a real sweep (`due`) is asked on every day it may answer something. Assumptions are the
caller's: how the units behave, and whether a proposal is signed on the day it is made. Who a role is on that day
and how the message reads is decided outside rules.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import itemgetter

from tracker.rules import escalation
from tracker.rules.civil import civil_day, start_of_day
from tracker.rules.due import due_actions, entry_of, key_of, next_look, step_part
from tracker.rules.followup import QUIET, DueAction, FollowUp, State, Step, Taken, TakenSteps, TaskSnapshot
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar


class Behaviour(StrEnum):
    """Name how the units are assumed to behave."""

    NOBODY_ACTS = "nobody_acts"
    ALL_ON_TIME = "all_on_time"  # every task is done on its due date, and what is late already before the period
    AS_HISTORY = "as_history"  # the changes of each case, as they were recorded


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one task to play: as it stands, its frozen follow-up, and what is known of it.

    `taken` is what has been recorded already; None means that the follow-up is played silently from the opening, so
    that the period begins as if the software had run all along. `changes` are later snapshots with the civil day
    each holds from, in order; only `Behaviour.AS_HISTORY` follows them.
    """

    task: TaskSnapshot
    follow_up: FollowUp
    taken: TakenSteps | None = None
    changes: tuple[tuple[date, TaskSnapshot], ...] = ()


@dataclass(frozen=True, slots=True)
class SimulatedDay:
    """Hold what comes due on one civil day: in the order of the cases and, within one, as a sweep would record it."""

    on: date
    actions: tuple[DueAction, ...]


def simulate(
    cases: Iterable[Case],
    workdays: WorkdayCalendar,
    first: date,
    last: date,
    behaviour: Behaviour = Behaviour.NOBODY_ACTS,
    *,
    assume_signed: bool = True,
) -> Iterator[SimulatedDay]:
    """Yield the days from `first` to `last`, both inclusive, on which something comes due, in order.

    With `assume_signed` every proposal, made in the period or waiting when it begins, is found and signed on the day it
    is made (or on `first`), and its notice sets the rectification date its step asks for; without it proposals wait for
    ever. Raises ValueError when `last` is before `first`.
    """
    if last < first:
        raise ValueError(f"the period ends on {last}, before it begins on {first}")
    played = (
        _play(index, case, workdays, first, last, _changes(case, first, behaviour), assume_signed)
        for index, case in enumerate(cases)
    )
    for day, parts in groupby(heapq.merge(*played, key=itemgetter(0, 1)), key=itemgetter(0)):
        yield SimulatedDay(day, tuple(action for _, _, actions in parts for action in actions))


def _play(
    index: int,
    case: Case,
    workdays: WorkdayCalendar,
    first: date,
    last: date,
    changes: Sequence[tuple[date, TaskSnapshot]],
    assume_signed: bool,
) -> Iterator[tuple[date, int, list[DueAction]]]:
    """Yield each day of the period on which something comes due on one task, with the task's place among all."""
    task, follow_up = case.task, case.follow_up
    if case.taken is None:
        taken, today = {}, min(task.opened_on, first)
    else:
        taken, today = dict(case.taken), first
        if assume_signed:
            taken.update(_signed_now(case, workdays, first))
    later = deque(changes)
    while today <= last:
        while later and later[0][0] <= today:
            task = later.popleft()[1]
        now = start_of_day(today)
        actions = due_actions(task, follow_up, workdays, taken, now)
        for action in actions:
            taken[action.key] = _as_taken(action, today, workdays, assume_signed)
        if actions and today >= first:
            yield today, index, actions
        look = next_look(task, follow_up, workdays, taken, now)
        days = [civil_day(look)] if look is not None else []
        if later:
            days.append(later[0][0])
        if not days:
            return
        today = max(min(days), today + ONE_DAY)


def _changes(case: Case, first: date, behaviour: Behaviour) -> Sequence[tuple[date, TaskSnapshot]]:
    """Return the snapshots a task takes on, each with the civil day it holds from, under a behaviour."""
    task = case.task
    if behaviour is Behaviour.AS_HISTORY:
        return case.changes
    if behaviour is Behaviour.NOBODY_ACTS or task.due is None or task.state in QUIET:
        return ()
    # Done on the date, so that from the next day on nothing more comes; what is late already is done before the first.
    closed = replace(task, state=State.CLOSED, applied_on=task.due, closed_on=task.due)
    return ((max(task.due + ONE_DAY, first), closed),)


def _as_taken(action: DueAction, today: date, workdays: WorkdayCalendar, assume_signed: bool) -> Taken:
    step = action.step
    if step is None or not escalation.is_proposal(step):
        return Taken(today, today)
    if not assume_signed:
        return Taken(today)
    return Taken(today, today, _rectify_by(step, today, workdays))


def _signed_now(case: Case, workdays: WorkdayCalendar, first: date) -> dict[str, Taken]:
    """Return the proposals that wait when the period begins, as signed on its first day."""
    found = {}
    for step in case.follow_up.steps:
        entry = entry_of(case.task, case.follow_up, step_part(step), case.taken or {})
        if entry is not None and escalation.effective_day(step, entry) is None:
            key = key_of(case.task, case.follow_up, step_part(step))
            found[key] = Taken(entry.on, first, entry.rectify_by or _rectify_by(step, first, workdays))
    return found


def _rectify_by(step: Step, effective: date, workdays: WorkdayCalendar) -> date | None:
    if not escalation.asks_rectification(step):
        return None
    return escalation.rectification_day(step, effective, workdays)
