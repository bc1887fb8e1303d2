"""The page of the reporting load: units against the caps, each figure with its list, nobody counted."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests import factories as make
from tests.factories import NOW
from tests.interfaces.web.county import County, text_of
from tests.messaging.making import item, run
from tests.messaging.test_load import asked_task
from tracker.messaging.models import Item
from tracker.org.models import Post, Tenure, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("county")]


def tell(county: County, who: str = "liaison", number: int = 1) -> None:
    post = Tenure.objects.get(user=county.users[who]).post
    for _ in range(number):
        item(county.task, post, key=f"{who} {Item.objects.count()}", kind=Item.Kind.ASSIGNMENT)
    run(NOW)


def figures(page: str, unit: Unit) -> list[int]:
    """Return the figures of a unit's line."""
    (line,) = [row for row in re.findall(r"<tr data-row>.*?</tr>", page, re.DOTALL) if f">{unit}<" in row]
    return [int(number) for number in re.findall(r">(\d+)<", line)]


def test_a_units_line_counts_its_messages_things_reports_and_notices(county: County) -> None:
    tell(county, number=2)
    tell(county, "head")
    asked_task(county.lead, date(2023, 6, 30))
    page = text_of(county.get("office", "load", month="2023-06"))
    # Messages, also by mail, by robot, things told, reports, notices.
    assert figures(page, county.lead) == [2, 2, 0, 3, 1, 0]


def test_every_figure_opens_a_list_as_long_as_itself(county: County) -> None:
    tell(county, number=2)
    tell(county, "helper")
    asked_task(county.lead, date(2023, 6, 30))
    page = text_of(county.get("office", "load", month="2023-06"))
    (line,) = [row for row in re.findall(r"<tr data-row>.*?</tr>", page, re.DOTALL) if f">{county.lead}<" in row]
    links = re.findall(r'<a href="(/load/\w+/\?[^"]+)">(\d+)</a>', line)
    tiles = re.findall(r'<a class="tile" href="(/load/[^"]+)".*?<strong class="figure">(\d+)', page, re.DOTALL)
    assert len(links) == 4 and len(tiles) == 4
    for address, number in [*links, *tiles]:
        listed = text_of(county.client("office").get(address.replace("&amp;", "&")))
        rows = listed[listed.index("<h1") :].count("<tr><td")
        assert rows == int(number), address


def test_over_the_cap_is_said_by_word_and_shape(county: County, settings: Settings) -> None:
    settings.TRACKER_LOAD_CAP = {"messages": 1, "reports": 0}
    tell(county)
    assert "消息超过上限" not in text_of(county.get("office", "load", month="2023-06"))
    tell(county, "head")
    asked_task(county.lead, date(2023, 6, 30))
    page = text_of(county.get("office", "load", month="2023-06"))
    assert '<span class="state soon"><span class="shape" aria-hidden="true"></span>消息超过上限 1</span>' in page
    assert "报告超过上限 0" in page


def test_a_units_own_people_see_their_unit_and_no_other(county: County) -> None:
    tell(county)
    tell(county, "helper")
    page = text_of(county.get("liaison", "load", month="2023-06"))
    assert f">{county.lead}<" in page and f">{county.support}<" not in page
    assert county.get("liaison", "load_unit", county.support.slug).status_code == 403
    assert county.get("liaison", "load_list", "items", unit=county.support.slug).status_code == 403
    listed = text_of(county.get("liaison", "load_list", "items", month="2023-06"))
    assert str(Post.objects.get(tenures__user=county.users["helper"])) not in listed


def test_no_person_is_named_anywhere(county: County) -> None:
    tell(county, number=2)
    for route, args in (
        ("load", []),
        ("load_unit", [county.lead.slug]),
        ("load_list", ["messages"]),
        ("load_list", ["items"]),
    ):
        page = text_of(county.get("office", route, *args, month="2023-06"))
        content = page[page.index("<main") :]
        assert county.users["liaison"].name not in content
        assert county.users["liaison"].username not in content


def test_a_unit_is_shown_month_by_month(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(county)
    asked_task(county.lead, date(2023, 3, 31))
    monkeypatch.setattr("tracker.clock.now", lambda: NOW)
    page = text_of(county.get("office", "load_unit", county.lead.slug))
    assert re.findall(r"(\d+年\d+月)</th>", page) == ["2023年6月", "2023年5月", "2023年4月", "2023年3月"]


@pytest.mark.parametrize("month", ["", "2023-13", "x", "2023-06-05", "9999-99", "0000-01"])
def test_whatever_stands_in_the_address_a_month_is_shown(county: County, month: str) -> None:
    assert county.get("office", "load", month=month).status_code == 200


def test_there_is_no_list_of_something_else(county: County) -> None:
    assert county.get("office", "load_list", "logins").status_code == 404
    assert county.get("office", "load_unit", "no-such-unit").status_code == 404


def test_the_page_asks_no_more_the_more_units_there_are(county: County) -> None:
    counts = []
    county.get("office", "load")
    for _ in range(2):
        for _ in range(5):
            task = make.task()
            post = make.post(task.lead)
            make.user(post)
            item(task, post, key=f"{task.pk}")
        run(NOW)
        with CaptureQueriesContext(connection) as asked:
            county.get("office", "load", month="2023-06")
        counts.append(len(asked))
    assert counts[0] == counts[1]
