"""Named days and the ends of named periods: what is due when, and what is a target."""

from __future__ import annotations

import pytest

from tests.rules.phrase_cases import ISSUED, day, reading_of
from tracker.rules.phrases import Certainty, Kind

# phrase, due, why. Issued on 5 May 2023 (a Friday); kind once.
ONCE = [
    ("2023年6月2日前", "2023-06-02", "前 after a day includes the day"),
    ("6月8日前", "2023-06-08", "the first 8 June on or after the issue date"),
    ("2023年6月2日", "2023-06-02", "a bare day"),
    ("2023年6月2日之前", "2023-06-02", "之前 as 前"),
    ("2023年6月2日以前", "2023-06-02", "以前 as 前"),
    ("于2023年6月2日前", "2023-06-02", "a preposition changes nothing"),
    ("务必于2023年6月2日前", "2023-06-02", "nor does insistence"),
    ("最迟不晚于6月30日", "2023-06-30", "no later than"),
    ("不迟于2023年6月30日", "2023-06-30", "no later than"),
    ("截至2023年6月30日", "2023-06-30", "up to"),
    ("截止到2023年6月30日", "2023-06-30", "up to"),
    ("于2023年6月30日截止", "2023-06-30", "closing on"),
    ("2023年6月30日止", "2023-06-30", "until"),
    ("延长至2025年12月31日", "2025-12-31", "extended until"),
    ("2023年12月31日24时前", "2023-12-31", "midnight at the end of a day is that day"),
    ("2023年6月30日17时30分前", "2023-06-30", "an hour of the day is that day"),
    ("6月30日18:00前", "2023-06-30", "likewise"),
    ("6月30日下午5点前", "2023-06-30", "likewise"),
    ("6月30日（星期五）前", "2023-06-30", "the weekday in brackets"),
    ("6月30日（星期五）18:00前", "2023-06-30", "both"),
    ("本周五下班前", "2023-05-05", "the end of business is that day"),
    ("2023年6月30日（含）前", "2023-06-30", "inclusion spelt out"),
    ("6月30日（不含）前", "2023-06-29", "exclusion spelt out"),
    ("6月30号前", "2023-06-30", "号 as 日"),
    ("6月30前", "2023-06-30", "日 left out"),
    ("2023-06-30", "2023-06-30", "ISO"),
    ("2023-6-30前", "2023-06-30", "ISO without zeros"),
    ("2023/6/30前", "2023-06-30", "slashes"),
    ("2023.6.30前", "2023-06-30", "full stops"),
    ("20230630前", "2023-06-30", "eight digits"),
    ("6.30前", "2023-06-30", "month and day with a full stop, where 前 follows"),
    ("23年6月底前", "2023-06-30", "a year of two digits before a month"),
    ("25年底前", "2025-12-31", "and before 底"),
    ("二〇二三年六月三十日前", "2023-06-30", "Chinese numerals"),
    ("二零二三年十二月底", "2023-12-31", "零 as 〇"),
    ("二○二三年六月底", "2023-06-30", "a circle as 〇"),
    ("六月底前", "2023-06-30", "Chinese month"),
    ("十二月三十一日前", "2023-12-31", "Chinese month and day"),
    ("２０２３年６月２日前", "2023-06-02", "full-width digits"),
    ("2023 年 6 月 2 日 前", "2023-06-02", "spaces inside"),
    ("2023年　6月　2日前", "2023-06-02", "ideographic spaces"),
    ("二0二三年六月底前", "2023-06-30", "0 typed for want of 〇"),
    ("2023年，6月底前", "2023-06-30", "the year before a comma"),
    ("今年6月底前完成，今年要抓紧", "2023-06-30", "今年 only says which year is spoken of"),
    # the end of a month
    ("6月底", "2023-06-30", "last day of the month"),
    ("6月底前", "2023-06-30", "底前 includes it"),
    ("2024年12月底", "2024-12-31", "with its year"),
    ("2024年2月底前", "2024-02-29", "a leap year"),
    ("2月底前", "2024-02-29", "the first February to end on or after the issue date"),
    ("6月末", "2023-06-30", "末 as 底"),
    ("6月份底前", "2023-06-30", "月份 as 月"),
    ("2023年9月", "2023-09-30", "a month without 底 runs through its last day"),
    ("8月份", "2023-08-31", "likewise"),
    ("2023.06", "2023-06-30", "month with a full stop"),
    ("本月底", "2023-05-31", "the month of the issue date"),
    ("月底前", "2023-05-31", "likewise"),
    ("月末", "2023-05-31", "likewise"),
    ("下月底", "2023-06-30", "the month after"),
    ("下个月底前", "2023-06-30", "likewise"),
    ("次月10日前", "2023-06-10", "a day of the month after"),
    ("本月25日前", "2023-05-25", "a day of this month"),
    ("当月20日前", "2023-05-20", "likewise"),
    ("5日前", "2023-05-05", "the first 5th on or after the issue date: that day"),
    ("3日前", "2023-06-03", "this month's is past"),
    ("三十日前", "2023-05-30", "Chinese numerals"),
    ("廿五日前", "2023-05-25", "廿"),
    ("31日前", "2023-05-31", "May has one"),
    # the end of a year
    ("2023年底", "2023-12-31", "31 December"),
    ("年底前", "2023-12-31", "of the year of the issue date"),
    ("2025年末", "2025-12-31", "末 as 底"),
    ("2025 年年底前", "2025-12-31", "年 twice"),
    ("今年底", "2023-12-31", "this year"),
    ("今年年底", "2023-12-31", "this year"),
    ("当年底", "2023-12-31", "this year"),
    ("明年底前", "2024-12-31", "next year"),
    ("年内", "2023-12-31", "within the year"),
    ("今年内", "2023-12-31", "within the year"),
    ("2023年内", "2023-12-31", "within the year"),
    ("本年度内", "2023-12-31", "within the year"),
    ("年度内", "2023-12-31", "within the year"),
    ("全年", "2023-12-31", "the whole year"),
    ("2023年全年", "2023-12-31", "the whole year"),
    ("年终", "2023-12-31", "end of the year"),
    ("岁末", "2023-12-31", "end of the year"),
    ("截至2025年底", "2025-12-31", "up to: no target"),
    # quarters and half-years
    ("上半年", "2023-06-30", "30 June"),
    ("上半年前", "2023-06-30", "nobody means the day before the year"),
    ("上半年度", "2023-06-30", "度"),
    ("下半年", "2023-12-31", "31 December"),
    ("明年上半年", "2024-06-30", "next year"),
    ("年中前", "2023-06-30", "the middle of the year"),
    ("一季度", "2024-03-31", "the first quarter of 2023 is past"),
    ("2023年一季度", "2023-03-31", "a written year stays past"),
    ("第三季度", "2023-09-30", "第"),
    ("三季度末", "2023-09-30", "末"),
    ("3季度末前", "2023-09-30", "digits"),
    ("四季度", "2023-12-31", "the fourth"),
    ("2023Q3", "2023-09-30", "as tables write it"),
    ("前三季度", "2023-09-30", "the first three together"),
    ("季度末", "2023-06-30", "the quarter of the issue date"),
    ("本季度末", "2023-06-30", "likewise"),
    ("季末前", "2023-06-30", "likewise"),
    ("下季度末", "2023-09-30", "the next"),
    ("下一季度首月15日前", "2023-07-15", "a day of its first month"),
    ("三季度末月底前", "2023-09-30", "the end of its last month"),
    # weeks and days
    ("本周内", "2023-05-07", "through Sunday"),
    ("下周五前", "2023-05-12", "Friday of next week"),
    ("下周三", "2023-05-10", "Wednesday of next week"),
    ("周五前", "2023-05-05", "the first Friday on or after the issue date: that day"),
    ("星期三前", "2023-05-10", "the first Wednesday"),
    ("今日", "2023-05-05", "the issue date"),
    ("明天", "2023-05-06", "the day after"),
    ("2月29日前", "2024-02-29", "the first 29 February"),
    # 前 after a span that names no end means before the span begins
    ("6月前", "2023-05-31", "before June"),
    ("2025年前", "2024-12-31", "before 2025"),
    ("7月上旬前", "2023-06-30", "before the first ten days of July"),
    ("2023年6月中旬前", "2023-06-10", "before the second ten days of June"),
    ("三季度前", "2023-06-30", "before the third quarter"),
    ("9月初前", "2023-08-31", "before the beginning of September"),
    # festivals
    ("春节前", "2024-02-09", "the day before the festival"),
    ("春节前夕", "2024-02-09", "its eve"),
    ("2023年春节前", "2023-01-21", "of a written year"),
    ("国庆前", "2023-09-30", "the day before 1 October"),
    ("国庆节前", "2023-09-30", "likewise"),
    ("“十一”前", "2023-09-30", "likewise"),
    ("五一前", "2024-04-30", "1 May 2023 is past"),
    ("元旦前", "2023-12-31", "the day before 1 January"),
    ("中秋节前", "2023-09-28", "a lunar day"),
    ("端午节前", "2023-06-21", "a lunar day"),
    ("清明节前", "2024-04-03", "a solar term"),
    ("霜降前", "2023-10-23", "a solar term"),
    ("除夕前", "2024-02-08", "New Year's Eve is the 9th"),
    ("七一前", "2023-06-30", "1 July"),
    ("教师节前", "2023-09-09", "10 September"),
    # counted from a named day
    ("春节前3天", "2024-02-07", "three days back from 10 February"),
    ("6月底前3个工作日", "2023-06-27", "three working days back from 30 June"),
    ("6月30日后10日内", "2023-07-10", "ten days on"),
    ("自2023年7月1日起30日内", "2023-07-31", "thirty days on"),
]

