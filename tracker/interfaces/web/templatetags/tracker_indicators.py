"""Write measured values and the days they stand for, and show a task's indicator on the task's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from tracker.commitments.models import Indicator, Kind
from tracker.commitments.selectors.indicators import readings
from tracker.interfaces.web.templatetags.tracker_web import day, joined
from tracker.interfaces.web.trends import row_of, target_words
from tracker.rules.measure import said

register = template.Library()

MOST_NAMED = 3


@register.filter
def measured(value: float | Decimal | None, unit: str = "") -> str:
    """Write a reckoned value with its unit; "" for none."""
    return "" if value is None else said(value, unit, digits=2)


@register.filter
def aim(indicator: Indicator) -> str:
    """Say an indicator's target: ≥ 98%."""
    return target_words(indicator)


@register.filter
def horizon(value: date | None) -> str:
    """Write the day a value stands for: the last of a year is the year's end."""
    if value is not None and (value.month, value.day) == (12, 31):
        return gettext("end of %(year)d") % {"year": value.year}
    return day(value)


@register.filter
def some(units: Sequence[Any]) -> str:
    """Name units, of many the first and how many there are."""
    if len(units) <= MOST_NAMED:
        return joined(units)
    return gettext("%(first)s and %(number)d others") % {
        "first": joined(units[: MOST_NAMED - 1]),
        "number": len(units) - MOST_NAMED + 1,
    }


@register.filter
def source_link(value: str) -> SafeString | str:
    """Write where a value comes from; an address of the web as a link."""
    if urlsplit(value).scheme in {"http", "https"} and " " not in value:
        return format_html('<a href="{}" rel="noreferrer noopener">{}</a>', value, value)
    return value


@register.inclusion_tag("web/indicators/on_task.html", takes_context=True)
def indicator_on(context: dict[str, Any], task: Any) -> dict[str, Any]:
    """Show how the indicator of a task's target stands; nothing for a task without one."""
    if task.commitment.kind != Kind.TARGET:
        return {}
    rows = Indicator.objects.filter(commitment=task.commitment_id, withdrawn_at=None)
    found = readings(rows, today=context["today"])
    return {"row": row_of(found[0], context["today"]), "today": context["today"]} if found else {}
