"""Decide the expected path of an indicator, its forecast with a range, and whether it calls for an early warning.

The women's and the children's plans ask for a timely warning of indicators “预计达标困难、波动较大” (expected to
miss the target, or fluctuating widely). Which plan says so, and to whom the warning goes, is the policy's matter.
Missing, scarce or stale values are never taken as good news: without enough of them an indicator has no colour at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.rules.measure import said
from tracker.rules.wording import Note, note
from tracker.rules.workdays import ONE_DAY

MIN_POINTS = 3
# Yearly statistics come out some months after their year; a value older than this says nothing of today.
FRESH_DAYS = 550
# How far behind the path an actual may lie, as a share of the whole way from baseline to target.
TOLERANCE = 0.1
# How far a value may fall back from the one before, as the same share; of the target where there is no way to go.
FLUCTUATION = 0.2
# How far from an “about” (左右) a value may lie and still be it, as a share of the target.
ABOUT = 0.05

# Two-sided 80 % points of Student's t for 1, 2, … degrees of freedom; beyond the table the normal 1.282 will do.
_T80 = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.350, 1.345, 1.341)
_T80_MANY = 1.282


class PathKind(StrEnum):
    """Name the shape of the way to a target."""

    LINEAR = "linear"  # an even way up from baseline to target
    STEP = "step"  # holds its value and jumps at each milestone
    KEEP = "keep_above"  # the target holds on every day; for “<=” it is kept below
    REDUCE = "reduce"  # an even way down


class Trend(StrEnum):
    """Name how an indicator stands; NO_DATA is no colour, and never green."""

    NO_DATA = "no_data"
    ON_PATH = "on_path"
    WARNING = "warning"  # early warning: behind, fluctuating, or not sure to arrive
    OFF_PATH = "off_path"  # not expected to arrive at all
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Point:
    """Hold a value and the civil day it stands for."""

    on: date
    value: float


@dataclass(frozen=True, slots=True)
class Path:
    """Describe the way to a target: `op` is ">=", "<=" or "=", `target.on` the last day of the horizon.

    `baseline` is where the way begins; None where the plan names none. `milestones` are the jumps of a step path, in
    order, the target itself excluded. `slack` is how far from the target of an "=" a value still counts as it. `unit` is
    what the values are counted in: it is only said, never reckoned with. `bounds` are the least and the most a value can
    be: a forecast is not let past them.
    """

    kind: PathKind
    target: Point
    op: str = ">="
    baseline: Point | None = None
    milestones: tuple[Point, ...] = ()
    slack: float = 0.0
    unit: str = ""
    bounds: tuple[float, float] = (-math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Hold the value expected on a day and the range that four in five outcomes should fall into."""

    on: date
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """Hold how an indicator stands on a day, with the values compared and the reasons as wording notes.

    `expected` is the path's value on the day of the newest actual; None where the path cannot say.
    """

    trend: Trend
    actual: Point | None
    expected: float | None
    forecast: Forecast | None
    notes: tuple[Note, ...]


# Words that ask for a state on every day of the plan, instead of one to be reached by its end.
_KEPT = ("保持", "稳定", "不低于", "不得低于", "控制在", "无重大")


def kind_read_from(quote: str, op: str) -> PathKind:
    """Return the shape of the way that a clause's own words ask for, until somebody sets another.

    “继续保持在90%以上”, “稳定在92%”, “控制在5%以下” are kept on every day; what else is to fall falls, the rest rises.
    """
    if any(word in quote for word in _KEPT):
        return PathKind.KEEP
    return PathKind.REDUCE if op == "<=" else PathKind.LINEAR


def slack_read_from(quote: str, op: str, target: float) -> float:
    """Return how far from an "=" target its words let a value lie: “保持在45%左右” is no exact figure."""
    return ABOUT * abs(target) if op == "=" and "左右" in quote else 0.0


def expected(path: Path, on: date) -> float | None:
    """Return the value the path asks for on a civil day; None before its baseline, or where a sloping path has none.

    After the horizon the target stays.
    """
    target, baseline = path.target, path.baseline
    if on >= target.on or path.kind is PathKind.KEEP:
        return target.value
    if baseline is None or on < baseline.on:
        return None
    if path.kind is PathKind.STEP:
        reached = [point.value for point in path.milestones if point.on <= on]
        return reached[-1] if reached else baseline.value
    share = (on - baseline.on).days / (target.on - baseline.on).days
    return baseline.value + share * (target.value - baseline.value)


def meets(path: Path, value: float) -> bool:
    """Return whether a value meets the target."""
    return _shortfall(path, value, path.target.value) <= 0


def forecast(points: Sequence[Point], on: date) -> Forecast | None:
    """Return the least-squares forecast for a civil day, with an 80 % prediction range; None without enough values.

    At least three values on three different days are needed; of several on one day the last counts. The range comes
    from the residuals' spread with Student's t for n-2 degrees of freedom, and widens with the distance from the
    values.
    """
    values = {point.on: point.value for point in points}
    n = len(values)
    if n < MIN_POINTS:
        return None
    xs = [float(day.toordinal()) for day in values]
    ys = list(values.values())
    mean_x, mean_y = math.fsum(xs) / n, math.fsum(ys) / n
    spread_x = math.fsum((x - mean_x) ** 2 for x in xs)
    slope = math.fsum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread_x
    residual = math.fsum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in zip(xs, ys, strict=True))
    away = on.toordinal() - mean_x
    value = mean_y + slope * away
    freedom = n - 2
    factor = _T80[freedom - 1] if freedom <= len(_T80) else _T80_MANY
    margin = factor * math.sqrt(residual / freedom) * math.sqrt(1 + 1 / n + away**2 / spread_x)
    return Forecast(on, value, value - margin, value + margin)


