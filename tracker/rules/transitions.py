"""Hold the table of moves a task may make, who may make each, and which two persons must differ.

The table decides by state and role alone. Whether a person holds a role for this task's unit, whether an extension is
still in time (`extension`) and what a move means for dates and messages is decided elsewhere. Administrators keep the
system running and auditors read: neither moves a task.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import overload

from tracker.rules.followup import ENDED, State
from tracker.rules.wording import Note, explain, note


class Role(StrEnum):
    """Name in which capacity somebody acts."""

    LIAISON = "liaison"  # 联络员
    UNIT_HEAD = "unit_head"  # 单位负责人
    SUPERVISION = "supervision"  # 督查室, which assigns, verifies and closes
    LEADER = "leader"  # 县领导
    COUNTY_HEAD = "county_head"  # 县长
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"  # a job or a loader, on nobody's behalf


class Verb(StrEnum):
    """Name what is done to a task, in the county's own words."""

    REGISTER = "register"  # 立项
    BREAK_DOWN = "break_down"  # 分解
    ASSIGN = "assign"  # 交办
    ACKNOWLEDGE = "acknowledge"  # 签收
    REPORT = "report"  # 反馈
    RECORD_REPORT = "record_report"  # 代录反馈: the office writes down what a unit reported elsewhere
    NAME_BLOCKER = "name_blocker"
    REMIND = "remind"  # 催办 by hand
    INSTRUCT = "instruct"  # 批示
    REQUEST_EXTENSION = "request_extension"  # 延期申请
    AGREE_EXTENSION = "agree_extension"  # the unit head's consent
    DECIDE_EXTENSION = "decide_extension"
    RETURN = "return"  # 退回: the unit says that the task is not its own
    DECIDE_RETURN = "decide_return"
    REQUEST_SUSPENSION = "request_suspension"
    SUSPEND = "suspend"  # 中止
    RESUME = "resume"
    APPLY_TO_CLOSE = "apply_to_close"  # 申请办结
    ACCEPT = "accept"  # 销号
    RETURN_FOR_REWORK = "return_for_rework"
    CLOSE_NOT_ACHIEVED = "close_not_achieved"  # 未完成办结
    RATE = "rate"  # 评价
    REOPEN = "reopen"
    CONFIRM_BACKFILL = "confirm_backfill"  # 存量核实: the unit says how the task stands
    RECORD_EVENT = "record_event"
    RECORD_FINDING = "record_finding"  # whether what a step of the policy asks for is there
    REDATE = "redate"
    REBASE = "rebase"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"
    REMARK = "remark"  # 备注


class NotAllowed(Exception):
    """Say that a move is refused; `note` holds the reason for `wording.explain`."""

    def __init__(self, reason: Note) -> None:
        super().__init__(explain(reason, "en"))
        self.note = reason


class WrongRole(NotAllowed):
    """Say that this role never makes this move."""


class WrongState(NotAllowed):
    """Say that the move is not possible from the task's present state."""


class SamePerson(NotAllowed):
    """Say that the move needs a second person."""


class OwnWork(NotAllowed):
    """Say that a unit would judge its own work."""


@dataclass(frozen=True, slots=True)
class Move:
    """Describe one row of the table.

    `sources` are the states the verb starts from, None standing for "no task yet". `ends` are the states it may end in,
    the first one unless the caller names another; empty when the state stays as it is. `not_by_doer_of` names the verbs
    whose doer, in the same matter, may not do this one; `not_by_own_unit` bars the units that did the work.
    """

    sources: frozenset[State | None]
    ends: tuple[State, ...]
    roles: frozenset[Role]
    not_by_doer_of: frozenset[Verb] = frozenset()
    not_by_own_unit: bool = False


_NEW: frozenset[State | None] = frozenset({None})
_RUNNING: frozenset[State | None] = frozenset({State.ASSIGNED, State.IN_PROGRESS})
_OPEN: frozenset[State | None] = frozenset(set(State) - ENDED)
_UNIT = frozenset({Role.LIAISON, Role.UNIT_HEAD})
_OFFICE = frozenset({Role.SUPERVISION})
_LOADER = _OFFICE | {Role.SYSTEM}
_LEADERS = frozenset({Role.LEADER, Role.COUNTY_HEAD})
_STARTS = (State.ASSIGNED, State.WAITING, State.TO_CONFIRM)

