"""Which moves a task may make, who may make each, and which two persons must differ."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.rules.followup import ENDED, State
from tracker.rules.transitions import (
    MOVES,
    NotAllowed,
    OwnWork,
    Role,
    SamePerson,
    Verb,
    WrongRole,
    WrongState,
    check_persons,
    may,
    move,
    opening_state,
    verbs,
)
from tracker.rules.wording import explain


@pytest.mark.parametrize(
    ("verb", "state", "role", "end"),
    [
        (Verb.ASSIGN, None, Role.SUPERVISION, State.ASSIGNED),
        (Verb.ASSIGN, None, Role.SYSTEM, State.ASSIGNED),
        (Verb.REGISTER, None, Role.SUPERVISION, None),
        (Verb.BREAK_DOWN, None, Role.SUPERVISION, None),
        (Verb.ACKNOWLEDGE, State.ASSIGNED, Role.LIAISON, State.IN_PROGRESS),
        (Verb.REPORT, State.ASSIGNED, Role.LIAISON, State.IN_PROGRESS),
        (Verb.REPORT, State.IN_PROGRESS, Role.UNIT_HEAD, State.IN_PROGRESS),
        (Verb.RECORD_REPORT, State.ASSIGNED, Role.SUPERVISION, State.IN_PROGRESS),
        (Verb.NAME_BLOCKER, State.IN_PROGRESS, Role.LIAISON, State.IN_PROGRESS),
        (Verb.REMARK, State.TO_CONFIRM, Role.LIAISON, State.TO_CONFIRM),
        (Verb.REMARK, State.CLOSED, Role.SUPERVISION, State.CLOSED),
        (Verb.REMIND, State.ASSIGNED, Role.SUPERVISION, State.ASSIGNED),
        (Verb.INSTRUCT, State.AWAITING_REVIEW, Role.LEADER, State.AWAITING_REVIEW),
        (Verb.INSTRUCT, State.TO_CONFIRM, Role.COUNTY_HEAD, State.TO_CONFIRM),
        (Verb.REQUEST_EXTENSION, State.IN_PROGRESS, Role.LIAISON, State.IN_PROGRESS),
        (Verb.AGREE_EXTENSION, State.IN_PROGRESS, Role.UNIT_HEAD, State.IN_PROGRESS),
        (Verb.DECIDE_EXTENSION, State.IN_PROGRESS, Role.SUPERVISION, State.IN_PROGRESS),
        (Verb.RETURN, State.ASSIGNED, Role.LIAISON, State.ASSIGNED),
        (Verb.DECIDE_RETURN, State.ASSIGNED, Role.SUPERVISION, State.WITHDRAWN),
        (Verb.SUSPEND, State.IN_PROGRESS, Role.SUPERVISION, State.SUSPENDED),
        (Verb.RESUME, State.SUSPENDED, Role.SUPERVISION, State.IN_PROGRESS),
        (Verb.APPLY_TO_CLOSE, State.IN_PROGRESS, Role.LIAISON, State.AWAITING_REVIEW),
        (Verb.ACCEPT, State.AWAITING_REVIEW, Role.SUPERVISION, State.CLOSED),
        (Verb.RETURN_FOR_REWORK, State.AWAITING_REVIEW, Role.SUPERVISION, State.IN_PROGRESS),
        (Verb.CLOSE_NOT_ACHIEVED, State.IN_PROGRESS, Role.SUPERVISION, State.NOT_ACHIEVED),
        (Verb.RATE, State.CLOSED, Role.SUPERVISION, State.CLOSED),
        (Verb.REOPEN, State.NOT_ACHIEVED, Role.SUPERVISION, State.IN_PROGRESS),
        (Verb.CONFIRM_BACKFILL, State.TO_CONFIRM, Role.LIAISON, State.IN_PROGRESS),
        (Verb.RECORD_EVENT, State.WAITING, Role.UNIT_HEAD, State.ASSIGNED),
        (Verb.REDATE, State.IN_PROGRESS, Role.SYSTEM, State.IN_PROGRESS),
        (Verb.REBASE, State.IN_PROGRESS, Role.SUPERVISION, State.IN_PROGRESS),
        (Verb.WITHDRAW, State.SUSPENDED, Role.SYSTEM, State.WITHDRAWN),
        (Verb.REINSTATE, State.WITHDRAWN, Role.SYSTEM, State.ASSIGNED),
    ],
)
def test_move_leads_to_its_state(verb: Verb, state: State | None, role: Role, end: State | None) -> None:
    assert move(verb, state, role) is end


def test_move_with_several_ends_takes_the_one_named() -> None:
    ends = [
        move(Verb.CONFIRM_BACKFILL, State.TO_CONFIRM, Role.LIAISON, to=State.AWAITING_REVIEW),
        move(Verb.RESUME, State.SUSPENDED, Role.SUPERVISION, to=State.ASSIGNED),
        move(Verb.ASSIGN, None, Role.SYSTEM, to=State.TO_CONFIRM),
        move(Verb.DECIDE_RETURN, State.ASSIGNED, Role.SUPERVISION, to=State.ASSIGNED),
    ]
    assert ends == [State.AWAITING_REVIEW, State.ASSIGNED, State.TO_CONFIRM, State.ASSIGNED]


def test_move_to_a_state_it_does_not_end_in_is_refused() -> None:
    with pytest.raises(WrongState) as refused:
        move(Verb.CONFIRM_BACKFILL, State.TO_CONFIRM, Role.LIAISON, to=State.CLOSED)
    assert refused.value.note[0] == "transition.wrong_end"


def test_wrong_role_and_wrong_state_are_different_errors() -> None:
    with pytest.raises(WrongRole) as role:
        move(Verb.ACCEPT, State.AWAITING_REVIEW, Role.LIAISON)
    with pytest.raises(WrongState) as state:
        move(Verb.ACCEPT, State.IN_PROGRESS, Role.SUPERVISION)
    assert explain(role.value.note) == "联络员无权办理“销号”。"
    assert explain(state.value.note) == "事项当前为“办理中”，不能办理“销号”。"
    assert str(role.value) == "The liaison may not close out."


def test_wrong_role_is_told_whatever_the_state() -> None:
    with pytest.raises(WrongRole):
        move(Verb.ACCEPT, State.CLOSED, Role.LIAISON)


def test_task_that_does_not_exist_or_exists_already_is_told_so() -> None:
    with pytest.raises(WrongState) as missing:
        move(Verb.ACKNOWLEDGE, None, Role.LIAISON)
    with pytest.raises(WrongState) as twice:
        move(Verb.ASSIGN, State.ASSIGNED, Role.SUPERVISION)
    assert [missing.value.note[0], twice.value.note[0]] == ["transition.no_task", "transition.task_exists"]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_administrators_and_auditors_move_nothing(role: Role) -> None:
    assert not any(role in row.roles for row in MOVES.values())


def test_liaison_sets_progress_and_never_a_date_a_unit_or_an_end() -> None:
    sources = [None, *State]
    assert {verb for state in sources for verb in verbs(state, Role.LIAISON)} == {
        Verb.ACKNOWLEDGE,
        Verb.REPORT,
        Verb.NAME_BLOCKER,
        Verb.REQUEST_EXTENSION,
        Verb.RETURN,
        Verb.REQUEST_SUSPENSION,
        Verb.APPLY_TO_CLOSE,
        Verb.CONFIRM_BACKFILL,
        Verb.REMARK,
    }


def test_leaders_only_instruct() -> None:
    for role in (Role.LEADER, Role.COUNTY_HEAD):
        assert {verb for state in [None, *State] for verb in verbs(state, role)} == {Verb.INSTRUCT}


def test_system_never_judges_work() -> None:
    judged = {Verb.ACCEPT, Verb.CLOSE_NOT_ACHIEVED, Verb.RATE, Verb.DECIDE_EXTENSION, Verb.SUSPEND, Verb.REOPEN}
    assert not any(Role.SYSTEM in MOVES[verb].roles for verb in judged)


@pytest.mark.parametrize("state", sorted(ENDED))
def test_ended_task_moves_only_by_reopening_or_reinstating(state: State) -> None:
    moving = {verb for verb, row in MOVES.items() if state in row.sources and any(end is not state for end in row.ends)}
    assert moving == ({Verb.REINSTATE} if state is State.WITHDRAWN else {Verb.REOPEN})


def test_every_state_can_be_reached_and_every_verb_has_a_row() -> None:
    assert set(MOVES) == set(Verb)
    assert {end for row in MOVES.values() for end in row.ends} == set(State)


def test_buttons_of_a_role_follow_the_order_of_the_process() -> None:
    assert verbs(State.AWAITING_REVIEW, Role.SUPERVISION) == (
        Verb.ACCEPT,
        Verb.RETURN_FOR_REWORK,
        Verb.CLOSE_NOT_ACHIEVED,
        Verb.REDATE,
        Verb.REBASE,
        Verb.WITHDRAW,
        Verb.REMARK,
    )
    assert may(Verb.ACCEPT, State.AWAITING_REVIEW, Role.SUPERVISION)
    assert not may(Verb.ACCEPT, State.IN_PROGRESS, Role.SUPERVISION)


def check(verb: Verb, by: str, unit: str, **doers: list[str]) -> None:
    check_persons(
        verb,
        by=by,
        unit=unit,
        doers={Verb(name): people for name, people in doers.items()},
        working_units={"县教育局"},
    )


@pytest.mark.parametrize(
    ("verb", "earlier"),
    [
        (Verb.AGREE_EXTENSION, Verb.REQUEST_EXTENSION),
        (Verb.DECIDE_EXTENSION, Verb.REQUEST_EXTENSION),
        (Verb.DECIDE_EXTENSION, Verb.AGREE_EXTENSION),
        (Verb.DECIDE_RETURN, Verb.RETURN),
        (Verb.SUSPEND, Verb.REQUEST_SUSPENSION),
        (Verb.ACCEPT, Verb.APPLY_TO_CLOSE),
        (Verb.ACCEPT, Verb.CONFIRM_BACKFILL),
        (Verb.CLOSE_NOT_ACHIEVED, Verb.APPLY_TO_CLOSE),
    ],
)
def test_second_person_decides(verb: Verb, earlier: Verb) -> None:
    with pytest.raises(SamePerson) as refused:
        check(verb, "张三", "县政府督查室", **{earlier.value: ["张三"]})
    assert dict(refused.value.note[1])["earlier"] == f"verb:{earlier}"
    check(verb, "李四", "县政府督查室", **{earlier.value: ["张三"]})


@pytest.mark.parametrize(
    "verb",
    [Verb.ACCEPT, Verb.CLOSE_NOT_ACHIEVED, Verb.DECIDE_EXTENSION, Verb.DECIDE_RETURN, Verb.SUSPEND, Verb.RATE],
)
def test_unit_never_judges_its_own_work(verb: Verb) -> None:
    with pytest.raises(OwnWork):
        check(verb, "李四", "县教育局")


def test_unit_head_agrees_to_a_request_of_the_own_unit() -> None:
    check(Verb.AGREE_EXTENSION, "李四", "县教育局", request_extension=["张三"])


def test_refusals_are_one_family() -> None:
    assert all(issubclass(kind, NotAllowed) for kind in (WrongRole, WrongState, SamePerson, OwnWork))


@pytest.mark.parametrize(
    ("due", "waits", "state"),
    [
        (None, True, State.WAITING),
        (None, False, State.ASSIGNED),
        (date(2023, 6, 4), False, State.TO_CONFIRM),
        (date(2023, 6, 5), False, State.ASSIGNED),
        (date(2023, 6, 6), False, State.ASSIGNED),
    ],
)
def test_task_opens_waiting_to_be_confirmed_or_assigned(due: date | None, waits: bool, state: State) -> None:
    assert opening_state(due, date(2023, 6, 5), waits_for_event=waits) is state
