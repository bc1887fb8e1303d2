"""Write what the pages of days and units need beyond the common tags."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import template
from django.urls import reverse

from tracker.commitments.selectors.calendar import Entry
from tracker.documents.models import NotCommitment
from tracker.interfaces.web.naming import in_county_words
from tracker.interfaces.web.templatetags.tracker_web import MONTHS, WEEKDAYS, english
from tracker.interfaces.web.wording import why_no_promise

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
def why_none(judged: NotCommitment, names: Mapping[str, str]) -> str:
    """Say why a time expression promises nothing, with the keys of promises and policies written as their titles."""
    return in_county_words(why_no_promise(judged.reason), names)


@register.filter
def titled(text: str, names: Mapping[str, str]) -> str:
    """Write a note with the keys it speaks of as their titles."""
    return in_county_words(text, names or {})


@register.simple_tag
def entry_address(entry: Entry) -> str:
    """Return where an entry of a calendar leads: its task, or the list of its tasks where there are several."""
    task = entry.task
    if entry.count == 1:
        return reverse("web:task", args=[task.pk])
    return f"{reverse('web:ledger')}?commitment={task.commitment_id}&standing=all&due_from={task.due}&due_to={task.due}"
