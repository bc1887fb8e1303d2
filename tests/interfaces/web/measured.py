"""Give a county an indicator with a value, a clause on early warnings, and a warning that waits for its decision."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from tests import factories as make
from tests.factories import NOW
from tests.interfaces.web.county import County
from tracker.audit import actors
from tracker.commitments import services as commitments
from tracker.commitments.models import Indicator, IndicatorValue
from tracker.escalation import services
from tracker.escalation.models import EarlyWarning
from tracker.rules.followup import State

SOURCE = "2022年统计年报"
BLOCK: dict[str, Any] = {
    "title": "指标预警",
    "attaches": "",
    "when": ["预计达标困难", "波动较大"],
    "action": "notify",
    "to": "unit_head",
    "copy_to": "",
    "copy_body": "",
    "decided_by": "",
    "note": "",
    "also": None,
    "basis": {"clause": "四（五）", "line": 4, "quote": "对预计达标困难、波动较大的监测指标及时进行预警"},
}


def indicator(county: County, name: str = "九年义务教育巩固率", **values: Any) -> Indicator:
    """Lay a target with a number on the county's lead unit, supported by the other, due at the end of 2025."""
    due = date(2025, 12, 31)
    of = make.commitment(
        county.document, kind="target", title=name, quote=f"{name}保持在 98%以上", due=due, policy_key="plans",
        phrase="到2025年",
    )  # fmt: skip
    make.task(county.lead, county.support, of=of, due=due, state=State.ASSIGNED)
    plain = {"name": name, "op": ">=", "value": Decimal(98), "unit": "%"}
    return Indicator.objects.create(commitment=of, **{**plain, **values})


def enter(county: County, one: Indicator, value: str, year: int = 2022) -> IndicatorValue:
    """Enter a year-end value as the lead unit's liaison."""
    return commitments.record_value(
        indicator=one, day=date(year, 12, 31), value=Decimal(value), source=SOURCE, by=county.actor("liaison"), now=NOW
    )


def warned(county: County, one: Indicator, value: str = "96.5") -> EarlyWarning:
    """Enter a value below the path and let the warning be proposed."""
    if not county.document.policies.exists():
        make.policy(county.document, key="plans", early_warning=BLOCK)
    enter(county, one, value)
    services.look_at_indicators(now=NOW, by=actors.system("sweep"))
    return EarlyWarning.objects.get(indicator=one, ended_at=None)


def arguments(county: County) -> dict[str, list[Any]]:
    """Return what the addresses of the pages about indicators are made of."""
    one = indicator(county)
    warning = warned(county, one)
    value = IndicatorValue.objects.get(indicator=one)
    return {
        "indicator": [one.pk],
        "indicator_value": [one.pk],
        "indicator_path": [one.pk],
        "indicator_correct": [value.pk],
        "indicator_withdraw": [value.pk],
        "warning_send": [warning.pk],
        "warning_set_aside": [warning.pk],
    }


def first(county: County) -> Indicator:
    """Return the county's indicator, made with its warning when it is first asked for."""
    if county not in _MADE:
        _MADE[county] = indicator(county)
        warned(county, _MADE[county])
    return _MADE[county]


_MADE: WeakKeyDictionary[County, Indicator] = WeakKeyDictionary()
