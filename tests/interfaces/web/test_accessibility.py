"""axe-core reads every page, wide and narrow, by day and by night: nothing that seriously hinders anybody stands on one.

The pages are those of the table of permissions, so that a new page is read without being listed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from devtools.screenshots import hindrances, is_too_wide
from tests.interfaces.conftest import StandingClock
from tests.interfaces.web.browsing import DESK, PHONE
from tests.interfaces.web.county import County
from tests.interfaces.web.test_permissions import TABLE, address_of, arguments

__all__ = ["arguments"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What answers with a file, or with words for machines.
NO_PAGES = frozenset({"evidence", "ledger_export", "ledger_export_file", "notice_file", "status", "home"})
# The pages that are opened from everywhere are read as everybody who may open them; the others as the first of them.
EVERYBODYS = frozenset({"dashboard", "my_unit", "desk", "ledger", "task", "document", "inbox"})


def people(route: str) -> list[str]:
    """Return who reads a page of the table: everybody it is for, or the first of them."""
    may = [who for who, status in TABLE[route].get("GET", {}).items() if status == 200]
    return may if route in EVERYBODYS else may[:1]


READ = [(route, who) for route in sorted(TABLE) if route not in NO_PAGES for who in people(route)]


WIDTHS = pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture
def county(transactional_db: None, standing_clock: StandingClock) -> County:
    return County()


@pytest.fixture
def read(browser: Any, live_server: Any, county: County) -> Iterator[Any]:
    """Give a function that opens a page as somebody and returns the browser's page."""
    contexts = []

    def open_as(who: str, path: str, scheme: str = "light", viewport: dict[str, int] = DESK) -> Any:
        # Without motion: a colour read half-way to another tells nothing.
        context = browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce", locale="zh-CN")
        contexts.append(context)
        context.set_default_timeout(15000)
        cookies = county.client(who).cookies.items()
        context.add_cookies([{"name": name, "value": one.value, "url": live_server.url} for name, one in cookies])
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    yield open_as
    for context in contexts:
        context.close()


@pytest.mark.thorough
@pytest.mark.parametrize(("route", "who"), READ, ids=[f"{route}-{who}" for route, who in READ])
def test_a_page_hinders_nobody(
    read: Any, county: County, arguments: dict[str, list[Any]], route: str, who: str
) -> None:
    page = read(who, address_of(county, arguments, route))
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        assert hindrances(page) == []
        assert not is_too_wide(page)


@pytest.mark.parametrize(("who", "path"), [("liaison", "/my-unit/"), ("office", "/dashboard/"), ("office", "/design/")])
def test_a_page_can_be_read_by_night(read: Any, county: County, who: str, path: str) -> None:
    page = read(who, path, scheme="dark")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(22, 24, 27)"
    assert hindrances(page) == []
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


def test_a_form_in_its_place_and_the_sheet_of_keys_hinder_nobody(read: Any, county: County) -> None:
    page = read("liaison", "/my-unit/")
    page.click("#late .todo a.button.primary")
    page.locator(f"#slot-{county.task.pk} form").wait_for()
    assert hindrances(page) == []
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.locator("dialog#keys[open]").wait_for()
    assert hindrances(page) == []
    page.keyboard.press("Escape")
    assert page.locator("dialog#keys[open]").count() == 0


@WIDTHS
def test_what_has_the_focus_is_not_hidden_below_what_stays_on_top(
    read: Any, county: County, viewport: dict[str, int]
) -> None:
    """WCAG 2.2, 2.4.11: tabbing through a page, some of what has the focus is always seen."""
    page = read("office", f"/tasks/{county.task.pk}/", viewport=viewport)
    for _ in range(60):
        page.keyboard.press("Tab")
        hidden = page.evaluate(
            """() => {
                const one = document.activeElement;
                if (!one || one === document.body) return "";
                const box = one.getBoundingClientRect();
                const [x, y] = [box.x + Math.min(box.width / 2, 12), box.y + box.height / 2];
                const top = document.elementFromPoint(x, y);
                return top && (one.contains(top) || top.contains(one)) ? "" : one.outerHTML.slice(0, 120);
            }"""
        )
        assert hidden == ""


@WIDTHS
def test_everything_that_is_aimed_at_is_large_enough_or_has_room(
    read: Any, county: County, viewport: dict[str, int]
) -> None:
    """WCAG 2.2, 2.5.8: 24 pixels, or as much room around; links in running text are free of it. axe looks only at some."""
    for path in ("/my-unit/", "/ledger/", "/inbox/", "/documents/"):
        small = read("liaison", path, viewport=viewport).eval_on_selector_all(
            "button, input:not([type=hidden]), select, summary, .nav a, .tabs a, .segments a, .pager a",
            """found => found.filter(one => {
                const hit = one.matches("[type=radio], [type=checkbox]") ? one.closest("label, td, th") : one;
                const box = hit.getBoundingClientRect();
                if (!box.width || one.closest(".unseen")) return false;
                return box.height < 24 || box.width < 24;
            }).map(one => one.outerHTML.slice(0, 140))""",
        )
        assert small == [], path
