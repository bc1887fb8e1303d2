"""Write the addresses of an overview's lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from tracker.commitments.selectors.dashboard import Week
from tracker.interfaces.web.navigation import READERS, UNIT
from tracker.interfaces.web.scopes import Scope, may_see_unit
from tracker.interfaces.web.templatetags.tracker_web import MONTHS, english
from tracker.org.models import Unit

register = template.Library()


@register.simple_tag
def scope_ledger(scope: Scope, *, due_from: date, due_to: date) -> str:
    """Return the address of what falls due in a week."""
    return scope.ledger(due_from=due_from.isoformat(), due_to=due_to.isoformat())


@register.simple_tag(takes_context=True)
def sees_unit(context: dict[str, Any], unit: Unit) -> bool:
    """Tell whether the reader may open the unit's overview and its sheet."""
    actor = context["actor"]
    return actor.has(*READERS, *UNIT) and may_see_unit(actor, unit)


@register.filter
def month_number(value: date) -> str:
    """Name a month for the axis of a chart, without its year."""
    return str(MONTHS[value.month - 1]) if english() else f"{value.month}月"


@register.filter
def days_of(week: Week) -> str:
    """Name a week by its first and last day: 6月5日—11日, 6月26日—7月2日; 5–11 Jun, 26 Jun – 2 Jul."""
    first, last = week.first, week.last
    same = first.month == last.month
    if english():
        ends = f"{last.day} {MONTHS[last.month - 1]}"
        return f"{first.day}–{ends}" if same else f"{first.day} {MONTHS[first.month - 1]} – {ends}"
    return f"{first.month}月{first.day}日—{'' if same else f'{last.month}月'}{last.day}日"
