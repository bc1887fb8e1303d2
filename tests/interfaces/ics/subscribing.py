"""Subscribe to calendars and fetch them, as a calendar program does."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.test import Client
from django.urls import reverse

from tests.factories import NOW, actor
from tracker.org.models import FeedToken, User
from tracker.org.services import create_feed_token


@dataclass
class Subscription:
    """Be one subscription with its secret, and the program that fetches it."""

    token: FeedToken
    secret: str
    client: Client = field(default_factory=Client)

    @property
    def address(self) -> str:
        return reverse("ics:feed", args=[self.secret, "commitments"])

    def fetch(self, **headers: str):  # type: ignore[no-untyped-def]
        """Ask for the calendar; header names are written with underscores."""
        return self.client.get(self.address, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def body(self) -> bytes:
        """Return the calendar, which must be there."""
        answer = self.fetch()
        assert answer.status_code == 200
        return bytes(answer.content)


def subscribe(account: User, scope: str = "mine", target: str = "", **options: bool) -> Subscription:
    """Give an account a subscription."""
    token, secret = create_feed_token(
        user=account, scope=scope, target=target, label="手机", by=actor(account), now=NOW, **options
    )
    return Subscription(token, secret)
