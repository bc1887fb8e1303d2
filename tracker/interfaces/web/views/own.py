"""Let everybody see and set what is theirs: posts held, language, mail copies, sign-ins; and stop copies from a mail."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tracker import clock
from tracker.audit.actors import ROLE_LABELS, Role
from tracker.interfaces.web.ending import LONGEST_SESSION
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.interfaces.web.parts import Fact
from tracker.messaging import copies as stopping
from tracker.org import selectors as org
from tracker.org import services
from tracker.org.models import FeedToken, Tenure, User
from tracker.rules.civil import civil_day


def routes() -> list[URLPattern]:
    """Return the addresses of what is everybody's own."""
    return [
        path("settings/", own, name="own"),
        path("settings/copies/", mail_copies, name="own_copies"),
        path("settings/sign-out/", sign_out, name="own_sign_out"),
        path(stopping.PATH.format(token="<str:token>").lstrip("/"), stop_copies, name="copies_stop"),
    ]


@require_GET
@page()
def own(request: WebRequest) -> HttpResponse:
    """Show what is this person's: name and posts, language, copies, password, sign-ins, calendar addresses."""
    user = request.user
    held = Tenure.objects.filter(org.on_day(request.today), user=user).select_related("post__unit").order_by("pk")
    context = {
        "facts": [
            Fact(_("name of the person"), user.name),
            Fact(_("user name"), user.username),
            Fact(_("mail address"), user.email),
        ],
        "held": [(tenure, ROLE_LABELS[Role(tenure.post.role)] if tenure.post.role else "") for tenure in held],
        "languages": settings.LANGUAGES,
        "hours": settings.TRACKER_WORKING_HOURS,
        "idle": settings.SESSION_COOKIE_AGE // 3600,
        "longest": int(LONGEST_SESSION.total_seconds()) // 3600,
        "feeds": FeedToken.objects.filter(user=user, revoked_at__isnull=True).count(),
    }
    return render(request, "web/own.html", context)


@require_POST
@page()
def mail_copies(request: WebRequest) -> HttpResponse:
    """Turn the own mail copies on or off."""
    wanted = request.POST.get("copies") == "on"
    services.choose_mail_copies(user=request.user, wanted=wanted, by=request.actor, now=request.now)
    said = _("Copies of your digest go to your mail again.") if wanted else _("No more copies go to your mail.")
    return done(request, said, reverse("web:own"))


@require_POST
@page()
def sign_out(request: WebRequest) -> HttpResponse:
    """End every other sign-in of this person."""
    services.sign_out_everywhere(
        user=request.user, keep=request.session.session_key or "", by=request.actor, now=request.now
    )
    said = _("You are signed out everywhere but here, programs included.")
    return done(request, said, reverse("web:own"))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_copies(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether mail copies shall stop; a POST stops them, without signing in (RFC 8058). A GET changes nothing.

    Links are opened by scanners of mail, too; only a person, or the mail program at the person's wish, sends the POST.
    The address itself is the authority, so that no token of a form is asked for.
    """
    user = stopping.whose(token)
    if user is None:
        raise Http404
    with translation.override(user.language):
        if request.method == "POST":
            _stop(user, request)
        context = {"reader": user, "stopped": not user.mail_copies, "token": token}
        return render(request, "web/copies.html", context)


def _stop(user: User, request: HttpRequest) -> None:
    now = clock.now()
    actor = org.actor_for(user, on=civil_day(now), source=request.META.get("REMOTE_ADDR", ""))
    by = replace(actor, source=f"{actor.source} mail".strip())
    services.choose_mail_copies(user=user, wanted=False, by=by, now=now)
