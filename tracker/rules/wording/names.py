"""Name the units and festivals that appear as parameters, in Simplified Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, tuple[str, str]] = {
    "day": ("日", "days"),
    "workday": ("个工作日", "working days"),
    "week": ("周", "weeks"),
    "month": ("个月", "months"),
    "year": ("年", "years"),
    "元旦": ("元旦", "New Year's Day"),
    "春节": ("春节", "Spring Festival"),
    "清明": ("清明", "Tomb-sweeping Day"),
    "劳动节": ("劳动节", "Labour Day"),
    "端午": ("端午", "Dragon Boat Festival"),
    "中秋": ("中秋", "Mid-autumn Festival"),
    "国庆节": ("国庆节", "National Day"),
}
