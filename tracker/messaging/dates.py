"""Write a civil day short, the way the language that is active does: 6月2日, 2 Jun."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language, pgettext_lazy

MONTHS = (
    pgettext_lazy("short month", "Jan"),
    pgettext_lazy("short month", "Feb"),
    pgettext_lazy("short month", "Mar"),
    pgettext_lazy("short month", "Apr"),
    pgettext_lazy("short month", "May"),
    pgettext_lazy("short month", "Jun"),
    pgettext_lazy("short month", "Jul"),
    pgettext_lazy("short month", "Aug"),
    pgettext_lazy("short month", "Sep"),
    pgettext_lazy("short month", "Oct"),
    pgettext_lazy("short month", "Nov"),
    pgettext_lazy("short month", "Dec"),
)


def english() -> bool:
    """Tell whether English is active; Chinese otherwise."""
    return (get_language() or "").startswith("en")


def day(value: date, today: date | None = None) -> str:
    """Return the day with its year, or without when the year is `today`'s."""
    with_year = today is None or today.year != value.year
    if english():
        return f"{value.day} {MONTHS[value.month - 1]}" + (f" {value.year}" if with_year else "")
    return (f"{value.year}年" if with_year else "") + f"{value.month}月{value.day}日"
