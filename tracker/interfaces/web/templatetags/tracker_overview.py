"""Write the addresses of an overview's lists."""

from __future__ import annotations

from datetime import date

from django import template

from tracker.interfaces.web.scopes import Scope
from tracker.interfaces.web.templatetags.tracker_web import MONTHS, english

register = template.Library()


@register.simple_tag
def scope_ledger(scope: Scope, *, due_from: date, due_to: date) -> str:
    """Return the address of what falls due in a week."""
    return scope.ledger(due_from=due_from.isoformat(), due_to=due_to.isoformat())


@register.filter
def month_number(value: date) -> str:
    """Name a month for the axis of a chart, without its year."""
    return str(MONTHS[value.month - 1]) if english() else f"{value.month}月"
