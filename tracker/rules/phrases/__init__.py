"""Read the time in a phrase of a Chinese government document.

`read` turns "6月底前" and its many kin into days, a recurrence or a limit, and names the convention it used; the
conventions are listed in docs/rules.md. It decides nothing about the duty the phrase belongs to, and it never guesses: two
different deadlines in one text, an impossible date or a word without a day give an undated reading that says why.
"""

from __future__ import annotations

import re
from datetime import date

from tracker.rules.phrases.mentions import Mention, Setting, find_mentions
from tracker.rules.phrases.numerals import normalise
from tracker.rules.phrases.points import FIRST_YEAR, LAST_YEAR
from tracker.rules.phrases.reading import Certainty, Kind, Reading, Relative, Unreadable
from tracker.rules.phrases.sentence import together
from tracker.rules.phrases.words import order_of_events, undated
from tracker.rules.wording import note
from tracker.rules.workdays import WorkdayCalendar

__all__ = ["Certainty", "Kind", "Reading", "Relative", "read"]

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


def _compose(text: str, normal: str, setting: Setting) -> Reading:
    if not normal:
        return _no_date(text, "empty")
    mentions = find_mentions(normal, setting)
    dated = [mention for mention in mentions if not mention.background and not mention.duration]
    if not dated:
        return _without_date(text, normal, mentions)
    mention = together(dated, normal)
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
