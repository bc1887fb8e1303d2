"""Write names, citations and dates the way an official document does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.conf import settings

from tracker.documents.models import Document
from tracker.org.models import Unit
from tracker.rules.wording import say_date

_LINES = re.compile(r"（[^（）]*行[^（）]*）")
_PART = re.compile(r"^([一二三四五六七八九十]+)(（[一二三四五六七八九十]+）)?(.*)$")
_INNER_QUOTES = str.maketrans("“”", "‘’")
_INNER_TITLES = str.maketrans("《》", "〈〉")


def say(day: date) -> str:
    """Write a civil day as an official document does: 2023年6月7日."""
    return say_date(day, "zh-hans")


def formal_name(name: str) -> str:
    """Return a unit's name with the county's in front: 县财政局 becomes 稷山县财政局."""
    county = settings.TRACKER_COUNTY
    if name.startswith("县政府"):
        return f"{county}人民政府{name.removeprefix('县政府')}"
    if name.startswith("县委"):
        return f"中共{county}委{name.removeprefix('县委')}"
    return f"{county}{name.removeprefix('县')}" if name.startswith("县") else name


def quoted(text: str) -> str:
    """Put words in quotation marks, those inside them turned into single ones."""
    return f"“{text.strip().translate(_INNER_QUOTES)}”"


def cited(document: Document) -> str:
    """Cite a document by title and number, a title inside the title in single brackets."""
    return f"《{document.title.translate(_INNER_TITLES)}》（{document.number}）"


def placed(document: Document, label: str) -> str:
    """Name a clause by its label, the way a text refers to it: 四（五） becomes 第四部分第（五）项.

    A short name of an attachment at the label's head becomes the attachment's full title.
    """
    short, space, rest = label.strip().partition(" ")
    if space and (title := _attachment(document, short)):
        return f"所附《{title}》{_numbered(rest)}"
    return _numbered(label)


def clause_cited(document: Document, label: str, *, again: bool = False) -> str:
    """Cite a clause with its document; `again` where the document has just been cited."""
    where = placed(document, label)
    if again:
        return f"该文件{where}"
    return f"{cited(document)}{where}"


def name_of(unit: Unit, spellings: Iterable[str] = ()) -> str:
    """Return a unit's formal name: a known spelling that begins with the county's name, else one made from its own."""
    full = [one for one in spellings if one.startswith(settings.TRACKER_COUNTY)]
    return full[0] if len(full) == 1 else formal_name(unit.name)


def _numbered(label: str) -> str:
    label = label.replace(" ", "")
    found = _PART.match(label)
    if not found:
        return label
    part, item, rest = found.groups()
    point = f"第{rest}点" if rest.isdecimal() else rest
    return f"第{part}部分" + (f"第{item}项" if item else "") + point


def _attachment(document: Document, short: str) -> str:
    found = []
    for entry in document.attachments:
        name, colon, title = _LINES.sub("", str(entry)).partition("：")
        if colon and name == short:
            return title.strip()
        if not colon and _stands_in(short, name):
            found.append(name.strip())
    return found[0] if len(found) == 1 else ""


def _stands_in(short: str, title: str) -> bool:
    """Tell whether the letters of `short` stand in `title` in their order: 妇女规划 in 稷山县妇女发展“十四五”规划."""
    letters = iter(title)
    return all(letter in letters for letter in short)
