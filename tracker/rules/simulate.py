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

from tracker.rules import escalation, finding
from tracker.rules.civil import civil_day, start_of_day
from tracker.rules.due import due_actions, entry_of, key_of, next_look, step_part
from tracker.rules.followup import QUIET, DueAction, FollowUp, State, Step, Taken, TakenSteps, TaskSnapshot
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar


class Behaviour(StrEnum):
    """Name how the units are assumed to behave."""

    NOBODY_ACTS = "nobody_acts"
    ALL_ON_TIME = "all_on_time"  # every task is done on its due date, and what is late already before the period
    AS_HISTORY = "as_history"  # the changes and decisions of each case, as they were recorded


@dataclass(frozen=True, slots=True)
class Decision:
    """Hold what people decided on one step: from the civil day `holds_from` on it stands as the other fields of `Taken` say.

    `part` is the last portion of the step's key, of the date numbered `due_version`.
    """

    holds_from: date
    due_version: int
    part: str
    effective_on: date | None = None
    rectify_by: date | None = None
    declined_on: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one task to play: as it stands, its frozen follow-up, and what is known of it.

    `taken` is what has been recorded already; None means that the follow-up is played silently from the opening, so
    that the period begins as if the software had run all along. `changes` are later snapshots with the civil day
    each holds from, and `decisions` what people decided on its steps, both in order and both known through the day
    before `known_until`; only `Behaviour.AS_HISTORY` follows them.
    """

    task: TaskSnapshot
    follow_up: FollowUp
    taken: TakenSteps | None = None
    changes: tuple[tuple[date, TaskSnapshot], ...] = ()
    decisions: tuple[Decision, ...] = ()
    known_until: date | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """Hold one thing that comes due, with the task as it stood then and the steps whose papers were in force.

    `signed` are pairs of such a step's key and how it was taken. `carried_out` is what the addressee of a step is told when
    the finding it needs is made on the spot.
    """

    action: DueAction
    task: TaskSnapshot
    signed: tuple[tuple[str, Step, Taken], ...] = ()
    carried_out: DueAction | None = None


@dataclass(frozen=True, slots=True)
class SimulatedDay:
    """Hold what comes due on one civil day: in the order of the cases and, within one, as a sweep would record it."""

    on: date
    played: tuple[Played, ...]

    @property
    def actions(self) -> tuple[DueAction, ...]:
        return tuple(one.action for one in self.played)


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
    ever. As history was, that holds from `known_until` on, for before it people decided as they did. What was declined
    stays so. Raises ValueError when `last` is before `first`.
    """
    if last < first:
        raise ValueError(f"the period ends on {last}, before it begins on {first}")
    played = (_play(index, case, workdays, first, last, behaviour, assume_signed) for index, case in enumerate(cases))
    for day, parts in groupby(heapq.merge(*played, key=itemgetter(0, 1)), key=itemgetter(0)):
        yield SimulatedDay(day, tuple(one for _, _, played in parts for one in played))


def _play(
    index: int,
    case: Case,
    workdays: WorkdayCalendar,
    first: date,
    last: date,
    behaviour: Behaviour,
    assume_signed: bool,
) -> Iterator[tuple[date, int, list[Played]]]:
    """Yield each day of the period on which something comes due on one task, with the task's place among all."""
    task, follow_up = case.task, case.follow_up
    later = deque(_changes(case, first, behaviour))
    decisions = deque(case.decisions if behaviour is Behaviour.AS_HISTORY else ())
    taken: dict[str, Taken] = {} if case.taken is None else dict(case.taken)
    today = first if case.taken is not None else min(task.opened_on, first)
    # From this day on every proposal is signed at once; None when none ever is.
    signing_from = _signing_from(case, today, behaviour) if assume_signed else None
    signs = False
    while today <= last:
        while later and later[0][0] <= today:
            task = later.popleft()[1]
        while decisions and decisions[0].holds_from <= today:
            _decide(taken, task.id, follow_up, decisions.popleft())
        if not signs and signing_from is not None and signing_from <= today:
            signs = True
            taken.update(_all_signed(task, follow_up, taken, workdays, today))
        now = start_of_day(today)
        actions = due_actions(task, follow_up, workdays, taken, now)
        played = [_played(task, follow_up, taken, action, signs) for action in actions]
        for action in actions:
            taken[action.key] = _as_taken(action, today, workdays, signs)
        if played and today >= first:
            yield today, index, played
        look = next_look(task, follow_up, workdays, taken, now)
        days = [civil_day(look)] if look is not None else []
        days += [later[0][0]] if later else []
        days += [decisions[0].holds_from] if decisions else []
        days += [signing_from] if signing_from is not None and not signs else []
        if not days:
            return
        today = max(min(days), today + ONE_DAY)


def _played(task: TaskSnapshot, follow_up: FollowUp, taken: TakenSteps, action: DueAction, signs: bool) -> Played:
    step = action.step
    if step is None or not escalation.is_proposal(step):
        return Played(action, task)
    if escalation.is_found_by_hand(step):
        return Played(action, task, (), finding.carried_out(task, action.key, step, action.due_on) if signs else None)
    papers = (one for one in follow_up.steps if one.action in escalation.PROPOSES)
    entries = ((one, entry_of(task, follow_up, step_part(one), taken)) for one in papers)
    signed = ((key_of(task, follow_up, step_part(one)), one, entry) for one, entry in entries if entry is not None)
    return Played(action, task, tuple(one for one in signed if one[2].effective_on is not None))


def _signing_from(case: Case, begins: date, behaviour: Behaviour) -> date:
    return case.known_until or begins if behaviour is Behaviour.AS_HISTORY else begins


def _decide(taken: dict[str, Taken], task_id: int, follow_up: FollowUp, decision: Decision) -> None:
    """Let a step stand as people decided; one that this play has not taken is passed over."""
    key = f"{task_id}:{decision.due_version}:{follow_up.version}:{decision.part}"
    if key in taken:
        taken[key] = replace(
            taken[key],
            effective_on=decision.effective_on,
            rectify_by=decision.rectify_by,
            declined_on=decision.declined_on,
        )


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


def _all_signed(
    task: TaskSnapshot, follow_up: FollowUp, taken: TakenSteps, workdays: WorkdayCalendar, on: date
) -> dict[str, Taken]:
    """Return the proposals that wait, as signed on a day; what was declined stays declined."""
    found = {}
    for step in follow_up.steps:
        entry = entry_of(task, follow_up, step_part(step), taken)
        if entry is None or entry.declined_on is not None or escalation.effective_day(step, entry) is not None:
            continue
        key = key_of(task, follow_up, step_part(step))
        found[key] = replace(entry, effective_on=on, rectify_by=entry.rectify_by or _rectify_by(step, on, workdays))
    return found


def _rectify_by(step: Step, effective: date, workdays: WorkdayCalendar) -> date | None:
    if not escalation.asks_rectification(step):
        return None
    return escalation.rectification_day(step, effective, workdays)
