"""Deliver digests: claim with a lease, look again whether there is still cause, send outside the transaction, write back.

The lease token fences the write-back: whoever lost the lease cannot overwrite whoever holds it. A delivery whose lease
ran out has an unknown outcome: it is tried again under the same Message-ID and with the same text, so that a copy can be
known for one. A delivery therefore holds a text exactly when an attempt may have gone out with it (or was refused with
it); one that certainly did not go is written anew at the next attempt, as things stand then.
"""

from __future__ import annotations

import logging
import random
import time
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from tracker.messaging import channels, rooms
from tracker.messaging.composing import compose
from tracker.messaging.hours import may_tell
from tracker.messaging.models import Delivery, Digest, Item
from tracker.messaging.selectors import paused
from tracker.messaging.standing import why_not
from tracker.org import selectors as org
from tracker.org.models import User
from tracker.rules.civil import civil_day

log = logging.getLogger(__name__)

# Longer than a mail server may take over one mail, whose every answer is waited for by itself.
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=2)
# One pass ends by itself well before the job that runs it would be ended; the next goes on.
LONGEST_PASS = 600.0
State = Delivery.State


class LeaseLost(Exception):
    """Raised when a delivery was so long in hand that another dispatcher has taken it."""


@dataclass(slots=True)
class Dispatched:
    """Count what one pass of the dispatcher did; `quiet` and `paused` say why it did nothing."""

    sent: int = 0
    skipped: int = 0
    put_off: int = 0
    unknown: int = 0
    failed: int = 0
    dead: int = 0
    quiet: bool = False
    paused: bool = False

    def counts(self) -> dict[str, int | bool]:
        return {name: getattr(self, name) for name in self.__slots__}


def dispatch(*, now: datetime, real_now: datetime, most: int = 500, seconds: float = LONGEST_PASS) -> Dispatched:
    """Send at most `most` deliveries that are due, for at most `seconds`; outside working hours none.

    `real_now` times the leases, also in a demonstration.
    """
    result = Dispatched(quiet=not may_tell(now), paused=paused() is not None)
    if result.quiet or result.paused:
        return result
    _end_lapsed(result, real_now=real_now)
    started = time.monotonic()
    waiting = Delivery.objects.filter(state__in=[State.PENDING, State.UNKNOWN], next_try_at__lte=now)
    for pk in list(waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:most]):
        # A pass may be long: a lease counted from its beginning could be over before the mail is sent.
        passed = timedelta(seconds=time.monotonic() - started)
        if passed.total_seconds() > seconds or not may_tell(now + passed):
            break
        delivery = _claim(pk, now=now, real_now=real_now + passed)
        if delivery is not None:
            _deliver(delivery, result, now=now + passed)
    return result


def _end_lapsed(result: Dispatched, *, real_now: datetime) -> None:
    """Take the lease from those whose sender has vanished; one that loses every sender is given up."""
    lapsed = Delivery.objects.filter(state=State.SENDING, lease_until__lt=real_now)
    result.dead += lapsed.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.DEAD, lease_token="", lease_until=None, error="Every process that tried to send this ended in it."
    )
    result.unknown += lapsed.exclude(body="").update(state=State.UNKNOWN, lease_token="", lease_until=None)
    lapsed.update(state=State.PENDING, lease_token="", lease_until=None)


