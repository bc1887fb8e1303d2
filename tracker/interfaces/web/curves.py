"""Work out the geometry of an indicator's curve: path, actual values, forecast with its range, target, today.

Everything is in the units of the drawing's view box; the template only draws. The same is laid out anew for a wide page, for
a phone and for one row of a table, instead of being drawn once and shrunk.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.commitments.selectors.indicators import Reading
from tracker.rules.forecast import Path, PathKind, Point, Trend, expected
from tracker.rules.measure import said

# A fan wider than this, measured by what else is drawn, would press everything else flat; it is cut at the edge.
FAN_AT_MOST = 0.9
ROOM_ABOVE = 0.12
TICKS = 4
# Where words stand, in the units of the view box: a target's from its line, a value's from its dot, how tall a line of
# words is, and how far from the left edge the target's words and half of a value's reach.
ABOVE_LINE, BELOW_LINE, ABOVE_DOT, LINE_OF_WORDS, WORDS_REACH = 6, 16, 11, 16, 150


@dataclass(frozen=True, slots=True)
class Frame:
    """Describe a drawing: its size, the margins of the plot, and whether the forecast's range is drawn."""

    width: int
    height: int
    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0
    fan: bool = True


WIDE = Frame(960, 340, left=66, right=92, top=26, bottom=34)
NARROW = Frame(358, 300, left=46, right=14, top=26, bottom=30)
SPARK = Frame(132, 34, left=3, right=5, top=5, bottom=5, fan=False)


@dataclass(frozen=True, slots=True)
class Dot:
    """Be one actual value as drawn, with its words."""

    x: float
    y: float
    words: str
    last: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """Be one mark on an axis: where it is and what it says."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Hold a drawing. Lines are SVG `points`, empty where there is nothing to draw; a coordinate may be None likewise."""

    frame: Frame
    path: str
    actual: str
    dots: tuple[Dot, ...]
    fan: str
    ahead: str
    end: Dot | None
    target: float
    target_words: str
    target_at: float
    today: float | None
    horizon: float | None
    days: tuple[Tick, ...]
    values: tuple[Tick, ...]
    tone: str

    @property
    def base(self) -> int:
        return self.frame.height - self.frame.bottom

    @property
    def edge(self) -> int:
        return self.frame.width - self.frame.right


