"""The follow-up of many tasks played forward, without writing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.making import CENSUS_STEPS, CHINA, RURAL_STEPS, a_follow_up, a_task
from tracker.rules.due import key_of
from tracker.rules.followup import State, Taken
from tracker.rules.simulate import Behaviour, Case, SimulatedDay, simulate

CENSUS = a_follow_up(policy="census", overdue=(), steps=CENSUS_STEPS)
RURAL = a_follow_up(policy="rural-reform", ahead=(), overdue=(), steps=RURAL_STEPS)
MAY_31, JULY_31 = date(2023, 5, 31), date(2023, 7, 31)


def told(days: list[SimulatedDay]) -> list[tuple[date, list[tuple[int, str]]]]:
    return [(day.on, [(action.task_id, action.part) for action in day.actions]) for day in days]


def test_nobody_acts_and_the_ladder_is_climbed_to_its_end() -> None:
    days = list(simulate([Case(a_task(), CENSUS)], CHINA, MAY_31, JULY_31))
    assert told(days) == [
        (date(2023, 6, 1), [(7, "ahead:1")]),
        (date(2023, 6, 2), [(7, "ahead:0")]),
        (date(2023, 6, 5), [(7, "step:census-head")]),
        (date(2023, 6, 7), [(7, "step:census-office")]),
        (date(2023, 6, 12), [(7, "step:census-group")]),
    ]


def test_all_on_time_is_reminded_and_never_escalated() -> None:
    days = list(simulate([Case(a_task(), CENSUS)], CHINA, MAY_31, JULY_31, Behaviour.ALL_ON_TIME))
    assert told(days) == [(date(2023, 6, 1), [(7, "ahead:1")]), (date(2023, 6, 2), [(7, "ahead:0")])]


def test_what_is_late_already_is_done_before_an_all_on_time_period() -> None:
    cases = [Case(a_task(), CENSUS), Case(a_task(), CENSUS, taken={})]
    assert list(simulate(cases, CHINA, date(2023, 6, 5), JULY_31, Behaviour.ALL_ON_TIME)) == []


def test_period_begins_as_if_the_software_had_run_all_along() -> None:
    days = list(simulate([Case(a_task(), CENSUS)], CHINA, date(2023, 6, 6), JULY_31))
    assert [day.on for day in days] == [date(2023, 6, 7), date(2023, 6, 12)]


def test_recorded_history_is_caught_up_with_on_the_first_day() -> None:
    taken = {key_of(a_task(), CENSUS, f"ahead:{lead}"): Taken(date(2023, 6, 2)) for lead in (1, 0)}
    days = list(simulate([Case(a_task(), CENSUS, taken=taken)], CHINA, date(2023, 6, 8), JULY_31))
    assert told(days) == [
        (date(2023, 6, 8), [(7, "step:census-head"), (7, "step:census-office")]),
        (date(2023, 6, 12), [(7, "step:census-group")]),
    ]


def test_proposals_are_signed_the_day_they_are_made_when_assumed_so() -> None:
    days = list(simulate([Case(a_task(), RURAL)], CHINA, MAY_31, JULY_31))
    assert told(days) == [
        (date(2023, 6, 7), [(7, "step:letter")]),
        (date(2023, 6, 19), [(7, "step:rectify")]),
        (date(2023, 6, 30), [(7, "step:criticise")]),
    ]


def test_unsigned_proposals_wait_for_ever() -> None:
    days = list(simulate([Case(a_task(), RURAL)], CHINA, MAY_31, JULY_31, assume_signed=False))
    assert told(days) == [(date(2023, 6, 7), [(7, "step:letter")])]


def test_proposal_that_waits_when_the_period_begins_is_signed_on_its_first_day() -> None:
    taken = {key_of(a_task(), RURAL, "step:letter"): Taken(date(2023, 6, 7))}
    days = list(simulate([Case(a_task(), RURAL, taken=taken)], CHINA, date(2023, 6, 14), date(2023, 6, 30)))
    assert told(days) == [(date(2023, 6, 27), [(7, "step:rectify")])]


def test_history_is_followed_from_change_to_change() -> None:
    extended = a_task(due=date(2023, 6, 16), due_version=2, dated_on=date(2023, 6, 2), state=State.IN_PROGRESS)
    closed = replace(extended, state=State.CLOSED, closed_on=date(2023, 6, 15))
    case = Case(a_task(), CENSUS, changes=((date(2023, 6, 2), extended), (date(2023, 6, 15), closed)))
    days = list(simulate([case], CHINA, MAY_31, JULY_31, Behaviour.AS_HISTORY))
    assert told(days) == [
        (date(2023, 6, 1), [(7, "ahead:1")]),
        (date(2023, 6, 9), [(7, "ahead:7")]),
        (date(2023, 6, 13), [(7, "ahead:3")]),
    ]


def test_days_come_in_order_and_tasks_in_the_order_given() -> None:
    cases = [
        Case(a_task(id=2, due=date(2023, 6, 8)), CENSUS),
        Case(a_task(id=1), CENSUS),
        Case(a_task(id=3, due=None), CENSUS),
        Case(a_task(id=4, state=State.TO_CONFIRM), CENSUS),
        Case(a_task(id=5, opened_on=date(2023, 8, 1), due=date(2023, 9, 1)), CENSUS),
    ]
    days = list(simulate(cases, CHINA, MAY_31, JULY_31))
    assert [day.on for day in days] == sorted({day.on for day in days})
    assert told(days)[0] == (date(2023, 6, 1), [(2, "ahead:7"), (1, "ahead:1")])
    assert {action.task_id for day in days for action in day.actions} == {1, 2}


def test_every_action_falls_on_a_working_day() -> None:
    cases = [Case(a_task(id=day, due=date(2023, 9, day)), CENSUS) for day in range(1, 31)]
    days = list(simulate(cases, CHINA, date(2023, 6, 1), date(2023, 12, 31)))
    assert len(days) > 30
    assert all(CHINA.is_workday(day.on) for day in days)


def test_playing_changes_nothing_it_was_given() -> None:
    taken: dict[str, Taken] = {}
    assert list(simulate([Case(a_task(), CENSUS, taken=taken)], CHINA, MAY_31, JULY_31))
    assert taken == {}


def test_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        list(simulate([], CHINA, JULY_31, MAY_31))
