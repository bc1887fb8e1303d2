"""Limits counted from an event: how long, in what, from which event, and whether its day is known."""

from __future__ import annotations

import pytest

from tests.rules.phrase_cases import day, reading_of
from tracker.rules.counting import Direction, Unit
from tracker.rules.phrases import Certainty, Kind, Relative

AFTER, BEFORE = Direction.AFTER, Direction.BEFORE

# phrase, within, unit, of, why: the event's day must be recorded, so there is no due date.
WAITING = [
    ("批准之日起30个工作日内", 30, Unit.WORKDAY, "批准", "working days"),
    ("在批准之日起30个工作日内", 30, Unit.WORKDAY, "批准", "the preposition is not the event"),
    ("经批准的规划在批准之日起30个工作日内", 30, Unit.WORKDAY, "批准", "only the last clause is the event"),
    ("批准之日起３０个工作日内", 30, Unit.WORKDAY, "批准", "full-width digits"),
    ("批准之日起三十个工作日以内", 30, Unit.WORKDAY, "批准", "Chinese numerals and 以内"),
    ("自批准之日起 30 个工作日之内", 30, Unit.WORKDAY, "批准", "spaces and 之内"),
    ("收到通知后3个工作日内", 3, Unit.WORKDAY, "收到通知", "后"),
    ("收到通知之日起3个工作日内", 3, Unit.WORKDAY, "收到通知", "之日起"),
    ("收到材料后的5日内", 5, Unit.DAY, "收到材料", "后的"),
    ("自收到申请材料之日起二十日内", 20, Unit.DAY, "收到申请材料", "Chinese numerals"),
    ("接到申请之日起十五日内", 15, Unit.DAY, "接到申请", "接到"),
    ("自县自然资源局批复之日起10日内", 10, Unit.DAY, "县自然资源局批复", "自然 is not 自"),
    ("验收合格之日起10个工作日内", 10, Unit.WORKDAY, "验收合格", "acceptance"),
    ("公布后20日内", 20, Unit.DAY, "公布", "whose publication is not said"),
    ("决定作出之日起15日内", 15, Unit.DAY, "决定作出", "a decision"),
    ("项目完成后1个月内", 1, Unit.MONTH, "项目完成", "a month"),
    ("竣工验收后一年内", 1, Unit.YEAR, "竣工验收", "a year"),
    ("公示期满后5个工作日内", 5, Unit.WORKDAY, "公示期满", "the end of a period"),
    ("期满30日内", 30, Unit.DAY, "期满", "without 后"),
    ("会后两周内", 2, Unit.WEEK, "会议", "会 is a meeting"),
    ("项目建设期一般为1-2年", 2, Unit.YEAR, "建设期起始", "the upper end of a term that begins with its event"),
    ("有效期五年", 5, Unit.YEAR, "有效期起始", "likewise"),
    ("公示期不少于7天", 7, Unit.DAY, "公示期起始", "likewise"),
    ("发现之日当天", 0, Unit.DAY, "发现", "the day itself"),
    ("接报后2小时内", 1, Unit.DAY, "接报", "hours run out within the next day"),
    ("接报后36小时内", 2, Unit.DAY, "接报", "or the one after"),
    ("当日", 0, Unit.DAY, "", "the same day, of what the text does not say"),
    ("1-2年", 2, Unit.YEAR, "", "the upper end; the text does not say of what"),
    ("3个工作日内办结", 3, Unit.WORKDAY, "", "each request has its own limit"),
    ("突发事件发生后2小时内上报", 1, Unit.DAY, "突发事件发生", "in its sentence"),
]

BACKWARDS = [
    ("提前一周", 1, Unit.WEEK, "", "the text names no event"),
    ("县枣业中心提前一周对农药进行监督", 1, Unit.WEEK, "", "in its sentence"),
    ("提前3个工作日", 3, Unit.WORKDAY, "", "working days"),
    ("至少提前5个工作日", 5, Unit.WORKDAY, "", "at least"),
    ("会前3日", 3, Unit.DAY, "会议", "会 is a meeting"),
    ("开会前3天", 3, Unit.DAY, "开会", "likewise"),
    ("会议召开前3日", 3, Unit.DAY, "会议召开", "the event before 前"),
    ("会议召开5日前", 5, Unit.DAY, "会议召开", "the event before the length"),
    ("期满前1个月", 1, Unit.MONTH, "期满", "the end of a term"),
    ("合同期满前30日", 30, Unit.DAY, "合同期满", "likewise"),
    ("届满30日前", 30, Unit.DAY, "届满", "likewise"),
    ("会议召开的3日前", 3, Unit.DAY, "会议召开", "的 is not part of the event"),
    ("会议召开前提前2日", 2, Unit.DAY, "会议召开", "both"),
]

