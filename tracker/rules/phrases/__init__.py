"""Read the time in a phrase of a Chinese government document.

`read` turns "6月底前" and its many kin into days, a recurrence or a limit, and names the convention it used; the
conventions are listed in docs/rules.md. It decides nothing about the duty the phrase belongs to, and it never guesses: two
different deadlines in one text, an impossible date or a word without a day give an undated reading that says why.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from tracker.rules.phrases.mentions import Mention, Setting, find_mentions
from tracker.rules.phrases.numerals import normalise
from tracker.rules.phrases.points import FIRST_YEAR, LAST_YEAR, MONTH_END, Grain, Point
from tracker.rules.phrases.reading import Certainty, Kind, Reading, Relative, Unreadable
from tracker.rules.phrases.recurrences import Recurrence
from tracker.rules.phrases.words import order_of_events, undated
from tracker.rules.wording import note
from tracker.rules.workdays import WorkdayCalendar

__all__ = ["Certainty", "Kind", "Reading", "Relative", "expressions", "read"]

_SOFT = re.compile(
    r"力争|争取|力求|原则上|大约|大致|(?<![节制条合公契签预履违邀失缔集简大])约(?![定束谈见请])|尽量|尽可能|一般(?=[为是应不])|有望|前后(?=完)"
)
_CLAUSE_END = re.compile(r"[,。;!?]")


def read(text: str, *, anchor: date, workdays: WorkdayCalendar, year: int | None = None) -> Reading:
    """Read the one expression of time in `text`.

    `anchor` is the issue date of the document. `year` is the year the clause before the phrase names; without it a phrase
    that writes no year means the first such day on or after the anchor. Never raises for a text: what cannot be read
    comes back UNDATED with `problem` set.
    """
    normal = normalise(text)
    try:
        if not FIRST_YEAR <= anchor.year <= LAST_YEAR:
            raise Unreadable("year_out_of_range", text=anchor.isoformat(), first=FIRST_YEAR, last=LAST_YEAR)
        return _compose(text, normal, Setting(anchor, workdays, year))
    except Unreadable as unreadable:
        return Reading(text, Kind.UNDATED, unreadable.convention, (unreadable.note,), problem=unreadable.note)


def expressions(text: str, *, anchor: date, workdays: WorkdayCalendar) -> tuple[str, ...]:
    """Return every expression of time in a text, in its normalised spelling, whatever it is good for.

    Raises Unreadable where one of them names an impossible day.
    """
    return tuple(mention.text for mention in find_mentions(normalise(text), Setting(anchor, workdays, None)))


def _compose(text: str, normal: str, setting: Setting) -> Reading:
    if not normal:
        return _no_date(text, "empty")
    mentions = find_mentions(normal, setting)
    dated = [mention for mention in mentions if not mention.background and not mention.duration]
    if not dated:
        return _without_date(text, normal, mentions)
    mention = _one(dated, normal, setting)
    return _reading(text, normal, mention, setting)


def _no_date(source: str, convention: str, /, **parameters: object) -> Reading:
    return Reading(source, Kind.UNDATED, convention, (note(f"reading.{convention}", **parameters),))


def _without_date(text: str, normal: str, mentions: list[Mention]) -> Reading:
    """Read a text without a date: a standard of service, an order of events, a duty to act soon or regularly."""
    if standards := [mention for mention in mentions if mention.convention == "service_standard"]:
        return Reading(text, Kind.UNDATED, standards[0].convention, standards[0].notes)
    if vague := [mention for mention in mentions if mention.convention == "vague_part"]:
        raise Unreadable("vague_part", text=vague[0].text)
    if order := order_of_events(normal):
        words, relative = order
        convention = "order_before" if relative.direction == "before" else "order_after"
        return Reading(
            text,
            Kind.RELATIVE,
            convention,
            (note(f"reading.{convention}", of=relative.of, text=words),),
            certainty=_certainty(normal, 0, len(normal)),
            relative=relative,
        )
    if found := undated(normal):
        return _no_date(text, found[0], text=found[1])
    if mentions:
        mention = mentions[0]
        return _no_date(text, mention.convention, text=mention.text)
    return _no_date(text, "no_time_expression")


def _reading(text: str, normal: str, mention: Mention, setting: Setting) -> Reading:
    if mention.due is not None and mention.due.year > LAST_YEAR:
        raise Unreadable("year_out_of_range", text=mention.text, first=FIRST_YEAR, last=LAST_YEAR)
    if mention.begins is not None and mention.due is not None and mention.begins > mention.due:
        raise Unreadable("range_backwards", text=mention.text)
    certainty = Certainty.SOFT if mention.soft else _certainty(normal, mention.start, mention.stop)
    notes = mention.notes
    if mention.due is not None and mention.kind in (Kind.ONCE, Kind.TARGET, Kind.WINDOW):
        if mention.due < setting.anchor:
            notes = (*notes, note("reading.past", due=mention.due, anchor=setting.anchor))
        elif mention.kind is not Kind.TARGET and not setting.workdays.is_workday(mention.due):
            before = setting.workdays.previous_workday(mention.due)
            notes = (*notes, note("reading.rest_day_stays", due=mention.due, before=before))
    if certainty is Certainty.SOFT:
        notes = (*notes, note("reading.soft"))
    return Reading(
        text,
        mention.kind,
        mention.convention,
        notes,
        certainty,
        mention.begins,
        mention.due,
        mention.recurrence.rrule if mention.recurrence else None,
        mention.relative,
        mention.provisional,
    )


def _certainty(normal: str, start: int, stop: int) -> Certainty:
    """Return whether the clause the expression stands in, or the one it opens, is hedged."""
    begin = 0
    for match in _CLAUSE_END.finditer(normal, 0, start):
        begin = match.end()
    # "到2023年底，争取…": a date that stands before a comma governs the clause after it.
    if stop < len(normal) and normal[stop] == ",":
        stop += 1
    end = _CLAUSE_END.search(normal, stop)
    return Certainty.SOFT if _SOFT.search(normal, begin, end.start() if end else len(normal)) else Certainty.HARD


def _one(mentions: list[Mention], normal: str, setting: Setting) -> Mention:
    """Make one mention of those in a text. Raises Unreadable when they say different things."""
    first = mentions[0]
    rest = [mention for mention in mentions[1:] if not _same(first, mention)]
    for other in rest:
        joined = _join(first, other, setting)
        if joined is None:
            raise Unreadable("two_expressions", first=first.text, second=other.text)
        first = joined
    return first


def _same(one: Mention, other: Mention) -> bool:
    """Return whether two mentions say the same thing, or the second only gives the year the first lies in."""
    if (one.begins, one.due, one.relative) != (other.begins, other.due, other.relative):
        return False
    mine, theirs = (mention.recurrence.rrule if mention.recurrence else None for mention in (one, other))
    return mine == theirs and one.kind is other.kind


def _join(one: Mention, other: Mention, setting: Setting) -> Mention | None:
    """Join two mentions that make one reading, or return None."""
    for left, right in ((one, other), (other, one)):
        if left.kind is Kind.RECURRING and left.recurrence and right.kind is not Kind.RECURRING:
            return _bounded(left, left.recurrence, right, setting)
        if left.kind is Kind.FROM and left.begins and right.validity and right.relative:
            return _in_force(left, right.relative)
    if one.kind is Kind.FROM and one.begins and other.due and other.kind in (Kind.ONCE, Kind.TARGET):
        # 自2024年起…，到2025年底: what begins and what is due by then are one stretch.
        if one.recurrence is not None:
            return replace(one, due=other.due, notes=one.notes + other.notes)
        if one.begins <= other.due and one.stop < other.start:
            notes = (note("reading.range", first=one.begins, last=other.due), *one.notes[1:], *other.notes[1:])
            return replace(one, kind=Kind.WINDOW, convention="range", due=other.due, notes=notes)
    return None


def _in_force(one: Mention, relative: Relative) -> Mention:
    """Read 自2024年1月1日起施行，有效期5年: in force through the day before the corresponding day."""
    begins = one.begins or date.min
    months = (relative.within or 0) * (12 if relative.unit == "year" else 1)
    step = relativedelta(months=months) if relative.unit in ("year", "month") else timedelta(days=relative.within or 0)
    due = begins + step - timedelta(days=1)
    notes = (note("reading.in_force", first=begins, last=due), *one.notes[1:])
    return replace(one, kind=Kind.WINDOW, convention="in_force", due=due, notes=notes)


def _bounded(every: Mention, recurrence: Recurrence, other: Mention, setting: Setting) -> Mention | None:
    """Join a recurrence with the day it begins, ends or is due on."""
    notes = (*every.notes, *other.notes)
    if other.kind is Kind.FROM and other.begins and other.relative is None:
        return replace(every, kind=Kind.FROM, begins=other.begins, convention="recurring_from", notes=notes)
    if other.kind is Kind.WINDOW and other.point is not None and other.point.grain is not Grain.TEN_DAYS:
        return replace(every, begins=other.begins, due=other.due, notes=notes)
    if named := _named_by(recurrence, other.point, setting):
        mention = replace(every, recurrence=named, convention="recurring_named")
        return replace(mention, notes=(note("reading.recurring_named", rule=named.rrule),))
    point = other.point
    if point is None or other.due is None or not (point.year is not None or point.grain is Grain.PLAN):
        return None
    # 2024年每季度 runs through that year; 2025年底前每季度 only ends with it.
    whole_year = point.grain is Grain.YEAR and not point.ended and other.kind is Kind.TARGET
    begins = date(other.due.year, 1, 1) if whole_year else every.begins
    return replace(every, begins=begins, due=other.due, notes=notes)


def _named_by(recurrence: Recurrence, point: Point | None, setting: Setting) -> Recurrence | None:
    """Let a day named at a distance name the day of a recurrence: 每月报送…，次月5日前; 每年向…报告，6月底前提交."""
    if point is None or recurrence.named or point.name or point.fixed:
        return None
    next_month = point.text.startswith(("次月", "下月", "下个月"))
    this_month = point.text.startswith(("当月", "本月", "每月")) or point.monthless
    day = point.days[1] if point.days else MONTH_END
    if recurrence.freq == "MONTHLY" and point.days and (next_month or this_month):
        if recurrence.interval == 1:
            return replace(recurrence, days=(day,))
        if recurrence.interval == 3 and next_month:
            return replace(recurrence, interval=1, months=(1, 4, 7, 10), days=(day,))
        return None
    next_year = point.text.startswith(("次年", "翌年", "第二年"))
    if recurrence.freq == "YEARLY" and recurrence.interval == 1 and (point.year is None or next_year):
        if point.monthless or point.grain is Grain.YEAR:
            return None
        return replace(recurrence, months=(point.months[1],), days=(day,))
    return None
