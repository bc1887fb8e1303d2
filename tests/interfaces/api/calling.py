"""Call the API as a program does, signed in as somebody."""

from __future__ import annotations

from typing import Any

from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from tests import factories as make
from tracker.audit.actors import Role
from tracker.org.models import Unit, User


def caller(account: User | None = None, *, language: str = "en") -> APIClient:
    """Return a client that sends the account's token, or none, and prefers a language."""
    client = APIClient(headers={"accept-language": language})
    if account:
        token, _ = Token.objects.get_or_create(user=account)
        client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    return client


def somebody(role: Role, of: Unit | None = None) -> APIClient:
    """Return the client of a person with a role, in a unit or in an office of its own."""
    return caller(make.user(make.post(of or make.unit(), role)))


def ok(answer: Any) -> Any:
    """Return the JSON of an answer that must have succeeded."""
    assert answer.status_code in {200, 201}, answer.content
    return answer.json()
