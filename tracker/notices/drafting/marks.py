"""Fill in what a text cannot hold before a person has found, decided or signed: the marks 【认定】, 【处理】 and 【期限】.

A mark keeps its place while the text is edited, and its words come from the notice's own columns, so that what was found
and the date that was set cannot differ from what is printed. 【清单】 stands for the table of the tasks and is not filled.
"""

from __future__ import annotations

from datetime import date

from tracker.notices.models import Notice
from tracker.rules.wording import say_date
from tracker.rules.workdays import WorkdayCalendar

FINDING = "【认定】"
MEASURES = "【处理】"
DATE = "【期限】"
TABLE = "【清单】"


def reply_date(notice: Notice, signed_on: date, workdays: WorkdayCalendar) -> date | None:
    """Return the last day for a reply if the notice is signed on a day; None where it asks for none.

    It is the day an editor set, or `asks_within` working days counted from the day after signing (Civil Code art. 201).
    """
    if notice.reply_by is not None:
        return notice.reply_by
    return workdays.add_workdays(signed_on, notice.asks_within) if notice.asks_within else None


def filled(notice: Notice, *, reply_by: date | None) -> str:
    """Return the text with the marks filled that can be filled."""
    values = {
        FINDING: _finding(notice),
        MEASURES: _clause(notice.measures),
        DATE: say_date(reply_by, "zh-hans") if reply_by else "",
    }
    text = notice.body
    for mark, words in values.items():
        if words:
            text = text.replace(mark, words)
    return text


def unfilled(text: str) -> list[str]:
    """Return the marks that still stand in a text, the table's excepted."""
    return [mark for mark in (FINDING, MEASURES, DATE) if mark in text]


def _finding(notice: Notice) -> str:
    if not notice.finding:
        return ""
    reason = _clause(notice.finding_reason)
    return f"上述情形属于“{notice.finding}”" + (f"，理由是：{reason}" if reason else "")


def _clause(text: str) -> str:
    """Return a sentence as a part of another: without its full stop."""
    return text.strip().rstrip("。．.；;")
