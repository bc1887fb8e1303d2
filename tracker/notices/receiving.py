"""Count the notices that units received: issued to them, or a bulletin that lists their tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tracker.notices.models import Matter, Notice
from tracker.rules.civil import SHANGHAI, civil_day


@dataclass(frozen=True, slots=True)
class Received:
    """Be one notice that one unit received, and on which day it was issued."""

    notice: Notice
    unit_id: int
    unit_name: str
    on: date


def received(first: date, last: date, *, units: Collection[int] | None = None) -> list[Received]:
    """Return the notices issued to units from one day through another, the newest first, in three queries.

    `units` are ids; None means all. A withdrawn notice was received all the same.
    """
    issued = Notice.objects.filter(
        issued_at__gte=datetime.combine(first, time.min, SHANGHAI),
        issued_at__lt=datetime.combine(last + timedelta(days=1), time.min, SHANGHAI),
    )
    to_units = issued.filter(to_unit__isnull=False)
    listed = Matter.objects.filter(notice__in=issued, notice__to_unit=None)
    if units is not None:
        to_units, listed = to_units.filter(to_unit__in=units), listed.filter(unit__in=units)
    pairs = set(to_units.values_list("pk", "to_unit", "to_unit__name"))
    pairs |= set(listed.values_list("notice", "unit", "unit__name"))
    notices = Notice.objects.select_related("series").in_bulk({pk for pk, *_rest in pairs})
    found = [
        Received(notices[pk], unit, name, civil_day(at))
        for pk, unit, name in pairs
        if (at := notices[pk].issued_at) is not None
    ]
    return sorted(found, key=lambda one: (-one.on.toordinal(), -one.notice.pk, one.unit_name))


def count_received(first: date, last: date, *, units: Collection[int] | None = None) -> dict[tuple[int, date], int]:
    """Return how many notices units received, by unit id and first day of the month."""
    found: dict[tuple[int, date], int] = defaultdict(int)
    for one in received(first, last, units=units):
        found[one.unit_id, one.on.replace(day=1)] += 1
    return dict(found)
