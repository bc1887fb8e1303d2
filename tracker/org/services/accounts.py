"""Make accounts, change them, and let them die: disabled, reset or locked out.

What an account may do is never said here; it comes from the posts its person is appointed to.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from axes.utils import reset
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.audit.services import record
from tracker.org import selectors
from tracker.org.models import FeedToken, User
from tracker.org.services import guard
from tracker.rules.civil import civil_day

# No 0 and o, 1 and l: a one-time password is read from paper or over the telephone.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time_password() -> str:
    """Return a random password of four groups of four letters: 79 bits, to be used once."""
    return "-".join("".join(secrets.choice(LETTERS) for _place in range(4)) for _group in range(4))


@transaction.atomic
def create_account(
    *,
    username: str,
    name: str,
    password: str,
    by: Actor,
    now: datetime,
    email: str = "",
    language: str = "zh-hans",
    one_time: bool = False,
) -> User:
    """Make an account; a password that somebody else has seen is `one_time`: the person chooses another one first.

    Raises `Invalid` for a user name that is taken, and `NotPermitted`.
    """
    guard.administers(by)
    if User.objects.filter(username__iexact=username).exists():
        raise Invalid("username", _("This user name is taken. Names that differ by case only are the same."))
    user = User(username=username, name=name, email=email, language=language, date_joined=now)
    _set_password(user, password, one_time=one_time, now=now)
    user.save()
    record(by=by, now=now, action="org.account_created", obj=user, username=username)
    return user


@transaction.atomic
def edit_account(
    *, user: User, name: str, email: str, language: str, by: Actor, now: datetime, seen: str | None = None
) -> User:
    """Correct what an account is called, where its digest goes and which language it reads.

    Raises `Invalid`, `Stale` and `NotPermitted`.
    """
    guard.administers(by)
    user = User.objects.select_for_update().get(pk=user.pk)
    guard.unchanged(seen, user)
    name = guard.needed("name", name, _("Write the person's name."))
    if language not in dict(settings.LANGUAGES):
        raise Invalid("language", _("Choose one of the languages."))
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Invalid("email", " ".join(error.messages)) from error
    wanted = {"name": name, "email": email, "language": language}
    changes = {
        field: {"old": getattr(user, field), "new": value}
        for field, value in wanted.items()
        if getattr(user, field) != value
    }
    if changes:
        for field, value in wanted.items():
            setattr(user, field, value)
        user.save(update_fields=list(changes))
        record(by=by, now=now, action="org.account_changed", obj=user, **changes)
    return user


@transaction.atomic
def disable_account(*, user: User, by: Actor, now: datetime) -> User:
    """Disable an account: its sessions, its programs' tokens and its calendar addresses stop answering at once, for good.

    Nobody disables the own account, and the last administrator stays.
    """
    guard.administers(by)
    user = User.objects.select_for_update().get(pk=user.pk)
    _not_own(user, by, _("Nobody disables the own account; another administrator does it."))
    if not by.has(Role.SYSTEM) and _is_last_administrator(user, now):
        raise NotPermitted(_("This is the last administrator: appoint another one first."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    _end_programs(user)
    ended = _end_feeds(user, now)
    record(by=by, now=now, action="org.account_disabled", obj=user, feeds_ended=ended)
    return user


@transaction.atomic
def enable_account(*, user: User, password: str, by: Actor, now: datetime) -> User:
    """Let a disabled account sign in again with a one-time password: what it was signed in to before stays ended."""
    guard.administers(by)
    user = User.objects.select_for_update().get(pk=user.pk)
    _not_own(user, by, _("Nobody enables the own account; another administrator does it."))
    if user.is_active:
        raise Invalid("", _("This account is not disabled."))
    user.is_active = True
    _set_password(user, password, one_time=True, now=now)
    user.save(update_fields=["is_active", *_PASSWORD])
    record(by=by, now=now, action="org.account_enabled", obj=user)
    return user


@transaction.atomic
def reset_password(*, user: User, password: str, by: Actor, now: datetime) -> User:
    """Give an account a one-time password: its sessions and its programs' tokens end at once, a lock-out too.

    Nobody resets the own password; `change_password` asks for the present one.
    """
    guard.administers(by)
    user = User.objects.select_for_update().get(pk=user.pk)
    _not_own(user, by, _("Change your own password on the page for it, with your present one."))
    _set_password(user, password, one_time=True, now=now)
    user.save(update_fields=list(_PASSWORD))
    _end_programs(user)
    reset(username=user.username)
    record(by=by, now=now, action="org.password_reset", obj=user)
    return user


@transaction.atomic
def change_password(*, user: User, password: str, by: Actor, now: datetime) -> User:
    """Change the own password, which the caller has checked against the present one; other sessions and tokens end.

    Raises `Invalid` for a password the settings do not allow, or the same as before.
    """
    if by.user_id != user.pk:
        raise NotPermitted(_("Everybody changes their own password."))
    if user.check_password(password):
        raise Invalid("new_password1", _("Choose another password than the present one."))
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("new_password1", " ".join(error.messages)) from error
    _set_password(user, password, one_time=False, now=now)
    user.save(update_fields=list(_PASSWORD))
    _end_programs(user)
    record(by=by, now=now, action="org.password_changed", obj=user)
    return user


@transaction.atomic
def unlock_account(*, user: User, by: Actor, now: datetime) -> User:
    """Forget an account's failed attempts to sign in, from whatever address."""
    guard.administers(by)
    forgotten = reset(username=user.username)
    record(by=by, now=now, action="org.account_unlocked", obj=user, attempts=forgotten)
    return user


@transaction.atomic
def revoke_feeds(*, user: User, by: Actor, now: datetime) -> int:
    """End every calendar subscription of an account and return how many there were: a telephone is lost, a person leaves."""
    guard.administers(by)
    ended = _end_feeds(user, now)
    if ended:
        record(by=by, now=now, action="org.feeds_revoked", obj=user, feeds_ended=ended)
    return ended


def choose_language(*, user: User, language: str, by: Actor, now: datetime) -> User:
    """Remember the language a person reads; a taste, not an act, so it leaves no audit entry."""
    if by.user_id != user.pk:
        raise NotPermitted(_("Everybody chooses their own language."))
    user.language = language
    user.save(update_fields=["language"])
    return user


_PASSWORD = ("password", "password_changed_at", "must_change_password")


def _set_password(user: User, password: str, *, one_time: bool, now: datetime) -> None:
    user.set_password(password)
    user.password_changed_at = now
    user.must_change_password = one_time and settings.TRACKER_FIRST_PASSWORD_CHANGE


def _end_programs(user: User) -> None:
    Token.objects.filter(user=user).delete()


def _end_feeds(user: User, now: datetime) -> int:
    return FeedToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)


def _not_own(user: User, by: Actor, sentence: str) -> None:
    if by.user_id == user.pk:
        raise NotPermitted(sentence)


def _is_last_administrator(user: User, now: datetime) -> bool:
    return selectors.administrators(on=civil_day(now)) == {user.pk}
