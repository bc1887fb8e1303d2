"""Festivals and solar terms fall where the almanac has them, also in years whose holidays are not announced."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.phrase_cases import CHINA
from tracker.rules.festivals import SOLAR_TERMS, festival_day, statutory_span


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("元旦", "2024-01-01"),
        ("春节", "2023-01-22"),
        ("春节", "2024-02-10"),
        ("春节", "2025-01-29"),
        ("春节", "2027-02-06"),
        ("春节", "2033-01-31"),
        ("除夕", "2024-02-09"),
        ("元宵节", "2024-02-24"),
        ("清明", "2023-04-05"),
        ("清明", "2024-04-04"),
        ("劳动节", "2023-05-01"),
        ("端午", "2023-06-22"),
        ("端午", "2025-05-31"),
        ("中秋", "2023-09-29"),
        ("中秋", "2025-10-06"),
        ("国庆节", "2023-10-01"),
        ("重阳节", "2023-10-23"),
        ("霜降", "2023-10-24"),
        ("冬至", "2023-12-22"),
    ],
)
def test_a_festival_falls_on_its_day(name: str, day: str) -> None:
    assert festival_day(name, int(day[:4])) == date.fromisoformat(day)


@pytest.mark.parametrize("name", ["春节", "端午", "中秋", "清明", "国庆节", "劳动节"])
def test_every_festival_with_days_off_lies_within_the_holiday_announced_for_it(name: str) -> None:
    for year in range(2014, CHINA.known_through + 1):
        span = CHINA.holiday_span(name, year)
        if span is not None:  # where two festivals share a day the notice names only one of them
            assert span[0] <= festival_day(name, year) <= span[1], (name, year)


def test_the_solar_terms_of_a_year_follow_one_another() -> None:
    from_new_year = [*SOLAR_TERMS[-2:], *SOLAR_TERMS[:-2]]
    days = [festival_day(term, 2023) for term in from_new_year]
    assert days == sorted(days)
    assert len(set(days)) == 24


def test_the_statutory_days_off_stand_in_until_the_notice_comes() -> None:
    assert statutory_span("春节", 2028) == (date(2028, 1, 25), date(2028, 1, 28))
    assert statutory_span("国庆节", 2028) == (date(2028, 10, 1), date(2028, 10, 3))
    assert statutory_span("重阳节", 2028) is None
