"""Know a program by its token.

A token dies with its account, at its hour, or when it is handed back. The hour is of real time: a demonstration that
stands on another day does not shorten it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from tracker import clock


class ExpiringTokenAuthentication(TokenAuthentication):
    """Know an account by its token while the token is good."""

    def authenticate_credentials(self, key: str) -> tuple[Any, Token]:
        """Return the account and its token. Raises `AuthenticationFailed` for any token that is not good."""
        # What is no word was never given out, and a database may choke on it.
        if not (key.isascii() and key.isalnum()):
            raise _no_good()
        try:
            user, token = super().authenticate_credentials(key)
        except AuthenticationFailed as error:
            raise _no_good() from error
        if expires_at(token) <= clock.real_now():
            raise _no_good()
        return user, token


def expires_at(token: Token) -> datetime:
    """Return the instant, in real time, from which the token is no longer good."""
    return token.created + timedelta(hours=settings.TRACKER_API_TOKEN_HOURS)


def _no_good() -> AuthenticationFailed:
    return AuthenticationFailed(_("This token is not good, or no longer. Get a new one from /api/v1/token."))
