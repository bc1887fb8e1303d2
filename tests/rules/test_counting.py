"""Limits by the Civil Code: the event's day is not counted, the corresponding day, the rest day that moves the end."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.phrase_cases import CHINA, day
from tracker.rules.counting import Direction, Unit, count
from tracker.rules.wording import explain


@pytest.mark.parametrize(
    ("base", "within", "unit", "last", "why"),
    [
        ("2023-05-05", 30, Unit.DAY, "2023-06-05", "day 30 is Sunday 4 June and moves to Monday (art. 203)"),
        ("2023-05-08", 30, Unit.DAY, "2023-06-07", "day 30 is a Wednesday and stays"),
        ("2023-05-08", 15, Unit.DAY, "2023-05-23", "the event's day is not counted (art. 201)"),
        ("2023-09-14", 15, Unit.DAY, "2023-10-07", "day 15 falls in the holiday and moves to the worked Saturday"),
        ("2023-06-10", 15, Unit.DAY, "2023-06-25", "a worked Sunday is no rest day"),
        ("2023-05-08", 1, Unit.WEEK, "2023-05-15", "the same day of the week"),
        ("2023-05-05", 1, Unit.MONTH, "2023-06-05", "the corresponding day (art. 202)"),
        ("2023-01-31", 1, Unit.MONTH, "2023-02-28", "no corresponding day: the last of the month (art. 202)"),
        ("2024-01-31", 1, Unit.MONTH, "2024-02-29", "in a leap year the 29th"),
        ("2023-05-05", 3, Unit.MONTH, "2023-08-07", "Saturday 5 August moves to Monday"),
        ("2023-05-08", 1, Unit.YEAR, "2024-05-08", "a year later"),
        ("2024-02-29", 1, Unit.YEAR, "2025-02-28", "a leap day has no corresponding day"),
        ("2023-07-03", 30, Unit.WORKDAY, "2023-08-14", "working days"),
        ("2023-05-06", 0, Unit.DAY, "2023-05-06", "the day of the event"),
    ],
)
def test_a_limit_after_its_event(base: str, within: int, unit: Unit, last: str, why: str) -> None:
    assert count(day(base), within, unit, CHINA).last == day(last), why


@pytest.mark.parametrize(
    ("base", "within", "unit", "last", "why"),
    [
        ("2023-07-03", 1, Unit.WEEK, "2023-06-26", "a week before"),
        ("2023-07-03", 1, Unit.DAY, "2023-07-02", "a Sunday: art. 203 moves nothing backwards"),
        ("2023-07-03", 3, Unit.WORKDAY, "2023-06-28", "three working days before"),
        ("2023-03-31", 1, Unit.MONTH, "2023-02-28", "the last of the month"),
    ],
)
def test_a_limit_before_its_event(base: str, within: int, unit: Unit, last: str, why: str) -> None:
    assert count(day(base), within, unit, CHINA, direction=Direction.BEFORE).last == day(last), why


def test_a_probation_year_is_not_moved_off_a_rest_day() -> None:
    assert count(day("2023-06-10"), 1, Unit.YEAR, CHINA).last == day("2024-06-11")
    assert count(day("2023-06-10"), 1, Unit.YEAR, CHINA, roll=False).last == day("2024-06-10")


def test_a_limit_that_ends_in_a_year_not_announced_is_provisional() -> None:
    assert count(day("2026-12-20"), 30, Unit.DAY, CHINA).provisional
    assert not count(day("2026-11-20"), 30, Unit.DAY, CHINA).provisional


def test_the_working_cites_the_articles() -> None:
    said = [explain(note) for note in count(day("2023-05-05"), 3, Unit.MONTH, CHINA).notes]
    assert [article for article in ("二百零一", "二百零二", "二百零三") if any(article in one for one in said)] == [
        "二百零一",
        "二百零二",
        "二百零三",
    ]


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(1, 120))
def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(base: date, months: int) -> None:
    last = count(base, months, Unit.MONTH, CHINA, roll=False).last
    assert (last.year * 12 + last.month) - (base.year * 12 + base.month) == months
    assert last.day == min(base.day, calendar.monthrange(last.year, last.month)[1])


@given(st.dates(date(2004, 1, 1), date(2026, 1, 1)), st.integers(1, 300), st.sampled_from([Unit.DAY, Unit.WEEK]))
def test_a_limit_in_calendar_units_ends_on_a_working_day_no_earlier_than_it_would(
    base: date, within: int, unit: Unit
) -> None:
    last = count(base, within, unit, CHINA).last
    nominal = base + timedelta(days=within * (7 if unit is Unit.WEEK else 1))
    assert CHINA.is_workday(last)
    assert last == CHINA.next_workday(nominal)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(1, 300), st.sampled_from(list(Unit)))
def test_a_longer_limit_never_ends_earlier(base: date, within: int, unit: Unit) -> None:
    assert count(base, within, unit, CHINA).last <= count(base, within + 1, unit, CHINA).last
