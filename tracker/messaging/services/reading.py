"""Let people mark what they have read; it is for their own eyes and measures nobody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from tracker.audit.actors import Actor
from tracker.messaging.models import Item
from tracker.org import selectors as org
from tracker.org.models import User
from tracker.rules.civil import civil_day


@transaction.atomic
def mark_read(*, items: Iterable[int], by: Actor, now: datetime) -> int:
    """Mark items of the actor's own posts as read and return how many were; others' are left alone."""
    if by.user_id is None:
        return 0
    posts = org.posts_of(User.objects.get(pk=by.user_id), on=civil_day(now))
    return Item.objects.filter(pk__in=list(items), post__in=posts, read_at__isnull=True).update(read_at=now)