def _claim(pk: int, *, now: datetime, real_now: datetime) -> Delivery | None:
    """Take the lease of one delivery; None when another dispatcher has it, or has just put it off."""
    token = uuid.uuid4().hex
    claimed = Delivery.objects.filter(pk=pk, state__in=[State.PENDING, State.UNKNOWN], next_try_at__lte=now).update(
        state=State.SENDING, lease_token=token, lease_until=real_now + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    return Delivery.objects.select_related("digest__user").get(pk=pk)


def _deliver(delivery: Delivery, result: Dispatched, *, now: datetime) -> None:
    # Known before the text is written: with one, an earlier attempt may have gone.
    may_have_gone = bool(delivery.body)
    try:
        if not _settle(delivery, now=now):
            _write_back(delivery, State.SKIPPED, now=now)
            result.skipped += 1
            return
        channels.send(delivery)
    except LeaseLost:
        log.warning("Delivery %s: the lease was lost before it was sent; whoever has it sends it.", delivery.pk)
    except channels.Unknown as error:
        result.unknown += 1
        _try_again(delivery, result, may_have_gone=True, error=str(error), now=now)
    except channels.Refused as error:
        result.failed += 1
        _write_back(delivery, State.FAILED, error=str(error), now=now)
    except channels.PutOff as error:
        result.put_off += 1
        _try_again(delivery, result, may_have_gone=may_have_gone, error=str(error), now=now)
    except Exception as error:
        # One broken template or address stops only itself, and stays visible.
        log.exception("Delivery %s failed.", delivery.pk)
        result.put_off += 1
        said = f"{type(error).__name__}: {error}"
        _try_again(delivery, result, may_have_gone=may_have_gone, error=said, now=now)
    else:
        result.sent += 1
        _write_back(delivery, State.SENT, now=now)


@transaction.atomic
def _settle(delivery: Delivery, *, now: datetime) -> bool:
    """Look once more which items still stand, and write the text unless there is one; False when nothing is left to say.

    Raises `LeaseLost` when the delivery is another's by now.
    """
    stands = _settle_room(delivery, now=now) if delivery.digest.user is None else _settle_person(delivery, now=now)
    held = Delivery.objects.filter(pk=delivery.pk, lease_token=delivery.lease_token)
    if not held.update(subject=delivery.subject, body=delivery.body):
        raise LeaseLost
    return stands


def _settle_person(delivery: Delivery, *, now: datetime) -> bool:
    user, today = delivery.digest.user, civil_day(now)
    assert user is not None
    if delivery.channel == Delivery.Channel.MAIL and not user.mail_copies:
        return False
    standing = _standing(delivery.digest, user, today, now=now)
    if standing and not delivery.body and delivery.channel != Delivery.Channel.IN_APP:
        delivery.subject, delivery.body = compose(standing, user=user, today=today)
    return bool(standing)


def _settle_room(delivery: Delivery, *, now: datetime) -> bool:
    today = civil_day(now)
    told = rooms.news(delivery.digest, today=today)
    if told is not None and not delivery.body:
        delivery.subject, delivery.body = rooms.write(told, today=today)
    return told is not None


def _standing(digest: Digest, user: User, today: date, *, now: datetime) -> list[Item]:
    """Return the digest's items that are still worth saying and not read yet, and drop those that are not.

    Of several reminders of one task only the newest is said: a service that stood still, or a post that was vacant, must
    not bring them all at once.
    """
    posts = {post.pk for post in org.posts_of(user, on=today)} if user.is_active else set()
    items = Item.objects.filter(digest=digest, dropped_at__isnull=True, read_at__isnull=True).order_by("pk")
    found: list[Item] = []
    reminded: dict[tuple[int | None, int, int | None], Item] = {}
    for item in items.select_related("task__commitment__document", "task__lead", "unit", "post__unit"):
        why = _why_not(item, posts)
        if why == "holder":
            # The post has a new holder: the item is theirs, in their next digest.
            item.digest = None
            item.save(update_fields=["digest"])
        elif why:
            _drop(item, why, now=now)
        else:
            found.append(item)
            if item.kind == Item.Kind.REMINDER:
                matter = (item.task_id, item.post_id, item.unit_id)
                if earlier := reminded.get(matter):
                    _drop(earlier, "overtaken", now=now)
                    found.remove(earlier)
                reminded[matter] = item
    return found


def _drop(item: Item, why: str, *, now: datetime) -> None:
    item.dropped_at, item.dropped_why = now, why
    item.save(update_fields=["dropped_at", "dropped_why"])


def _why_not(item: Item, posts: set[int]) -> str:
    """Return why an item is no longer worth saying to somebody who holds `posts`; empty when it is."""
    return why_not(item) if item.post_id in posts else "holder"


def _try_again(delivery: Delivery, result: Dispatched, *, may_have_gone: bool, error: str, now: datetime) -> None:
    if not may_have_gone:
        delivery.subject = delivery.body = ""
    if delivery.attempts >= MOST_ATTEMPTS:
        result.dead += 1
        _write_back(delivery, State.DEAD, error=error, now=now)
        return
    wait = FIRST_WAIT * 2 ** (delivery.attempts - 1)
    # Spread, so that a server that came back is not met by all at once.
    wait *= random.uniform(0.8, 1.2)
    state = State.UNKNOWN if may_have_gone else State.PENDING
    _write_back(delivery, state, error=error, next_try_at=now + wait, now=now)


def _write_back(
    delivery: Delivery, state: State, *, now: datetime, error: str = "", next_try_at: datetime | None = None
) -> None:
    written = Delivery.objects.filter(pk=delivery.pk, lease_token=delivery.lease_token).update(
        state=state,
        subject=delivery.subject,
        body=delivery.body,
        error=error[:2000],
        lease_token="",
        lease_until=None,
        next_try_at=next_try_at or delivery.next_try_at,
        sent_at=now if state == State.SENT else None,
    )
    if not written:
        log.warning("Delivery %s: the lease was lost before the outcome (%s) could be written.", delivery.pk, state)
