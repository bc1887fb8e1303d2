"""A page speaks one language: no Chinese of ours on an English page, no English of ours on a Chinese one.

What people and documents say stays as it was said. Ours is what the catalogues hold.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polib
import pytest

from tests.interfaces.web.county import County
from tests.interfaces.web.test_permissions import TABLE, address_of, arguments
from tracker.org.models import User

__all__ = ["arguments"]

pytestmark = [pytest.mark.django_db, pytest.mark.core]

ROOT = Path(__file__).parents[3]
# What answers with a file or for machines, and the audit, which shows its entries as they were written.
NO_PAGES = frozenset(
    {"evidence", "ledger_export", "ledger_export_file", "notice_file", "status", "home", "login", "audit"}
)
# Said in Chinese on every page: the name of the other language, the seal, what a paper says of itself.
SAID_AS_THEY_ARE = frozenset({"中文", "督", "English", "iPhone", "Outlook", "Google", "Thunderbird", "Excel"})
READABLE = ("aria-label", "placeholder", "title", "data-label")
WORDS = [
    (route, next(who for who, status in row["GET"].items() if status == 200))
    for route, row in sorted(TABLE.items())
    if route not in NO_PAGES and 200 in row.get("GET", {}).values()
]


class Texts(HTMLParser):
    """Gather what a page says: its text and the attributes people read or hear; not code, and not what was typed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"code", "textarea", "script", "style", "svg", "option", "kbd"}:
            self.skipping.append(tag)
        self.found += [value for name, value in attrs if name in READABLE and value]

    def handle_endtag(self, tag: str) -> None:
        if self.skipping and self.skipping[-1] == tag:
            self.skipping.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.skipping:
            self.found.append(data)


def texts(source: str) -> set[str]:
    parser = Texts()
    parser.feed(source)
    return {re.sub(r"\s+", " ", text).strip() for text in parser.found} - SAID_AS_THEY_ARE


@pytest.fixture(scope="module")
def ours() -> dict[str, set[str]]:
    """Return the texts of the catalogues without placeholders, by language; those alike in both are left out."""
    entries = [
        entry for path in (ROOT / "tracker").rglob("zh_Hans/LC_MESSAGES/django.po") for entry in polib.pofile(path)
    ]
    plain = [entry for entry in entries if entry.msgstr and "%" not in entry.msgid and entry.msgid != entry.msgstr]
    return {"en": {entry.msgid for entry in plain}, "zh-hans": {entry.msgstr for entry in plain}}


@pytest.mark.parametrize(("route", "who"), WORDS, ids=[f"{route}-{who}" for route, who in WORDS])
def test_a_page_speaks_one_language(
    county: County, arguments: dict[str, list[Any]], ours: dict[str, set[str]], route: str, who: str
) -> None:
    address = address_of(county, arguments, route)
    # The names of the small county that happen to be words of ours, too.
    names = texts(" ".join([str(county.lead), str(county.office)])) | {
        "经济普查",
        "联络员",
        "分管",
        "督查室",
        "“前”含当日",
        "废止",
    }
    for language, other in (("en", "zh-hans"), ("zh-hans", "en")):
        User.objects.update(language=language)
        source = county.client(who).get(address).content.decode()
        said = texts(source)
        wrong = {text for text in said & ours[other] if text not in ours[language]} - names
        assert wrong == set(), f"{route} in {language}"
