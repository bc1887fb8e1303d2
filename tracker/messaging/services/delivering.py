"""Deliver digests: claim with a lease, look again whether there is still cause, send outside the transaction, write back.

The lease token fences the write-back: whoever lost the lease cannot overwrite whoever holds it. A delivery whose lease
ran out has an unknown outcome: it is tried again under the same Message-ID, so that a copy can be known for one.
"""

from __future__ import annotations

import logging
import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from tracker.messaging import channels
from tracker.messaging.composing import compose
from tracker.messaging.models import Delivery, Item, Switch
from tracker.messaging.services.switching import PAUSED
from tracker.org import selectors as org
from tracker.rules.civil import civil_day

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=2)
State = Delivery.State


@dataclass(slots=True)
class Dispatched:
    """Count what one pass of the dispatcher did."""

    sent: int = 0
    skipped: int = 0
    put_off: int = 0
    unknown: int = 0
    failed: int = 0
    dead: int = 0
    paused: bool = False

    def counts(self) -> dict[str, int | bool]:
        return {name: getattr(self, name) for name in self.__slots__}


def dispatch(*, now: datetime, real_now: datetime, most: int = 500) -> Dispatched:
    """Send at most `most` deliveries that are due; `real_now` times the leases, also in a demonstration."""
    result = Dispatched()
    if Switch.objects.filter(name=PAUSED, on=True).exists():
        result.paused = True
        return result
    Delivery.objects.filter(state=State.SENDING, lease_until__lt=real_now).update(state=State.UNKNOWN)
    waiting = Delivery.objects.filter(state__in=[State.PENDING, State.UNKNOWN], next_try_at__lte=now)
    for pk in list(waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:most]):
        delivery = _claim(pk, real_now=real_now)
        if delivery is not None:
            _deliver(delivery, result, now=now)
    return result


def _claim(pk: int, *, real_now: datetime) -> Delivery | None:
    """Take the lease of one delivery; None when another dispatcher has it."""
    token = uuid.uuid4().hex
    claimed = Delivery.objects.filter(pk=pk, state__in=[State.PENDING, State.UNKNOWN]).update(
        state=State.SENDING, lease_token=token, lease_until=real_now + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    return Delivery.objects.select_related("digest__user").get(pk=pk)


def _deliver(delivery: Delivery, result: Dispatched, *, now: datetime) -> None:
    try:
        if delivery.attempts == 1 and not _settle_text(delivery, now=now):
            _write_back(delivery, State.SKIPPED, now=now)
            result.skipped += 1
            return
        channels.send(delivery)
    except channels.Unknown as error:
        result.unknown += 1
        _try_again(delivery, State.UNKNOWN, str(error), result, now=now)
    except channels.Refused as error:
        result.failed += 1
        _write_back(delivery, State.FAILED, error=str(error), now=now)
    except channels.PutOff as error:
        result.put_off += 1
        _try_again(delivery, State.PENDING, str(error), result, now=now)
    except Exception as error:
        # One broken template or address stops only itself, and stays visible.
        log.exception("Delivery %s failed.", delivery.pk)
        result.put_off += 1
        _try_again(delivery, State.PENDING, f"{type(error).__name__}: {error}", result, now=now)
    else:
        result.sent += 1
        _write_back(delivery, State.SENT, now=now)


@transaction.atomic
def _settle_text(delivery: Delivery, *, now: datetime) -> bool:
    """Look once more whether each item still stands and write the text; False when nothing is left to say.

    The text is settled at the first attempt and kept: a second attempt sends the very same message.
    """
    today = civil_day(now)
    user = delivery.digest.user
    posts = {post.pk for post in org.posts_of(user, on=today)} if user.is_active else set()
    standing = []
    for item in Item.objects.filter(digest=delivery.digest, dropped_at__isnull=True).select_related(
        "task__commitment__document", "task__lead", "unit", "post__unit"
    ):
        why = _why_not(item, posts)
        if why == "holder":
            # The post has a new holder: the item is theirs, in their next digest.
            item.digest = None
            item.save(update_fields=["digest"])
        elif why:
            item.dropped_at, item.dropped_why = now, why
            item.save(update_fields=["dropped_at", "dropped_why"])
        else:
            standing.append(item)
    if not standing:
        return False
    delivery.subject, delivery.body = compose(standing, user=user, today=today)
    delivery.save(update_fields=["subject", "body"])
    return True


def _why_not(item: Item, posts: set[int]) -> str:
    """Return why an item is no longer worth saying; empty when it is."""
    if item.post_id not in posts:
        return "holder"
    task = item.task
    if task is None:
        return ""
    if item.stands_while and task.state not in item.stands_while:
        return "state"
    if item.due_version and item.due_version != task.due_version:
        return "date"
    if item.kind == Item.Kind.REMINDER and task.reported_at and task.reported_at > item.created_at:
        return "reported"
    return ""


def _try_again(delivery: Delivery, state: str, error: str, result: Dispatched, *, now: datetime) -> None:
    if delivery.attempts >= MOST_ATTEMPTS:
        result.dead += 1
        _write_back(delivery, State.DEAD, error=error, now=now)
        return
    wait = FIRST_WAIT * 2 ** (delivery.attempts - 1)
    # Spread, so that a server that came back is not met by all at once.
    wait *= random.uniform(0.8, 1.2)
    _write_back(delivery, state, error=error, next_try_at=now + wait, now=now)


def _write_back(
    delivery: Delivery, state: str, *, now: datetime, error: str = "", next_try_at: datetime | None = None
) -> None:
    changes = {"state": state, "error": error[:2000], "lease_token": "", "lease_until": None}
    if next_try_at is not None:
        changes["next_try_at"] = next_try_at
    if state == State.SENT:
        changes["sent_at"] = now
    written = Delivery.objects.filter(Q(pk=delivery.pk), lease_token=delivery.lease_token).update(**changes)
    if not written:
        log.warning("Delivery %s: the lease was lost before the outcome (%s) could be written.", delivery.pk, state)
