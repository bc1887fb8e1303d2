"""A date comes from the words of the text with its working; where the rules cannot read it, the row's date and reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import factories
from tests.commitments import drafts
from tracker.audit import actors
from tracker.commitments.models import Commitment
from tracker.commitments.services import register_commitments
from tracker.commitments.working import (
    STATED,
    Promise,
    Reckoned,
    differences,
    instances_of,
    notes,
    reckoning_of,
    rows,
)
from tracker.rules.wording import explain, note
from tracker.rules.workdays import WorkdayCalendar

CHINA = WorkdayCalendar.china()
ISSUED = date(2023, 5, 31)


def promise(**values: Any) -> Promise:
    values.setdefault("issued_on", ISSUED)
    values.setdefault("kind", "once")
    return Promise(**values)


def said(reckoned: Reckoned) -> list[str]:
    return [explain(one) for one in notes(reckoned.working)]


def test_notes_survive_being_stored() -> None:
    kept = (note("count.workday_reached", n=30, last=date(2023, 8, 14)), note("count.weekends", n=12))
    assert notes(rows(kept)) == kept


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"phrase": "6月8日前", "due": date(2023, 6, 8)}, {}),
        ({"phrase": "6月8日前", "due": date(2023, 6, 9)}, {"due": (date(2023, 6, 9), date(2023, 6, 8))}),
        ({"phrase": "每季度", "kind": "recurring", "recurrence": "FREQ=MONTHLY;INTERVAL=3"}, {}),
        ({"phrase": "定期", "kind": "undated"}, {}),
        ({"phrase": "到2025年", "kind": "undated"}, {"due": (None, date(2025, 12, 31))}),
        ({"phrase": "", "due": date(2023, 6, 9)}, {"due": (date(2023, 6, 9), None)}),
        ({"phrase": "", "kind": "undated"}, {}),
        (
            {"phrase": "7月上旬", "kind": "window", "start": date(2023, 7, 1), "due": date(2023, 7, 10)},
            {},
        ),
        ({"phrase": "自2024年起", "kind": "from", "start": date(2024, 1, 1)}, {}),
        ({"phrase": "试用期一年", "due": date(2024, 5, 31)}, {}),
        (
            {
                "phrase": "批准之日起30个工作日内",
                "kind": "relative",
                "relative": {"within": 20, "unit": "workday", "of": "x", "direction": "after", "event": "x"},
            },
            {"relative": ((20, "workday", "after"), (30, "workday", "after"))},
        ),
    ],
)
def test_the_rules_are_held_against_what_the_row_states(
    values: dict[str, Any], found: dict[str, tuple[Any, Any]]
) -> None:
    assert differences(promise(**values), CHINA) == found


@pytest.fixture
def register(db: None) -> Any:
    document, unit = factories.document(issued_on=ISSUED), factories.unit()

    def make(make_draft: Any = drafts.draft, **values: Any) -> Commitment:
        by = actors.system("test")
        made = register_commitments(
            document=document, drafts=[make_draft(document, unit, **values)], by=by, now=factories.NOW
        )
        return made.added[0]

    return make


@pytest.mark.core
def test_a_named_day_is_shown_with_the_convention_it_was_read_by(register: Any) -> None:
    reckoned = reckoning_of(register(), CHINA)
    assert (reckoned.due, reckoned.convention, reckoned.provisional) == (date(2023, 6, 9), "day", False)
    assert said(reckoned) == ["“2023年6月9日”写明日期，当日（含）为限：2023年6月9日。"]


@pytest.mark.core
def test_a_date_the_rules_cannot_read_stands_with_the_row_s_reason(register: Any) -> None:
    row = register(phrase="", due=date(2023, 6, 30), why_not="日期承上一条。")
    reckoned = reckoning_of(row, CHINA)
    assert (reckoned.due, reckoned.convention) == (date(2023, 6, 30), STATED)
    assert said(reckoned) == ["到期日2023年6月30日由人读出，不是由规则推算：日期承上一条。"]


@pytest.mark.core
def test_a_relative_duty_waits_and_then_shows_every_step_of_the_counting(register: Any) -> None:
    row = register(drafts.within_30_workdays)
    waiting = reckoning_of(row, CHINA)
    assert (waiting.due, waiting.happened) == (None, False)
    assert said(waiting)[-1] == "等待“方案获批”的日期；登记后才能算出到期日。"
    reckoned = reckoning_of(row, CHINA, date(2023, 7, 3))
    assert (reckoned.due, reckoned.happened) == (date(2023, 8, 14), True)
    assert said(reckoned) == [
        "“方案获批”的日期为2023年7月3日。",
        "自2023年7月3日起算，当日不计入，从2023年7月4日开始计算（《民法典》第二百零一条）。",
        "周末休息日12天不计入。",
        "第30个工作日为2023年8月14日。",
    ]


@pytest.mark.core
def test_an_event_that_sets_no_limit_gives_no_date(register: Any) -> None:
    relative = {"within": None, "unit": "day", "of": "验收", "direction": "after", "event": "验收"}
    row = register(kind="relative", phrase="验收后", relative=relative)
    reckoned = reckoning_of(row, CHINA, date(2023, 7, 3))
    assert (reckoned.due, reckoned.happened) == (None, True)
    assert said(reckoned)[-1] == "“验收”为2023年7月3日；文中只写先后，没有写明期限。"


@pytest.mark.core
def test_a_date_in_a_year_not_announced_is_provisional(register: Any) -> None:
    known = CHINA.known_through
    row = register(drafts.within_30_workdays)
    assert reckoning_of(row, CHINA, date(known, 12, 15)).provisional


@pytest.mark.core
def test_instances_come_in_order_and_each_says_its_period(register: Any) -> None:
    found = instances_of(register(drafts.quarterly), CHINA)
    first, second, *_ = [next(found) for _ in range(60)]
    assert (first[0], first[1].due, second[0], second[1].due) == (
        "2023Q3",
        date(2023, 9, 30),
        "2023Q4",
        date(2023, 12, 31),
    )
    assert "2023Q3：自2023年7月1日至2023年9月30日。" in said(first[1])


@pytest.mark.core
def test_instances_end_where_the_row_says_so(register: Any) -> None:
    row = register(drafts.quarterly, due=date(2024, 3, 31), why_not="止于2024年3月。")
    assert [label for label, _ in instances_of(row, CHINA)] == ["2023Q3", "2023Q4", "2024Q1"]


@pytest.mark.core
def test_a_recurrence_the_rules_cannot_read_says_so_in_every_instance(register: Any) -> None:
    row = register(kind="recurring", phrase="年度", recurrence="FREQ=YEARLY", why_not="“年度”即每年。")
    label, reckoned = next(instances_of(row, CHINA))
    assert (label, reckoned.due) == ("2024", date(2024, 12, 31))
    assert said(reckoned)[0] == "周期由人读出，不是由规则推算：“年度”即每年。"


@pytest.mark.core
def test_a_duty_that_comes_round_every_five_years_is_still_seen(register: Any) -> None:
    row = register(kind="recurring", phrase="", recurrence="FREQ=YEARLY;INTERVAL=5", why_not="每五年。")
    found = instances_of(row, CHINA)
    assert [next(found)[1].due for _ in range(2)] == [date(2028, 12, 31), date(2033, 12, 31)]
