"""Find the ranges a text gives with the unit written once (2023-2025年, 6-9月, 6月1日-15日, 二、三季度) and place ranges.

Ranges between two points that stand on their own (6月1日至9月底) are put together by `mentions`, which places them here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from tracker.rules.phrases.numerals import NUMBER, YEAR, NotANumber, number
from tracker.rules.phrases.points import OPEN_YEAR, YEAR_AND, Grain, Point, Span, place, point_year, settle
from tracker.rules.phrases.reading import Unreadable
from tracker.rules.wording import Note, note

_TO = "[-至到]"
_YEARS = re.compile(rf"(?P<first>{YEAR})年?度?{_TO}(?P<last>{YEAR}|(?<=-)\d\d(?=年))年度?(?P<end>底|末)?(?!\d)")
_YEARS_AND_MONTHS = re.compile(
    rf"(?<![\d.])(?P<year>(?:19|20)\d\d)[./](?P<first>\d{{1,2}}){_TO}(?P<until>(?:19|20)\d\d)[./](?P<last>\d{{1,2}})(?![\d./])"
)
_MONTHS = re.compile(
    rf"{OPEN_YEAR}(?<![\d.])(?P<first>{NUMBER}){_TO}(?P<last>{NUMBER})月份?(?!{NUMBER}[日号])(?P<end>底|末)?"
)
# Only with its year: 7、8月底 may be item 7 of a list.
_NEIGHBOURS = re.compile(
    rf"{YEAR_AND}(?P<first>{NUMBER})[、和](?P<last>{NUMBER})月份?(?!{NUMBER}[日号])(?P<end>底|末)?"
)
_DAYS = re.compile(
    rf"{OPEN_YEAR}(?P<m>{NUMBER})月份?(?P<first>{NUMBER})(?:日|号)?{_TO}(?P<last>{NUMBER})(?:日|号)(?!前后)"
)
_QUARTERS = re.compile(
    rf"{OPEN_YEAR}第?(?P<first>[一二三1-3])(?:季度)?(?:{_TO}|(?<=[一二三度])[、和])第?(?P<last>[二三四2-4])季度"
)


def range_at(text: str, at: int, anchor: date) -> tuple[Point, Point] | None:
    """Return the first and last point of a range whose unit is written once, beginning at this place, or None."""
    if match := _YEARS.match(text, at):
        first, last = number(match["first"]), number(match["last"])
        last += first // 100 * 100 if last < 100 else 0
        left, right = _ends(match, Grain.YEAR)
        return replace(left, year=first), replace(right, year=last, ended=bool(match["end"]))
    if match := _YEARS_AND_MONTHS.match(text, at):
        left, right = _ends(match, Grain.MONTH)
        first, last = int(match["first"]), int(match["last"])
        return (
            replace(left, year=int(match["year"]), months=(first, first)),
            replace(right, year=int(match["until"]), months=(last, last)),
        )
    for pattern, grain in (
        (_MONTHS, Grain.MONTH),
        (_NEIGHBOURS, Grain.MONTH),
        (_DAYS, Grain.DAY),
        (_QUARTERS, Grain.QUARTER),
    ):
        match = pattern.match(text, at)
        if not match:
            continue
        try:
            first, last = number(match["first"]), number(match["last"])
            month = number(match["m"]) if grain is Grain.DAY else 0
        except NotANumber:
            return None
        if pattern is _NEIGHBOURS and last != first + 1:
            return None
        year, _ = point_year(match.groupdict(), anchor)
        left, right = (replace(point, year=year) for point in _ends(match, grain))
        match grain:
            case Grain.MONTH:
                return replace(left, months=(first, first)), replace(right, year=None, months=(last, last))
            case Grain.DAY:
                return (
                    replace(left, months=(month, month), days=(first, first)),
                    replace(right, months=(month, month), days=(last, last)),
                )
            case _:
                return (
                    replace(left, months=(first * 3 - 2, first * 3)),
                    replace(right, months=(last * 3 - 2, last * 3)),
                )
    return None


def _ends(match: re.Match[str], grain: Grain) -> tuple[Point, Point]:
    both = Point(match.start(), match.end(), match[0], grain)
    return both, both


def place_range(first: Point, last: Point, anchor: date, year: int | None) -> tuple[Span, tuple[Note, ...]]:
    """Return the first and last day of a range, and where its year came from.

    A last point without a year is in the year of the first, or in the next when it would end before it begins. Without
    any year it is the first such range that ends on or after the anchor. Raises Unreadable when it runs backwards.
    """
    first_year = first.year if first.year is not None else year
    if first.fixed is not None or first.monthless:
        span, source = settle(first, anchor, year)
        return _close(first, last, span), (source,) if source else ()
    if first_year is not None:
        notes = () if first.year is not None else (note("reading.year_from_clause", year=first_year),)
        return _close(first, last, place(first, first_year)), notes
    if (last.year is not None and not last.follows) or last.fixed is not None:
        end = place(last, last.year or anchor.year)[1]
        begin = place(first, end.year)
        if begin[0] > end:
            begin = place(first, end.year - 1)
        return (begin[1] if first.ended else begin[0], end), ()
    for candidate in range(anchor.year - 1, anchor.year + 9):
        try:
            whole = _close(first, last, place(first, candidate))
        except Unreadable:
            if candidate < anchor.year + 4:
                continue
            raise
        if whole[1] >= anchor:
            return whole, (note("reading.year_first_after", year=candidate, anchor=anchor),)
    raise Unreadable("year_out_of_range", text=first.text, first=anchor.year, last=anchor.year + 8)


def _close(first: Point, last: Point, begin: Span) -> Span:
    """Return the whole range once its first point is placed; one that names an end (6月底) begins on its last day."""
    if last.fixed is not None:
        end = last.fixed[1]
    elif last.monthless:
        end = place(replace(last, months=(begin[0].month, begin[0].month)), begin[0].year)[1]
    elif last.follows:
        end = place(last, begin[0].year + 1)[1]
    elif last.year is not None:
        end = place(last, last.year)[1]
    else:
        end = place(last, begin[0].year)[1]
        if end < begin[0]:
            end = place(last, begin[0].year + 1)[1]
    start = begin[1] if first.ended else begin[0]
    if end < start:
        raise Unreadable("range_backwards", text=f"{first.text}-{last.text}" if first != last else first.text)
    return start, end
