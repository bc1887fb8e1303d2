"""Make the address in a mail that stops mail copies for its reader (RFC 8058), and tell whose an address is.

Whoever holds the address can stop that account's copies and nothing else: no sign-in, no duty, no inbox depends on it. It
is bound to the account and to the mail address it was sent to, and dies with either.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare

from tracker.org.models import User

# Pages answer here; mails and pages have to agree.
PATH = "/copies/{token}/"


def _signature(user: User) -> str:
    return signing.Signer(salt="tracker.messaging.copies").signature(f"{user.pk}:{user.email}")


def token(user: User) -> str:
    """Return what stands in the address for this account and its present mail address."""
    return f"{user.pk}-{_signature(user)}"


def stop_address(user: User) -> str:
    """Return the whole address at which the account's mail copies are stopped."""
    return f"{settings.TRACKER_SITE_URL}{PATH.format(token=token(user))}"


def whose(given: str) -> User | None:
    """Return the account a token was made for; None when it was made for no account, or another mail address."""
    number, _, signature = given.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    user = User.objects.filter(pk=int(number), is_active=True).first()
    return user if user and constant_time_compare(signature, _signature(user)) else None
