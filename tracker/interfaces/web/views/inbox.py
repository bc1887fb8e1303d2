"""Show people what was said to their posts, and let them mark it read."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tracker.interfaces.web.http import WebRequest, done, page
from tracker.messaging import selectors, services
from tracker.messaging.models import Item
from tracker.messaging.sentences import sentence
from tracker.rules.civil import civil_day

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """Be one item with its sentence in the reader's language."""

    item: Item
    text: str


@page()
def inbox(request: WebRequest) -> HttpResponse:
    """Show a page of items, newest first, and how the last digests went out."""
    items = selectors.inbox(request.user, on=request.today).order_by("-id")
    before = request.GET.get("before", "")
    if before.isdecimal():
        items = items.filter(pk__lt=int(before))
    found = list(items[: PAGE + 1])
    shown = found[:PAGE]
    context = {
        # How far off a date was is said as of the day of the message, beside which it stands.
        "rows": [Row(item, sentence(item, today=civil_day(item.created_at))) for item in shown],
        "older": shown[-1].pk if len(found) > PAGE else None,
        "later": before,
        "unread_here": [item.pk for item in shown if item.read_at is None],
        "digests": selectors.digests(request.user)[:5],
    }
    return render(request, "web/inbox.html", context)


@require_POST
@page()
def read(request: WebRequest) -> HttpResponse:
    """Mark the items named in the form as read."""
    ids = [int(pk) for pk in request.POST.getlist("item") if pk.isdecimal()]
    number = services.mark_read(items=ids, by=request.actor, now=request.now)
    said = ngettext("%(number)d message marked as read.", "%(number)d messages marked as read.", number)
    return done(request, said % {"number": number}, reverse("web:inbox"))
