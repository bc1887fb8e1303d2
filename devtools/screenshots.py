"""Take a picture of every page as every role sees it, wide and narrow, in a demonstration made for that or a running one.

Pages are found by following links: one page for each address pattern of the web interface, and for each way its query
is put together, so a new page is pictured without being listed here. What a picture does not show is told as well:
errors of the browser's console, links that lead nowhere, pages wider than the screen, and what axe-core calls serious.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from devtools import demo
from devtools.paths import ROOT, Trouble
from devtools.processes import heed_signals

WIDTHS = {1440: 900, 390: 844}
# A document's whole text is longer than anybody looks at.
TALLEST = 4000
# Pictures of one pattern with differing queries, and links of one pattern that are tried without a picture.
WAYS = 5
TRIED = 8
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Without these a Chromium keeps looking for its maker's hosts.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
# Following these changes something or leads out.
NOT_FOLLOWED = {
    "web:logout",
    "web:sign_in_as",
    "web:evidence",
    "web:status",
    "web:ledger_export",
    "web:ledger_export_file",
}
# Where one is on a list, and where one came from, make no other page of it.
NO_OTHER_WAY = {"next", "before", "after", "page"}
HINDERS = {"serious", "critical"}
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def browser_path() -> str | None:
    """Return the path of an installed Chromium, or None."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def browser_arguments() -> list[str]:
    """Return what a headless Chromium has to be told here; its sandbox does not work for root."""
    return [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def hindrances(page: Any) -> list[str]:
    """Return what axe-core finds on an open page that seriously hinders somebody, one sentence a rule."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: "
        + "; ".join(" ".join(map(str, node["target"])) for node in one["nodes"][:5])
        for one in found
        if one["impact"] in HINDERS
    ]


def is_too_wide(page: Any) -> bool:
    """Tell whether an open page scrolls sideways."""
    return bool(page.evaluate("document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"))


@dataclass
class Look:
    """Be one role's walk through the pages at one width, with what was complained about."""

    context: BrowserContext
    address: str
    role: str
    width: int
    folder: Path
    english: bool = False
    faults: list[str] = field(default_factory=list)
    pictured: set[tuple[str, frozenset[str]]] = field(default_factory=set)
    ways: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    known: set[str] = field(default_factory=set)

    def walk(self, password: str) -> None:
        """Sign in, follow the links and take the pictures."""
        page = self.context.new_page()
        page.on("console", lambda said: self._complain(page, said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._complain(page, str(error)))
        page.goto(f"{self.address}/login/")
        self._take(page, "login")
        page.fill("input[name=username]", self.role)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        # The account keeps its language: only the first of its walks finds the way to English.
        if self.english and page.locator("button[name=language][value=en]").count():
            with page.expect_navigation():
                page.evaluate("document.querySelector('button[name=language][value=en]').click()")
        waiting = [page.url]
        while waiting:
            waiting += self._visit(page, waiting.pop(0))

    def _visit(self, page: Page, url: str) -> list[str]:
        name = _page_name(url)
        if name is None or url in self.known:
            return []
        self.known.add(url)
        way = (name, frozenset(parse_qs(urlsplit(url).query)) - NO_OTHER_WAY)
        if way in self.pictured or self.ways[name] >= WAYS:
            self._try(name, url)
            return []
        self.pictured.add(way)
        self.ways[name] += 1
        response = page.goto(url)
        if response is not None and response.status >= 400:
            self._complain(page, f"answered {response.status}")
        # Somewhere else than asked for: that page has a picture of its own.
        if _page_name(page.url) == name:
            number = self.ways[name]
            self._take(page, name.removeprefix("web:") + (f"-{number}" if number > 1 else ""))
        return list(_links(page, self.address))

    def _try(self, name: str, url: str) -> None:
        """Ask for a page of a kind that has its picture, to see that the link does not lead nowhere."""
        self.tried[name] += 1
        if self.tried[name] <= TRIED and (status := self.context.request.get(url).status) >= 400:
            self.faults.append(f"{self.role}: {urlsplit(url).path} answered {status}")

    def _take(self, page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        if is_too_wide(page):
            self._complain(page, f"wider than {self.width} pixels")
        for hindrance in hindrances(page):
            self._complain(page, hindrance)
        width, height = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
        path = self.folder / (f"{name}.png" if name == "login" else f"{self.role}-{name}.png")
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}
        page.screenshot(path=path, full_page=True, clip=clip)  # type: ignore[arg-type]

    def _complain(self, page: Page, words: str) -> None:
        there = urlsplit(page.url)
        self.faults.append(f"{self.role} at {self.width}: {there.path}{there.query and '?' + there.query}: {words}")


def main() -> int:
    """Take the pictures and return 1 when a page complained."""
    parser = argparse.ArgumentParser(prog="dev.py screenshots", description="Take a picture of every page.")
    parser.add_argument("--role", action="append", help="account to look with; may be repeated (default: every one)")
    parser.add_argument("--into", type=Path, default=ROOT / "screenshots", help="folder for the pictures")
    parser.add_argument("--at", metavar="ADDRESS", help="look at a running demonstration instead of starting one")
    parser.add_argument("--dark", action="store_true", help="as a device sees it that prefers dark pages")
    parser.add_argument(
        "--english", action="store_true", help="leave the accounts with English pages, and look at those"
    )
    options = parser.parse_args()
    path = browser_path()
    if path is None:
        raise Trouble(f"No browser: install one of {', '.join(BROWSERS)}.")
    heed_signals()
    faults: list[str] = []
    with _demonstration(options.at) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=browser_arguments())
        for role in options.role or _roles():
            for width in WIDTHS:
                faults += _look(browser, address, role, width, options)
        browser.close()
    for fault in dict.fromkeys(faults):
        print(fault)
    print(f"The pictures are in {options.into}. {len(set(faults))} complaints.")
    return 1 if faults else 0


@contextmanager
def _demonstration(running: str | None) -> Iterator[str]:
    """Give the address of a demonstration: the running one, or one made for the pictures and ended afterwards."""
    if running:
        yield running.rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="tracker-") as name, demo.held(Path(name) / "demo", fresh=False):
        demonstration = demo.Demonstration(Path(name) / "demo", demo.free_port())
        try:
            demonstration.start()
            yield demonstration.address
        finally:
            demonstration.stop()


