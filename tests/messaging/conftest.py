"""Keep mail in memory where a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core import mail
from pytest_django import Settings

from tests.messaging.rooms import ChatServer, ToServer
from tracker.messaging.channels import wire


@pytest.fixture
def mailbox(settings: Settings) -> list[mail.EmailMessage]:
    """Give the list that sent mail is put into."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    """Give the server that every robot's message goes to instead of its service's."""
    server = ChatServer()
    server.start()
    monkeypatch.setattr(wire, "adapter", lambda: ToServer(server))
    yield server
    server.stop()