# phrase, due, within, unit, of, why: counted from the issue date, 5 May 2023.
FROM_ISSUE = [
    ("印发之日起30日内", "2023-06-05", 30, Unit.DAY, "印发", "day 30 is a Sunday (art. 203)"),
    ("自印发之日起30日内", "2023-06-05", 30, Unit.DAY, "印发", "自"),
    ("印发之日起三个月内", "2023-08-07", 3, Unit.MONTH, "印发", "5 August is a Saturday"),
    ("印发后1周内", "2023-05-12", 1, Unit.WEEK, "印发", "后"),
    ("通知下发之日起7日内", "2023-05-12", 7, Unit.DAY, "通知下发", "下发"),
    ("本通知印发后10个工作日内", "2023-05-18", 10, Unit.WORKDAY, "本通知印发", "a worked Saturday is counted"),
    ("自本办法施行之日起6个月内", "2023-11-06", 6, Unit.MONTH, "本办法施行", "5 November is a Sunday"),
    ("自公布之日起20日内", "2023-05-25", 20, Unit.DAY, "公布", "the document's own publication"),
    ("3个月内", "2023-08-07", 3, Unit.MONTH, "", "no event is named"),
    ("两年内", "2025-05-06", 2, Unit.YEAR, "", "5 May 2025 is a day off"),
    ("2年内", "2025-05-06", 2, Unit.YEAR, "", "digits"),
    ("一年内", "2024-05-06", 1, Unit.YEAR, "", "5 May 2024 is a Sunday"),
    ("半年内", "2023-11-06", 6, Unit.MONTH, "", "six months"),
    ("一年半内", "2024-11-05", 18, Unit.MONTH, "", "eighteen months"),
    ("1年6个月内", "2024-11-05", 18, Unit.MONTH, "", "likewise"),
    ("两个月内", "2023-07-05", 2, Unit.MONTH, "", "Chinese numeral"),
    ("一个季度内", "2023-08-07", 3, Unit.MONTH, "", "three months"),
    ("半个月内", "2023-05-22", 15, Unit.DAY, "", "fifteen days"),
    ("两周内", "2023-05-19", 2, Unit.WEEK, "", "two weeks"),
    ("10日内", "2023-05-15", 10, Unit.DAY, "", "ten days"),
    ("30天之内", "2023-06-05", 30, Unit.DAY, "", "天 and 之内"),
    ("15个自然日内", "2023-05-22", 15, Unit.DAY, "", "natural days are days"),
    ("三个工作日内", "2023-05-09", 3, Unit.WORKDAY, "", "a worked Saturday, Monday, Tuesday"),
    ("十五个工作日内", "2023-05-25", 15, Unit.WORKDAY, "", "Chinese numerals"),
    ("24小时内", "2023-05-06", 1, Unit.DAY, "", "a day"),
    ("限期15日内整改", "2023-05-22", 15, Unit.DAY, "", "限期"),
    ("用三年左右时间", "2026-05-06", 3, Unit.YEAR, "", "a stretch of time to use"),
    ("未来三年", "2026-05-06", 3, Unit.YEAR, "", "the years to come"),
    ("百日内", "2023-08-14", 100, Unit.DAY, "", "a hundred"),
]


@pytest.mark.parametrize(("phrase", "within", "unit", "of", "why"), WAITING)
def test_a_limit_after_an_event_waits_for_it(phrase: str, within: int, unit: Unit, of: str, why: str) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.due, reading.start) == (Kind.RELATIVE, None, None)
    assert reading.relative is not None
    assert (reading.relative.within, reading.relative.unit, reading.relative.of) == (within, unit, of), why
    assert reading.relative.direction is AFTER


@pytest.mark.parametrize(("phrase", "within", "unit", "of", "why"), BACKWARDS)
def test_a_limit_before_an_event_counts_back(phrase: str, within: int, unit: Unit, of: str, why: str) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.due) == (Kind.RELATIVE, None)
    assert reading.relative == Relative(within, unit, of, BEFORE), why


