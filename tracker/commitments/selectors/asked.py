"""Count the progress reports that clauses ask units for; nothing else may ask for one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from tracker.commitments.models import Assignment
from tracker.rules.followup import State


def reports_asked(first: date, last: date, *, units: Collection[int] | None = None) -> QuerySet[Assignment]:
    """Return the parts of tasks whose clause asks for a report due from one day through another, the soonest first.

    `units` are ids; None means all. Whoever has a part is asked, whether it leads or supports.
    """
    parts = Assignment.objects.filter(task__commitment__asks_report=True, task__due__range=(first, last))
    if units is not None:
        parts = parts.filter(unit__in=units)
    parts = parts.exclude(task__state__in=[State.WITHDRAWN, State.WAITING])
    return parts.select_related("unit", "task__commitment__document", "task__commitment__clause").order_by(
        "task__due", "unit__name", "pk"
    )


def count_reports_asked(
    first: date, last: date, *, units: Collection[int] | None = None
) -> dict[tuple[int, date], int]:
    """Return how many reports units are asked for, by unit id and first day of the month, in one query."""
    parts = reports_asked(first, last, units=units).order_by().annotate(month=TruncMonth("task__due"))
    rows = parts.values_list("unit", "month").annotate(Count("pk"))
    return {(unit, month): number for unit, month, number in rows}