def curve(reading: Reading, frame: Frame, *, today: date, tone: str) -> Curve:
    """Return the drawing of one indicator."""
    path, outlook = reading.path, reading.outlook
    points = [Point(value.day, float(value.value)) for value in reading.values]
    first, last = _span(path, points, today)
    low, high = _range(reading, points, frame)

    def x(day: date) -> float:
        share = (day - first).days / max((last - first).days, 1)
        return round(frame.left + share * (frame.width - frame.left - frame.right), 1)

    def y(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return round(frame.top + (1 - share) * (frame.height - frame.top - frame.bottom), 1)

    def line(of: Iterable[Point]) -> str:
        return " ".join(f"{x(point.on)},{y(point.value)}" for point in of)

    dots = tuple(
        Dot(x(point.on), y(point.value), said(point.value, path.unit), point is points[-1]) for point in points
    )
    ahead = outlook.forecast
    fan = end_line = ""
    end = None
    if ahead is not None and outlook.actual is not None:
        start = outlook.actual
        fan = line([start, Point(ahead.on, ahead.high), Point(ahead.on, ahead.low)])
        end_line = line([start, Point(ahead.on, ahead.value)])
        end = Dot(x(ahead.on), y(ahead.value), said(ahead.value, path.unit, digits=2), last=True)
    return Curve(
        frame=frame,
        path=line(_path_points(path, first, last)),
        actual=line(points),
        dots=dots,
        fan=fan,
        ahead=end_line,
        end=end,
        target=y(path.target.value),
        target_words=said(path.target.value, path.unit),
        target_at=_words_at(y(path.target.value), dots, frame),
        today=x(today) if first <= today <= last else None,
        horizon=x(path.target.on) if path.target.on <= last else None,
        days=tuple(_years(first, last, x, frame)),
        values=tuple(Tick(y(value), said(value)) for value in _round_values(low, high)),
        tone=tone,
    )


def _words_at(target: float, dots: Sequence[Dot], frame: Frame) -> float:
    """Return the base line of the target's words: above its line, or below where a value's words are in the way."""
    above, below = target - ABOVE_LINE, target + BELOW_LINE
    # A narrow drawing words its last value only.
    worded = dots if frame.width >= WIDE.width else dots[-1:]
    near = [dot.y - ABOVE_DOT for dot in worded if dot.x < frame.left + WORDS_REACH]
    if all(abs(above - words) >= LINE_OF_WORDS for words in near) or below > frame.height - frame.bottom:
        return above
    return below


def _span(path: Path, points: Sequence[Point], today: date) -> tuple[date, date]:
    """Return the first and last day drawn, in whole years."""
    days = [today, *(point.on for point in points)]
    if path.baseline:
        days.append(path.baseline.on)
    if path.target.on < date.max:
        days.append(path.target.on)
    return date(min(days).year, 1, 1), date(max(days).year, 12, 31)


def _range(reading: Reading, points: Sequence[Point], frame: Frame) -> tuple[float, float]:
    """Return the least and greatest value drawn; never an empty range."""
    path, ahead = reading.path, reading.outlook.forecast
    values = [path.target.value, *(point.value for point in points)]
    values += [point.value for point in (path.baseline, *path.milestones) if point]
    if ahead is not None:
        values.append(ahead.value)
    low, high = min(values), max(values)
    spread = high - low or abs(high) * 0.1 or 1.0
    if ahead is not None and frame.fan:
        low = min(low, max(ahead.low, low - FAN_AT_MOST * spread))
        high = max(high, min(ahead.high, high + FAN_AT_MOST * spread))
    spread = high - low or spread
    least, most = path.bounds
    return max(low - ROOM_ABOVE * spread, min(low, least)), min(high + ROOM_ABOVE * spread, max(high, most))


def _path_points(path: Path, first: date, last: date) -> list[Point]:
    """Return the corners of the expected path; none where a sloping one has no beginning."""
    if path.kind is PathKind.KEEP:
        return [Point(first, path.target.value), Point(last, path.target.value)]
    if path.baseline is None or path.target.on == date.max:
        return []
    corners = [path.baseline]
    if path.kind is PathKind.STEP:
        for jump in (*path.milestones, path.target):
            before = expected(path, jump.on - timedelta(days=1))
            corners += [Point(jump.on, before if before is not None else path.baseline.value), jump]
    else:
        corners.append(path.target)
    return [*corners, Point(last, path.target.value)] if last > path.target.on else corners


def _years(first: date, last: date, x: object, frame: Frame) -> Iterable[Tick]:
    """Yield the ends of years, left out evenly where they would touch."""
    assert callable(x)
    years = range(first.year, last.year + 1)
    room = max(1, math.ceil(len(years) * 46 / max(frame.width - frame.left - frame.right, 1)))
    for place, year in enumerate(reversed(years)):
        if place % room == 0:
            yield Tick(x(date(year, 12, 31)), str(year))


def _round_values(low: float, high: float) -> list[float]:
    """Return some round values between two, evenly apart."""
    rough = (high - low) / TICKS
    size = 10 ** math.floor(math.log10(rough))
    step = next((size * many for many in (1, 2, 2.5, 5, 10) if size * many >= rough), size * 10)
    first = math.ceil(low / step)
    return [round(place * step, 10) for place in range(first, math.floor(high / step) + 1)]


# What each trend looks like in a curve, by the tones of the states.
TONES = {Trend.ON_PATH: "ok", Trend.MET: "ok", Trend.WARNING: "soon", Trend.OFF_PATH: "soon", Trend.MISSED: "late"}


def tone_of(trend: Trend) -> str:
    """Return the tone a curve is drawn in; a trend without data has none."""
    return TONES.get(trend, "none")
