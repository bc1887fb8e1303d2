"""The pages about indicators as people use them: the list, one indicator, entering values, early warnings."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.interfaces.web import measured
from tests.interfaces.web.county import County, text_of
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Indicator, IndicatorPath, IndicatorValue
from tracker.commitments.selectors.indicators import readings
from tracker.escalation.models import EarlyWarning
from tracker.interfaces.web import curves
from tracker.interfaces.web.forms.indicators import number_read
from tracker.messaging.models import Item

pytestmark = [pytest.mark.django_db, pytest.mark.core]

HTMX = {"HTTP_HX_REQUEST": "true"}


def test_the_list_counts_each_standing_and_every_count_opens_its_list(county: County) -> None:
    measured.warned(county, measured.indicator(county))
    measured.indicator(county, "高中阶段毛入学率")
    page = text_of(county.get("office", "indicators"))
    assert "2 项量化指标 · 1 项有数据" in page
    tabs = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+) <span class="count">(\d+)</span>', page)
    assert [(label, count) for _, label, count in tabs] == [("全部", "2"), ("需关注", "1"), ("暂无法判断", "1")]
    shown = [
        len(re.findall("<tr data-row>", text_of(county.client("office").get(address.replace("&amp;", "&")))))
        for address, _label, _count in tabs
    ]
    assert shown == [2, 1, 1]


def test_no_data_is_a_ring_and_never_green(county: County) -> None:
    measured.indicator(county)
    page = text_of(county.get("office", "indicators"))
    assert '<span class="state none"><span class="shape" aria-hidden="true"></span>还没有数据</span>' in page
    assert "state ok" not in page


def test_the_list_is_filtered_by_document_and_unit(county: County) -> None:
    measured.indicator(county)
    page = text_of(county.get("office", "indicators", document=county.document.slug, unit=county.lead.slug))
    assert page.count("<tr data-row>") == 1
    # What is no choice is left out, and the rest still counts.
    assert text_of(county.get("office", "indicators", unit="nirgends")).count("<tr data-row>") == 1


def test_who_has_no_indicator_is_told_what_will_appear(county: County) -> None:
    measured.indicator(county)
    assert "您所在单位没有量化指标" in text_of(county.get("stranger", "indicators"))


def test_an_indicator_shows_its_reasons_its_clause_and_the_rules(county: County) -> None:
    one = measured.indicator(county)
    measured.warned(county, one)
    page = text_of(county.get("office", "indicator", one.pk))
    assert "2022年12月31日的数值96.5%落后于预期进度98%。" in page
    assert "对预计达标困难、波动较大的监测指标及时进行预警" in page
    assert "持续保持（按条款文字推定，尚无人设定）" in page
    assert "八成可能区间" in page
    assert page.count("<svg class=") >= 2, "drawn for a wide page and anew for a phone"
    assert measured.SOURCE in page


def test_an_indicator_without_values_says_who_enters_them(county: County) -> None:
    one = measured.indicator(county)
    assert f"数值由{county.lead.name}录入" in text_of(county.get("auditor", "indicator", one.pk))
    assert "请录入第一个数值" in text_of(county.get("liaison", "indicator", one.pk))


def test_a_liaison_enters_a_value_as_a_person_writes_it(county: County) -> None:
    one = measured.indicator(county)
    answer = county.post_to("liaison", "indicator_value", one.pk, day="2022-12-31", value="９８．５%", source="年报")
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("web:indicator", args=[one.pk]))
    assert IndicatorValue.objects.get().value == Decimal("98.5")
    assert "已录入2022年12月31日数值98.5%" in text_of(county.get("liaison", "indicator", one.pk))


def test_what_is_refused_comes_back_with_what_was_typed(county: County) -> None:
    one = measured.indicator(county)
    answer = county.post_to("liaison", "indicator_value", one.pk, day="2022-12-31", value="150", source="年报第3页")
    assert answer.status_code == 422
    page = text_of(answer)
    assert "150%超过了100%" in page
    assert 'value="150"' in page and 'value="年报第3页"' in page


def test_in_place_the_refusal_goes_back_into_its_slot(county: County) -> None:
    one = measured.indicator(county)
    address = reverse("web:indicator_value", args=[one.pk])
    asked = county.client("liaison").get(address, **HTMX)
    assert "<html" not in text_of(asked) and 'class="inset"' in text_of(asked)
    answer = county.client("liaison").post(address, {"day": "", "value": "", "source": ""}, **HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, f"#slot-indicator-{one.pk}")


def test_a_corrected_value_is_struck_through_beside_the_new_one(county: County) -> None:
    one = measured.indicator(county)
    value = measured.enter(county, one, "89.5")
    answer = county.post_to(
        "liaison", "indicator_correct", value.pk, day="2022-12-31", value="98.5", source="年报", reason="笔误"
    )
    assert answer.status_code == 303
    page = text_of(county.get("auditor", "indicator", one.pk))
    assert "<s>89.5%</s>" in page and "<strong>98.5%</strong>" in page
    assert "不再计入：笔误" in page
    assert county.get("liaison", "indicator_correct", value.pk).status_code == 409


def test_the_head_sets_a_path_in_steps(county: County) -> None:
    one = measured.indicator(county, "儿童之家覆盖率", value=Decimal(90))
    answer = county.post_to(
        "head", "indicator_path", one.pk, kind="step", baseline_on="2020-12-31", baseline="60%",
        milestones="2023-12-31 75\n2024-12-31 85%", reason="年度计划",
    )  # fmt: skip
    assert answer.status_code == 303
    assert IndicatorPath.objects.get().milestones == [["2023-12-31", "75"], ["2024-12-31", "85"]]
    page = text_of(county.get("office", "indicator", one.pk))
    assert "分步推进，自2020年12月31日的60%起" in page


def test_a_milestone_that_cannot_be_read_is_named(county: County) -> None:
    one = measured.indicator(county)
    answer = county.post_to("office", "indicator_path", one.pk, kind="step", milestones="明年 80", reason="计划")
    assert answer.status_code == 422
    assert "“明年 80”不是“日期 数值”的格式" in text_of(answer)


def test_a_statistic_is_entered_at_once(county: County) -> None:
    first, second = measured.indicator(county), measured.indicator(county, "高中阶段毛入学率")
    third = measured.indicator(county, "村卫生室数", unit="所")
    values = {f"value-{first.pk}": "98.2", f"value-{second.pk}": "95.1", f"value-{third.pk}": ""}
    answer = county.post_to("liaison", "indicator_entry", day="2022-12-31", source="2022年年报", **values)
    assert answer.status_code == 303
    assert sorted(IndicatorValue.objects.values_list("indicator_id", flat=True)) == sorted([first.pk, second.pk])


def test_a_wrong_row_of_a_statistic_is_marked_and_nothing_typed_is_lost(county: County) -> None:
    first, second = measured.indicator(county), measured.indicator(county, "村卫生室比例")
    values = {f"value-{first.pk}": "98.2", f"value-{second.pk}": "951"}
    answer = county.post_to("liaison", "indicator_entry", day="2022-12-31", source="2022年年报", **values)
    assert answer.status_code == 422
    page = text_of(answer)
    assert 'value="98.2"' in page and 'value="951"' in page and 'value="2022年年报"' in page
    assert page.count('<tr class="faulty">') == 1
    assert "951%超过了100%" in page
    assert "尚未录入任何数值" in page
    assert not IndicatorValue.objects.exists()


def test_a_statistic_of_the_future_is_said_at_each_row(county: County) -> None:
    one = measured.indicator(county)
    answer = county.post_to("liaison", "indicator_entry", day="2023-12-31", source="年报", **{f"value-{one.pk}": "98"})
    assert answer.status_code == 422
    assert "日期在将来" in text_of(answer)


def test_an_empty_statistic_is_refused_in_a_sentence(county: County) -> None:
    measured.indicator(county)
    answer = county.post_to("liaison", "indicator_entry", day="2022-12-31", source="年报")
    assert (answer.status_code, "请至少填写一项" in text_of(answer)) == (422, True)


def test_the_office_chooses_whose_statistic_it_enters(county: County) -> None:
    measured.indicator(county)
    other = measured.indicator(county, "太阳乡指标")
    task = other.commitment.tasks.get()
    task.assignments.filter(role="lead").update(unit=county.other)
    page = text_of(county.get("office", "indicator_entry"))
    assert "请选择要录入数据的单位" in page and county.other.slug in page
    assert "太阳乡指标" in text_of(county.get("office", "indicator_entry", unit=county.other.slug))


def test_the_office_sends_a_warning_after_seeing_who_gets_it(county: County) -> None:
    warning = measured.warned(county, measured.indicator(county))
    asked = text_of(county.get("office", "warning_send", warning.pk))
    assert "列入下一次每日汇总的一行" in asked
    answer = county.post_to("office", "warning_send", warning.pk, next=reverse("web:desk"))
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("web:desk"))
    assert EarlyWarning.objects.get().decision == "sent"
    assert Item.objects.get().kind == Item.Kind.WARNING
    assert "已发单位" in text_of(county.get("head", "warnings", state="sent"))
    assert "预警" in text_of(county.get("head", "inbox"))


def test_setting_a_warning_aside_needs_a_reason(county: County) -> None:
    warning = measured.warned(county, measured.indicator(county))
    assert county.post_to("office", "warning_set_aside", warning.pk, reason="").status_code == 422
    assert county.post_to("office", "warning_set_aside", warning.pk, reason="口径待核").status_code == 303
    assert "口径待核" in text_of(county.get("office", "warnings", state="set_aside"))
    assert AuditEntry.objects.filter(action="escalation.warning_set_aside").count() == 1


def test_a_warning_that_was_decided_meanwhile_is_not_decided_again(county: County) -> None:
    warning = measured.warned(county, measured.indicator(county))
    county.post_to("office", "warning_set_aside", warning.pk, reason="口径待核")
    assert county.post_to("office", "warning_send", warning.pk).status_code == 409
    assert not Item.objects.exists()


def test_a_unit_does_not_read_of_a_warning_that_nobody_has_sent(county: County) -> None:
    one = measured.indicator(county)
    measured.warned(county, one)
    for page in (county.get("head", "warnings"), county.get("head", "indicator", one.pk)):
        assert "提请预警" not in text_of(page)
    assert "提请预警" in text_of(county.get("office", "indicator", one.pk))


def test_the_task_of_a_target_shows_its_indicator_and_others_nothing(county: County) -> None:
    one = measured.indicator(county)
    measured.enter(county, one, "97")
    page = text_of(county.get("liaison", "task", one.commitment.tasks.get().pk))
    assert reverse("web:indicator", args=[one.pk]) in page
    assert "最新数值 97%" in page
    assert "/indicators/" not in text_of(county.get("liaison", "task", county.task.pk)).split("<main")[1]


def test_the_list_asks_no_more_the_more_indicators_there_are(county: County) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            county.get("office", "indicators")
        return len(asked)

    measured.warned(county, measured.indicator(county))
    questions()
    before = questions()
    for place in range(8):
        measured.enter(county, measured.indicator(county, f"指标{place}"), "99")
    assert questions() == before


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("97.5", "%", Decimal("97.5")),
        (" 12,500 ", "元", Decimal(12500)),
        ("３．２‰", "‰", Decimal("3.2")),
        ("12.5/10万", "1/10万", Decimal("12.5")),
        ("约90", "%", None),
        ("", "%", None),
        ("Infinity", "%", None),
    ],
)
def test_a_figure_is_read_as_people_write_it(text: str, unit: str, number: Decimal | None) -> None:
    assert number_read(text, unit) == number


@pytest.mark.parametrize("frame", [curves.WIDE, curves.NARROW, curves.SPARK])
def test_a_curve_stays_within_its_frame(county: County, frame: curves.Frame) -> None:
    one = measured.indicator(county)
    for year, value in ((2019, "99.9"), (2020, "60"), (2021, "98"), (2022, "97")):
        measured.enter(county, one, value, year)
    (reading,) = readings(Indicator.objects.all(), today=date(2023, 6, 5))
    drawn = curves.curve(reading, frame, today=date(2023, 6, 5), tone="soon")
    for points in (drawn.path, drawn.actual, drawn.fan, drawn.ahead):
        for pair in points.split():
            x, y = map(float, pair.split(","))
            assert frame.left <= x <= frame.width - frame.right
            assert frame.top <= y <= frame.height - frame.bottom
    assert drawn.today is not None and drawn.horizon is not None and drawn.today < drawn.horizon
    assert len(drawn.dots) == 4


@pytest.mark.parametrize("early", ["97.5", "98", "98.4", "60"])
def test_the_words_of_the_target_keep_clear_of_an_early_value(county: County, early: str) -> None:
    one = measured.indicator(county)
    for year, value in ((2019, early), (2020, "60"), (2021, "90"), (2022, "97")):
        measured.enter(county, one, value, year)
    (reading,) = readings(Indicator.objects.all(), today=date(2023, 6, 5))
    frame = curves.WIDE
    drawn = curves.curve(reading, frame, today=date(2023, 6, 5), tone="soon")
    beside = [dot for dot in drawn.dots if dot.x < frame.left + curves.WORDS_REACH]
    assert beside
    assert all(abs(drawn.target_at - (dot.y - curves.ABOVE_DOT)) >= curves.LINE_OF_WORDS for dot in beside)
