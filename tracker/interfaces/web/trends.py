"""Put into words how an indicator stands, what is expected of it, and what became of an early warning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Indicator
from tracker.commitments.selectors.indicators import Reading
from tracker.escalation.models import EarlyWarning
from tracker.interfaces.web import curves
from tracker.interfaces.web.curves import Curve
from tracker.interfaces.web.templatetags.tracker_web import day as say_day
from tracker.interfaces.web.wording import Mark, Words
from tracker.rules.forecast import FLUCTUATION, FRESH_DAYS, MIN_POINTS, TOLERANCE, PathKind, Trend
from tracker.rules.measure import said

# In the order in which a reader looks for them. What cannot be judged (no data, too few, too old) is a ring, never green.
TRENDS: Mapping[str, Mark] = {
    Trend.OFF_PATH: Mark("soon", _("hardly to be reached")),
    Trend.WARNING: Mark("soon", _("needs attention")),
    Trend.MISSED: Mark("late", _("date passed, not reached")),
    Trend.ON_PATH: Mark("ok", _("on its path")),
    Trend.MET: Mark("ok", _("reached")),
    Trend.NO_DATA: Mark("none", _("cannot be judged yet")),
}
NO_VALUE = Mark("none", _("no data yet"))
TOO_FEW = Mark("none", _("too few data"))
STALE = Mark("none", _("data out of date"))
_WITHOUT = {
    "indicator.no_values": NO_VALUE,
    "indicator.too_few": TOO_FEW,
    "indicator.stale": STALE,
    "indicator.no_final": STALE,
}


def trend_mark(reading: Reading) -> Mark:
    """Return how an indicator's standing is drawn; where there are no data, what is missing."""
    if reading.trend is Trend.NO_DATA:
        codes = [code for code, _parameters in reading.outlook.notes]
        return next((_WITHOUT[code] for code in codes if code in _WITHOUT), TRENDS[Trend.NO_DATA])
    return TRENDS[reading.trend]


_SIGNS = {">=": "≥", "<=": "≤", "=": "="}


def target_words(indicator: Indicator) -> str:
    """Say a target: ≥ 98%."""
    return f"{_SIGNS[indicator.op]} {said(indicator.value, indicator.unit)}"


PATHS: Mapping[str, Words] = {
    PathKind.LINEAR: _("even, upwards"),
    PathKind.REDUCE: _("even, downwards"),
    PathKind.STEP: _("in steps"),
    PathKind.KEEP: _("kept on every day"),
}


def path_words(reading: Reading, today: date) -> str:
    """Say what is expected on the way, and who set it."""
    row, shape = reading.set_path, PATHS[reading.path.kind]
    if row is None:
        if reading.path.kind is PathKind.KEEP:
            return gettext("%(shape)s, read from the clause's words; nobody has set a path") % {"shape": shape}
        return gettext(
            "%(shape)s, read from the clause's words; no baseline is set, so nothing is expected on the way"
        ) % {"shape": shape}
    words = str(shape)
    if row.baseline_on is not None and row.baseline is not None:
        words += gettext(" from %(value)s on %(day)s") % {
            "value": said(row.baseline, reading.indicator.unit),
            "day": say_day(row.baseline_on),
        }
    return words


def rules_shown() -> list[Words]:
    """Say the rules by which an indicator's standing is decided, in order: the first that fits counts."""
    percent = {"tolerance": round(TOLERANCE * 100), "fluctuation": round(FLUCTUATION * 100)}
    return [
        _("No value: no data."),
        _("There is a value of the target's day or later: reached or not reached, as it says."),
        gettext("The newest value is older than %(days)d days: no data, for it says nothing of today.")
        % {"days": FRESH_DAYS},
        gettext(
            "With at least %(points)d values a straight line through them forecasts the target's day, with the range that"
            " four in five outcomes fall into. The whole range misses the target: hardly to be reached."
        )
        % {"points": MIN_POINTS},
        gettext(
            "The newest value is behind the path by more than %(tolerance)d %% of the whole way, or has fallen back by more"
            " than %(fluctuation)d %% of it, or part of the forecast's range misses: needs attention."
        )
        % percent,
        _("Fewer values, or none for a date that has passed: no data. Otherwise: on its path."),
    ]


WARNING_STATES: Mapping[str, Mark] = {
    "proposed": Mark("wait", _("proposed")),
    "sent": Mark("soon", _("sent to the unit")),
    "set_aside": Mark("none", _("set aside")),
    "cleared": Mark("none", _("over")),
}


def warning_state(warning: EarlyWarning) -> str:
    """Return which of the states of the list a warning is in."""
    return "cleared" if warning.ended_at else warning.decision or "proposed"


def warning_mark(warning: EarlyWarning) -> Mark:
    """Return how a warning's state is drawn; one that is over says why."""
    if warning.ended_at:
        return Mark("ok" if warning.ended_why == EarlyWarning.Ended.BACK else "none", warning.get_ended_why_display())
    return WARNING_STATES[warning_state(warning)]


@dataclass(frozen=True, slots=True)
class Row:
    """Be one indicator in the list."""

    reading: Reading
    mark: Mark
    target: str
    latest: str
    curve: Curve | None


def row_of(one: Reading, today: date) -> Row:
    """Return one indicator as a row of a list."""
    latest = one.values[-1] if one.values else None
    return Row(
        one,
        trend_mark(one),
        target_words(one.indicator),
        said(latest.value, one.indicator.unit) if latest else "",
        curves.curve(one, curves.SPARK, today=today, tone=curves.tone_of(one.trend)) if latest else None,
    )
