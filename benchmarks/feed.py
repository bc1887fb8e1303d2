"""Measure calendar feeds: nothing kept, everything kept, and nothing changed, beside joining bytes that are ready.

Ready bytes are those kept with the tasks: the floor is one bare query for them and the join of what it finds.
"""

from __future__ import annotations

import gzip

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from benchmarks.measuring import best, replay, seconds
from benchmarks.patterns import NOW, TODAY
from benchmarks.stage import Stage
from benchmarks.table import Line, shown
from tracker.audit.actors import Role
from tracker.interfaces.ics import feeds, scopes
from tracker.interfaces.ics.calendars import FOOT
from tracker.interfaces.ics.views import EFFORT
from tracker.org import selectors as org
from tracker.org.models import FeedToken
from tracker.org.services import create_feed_token

MOST_EVENTS = 10_000
END = b"END:VEVENT\r\n"


def measure(stage: Stage) -> None:
    """Fetch the whole county's calendar from the counties of at most `MOST_EVENTS` tasks."""
    stage.table.group("calendar feed")
    for size in stage.sizes:
        if size <= MOST_EVENTS:
            _measure(stage, size)


def _measure(stage: Stage, size: int) -> None:
    events = f"{size:,} events"
    cold = []
    for _ in range(3 if stage.thorough else 1):
        token, secret = _subscribe(stage, size)
        cold.append(seconds(lambda token=token: _feed(token).body()))  # type: ignore[misc]
    runs = 9 if stage.thorough else 5
    calendar = _feed(token)
    _tag, body = calendar.body()
    entries = [part + END for part in body.removeprefix(calendar.head).split(END)[:-1]]
    if len(entries) != size:
        raise RuntimeError(f"The calendar holds {len(entries)} events and not {size}.")
    kept = [('SELECT "ics" FROM "commitments_task" ORDER BY "due", "id"', (), False)]
    fetched, client = reverse("ics:feed", args=[secret, "county"]), Client()
    zipped, known = {"accept-encoding": "gzip"}, {"if-none-match": client.get(fetched).headers["ETag"]}
    join, read, warm, request, squeeze, squeezed, same = best(
        lambda: b"".join((calendar.head, *entries, FOOT)),
        lambda: replay(kept),
        lambda: _feed(token).body(),
        lambda: client.get(fetched),
        lambda: gzip.compress(body, EFFORT, mtime=0),
        lambda: client.get(fetched, headers=zipped),
        lambda: client.get(fetched, headers=known),
        runs=runs,
    )
    ready = read + join
    cold_one = min(cold)
    stage.table.add(Line(f"{events}, cold: each is written and kept", shown(cold_one), shown(ready), cold_one / ready))
    stage.table.add(Line(f"{events}, warm ({shown(join)} of it the join)", shown(warm), shown(ready), warm / ready, 3))
    stage.table.add(Line(f"{events}, warm request", shown(request), shown(ready), request / ready))
    both = ready + squeeze
    stage.table.add(Line(f"{events}, warm request, gzip", shown(squeezed), shown(both), squeezed / both))
    stage.table.add(Line(f"{events}, nothing changed: 304", shown(same), shown(ready), same / ready))
    cache.clear()


def _subscribe(stage: Stage, size: int) -> tuple[FeedToken, str]:
    """Put a fresh county in use in which no entry is kept yet, and subscribe to all of it."""
    county = stage.fresh(size)
    cache.clear()
    user = county.world.accounts[Role.SUPERVISION]
    actor = org.actor_for(user, on=TODAY, source="calendar")
    connection.ensure_connection()
    return create_feed_token(user=user, scope=FeedToken.Scope.COUNTY, target="", label="bench", by=actor, now=NOW)


def _feed(token: FeedToken) -> feeds.Feed:
    actor = org.actor_for(token.user, on=TODAY, source="calendar")
    content = scopes.content(token, actor, today=TODAY)
    if content is None:
        raise RuntimeError("The supervision office may not have the county's calendar.")
    return feeds.feed(token, content, today=TODAY)
