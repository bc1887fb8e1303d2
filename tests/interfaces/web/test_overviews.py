"""The overviews of county, portfolio, unit and document: every figure opens a list of just so many rows."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from tests import factories as make
from tests.interfaces.web.county import County, text_of
from tracker.commitments import services
from tracker.commitments.models import Indicator, IndicatorValue, ProgressReport, Review, Task
from tracker.org.models import Portfolio, UnitKind
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NUMBER = re.compile(r'<a [^>]*href="(/(?:ledger|dashboard/causes)/\?[^"]+)"[^>]*>(\d+)</a>')
TILE = re.compile(r'<a class="tile[^"]*" href="([^"]+)">.*?<strong class="figure">([^<]+)<')
MONTH = re.compile(r'<a href="(/assessment/tasks/\?[^"]+)">[^<]*</a></th>.*?<span class="faint">(\d+)/(\d+)</span>')


def at(number: int) -> datetime:
    return datetime(2023, 6, number, 1, 0, tzinfo=UTC)


@pytest.fixture
def lived(county: County) -> County:
    """Return the county with duties in every state, led by the lead unit, some with its supporting unit."""
    liaison, office = county.actor("liaison"), county.actor("office")
    for number in range(12):
        due = date(2023, 5, 28) + timedelta(days=number)
        task = make.task(county.lead, county.support, of=make.commitment(county.document, due=due), due=due)
        if number % 4 == 0:
            services.apply_to_close(task=task, unit=county.lead, text="已办", by=liaison, now=at(1))
        if number % 8 == 0:
            services.review(task=task, decision=Review.Decision.CLOSED, by=office, now=at(4))
        if number == 1:
            services.report_progress(
                task=task, unit=county.lead, kind=ProgressReport.Kind.PROGRESS, text="经费未到位", by=liaison, now=at(4)
            )
        if number == 2:
            services.name_blocker(task=task, blocker=county.support, note="数据未报", by=liaison, now=at(4))
    make.task(county.support, county.lead, of=make.commitment(county.document), due=date(2023, 5, 30))
    make.task(county.other, of=make.commitment(), due=date(2023, 5, 2), state=State.TO_CONFIRM, backfill=True)
    return county


PAGES = {
    "county": ("office", "dashboard", "own"),
    "leader": ("county_head", "dashboard_leader", "leader"),
    "portfolio": ("leader", "dashboard", "own"),
    "unit": ("leader", "dashboard_unit", "unit"),
    "own unit": ("liaison", "dashboard_unit", "unit"),
    "document": ("office", "dashboard_document", "document"),
    "document of a helper": ("helper", "dashboard_document", "document"),
}


def page_of(county: County, route: str, who: str, what: str, **query: str) -> str:
    args = {"leader": [county.post.pk], "unit": [county.lead.slug], "document": [county.document.slug]}.get(what, [])
    return text_of(county.get(who, route, *args, **query))


def rows_behind(county: County, who: str, address: str) -> int:
    answer = county.client(who).get(html.unescape(address))
    assert answer.status_code == 200
    return text_of(answer).count("<tr data-row")


@pytest.mark.parametrize("scope", PAGES)
def test_every_figure_opens_its_list(lived: County, scope: str) -> None:
    who, route, what = PAGES[scope]
    source = page_of(lived, route, who, what)
    tiles = TILE.findall(source)
    assert len(tiles) == 4
    for address, figure in tiles[:3]:
        assert rows_behind(lived, who, address) == int(figure), address
    numbers = NUMBER.findall(source)
    assert len(numbers) >= 4
    for address, figure in numbers:
        assert rows_behind(lived, who, address) == int(figure), address
    months = MONTH.findall(source)
    assert months
    for address, _on_time, decided in months:
        assert rows_behind(lived, who, address) == int(decided), address


def test_a_leader_sees_the_own_portfolio_first_and_the_county_as_figures(lived: County) -> None:
    make.task(make.unit("县水利局"), of=make.commitment(title="修建水库"), due=date(2023, 6, 1))
    own = page_of(lived, "dashboard", "leader", "own")
    assert "我分管" in own or "分管" in own
    assert "县水利局" not in own
    whole = page_of(lived, "dashboard", "leader", "own", scope="county")
    assert "县水利局" in whole
    assert "修建水库" not in whole, "titles and lists of others are not shown"
    assert not NUMBER.findall(whole) and not TILE.findall(whole)
    assert "只列数字" in whole


def test_another_leaders_portfolio_and_unit_are_refused_with_whom_to_ask(lived: County) -> None:
    unit = make.unit("县水利局")
    post = make.post(make.unit("稷山县人民政府办"), "leader")
    Portfolio.objects.create(post=post, unit=unit, relation="分管")
    for answer in (
        lived.get("leader", "dashboard_leader", post.pk),
        lived.get("leader", "dashboard_unit", unit.slug),
        lived.get("leader", "meeting_sheet", unit.slug),
    ):
        assert answer.status_code == 403
        assert "督查室" in text_of(answer)
    assert lived.get("office", "dashboard_leader", post.pk).status_code == 200
    assert lived.get("leader", "dashboard_leader", 10**6).status_code == 404
    assert lived.get("office", "dashboard_unit", "nobody").status_code == 404


def test_causes_are_told_in_the_units_words_and_silence_is_told_as_such(lived: County) -> None:
    source = page_of(lived, "dashboard_causes", "office", "own", cause="funds")
    assert "经费未到位" in source
    assert source.count("<tr data-row") == 1
    overview = page_of(lived, "dashboard", "office", "own")
    assert "未说明" in overview and "等待配合单位" in overview
    silent = page_of(lived, "dashboard_causes", "office", "own", cause="unsaid")
    assert silent.count("尚无反馈") == silent.count("<tr data-row") > 0


def test_a_month_without_data_is_told_as_such(county: County) -> None:
    Task.objects.all().delete()
    assert "无数据" in page_of(county, "dashboard", "office", "own")


def test_targets_at_risk_are_those_whose_values_say_so(county: County) -> None:
    for name, value in (("农村自来水普及率", 60), ("森林覆盖率", 99), ("研发经费", None)):
        of = make.commitment(county.document, kind="target", due=date(2023, 6, 4), quote=f"{name}达到90%")
        make.task(county.lead, of=of, due=date(2023, 6, 4))
        indicator = Indicator.objects.create(commitment=of, name=name, op=">=", value=90, unit="%")
        if value is not None:
            IndicatorValue.objects.create(
                indicator=indicator, day=date(2023, 6, 4), value=value, source="统计公报", at=at(5), by="x"
            )
    source = page_of(county, "dashboard", "office", "own")
    risky = source[source.index("有风险的指标") :]
    assert "农村自来水普及率" in risky
    assert "森林覆盖率" not in risky and "研发经费" not in risky
    assert "共 3 项，有风险 1 项，暂无法判断 1 项" in risky


def test_what_is_late_and_laid_on_nobody_is_told_below_the_bars_and_opens_its_list(county: County) -> None:
    Task.objects.all().delete()
    unnamed = make.unit("县直各相关单位", kind=UnitKind.COLLECTIVE)
    late = make.task(unnamed, of=make.commitment(county.document), due=date(2023, 6, 4))
    make.task(unnamed, of=make.commitment(county.document), due=date(2023, 7, 4))
    make.task(county.lead, of=make.commitment(county.document), due=date(2023, 6, 4))
    bars = page_of(county, "dashboard", "office", "own")
    bars = bars[bars.index("按牵头单位") : bars.index("逾期原因")]
    told = re.search(r'<a href="([^"]+)">上列逾期总数另含尚未分解的 1 项，不算任何单位逾期 →</a>', bars)
    assert told is not None
    found = text_of(county.client("office").get(html.unescape(told[1])))
    assert re.findall(r"<tr[^>]*data-row", found) and f"/tasks/{late.pk}/" in found
    assert len(set(re.findall(r"/tasks/(\d+)/", found))) == 1


def test_the_countys_targets_are_as_many_as_its_list_of_indicators_has(county: County) -> None:
    for state in ("", "withdrawn"):
        of = make.commitment(county.document, kind="target", due=date(2023, 6, 4))
        if not state:
            make.task(county.lead, of=of, due=date(2023, 6, 4))
        Indicator.objects.create(commitment=of, name="森林覆盖率", op=">=", value=90, unit="%")
    assert "共 2 项，有风险 0 项，暂无法判断 2 项" in page_of(county, "dashboard", "office", "own")
    assert "2 项量化指标" in text_of(county.get("office", "indicators"))


def test_the_overviews_are_reached_from_where_people_work(lived: County) -> None:
    unit, document = f"/dashboard/unit/{lived.lead.slug}/", f"/dashboard/document/{lived.document.slug}/"
    assert document in text_of(lived.get("office", "document", lived.document.slug))
    assert unit in text_of(lived.get("liaison", "my_unit"))
    assert unit in text_of(lived.get("leader", "unit", lived.lead.slug))
    assert unit not in text_of(lived.get("stranger", "unit", lived.lead.slug))


def test_the_note_on_what_is_due_soon_counts_what_the_figure_counts(county: County) -> None:
    due = date(2023, 6, 30)
    for number in range(5):
        task = make.task(county.lead, of=make.commitment(county.document, due=due), due=due)
        if number < 2:
            services.apply_to_close(task=task, unit=county.lead, text="已办", by=county.actor("liaison"), now=at(4))
    source = page_of(county, "dashboard", "office", "own")
    assert "其中6月30日 3 项" in source
