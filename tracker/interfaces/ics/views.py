"""Answer calendar programs, which know nothing but an address, and people who take one date with them.

A feed's address is its key. Whatever is wrong with it (never given out, revoked, its owner disabled or without a post
that may see it) gets the same answer, so that nobody can learn anything by trying.
"""

from __future__ import annotations

import gzip
import logging
from datetime import date, datetime

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header, http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.audit.actors import Actor
from tracker.commitments.selectors import visible_tasks
from tracker.interfaces.ics import calendars, events, feeds, scopes
from tracker.interfaces.ics.limits import seconds_to_wait
from tracker.org import selectors as org
from tracker.org import services
from tracker.org.models import FeedToken

log = logging.getLogger(__name__)

CALENDAR = "text/calendar; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
# Entries are much alike: more effort than this makes a feed hardly smaller and much slower.
EFFORT = 3


class CalendarRequest(HttpRequest):
    """Be a request after the middleware, with the instant and civil day it is answered for."""

    actor: Actor
    now: datetime
    today: date


@require_safe
def feed(request: CalendarRequest, secret: str, name: str) -> HttpResponseBase:
    """Serve a subscription; `name` only gives the file its name. 304 where the client has it already."""
    token = org.live_feed(services.token_hash(secret))
    if wait := seconds_to_wait(request, token):
        busy = HttpResponse("Too many requests.\n", status=429, content_type=PLAIN, headers={"Retry-After": str(wait)})
        return _private(busy)
    calendar = _calendar(token, request.today) if token else None
    if token is None or calendar is None:
        return _private(HttpResponse("Not found.\n", status=404, content_type=PLAIN))

    zipped = _takes_gzip(request.headers.get("Accept-Encoding", ""))
    if request.headers.get("If-None-Match") or request.headers.get("If-Modified-Since"):
        tag = calendar.tag()
        since = _noted(token, tag, request.now)
        known = get_conditional_response(request, _etag(tag, zipped), int(since.timestamp()))
        if known is not None:
            return _private(_stamp(known, tag, since, zipped))
    tag, body = calendar.body()
    if zipped:
        body = gzip.compress(body, EFFORT, mtime=0)
    # The length is said also where there is nothing to send.
    answer = HttpResponse(b"" if request.method == "HEAD" else body, content_type=CALENDAR)
    answer.headers["Content-Length"] = str(len(body))
    answer.headers["Content-Disposition"] = content_disposition_header(False, f"{name}.ics") or "inline"
    if zipped:
        answer.headers["Content-Encoding"] = "gzip"
    return _private(_stamp(answer, tag, _noted(token, tag, request.now), zipped))


@require_safe
@login_required
def task_file(request: CalendarRequest, pk: int) -> HttpResponse:
    """Hand out one task's date as a file, to put into a calendar once."""
    task = (
        visible_tasks(request.actor)
        .select_related("commitment__document", "commitment__clause", "lead")
        .prefetch_related("assignments__unit")
        .filter(pk=pk)
        .first()
    )
    if task is None:
        return HttpResponse(
            _("There is no such task, or it is not yours to see.") + "\n", status=404, content_type=PLAIN
        )
    if task.due is None:
        sentence = _("This task has no date yet, so there is nothing to put into a calendar.")
        return HttpResponse(sentence + "\n", status=404, content_type=PLAIN)
    answer = HttpResponse(calendars.one_off(events.event(task)), content_type=CALENDAR)
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"task-{task.pk}.ics") or "attachment"
    return answer


def _calendar(token: FeedToken, today: date) -> feeds.Feed | None:
    actor = org.actor_for(token.user, on=today, source="calendar")
    content = scopes.content(token, actor, today=today)
    return feeds.feed(token, content, today=today) if content else None


def _noted(token: FeedToken, tag: str, now: datetime) -> datetime:
    try:
        return services.note_feed_fetch(token=token, content_tag=tag, now=now)
    except DatabaseError:
        # A database that can only be read must not take people's calendars away.
        log.exception("The use of a calendar feed could not be noted.")
        return now


def _etag(tag: str, zipped: bool) -> str:
    # A strong tag names bytes, and the zipped ones are others.
    return quote_etag(f"{tag}-gzip" if zipped else tag)


def _stamp(answer: HttpResponseBase, tag: str, since: datetime, zipped: bool) -> HttpResponseBase:
    answer.headers["ETag"] = _etag(tag, zipped)
    answer.headers["Last-Modified"] = http_date(since.timestamp())
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    """Keep the address from being passed on, indexed, or kept by whoever stands in between."""
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _takes_gzip(accepted: str) -> bool:
    """Tell whether the client takes gzip; “gzip;q=0” says that it does not."""
    for part in accepted.lower().split(","):
        coding, _separator, parameters = part.partition(";")
        if coding.strip() == "gzip":
            weight = parameters.partition("q=")[2].strip()
            return not weight or weight.strip("0.") != ""
    return False
