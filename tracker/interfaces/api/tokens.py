"""Let programs sign in with user name and password, and sign out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, status
from rest_framework.authtoken.models import Token
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from tracker import clock
from tracker.audit.actors import Actor
from tracker.audit.services import record
from tracker.interfaces.api.authentication import expires_at
from tracker.interfaces.api.common import ApiView, errors
from tracker.interfaces.api.serializers import TokenIn, TokenRow
from tracker.org.models import User
from tracker.org.selectors import actor_for


class WrongCredentials(exceptions.APIException):
    """Say that name and password do not go together; it does not say which is wrong."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "wrong_credentials"


class LockedOut(exceptions.APIException):
    """Say that there were too many failed attempts."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "locked_out"

    def __init__(self, sentence: str, wait: int) -> None:
        super().__init__(sentence)
        self.wait = wait


class TokenView(ApiView):
    """Sign a program in and out."""

    serializer_class = TokenRow
    throttle_scope = "login"

    def get_permissions(self) -> list[Any]:
        """Let anybody sign in, and whoever is signed in sign out."""
        return [AllowAny() if self.request.method == "POST" else IsAuthenticated()]

    def get_authenticators(self) -> list[Any]:
        """Look at no token where one is asked for: an old one must not stand in the way of a new one."""
        return [] if self.request and self.request.method == "POST" else super().get_authenticators()

    def get_throttles(self) -> list[Any]:
        """Count the attempts to sign in."""
        return [ScopedRateThrottle()] if self.request.method == "POST" else []

    @extend_schema(
        operation_id="token_create", request=TokenIn, responses={200: TokenRow} | errors(400, 401, 429), auth=[]
    )
    def post(self, request: Request) -> Response:
        """Give a token for user name and password.

        Until it expires the same token is given again, so that two programs of one person do not sign each other out.
        Failed attempts count together with those on the sign-in page; after too many the account is locked for this
        address for a while.
        """
        given = TokenIn(data=request.data)
        given.is_valid(raise_exception=True)
        user = self._sign_in(request, **given.validated_data)
        token = issue(user, by=actor_for(user, on=self.today, source=self.actor.source), now=self.now)
        return Response(TokenRow({"key": token.key, "expires_at": expires_at(token)}).data)

    @extend_schema(operation_id="token_destroy", responses={204: None} | errors(400, 401))
    def delete(self, request: Request) -> Response:
        """End the account's token at once."""
        Token.objects.filter(user_id=cast(int, request.user.pk)).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _sign_in(self, request: Request, username: str, password: str) -> User:
        django = request._request
        user = authenticate(django, username=username, password=password)
        if isinstance(user, User):
            return user
        if getattr(django, "axes_locked_out", False):
            # Answered here: the page that browsers are shown is of no use to a program.
            django.axes_locked_out = False  # type: ignore[attr-defined]
            minutes = settings.AXES_COOLOFF_TIME * 60
            raise LockedOut(
                _("Too many failed attempts. Wait %(minutes)d minutes, or ask the administrator.")
                % {"minutes": minutes},
                wait=int(minutes * 60),
            )
        raise WrongCredentials(_("User name and password do not go together."))


@transaction.atomic
def issue(user: User, *, by: Actor, now: datetime) -> Token:
    """Return the account's token; one that has expired is replaced. A new one goes on record."""
    token = Token.objects.select_for_update().filter(user=user).first()
    if token is not None:
        if expires_at(token) > clock.real_now():
            return token
        token.delete()
    token, made = Token.objects.get_or_create(user=user)
    if made:
        record(by=by, now=now, action="api.token_issued", obj=user)
    return token
