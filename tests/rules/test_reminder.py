"""Which reminders a task has, on which days, and which stay unspoken."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.making import CHINA, a_follow_up, a_task
from tracker.rules.followup import Addressee, FollowUp, Stop, TaskSnapshot
from tracker.rules.reminder import Hush, Size, counting, default_ahead, reminders, size_of
from tracker.rules.wording import explain


def spoken(task: TaskSnapshot, follow_up: FollowUp) -> list[tuple[str, date]]:
    return [(one.part, one.on) for one in reminders(task, follow_up, CHINA) if one.hush is None]


def hushed(task: TaskSnapshot, follow_up: FollowUp) -> dict[str, Hush]:
    return {one.part: one.hush for one in reminders(task, follow_up, CHINA) if one.hush is not None}


@pytest.mark.parametrize(
    ("opened", "due", "kind", "size"),
    [
        ("2023-05-31", "2023-06-02", "once", Size.WEEK),
        ("2023-05-31", "2023-06-30", "once", Size.WEEK),  # 30 days: a reminder 30 days ahead would be the opening
        ("2023-05-30", "2023-06-30", "once", Size.MONTH),
        ("2023-05-05", "2023-11-01", "window", Size.MONTH),
        ("2023-05-05", "2023-11-02", "once", Size.YEAR),
        ("2023-05-05", "2025-12-31", "target", Size.YEAR),
        ("2023-05-05", "2024-12-31", "recurring", Size.RECURRING),
        ("2023-06-05", "2023-04-30", "once", Size.WEEK),
    ],
)
def test_size_of_a_promise_follows_its_length(opened: str, due: str, kind: str, size: Size) -> None:
    assert size_of(date.fromisoformat(opened), date.fromisoformat(due), kind) is size


def test_lead_times_follow_the_size() -> None:
    assert default_ahead(Size.WEEK) == (7, 3, 1, 0)
    assert default_ahead(Size.MONTH) == (30, 7, 1)
    assert default_ahead(Size.YEAR) == (180, 90, 30, 7)
    assert default_ahead(Size.RECURRING) == (5, 1)


def test_week_scale_duty_is_reminded_seven_three_one_and_zero_days_ahead() -> None:
    task = a_task(due=date(2023, 6, 8), opened_on=date(2023, 5, 30))
    assert spoken(task, a_follow_up(overdue=())) == [
        ("ahead:7", date(2023, 6, 1)),
        ("ahead:3", date(2023, 6, 5)),
        ("ahead:1", date(2023, 6, 7)),
        ("ahead:0", date(2023, 6, 8)),
    ]


def test_reminder_on_a_rest_day_moves_to_the_working_day_before() -> None:
    # 10 June 2023 is a Saturday, the 7th before it a Saturday too.
    task = a_task(due=date(2023, 6, 10), opened_on=date(2023, 5, 5))
    assert spoken(task, a_follow_up(ahead=(7, 0), overdue=())) == [
        ("ahead:7", date(2023, 6, 2)),
        ("ahead:0", date(2023, 6, 9)),
    ]


def test_two_reminders_that_fall_on_one_day_are_one() -> None:
    # Sunday 25 June 2023 is worked; the Dragon Boat holiday of 22 to 24 June throws two reminders onto the 21st.
    task = a_task(due=date(2023, 6, 25), opened_on=date(2023, 6, 1))
    assert spoken(task, a_follow_up(overdue=())) == [
        ("ahead:7", date(2023, 6, 16)),
        ("ahead:1", date(2023, 6, 21)),
        ("ahead:0", date(2023, 6, 25)),
    ]


def test_date_inside_a_long_holiday_is_announced_on_the_last_working_day() -> None:
    task = a_task(due=date(2023, 9, 30), opened_on=date(2023, 6, 1))
    assert spoken(task, a_follow_up(ahead=(30, 7, 1, 0), overdue=())) == [
        ("ahead:30", date(2023, 8, 31)),
        ("ahead:7", date(2023, 9, 22)),
        ("ahead:0", date(2023, 9, 28)),
    ]


def test_reminders_before_the_opening_are_not_made_up_for() -> None:
    task = a_task(due=date(2023, 6, 2), opened_on=date(2023, 5, 31))
    assert spoken(task, a_follow_up(overdue=())) == [("ahead:1", date(2023, 6, 1)), ("ahead:0", date(2023, 6, 2))]
    assert hushed(task, a_follow_up(overdue=())) == {"ahead:7": Hush.BEFORE, "ahead:3": Hush.BEFORE}


def test_task_opened_on_a_reminder_day_gets_its_assignment_alone() -> None:
    task = a_task(due=date(2023, 6, 2), opened_on=date(2023, 6, 2))
    assert spoken(task, a_follow_up(overdue=())) == []


def test_changed_date_reminds_anew_from_the_day_it_was_set() -> None:
    task = a_task(due=date(2023, 6, 16), due_version=2, dated_on=date(2023, 6, 9), reported_on=date(2023, 6, 9))
    assert spoken(task, a_follow_up(overdue=())) == [
        ("ahead:3", date(2023, 6, 13)),
        ("ahead:1", date(2023, 6, 15)),
        ("ahead:0", date(2023, 6, 16)),
    ]


def test_overdue_reminders_count_working_days_over_the_national_holiday() -> None:
    # 29 September to 6 October 2023 are off; Saturday the 7th and Sunday the 8th are worked.
    task = a_task(due=date(2023, 9, 28), opened_on=date(2023, 9, 1))
    follow_up = a_follow_up(ahead=())
    assert spoken(task, follow_up) == [
        ("overdue:1:liaison", date(2023, 10, 7)),
        ("overdue:3:unit_head", date(2023, 10, 9)),
    ]


def test_one_day_may_remind_two_addressees() -> None:
    follow_up = a_follow_up(ahead=(), overdue=((1, Addressee.LIAISON), (1, Addressee.UNIT_HEAD)))
    assert spoken(a_task(), follow_up) == [
        ("overdue:1:liaison", date(2023, 6, 5)),
        ("overdue:1:unit_head", date(2023, 6, 5)),
    ]


def test_backfilled_task_is_reminded_from_the_day_it_was_confirmed() -> None:
    task = a_task(due=date(2023, 4, 30), opened_on=date(2023, 6, 12))
    assert spoken(task, a_follow_up()) == [
        ("overdue:1:liaison", date(2023, 6, 13)),
        ("overdue:3:unit_head", date(2023, 6, 15)),
    ]


def test_report_silences_the_reminders_of_its_period() -> None:
    task = a_task(due=date(2023, 6, 30), opened_on=date(2023, 5, 5), reported_on=date(2023, 6, 5))
    follow_up = a_follow_up(ahead=(30, 7, 1))
    assert hushed(task, follow_up) == {
        "ahead:30": Hush.REPORTED,
        "ahead:7": Hush.REPORTED,
        "ahead:1": Hush.REPORTED,
    }
    assert [part for part, _ in spoken(task, follow_up)] == ["overdue:1:liaison", "overdue:3:unit_head"]


def test_report_in_spring_does_not_silence_the_last_month_of_a_year() -> None:
    follow_up = a_follow_up(ahead=(180, 90, 30, 7), overdue=())
    task = a_task(due=date(2023, 12, 31), opened_on=date(2023, 5, 5), reported_on=date(2023, 9, 20))
    assert [part for part, _ in spoken(task, follow_up)] == ["ahead:30", "ahead:7"]


def test_report_in_the_last_month_of_a_year_silences_the_rest_of_it() -> None:
    follow_up = a_follow_up(ahead=(180, 90, 30, 7), overdue=())
    task = a_task(due=date(2023, 12, 31), opened_on=date(2023, 5, 5), reported_on=date(2023, 12, 8))
    assert spoken(task, follow_up) == []


def test_duty_to_report_is_silent_once_reported_however_long_it_runs() -> None:
    follow_up = a_follow_up(ahead=(180, 90, 30, 7), overdue=())
    task = a_task(due=date(2023, 12, 31), opened_on=date(2023, 5, 5), reported_on=date(2023, 6, 20), asks_report=True)
    assert spoken(task, follow_up) == []


def test_report_on_the_due_date_does_not_silence_what_comes_after_it() -> None:
    task = a_task(reported_on=date(2023, 6, 2))
    assert [part for part, _ in spoken(task, a_follow_up())] == ["overdue:1:liaison", "overdue:3:unit_head"]


def test_late_report_silences_reminders_for_five_working_days() -> None:
    overdue = tuple((n, Addressee.LIAISON) for n in (1, 5, 7, 8))
    task = a_task(reported_on=date(2023, 6, 6))  # working days 1 to 8 after 2 June: 5, 6, 7, 8, 9, 12, 13, 14
    assert spoken(task, a_follow_up(ahead=(), overdue=overdue)) == [("overdue:8:liaison", date(2023, 6, 14))]


def test_reminder_of_a_suspended_spell_is_not_made_up_for() -> None:
    task = a_task(
        due=date(2023, 6, 20), opened_on=date(2023, 5, 31), stopped=(Stop(date(2023, 6, 12), date(2023, 6, 15)),)
    )
    assert hushed(task, a_follow_up(overdue=())) == {"ahead:7": Hush.STOOD_STILL}


def test_task_without_a_date_has_no_reminders() -> None:
    assert reminders(a_task(due=None), a_follow_up(), CHINA) == ()


def test_counting_of_a_moved_reminder_says_why() -> None:
    task = a_task(due=date(2023, 6, 10), opened_on=date(2023, 5, 5))
    (one,) = reminders(task, a_follow_up(ahead=(0,), overdue=()), CHINA)
    notes = counting(task, one, CHINA)
    assert [explain(note) for note in notes] == [
        "到期日2023年6月10日当天。",
        "2023年6月10日为休息日，提前至2023年6月9日。",
    ]


def test_counting_of_an_overdue_reminder_names_the_days_passed_over() -> None:
    task = a_task(due=date(2023, 9, 28), opened_on=date(2023, 9, 1))
    one = reminders(task, a_follow_up(ahead=()), CHINA)[1]
    said = " ".join(explain(note, "en") for note in counting(task, one, CHINA))
    assert "working day no. 3" in said
    assert "National Day holiday" in said
    assert "7 October 2023, 8 October 2023" in said
