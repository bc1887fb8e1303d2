"""Queue items, and gather them into at most one digest a person a working day."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from tracker.messaging import rooms
from tracker.messaging.hours import may_tell
from tracker.messaging.models import Delivery, Digest, Item
from tracker.org import selectors as org
from tracker.org.models import Tenure, User
from tracker.rules.civil import SHANGHAI, civil_day

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


def drop(*, prefix: str, why: str, now: datetime) -> int:
    """Let the items whose key begins with `prefix`, and that no digest holds yet, go unsaid; return how many."""
    waiting = Item.objects.filter(key__startswith=prefix, digest__isnull=True, dropped_at__isnull=True)
    return waiting.update(dropped_at=now, dropped_why=why)


def gather_digests(*, now: datetime) -> Gathered:
    """Make today's digest for everybody, and every robot's room, who has something new to read and has had none today.

    Outside working hours and on rest days nothing is made; nothing new means no digest. What comes up after a person's
    digest waits for the next working day (it is in the inbox at once). A post becomes a person here, by its tenure today;
    the items of a post that nobody with an account holds wait. One person's trouble is not the others'.
    """
    gathered = Gathered()
    if not may_tell(now):
        return gathered
    today = civil_day(now)
    by_user = _waiting(now)
    for pk in _told_already(by_user, today):
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
    for robot in settings.TRACKER_CHAT_ROBOTS:
        try:
            digest = _make_for_room(robot.name, now=now)
        except Exception:
            log.exception("The digest for the room of the robot %s could not be made.", robot.name)
            gathered.failed.append(robot.name)
        else:
            if digest is not None:
                gathered.made.append(digest)
    return gathered


def _told_already(users: Iterable[int], today: date) -> set[int]:
    """Return which of these accounts have today's digest, or got an earlier one's mail as late as today."""
    made = Digest.objects.filter(day=today, user__in=users).values_list("user_id", flat=True)
    begins = datetime.combine(today, time.min, SHANGHAI)
    late = Delivery.objects.filter(
        digest__user__in=users, channel=Delivery.Channel.MAIL, state=Delivery.State.SENT, sent_at__gte=begins
    )
    return {pk for pk in [*made, *late.values_list("digest__user", flat=True)] if pk is not None}


def _waiting(now: datetime) -> dict[int, list[int]]:
    """Return the items to be told by the account that is to be told them; both are ids."""
    tenures = Tenure.objects.filter(org.on_day(civil_day(now)), user__is_active=True)
    waiting = Item.objects.filter(
        digest__isnull=True, dropped_at__isnull=True, read_at__isnull=True, post__in=tenures.values("post")
    ).exclude(kind=Item.Kind.SYSTEM)
    by_post: dict[int, list[int]] = defaultdict(list)
    for pk, post in waiting.order_by("pk").values_list("pk", "post_id"):
        by_post[post].append(pk)
    by_user: dict[int, list[int]] = defaultdict(list)
    # An item of a post with two people goes to one of them, once: who acts, else the first of the holders.
    first_holder: dict[int, int] = {}
    rows = tenures.filter(post__in=by_post).order_by(*org.ACTING_FIRST)
    for post, user in rows.values_list("post_id", "user_id"):
        if first_holder.setdefault(post, user) == user:
            by_user[user] += by_post.pop(post, [])
    return by_user


@transaction.atomic
def _make(user: User, item_ids: list[int], *, now: datetime) -> Digest | None:
    """Make one person's digest; None when another process was first, or nothing was left to say."""
    today = civil_day(now)
    digest, created = Digest.objects.get_or_create(
        user=user,
        day=today,
        defaults={"created_at": now, "message_id": f"<digest.{user.pk}.{today:%Y%m%d}@{settings.TRACKER_UID_DOMAIN}>"},
    )
    if not created:
        return None
    _take_over(user, today, item_ids)
    fresh = Item.objects.filter(pk__in=item_ids, digest__isnull=True, dropped_at__isnull=True, read_at__isnull=True)
    if not fresh.update(digest=digest):
        transaction.set_rollback(True)
        return None
    deliveries = [Delivery(digest=digest, channel=Delivery.Channel.IN_APP, next_try_at=now)]
    if user.email and user.mail_copies:
        deliveries.append(Delivery(digest=digest, channel=Delivery.Channel.MAIL, address=user.email, next_try_at=now))
    Delivery.objects.bulk_create(deliveries)
    return digest


def _take_over(user: User, today: date, item_ids: list[int]) -> None:
    """Add what earlier mails that certainly never went were to say: a day of the mail server's must not make two mails."""
    waiting = Delivery.objects.select_for_update(of=("self",)).filter(
        digest__user=user,
        digest__day__lt=today,
        channel=Delivery.Channel.MAIL,
        state=Delivery.State.PENDING,
        body="",
    )
    earlier = dict(waiting.values_list("pk", "digest_id"))
    items = Item.objects.filter(digest__in=set(earlier.values()), dropped_at__isnull=True, read_at__isnull=True)
    item_ids += items.values_list("pk", flat=True)
    items.update(digest=None)
    Delivery.objects.filter(pk__in=earlier).update(
        state=Delivery.State.SKIPPED, error="Said with the digest of a later day."
    )


@transaction.atomic
def _make_for_room(robot: str, *, now: datetime) -> Digest | None:
    """Make today's digest for a robot's room; None when there is one, or an earlier one is still on its way."""
    today = civil_day(now)
    begins = datetime.combine(today, time.min, SHANGHAI)
    on_its_way = Q(state__in=[Delivery.State.PENDING, Delivery.State.SENDING, Delivery.State.UNKNOWN])
    earlier = Delivery.objects.filter(on_its_way | Q(sent_at__gte=begins), digest__robot=robot)
    if earlier.exists() or Digest.objects.filter(robot=robot, day=today).exists():
        return None
    if not rooms.has_news(robot, now=now, today=today):
        return None
    digest, created = Digest.objects.get_or_create(
        robot=robot,
        day=today,
        defaults={
            "created_at": now,
            "message_id": f"<robot.{robot}.{today:%Y%m%d}@{settings.TRACKER_UID_DOMAIN}>",
        },
    )
    if not created:
        return None
    Delivery.objects.create(digest=digest, channel=Delivery.Channel.ROBOT, address=robot, next_try_at=now)
    return digest