MOVES: Mapping[Verb, Move] = {
    Verb.REGISTER: Move(_NEW, (), _LOADER),
    Verb.BREAK_DOWN: Move(_NEW, (), _LOADER),
    Verb.ASSIGN: Move(_NEW, _STARTS, _LOADER),
    Verb.ACKNOWLEDGE: Move(frozenset({State.ASSIGNED}), (State.IN_PROGRESS,), _UNIT),
    # Whoever reports has plainly received the task: no second click for the receipt.
    Verb.REPORT: Move(_RUNNING, (State.IN_PROGRESS,), _UNIT),
    # Done or not, a report written down for a unit ends no task: an application still goes to a second person.
    Verb.RECORD_REPORT: Move(_RUNNING, (State.IN_PROGRESS, State.AWAITING_REVIEW), _OFFICE),
    Verb.NAME_BLOCKER: Move(_RUNNING, (), _UNIT | _OFFICE),
    Verb.REMIND: Move(_RUNNING, (), _LOADER),
    Verb.INSTRUCT: Move(_OPEN, (), _LEADERS),
    Verb.REQUEST_EXTENSION: Move(_RUNNING, (), _UNIT),
    Verb.AGREE_EXTENSION: Move(
        _RUNNING, (), frozenset({Role.UNIT_HEAD}), not_by_doer_of=frozenset({Verb.REQUEST_EXTENSION})
    ),
    Verb.DECIDE_EXTENSION: Move(
        _RUNNING,
        (),
        _OFFICE,
        not_by_doer_of=frozenset({Verb.REQUEST_EXTENSION, Verb.AGREE_EXTENSION}),
        not_by_own_unit=True,
    ),
    # Until the office has decided, the clock runs: to send a task back is no way to stop it.
    Verb.RETURN: Move(_RUNNING, (), _UNIT),
    Verb.DECIDE_RETURN: Move(
        _RUNNING,
        (State.WITHDRAWN, State.ASSIGNED, State.IN_PROGRESS),
        _OFFICE,
        not_by_doer_of=frozenset({Verb.RETURN}),
        not_by_own_unit=True,
    ),
    Verb.REQUEST_SUSPENSION: Move(_RUNNING, (), _UNIT),
    Verb.SUSPEND: Move(
        _RUNNING,
        (State.SUSPENDED,),
        _OFFICE,
        not_by_doer_of=frozenset({Verb.REQUEST_SUSPENSION}),
        not_by_own_unit=True,
    ),
    Verb.RESUME: Move(frozenset({State.SUSPENDED}), (State.IN_PROGRESS, State.ASSIGNED), _OFFICE),
    Verb.APPLY_TO_CLOSE: Move(_RUNNING, (State.AWAITING_REVIEW,), _UNIT),
    Verb.ACCEPT: Move(
        frozenset({State.AWAITING_REVIEW}),
        (State.CLOSED,),
        _OFFICE,
        not_by_doer_of=frozenset({Verb.APPLY_TO_CLOSE, Verb.CONFIRM_BACKFILL}),
        not_by_own_unit=True,
    ),
    Verb.RETURN_FOR_REWORK: Move(frozenset({State.AWAITING_REVIEW}), (State.IN_PROGRESS,), _OFFICE),
    Verb.CLOSE_NOT_ACHIEVED: Move(
        _RUNNING | {State.AWAITING_REVIEW, State.SUSPENDED},
        (State.NOT_ACHIEVED,),
        _OFFICE,
        not_by_doer_of=frozenset({Verb.APPLY_TO_CLOSE}),
        not_by_own_unit=True,
    ),
    Verb.RATE: Move(frozenset({State.CLOSED, State.NOT_ACHIEVED}), (), _OFFICE, not_by_own_unit=True),
    Verb.REOPEN: Move(frozenset({State.CLOSED, State.NOT_ACHIEVED}), (State.IN_PROGRESS,), _OFFICE),
    # Still open, or done before anybody asked: then the office verifies it like any other.
    Verb.CONFIRM_BACKFILL: Move(
        frozenset({State.TO_CONFIRM}), (State.IN_PROGRESS, State.AWAITING_REVIEW), _UNIT | _OFFICE
    ),
    # The event sets the date, and a liaison never sets a date.
    Verb.RECORD_EVENT: Move(
        frozenset({State.WAITING}), (State.ASSIGNED, State.TO_CONFIRM), frozenset({Role.UNIT_HEAD}) | _OFFICE
    ),
    Verb.RECORD_FINDING: Move(_RUNNING, (), _OFFICE),
    Verb.REDATE: Move(_OPEN, (), _LOADER),
    Verb.REBASE: Move(_OPEN, (), _OFFICE),
    Verb.WITHDRAW: Move(_OPEN, (State.WITHDRAWN,), _LOADER),
    Verb.REINSTATE: Move(frozenset({State.WITHDRAWN}), _STARTS, _LOADER),
    # What is noted beside a task changes nothing about it, and may be noted after its end.
    Verb.REMARK: Move(frozenset(State), (), _UNIT | _OFFICE),
}


