"""Say how days were counted. A code maps to its Simplified Chinese and its English sentence."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {
    "count.from_next_day": (
        "自{start}起算，当日不计入，从{first}开始计算（《民法典》第二百零一条）。",
        "Counted from {start}; that day is not included, so counting begins on {first} (Civil Code art. 201).",
    ),
    "count.from_day_before": (
        "自{start}向前倒算，当日不计入，从{first}开始计算。",
        "Counted back from {start}; that day is not included, so counting begins on {first}.",
    ),
    "count.workday_reached": (
        "第{n}个工作日为{last}。",
        "Working day no. {n} is {last}.",
    ),
    "count.holiday": (
        "{first}至{last}为{name}放假，{n}天不计入。",
        "{first} to {last} is the {name} holiday; its {n} days are passed over.",
    ),
    "count.holiday_day": (
        "{day}为{name}放假，不计入。",
        "{day} is the {name} holiday and is passed over.",
    ),
    "count.weekends": (
        "周末休息日{n}天不计入。",
        "Weekend days passed over: {n}.",
    ),
    "count.makeup": (
        "{days}为调休上班，计为工作日。",
        "Worked to make up for a holiday, and therefore counted: {days}.",
    ),
    "count.year_not_announced": (
        "{year}年放假安排尚未公布，暂按周末推算，公布后重新计算。",
        "The holidays of {year} are not announced yet; only weekends were passed over, and the date will be recomputed.",
    ),
}
