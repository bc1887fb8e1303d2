"""Decide when an indicator's turn for the worse calls for an early warning, and when that turn is over.

“对预计达标困难、波动较大的监测指标及时进行预警” (women's and children's plans, 四（五）): an indicator that is expected to
miss its target, or fluctuates widely, is warned of in good time. A turn is the whole spell from there until the indicator
is back on its path: it is warned of once, however many values come meanwhile. What turns from a warning to being off the
path altogether has turned anew. Who is told, and whether anybody is, is decided by people.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from tracker.rules.forecast import Outlook, Trend


class Condition(StrEnum):
    """Name what the clause warns of, in its own words."""

    UNLIKELY = "预计达标困难"
    FLUCTUATES = "波动较大"


class Ended(StrEnum):
    """Name why a turn is over."""

    BACK = "back"  # on its path again
    WORSE = "worse"  # off the path altogether: another turn begins
    HORIZON = "horizon"  # nothing is early any more
    VOID = "void"  # the values it rested on were withdrawn, or the clause no longer stands


_CONDITIONS = {
    "indicator.behind": Condition.UNLIKELY,
    "indicator.forecast_misses": Condition.UNLIKELY,
    "indicator.forecast_unsure": Condition.UNLIKELY,
    "indicator.fluctuates": Condition.FLUCTUATES,
}
_ALERTS = {Trend.WARNING, Trend.OFF_PATH}


@dataclass(frozen=True, slots=True)
class Turn:
    """Be an indicator's latest turn for the worse: its number, how grave it was found, and whether it is over."""

    number: int
    trend: Trend
    ended: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Say what follows: the latest turn `ends` for a reason, a turn `begins` with this number, both, or neither."""

    ends: Ended | None = None
    begins: int | None = None


def conditions(outlook: Outlook) -> tuple[Condition, ...]:
    """Return which of the clause's conditions an outlook meets, in the clause's order; () unless its trend is an alert."""
    if outlook.trend not in _ALERTS:
        return ()
    met = {_CONDITIONS[code] for code, _parameters in outlook.notes if code in _CONDITIONS}
    return tuple(condition for condition in Condition if condition in met)


def judge(latest: Turn | None, outlook: Outlook, when: Collection[str], *, over: bool) -> Verdict:
    """Return what an outlook means for an indicator whose latest turn is `latest` (None: it never had one).

    `when` are the conditions its clause names, empty where no clause provides for a warning; `over` tells that the
    indicator's horizon has passed. A turn that has ended is never taken up again: what comes later is another turn.
    Values that are stale or too few to tell are no good news and leave a turn as it is, unless the newest of them has
    reached the path.
    """
    running = latest is not None and not latest.ended
    end = _end(outlook, when, over=over)
    if end is not None:
        return Verdict(ends=end) if running else Verdict()
    if not set(conditions(outlook)) & set(when):
        return Verdict()
    number = latest.number + 1 if latest else 1
    if latest is None or latest.ended:
        return Verdict(begins=number)
    if latest.trend is Trend.WARNING and outlook.trend is Trend.OFF_PATH:
        return Verdict(ends=Ended.WORSE, begins=number)
    return Verdict()


def _end(outlook: Outlook, when: Collection[str], *, over: bool) -> Ended | None:
    """Return why a running turn would be over, None where it would go on."""
    if over or outlook.trend in {Trend.MET, Trend.MISSED}:
        return Ended.HORIZON
    if not when or outlook.actual is None:
        return Ended.VOID
    if outlook.trend in _ALERTS:
        return None if set(conditions(outlook)) & set(when) else Ended.BACK
    if outlook.trend is Trend.ON_PATH:
        return Ended.BACK
    codes = [code for code, _parameters in outlook.notes]
    return Ended.BACK if codes == ["indicator.too_few"] and outlook.expected is not None else None
