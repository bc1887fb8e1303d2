"""Windows and open beginnings: from when, through when."""

from __future__ import annotations

import pytest

from tests.rules.phrase_cases import day, reading_of
from tracker.rules.phrases import Certainty, Kind

# phrase, first day, last day, why. Issued on 5 May 2023.
WINDOWS = [
    ("7月上旬", "2023-07-01", "2023-07-10", "1 to 10"),
    ("7月中旬", "2023-07-11", "2023-07-20", "11 to 20"),
    ("7月下旬", "2023-07-21", "2023-07-31", "21 to the last"),
    ("2024年2月下旬", "2024-02-21", "2024-02-29", "the last of a leap February"),
    ("9月中旬", "2023-09-11", "2023-09-20", "11 to 20"),
    ("六月中下旬", "2023-06-11", "2023-06-30", "two thirds"),
    ("9月初", "2023-09-01", "2023-09-10", "初 as 上旬"),
    ("下月上旬", "2023-06-01", "2023-06-10", "of the month after"),
    ("1、7月上旬开展一次飞防打药", "2023-07-01", "2023-07-10", "the 1 is the number of the item"),
    ("6月1日开始，6月底结束", "2023-06-01", "2023-06-30", "begins and ends"),
    ("从6月1日开始，6月底结束", "2023-06-01", "2023-06-30", "likewise"),
    ("招标时间从6月1日开始，6月底结束。", "2023-06-01", "2023-06-30", "in its sentence"),
    ("6月1日至6月30日", "2023-06-01", "2023-06-30", "至"),
    ("6月1日到6月30日", "2023-06-01", "2023-06-30", "到"),
    ("6月1日—6月30日", "2023-06-01", "2023-06-30", "a dash"),
    ("6月1日——6月30日", "2023-06-01", "2023-06-30", "a double dash"),
    ("6月1日～6月30日", "2023-06-01", "2023-06-30", "a wave"),
    ("6月1日起至6月30日止", "2023-06-01", "2023-06-30", "起至 … 止"),
    ("自2023年7月1日至2025年6月30日", "2023-07-01", "2025-06-30", "自 … 至"),
    ("2023年1月1日至12月31日", "2023-01-01", "2023-12-31", "the year is written once"),
    ("2023.1.1-2023.12.31", "2023-01-01", "2023-12-31", "full stops"),
    ("2023-01-01至2023-12-31", "2023-01-01", "2023-12-31", "ISO"),
    ("2023.01-2023.06", "2023-01-01", "2023-06-30", "months"),
    ("6月1日-15日", "2023-06-01", "2023-06-15", "the month is written once"),
    ("6月1日至15日", "2023-06-01", "2023-06-15", "likewise"),
    ("6月上旬至7月中旬", "2023-06-01", "2023-07-20", "thirds of months"),
    ("2023年6月底至7月初", "2023-06-30", "2023-07-10", "月底 begins on the last day"),
    ("6-9月", "2023-06-01", "2023-09-30", "months, written once"),
    ("2023年6—9月", "2023-06-01", "2023-09-30", "with a year"),
    ("三至五月", "2023-03-01", "2023-05-31", "the range of this year has not ended"),
    ("2023年6月至9月", "2023-06-01", "2023-09-30", "the year is written once"),
    ("2023年7、8月", "2023-07-01", "2023-08-31", "neighbouring months of a year"),
    ("2023年11月-2024年3月", "2023-11-01", "2024-03-31", "two years"),
    ("11月至次年3月", "2023-11-01", "2024-03-31", "次年 counts from the beginning"),
    ("11月至3月", "2023-11-01", "2024-03-31", "an end before the beginning is next year's"),
    ("二、三季度", "2023-04-01", "2023-09-30", "two quarters"),
    ("一至三季度", "2023-01-01", "2023-09-30", "three quarters"),
    ("2023—2025年", "2023-01-01", "2025-12-31", "years"),
    ("2023-2025年", "2023-01-01", "2025-12-31", "a hyphen"),
    ("2023年至2025年", "2023-01-01", "2025-12-31", "in full"),
    ("2023年到2025年底", "2023-01-01", "2025-12-31", "with 底"),
    ("2023-25年", "2023-01-01", "2025-12-31", "the century is written once"),
    ("编制期为2021年—2035年", "2021-01-01", "2035-12-31", "in its sentence"),
    ("“十四五”期间", "2021-01-01", "2025-12-31", "the years of the plan"),
    ("“十四五”时期", "2021-01-01", "2025-12-31", "时期 as 期间"),
    ("“十四五”规划期内", "2021-01-01", "2025-12-31", "规划期内 as 期间"),
    ("“十五五”期间", "2026-01-01", "2030-12-31", "the next plan"),
    ("2024年期间", "2024-01-01", "2024-12-31", "the whole of a year"),
    ("春节期间", "2024-02-10", "2024-02-17", "the State Council's holiday"),
    ("国庆期间", "2023-09-29", "2023-10-06", "with the festival that runs into it"),
    ("中秋、国庆期间", "2023-09-29", "2023-10-06", "two festivals in one holiday"),
    ("元旦春节期间", "2023-12-30", "2024-02-17", "from the first through the last"),
    ("2023.6-2025.6", "2023-06-01", "2025-06-30", "years and months"),
    ("7月1日启动，12月底前完成", "2023-07-01", "2023-12-31", "begun and done by"),
    ("五一假期", "2024-05-01", "2024-05-05", "the holiday"),
    ("自印发之日起至2025年底", "2023-05-05", "2025-12-31", "from the issue"),
    ("即日起至6月30日", "2023-05-05", "2023-06-30", "from today"),
    ("自2024年1月1日起施行，有效期至2028年12月31日", "2024-01-01", "2028-12-31", "in force until"),
    ("自2024年1月1日起施行，有效期5年", "2024-01-01", "2028-12-31", "in force through the day before"),
    ("自印发之日起施行，有效期2年", "2023-05-05", "2025-05-04", "from the issue"),
    ("自2024年起实施，到2025年底全面完成", "2024-01-01", "2025-12-31", "a beginning and an end"),
]

