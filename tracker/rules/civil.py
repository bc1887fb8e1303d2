"""Decide which civil day an instant belongs to, and when that day begins.

Every date of the product is a civil day in Asia/Shanghai; this is the only place that turns an instant into one.
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def civil_day(instant: datetime) -> date:
    """Return the civil day in Asia/Shanghai on which `instant` falls.

    Raises ValueError for a datetime without a time zone: such a value names no instant.
    """
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone to fall on a civil day; pass an aware datetime")
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """Return 00:00 of a civil day in Asia/Shanghai as an aware datetime."""
    return datetime.combine(day, time.min, SHANGHAI)
