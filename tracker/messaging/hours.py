"""Say whether people may be told something at an instant: in the county's working hours on its working days."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from tracker.org import selectors as org
from tracker.rules import quiet
from tracker.rules.quiet import Hours


def working_hours() -> Hours:
    """Return the hours in which people may be told something, as set."""
    return Hours(*settings.TRACKER_WORKING_HOURS)


def may_tell(now: datetime) -> bool:
    """Return whether a message may go out at `now`."""
    return quiet.may_send(now, org.workdays(), working_hours())
