"""Decide how a measured value is written, and whether a value can be one of its measure at all."""

from __future__ import annotations

import math
from decimal import Decimal

from tracker.rules.wording import Note, note

# A share cannot pass the whole, except a gross rate (毛入园率, 毛入学率), which counts children of other ages too.
_WHOLE = {"%": 100, "‰": 1000}
_GROSS = "毛入"
# What is measured as a change may fall below nothing; a count or a share may not.
_CHANGES = ("幅度", "增长", "增速", "增幅", "变化")


def said(value: float | Decimal, unit: str = "", *, digits: int = 4) -> str:
    """Write a value with thousands, at most `digits` decimals and none for nothing, and its unit: 12,500元, 99.8%."""
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        text = "0"
    # 孕产妇死亡率 is counted per 100,000: 12.5/10万.
    return text + unit.removeprefix("1") if unit.startswith("1/") else text + unit


def bounds(unit: str, name: str) -> tuple[float, float]:
    """Return the least and the most a value of the measure `name`, counted in `unit`, can be; infinite where none is."""
    whole = _WHOLE.get(unit)
    most = math.inf if whole is None or _GROSS in name else float(whole)
    return (-math.inf if any(word in name for word in _CHANGES) else 0.0), most


def fault(value: float | Decimal, unit: str, name: str) -> Note | None:
    """Return why a value cannot be one of the measure `name`, counted in `unit`; None where it can."""
    least, most = bounds(unit, name)
    if value > most:
        return note("measure.over_the_whole", value=said(value, unit), whole=said(most, unit))
    if value < least:
        return note("measure.below_nothing", value=said(value, unit))
    return None
