"""Read what waits for a person, or a post without one, to read."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from tracker.audit.actors import Actor
from tracker.messaging.models import Digest, Item
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


def unread(actor: Actor) -> int:
    """Return how many items of the posts the actor holds are unread."""
    return Item.objects.filter(post__in=actor.post_ids, dropped_at__isnull=True, read_at__isnull=True).count()


def digests(user: User) -> QuerySet[Digest]:
    """Return the person's digests, newest first, with how each went through its channels."""
    return Digest.objects.filter(user=user).prefetch_related("deliveries")


def unreachable_posts(*, on: date) -> QuerySet[Post]:
    """Return the posts that have something to be told on a day and nobody with an account to tell it to."""
    held = Tenure.objects.filter(org.on_day(on), user__is_active=True).values("post")
    waiting = Item.objects.filter(digest__isnull=True, dropped_at__isnull=True, read_at__isnull=True).values("post")
    return Post.objects.filter(pk__in=waiting).exclude(pk__in=held).select_related("unit").order_by("unit__name", "pk")
