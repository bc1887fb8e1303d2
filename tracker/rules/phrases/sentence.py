"""Decide how several expressions of time in one text go together, or that they do not.

A beginning and an end make a stretch; a recurrence takes its day, its beginning or its end from another expression. Two
different deadlines are never weighed against each other: they are refused with both named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from tracker.rules.counting import Unit
from tracker.rules.phrases.mentions import Mention
from tracker.rules.phrases.points import MONTH_END, Grain
from tracker.rules.phrases.reading import Kind, Relative, Unreadable
from tracker.rules.phrases.recurrences import Recurrence, named_in_year
from tracker.rules.wording import note


def together(mentions: Sequence[Mention], text: str) -> Mention:
    """Make one mention of those in a text. Raises Unreadable when they say different things."""
    mentions = _without_frames(mentions, text)
    first, *rest = mentions
    for index, mention in enumerate(mentions):
        others = [*mentions[:index], *mentions[index + 1 :]]
        if mention.recurrence is not None and (named := _named(mention.recurrence, others, text)):
            said = (note("reading.recurring_named", rule=named.rrule),)
            return replace(mention, recurrence=named, convention="recurring_named", notes=said)
    for other in rest:
        if _same(first, other):
            continue
        joined = _join(first, other)
        if joined is None:
            raise Unreadable("two_expressions", first=first.text, second=other.text)
        first = joined
    return first


def _without_frames(mentions: Sequence[Mention], text: str) -> Sequence[Mention]:
    """Leave out words that only say which month or year is spoken of, where something else says when."""
    strong = [mention for mention in mentions if not mention.passing]
    if not strong:
        return mentions
    kept = []
    for mention, after in zip(strong, [*strong[1:], None], strict=True):
        # "2023年，6月底前": the year before a comma belongs to the day after it.
        frames = (
            mention.convention == "year_target"
            and not mention.reached
            and after is not None
            and after.point is not None
            and after.point.year is None
            and text[mention.stop : after.start] == ","
        )
        if not frames:
            kept.append(mention)
    return kept


def _same(one: Mention, other: Mention) -> bool:
    """Return whether two mentions say the same thing."""
    if (one.kind, one.begins, one.due, one.relative) != (other.kind, other.begins, other.due, other.relative):
        return False
    mine, theirs = (mention.recurrence.rrule if mention.recurrence else None for mention in (one, other))
    return mine == theirs


def _join(one: Mention, other: Mention) -> Mention | None:
    """Join two mentions that make one reading, or return None."""
    for left, right in ((one, other), (other, one)):
        if left.kind is Kind.RECURRING and right.recurrence is None:
            return _bounded(left, right)
        if left.kind is Kind.FROM and left.begins and right.validity and right.relative:
            return _in_force(left, right.relative)
    if one.kind is Kind.FROM and one.begins and other.due and other.kind in (Kind.ONCE, Kind.TARGET) and other.reached:
        # 自2024年起…，到2025年底: what begins and what is due by then are one stretch.
        if one.recurrence is not None:
            return replace(one, due=other.due, notes=one.notes + other.notes)
        notes = (note("reading.range", first=one.begins, last=other.due), *one.notes[1:], *other.notes[1:])
        return replace(one, kind=Kind.WINDOW, convention="range", due=other.due, notes=notes)
    return None


def _in_force(one: Mention, relative: Relative) -> Mention:
    """Read 自2024年1月1日起施行，有效期5年: in force through the day before the corresponding day."""
    begins = one.begins or date.min
    length = relative.within or 0
    step = {Unit.YEAR: relativedelta(years=length), Unit.MONTH: relativedelta(months=length)}
    due = begins + step.get(relative.unit, relativedelta(days=length)) - timedelta(days=1)
    notes = (note("reading.in_force", first=begins, last=due), *one.notes[1:])
    return replace(one, kind=Kind.WINDOW, convention="in_force", due=due, notes=notes)


def _bounded(every: Mention, other: Mention) -> Mention | None:
    """Join a recurrence with the day it begins or ends on."""
    notes = (*every.notes, *other.notes)
    if other.kind is Kind.FROM and other.begins and other.relative is None:
        return replace(every, kind=Kind.FROM, begins=other.begins, convention="recurring_from", notes=notes)
    point = other.point
    if point is None or other.due is None:
        return None
    if other.kind is Kind.WINDOW and point.grain is not Grain.TEN_DAYS:
        return replace(every, begins=other.begins, due=other.due, notes=notes)
    if point.year is None and point.grain is not Grain.PLAN:
        return None
    # 2024年每季度 runs through that year; 2025年底前每季度 and 到2025年每季度 only end with it.
    whole_year = other.convention == "year_target" and not other.reached
    begins = date(other.due.year, 1, 1) if whole_year else every.begins
    return replace(every, begins=begins, due=other.due, notes=notes)


def _named(every: Recurrence, others: Sequence[Mention], text: str) -> Recurrence | None:
    """Let days named at a distance name the days of a recurrence.

    每月报送…，次月5日前; 每季度…，次月10日前; 每年向…报告，6月底前提交; 每半年一次，分别于6月底和12月底前.
    """
    points = [mention.point for mention in others if mention.point is not None and mention.kind is Kind.ONCE]
    if not points or len(points) != len(others) or every.named:
        return None
    if any(point.name or point.fixed for point in points):
        return None
    first = points[0]
    day = first.days[1] if first.days else MONTH_END
    if len(points) == 1 and every.freq == "MONTHLY" and first.days:
        next_month = first.text.startswith(("次月", "下月", "下个月"))
        this_month = first.text.startswith(("当月", "本月")) or first.monthless
        if every.interval == 1 and (next_month or this_month):
            return replace(every, days=(day,))
        if every.interval == 3 and next_month:
            return replace(every, interval=1, months=(1, 4, 7, 10), days=(day,))
        if every.interval == 3 and first.text.startswith(("下季", "下一季", "下个季", "下一个季", "次季")):
            return replace(every, interval=1, months=tuple(range((first.months[0] - 1) % 3 + 1, 13, 3)), days=(day,))
    if len(points) == 1 and every.freq == "YEARLY" and first.follows and first.grain in (Grain.DAY, Grain.MONTH):
        return replace(every, months=(first.months[1],), days=(day,)) if every.interval == 1 else None
    if any(point.year is not None or point.monthless or point.grain is Grain.YEAR for point in points):
        return None
    # A yearly duty may name any number of days; a half-yearly one two, a quarterly one four.
    if every.interval != (1 if every.freq == "YEARLY" else 12 // len(points)):
        return None
    yearly = replace(every, freq="YEARLY", interval=1)
    return named_in_year(yearly, [(mention.point, mention.text.endswith("前")) for mention in others], text)
