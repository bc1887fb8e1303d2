"""Decide the expected path of an indicator, its forecast with a range, and whether it calls for an early warning.

The women's and the children's plans ask for a timely warning of indicators “预计达标困难、波动较大” (expected to
miss the target, or fluctuating widely). Which plan says so, and to whom the warning goes, is the policy's matter.
Missing, scarce or stale values are never taken as good news: without enough of them an indicator has no colour at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.rules.wording import Note, note

MIN_POINTS = 3
# Yearly statistics come out some months after their year; a value older than this says nothing of today.
FRESH_DAYS = 550
# How far behind the path an actual may lie, as a share of the whole way from baseline to target.
TOLERANCE = 0.1
# How far a value may fall back from the one before, as the same share; of the target where there is no way to go.
FLUCTUATION = 0.2

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
    order, the target itself excluded.
    """

    kind: PathKind
    target: Point
    op: str = ">="
    baseline: Point | None = None
    milestones: tuple[Point, ...] = ()


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
    return _shortfall(path.op, value, path.target.value) <= 0


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
            value=_said(last.value),
            target=_said(path.target.value),
        )
        return Outlook(Trend.MET if met else Trend.MISSED, last, wanted, None, (reason,))
    if (today - last.on).days > FRESH_DAYS:
        return Outlook(Trend.NO_DATA, last, wanted, None, (note("indicator.stale", day=last.on, n=FRESH_DAYS),))
    ahead = forecast(actuals, horizon) if today <= horizon else None
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
        value=_said(ahead.value),
        low=_said(ahead.low),
        high=_said(ahead.high),
        target=_said(path.target.value),
    )
    if verdict == "misses":
        trend = Trend.OFF_PATH
    elif warnings or verdict == "unsure":
        trend = Trend.WARNING
    else:
        trend = Trend.ON_PATH
    return Outlook(trend, last, wanted, ahead, (reason, *warnings))


def _verdict(path: Path, ahead: Forecast) -> str:
    """Return whether the forecast's range meets the target as a whole, in part (unsure), or misses it."""
    if path.op == "=":
        if abs(ahead.value - path.target.value) <= TOLERANCE * _way(path):
            return "meets"
        return "unsure" if ahead.low <= path.target.value <= ahead.high else "misses"
    ends = [meets(path, ahead.low), meets(path, ahead.high)]
    return "meets" if all(ends) else "unsure" if any(ends) else "misses"


def _warnings(path: Path, actuals: Sequence[Point], wanted: float | None) -> tuple[Note, ...]:
    """Return the reasons for a warning that the values themselves give: behind the path, or fallen back widely."""
    found = []
    last, way = actuals[-1], _way(path)
    if wanted is not None and _shortfall(path.op, last.value, wanted) > TOLERANCE * way:
        found.append(note("indicator.behind", day=last.on, value=_said(last.value), expected=_said(wanted)))
    if len(actuals) > 1 and path.op != "=":
        before = actuals[-2].value
        if _shortfall(path.op, last.value, before) > FLUCTUATION * (way or abs(path.target.value)):
            found.append(note("indicator.fluctuates", day=last.on, before=_said(before), value=_said(last.value)))
    return tuple(found)


def _way(path: Path) -> float:
    """Return the length of the way from baseline to target, 0 where there is none: then nothing is tolerated."""
    if path.kind is PathKind.KEEP or path.baseline is None:
        return 0.0
    return abs(path.target.value - path.baseline.value)


def _shortfall(op: str, value: float, wanted: float) -> float:
    """Return by how much a value falls short of what is wanted; not positive when it does not."""
    if op == "<=":
        return value - wanted
    if op == "=":
        # Rounded statistics: two values that print alike are alike.
        return 0.0 if math.isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-9) else abs(value - wanted)
    return wanted - value


def _said(value: float) -> str:
    return f"{value:.6g}"
