"""Say where a date comes from that no phrase of the text gives. A code maps to its Simplified Chinese and its English."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {
    "backfill.named_by_unit": (
        "登记时已过期，责任单位说明将于{day}前完成。",
        "Already past when it was registered; the unit has said it will be done by {day}.",
    ),
    "extension.granted": (
        "延期获批，由{old}延至{new}。",
        "An extension was granted, from {old} to {new}.",
    ),
    "amendment.redated": (
        "依据{by}，办理期限改为{new}。",
        "By {by} the date is now {new}.",
    ),
    "amendment.withdrawn": (
        "{by}对本事项期限的变更已撤回，不再按{old}计。",
        "The change by {by}, which had set {old}, was withdrawn.",
    ),
    "suspension.days_added": (
        "中止期间停止计时{days}天，到期日由{old}顺延。",
        "The clock stood still for {days} days, which are added to {old}.",
    ),
    "stated.due": (
        "到期日{due}由人读出，不是由规则推算：{why}",
        "The date, {due}, was read by a person and not reckoned by the rules: {why}",
    ),
    "stated.start": (
        "起始日{start}由人读出，不是由规则推算：{why}",
        "The first day, {start}, was read by a person and not reckoned by the rules: {why}",
    ),
    "stated.recurrence": (
        "周期由人读出，不是由规则推算：{why}",
        "The recurrence was read by a person and not reckoned by the rules: {why}",
    ),
    "stated.limit": (
        "期限由人读出，不是由规则推算：{why}",
        "The limit was read by a person and not reckoned by the rules: {why}",
    ),
    "stated.no_date": (
        "文中没有给出可以计算的日期，不代填。",
        "The text gives no date that could be computed, and none is made up.",
    ),
}
