"""What a finding does to the ladder of a step that only speaks, and when none may be made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.making import CHINA, LETTER, a_follow_up, a_step, a_task, at
from tracker.rules import finding
from tracker.rules.due import Status, due_actions, key_of, ladder
from tracker.rules.escalation import faults
from tracker.rules.followup import After, State, Taken
from tracker.rules.simulate import Behaviour, Case, Decision, simulate
from tracker.rules.wording import explain

GROUP = a_step("group", 3, needs_finding="属于普查组织实施中的重大问题")
ASSESS = a_step("assess", 2, after=After.PREVIOUS)
LADDER = a_follow_up(policy="census", ahead=(), overdue=(), steps=(GROUP, ASSESS))
CAME = date(2023, 6, 7)
TASK = a_task()
KEY = key_of(TASK, LADDER, "step:group")
WAITS = {KEY: Taken(CAME)}


def test_a_step_that_has_come_due_waits_for_its_finding() -> None:
    assert finding.awaited(TASK, LADDER, WAITS) == (GROUP,)
    assert finding.awaited(TASK, LADDER, {}) == ()


@pytest.mark.parametrize("state", [State.CLOSED, State.SUSPENDED, State.AWAITING_REVIEW, State.TO_CONFIRM])
def test_nothing_is_found_on_a_task_at_rest(state: State) -> None:
    task = replace(TASK, state=state)
    assert finding.awaited(task, LADDER, WAITS) == ()
    why = finding.fault(task, LADDER, WAITS, "group", holds=True)
    assert why is not None and "不作认定" in explain(why)


def test_a_step_of_an_earlier_date_waits_no_longer() -> None:
    assert finding.awaited(replace(TASK, due_version=2), LADDER, WAITS) == ()


def test_a_paper_and_a_plain_step_are_not_found_here() -> None:
    follow_up = a_follow_up(steps=(LETTER, a_step("plain", 4)))
    taken = {key_of(TASK, follow_up, f"step:{key}"): Taken(CAME) for key in ("letter", "plain")}
    assert finding.awaited(TASK, follow_up, taken) == ()
    assert finding.fault(TASK, follow_up, taken, "letter", holds=True) is not None


def test_found_what_counts_from_it_counts_from_that_day() -> None:
    taken = {KEY: finding.decided(WAITS[KEY], date(2023, 6, 9), holds=True)}
    assert due_actions(TASK, LADDER, CHINA, taken, at(2023, 6, 12)) == []
    (action,) = due_actions(TASK, LADDER, CHINA, taken, at(2023, 6, 13))
    assert (action.step, action.due_on) == (ASSESS, date(2023, 6, 13))


def test_found_not_to_hold_it_bars_the_way_and_may_be_found_later() -> None:
    taken = {KEY: finding.decided(WAITS[KEY], date(2023, 6, 9), holds=False)}
    assert due_actions(TASK, LADDER, CHINA, taken, at(2024, 6, 9)) == []
    assert finding.at_rest(TASK, LADDER, taken) == (GROUP,)
    rungs = {rung.part: rung for rung in ladder(TASK, LADDER, CHINA, taken, date(2023, 6, 12))}
    assert rungs["step:group"].status is Status.DECLINED
    assert (rungs["step:assess"].status, rungs["step:assess"].earliest) == (Status.BLOCKED, None)
    found = finding.decided(taken[KEY], date(2023, 6, 14), holds=True)
    assert (found.effective_on, found.declined_on) == (date(2023, 6, 14), None)


def test_the_addressee_is_told_under_a_key_of_its_own_on_the_day_of_the_finding() -> None:
    told = finding.carried_out(TASK, KEY, GROUP, date(2023, 6, 9))
    assert (told.key, told.due_on, told.to) == (f"{KEY}:found", date(2023, 6, 9), GROUP.to)


def test_a_signature_without_a_paper_is_a_fault_of_the_policy() -> None:
    found = faults(a_follow_up(steps=(a_step("group", 3, needs_signature=True),)))
    assert [code for code, _parameters in found] == ["policy.signature_without_paper"]


def test_history_decides_until_it_is_known_and_the_assumption_only_after() -> None:
    first, known_until, last = date(2023, 6, 1), date(2023, 6, 20), date(2023, 7, 31)
    declined = Decision(date(2023, 6, 10), 1, "step:group", declined_on=date(2023, 6, 9))
    found = Decision(date(2023, 6, 15), 1, "step:group", effective_on=date(2023, 6, 14))

    def played(*decisions: Decision, signed: bool = True) -> list[tuple[date, str]]:
        case = Case(TASK, LADDER, None, (), decisions, known_until)
        days = simulate([case], CHINA, first, last, Behaviour.AS_HISTORY, assume_signed=signed)
        return [(day.on, action.part) for day in days for action in day.actions if action.step]

    came = (CAME, "step:group")
    assert played(declined) == [came]
    assert played(declined, found) == [came, (date(2023, 6, 16), "step:assess")]
    # Undecided until today, it is taken as found from today on (Sunday 25 June is a working day), or never.
    assert played() == [came, (date(2023, 6, 25), "step:assess")]
    assert played(signed=False) == [came]
