"""Turn the working of a decision into sentences.

A rule does not write prose: it leaves notes, each a code with parameters, and this package says them in Chinese or in
English. The sentences live in one table per noun; adding a code means adding both its sentences there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

from tracker.rules.wording import counting, decisions, follow_up, indicators, names, process, readings

Note = tuple[str, tuple[tuple[str, str], ...]]
Language = Literal["zh-hans", "en"]

# code -> (Simplified Chinese, English)
SENTENCES: Mapping[str, tuple[str, str]] = {
    **counting.SENTENCES,
    **readings.SENTENCES,
    **follow_up.SENTENCES,
    **process.SENTENCES,
    **indicators.SENTENCES,
    **decisions.SENTENCES,
}
NAMES: Mapping[str, tuple[str, str]] = {**names.NAMES, **process.NAMES}

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def note(code: str, **parameters: object) -> Note:
    """Return a note; dates are kept as ISO text and everything else as its own text.

    Raises KeyError for a code without sentences, so that no decision can be left unsaid.
    """
    if code not in SENTENCES:
        raise KeyError(f"note code {code!r} has no sentences; add them under tracker/rules/wording")
    return code, tuple((name, _text(value)) for name, value in parameters.items())


def explain(a_note: Note, language: Language = "zh-hans") -> str:
    """Say a note as one sentence in Simplified Chinese ("zh-hans") or English ("en")."""
    code, parameters = a_note
    chinese, english = SENTENCES[code]
    values = {name: localise(value, language) for name, value in parameters}
    return (english if language == "en" else chinese).format_map(values)


def localise(text: str, language: Language) -> str:
    """Write a parameter that is a day, several days, or a known name (unit, festival) the way the language does."""
    if text in NAMES:
        return NAMES[text][1 if language == "en" else 0]
    parts = text.split("、")
    try:
        said = [say_date(date.fromisoformat(part), language) for part in parts if _ISO_DATE.fullmatch(part)]
    except ValueError:  # a phrase that a document wrote so, 2023-13-01, and no day of a decision
        return text
    return (", " if language == "en" else "、").join(said) if len(said) == len(parts) else text


def say_date(day: date, language: Language) -> str:
    """Write a civil day the way the language does: 2023年6月2日, 2 June 2023."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
