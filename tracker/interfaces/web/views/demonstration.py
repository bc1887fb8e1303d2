"""Answer the demonstration's buttons; outside a demonstration these addresses do not exist."""

from __future__ import annotations

from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker.interfaces.web import demonstration
from tracker.interfaces.web.http import WebRequest, done, page, where_next
from tracker.interfaces.web.templatetags.tracker_web import long_day
from tracker.rules.civil import civil_day


@require_POST
@page()
def advance(request: WebRequest) -> HttpResponse:
    """Move the clock on by the days asked for and show the page again."""
    if not demonstration.is_on():
        raise Http404
    days = request.POST.get("days", "")
    instant = demonstration.advance(days=int(days) if days.isdecimal() else 1)
    said = _("It is now %(day)s. What came due on the way has been told and recorded.") % {
        "day": long_day(civil_day(instant))
    }
    return done(request, said, where_next(request, "/"))


@require_POST
def sign_in_as(request: WebRequest, username: str) -> HttpResponse:
    """Sign in as one of the demonstration's accounts."""
    if not demonstration.is_on():
        raise Http404
    user = get_object_or_404(get_user_model(), username=username, is_active=True)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("web:home")
