"""Let people subscribe to deadlines in their own calendar: an address is shown once, and may be renewed or ended."""

from __future__ import annotations

from collections.abc import Iterator

import segno
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker.audit.actors import Role
from tracker.commitments.selectors import visible_tasks
from tracker.commitments.selectors.ledger import documents_of
from tracker.interfaces.web.forms.calendar import SubscriptionForm
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.org import selectors as org
from tracker.org import services
from tracker.org.models import FeedToken, Unit


@page()
def calendar(request: WebRequest) -> HttpResponse:
    """Show the person's subscriptions; POST makes one and shows its address, this once only."""
    sent = request.POST if request.method == "POST" else None
    form = SubscriptionForm(sent, scopes=list(_scopes(request)), auto_id="feed-%s")
    if form.is_valid():
        scope, target = form.scope_and_target()
        token, secret = services.create_feed_token(
            user=request.user,
            scope=scope,
            target=target,
            label=form.name(),
            as_todo=form.cleaned_data["as_todo"],
            alarms=form.cleaned_data["alarms"],
            by=request.actor,
            now=request.now,
        )
        return _show_once(request, token, secret)
    context = {"form": form, "tokens": _tokens(request)}
    return render(request, "web/calendar.html", context, status=422 if form.errors else 200)


@require_POST
@page()
def rotate(request: WebRequest, pk: int) -> HttpResponse:
    """Give a subscription a new address and show it once; the old one stops."""
    token, secret = services.rotate_feed_token(token=_own(request, pk), by=request.actor, now=request.now)
    return _show_once(request, token, secret)


@require_POST
@page()
def revoke(request: WebRequest, pk: int) -> HttpResponse:
    """End a subscription."""
    token = services.revoke_feed_token(token=_own(request, pk), by=request.actor, now=request.now)
    said = _("“%(label)s” is ended; its address answers nothing any more.") % {"label": token.label}
    return done(request, said, reverse("web:calendar"))


def _scopes(request: WebRequest) -> Iterator[tuple[str, str]]:
    """Yield what this person may subscribe to, as value and label."""
    actor = request.actor
    if actor.unit_ids or actor.portfolio_ids:
        yield "mine:", _("my tasks")
    for unit in Unit.objects.filter(pk__in=actor.unit_ids):
        yield f"unit:{unit.slug}", unit.name
    if actor.has(Role.SUPERVISION, Role.COUNTY_HEAD, Role.AUDITOR):
        yield "county:", _("the whole county")
        for leader in org.leaders(on=request.today):
            yield f"portfolio:{leader.post.key}", _("portfolio of %(name)s") % {"name": leader.holder}
    else:
        for leader in org.leaders(on=request.today):
            if leader.unit_ids <= actor.portfolio_ids and actor.portfolio_ids:
                yield f"portfolio:{leader.post.key}", _("portfolio of %(name)s") % {"name": leader.holder}
    for slug, number, short in documents_of(visible_tasks(actor)):
        yield f"document:{slug}", f"{number} {short}"


def _tokens(request: WebRequest) -> list[FeedToken]:
    return list(FeedToken.objects.filter(user=request.user, revoked_at__isnull=True))


def _own(request: WebRequest, pk: int) -> FeedToken:
    token = FeedToken.objects.filter(pk=pk, user=request.user).select_related("user").first()
    if token is None:
        raise Http404
    return token


def _show_once(request: WebRequest, token: FeedToken, secret: str) -> HttpResponse:
    path = reverse("ics:feed", args=[secret, token.scope])
    https = f"{settings.TRACKER_SITE_URL}{path}"
    webcal = f"webcal://{https.partition('://')[2]}"
    context = {"token": token, "https": https, "webcal": webcal, "code": _code(webcal)}
    answer = render(request, "web/calendar_made.html", context)
    # The address is a secret: no address bar, no history of another site and no cache may keep it.
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _code(address: str) -> SafeString:
    """Return the QR code as an SVG element without inline style."""
    code = segno.make(address, error="m")
    return mark_safe(code.svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True))
