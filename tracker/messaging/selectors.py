"""Read what waits for a person to read, and how its delivery went."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from tracker.messaging.models import Delivery, Digest, Item, Switch
from tracker.org import selectors as org
from tracker.org.models import Post, Tenure, User


def inbox(user: User, *, on: date) -> QuerySet[Item]:
    """Return the items of the posts the person holds on a day, newest first, without those no longer worth saying.

    An item belongs to its post: whoever takes a post over finds what was said to it.
    """
    items = Item.objects.filter(post__in=org.posts_of(user, on=on), dropped_at__isnull=True)
    return items.select_related("task__commitment__document", "task__lead", "unit", "post__unit", "digest").defer(
        "task__ics"
    )


def unread(user: User, *, on: date) -> int:
    """Return how many items of the person's posts are unread."""
    # Every page shows this number, so that it has to cost one question.
    posts = Tenure.objects.filter(org.on_day(on), user=user).values("post")
    return Item.objects.filter(post__in=posts, dropped_at__isnull=True, read_at__isnull=True).count()


def digests(user: User) -> QuerySet[Digest]:
    """Return the person's digests, newest first, with how each went through its channels."""
    return Digest.objects.filter(user=user).prefetch_related("deliveries")


def troubled_deliveries() -> QuerySet[Delivery]:
    """Return the deliveries that did not arrive or whose outcome is unknown, newest first."""
    states = [Delivery.State.UNKNOWN, Delivery.State.FAILED, Delivery.State.DEAD]
    return Delivery.objects.filter(state__in=states).select_related("digest__user")


def paused() -> Switch | None:
    """Return the switch that an operator, or a restore from backup, has stopped all sending with; None while it is on."""
    return Switch.objects.filter(name=Switch.PAUSED, on=True).first()


def unreachable_posts(*, on: date) -> QuerySet[Post]:
    """Return the posts that have something to be told on a day and nobody with an account to tell it to."""
    held = Tenure.objects.filter(org.on_day(on), user__is_active=True).values("post")
    waiting = Item.objects.filter(digest__isnull=True, dropped_at__isnull=True, read_at__isnull=True).values("post")
    return Post.objects.filter(pk__in=waiting).exclude(pk__in=held).select_related("unit").order_by("unit__name", "pk")