TARGETS = [
    ("到2025年", "2025-12-31", "a year reached"),
    ("2025年达到85%", "2025-12-31", "a quantity in a year"),
    ("2023年（目标）", "2023-12-31", "a bare year"),
    ("（一）近期目标（2025 年）", "2025-12-31", "a bare year in brackets"),
    ("2024年", "2024-12-31", "a bare year"),
    ("2023年度", "2023-12-31", "年度 as 年"),
    ("今年", "2023-12-31", "this year"),
    ("明年", "2024-12-31", "next year"),
    ("到2025年底", "2025-12-31", "到 with the year's end"),
    ("至2025年末", "2025-12-31", "至 as 到"),
    ("到2027年底前", "2027-12-31", "with 前"),
    ("2025年末新增专业镇规上企业30家以上", "2025-12-31", "a quantity at the end of a year"),
    ("2025年底前达到50亿元", "2025-12-31", "a quantity by the end of a year"),
    ("“十四五”末", "2025-12-31", "the end of the fourteenth plan"),
    ("到“十四五”末", "2025-12-31", "likewise"),
    ("“十四五”", "2025-12-31", "the horizon of a plan's targets"),
    ("十四五规划期末", "2025-12-31", "in full"),
    ("第十四个五年规划期末", "2025-12-31", "in fuller"),
    ("“十五五”末", "2030-12-31", "the fifteenth"),
    ("『十六五』末", "2035-12-31", "other quotation marks"),
    ("十三五末", "2020-12-31", "past, as written"),
]