@pytest.mark.parametrize(("phrase", "due", "within", "unit", "of", "why"), FROM_ISSUE)
def test_a_limit_from_the_documents_issue_has_a_date(
    phrase: str, due: str, within: int, unit: Unit, of: str, why: str
) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.due) == (Kind.RELATIVE, day(due)), why
    relative = reading.relative
    assert relative is not None
    assert (relative.within, relative.unit, relative.of, relative.direction) == (within, unit, of, AFTER)


def test_hours_run_out_on_their_day_even_when_it_is_a_rest_day() -> None:
    assert reading_of("48小时内").due == day("2023-05-07"), "a Sunday: hours are not moved as days are"
    assert reading_of("2日内").due == day("2023-05-08")


@pytest.mark.parametrize(
    ("phrase", "issued", "due"),
    [
        ("试用期一年", "2023-05-08", "2024-05-08"),
        ("试用期一年", "2023-06-12", "2024-06-12"),
        ("（试用期一年）", "2023-06-10", "2024-06-10"),
        ("试用期为6个月", "2023-05-08", "2023-11-08"),
    ],
)
def test_probation_runs_from_the_decision_to_the_corresponding_day(phrase: str, issued: str, due: str) -> None:
    reading = reading_of(phrase, day(issued))
    assert (reading.kind, reading.due) == (Kind.RELATIVE, day(due))
    assert reading.convention == "relative_decision"


@pytest.mark.parametrize(
    ("phrase", "low", "high", "unit", "due"),
    [
        ("1-2年", 1, 2, Unit.YEAR, None),
        ("1—2年", 1, 2, Unit.YEAR, None),
        ("一至两年", 1, 2, Unit.YEAR, None),
        ("15-20个工作日", 15, 20, Unit.WORKDAY, None),
        ("3-6个月内", 3, 6, Unit.MONTH, "2023-11-06"),
        ("3个月至6个月内", 3, 6, Unit.MONTH, "2023-11-06"),
        ("7-10日内", 7, 10, Unit.DAY, "2023-05-15"),
        ("三至五年内", 3, 5, Unit.YEAR, "2028-05-05"),
    ],
)
def test_of_a_range_of_lengths_the_upper_end_counts(
    phrase: str, low: int, high: int, unit: Unit, due: str | None
) -> None:
    reading = reading_of(phrase)
    assert reading.relative is not None
    assert (reading.relative.at_least, reading.relative.within, reading.relative.unit) == (low, high, unit)
    assert reading.due == (day(due) if due else None)


@pytest.mark.parametrize(
    ("phrase", "of", "within", "direction"),
    [
        ("项目竣工后", "项目竣工", None, AFTER),
        ("作业结束并通过验收后", "作业结束并通过验收", None, AFTER),
        ("第十四条 项目验收完成后，", "项目验收完成", None, AFTER),
        ("在项目实施完即开展", "项目实施完", 0, AFTER),
        ("突发事件发生后立即", "突发事件发生", 0, AFTER),
        ("接到报告后，应当立即", "接到报告", 0, AFTER),
        ("汛期来临前", "汛期来临", 0, BEFORE),
        ("作业前", "作业", 0, BEFORE),
        ("资金使用之前", "资金使用", 0, BEFORE),
        ("专项资金拨付前", "专项资金拨付", 0, BEFORE),
        ("入汛前", "入汛", 0, BEFORE),
        ("会前", "会议", 0, BEFORE),
    ],
)
def test_a_mere_order_of_events_is_relative_without_a_length(
    phrase: str, of: str, within: int | None, direction: Direction
) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.due) == (Kind.RELATIVE, None)
    assert reading.relative == Relative(within, Unit.DAY, of, direction)


def test_a_limit_that_rests_on_a_year_not_announced_is_provisional() -> None:
    assert reading_of("五年内").provisional
    assert not reading_of("两年内").provisional


def test_about_three_years_is_soft() -> None:
    assert reading_of("用三年左右时间").certainty is Certainty.SOFT
    assert reading_of("约3个月内").certainty is Certainty.SOFT


def test_the_counting_is_shown_with_the_reading() -> None:
    codes = [code for code, _ in reading_of("印发之日起30日内").notes]
    assert codes == ["reading.relative_issue", "count.from_next_day", "count.days_reached", "count.moved_to_workday"]
