"""Keep mail in memory where a test asks for it."""

from __future__ import annotations

import pytest
from django.core import mail
from pytest_django import Settings


@pytest.fixture
def mailbox(settings: Settings) -> list[mail.EmailMessage]:
    """Give the list that sent mail is put into."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox
