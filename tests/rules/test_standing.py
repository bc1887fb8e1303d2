"""Where a task stands on a day, and how late it is."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.making import CHINA, a_task
from tracker.rules.followup import State, Stop
from tracker.rules.standing import Place, Standing, standing


@pytest.mark.parametrize(
    ("today", "place", "days_left", "workdays_left"),
    [
        ("2023-05-25", Place.ON_TRACK, 8, 6),
        ("2023-05-26", Place.DUE_SOON, 7, 5),
        ("2023-06-01", Place.DUE_SOON, 1, 1),
        ("2023-06-02", Place.DUE_TODAY, 0, 0),
    ],
)
def test_task_before_its_date(today: str, place: Place, days_left: int, workdays_left: int) -> None:
    found = standing(a_task(), date.fromisoformat(today), CHINA)
    assert found == Standing(place, days_left=days_left, workdays_left=workdays_left)
    assert not found.late


def test_task_is_overdue_from_the_day_after_its_date() -> None:
    assert standing(a_task(), date(2023, 6, 3), CHINA) == Standing(Place.OVERDUE, days_late=1, workdays_late=0)
    assert standing(a_task(), date(2023, 6, 5), CHINA) == Standing(Place.OVERDUE, days_late=3, workdays_late=1)


def test_days_late_count_working_days_over_a_holiday() -> None:
    task = a_task(due=date(2023, 9, 28))
    found = standing(task, date(2023, 10, 9), CHINA)
    assert (found.days_late, found.workdays_late) == (11, 3)


def test_due_soon_window_is_a_setting() -> None:
    assert standing(a_task(), date(2023, 5, 25), CHINA, soon=14).place is Place.DUE_SOON


def test_work_applied_for_on_its_date_is_not_late_however_long_the_review() -> None:
    task = a_task(state=State.AWAITING_REVIEW, applied_on=date(2023, 6, 2))
    found = standing(task, date(2023, 7, 20), CHINA)
    assert found.place is Place.AWAITING_REVIEW
    assert not found.late


def test_work_applied_for_after_its_date_is_late_by_the_day_of_the_application() -> None:
    task = a_task(state=State.AWAITING_REVIEW, applied_on=date(2023, 6, 6))
    found = standing(task, date(2023, 7, 20), CHINA)
    assert (found.place, found.days_late, found.workdays_late) == (Place.AWAITING_REVIEW, 4, 2)
    assert found.late


def test_work_applied_for_early_still_shows_the_days_left() -> None:
    task = a_task(state=State.AWAITING_REVIEW, applied_on=date(2023, 5, 31))
    assert standing(task, date(2023, 6, 1), CHINA) == Standing(Place.AWAITING_REVIEW, days_left=1, workdays_left=1)


def test_task_closed_late_is_judged_by_the_application_not_by_the_closing() -> None:
    in_time = a_task(state=State.CLOSED, applied_on=date(2023, 6, 2), closed_on=date(2023, 6, 9))
    late = a_task(state=State.CLOSED, applied_on=date(2023, 6, 5), closed_on=date(2023, 6, 9))
    assert standing(in_time, date(2023, 12, 1), CHINA) == Standing(Place.CLOSED)
    assert standing(late, date(2023, 12, 1), CHINA) == Standing(
        Place.CLOSED, days_late=3, workdays_late=1, closed_late=True
    )


def test_task_closed_without_an_application_is_judged_by_the_closing() -> None:
    task = a_task(state=State.CLOSED, closed_on=date(2023, 6, 5))
    assert standing(task, date(2023, 12, 1), CHINA).closed_late


def test_task_not_achieved_is_late_until_the_day_it_was_closed() -> None:
    task = a_task(state=State.NOT_ACHIEVED, closed_on=date(2023, 6, 12))
    found = standing(task, date(2023, 12, 1), CHINA)
    assert (found.place, found.days_late, found.closed_late) == (Place.NOT_ACHIEVED, 10, False)


def test_backfill_to_be_confirmed_has_no_score() -> None:
    task = a_task(state=State.TO_CONFIRM, due=date(2023, 4, 30))
    assert standing(task, date(2023, 6, 5), CHINA) == Standing(Place.TO_CONFIRM)


@pytest.mark.parametrize(
    ("state", "due", "place"),
    [
        (State.WAITING, None, Place.WAITING),
        (State.ASSIGNED, None, Place.UNDATED),
        (State.IN_PROGRESS, None, Place.UNDATED),
        (State.AWAITING_REVIEW, None, Place.AWAITING_REVIEW),
        (State.SUSPENDED, None, Place.SUSPENDED),
        (State.CLOSED, None, Place.CLOSED),
        (State.NOT_ACHIEVED, None, Place.NOT_ACHIEVED),
        (State.WITHDRAWN, date(2023, 6, 2), Place.WITHDRAWN),
    ],
)
def test_task_without_a_living_date_is_never_late(state: State, due: date | None, place: Place) -> None:
    assert standing(a_task(state=state, due=due), date(2024, 1, 1), CHINA) == Standing(place)


def test_suspended_task_keeps_the_lateness_it_had() -> None:
    task = a_task(state=State.SUSPENDED, stopped=(Stop(date(2023, 6, 6), None),))
    found = standing(task, date(2023, 9, 1), CHINA)
    assert (found.place, found.days_late, found.workdays_late) == (Place.SUSPENDED, 3, 1)


def test_task_suspended_in_time_is_not_late() -> None:
    task = a_task(state=State.SUSPENDED, stopped=(Stop(date(2023, 6, 2), None),))
    assert not standing(task, date(2023, 9, 1), CHINA).late


def test_days_the_clock_stood_still_are_not_days_late() -> None:
    task = a_task(state=State.IN_PROGRESS, stopped=(Stop(date(2023, 6, 6), date(2023, 6, 13)),))
    found = standing(task, date(2023, 6, 14), CHINA)
    # 3, 4, 5, 13 and 14 June; of these 5, 13 and 14 are worked.
    assert (found.place, found.days_late, found.workdays_late) == (Place.OVERDUE, 5, 3)


def test_spell_that_began_before_the_date_counts_only_from_the_day_after_it() -> None:
    task = a_task(state=State.IN_PROGRESS, stopped=(Stop(date(2023, 6, 1), date(2023, 6, 6)),))
    assert standing(task, date(2023, 6, 7), CHINA).days_late == 2