OPEN = [
    ("自2024年起", "2024-01-01", "自 … 起"),
    ("2024年起", "2024-01-01", "起"),
    ("从2024年开始", "2024-01-01", "开始"),
    ("自 2024 年起，县自然资源局要定期组织", "2024-01-01", "in its sentence: 定期 adds no date"),
    ("自7月1日起", "2023-07-01", "a day"),
    ("7月起", "2023-07-01", "a month"),
    ("下月起", "2023-06-01", "the month after"),
    ("明年起", "2024-01-01", "the year after"),
    ("自明年1月1日起", "2024-01-01", "a day of the year after"),
    ("2023年底起", "2023-12-31", "the end of a year is its last day"),
    ("2023年7月1日起施行", "2023-07-01", "in force from"),
    ("自印发之日起施行", "2023-05-05", "the issue date"),
    ("自本通知公布之日起", "2023-05-05", "likewise"),
    ("即日起", "2023-05-05", "today"),
    ("2024年以后", "2025-01-01", "after a year"),
    ("6月30日之后", "2023-07-01", "after a day"),
    ("自公布之日起30日后施行", "2023-06-05", "the day after thirty days have run"),
]


@pytest.mark.parametrize(("phrase", "first", "last", "why"), WINDOWS)
def test_a_stretch_has_a_first_and_a_last_day(phrase: str, first: str, last: str, why: str) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.start, reading.due) == (Kind.WINDOW, day(first), day(last)), why
    assert reading.recurrence is None


@pytest.mark.parametrize(("phrase", "start", "why"), OPEN)
def test_an_open_beginning_has_no_due_date(phrase: str, start: str, why: str) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.start, reading.due) == (Kind.FROM, day(start), None), why


def test_a_window_without_a_year_is_the_first_that_ends_on_or_after_the_issue_date() -> None:
    assert reading_of("7月上旬", day("2023-07-10")).start == day("2023-07-01")
    assert reading_of("7月上旬", day("2023-07-11")).start == day("2024-07-01")
    assert reading_of("6月1日至6月30日", day("2023-06-20")).start == day("2023-06-01")
    assert reading_of("11月至次年3月", day("2024-02-01")).start == day("2023-11-01"), "the one that is running"


def test_a_hedged_window_is_the_same_window() -> None:
    for phrase in ("9月中旬左右", "力争9月中旬"):
        reading = reading_of(phrase)
        assert (reading.kind, reading.start, reading.due) == (Kind.WINDOW, day("2023-09-11"), day("2023-09-20"))
        assert reading.certainty is Certainty.SOFT


def test_the_clause_before_gives_a_window_its_year() -> None:
    reading = reading_of("6月1日至7月31日", year=2025)
    assert (reading.start, reading.due) == (day("2025-06-01"), day("2025-07-31"))


def test_days_off_of_a_year_not_announced_are_the_statutory_ones_and_provisional() -> None:
    reading = reading_of("2028年国庆期间")
    assert (reading.start, reading.due) == (day("2028-10-01"), day("2028-10-03"))
    assert reading.provisional
    assert not reading_of("国庆期间").provisional