@pytest.mark.parametrize(("phrase", "due", "why"), ONCE)
def test_a_named_day_or_end_is_due_once(phrase: str, due: str, why: str) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.due, reading.start) == (Kind.ONCE, day(due), None), why
    assert (reading.recurrence, reading.relative, reading.problem) == (None, None, None)


@pytest.mark.parametrize(("phrase", "due", "why"), TARGETS)
def test_a_year_or_plan_to_reach_is_a_target(phrase: str, due: str, why: str) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.due, reading.start) == (Kind.TARGET, day(due), None), why


@pytest.mark.parametrize(
    ("phrase", "issued", "due", "why"),
    [
        ("6月底前", "2023-06-30", "2023-06-30", "on the day itself it is that day"),
        ("6月底前", "2023-07-01", "2024-06-30", "a day later it is next year's"),
        ("年底前", "2023-12-31", "2023-12-31", "the last day of the year"),
        ("2023年4月30日前", "2023-05-05", "2023-04-30", "a written year stays past"),
        ("4月30日前", "2023-05-05", "2024-04-30", "an unwritten year does not"),
        ("上半年", "2023-07-01", "2024-06-30", "the next first half-year"),
        ("6月前", "2023-06-10", "2024-05-31", "before the next June"),
        ("元旦前", "2023-12-31", "2023-12-31", "the day before New Year is today"),
        ("春节前", "2024-02-10", "2025-01-28", "the festival itself is too late"),
        ("31日前", "2023-06-05", "2023-07-31", "June has no 31st"),
        ("下月底", "2023-01-31", "2023-02-28", "from the last day of a long month"),
        ("下月底", "2023-12-15", "2024-01-31", "across the year"),
        ("下周一", "2023-06-04", "2023-06-05", "a Sunday's next Monday is tomorrow"),
        ("季度末", "2023-12-31", "2023-12-31", "the last day of a quarter"),
        ("下季度末", "2023-11-15", "2024-03-31", "across the year"),
        ("2月29日前", "2024-03-01", "2028-02-29", "four years on"),
    ],
)
def test_what_is_not_written_comes_from_the_issue_date(phrase: str, issued: str, due: str, why: str) -> None:
    assert reading_of(phrase, day(issued)).due == day(due), why


