"""Change who holds which post, who has an account, and who may read which calendar feed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.services import record
from tracker.org.models import FeedToken, Post, Tenure, Unit, User

FEED_USE_NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def open_post(*, unit: Unit, title: str, position: str, role: str, by: Actor, now: datetime, key: str = "") -> Post:
    """Return the unit's post of this title, made if it is not there; `role` is what its holder may do here."""
    _administers(by)
    post, made = Post.objects.get_or_create(
        key=key or f"{unit.slug}:{title}",
        defaults={"unit": unit, "title": title, "position": position, "role": role},
    )
    if made:
        record(by=by, now=now, action="org.post_opened", obj=post, role=role)
    elif post.role != role:
        old, post.role = post.role, role
        post.save(update_fields=["role"])
        record(by=by, now=now, action="org.post_role_changed", obj=post, old=old, new=role)
    return post


@transaction.atomic
def create_account(
    *, username: str, name: str, password: str, by: Actor, now: datetime, email: str = "", language: str = "zh-hans"
) -> User:
    """Make an account; what it may do comes from the posts its person is appointed to."""
    _administers(by)
    user = User(username=username, name=name, email=email, language=language, date_joined=now)
    user.set_password(password)
    user.save()
    record(by=by, now=now, action="org.account_created", obj=user, username=username)
    return user


@transaction.atomic
def appoint(
    *, post: Post, holder: str, user: User | None, from_day: date | None, by: Actor, now: datetime, note: str = ""
) -> Tenure:
    """Record that `holder` holds `post` from a day on, with the account used for it.

    An open tenure of the same holder takes the account over instead of standing twice.
    """
    _administers(by)
    tenure = Tenure.objects.filter(post=post, holder=holder, to_day__isnull=True).first()
    if tenure is None:
        tenure = Tenure.objects.create(post=post, holder=holder, user=user, from_day=from_day, note=note)
    else:
        tenure.user = user
        tenure.save(update_fields=["user"])
    record(by=by, now=now, action="org.appointed", obj=tenure, account=user.username if user else "")
    return tenure


@transaction.atomic
def dismiss(*, tenure: Tenure, to_day: date, by: Actor, now: datetime) -> Tenure:
    """End a tenure; `to_day` is the last day in the post, inclusive. What is due then goes to the next holder."""
    _administers(by)
    tenure.to_day = to_day
    tenure.save(update_fields=["to_day"])
    record(by=by, now=now, action="org.dismissed", obj=tenure, to_day=to_day.isoformat())
    return tenure


@transaction.atomic
def disable_account(*, user: User, by: Actor, now: datetime) -> User:
    """Disable an account: its sessions and its calendar addresses stop answering at once."""
    _administers(by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(by=by, now=now, action="org.account_disabled", obj=user)
    return user


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


def _administers(by: Actor) -> None:
    if not by.has(Role.ADMINISTRATOR, Role.SYSTEM):
        raise NotPermitted(_("Only an administrator may change posts and accounts."))


def choose_language(*, user: User, language: str, by: Actor, now: datetime) -> User:
    """Remember the language a person reads; a taste, not an act, so it leaves no audit entry."""
    if by.user_id != user.pk:
        raise NotPermitted(_("Everybody chooses their own language."))
    user.language = language
    user.save(update_fields=["language"])
    return user
