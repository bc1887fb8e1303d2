"""Decide on which day a festival or a solar term falls.

The days follow from the sun and the moon and are known long before the State Council announces a year's holidays; which
days around a festival are off work is a matter for `workdays`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from borax.calendars.lunardate import LunarDate, TermUtils

# Festivals on a day of the solar calendar: (month, day).
_SOLAR: Mapping[str, tuple[int, int]] = {
    "元旦": (1, 1),
    "妇女节": (3, 8),
    "植树节": (3, 12),
    "劳动节": (5, 1),
    "青年节": (5, 4),
    "儿童节": (6, 1),
    "建党节": (7, 1),
    "建军节": (8, 1),
    "教师节": (9, 10),
    "国庆节": (10, 1),
}

# Festivals on a day of the lunar calendar: (month, day). All fall in the solar year of the same number.
_LUNAR: Mapping[str, tuple[int, int]] = {
    "春节": (1, 1),
    "元宵节": (1, 15),
    "端午": (5, 5),
    "中秋": (8, 15),
    "重阳节": (9, 9),
}

SOLAR_TERMS = [
    "立春",
    "雨水",
    "惊蛰",
    "春分",
    "清明",
    "谷雨",
    "立夏",
    "小满",
    "芒种",
    "夏至",
    "小暑",
    "大暑",
    "立秋",
    "处暑",
    "白露",
    "秋分",
    "寒露",
    "霜降",
    "立冬",
    "小雪",
    "大雪",
    "冬至",
    "小寒",
    "大寒",
]

# Days off by statute (全国年节及纪念日放假办法, as revised with effect from 2025), counted from the day before the
# festival for 春节 and from the festival for the others. Only used while the State Council's notice is still to come.
_STATUTORY_DAYS: Mapping[str, int] = {
    "元旦": 1,
    "春节": 4,
    "清明": 1,
    "劳动节": 2,
    "端午": 1,
    "中秋": 1,
    "国庆节": 3,
}


def festival_day(name: str, year: int) -> date:
    """Return the day on which a festival or solar term falls in a solar year from 1949 to 2099.

    Raises KeyError for a name that is not known, ValueError for a year the lunar tables do not cover.
    """
    if name in _SOLAR:
        return date(year, *_SOLAR[name])
    if name in SOLAR_TERMS:
        term: date = TermUtils.nth_term_day(year, term_name=name)
        return term
    if name == "除夕":
        return festival_day("春节", year) - timedelta(days=1)
    day: date = LunarDate(year, *_LUNAR[name]).to_solar_date()
    return day


def statutory_span(name: str, year: int) -> tuple[date, date] | None:
    """Return the statutory days off of a festival, or None for one without days off."""
    if name not in _STATUTORY_DAYS:
        return None
    first = festival_day(name, year)
    if name == "春节":
        first -= timedelta(days=1)
    return first, first + timedelta(days=_STATUTORY_DAYS[name] - 1)