@overload
def move(verb: Verb, state: State, role: Role, *, to: State | None = None) -> State: ...
@overload
def move(verb: Verb, state: None, role: Role, *, to: State | None = None) -> State | None: ...
def move(verb: Verb, state: State | None, role: Role, *, to: State | None = None) -> State | None:
    """Return the state a verb leads to from `state` when done by `role`.

    `state` is None before there is a task; `to` names the end where a verb has several (the first is taken
    otherwise). Raises WrongRole when this role never does it, whatever the state, and WrongState when the state
    does not allow it or `to` is no end of it.
    """
    row = MOVES[verb]
    name = f"verb:{verb}"
    if role not in row.roles:
        raise WrongRole(note("transition.wrong_role", role=f"role:{role}", verb=name))
    if state not in row.sources:
        if state is None:
            raise WrongState(note("transition.no_task", verb=name))
        code = "transition.task_exists" if None in row.sources else "transition.wrong_state"
        raise WrongState(note(code, state=f"state:{state}", verb=name))
    if to is not None and to not in (row.ends or (state,)):
        raise WrongState(note("transition.wrong_end", state=f"state:{to}", verb=name))
    return to or (row.ends[0] if row.ends else state)


def may(verb: Verb, state: State | None, role: Role) -> bool:
    """Return whether this role may do this to a task in this state."""
    row = MOVES[verb]
    return role in row.roles and state in row.sources


def verbs(state: State | None, role: Role) -> tuple[Verb, ...]:
    """Return what a role may do to a task in this state, in the order of the county's process."""
    return tuple(verb for verb in Verb if may(verb, state, role))


def check_persons(
    verb: Verb,
    *,
    by: Hashable,
    unit: Hashable | None,
    doers: Mapping[Verb, Collection[Hashable]],
    working_units: Collection[Hashable],
) -> None:
    """Refuse a move that the same person, or the unit that did the work, may not make.

    `by` and `unit` identify who acts and for which unit; `doers` who did the earlier verbs of the same matter (the same
    request, the same application); `working_units` are the lead and supporting units of the task. Raises SamePerson or
    OwnWork.
    """
    row = MOVES[verb]
    for earlier in sorted(row.not_by_doer_of):
        if by in doers.get(earlier, ()):
            raise SamePerson(note("transition.same_person", verb=f"verb:{verb}", earlier=f"verb:{earlier}"))
    if row.not_by_own_unit and unit is not None and unit in working_units:
        raise OwnWork(note("transition.own_work", verb=f"verb:{verb}"))


def opening_state(due: date | None, opened_on: date, *, waits_for_event: bool = False) -> State:
    """Return the state a task opens in: waiting, to be confirmed when its date is already past, else assigned.

    `opened_on` is the civil day it opens; a task due on that very day is not past.
    """
    if waits_for_event:
        return State.WAITING
    if due is not None and due < opened_on:
        return State.TO_CONFIRM
    return State.ASSIGNED
