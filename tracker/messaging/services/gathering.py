"""Queue items, and gather them into at most one digest a person a working day."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from tracker.messaging.hours import may_tell
from tracker.messaging.models import Delivery, Digest, Item
from tracker.org import selectors as org
from tracker.org.models import Tenure, User
from tracker.rules.civil import civil_day

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Gathered:
    """Hold the digests made; `failed` names the accounts whose digest could not be."""

    made: list[Digest] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, Any]:
        return {"made": len(self.made), "failed": self.failed}


def queue(items: Sequence[Item]) -> None:
    """Store items; one whose key is already there is the same cause again and is left out."""
    Item.objects.bulk_create(items, batch_size=1000, ignore_conflicts=True)


def gather_digests(*, now: datetime) -> Gathered:
    """Make today's digest for everybody who has something new to read and has had none today.

    Outside working hours and on rest days nothing is made; nothing new means no digest. What comes up after a person's
    digest waits for the next working day (it is in the inbox at once). A post becomes a person here, by its tenure today;
    the items of a post that nobody with an account holds wait. One person's trouble is not the others'.
    """
    gathered = Gathered()
    if not may_tell(now):
        return gathered
    today = civil_day(now)
    by_user = _waiting(now)
    done = Digest.objects.filter(day=today, user__in=by_user).values_list("user_id", flat=True)
    for pk in done:
        del by_user[pk]
    for user in User.objects.filter(pk__in=by_user).order_by("pk"):
        try:
            digest = _make(user, by_user[user.pk], now=now)
        except Exception:
            log.exception("The digest of %s could not be made.", user.username)
            gathered.failed.append(user.username)
        else:
            if digest is not None:
                gathered.made.append(digest)
    return gathered


def _waiting(now: datetime) -> dict[int, list[int]]:
    """Return the items to be told by the account that is to be told them; both are ids."""
    tenures = Tenure.objects.filter(org.on_day(civil_day(now)), user__is_active=True)
    waiting = Item.objects.filter(
        digest__isnull=True, dropped_at__isnull=True, read_at__isnull=True, post__in=tenures.values("post")
    )
    by_post: dict[int, list[int]] = defaultdict(list)
    for pk, post in waiting.order_by("pk").values_list("pk", "post_id"):
        by_post[post].append(pk)
    by_user: dict[int, list[int]] = defaultdict(list)
    # An item of a post with two printed holders goes to the first of them: it is told once.
    first_holder: dict[int, int] = {}
    rows = tenures.filter(post__in=by_post).order_by(F("from_day").asc(nulls_first=True), "pk")
    for post, user in rows.values_list("post_id", "user_id"):
        if first_holder.setdefault(post, user) == user:
            by_user[user] += by_post.pop(post, [])
    return by_user


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
    fresh = Item.objects.filter(pk__in=item_ids, digest__isnull=True, dropped_at__isnull=True, read_at__isnull=True)
    if not fresh.update(digest=digest):
        transaction.set_rollback(True)
        return None
    deliveries = [Delivery(digest=digest, channel=Delivery.Channel.IN_APP, next_try_at=now)]
    if user.email and user.mail_copies:
        deliveries.append(Delivery(digest=digest, channel=Delivery.Channel.MAIL, address=user.email, next_try_at=now))
    Delivery.objects.bulk_create(deliveries)
    return digest
