"""Write what the pages of days and units need beyond the common tags."""

from __future__ import annotations

from datetime import date

from django import template
from django.urls import reverse

from tracker.commitments.selectors.calendar import Entry
from tracker.interfaces.web.templatetags.tracker_web import MONTHS, WEEKDAYS, english

register = template.Library()


@register.filter
def weekday(value: date) -> str:
    """Name the day of the week."""
    return str(WEEKDAYS[value.weekday()])


@register.filter
def year_month(value: date) -> str:
    """Write a month with its year: 2023年6月, Jun 2023."""
    return f"{MONTHS[value.month - 1]} {value.year}" if english() else f"{value.year}年{value.month}月"


@register.simple_tag
def entry_address(entry: Entry) -> str:
    """Return where an entry of a calendar leads: its task, or the list of its tasks where there are several."""
    task = entry.task
    if entry.count == 1:
        return reverse("web:task", args=[task.pk])
    return f"{reverse('web:ledger')}?commitment={task.commitment_id}&standing=all&due_from={task.due}&due_to={task.due}"
