"""Read from people's own words why a duty is late: one of a few causes, or none where nothing was said.

Nobody is asked to choose a cause from a list: a unit says in a sentence what is in the way, and names the unit that holds
it up. The words are read by what stands in them, the first row that fits; what fits none is a cause of its own kind, and
what was not said is never guessed. Where the words come from is decided by others.
"""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Name why a duty is late."""

    PART = "part"  # another unit's part is not done
    FUNDS = "funds"
    APPROVAL = "approval"
    LAND = "land"
    TENDER = "tender"
    STAFF = "staff"
    PLAN = "plan"  # what is above it has not been settled: a plan, a policy, a standard
    NATURE = "nature"
    OTHER = "other"  # said, but none of these
    UNSAID = "unsaid"


# In this order: “用地审批” waits for an approval, “配套资金” for money, though others are named beside it.
WORDS: tuple[tuple[Cause, tuple[str, ...]], ...] = (
    (Cause.FUNDS, ("资金", "经费", "拨付", "到账", "财政困难")),
    (Cause.APPROVAL, ("审批", "批复", "报批", "备案", "手续", "许可", "待批")),
    (Cause.TENDER, ("招标", "投标", "采购", "比选")),
    (Cause.LAND, ("征地", "用地", "拆迁", "征迁", "占地")),
    (Cause.NATURE, ("降雨", "暴雨", "雨季", "洪", "汛", "干旱", "天气", "疫情", "冰雹", "地震")),
    (Cause.STAFF, ("人手", "人员", "力量不足", "抽调", "无专人", "编制不足")),
    (Cause.PLAN, ("上级", "省里", "市里", "方案", "规划未", "标准未", "政策")),
    (Cause.PART, ("配合", "协调", "等待", "移交", "未提供", "数据未", "意见未")),
)


def read(words: str) -> Cause:
    """Return the cause a person's words name; `UNSAID` for none, `OTHER` for words that name none of these."""
    if not words.strip():
        return Cause.UNSAID
    return next((cause for cause, marks in WORDS if any(mark in words for mark in marks)), Cause.OTHER)
