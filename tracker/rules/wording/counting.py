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
    "count.same_day": (
        "限于{day}当日。",
        "The limit is {day} itself.",
    ),
    "count.days_reached": (
        "第{n}日为{last}。",
        "Day no. {n} is {last}.",
    ),
    "count.weeks_reached": (
        "{n}周届满日为{last}。",
        "The period of weeks ({n}) ends on {last}.",
    ),
    "count.corresponding_day": (
        "按月、年计算期间（{n}{unit}），到期月的对应日为{last}（《民法典》第二百零二条）。",
        "A period in months or years ({n} {unit}) ends on the corresponding day, {last} (Civil Code art. 202).",
    ),
    "count.no_corresponding_day": (
        "按月、年计算期间（{n}{unit}），到期月没有对应日，以月末{last}为期间的最后一日（《民法典》第二百零二条）。",
        "A period in months or years ({n} {unit}) ends on {last}, the last day of a month that has no corresponding day"
        " (Civil Code art. 202).",
    ),
    "count.moved_to_workday": (
        "{nominal}为休息日，顺延至其后第一个工作日{day}（《民法典》第二百零三条）。",
        "{nominal} is a rest day, so the limit ends on the next working day, {day} (Civil Code art. 203).",
    ),
    "count.year_not_announced": (
        "{year}年放假安排尚未公布，暂按周末推算，公布后重新计算。",
        "The holidays of {year} are not announced yet; only weekends were passed over, and the date will be recomputed.",
    ),
}
