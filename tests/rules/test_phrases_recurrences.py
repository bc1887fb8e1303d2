"""Recurrences: the RRULE a phrase stands for, where it begins and ends, and which ones no RRULE can say."""

from __future__ import annotations

import pytest
from dateutil.rrule import rrulestr

from tests.rules.phrase_cases import day, reading_of
from tracker.rules.counting import Unit
from tracker.rules.phrases import Certainty, Kind

QUARTER_ENDS = "FREQ=MONTHLY;BYMONTH=3,6,9,12"
QUARTER_STARTS = "FREQ=MONTHLY;BYMONTH=1,4,7,10"
WORKING_WEEK = "BYDAY=MO,TU,WE,TH,FR"

RULES = [
    ("每月", "FREQ=MONTHLY", "due on the last day by convention"),
    ("每季度", "FREQ=MONTHLY;INTERVAL=3", "a quarter is three months"),
    ("每年", "FREQ=YEARLY", "a year"),
    ("每半年", "FREQ=MONTHLY;INTERVAL=6", "six months"),
    ("每两年", "FREQ=YEARLY;INTERVAL=2", "two years"),
    ("每周", "FREQ=WEEKLY", "a week"),
    ("每日", "FREQ=DAILY", "a day"),
    ("每天", "FREQ=DAILY", "a day"),
    ("每个工作日", f"FREQ=WEEKLY;{WORKING_WEEK}", "Monday to Friday"),
    ("每个月", "FREQ=MONTHLY", "个"),
    ("每一季度", "FREQ=MONTHLY;INTERVAL=3", "一"),
    ("每年度", "FREQ=YEARLY", "度"),
    ("每两个月", "FREQ=MONTHLY;INTERVAL=2", "two months"),
    ("每3个月", "FREQ=MONTHLY;INTERVAL=3", "three months"),
    ("每两周", "FREQ=WEEKLY;INTERVAL=2", "two weeks"),
    ("每5年一次", "FREQ=YEARLY;INTERVAL=5", "five years"),
    ("每旬", "FREQ=MONTHLY;BYMONTHDAY=10,20,-1", "the ends of the thirds of a month"),
    ("每半月", "FREQ=MONTHLY;BYMONTHDAY=15,-1", "the ends of its halves"),
    ("隔年", "FREQ=YEARLY;INTERVAL=2", "every other year"),
    ("每隔一年", "FREQ=YEARLY;INTERVAL=2", "every other year"),
    # how often
    ("每月一次", "FREQ=MONTHLY", "once a month"),
    ("原则上每月一次召开会议", "FREQ=MONTHLY", "in its sentence"),
    ("每季度至少一次", "FREQ=MONTHLY;INTERVAL=3", "at least once"),
    ("每年至少召开1次", "FREQ=YEARLY", "words between"),
    ("半年一次", "FREQ=MONTHLY;INTERVAL=6", "without 每"),
    ("一季度一次", "FREQ=MONTHLY;INTERVAL=3", "not the first quarter"),
    ("一月一次", "FREQ=MONTHLY", "not January"),
    ("两年一次", "FREQ=YEARLY;INTERVAL=2", "every two years"),
    ("每两年一次", "FREQ=YEARLY;INTERVAL=2", "likewise"),
    ("半月一次", "FREQ=MONTHLY;BYMONTHDAY=15,-1", "twice a month"),
    ("一年两次", "FREQ=MONTHLY;INTERVAL=6", "twice a year is every half-year"),
    ("每年2次", "FREQ=MONTHLY;INTERVAL=6", "likewise"),
    ("每年组织开展4次以上", "FREQ=MONTHLY;INTERVAL=3", "four times a year is every quarter"),
    ("每月不少于2次", "FREQ=MONTHLY", "twice within each month"),
    ("一月一调度", "FREQ=MONTHLY", "an idiom"),
    ("一周一通报", "FREQ=WEEKLY", "an idiom"),
    ("半年一评估", "FREQ=MONTHLY;INTERVAL=6", "an idiom"),
    ("每周一调度", "FREQ=WEEKLY", "one dispatch each week, not on Mondays"),
    ("每周一次", "FREQ=WEEKLY", "once each week, not on Mondays"),
    ("按月报送", "FREQ=MONTHLY", "by the month"),
    ("按季度调度", "FREQ=MONTHLY;INTERVAL=3", "by the quarter"),
    ("按年度总结", "FREQ=YEARLY", "by the year"),
    ("月调度", "FREQ=MONTHLY", "a monthly dispatch"),
    ("季通报", "FREQ=MONTHLY;INTERVAL=3", "a quarterly bulletin"),
    # a named day
    ("每月5日前", "FREQ=MONTHLY;BYMONTHDAY=5", "the fifth"),
    ("每月10号前", "FREQ=MONTHLY;BYMONTHDAY=10", "号"),
    ("于每月25日前报送", "FREQ=MONTHLY;BYMONTHDAY=25", "in its sentence"),
    ("每月的20日", "FREQ=MONTHLY;BYMONTHDAY=20", "的"),
    ("每月5日、20日前", "FREQ=MONTHLY;BYMONTHDAY=5,20", "two days"),
    ("每月1日至5日", "FREQ=MONTHLY;BYMONTHDAY=5", "due on the last of them"),
    ("每月31日前", "FREQ=MONTHLY;BYMONTHDAY=-1", "short months have no 31st"),
    ("每月底前", "FREQ=MONTHLY;BYMONTHDAY=-1", "底"),
    ("每月月末", "FREQ=MONTHLY;BYMONTHDAY=-1", "末"),
    ("每月上旬", "FREQ=MONTHLY;BYMONTHDAY=10", "due on its last day"),
    ("每月中旬", "FREQ=MONTHLY;BYMONTHDAY=20", "likewise"),
    ("每月下旬", "FREQ=MONTHLY;BYMONTHDAY=-1", "likewise"),
    ("每月第一周", "FREQ=MONTHLY;BYMONTHDAY=7", "due on its last day"),
    ("每月第一个周一", "FREQ=MONTHLY;BYDAY=1MO", "a weekday"),
    ("每月最后一个星期五", "FREQ=MONTHLY;BYDAY=-1FR", "the last weekday"),
    ("每月最后一个工作日", f"FREQ=MONTHLY;{WORKING_WEEK};BYSETPOS=-1", "the last working day"),
    ("每月前5个工作日内", f"FREQ=MONTHLY;{WORKING_WEEK};BYSETPOS=5", "the fifth working day"),
    ("每周一", "FREQ=WEEKLY;BYDAY=MO", "Mondays"),
    ("每周五下班前", "FREQ=WEEKLY;BYDAY=FR", "Fridays"),
    ("每周星期五", "FREQ=WEEKLY;BYDAY=FR", "in full"),
    ("每逢周一", "FREQ=WEEKLY;BYDAY=MO", "逢"),
    ("每周一、三、五", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "three days"),
    ("每周一至周三", "FREQ=WEEKLY;BYDAY=MO,TU,WE", "a stretch of days"),
    ("每季度末", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1", "底 of the quarter"),
    ("每季度末月", QUARTER_ENDS, "the last month of the quarter"),
    ("每季度最后一个月25日前", f"{QUARTER_ENDS};BYMONTHDAY=25", "a day of it"),
    ("每季度末月25日前", f"{QUARTER_ENDS};BYMONTHDAY=25", "likewise"),
    ("季末月25日前", f"{QUARTER_ENDS};BYMONTHDAY=25", "without 每"),
    ("每季度首月10日前", f"{QUARTER_STARTS};BYMONTHDAY=10", "the first month"),
    ("每季度第一个月15日前", f"{QUARTER_STARTS};BYMONTHDAY=15", "likewise"),
    ("每季度第二个月底前", "FREQ=MONTHLY;BYMONTH=2,5,8,11;BYMONTHDAY=-1", "the end of the second month"),
    ("每半年末", "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=-1", "the end of the half-year"),
    ("每年6月底前", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=-1", "the end of June"),
    ("每年6月30日前", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30", "a day"),
    ("每年6月", "FREQ=YEARLY;BYMONTH=6", "a month"),
    ("每年3月和9月", "FREQ=YEARLY;BYMONTH=3,9", "two months"),
    ("每年4月、10月", "FREQ=YEARLY;BYMONTH=4,10", "two months"),
    ("每年1月15日前、7月15日前", "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=15", "the same day of two months"),
    ("每年6月30日和12月31日前", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1", "two ends of months"),
    ("每年6月底和12月底前", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1", "likewise"),
    ("每年底", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1", "31 December"),
    ("每年年底前", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1", "年 twice"),
    ("每年一季度", "FREQ=YEARLY;BYMONTH=3", "the first quarter ends in March"),
    ("每年上半年", "FREQ=YEARLY;BYMONTH=6", "the first half-year ends in June"),
    ("每年7月上旬", "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=10", "due on its last day"),
    ("每年6月至9月", "FREQ=YEARLY;BYMONTH=9", "due at the end of the stretch"),
    ("每年6月前", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=-1", "before June"),
    ("每年国庆节前", "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=30", "a festival of the solar calendar"),
    # the day named at a distance
    ("每月25日前报送当月情况", "FREQ=MONTHLY;BYMONTHDAY=25", "当月 only says which month is reported"),
    ("每年向政府报告，于6月底前提交", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=-1", "a month of the year"),
    ("每半年一次，分别于6月底和12月底前", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1", "two days of the year"),
    ("每季度报告，于下一季度首月15日前报送", f"{QUARTER_STARTS};BYMONTHDAY=15", "the month after the quarter"),
    ("每年1月、4月、7月、10月的10日前", "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=10", "the day is written once"),
    ("每月底最后一个工作日", f"FREQ=MONTHLY;{WORKING_WEEK};BYSETPOS=-1", "底 adds nothing"),
    ("每年报告上年度情况，下一年度1月31日前报送", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31", "the January after"),
    ("每季度末25日前", f"{QUARTER_ENDS};BYMONTHDAY=25", "a day of the last month"),
    ("双周", "FREQ=WEEKLY;INTERVAL=2", "every two weeks"),
    ("每双月", "FREQ=MONTHLY;INTERVAL=2", "every two months"),
    ("逐月通报", "FREQ=MONTHLY", "month by month"),
    ("每半年（6月、12月）", "FREQ=YEARLY;BYMONTH=6,12", "two months of the year"),
    ("每月报送进展，次月5日前", "FREQ=MONTHLY;BYMONTHDAY=5", "the fifth of the month after"),
    ("每月向县政府办报送，于次月10日前报送", "FREQ=MONTHLY;BYMONTHDAY=10", "likewise"),
    ("每季度报送进展，次月10日前", f"{QUARTER_STARTS};BYMONTHDAY=10", "the month after the quarter"),
    ("每年向县政府报告，次年1月31日前提交", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31", "the January after"),
]


@pytest.mark.parametrize(("phrase", "rule", "why"), RULES)
def test_a_recurrence_is_written_as_an_rrule(phrase: str, rule: str, why: str) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.recurrence) == (Kind.RECURRING, rule), why
    assert (reading.start, reading.due) == (None, None)
    rrulestr(rule)


@pytest.mark.parametrize(
    ("phrase", "rule", "within", "unit"),
    [
        ("每季度终了后15日内", "FREQ=MONTHLY;INTERVAL=3", 15, Unit.DAY),
        ("季度终了后15日内", "FREQ=MONTHLY;INTERVAL=3", 15, Unit.DAY),
        ("每季度结束后10日内", "FREQ=MONTHLY;INTERVAL=3", 10, Unit.DAY),
        ("每月结束后5个工作日内", "FREQ=MONTHLY", 5, Unit.WORKDAY),
        ("月后5日内", "FREQ=MONTHLY", 5, Unit.DAY),
        ("年度终了后3个月内", "FREQ=YEARLY", 3, Unit.MONTH),
    ],
)
def test_a_limit_after_each_period_keeps_both(phrase: str, rule: str, within: int, unit: Unit) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.recurrence) == (Kind.RECURRING, rule)
    assert reading.relative is not None
    assert (reading.relative.within, reading.relative.unit) == (within, unit)


@pytest.mark.parametrize(
    ("phrase", "kind", "start", "due", "rule"),
    [
        ("自2024年起，每年", Kind.FROM, "2024-01-01", None, "FREQ=YEARLY"),
        ("2024年起每年6月底前", Kind.FROM, "2024-01-01", None, "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=-1"),
        ("自2023年7月起，每月5日前", Kind.FROM, "2023-07-01", None, "FREQ=MONTHLY;BYMONTHDAY=5"),
        ("2025年底前，每季度", Kind.RECURRING, None, "2025-12-31", "FREQ=MONTHLY;INTERVAL=3"),
        ("每月一次，到2025年底", Kind.RECURRING, None, "2025-12-31", "FREQ=MONTHLY"),
        ("2023年至2025年，每年", Kind.RECURRING, "2023-01-01", "2025-12-31", "FREQ=YEARLY"),
        ("“十四五”期间每年", Kind.RECURRING, "2021-01-01", "2025-12-31", "FREQ=YEARLY"),
        ("到2025年，每年", Kind.RECURRING, None, "2025-12-31", "FREQ=YEARLY"),
        ("2024年每季度", Kind.RECURRING, "2024-01-01", "2024-12-31", "FREQ=MONTHLY;INTERVAL=3"),
    ],
)
def test_a_recurrence_can_begin_and_end(phrase: str, kind: Kind, start: str | None, due: str | None, rule: str) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.recurrence) == (kind, rule)
    assert reading.start == (day(start) if start else None)
    assert reading.due == (day(due) if due else None)


@pytest.mark.parametrize(
    ("phrase", "convention", "why"),
    [
        ("每年春节前", "no_rrule_for_lunar", "the day moves each year"),
        ("每年3月5日和9月10日", "days_differ", "one rule cannot say two different days of two months"),
        ("每季度10日前", "which_month", "the 10th of which month?"),
        ("每年5日前", "which_month", "likewise"),
        ("每隔两年", "every_other_unclear", "every second or every third year"),
        ("每年初", "vague_part", "no day"),
        ("每年汛期前", "vague_part", "no day"),
        ("每季度初", "vague_part", "no day"),
        ("每月逢5日", "vague_part", "which of the fifth, fifteenth and twenty-fifth"),
        ("每月32日前", "no_such_day_of_month", "no such day"),
        ("每季度第四个月10日前", "no_such_month_of_period", "no such month"),
    ],
)
def test_what_no_rule_can_say_is_refused(phrase: str, convention: str, why: str) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.convention) == (Kind.UNDATED, convention), why
    assert reading.problem is not None
    assert (reading.due, reading.recurrence) == (None, None)


@pytest.mark.parametrize(
    "phrase",
    ["每个乡镇", "每15万人拥有1家博物馆", "每千人口", "每名干部", "每次会议", "每亩45元", "历年", "女性比例逐年提高"],
)
def test_what_is_not_a_period_does_not_recur(phrase: str) -> None:
    assert reading_of(phrase).recurrence is None


def test_hedged_recurrences_are_soft() -> None:
    assert reading_of("原则上每季度一次").certainty is Certainty.SOFT
    assert reading_of("每季度一次").certainty is Certainty.HARD


def test_a_number_of_times_that_does_not_divide_the_year_is_told() -> None:
    reading = reading_of("每年5次")
    assert reading.recurrence == "FREQ=YEARLY"
    assert ("reading.times_within", (("times", "5"),)) in reading.notes
