"""Tell how long a session still lasts: it ends when nothing was asked for a while, and at the latest after a long day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from tracker import clock

# However busily it is used, a session ends after a working day and its overtime: a machine left on is then signed out.
LONGEST_SESSION = timedelta(hours=12)
SIGNED_IN_AT = "signed_in_at"


def is_too_old(request: HttpRequest) -> bool:
    """Tell, in real time, whether the session has lasted long enough; a session just begun is marked with its beginning."""
    now = clock.real_now()
    since = request.session.get(SIGNED_IN_AT)
    if since is None:
        request.session[SIGNED_IN_AT] = now.isoformat()
        return False
    return now - datetime.fromisoformat(since) > LONGEST_SESSION


def seconds(request: HttpRequest) -> tuple[int, int]:
    """Return in how many seconds the session ends if nothing more is asked for, and in how many at the latest."""
    since = request.session.get(SIGNED_IN_AT)
    lasted = clock.real_now() - datetime.fromisoformat(since) if since else timedelta()
    latest = max(0, int((LONGEST_SESSION - lasted).total_seconds()))
    return min(settings.SESSION_COOKIE_AGE, latest), latest
