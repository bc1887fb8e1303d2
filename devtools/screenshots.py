"""Take a picture of every page as every role sees it, wide and narrow, in a demonstration made for that.

Pages are found by following links, one page for each address pattern of the web interface, so a new page is pictured
without being listed here. What a picture does not show is told as well: errors of the browser's console, failed
requests, and pages wider than the screen.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page, sync_playwright

from devtools import demo
from devtools.paths import ROOT, Trouble
from devtools.processes import heed_signals

WIDTHS = {1440: 900, 390: 844}
# A document's whole text is longer than anybody looks at.
TALLEST = 4000
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
NOT_FOLLOWED = {"web:logout", "web:sign_in_as", "web:evidence", "web:status"}


def browser_path() -> str | None:
    """Return the path of an installed Chromium, or None."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def browser_arguments() -> list[str]:
    """Return what a headless Chromium has to be told here; its sandbox does not work for root."""
    return [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def main() -> int:
    """Take the pictures and return 1 when a page complained."""
    parser = argparse.ArgumentParser(prog="dev.py screenshots", description="Take a picture of every page.")
    parser.add_argument("--role", action="append", help="account to look with; may be repeated (default: every one)")
    parser.add_argument("--into", type=Path, default=ROOT / "screenshots", help="folder for the pictures")
    options = parser.parse_args()
    path = browser_path()
    if path is None:
        raise Trouble(f"No browser: install one of {', '.join(BROWSERS)}.")
    heed_signals()
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="tracker-") as name, demo.held(Path(name) / "demo", fresh=False):
        demonstration = demo.Demonstration(Path(name) / "demo", demo.free_port())
        try:
            demonstration.start()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path, args=browser_arguments())
                for role in options.role or _roles():
                    for width in WIDTHS:
                        faults += _look(browser, demonstration.address, role, width, options.into)
                browser.close()
        finally:
            demonstration.stop()
    for fault in faults:
        print(fault)
    print(f"The pictures are in {options.into}. {len(faults)} complaints.")
    return 1 if faults else 0


def _roles() -> list[str]:
    from tracker.interfaces.cli.demonstration import ACCOUNTS

    return [account.username for account in ACCOUNTS]


def _look(browser: Browser, address: str, role: str, width: int, into: Path) -> list[str]:
    """Sign in, follow every link once per address pattern, and take a picture of each page."""
    from tracker.interfaces.cli.demonstration import PASSWORD

    folder = into / str(width)
    folder.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, locale="zh-CN")
    page = context.new_page()
    page.on(
        "console", lambda message: faults.append(f"{page.url}: {message.text}") if message.type == "error" else None
    )
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.goto(f"{address}/login/")
    _take(page, folder / "login.png", faults)
    page.fill("input[name=username]", role)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()
    waiting, seen = [page.url], {"web:login"}
    while waiting:
        url = waiting.pop(0)
        name = _page_name(url)
        if name is None or name in seen:
            continue
        seen.add(name)
        response = page.goto(url)
        if response is not None and response.status >= 400:
            faults.append(f"{role}: {urlsplit(url).path} answered {response.status}")
        # Somewhere else than asked for: that page has a picture of its own.
        if _page_name(page.url) == name:
            _take(page, folder / f"{role}-{name.removeprefix('web:')}.png", faults)
        waiting += _links(page, address)
    context.close()
    print(f"  {role} at {width}: {len(seen)} pages", flush=True)
    return faults


def _take(page: Page, path: Path, faults: list[str]) -> None:
    page.wait_for_load_state("networkidle")
    if page.evaluate("document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"):
        faults.append(f"{page.url} is wider than {page.viewport_size and page.viewport_size['width']} pixels")
    width, height = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)})


def _links(page: Page, address: str) -> Iterator[str]:
    for link in page.locator("a[href]:not([download])").all():
        url = str(link.evaluate("element => element.href"))
        if url.startswith(address + "/"):
            yield url.split("#")[0]


def _page_name(url: str) -> str | None:
    """Return the name of the page's address pattern, None when it is no page to picture."""
    try:
        name = resolve(urlsplit(url).path).view_name
    except Resolver404:
        return None
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
