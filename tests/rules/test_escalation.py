"""On which day each step of a policy comes due, and what is wrong with a policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.making import (
    CENSUS_STEPS,
    CHINA,
    CRITICISE,
    LETTER,
    RECTIFY,
    RURAL_STEPS,
    a_follow_up,
    a_step,
    a_task,
)
from tracker.rules.escalation import Blocked, StepDay, counting, effective_day, faults, is_proposal, step_day
from tracker.rules.followup import Action, Addressee, After, CountingUnit, FollowUp, Stop, Taken, TaskSnapshot
from tracker.rules.wording import explain


def day_of(task: TaskSnapshot, follow_up: FollowUp, index: int, *earlier: Taken) -> date:
    found = step_day(task, follow_up, CHINA, index, earlier, date.min)
    assert isinstance(found, StepDay)
    return found.on


def blocked_by(task: TaskSnapshot, follow_up: FollowUp, index: int, *earlier: Taken) -> str:
    found = step_day(task, follow_up, CHINA, index, earlier, date.min)
    assert isinstance(found, Blocked)
    return found.by.key


def one_step(offset: int, unit: CountingUnit = CountingUnit.WORKDAY) -> FollowUp:
    return a_follow_up(steps=(a_step("one", offset, unit=unit),))


@pytest.mark.parametrize(
    ("due", "offset", "unit", "on"),
    [
        ("2023-06-02", 1, CountingUnit.WORKDAY, "2023-06-05"),
        ("2023-06-02", 3, CountingUnit.WORKDAY, "2023-06-07"),
        ("2023-06-02", 6, CountingUnit.WORKDAY, "2023-06-12"),
        # Over the Dragon Boat holiday, 22 to 24 June, with Sunday the 25th worked.
        ("2023-06-20", 2, CountingUnit.WORKDAY, "2023-06-25"),
        ("2023-06-20", 3, CountingUnit.WORKDAY, "2023-06-26"),
        # Over the National Day holiday, with Saturday 7 and Sunday 8 October worked.
        ("2023-09-28", 1, CountingUnit.WORKDAY, "2023-10-07"),
        ("2023-09-28", 3, CountingUnit.WORKDAY, "2023-10-09"),
        # Civil days; a rest day moves to the next working day.
        ("2023-06-02", 3, CountingUnit.DAY, "2023-06-05"),
        ("2023-06-02", 1, CountingUnit.DAY, "2023-06-05"),
        ("2023-06-20", 2, CountingUnit.DAY, "2023-06-25"),
        ("2023-09-28", 5, CountingUnit.DAY, "2023-10-07"),
        ("2024-02-28", 1, CountingUnit.DAY, "2024-02-29"),
    ],
)
def test_interval_after_the_due_date(due: str, offset: int, unit: CountingUnit, on: str) -> None:
    task = a_task(due=date.fromisoformat(due), opened_on=date(2023, 5, 31))
    assert day_of(task, one_step(offset, unit), 0) == date.fromisoformat(on)


def test_step_counts_from_the_day_follow_up_began_when_the_date_was_past_already() -> None:
    task = a_task(due=date(2023, 4, 30), opened_on=date(2023, 6, 12))
    assert day_of(task, one_step(3), 0) == date(2023, 6, 15)


def test_step_counts_from_the_day_the_policy_was_re_based() -> None:
    follow_up = replace(one_step(3), version=2, rebased_on=date(2023, 6, 12))
    assert day_of(a_task(), follow_up, 0) == date(2023, 6, 15)


def test_days_on_which_the_clock_stood_still_are_not_counted() -> None:
    task = a_task(stopped=(Stop(date(2023, 6, 6), date(2023, 6, 13)),))
    # Working days after 2 June that count: 5 June, then 13 and 14 June.
    assert day_of(task, one_step(3), 0) == date(2023, 6, 14)
    # Civil days that count: 3, 4, 5 June, then the 13th.
    assert day_of(task, one_step(4, CountingUnit.DAY), 0) == date(2023, 6, 13)


def test_spell_over_the_due_date_delays_the_interval_by_the_days_after_it() -> None:
    task = a_task(stopped=(Stop(date(2023, 6, 1), date(2023, 6, 6)),))
    assert day_of(task, one_step(3), 0) == date(2023, 6, 8)


def test_spell_before_the_due_date_delays_nothing() -> None:
    task = a_task(stopped=(Stop(date(2023, 5, 31), date(2023, 6, 2)),))
    assert day_of(task, one_step(3), 0) == date(2023, 6, 7)


def test_step_after_the_previous_counts_from_the_day_that_took_effect() -> None:
    follow_up = a_follow_up(steps=(LETTER, a_step("tell", 2, after=After.PREVIOUS)))
    signed = Taken(date(2023, 6, 7), effective_on=date(2023, 6, 9))
    assert day_of(a_task(), follow_up, 1, signed) == date(2023, 6, 13)


def test_step_after_an_unsigned_proposal_is_blocked_by_it() -> None:
    follow_up = a_follow_up(steps=(LETTER, a_step("tell", 2, after=After.PREVIOUS)))
    assert blocked_by(a_task(), follow_up, 1, Taken(date(2023, 6, 7))) == "letter"


def test_step_that_proposes_nothing_takes_effect_when_taken() -> None:
    follow_up = a_follow_up(steps=(a_step("office", 3), a_step("group", 3, after=After.PREVIOUS)))
    assert day_of(a_task(), follow_up, 1, Taken(date(2023, 6, 8))) == date(2023, 6, 13)


def test_rectification_step_counts_from_the_date_the_notice_set() -> None:
    follow_up = a_follow_up(steps=RURAL_STEPS)
    letter = Taken(date(2023, 6, 7), date(2023, 6, 8), rectify_by=date(2023, 6, 30))
    assert day_of(a_task(), follow_up, 1, letter) == date(2023, 7, 3)


def test_rectification_date_is_counted_when_the_notice_names_none() -> None:
    follow_up = a_follow_up(steps=RURAL_STEPS)
    # Seven working days after 8 June end on the 19th; the step comes on the working day after.
    assert day_of(a_task(), follow_up, 1, Taken(date(2023, 6, 7), date(2023, 6, 8))) == date(2023, 6, 20)


def test_step_may_speak_on_the_rectification_date_itself() -> None:
    ask = a_step("ask", 0, after=After.RECTIFICATION)
    follow_up = a_follow_up(steps=(LETTER, ask))
    assert faults(follow_up) == ()
    on_a_workday = Taken(date(2023, 6, 7), date(2023, 6, 8), rectify_by=date(2023, 6, 19))
    on_a_holiday = Taken(date(2023, 6, 7), date(2023, 6, 8), rectify_by=date(2023, 6, 23))
    assert day_of(a_task(), follow_up, 1, on_a_workday) == date(2023, 6, 19)
    assert day_of(a_task(), follow_up, 1, on_a_holiday) == date(2023, 6, 25)
    found = step_day(a_task(), follow_up, CHINA, 1, (on_a_holiday,), date.min)
    assert isinstance(found, StepDay)
    assert [explain(note) for note in counting(a_task(), ask, found, CHINA)] == [
        "到期日2023年6月2日已过，事项未办结。",
        "上一份文书要求于2023年6月23日前完成整改，间隔从该日起算。",
        "2023年6月23日为休息日，顺延至2023年6月25日（《民法典》第二百零三条）。",
        "条款未规定间隔，由县里设定。",
    ]


def test_rectification_step_waits_for_the_last_notice_not_an_earlier_one() -> None:
    follow_up = a_follow_up(steps=RURAL_STEPS)
    letter = Taken(date(2023, 6, 7), date(2023, 6, 8), rectify_by=date(2023, 6, 19))
    assert blocked_by(a_task(), follow_up, 2, letter, Taken(date(2023, 6, 20))) == "rectify"


def test_proposal_counted_from_the_due_date_waits_for_an_unsigned_one_before_it() -> None:
    follow_up = a_follow_up(steps=(LETTER, replace(RECTIFY, after=After.DUE, offset=10)))
    assert blocked_by(a_task(), follow_up, 1, Taken(date(2023, 6, 7))) == "letter"


def test_step_that_only_speaks_goes_ahead_of_an_unsigned_proposal() -> None:
    follow_up = a_follow_up(steps=(LETTER, a_step("group", 6)))
    assert day_of(a_task(), follow_up, 1, Taken(date(2023, 6, 7))) == date(2023, 6, 12)


def test_calendar_step_after_a_signed_one_never_shares_its_day() -> None:
    follow_up = a_follow_up(steps=(LETTER, a_step("tell", 5, after=After.PREVIOUS), a_step("group", 6)))
    letter = Taken(date(2023, 6, 7), date(2023, 6, 14))
    tell = Taken(date(2023, 6, 21))
    assert day_of(a_task(), follow_up, 2, letter, tell) == date(2023, 6, 25)


def test_step_never_comes_due_before_the_one_that_comes_first() -> None:
    # Five civil days end on 7 October, three working days on the 9th.
    follow_up = a_follow_up(steps=(a_step("three", 3), a_step("five", 5, unit=CountingUnit.DAY)))
    task = a_task(due=date(2023, 9, 28), opened_on=date(2023, 9, 1))
    found = step_day(task, follow_up, CHINA, 1, (Taken(date(2023, 10, 9)),), date(2023, 10, 9))
    assert isinstance(found, StepDay)
    assert (found.counted, found.on) == (date(2023, 10, 7), date(2023, 10, 9))


def test_proposal_is_what_needs_a_finding_or_a_signature() -> None:
    assert is_proposal(LETTER)
    assert is_proposal(a_step("one", 1, needs_finding="无正当理由"))
    assert not is_proposal(CENSUS_STEPS[1])
    assert effective_day(LETTER, Taken(date(2023, 6, 7))) is None
    assert effective_day(CENSUS_STEPS[1], Taken(date(2023, 6, 7))) == date(2023, 6, 7)


def test_counting_says_who_set_the_interval_and_from_which_day_it_runs() -> None:
    follow_up = a_follow_up(steps=RURAL_STEPS)
    letter = Taken(date(2023, 6, 7), date(2023, 6, 8), rectify_by=date(2023, 6, 19))
    rectify = Taken(date(2023, 6, 20), date(2023, 6, 20), rectify_by=date(2023, 6, 30))
    found = step_day(a_task(), follow_up, CHINA, 2, (letter, rectify), date.min)
    assert isinstance(found, StepDay)
    said = [explain(note) for note in counting(a_task(), CRITICISE, found, CHINA)]
    assert said[0] == "到期日2023年6月2日已过，事项未办结。"
    assert "上一份文书要求于2023年6月30日前完成整改，间隔从该日起算。" in said
    assert "第1个工作日为2023年7月3日。" in said
    assert said[-1] == "间隔由条款规定。"


def test_counting_in_civil_days_shows_the_move_off_a_rest_day() -> None:
    follow_up = one_step(1, CountingUnit.DAY)
    found = step_day(a_task(), follow_up, CHINA, 0, (), date.min)
    assert isinstance(found, StepDay)
    said = [explain(note, "en") for note in counting(a_task(), follow_up.steps[0], found, CHINA)]
    assert "Day no. 1 is 3 June 2023." in said
    assert "3 June 2023 is a rest day; moved on to 5 June 2023 (Civil Code art. 203)." in said


def test_counting_names_a_spell_in_which_the_clock_stood_still() -> None:
    task = a_task(stopped=(Stop(date(2023, 6, 6), date(2023, 6, 13)),))
    found = step_day(task, one_step(3), CHINA, 0, (), date.min)
    assert isinstance(found, StepDay)
    said = [explain(note) for note in counting(task, one_step(3).steps[0], found, CHINA)]
    assert "2023年6月6日至2023年6月12日暂停计时，不计入。" in said


@pytest.mark.parametrize("steps", [(), CENSUS_STEPS, RURAL_STEPS])
def test_sound_policies_have_no_faults(steps: tuple) -> None:
    assert faults(a_follow_up(steps=steps)) == ()


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ((a_step("one", 0),), "policy.offset_not_positive"),
        ((a_step("one", 1), a_step("two", 0, after=After.PREVIOUS)), "policy.offset_not_positive"),
        ((LETTER, replace(CRITICISE, offset=0)), "policy.offset_not_positive"),
        ((a_step("one", 1), a_step("one", 2)), "policy.key_repeated"),
        ((a_step("one", 1, basis=None),), "policy.no_basis"),
        ((a_step("one", 1, interval_by="custom"),), "policy.interval_by_unknown"),
        ((replace(LETTER, needs_signature=False),), "policy.weight_without_person"),
        ((replace(LETTER, needs_finding=""),), "policy.weight_without_person"),
        ((replace(LETTER, notice=""),), "policy.notice_unnamed"),
        ((replace(LETTER, asks_within=0),), "policy.asks_within_not_positive"),
        ((a_step("one", 1, to=Addressee.GROUP),), "policy.body_unnamed"),
        ((a_step("one", 1, after=After.PREVIOUS),), "policy.no_previous"),
        ((a_step("one", 1), replace(RECTIFY, key="two")), "policy.no_rectification"),
        ((a_step("one", 5), a_step("two", 3)), "policy.out_of_order"),
    ],
)
def test_faulty_policy_is_told_what_is_wrong(steps: tuple, code: str) -> None:
    assert [found for found, _ in faults(a_follow_up(steps=steps))] == [code]


def test_reminding_needs_no_clause() -> None:
    assert faults(a_follow_up(steps=(a_step("one", 1, action=Action.REMIND, basis=None),))) == ()


def test_faulty_reminders_are_told_what_is_wrong() -> None:
    found = faults(a_follow_up(ahead=(-1, 7), overdue=((0, Addressee.LIAISON),)))
    assert [code for code, _ in found] == ["policy.ahead_negative", "policy.overdue_not_positive"]


def test_proposal_never_comes_on_the_day_an_earlier_one_was_signed() -> None:
    follow_up = a_follow_up(steps=(LETTER, replace(RECTIFY, after=After.DUE, offset=6)))
    assert day_of(a_task(), follow_up, 1, Taken(date(2023, 6, 7), date(2023, 6, 8))) == date(2023, 6, 12)
    assert day_of(a_task(), follow_up, 1, Taken(date(2023, 6, 7), date(2023, 6, 16))) == date(2023, 6, 19)
