"""Count what each unit was told in a month. Units only: what a person did, read or opened is counted nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import TruncMonth

from tracker.messaging.models import Delivery, Digest, Item
from tracker.org.models import Unit

Channel = Delivery.Channel


@dataclass(slots=True)
class Told:
    """Count a unit's messages in a month: digests to its posts, how many also went by mail, what the room's robot said.

    `items` are the things that the digests carried.
    """

    digests: int = 0
    mails: int = 0
    robot: int = 0
    items: int = 0


def told(first: date, last: date, *, units: Collection[int] | None = None) -> dict[tuple[int, date], Told]:
    """Return what units were told from one day through another, by unit id and first day of the month, in four queries.

    `units` are ids; None means all. A digest to somebody who holds posts of two units counts for both.
    """
    found: dict[tuple[int, date], Told] = defaultdict(Told)
    sent = _items(first, last, units).annotate(month=TruncMonth("digest__day")).order_by()
    for unit, month, digests, items in sent.values_list("post__unit", "month").annotate(
        Count("digest", distinct=True), Count("pk")
    ):
        found[unit, month].digests, found[unit, month].items = digests, items
    mailed = sent.filter(_went(OuterRef("digest"), Channel.MAIL))
    for unit, month, mails in mailed.values_list("post__unit", "month").annotate(Count("digest", distinct=True)):
        found[unit, month].mails = mails
    robots = _robot_digests(first, last).annotate(month=TruncMonth("day")).order_by()
    slugs = dict(Unit.objects.filter(slug__in=robots.values("robot")).values_list("slug", "pk"))
    for robot, month, number in robots.values_list("robot", "month").annotate(Count("pk")):
        if robot in slugs and (units is None or slugs[robot] in units):
            found[slugs[robot], month].robot = number
    return dict(found)


def items_told(first: date, last: date, *, units: Collection[int] | None = None) -> QuerySet[Item]:
    """Return the things that units' digests carried from one day through another, newest first."""
    items = _items(first, last, units).select_related("task", "unit", "post__unit", "digest").defer("task__ics")
    return items.order_by("-digest__day", "-pk")


def messages_told(first: date, last: date, *, units: Collection[int] | None = None) -> list[Message]:
    """Return the messages to units from one day through another, newest first, without naming who got them."""
    rows = (
        _items(first, last, units)
        .annotate(by_mail=_went(OuterRef("digest"), Channel.MAIL))
        .order_by()
        .values_list("digest__day", "post__unit", "post__unit__name", "digest", "by_mail")
        .annotate(Count("pk"))
    )
    messages = [Message(day, unit, name, items, mail, False) for day, unit, name, _digest, mail, items in rows]
    by_slug = {unit.slug: unit for unit in Unit.objects.filter(slug__in=_robot_digests(first, last).values("robot"))}
    for robot, day in _robot_digests(first, last).values_list("robot", "day"):
        unit = by_slug.get(robot)
        if unit is not None and (units is None or unit.pk in units):
            messages.append(Message(day, unit.pk, unit.name, None, False, True))
    return sorted(messages, key=lambda one: (-one.day.toordinal(), one.unit_name, one.by_robot))


@dataclass(frozen=True, slots=True)
class Message:
    """Be one message to somebody of a unit: its day, how many things it carried, and the way it also went.

    `items` is None for a robot's, whose text alone says what it told.
    """

    day: date
    unit_id: int
    unit_name: str
    items: int | None
    by_mail: bool
    by_robot: bool


def _items(first: date, last: date, units: Collection[int] | None) -> QuerySet[Item]:
    """Return the things that went out with a digest of these days."""
    items = Item.objects.filter(digest__day__range=(first, last), dropped_at__isnull=True)
    if units is not None:
        items = items.filter(post__unit__in=units)
    return items.filter(_went(OuterRef("digest")))


def _robot_digests(first: date, last: date) -> QuerySet[Digest]:
    made = Digest.objects.filter(day__range=(first, last)).exclude(robot="")
    return made.filter(_went(OuterRef("pk"), Channel.ROBOT))


def _went(digest: OuterRef, channel: Channel | None = None) -> Exists:
    """Return the condition that a digest went, or may have gone, by a channel or by any."""
    states = [Delivery.State.SENT, Delivery.State.UNKNOWN]
    deliveries = Delivery.objects.filter(digest=digest, state__in=states)
    return Exists(deliveries.filter(channel=channel) if channel else deliveries)
