"""Working days: the State Council's notices, the county's changes over them, and counts with their working shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.civil import SHANGHAI, civil_day
from tracker.rules.wording import explain
from tracker.rules.workdays import FESTIVALS, WorkdayCalendar, days_from

CHINA = WorkdayCalendar.china()
KNOWN_DAYS = st.dates(date(2004, 1, 1), date(2026, 12, 31))
ANY_DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        ("2023-05-05", True, "an ordinary Friday"),
        ("2023-05-06", True, "a Saturday worked for the Labour Day holiday"),
        ("2023-05-07", False, "an ordinary Sunday"),
        ("2023-05-03", False, "the last day of the Labour Day holiday"),
        ("2023-06-22", False, "Dragon Boat Festival"),
        ("2023-06-25", True, "a Sunday worked for it"),
        ("2023-09-29", False, "Mid-autumn Festival"),
        ("2023-10-06", False, "the last day of the National Day holiday"),
        ("2023-10-07", True, "a Saturday worked for it"),
        ("2023-12-30", False, "a Saturday in the holiday of New Year 2024"),
        ("2024-02-09", True, "New Year's Eve, worked in 2024"),
        ("2025-01-28", False, "New Year's Eve, off from 2025"),
        ("2024-02-18", True, "a Sunday worked for the Spring Festival"),
        ("2027-10-01", True, "a Friday of a year not announced is taken as worked"),
        ("2027-10-02", False, "its Saturday is not"),
    ],
)
def test_a_day_is_worked_or_not(day: str, works: bool, why: str) -> None:
    assert CHINA.is_workday(date.fromisoformat(day)) is works, why


def test_the_calendar_agrees_with_its_source_on_every_day_it_knows() -> None:
    for day in days_from(date(2004, 1, 1), date(2026, 12, 31)):
        assert CHINA.is_workday(day) == chinese_calendar.is_workday(day), day


def test_the_table_is_counted_a_second_way() -> None:
    # Counted by hand from the State Council's notice for 2023: 105 weekend days less 7 that are worked, and 18 weekdays
    # off (1 for New Year, 5 for the Spring Festival, 1, 3, 2 and 6 for the others).
    off = [day for day in days_from(date(2023, 1, 1), date(2023, 12, 31)) if not CHINA.is_workday(day)]
    assert sum(day.weekday() >= 5 for day in off) == 105 - 7
    assert sum(day.weekday() < 5 for day in off) == 1 + 5 + 1 + 3 + 2 + 6


def test_years_outside_the_announced_ones_are_not_known() -> None:
    assert CHINA.known(date(2004, 1, 1))
    assert CHINA.known(date(2026, 12, 31))
    assert not CHINA.known(date(2027, 1, 1))
    assert not CHINA.known(date(2003, 12, 31))


def test_asking_about_a_year_not_announced_does_not_raise_and_is_provisional() -> None:
    counted = CHINA.count_workdays(date(2026, 12, 25), 10)
    assert counted.last == date(2027, 1, 8)
    assert counted.provisional
    assert any("2027" in explain(note) for note in counted.notes)


@pytest.mark.parametrize(
    ("start", "days", "last", "why"),
    [
        ("2023-05-05", 1, "2023-05-06", "the next day is a Saturday that is worked"),
        ("2023-05-05", 2, "2023-05-08", "then Monday"),
        ("2023-04-28", 1, "2023-05-04", "the Labour Day holiday is passed over"),
        ("2023-06-02", 3, "2023-06-07", "a weekend is passed over"),
        ("2023-06-21", 2, "2023-06-26", "the festival is passed over and the worked Sunday is counted"),
        ("2023-07-03", 30, "2023-08-14", "thirty working days after an approval"),
        ("2023-09-28", 1, "2023-10-07", "eight days off, then a worked Saturday"),
        ("2023-06-08", -1, "2023-06-07", "back one working day"),
        ("2023-05-08", -1, "2023-05-06", "back onto a worked Saturday"),
        ("2023-05-04", -1, "2023-04-28", "back over the holiday"),
        ("2023-06-04", 0, "2023-06-04", "none at all is the day itself, a Sunday though it is"),
    ],
)
def test_adding_working_days(start: str, days: int, last: str, why: str) -> None:
    assert CHINA.add_workdays(date.fromisoformat(start), days) == date.fromisoformat(last), why


def test_the_nearest_working_day_is_the_day_itself_or_the_next_or_the_one_before() -> None:
    assert CHINA.next_workday(date(2023, 6, 2)) == date(2023, 6, 2)
    assert CHINA.next_workday(date(2023, 6, 3)) == date(2023, 6, 5)
    assert CHINA.previous_workday(date(2023, 6, 4)) == date(2023, 6, 2)
    assert CHINA.previous_workday(date(2023, 5, 3)) == date(2023, 4, 28)


def test_working_days_between_exclude_the_first_and_include_the_last() -> None:
    assert CHINA.workdays_between(date(2023, 6, 2), date(2023, 6, 5)) == 1
    assert CHINA.workdays_between(date(2023, 6, 5), date(2023, 6, 5)) == 0
    assert CHINA.workdays_between(date(2023, 6, 5), date(2023, 6, 2)) == -1
    assert CHINA.workdays_between(date(2023, 9, 28), date(2023, 10, 8)) == 2


def test_a_count_says_which_days_it_passed_over() -> None:
    said = [explain(note) for note in CHINA.count_workdays(date(2023, 9, 20), 30).notes]
    assert said == [
        "自2023年9月20日起算，当日不计入，从2023年9月21日开始计算（《民法典》第二百零一条）。",
        "2023年9月29日为中秋放假，不计入。",
        "2023年9月30日至2023年10月6日为国庆节放假，7天不计入。",
        "周末休息日10天不计入。",
        "2023年10月7日、2023年10月8日为调休上班，计为工作日。",
        "第30个工作日为2023年11月7日。",
    ]


def test_a_count_says_the_same_in_english() -> None:
    said = [explain(note, "en") for note in CHINA.count_workdays(date(2023, 6, 21), 2).notes]
    assert said == [
        "Counted from 21 June 2023; that day is not included, so counting begins on 22 June 2023 (Civil Code art. 201).",
        "22 June 2023 to 24 June 2023 is the Dragon Boat Festival holiday; its 3 days are passed over.",
        "Worked to make up for a holiday, and therefore counted: 25 June 2023.",
        "Working day no. 2 is 26 June 2023.",
    ]


@pytest.mark.parametrize(
    ("festival", "year", "first", "last", "why"),
    [
        ("春节", 2024, "2024-02-10", "2024-02-17", "eight days"),
        ("国庆节", 2023, "2023-09-29", "2023-10-06", "returned whole with the Mid-autumn Festival before it"),
        ("中秋", 2023, "2023-09-29", "2023-10-06", "and the same from the other side"),
        ("元旦", 2024, "2023-12-30", "2024-01-01", "begins in the December before"),
        ("清明", 2023, "2023-04-05", "2023-04-05", "a single Wednesday"),
    ],
)
def test_the_days_off_around_a_festival(festival: str, year: int, first: str, last: str, why: str) -> None:
    assert CHINA.holiday_span(festival, year) == (date.fromisoformat(first), date.fromisoformat(last)), why


def test_the_days_off_of_a_year_not_announced_are_unknown() -> None:
    assert CHINA.holiday_span("春节", 2027) is None
    assert set(CHINA.holidays.values()) <= set(FESTIVALS.values())


def test_the_county_lays_its_own_days_over_the_state_councils() -> None:
    county = CHINA.with_overrides(rest={date(2023, 6, 5): "庙会"}, work={date(2023, 6, 10): "抗旱"})
    assert not county.is_workday(date(2023, 6, 5))
    assert county.is_workday(date(2023, 6, 10))
    assert county.add_workdays(date(2023, 6, 2), 1) == date(2023, 6, 6)
    assert CHINA.is_workday(date(2023, 6, 5)), "the calendar it was laid over is unchanged"
    assert explain(county.count_workdays(date(2023, 6, 2), 1).notes[1]) == "2023年6月5日为庙会放假，不计入。"


def test_an_override_can_take_back_a_holiday_or_a_worked_weekend() -> None:
    county = CHINA.with_overrides(work={date(2023, 6, 23): "防汛"}, rest={date(2023, 6, 25): "补休"})
    assert county.is_workday(date(2023, 6, 23))
    assert not county.is_workday(date(2023, 6, 25))


def test_entering_a_year_makes_it_known_and_no_longer_provisional() -> None:
    county = CHINA.with_overrides(rest={date(2027, 1, 1): "元旦"}, known_through=2027)
    counted = county.count_workdays(date(2026, 12, 25), 5)
    assert counted.last == date(2027, 1, 4)
    assert not counted.provisional
    assert county.with_overrides(known_through=2020).known_through == 2027


def test_a_day_cannot_be_both_a_rest_day_and_a_working_day() -> None:
    with pytest.raises(ValueError, match="2023-06-05 is given both"):
        CHINA.with_overrides(rest={date(2023, 6, 5): "a"}, work={date(2023, 6, 5): "b"})


def test_calendars_with_the_same_days_are_equal_and_hash_alike() -> None:
    again = CHINA.with_overrides()
    assert again == CHINA
    assert hash(again) == hash(CHINA)
    assert CHINA.with_overrides(rest={date(2023, 6, 5): "a"}) != CHINA


@given(ANY_DAYS, st.integers(1, 400))
def test_adding_working_days_lands_on_one_and_counting_them_gives_the_number_back(start: date, days: int) -> None:
    end = CHINA.add_workdays(start, days)
    assert CHINA.is_workday(end)
    assert CHINA.workdays_between(start, end) == days
    assert sum(map(CHINA.is_workday, days_from(start + timedelta(days=1), end))) == days


@given(ANY_DAYS, st.integers(1, 400))
def test_counting_back_lands_on_a_working_day_as_many_before(start: date, days: int) -> None:
    end = CHINA.add_workdays(start, -days)
    assert CHINA.is_workday(end)
    assert sum(map(CHINA.is_workday, days_from(end, start - timedelta(days=1)))) == days


@given(ANY_DAYS, ANY_DAYS, ANY_DAYS)
def test_working_days_between_add_up(first: date, second: date, third: date) -> None:
    whole = CHINA.workdays_between(first, third)
    assert CHINA.workdays_between(first, second) + CHINA.workdays_between(second, third) == whole


@given(KNOWN_DAYS, st.sets(KNOWN_DAYS, max_size=40), st.integers(1, 30))
def test_counting_holds_whatever_days_the_county_enters(start: date, rest: set[date], days: int) -> None:
    county = CHINA.with_overrides(rest=dict.fromkeys(rest, "停工"))
    end = county.add_workdays(start, days)
    assert end not in rest
    assert county.workdays_between(start, end) == days


def test_an_instant_falls_on_its_civil_day_in_shanghai() -> None:
    assert civil_day(datetime(2023, 6, 1, 15, 59, tzinfo=UTC)) == date(2023, 6, 1)
    assert civil_day(datetime(2023, 6, 1, 16, 0, tzinfo=UTC)) == date(2023, 6, 2)
    assert civil_day(datetime(2023, 6, 2, 0, 0, tzinfo=SHANGHAI)) == date(2023, 6, 2)


def test_a_datetime_without_a_time_zone_names_no_instant() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        civil_day(datetime(2023, 6, 2))  # noqa: DTZ001 - the case itself
