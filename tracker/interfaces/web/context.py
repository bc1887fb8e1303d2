"""Give every page its frame: the demonstration clock, whether jobs run, what is unread, where one may go."""

from __future__ import annotations

from typing import Any

from django.utils.functional import SimpleLazyObject

from tracker import clock
from tracker.audit.actors import Role
from tracker.audit.pulses import pulse
from tracker.interfaces.web import appearance, ending, keeping, navigation
from tracker.interfaces.web.http import WebRequest
from tracker.messaging import selectors as messaging


def frame(request: WebRequest) -> dict[str, Any]:
    """Return what the frame shows. What costs a query is asked for only where the template shows it."""
    context: dict[str, Any] = {"demonstration": clock.is_demonstration(), "theme": appearance.chosen(request)}
    if not hasattr(request, "actor") or not request.user.is_authenticated:
        return context
    return context | {
        "actor": request.actor,
        "themes": appearance.THEMES.items(),
        "today": request.today,
        # Links to tasks and to the ledger are for those who may open them.
        "may_see_tasks": SimpleLazyObject(lambda: request.actor.has(*navigation.WORKERS)),
        "kept": keeping.kept(request),
        "session_ends": ending.seconds(request),
        "now": request.now,
        "may_mend": request.actor.has(Role.ADMINISTRATOR),
        # All jobs share one worker and one beat: when the sweep stands still, everything does.
        "jobs_run": SimpleLazyObject(lambda: pulse("sweep", real_now=clock.real_now()).fresh),
        "navigation": SimpleLazyObject(lambda: navigation.groups(request)),
        "unread": SimpleLazyObject(lambda: messaging.unread(request.actor)),
    }
