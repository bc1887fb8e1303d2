"""What gives no date: duties without a day, times that only frame a sentence, and texts that cannot be read."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.phrase_cases import CHINA, day, reading_of
from tracker.rules.phrases import Kind, read
from tracker.rules.wording import explain

# phrase, convention, why: a true answer, not a failure to read.
UNDATED = [
    ("定期", "undated_regular", "regularly"),
    ("定期开展监测评估", "undated_regular", "regularly"),
    ("常态化", "undated_regular", "as a matter of course"),
    ("不定期", "undated_irregular", "not 定期"),
    ("适时", "undated_irregular", "when fitting"),
    ("择机", "undated_irregular", "when fitting"),
    ("及时", "undated_soon", "in good time"),
    ("尽快", "undated_soon", "as soon as possible"),
    ("立即整改", "undated_soon", "at once"),
    ("近期", "undated_soon", "soon"),
    ("数日内", "undated_soon", "a few days"),
    ("限期", "undated_as_required", "within a time somebody sets"),
    ("按期", "undated_as_required", "on time"),
    ("按时间节点及时", "undated_soon", "a schedule kept elsewhere"),
    ("届时", "undated_as_required", "at that time"),
    ("中期", "undated_term", "the middle of a term"),
    ("总结评估", "undated_term", "the end of a term"),
    ("年度", "undated_modifier", "a modifier"),
    ("相应年度", "undated_modifier", "a modifier"),
    ("寒暑假", "undated_season", "no fixed days"),
    ("雨季", "undated_season", "no fixed days"),
    ("年初", "undated_season", "no fixed days"),
    ("月初", "undated_season", "no fixed days"),
    ("春耕期间", "undated_season", "no fixed days"),
    ("", "empty", "nothing"),
    ("   　", "empty", "nothing but spaces"),
    ("加强领导，落实责任", "no_time_expression", "no time"),
    ("《稷山县2023年板枣飞防社会化服务实施方案》", "no_time_expression", "a year in a title"),
    ("稷政发〔2023〕5号", "no_time_expression", "a year in a number"),
    ("稷政办发（2023）15号", "no_time_expression", "in round brackets"),
    ("目前", "no_time_expression", "前 is part of a word"),
    ("35-45岁女性", "no_time_expression", "an age"),
    ("未满16周岁的未成年人", "no_time_expression", "an age"),
    ("0—6个月婴儿", "no_time_expression", "an age"),
    ("九年义务教育巩固率达到98%以上", "no_time_expression", "a kind of schooling"),
    ("全面普及学前三年教育", "no_time_expression", "a kind of schooling"),
    ("下降到12.5/10万以内", "no_time_expression", "a rate"),
    ("采用1985国家高程基准", "no_time_expression", "a datum"),
    ("三年行动计划", "no_time_expression", "a title"),
    ("三五天内", "no_time_expression", "a few days, and not thirty-five"),
    ("十几天内", "no_time_expression", "no number"),
    ("一个半月内", "no_time_expression", "no unit of the Civil Code"),
    ("5个工作日", "length_without_event", "a length without 内 and without an event"),
    ("三年", "length_without_event", "a length"),
    ("30天", "length_without_event", "a length"),
    ("为期三个月", "length_without_event", "a length"),
    ("连续三年", "length_without_event", "a length"),
    ("5天前", "length_without_event", "in the past"),
    ("压缩至5个工作日", "service_standard", "how long a service may take"),
    ("审批时限压缩至5个工作日内", "service_standard", "likewise, with 内"),
    ("2020年以来", "background", "since"),
    ("比2020年下降20%", "background", "a base of comparison"),
    ("以2020年为基数下降20%", "background", "likewise"),
    ("2023年第2期", "background", "the issue of a periodical"),
    ("2021年修订版", "background", "an edition"),
    ("“十四五”规划", "background", "the name of a plan"),
    ("纳入稷山县“十四五”经济社会发展总体规划", "background", "the name of a plan"),
    ("下一年工作安排", "background", "which year, not by when"),
]

# phrase, convention, why: the text cannot be read with certainty.
PROBLEMS = [
    ("2月30日前", "no_such_day", "no such day"),
    ("2023年2月29日前", "no_such_day", "not a leap year"),
    ("6月31日前", "no_such_day", "June has thirty days"),
    ("32日前", "no_such_day", "no such day"),
    ("2023年6月0日前", "no_such_day", "no such day"),
    ("13月底前", "no_such_month", "no such month"),
    ("0月5日前", "no_such_month", "no such month"),
    ("2023-13-01", "no_such_month", "no such month"),
    ("第五季度", "no_such_quarter", "four quarters"),
    ("2200年底", "year_out_of_range", "too far"),
    ("1948年6月", "year_out_of_range", "too long ago"),
    ("百年内", "year_out_of_range", "too far"),
    ("2023年6月2日至2023年5月1日", "range_backwards", "ends before it begins"),
    ("2025—2023年", "range_backwards", "likewise"),
    ("2023年6月2日前设立，6月8日前完成", "two_expressions", "two deadlines"),
    ("6月底或7月底", "two_expressions", "two deadlines"),
    ("2023年、2024年、2025年", "two_expressions", "three years, each with its target"),
    ("2023年6月底前完成，其余的在2024年12月底完成", "two_expressions", "two classes"),
    ("自2024年起实施，6月底前完成准备", "two_expressions", "a beginning and another thing's end"),
    ("每月报告，每季度通报", "two_expressions", "two recurrences"),
    ("10日内报送，15日内办结", "two_expressions", "two limits"),
    ("2024年初", "vague_part", "no certain days"),
    ("2024年春季", "vague_part", "no certain days"),
    ("“十四五”初期", "vague_part", "no certain days"),
    ("农历八月十五日前", "lunar_date", "not 15 August"),
    ("重阳节期间", "no_days_off", "a festival without days off"),
]


@pytest.mark.parametrize(("phrase", "convention", "why"), UNDATED)
def test_what_gives_no_date_is_undated_and_says_so(phrase: str, convention: str, why: str) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.convention) == (Kind.UNDATED, convention), why
    assert (reading.start, reading.due, reading.recurrence, reading.relative) == (None, None, None, None)
    assert reading.problem is None
    assert explain(reading.notes[0])


@pytest.mark.parametrize(("phrase", "convention", "why"), PROBLEMS)
def test_what_cannot_be_read_is_a_problem_and_never_a_guess(phrase: str, convention: str, why: str) -> None:
    reading = reading_of(phrase)
    assert (reading.kind, reading.convention) == (Kind.UNDATED, convention), why
    assert (reading.start, reading.due, reading.recurrence, reading.relative) == (None, None, None, None)
    assert reading.problem is not None
    assert explain(reading.problem, "en")


def test_two_deadlines_are_both_named() -> None:
    problem = reading_of("2023年6月2日前设立，6月8日前完成").problem
    assert problem is not None
    assert explain(problem) == "有两个不同的时间：“2023年6月2日前”和“6月8日前”；请分成两条。"


def test_a_window_from_the_issue_that_ended_before_it_is_a_problem() -> None:
    assert reading_of("自印发之日起至2025年底", day("2026-03-01")).convention == "range_backwards"
    assert reading_of("2023年6月底前，每月报告，自2024年起", day("2023-05-05")).kind is Kind.UNDATED


def test_the_same_deadline_twice_is_one() -> None:
    assert reading_of("2023年6月底前启动并于6月30日前完成").due == day("2023-06-30")


def test_a_time_that_frames_the_sentence_does_not_hide_its_deadline() -> None:
    assert reading_of("以2020年为基数，到2025年下降20%").due == day("2025-12-31")
    assert reading_of("2021年以来成效显著，6月底前全面完成").due == day("2023-06-30")
    assert reading_of("自2023年7月1日起施行。2018年7月1日印发的《办法》同时废止。").start == day("2023-07-01")
    assert reading_of("根据稷政发〔2022〕5号，2023年9月底前完成").due == day("2023-09-30")


def test_an_undated_word_gives_way_to_a_date() -> None:
    assert reading_of("尽快整改，6月底前完成").due == day("2023-06-30")
    assert reading_of("每季度一次，定期交流").recurrence == "FREQ=MONTHLY;INTERVAL=3"


def test_an_issue_date_outside_the_calendar_is_a_problem() -> None:
    assert reading_of("6月底前", date(1900, 1, 1)).convention == "year_out_of_range"
    assert reading_of("6月底前", date(9999, 12, 31)).convention == "year_out_of_range"


def test_only_deadlines_count_as_two() -> None:
    reading = read("2023年6月底前（2022年以来已完成三年任务）", anchor=date(2023, 5, 5), workdays=CHINA)
    assert reading.due == day("2023-06-30")
