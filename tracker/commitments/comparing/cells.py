"""Read what a cell of somebody's ledger says: texts, days, words for done and for not yet; what is wrong with a cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from tracker.commitments.comparing.values import Cells, Change
from tracker.commitments.models.task import STATE_LABELS
from tracker.commitments.selectors.matching import plain
from tracker.commitments.selectors.noting import LANGUAGES
from tracker.commitments.working import read_words
from tracker.rules.workdays import WorkdayCalendar

# What people write for “done” and for “not yet”, punctuation and case apart.
DONE = frozenset(
    {"已完成", "完成", "已办结", "办结", "已销号", "销号", "全部完成", "是", "done", "closed", "completed", "yes"}
)
NOT_YET = frozenset(
    {
        "未完成", "尚未完成", "未办结", "进行中", "正在进行", "推进中", "正在推进", "办理中", "正在办理", "实施中", "未开始",
        "持续推进", "长期坚持", "否", "notdone", "inprogress", "open", "no",
    }
)  # fmt: skip
_DAY = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?(?:前|以前|之前)?")

# Words that leave the day open, or count from the day they were written, which a list does not tell: 下个月某天.
_OPEN = re.compile(
    r"某|左右|前后|待定|大[约概]|预计|可能|[上下本这]个?(?:月|周|星期|旬|季)|[今明后昨前]天|[今明后昨]日|近[期日]"
)

# A date whose cell lost its format is the number of days since this one (ECMA-376, 18.17.4.1), here of 1954 to 2119.
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(20000, 80000)

# Columns of which nothing follows.
UNREAD = ("place", "version")


def text_of(cells: Cells, key: str) -> str:
    """Return what a cell says as a text, "" where there is none."""
    value = cells[key][1] if key in cells else None
    if value is None:
        return ""
    if isinstance(value, dict):
        return str(value["day"])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def day_of(text: str) -> date | None:
    """Return the civil day a text names in full (2023年6月2日, 2023-06-02, 2023.6.2, full width too), None for none."""
    half = unicodedata.normalize("NFKC", text).strip()
    if half.isdecimal() and int(half) in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(half))
    found = _DAY.search(half)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def without_day(text: str) -> str:
    """Return a text without the day it names."""
    return _DAY.sub("", unicodedata.normalize("NFKC", text))


def due_of(text: str, *, issued_on: date, workdays: WorkdayCalendar) -> date | None:
    """Return the day under 完成时限: in full, or as documents say it (2023年6月底, 6月30日前); None for none.

    Words that leave the day open name none, whatever a month beside them says.
    """
    if _OPEN.search(text):
        return None
    return day_of(text) or read_words(text, issued_on=issued_on, workdays=workdays).promise.due


def faults(cells: Cells) -> list[Change]:
    """Return the cells whose content cannot be used: errors of the spreadsheet, formulas that were never reckoned."""
    return [
        Change(key, cell[0], "", "", _fault(cell[2]))
        for key, cell in cells.items()
        if is_cell(cell) and cell[2] and key not in UNREAD
    ]


def is_cell(value: object) -> bool:
    """Tell a cell from what planning keeps beside the cells of a row."""
    return isinstance(value, list) and len(value) == 3 and isinstance(value[0], str)


def in_both(words: Callable[[], str]) -> set[str]:
    """Return words in each language the tracker speaks."""
    found = set()
    for language in LANGUAGES:
        with override(language):
            found.add(words())
    return found


def state_words() -> set[str]:
    """Return the words for the states of a task, plain, in each language."""
    return {plain(words) for label in STATE_LABELS.values() for words in in_both(label.__str__)}


def _fault(fault: str) -> str:
    if fault == "formula":
        return _("The cell holds a formula that was never reckoned. Open the file, save it and upload it again.")
    return _("The cell holds an error of the spreadsheet. Correct it and upload the file again.")
