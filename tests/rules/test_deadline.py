"""Deadlines become dated reckonings with their working shown, and recurrences become dated instances."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.phrase_cases import CHINA, ISSUED, day, reading_of
from tracker.rules.counting import Direction, Unit
from tracker.rules.deadline import ISSUED as ISSUE
from tracker.rules.deadline import (
    By,
    Every,
    Fixed,
    From,
    Instance,
    Reckoning,
    Unresolved,
    Within,
    deadline_of,
    instances,
    reckon,
)
from tracker.rules.wording import explain


def reckoned(deadline: Fixed | By | From | Within | Every, **events: str) -> Reckoning | Unresolved:
    return reckon(deadline, events={name: day(text) for name, text in events.items()}, workdays=CHINA)


def due(reckoning: Reckoning | Unresolved) -> date:
    assert isinstance(reckoning, Reckoning)
    return reckoning.due


def test_a_fixed_day_is_due_on_that_day_even_when_it_is_a_rest_day() -> None:
    assert due(reckoned(Fixed(day("2023-06-10")))) == day("2023-06-10")


def test_a_stretch_is_due_on_its_last_day_and_keeps_its_first() -> None:
    answer = reckoned(By(day("2023-07-01"), day("2023-07-10")))
    assert isinstance(answer, Reckoning)
    assert (answer.start, answer.due, answer.provisional) == (day("2023-07-01"), day("2023-07-10"), False)


def test_a_limit_waits_for_its_event_and_names_it() -> None:
    answer = reckoned(Within(30, Unit.WORKDAY, "批准"))
    assert isinstance(answer, Unresolved)
    assert answer.waits_for == "批准"
    assert explain(answer.reason) == "等待“批准”的日期；登记后才能算出到期日。"


def test_a_recorded_event_gives_the_date_with_the_counting_shown() -> None:
    answer = reckoned(Within(30, Unit.WORKDAY, "批准"), 批准="2023-07-03")
    assert isinstance(answer, Reckoning)
    assert answer.due == day("2023-08-14")
    assert [explain(note) for note in answer.notes] == [
        "“批准”的日期为2023年7月3日。",
        "自2023年7月3日起算，当日不计入，从2023年7月4日开始计算（《民法典》第二百零一条）。",
        "周末休息日12天不计入。",
        "第30个工作日为2023年8月14日。",
    ]


def test_another_event_does_not_answer_for_it() -> None:
    assert isinstance(reckoned(Within(30, Unit.WORKDAY, "批准"), 验收="2023-07-03"), Unresolved)


def test_a_limit_before_its_event_counts_back() -> None:
    assert due(reckoned(Within(1, Unit.WEEK, "作业", Direction.BEFORE), 作业="2023-07-03")) == day("2023-06-26")


def test_a_mere_order_has_no_date_even_when_the_event_is_recorded() -> None:
    answer = reckoned(Within(None, Unit.DAY, "验收"), 验收="2023-07-03")
    assert isinstance(answer, Unresolved)
    assert answer.waits_for == ""


def test_an_open_beginning_and_a_recurrence_have_no_single_date() -> None:
    assert isinstance(reckoned(From(day("2024-01-01"))), Unresolved)
    assert isinstance(reckoned(Every("FREQ=MONTHLY")), Unresolved)


def test_a_date_that_needs_a_year_not_announced_is_provisional_until_it_is() -> None:
    limit = Within(15, Unit.WORKDAY, "批准")
    before = reckoned(limit, 批准="2026-12-25")
    assert isinstance(before, Reckoning)
    assert before.provisional
    county = CHINA.with_overrides(rest={date(2027, 1, 1): "元旦"}, known_through=2027)
    after = reckon(limit, events={"批准": day("2026-12-25")}, workdays=county)
    assert isinstance(after, Reckoning)
    assert not after.provisional
    assert after.due == before.due + timedelta(days=3), "New Year's Day is passed over, and then a weekend"


def test_a_limit_beyond_the_calendar_is_unresolved_and_not_an_error() -> None:
    assert isinstance(reckoned(Within(9000, Unit.YEAR, "批准"), 批准="2026-12-25"), Unresolved)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("2023年6月2日前", Fixed),
        ("到2025年", Fixed),
        ("7月上旬", By),
        ("2024年起", From),
        ("每月", Every),
        ("2024年起每年6月底前", Every),
        ("批准之日起30个工作日内", Within),
        ("印发之日起30日内", Within),
        ("试用期一年", Within),
        ("定期", type(None)),
        ("2月30日前", type(None)),
    ],
)
def test_a_reading_stands_for_a_deadline(phrase: str, expected: type) -> None:
    assert isinstance(deadline_of(reading_of(phrase)), expected)


@pytest.mark.parametrize(
    "phrase",
    ["2023年6月2日前", "7月上旬", "印发之日起30日内", "本通知印发后10个工作日内", "3个月内", "试用期一年", "春节前3天"],
)
def test_the_deadline_of_a_reading_reckons_to_the_readings_date(phrase: str) -> None:
    reading = reading_of(phrase)
    deadline = deadline_of(reading)
    assert deadline is not None
    answer = reckon(deadline, events={ISSUE: ISSUED}, workdays=CHINA)
    assert isinstance(answer, Reckoning)
    assert (answer.due, answer.start) == (reading.due, reading.start)


# --- instances -----------------------------------------------------------------------------------------------------


def of(phrase: str, through: str, issued: date = ISSUED) -> tuple[Instance, ...]:
    every = deadline_of(reading_of(phrase, issued))
    assert isinstance(every, Every)
    return instances(every, issued=issued, through=day(through), workdays=CHINA)


def shown(found: tuple[Instance, ...]) -> list[tuple[str, str]]:
    return [(instance.label, instance.reckoning.due.isoformat()) for instance in found]


@pytest.mark.parametrize(
    ("phrase", "through", "expected", "why"),
    [
        ("每月", "2023-07-31", [("2023-06", "2023-06-30"), ("2023-07", "2023-07-31")], "first full month after 5 May"),
        ("每月5日前", "2023-07-31", [("2023-06", "2023-06-05"), ("2023-07", "2023-07-05")], "the named day of it"),
        ("每季度", "2023-12-31", [("2023Q3", "2023-09-30"), ("2023Q4", "2023-12-31")], "calendar quarters"),
        ("每半年", "2024-06-30", [("2023H2", "2023-12-31"), ("2024H1", "2024-06-30")], "calendar half-years"),
        ("每年", "2025-12-31", [("2024", "2024-12-31"), ("2025", "2025-12-31")], "2023 had begun"),
        (
            "每两年",
            "2027-12-31",
            [("2024-2025", "2025-12-31"), ("2026-2027", "2027-12-31")],
            "from the first full year",
        ),
        ("每周", "2023-05-21", [("2023-W19", "2023-05-14"), ("2023-W20", "2023-05-21")], "Monday to Sunday"),
        ("每周一", "2023-05-15", [("2023-W19", "2023-05-08"), ("2023-W20", "2023-05-15")], "Mondays"),
        ("每两个月", "2023-10-31", [("2023-07/2023-08", "2023-08-31"), ("2023-09/2023-10", "2023-10-31")], "pairs"),
        (
            "每季度最后一个月25日前",
            "2023-12-31",
            [("2023Q3", "2023-09-25"), ("2023Q4", "2023-12-25")],
            "labelled by the quarter",
        ),
        ("每年6月底前", "2025-12-31", [("2024", "2024-06-30"), ("2025", "2025-06-30")], "labelled by the year"),
        (
            "每年3月和9月",
            "2024-12-31",
            [("2024-03", "2024-03-31"), ("2024-09", "2024-09-30")],
            "two in a year are told apart",
        ),
        (
            "每季度终了后15日内",
            "2024-02-01",
            [("2023Q3", "2023-10-16"), ("2023Q4", "2024-01-15")],
            "15 October 2023 is a Sunday",
        ),
        ("每月结束后5个工作日内", "2023-08-01", [("2023-06", "2023-07-07")], "working days after the month"),
        (
            "每月最后一个工作日",
            "2023-10-01",
            [
                ("2023-06", "2023-06-30"),
                ("2023-07", "2023-07-31"),
                ("2023-08", "2023-08-31"),
                ("2023-09", "2023-09-28"),
            ],
            "29 and 30 September 2023 are days off",
        ),
        ("每月第一个周一", "2023-07-31", [("2023-06", "2023-06-05"), ("2023-07", "2023-07-03")], "weekdays"),
        ("每月30日前", "2023-07-31", [("2023-06", "2023-06-30"), ("2023-07", "2023-07-30")], "a day most months have"),
        (
            "自2024年起，每季度",
            "2024-06-30",
            [("2024Q1", "2024-03-31"), ("2024Q2", "2024-06-30")],
            "from its beginning",
        ),
        ("每季度，到2023年底", "2030-01-01", [("2023Q3", "2023-09-30"), ("2023Q4", "2023-12-31")], "until its end"),
    ],
)
def test_a_recurrence_has_dated_instances(phrase: str, through: str, expected: list[tuple[str, str]], why: str) -> None:
    assert shown(of(phrase, through)) == expected, why


def test_a_document_issued_on_the_first_of_a_month_starts_with_the_next_full_one() -> None:
    assert shown(of("每月", "2023-07-31", day("2023-06-01"))) == [("2023-07", "2023-07-31")]
    assert shown(of("每月", "2023-06-30", day("2023-05-31"))) == [("2023-06", "2023-06-30")]


def test_a_day_that_a_month_does_not_have_is_its_last_day() -> None:
    found = of("每月30日前", "2024-03-31", day("2024-01-15"))
    assert shown(found) == [("2024-02", "2024-02-29"), ("2024-03", "2024-03-30")]


def test_every_third_of_a_month_is_an_instance_of_its_own() -> None:
    assert [label for label, _ in shown(of("每旬", "2023-06-30"))] == ["2023-06-10", "2023-06-20", "2023-06-30"]


def test_an_instance_on_a_rest_day_stays_and_says_so() -> None:
    (instance, *_) = of("每月", "2023-12-31", day("2023-08-05"))
    assert instance.reckoning.due == day("2023-09-30")
    assert "reading.rest_day_stays" in [code for code, _ in instance.reckoning.notes]


def test_a_rule_that_is_none_is_refused() -> None:
    for text in ("FREQ=HOURLY", "FREQ=NEVER", "monthly", "FREQ=MONTHLY;COUNT=3"):
        with pytest.raises(ValueError):
            instances(Every(text), issued=ISSUED, through=day("2024-01-01"), workdays=CHINA)


RULES = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2",
        "FREQ=WEEKLY;BYDAY=MO,FR",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYMONTHDAY=5",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;INTERVAL=2",
        "FREQ=MONTHLY;INTERVAL=3",
        "FREQ=MONTHLY;INTERVAL=6",
        "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=25",
        "FREQ=MONTHLY;BYDAY=1MO",
        "FREQ=YEARLY",
        "FREQ=YEARLY;INTERVAL=2",
        "FREQ=YEARLY;BYMONTH=3,9",
        "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=-1",
    ]
)
DAYS = st.dates(date(2010, 1, 1), date(2024, 12, 31))


@given(RULES, DAYS, st.integers(0, 900))
def test_instances_follow_one_another_after_the_issue_and_have_labels_of_their_own(
    rule: str, issued: date, ahead: int
) -> None:
    through = issued + timedelta(days=ahead)
    found = instances(Every(rule), issued=issued, through=through, workdays=CHINA)
    dues = [instance.reckoning.due for instance in found]
    assert dues == sorted(dues)
    assert len({instance.label for instance in found}) == len(found)
    for instance in found:
        assert issued < instance.first <= instance.reckoning.due <= instance.last
        assert instance.reckoning.due <= through


@given(RULES, DAYS, st.integers(0, 900), st.integers(0, 900))
def test_looking_further_ahead_only_adds_instances(rule: str, issued: date, near: int, far: int) -> None:
    near, far = sorted((near, far))
    some = instances(Every(rule), issued=issued, through=issued + timedelta(days=near), workdays=CHINA)
    more = instances(Every(rule), issued=issued, through=issued + timedelta(days=far), workdays=CHINA)
    assert more[: len(some)] == some


@given(DAYS)
def test_instances_of_a_named_day_are_those_the_rrule_itself_gives(issued: date) -> None:
    text = "FREQ=MONTHLY;BYMONTHDAY=5"
    found = instances(Every(text), issued=issued, through=issued + timedelta(days=400), workdays=CHINA)
    first = found[0].first
    from_rule = rrulestr(text, dtstart=datetime(first.year, first.month, 1))  # noqa: DTZ001
    assert [instance.reckoning.due for instance in found] == [moment.date() for moment in from_rule[: len(found)]]
