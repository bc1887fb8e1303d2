"""A real Chromium lives through what people do: with scripts and without, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.interfaces.conftest import StandingClock
from tests.interfaces.web.county import County
from tracker.commitments.models import ProgressReport, Task
from tracker.org.models import User
from tracker.rules.followup import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PASSWORD = "a-good-password"


@pytest.fixture
def county(transactional_db: None, standing_clock: StandingClock) -> County:
    made = County()
    for user in made.users.values():
        user.set_password(PASSWORD)
        user.save()
    return made


class Visitor:
    """Be somebody at a browser; what the console complains about is kept."""

    def __init__(self, context: Any, address: str) -> None:
        self.page = context.new_page()
        self.address = address
        self.complaints: list[str] = []
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in {"error", "warning"} else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in(self, user: User) -> None:
        self.open("/login/")
        self.page.fill("input[name=username]", user.username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main button.primary")
        self.page.wait_for_url(lambda url: "/login/" not in url)


@pytest.fixture
def visit(browser: Any, live_server: Any, county: County) -> Iterator[Any]:
    """Give a function that seats somebody at a browser."""
    contexts = []

    def seat(who: str, *, viewport: dict[str, int] = DESK, scripts: bool = True) -> Visitor:
        context = browser.new_context(viewport=viewport, java_script_enabled=scripts, locale="zh-CN")
        context.set_default_timeout(15000)
        contexts.append(context)
        visitor = Visitor(context, live_server.url)
        visitor.sign_in(county.users[who])
        return visitor

    yield seat
    for context in contexts:
        context.close()


def test_a_liaison_reports_in_place(visit: Any, county: County) -> None:
    visitor = visit("liaison")
    page = visitor.page
    assert page.url.endswith("/my-unit/")
    page.click("#late .todo a.button.primary")
    form = page.locator(f"#slot-{county.task.pk} form")
    form.wait_for()
    # The cursor is where one types, the page has not changed.
    assert page.evaluate("document.activeElement.name") == "text"
    assert page.url.endswith("/my-unit/")
    form.locator("textarea").fill("镇长任组长，正在发文")
    form.locator("input[name=percent]").fill("60")
    form.locator("button.primary").click()
    page.locator(".flash.success").wait_for()
    assert "已反馈“设立普查领导小组”" in page.inner_text(".flash.success")
    assert page.url.endswith("/my-unit/")
    report = ProgressReport.objects.get()
    assert (report.text, report.percent) == ("镇长任组长，正在发文", 60)
    assert visitor.complaints == []


def test_what_is_refused_comes_back_into_its_place(visit: Any, county: County) -> None:
    page = visit("liaison").page
    page.click("#late .todo a.button.primary")
    form = page.locator(f"#slot-{county.task.pk} form")
    form.locator("textarea").fill("写到一半")
    Task.objects.filter(pk=county.task.pk).update(version=7)
    form.locator("button.primary").click()
    page.locator(f"#slot-{county.task.pk} .flash.warning").wait_for()
    assert form.locator("textarea").input_value() == "写到一半"
    form.locator("button.primary").click()
    page.locator(".flash.success").wait_for()
    assert ProgressReport.objects.get().text == "写到一半"


def test_without_scripts_the_same_is_done_on_pages(visit: Any, county: County) -> None:
    page = visit("liaison", scripts=False).page
    page.click("#late .todo a.button.primary")
    assert f"/tasks/{county.task.pk}/report/" in page.url
    page.fill("textarea[name=text]", "镇长任组长")
    page.click("main button.primary")
    assert page.url.endswith("/my-unit/")
    assert "已反馈" in page.inner_text(".flash")
    # The menu of a phone opens without a script, too.
    page.set_viewport_size(PHONE)
    page.click("details.menu > summary")
    page.click(".menu-sheet a[href='/ledger/']")
    assert page.url.endswith("/ledger/")


def test_a_duty_is_closed_between_two_people(visit: Any, county: County) -> None:
    liaison, office = visit("liaison").page, visit("office").page
    liaison.goto(f"{liaison.url.split('/my-unit')[0]}/tasks/{county.task.pk}/")
    liaison.click("main .actions a[href*='apply-to-close']")
    liaison.fill(f"#slot-{county.task.pk} textarea", "已设立，镇长任组长")
    liaison.click(f"#slot-{county.task.pk} button.primary")
    liaison.locator(".flash.success").wait_for()
    office.goto(f"{office.url.split('/dashboard')[0]}/desk/")
    office.click("#review .todo a.button.primary")
    office.check("input[name=decision][value=closed]")
    office.click(f"#slot-{county.task.pk} button.primary")
    office.locator(".flash.success").wait_for()
    assert Task.objects.get(pk=county.task.pk).state == State.CLOSED


def test_keys_move_through_a_list_and_open_a_row(visit: Any, county: County) -> None:
    page = visit("office").page
    page.goto(f"{page.url.split('/dashboard')[0]}/ledger/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator("[data-row].current").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*/")


def test_typed_text_is_not_left_without_a_word(visit: Any, county: County) -> None:
    page = visit("liaison").page
    page.click("#late .todo a.button.primary")
    page.locator(f"#slot-{county.task.pk} textarea").press_sequentially("写到一半")
    with page.expect_event("dialog") as asked:
        page.evaluate("setTimeout(() => { location.href = '/ledger/' })")
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_is_wider_than_the_screen_or_breaks_a_rule(
    visit: Any, county: County, viewport: dict[str, int]
) -> None:
    task, document = f"/tasks/{county.task.pk}/", f"/documents/{county.document.slug}/"
    paths = {
        "office": [
            "/dashboard/",
            "/desk/",
            "/ledger/",
            task,
            "/documents/",
            document,
            "/inbox/",
            "/audit/",
            "/health/",
        ],
        "liaison": ["/my-unit/", f"{task}report/", "/subscriptions/"],
    }
    for who, pages in paths.items():
        visitor = visit(who, viewport=viewport)
        for path in pages:
            visitor.open(path)
            wide = visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide == 0, path
        # The content security policy complains on the console.
        assert visitor.complaints == []


def test_a_finger_hits_what_it_aims_at(visit: Any, county: County) -> None:
    """Buttons and links of the navigation are at least 24 pixels high, those of a phone 36 (WCAG 2.2, 2.5.8)."""
    for viewport, least in ((DESK, 24), (PHONE, 36)):
        page = visit("liaison", viewport=viewport).page
        heights = page.eval_on_selector_all(
            "main .button, .nav a", "found => found.map(one => one.getBoundingClientRect().height).filter(Boolean)"
        )
        assert heights and min(heights) >= least
