"""Name the lengths of time a limit is counted in: 3个工作日, 半年, 1-2年, 24小时."""

from __future__ import annotations

from tracker.rules.counting import Unit
from tracker.rules.phrases.numerals import NUMBER

# spelling -> (factor, unit)
UNITS: dict[str, tuple[int, Unit]] = {
    "工作日": (1, Unit.WORKDAY),
    "工作天": (1, Unit.WORKDAY),
    "自然日": (1, Unit.DAY),
    "日历天": (1, Unit.DAY),
    "日历日": (1, Unit.DAY),
    "日": (1, Unit.DAY),
    "天": (1, Unit.DAY),
    "旬": (10, Unit.DAY),
    "周": (1, Unit.WEEK),
    "星期": (1, Unit.WEEK),
    "礼拜": (1, Unit.WEEK),
    "月": (1, Unit.MONTH),
    "季度": (3, Unit.MONTH),
    "年": (1, Unit.YEAR),
    "周年": (1, Unit.YEAR),
}
# 十八周岁 is an age.
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True)).replace("|周|", "|周(?!岁)|")

# One count with its unit, for use inside other patterns.
COUNTED = rf"(?P<count>{NUMBER})个?(?P<unit_of_count>{_UNIT})"
UNIT_PATTERN = _UNIT