def test_the_clause_before_gives_the_year() -> None:
    assert reading_of("6月底前", year=2024).due == day("2024-06-30")
    assert reading_of("6月底前", year=2022).due == day("2022-06-30"), "even a year that is past"
    assert reading_of("2023年6月底前", year=2024).due == day("2023-06-30"), "the phrase's own year comes first"


def test_a_date_before_the_issue_date_is_said_to_be_past() -> None:
    codes = [code for code, _ in reading_of("2023年4月30日前").notes]
    assert "reading.past" in codes
    assert "reading.past" not in [code for code, _ in reading_of("2023年5月5日前").notes]


def test_a_rest_day_the_document_names_stays_and_the_working_day_before_is_told() -> None:
    reading = reading_of("2023年6月10日前")
    assert reading.due == day("2023-06-10"), "a Saturday"
    assert dict(dict(reading.notes)["reading.rest_day_stays"])["before"] == "2023-06-09"


@pytest.mark.parametrize(
    ("phrase", "certainty", "why"),
    [
        ("6月底前", Certainty.HARD, "plain"),
        ("力争6月底前", Certainty.SOFT, "力争"),
        ("争取2023年底前", Certainty.SOFT, "争取"),
        ("原则上在2023年6月底前完成", Certainty.SOFT, "原则上"),
        ("6月底左右", Certainty.SOFT, "左右"),
        ("6月30日前后", Certainty.SOFT, "前后"),
        ("约在6月底完成", Certainty.SOFT, "约"),
        ("约定6月底前完成", Certainty.HARD, "约定 is an agreement"),
        ("节约用地，6月底前完成", Certainty.HARD, "节约 is thrift"),
        ("到2023年底，争取稷山县纸包装专业镇成为省级专业镇", Certainty.SOFT, "the clause the date opens is hedged"),
        ("争取上级资金支持，6月底前完成", Certainty.HARD, "the hedge belongs to another clause"),
        ("于2024年完成壁画保护修复，争取列入国拨计划", Certainty.HARD, "likewise"),
        ("力争“十四五”末，全县博物馆覆盖率", Certainty.SOFT, "力争 before a plan's end"),
    ],
)
def test_a_hedge_makes_the_same_date_soft(phrase: str, certainty: Certainty, why: str) -> None:
    assert reading_of(phrase).certainty is certainty, why
    assert reading_of(phrase).due is not None


def test_every_named_day_is_read_alike_whatever_stands_around_it() -> None:
    for before in ("", "请", "务必于", "确保", "应当在"):
        for after in ("", "完成", "报送县政府办", "，逾期不予受理"):
            reading = reading_of(f"{before}2023年6月30日前{after}")
            assert (reading.kind, reading.due) == (Kind.ONCE, day("2023-06-30"))
    assert reading_of("2023年6月30日前").text == "2023年6月30日前"
    assert ISSUED.weekday() == 4
