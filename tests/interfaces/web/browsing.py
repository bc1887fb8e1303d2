"""Seat people of the small county at a real Chromium: sign them in, and keep what its console complains about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.interfaces.conftest import StandingClock
from tests.interfaces.web.county import County
from tracker.org.models import User

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

    def sign_out(self) -> None:
        menu = self.page.locator("details.menu > summary:visible").first
        if menu.count():
            menu.click()
        self.page.locator("form[action='/logout/'] button:visible").first.click()
        self.page.wait_for_url("**/login/")

    def told(self) -> str:
        """Return what the page says was done, once it says something."""
        self.page.locator(".flash.success").first.wait_for()
        return str(self.page.locator(".flash.success").first.inner_text())


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
