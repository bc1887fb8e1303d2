"""Share how the tables of phrases are read: a phrase, what it must say, and why."""

from __future__ import annotations

from datetime import date

from tracker.rules.phrases import Reading, read
from tracker.rules.workdays import WorkdayCalendar

CHINA = WorkdayCalendar.china()

# The issue date of the land-title notice, a Friday, unless a case names another.
ISSUED = date(2023, 5, 5)


def reading_of(phrase: str, issued: date = ISSUED, *, year: int | None = None) -> Reading:
    return read(phrase, anchor=issued, workdays=CHINA, year=year)


def day(text: str) -> date:
    return date.fromisoformat(text)
