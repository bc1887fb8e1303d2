"""Say how an indicator stands against its path. A code maps to its Simplified Chinese and its English sentence."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {
    "indicator.no_values": (
        "尚无数据。",
        "There are no values yet.",
    ),
    "indicator.too_few": (
        "只有{n}个数据，至少需要3个才能预测。",
        "Values so far: {n}; a forecast needs at least 3.",
    ),
    "indicator.stale": (
        "最近的数据为{day}，已超过{n}天，不能说明现状。",
        "The newest value is of {day}, more than {n} days old, and says nothing of today.",
    ),
    "indicator.no_final": (
        "期限{day}已过，尚无期末数据，最近的数据为{last}。",
        "The date, {day}, has passed without a value for it; the newest is of {last}.",
    ),
    "indicator.met": (
        "{day}的数值{value}已达到目标{target}。",
        "The value of {day}, {value}, meets the target, {target}.",
    ),
    "indicator.missed": (
        "期限{day}已到，数值{value}未达到目标{target}。",
        "The date, {day}, has come and the value, {value}, does not meet the target, {target}.",
    ),
    "indicator.behind": (
        "{day}的数值{value}落后于预期进度{expected}。",
        "The value of {day}, {value}, is behind the expected {expected}.",
    ),
    "indicator.forecast_misses": (
        "按目前趋势，到{day}预计为{value}（{low}至{high}），达不到目标{target}。",
        "On the present trend {value} is expected by {day} ({low} to {high}), which misses the target, {target}.",
    ),
    "indicator.forecast_unsure": (
        "按目前趋势，到{day}预计为{value}（{low}至{high}），能否达到目标{target}尚不确定。",
        "On the present trend {value} is expected by {day} ({low} to {high}); the target, {target}, is in doubt.",
    ),
    "indicator.forecast_meets": (
        "按目前趋势，到{day}预计为{value}（{low}至{high}），可达到目标{target}。",
        "On the present trend {value} is expected by {day} ({low} to {high}), which meets the target, {target}.",
    ),
    "indicator.fluctuates": (
        "{day}的数值较上一期明显倒退（由{before}变为{value}）。",
        "The value of {day} fell back clearly from the one before ({before} to {value}).",
    ),
    "measure.over_the_whole": (
        "{value}超过了{whole}，请核对数值和单位。",
        "{value} is more than {whole}; check the figure and its unit.",
    ),
    "measure.below_nothing": (
        "{value}小于零，请核对。",
        "{value} is below nothing; check the figure.",
    ),
}