def outlook(path: Path, points: Sequence[Point], today: date) -> Outlook:
    """Return how an indicator stands on `today`, from the actual values of days up to it.

    The first rule that fits decides: no values or stale ones (no data); the horizon reached (met or missed); the whole
    forecast range misses the target (off path); behind the path, fallen back widely, or a range that includes a miss
    (warning); fewer than three values, or the horizon past without a value for it (no data); otherwise on path.
    """
    actuals = sorted((point for point in points if point.on <= today), key=lambda point: point.on)
    if not actuals:
        return Outlook(Trend.NO_DATA, None, expected(path, today), None, (note("indicator.no_values"),))
    last, horizon = actuals[-1], path.target.on
    wanted = expected(path, last.on)
    if last.on >= horizon:
        met = meets(path, last.value)
        reason = note(
            f"indicator.{'met' if met else 'missed'}",
            day=last.on if met else horizon,
            value=said(last.value, path.unit),
            target=said(path.target.value, path.unit),
        )
        return Outlook(Trend.MET if met else Trend.MISSED, last, wanted, None, (reason,))
    if (today - last.on).days > FRESH_DAYS:
        return Outlook(Trend.NO_DATA, last, wanted, None, (note("indicator.stale", day=last.on, n=FRESH_DAYS),))
    ahead = _within(path, forecast(actuals, horizon)) if today <= horizon else None
    warnings = _warnings(path, actuals, wanted)
    if ahead is None:
        if today > horizon:
            why = note("indicator.no_final", day=horizon, last=last.on)
        else:
            why = note("indicator.too_few", n=len({point.on for point in actuals}))
        return Outlook(Trend.WARNING if warnings else Trend.NO_DATA, last, wanted, None, (*warnings, why))
    verdict = _verdict(path, ahead)
    reason = note(
        f"indicator.forecast_{verdict}",
        day=horizon,
        value=_about(path, ahead.value),
        low=_about(path, ahead.low),
        high=_about(path, ahead.high),
        target=said(path.target.value, path.unit),
    )
    if verdict == "misses":
        trend = Trend.OFF_PATH
    elif warnings or verdict == "unsure":
        trend = Trend.WARNING
    else:
        trend = Trend.ON_PATH
    return Outlook(trend, last, wanted, ahead, (reason, *warnings))


def next_look(path: Path, points: Sequence[Point], today: date) -> date | None:
    """Return the next day on which `outlook` may answer otherwise although no value is entered; None when it cannot.

    That is the day after the horizon, and the first day on which the newest value says nothing of the present any more.
    """
    days = [point.on for point in points if point.on <= today]
    coming = [point.on for point in points if point.on > today]
    if days and max(days) < path.target.on:
        coming.append(max(days) + timedelta(days=FRESH_DAYS + 1))
        if path.target.on < date.max:
            coming.append(path.target.on + ONE_DAY)
    return min((day for day in coming if day > today), default=None)


def _within(path: Path, ahead: Forecast | None) -> Forecast | None:
    """Return a forecast that keeps to what can be: no share above the whole, no count below nothing."""
    if ahead is None:
        return None
    least, most = path.bounds
    value, low, high = (min(max(one, least), most) for one in (ahead.value, ahead.low, ahead.high))
    return Forecast(ahead.on, value, low, high)


def _verdict(path: Path, ahead: Forecast) -> str:
    """Return whether the forecast's range meets the target as a whole, in part (unsure), or misses it."""
    if path.op == "=":
        if abs(ahead.value - path.target.value) <= max(TOLERANCE * _way(path), path.slack):
            return "meets"
        return "unsure" if ahead.low <= path.target.value <= ahead.high else "misses"
    ends = [meets(path, ahead.low), meets(path, ahead.high)]
    return "meets" if all(ends) else "unsure" if any(ends) else "misses"


def _warnings(path: Path, actuals: Sequence[Point], wanted: float | None) -> tuple[Note, ...]:
    """Return the reasons for a warning that the values themselves give: behind the path, or fallen back widely."""
    found = []
    last, way = actuals[-1], _way(path)
    if wanted is not None and _shortfall(path, last.value, wanted) > TOLERANCE * way:
        found.append(
            note("indicator.behind", day=last.on, value=said(last.value, path.unit), expected=_about(path, wanted))
        )
    if len(actuals) > 1 and path.op != "=":
        before = actuals[-2].value
        if _shortfall(path, last.value, before) > FLUCTUATION * (way or abs(path.target.value)):
            found.append(
                note(
                    "indicator.fluctuates",
                    day=last.on,
                    before=said(before, path.unit),
                    value=said(last.value, path.unit),
                )
            )
    return tuple(found)


def _way(path: Path) -> float:
    """Return the length of the way from baseline to target, 0 where there is none: then nothing is tolerated."""
    if path.kind is PathKind.KEEP or path.baseline is None:
        return 0.0
    return abs(path.target.value - path.baseline.value)


def _shortfall(path: Path, value: float, wanted: float) -> float:
    """Return by how much a value falls short of what is wanted; not positive when it does not."""
    if path.op == "<=":
        return value - wanted
    if path.op == "=":
        # Rounded statistics: two values that print alike are alike.
        alike = math.isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-9)
        return 0.0 if alike or abs(value - wanted) <= path.slack else abs(value - wanted)
    return wanted - value


def _about(path: Path, value: float) -> str:
    """Write a reckoned value: more digits than this would feign a precision it has not."""
    return said(value, path.unit, digits=2 if abs(value) >= 1 else 4)
