"""Queue items, and gather them into at most one digest a person a working day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time

from django.conf import settings
from django.db import transaction

from tracker.messaging.models import Delivery, Digest, Item
from tracker.org import selectors as org
from tracker.org.models import Tenure, User
from tracker.rules import quiet
from tracker.rules.civil import civil_day


def queue(items: Sequence[Item]) -> None:
    """Store items; one whose key is already there is the same cause again and is left out."""
    Item.objects.bulk_create(items, batch_size=1000, ignore_conflicts=True)


def working_hours() -> tuple[time, time]:
    """Return the hours in which people may be told something, as set."""
    first, last = settings.TRACKER_WORKING_HOURS
    return time.fromisoformat(first), time.fromisoformat(last)


def gather_digests(*, now: datetime) -> list[Digest]:
    """Make today's digest for everybody who has something new to read and has had none today.

    Outside working hours and on rest days nothing is made; nothing new means no digest. What comes up after a person's
    digest waits for the next working day (it is in the inbox at once). A post becomes a person here, by its tenure today.
    """
    if not quiet.may_send(now, org.workdays(), working_hours()):
        return []
    today = civil_day(now)
    waiting = Item.objects.filter(digest__isnull=True, dropped_at__isnull=True, read_at__isnull=True)
    by_post: dict[int, list[int]] = defaultdict(list)
    for pk, post_id in waiting.order_by("pk").values_list("pk", "post_id"):
        by_post[post_id].append(pk)
    by_user: dict[int, list[int]] = defaultdict(list)
    # An item of a post with two printed holders goes to the first of them: it is told once.
    seen: set[int] = set()
    tenures = Tenure.objects.filter(org.on_day(today), post__in=by_post, user__is_active=True).order_by(
        "from_day", "pk"
    )
    for post_id, user_id in tenures.values_list("post_id", "user_id"):
        if post_id not in seen:
            seen.add(post_id)
            by_user[user_id] += by_post[post_id]
    done = set(Digest.objects.filter(day=today, user__in=by_user).values_list("user_id", flat=True))
    users = User.objects.in_bulk([pk for pk in by_user if pk not in done])
    return [digest for user in users.values() if (digest := _make(user, by_user[user.pk], now=now))]


@transaction.atomic
def _make(user: User, item_ids: Sequence[int], *, now: datetime) -> Digest | None:
    """Make one person's digest; None when another process was first, or nothing was left to say."""
    today = civil_day(now)
    digest, created = Digest.objects.get_or_create(
        user=user,
        day=today,
        defaults={"created_at": now, "message_id": f"<digest.{user.pk}.{today:%Y%m%d}@{settings.TRACKER_UID_DOMAIN}>"},
    )
    if not created:
        return None
    gathered = Item.objects.filter(pk__in=item_ids, digest__isnull=True, dropped_at__isnull=True).update(digest=digest)
    if not gathered:
        transaction.set_rollback(True)
        return None
    deliveries = [
        Delivery(digest=digest, channel=Delivery.Channel.IN_APP, state=Delivery.State.PENDING, next_try_at=now)
    ]
    if user.email and user.mail_copies:
        deliveries.append(Delivery(digest=digest, channel=Delivery.Channel.MAIL, address=user.email, next_try_at=now))
    Delivery.objects.bulk_create(deliveries)
    return digest
