"""Make, renew and end calendar subscriptions; each belongs to one person and its secret is kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted
from tracker.audit.services import record
from tracker.org.models import FeedToken, User

FEED_USE_NOTED_EVERY = timedelta(hours=1)


def token_hash(secret: str) -> str:
    """Return what is kept of a feed's secret: its SHA-256; the secret has 256 random bits, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_feed_token(
    *,
    user: User,
    scope: str,
    target: str,
    label: str,
    by: Actor,
    now: datetime,
    as_todo: bool = False,
    alarms: bool = False,
) -> tuple[FeedToken, str]:
    """Make a subscription and return it with its secret, which is shown once and never kept.

    Rights are not granted here: each fetch asks again what the user may see. Raises `NotPermitted` for somebody else's.
    """
    _own(user, by)
    secret = secrets.token_urlsafe(32)
    token = FeedToken.objects.create(
        user=user,
        scope=scope,
        target=target,
        label=label,
        token_hash=token_hash(secret),
        as_todo=as_todo,
        alarms=alarms,
        created_at=now,
    )
    record(by=by, now=now, action="org.feed_created", obj=token, scope=scope, target=target)
    return token, secret


@transaction.atomic
def revoke_feed_token(*, token: FeedToken, by: Actor, now: datetime) -> FeedToken:
    """End a subscription: its address answers as if it had never been."""
    _own(token.user, by)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record(by=by, now=now, action="org.feed_revoked", obj=token)
    return token


@transaction.atomic
def rotate_feed_token(*, token: FeedToken, by: Actor, now: datetime) -> tuple[FeedToken, str]:
    """Give a subscription a new secret; the old address stops at once."""
    _own(token.user, by)
    if token.revoked_at is not None:
        raise NotPermitted(_("This subscription has ended; make a new one."))
    secret = secrets.token_urlsafe(32)
    token.token_hash = token_hash(secret)
    token.last_used_at = None
    token.save(update_fields=["token_hash", "last_used_at"])
    record(by=by, now=now, action="org.feed_rotated", obj=token)
    return token, secret


def note_feed_fetch(*, token: FeedToken, content_tag: str, now: datetime) -> datetime:
    """Remember that a feed was fetched, and return since when its content is what it is, in whole seconds.

    The use is written down at most once an hour. Not audited: nobody's rights or duties change by it.
    """
    changes: dict[str, datetime | str] = {}
    if token.last_used_at is None or abs(now - token.last_used_at) >= FEED_USE_NOTED_EVERY:
        changes["last_used_at"] = now
    since = token.content_since
    if since is None or token.content_tag != content_tag:
        # HTTP tells seconds only, so that two contents of one second must not share it.
        later = now.replace(microsecond=0)
        since = later if since is None else max(later, since + timedelta(seconds=1))
        changes |= {"content_tag": content_tag, "content_since": since}
    if changes:
        FeedToken.objects.filter(pk=token.pk).update(**changes)
        for name, value in changes.items():
            setattr(token, name, value)
    return since


def _own(user: User, by: Actor) -> None:
    if by.user_id != user.pk:
        raise NotPermitted(_("A calendar subscription belongs to one person; only that person may change it."))