def _roles() -> list[str]:
    from tracker.interfaces.cli.demonstration import ACCOUNTS

    return [account.username for account in ACCOUNTS]


def _look(browser: Browser, address: str, role: str, width: int, options: argparse.Namespace) -> list[str]:
    """Walk through every page as one role at one width; return the complaints."""
    from tracker.interfaces.cli.demonstration import PASSWORD

    folder = options.into / str(width)
    folder.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        locale="en-GB" if options.english else "zh-CN",
        color_scheme="dark" if options.dark else "light",
    )
    look = Look(context, address, role, width, folder, options.english)
    look.walk(PASSWORD)
    context.close()
    print(f"  {role} at {width}: {len(look.pictured)} pages, {len(set(look.faults))} complaints", flush=True)
    return look.faults


def _links(page: Page, address: str) -> Iterator[str]:
    found = page.eval_on_selector_all(
        "a[href]:not([download]):not([data-sample] a)", "links => links.map(link => link.href)"
    )
    for url in dict.fromkeys(str(one).split("#")[0] for one in found):
        if url.startswith(address + "/"):
            yield url


def _page_name(url: str) -> str | None:
    """Return the name of the page's address pattern, None when it is no page to picture; an address of nothing is a page."""
    try:
        name = resolve(urlsplit(url).path).view_name
    except Resolver404:
        return "web:nowhere"
    return name if name.startswith("web:") and name not in NOT_FOLLOWED else None


if __name__ == "__main__":
    # The address patterns are looked up here; no data is.
    os.environ.update(DJANGO_SETTINGS_MODULE="tracker.config.settings", TRACKER_DEMO="1")
    import django

    django.setup()
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit(130)
