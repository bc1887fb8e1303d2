"""Whatever a mail server does: what it refuses is shown, what it puts off is tried again, what nobody knows is said so."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from tests import factories as make
from tests.factories import NOW
from tests.messaging.making import item
from tests.servers import SmtpServer
from tracker.commitments.models import Task
from tracker.messaging import services
from tracker.messaging.models import Delivery, Item
from tracker.messaging.services import delivering
from tracker.rules.followup import State

pytestmark = [pytest.mark.reliability, pytest.mark.django_db]


class TroubledServer(SmtpServer):
    """Take the text of a mail and then, once, break the line (`drop`), or never answer (`hang`)."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = await super().handle_DATA(server, session, envelope)
        match self.trouble.pop(0) if self.trouble else "":
            case "drop":
                server.transport.abort()
            case "hang":
                await asyncio.Event().wait()
        return reply


@pytest.fixture
def server(settings: Settings) -> Iterator[TroubledServer]:
    server = TroubledServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


@pytest.fixture
def delivery(server: TroubledServer) -> Delivery:
    """Give a mail to be sent."""
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    services.gather_digests(now=NOW)
    Delivery.objects.filter(channel="in_app").delete()
    return Delivery.objects.get()


def dispatch(delivery: Delivery, after: timedelta = timedelta()) -> tuple[str, int]:
    services.dispatch(now=NOW + after, real_now=NOW + after)
    delivery.refresh_from_db()
    return delivery.state, delivery.attempts


def test_what_the_server_takes_is_sent(server: TroubledServer, delivery: Delivery) -> None:
    assert dispatch(delivery) == ("sent", 1)
    (message,) = server.messages
    assert message["Message-ID"] == delivery.digest.message_id
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("reply", ["421 shutting down", "451 try later", "452 full"])
def test_a_passing_refusal_is_tried_again(server: TroubledServer, delivery: Delivery, reply: str) -> None:
    server.answers[delivery.address] = reply
    assert dispatch(delivery) == ("pending", 1)
    assert reply in delivery.error
    assert delivery.next_try_at > NOW
    server.answers.clear()
    server.data_answers.append(reply)
    assert dispatch(delivery, timedelta(minutes=5)) == ("pending", 2)
    assert dispatch(delivery, timedelta(minutes=30)) == ("sent", 3)
    assert len(server.messages) == 1


@pytest.mark.parametrize("where", ["recipient", "text"])
def test_a_final_refusal_is_shown_and_not_repeated(server: TroubledServer, delivery: Delivery, where: str) -> None:
    if where == "recipient":
        server.answers[delivery.address] = "550 no such person"
    else:
        server.data_answers.append("550 no such person")
    assert dispatch(delivery) == ("failed", 1)
    assert "550 no such person" in delivery.error
    assert dispatch(delivery, timedelta(days=1)) == ("failed", 1)
    assert server.messages == []


def test_a_server_that_is_not_there_puts_the_mail_off(delivery: Delivery, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        settings.EMAIL_PORT = closing.getsockname()[1]
    assert dispatch(delivery) == ("pending", 1)
    assert "cannot be reached" in delivery.error


@pytest.mark.parametrize("trouble", ["drop", "hang"])
def test_a_line_that_breaks_after_the_text_leaves_the_outcome_unknown_and_the_copy_alike(
    server: TroubledServer, delivery: Delivery, settings: Settings, trouble: str
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    server.trouble.append(trouble)
    assert dispatch(delivery) == ("unknown", 1)
    settings.EMAIL_TIMEOUT = 20
    assert dispatch(delivery, timedelta(minutes=5)) == ("sent", 2)
    first, second = server.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_content() == second.get_content()


def test_one_bad_address_does_not_keep_the_others_mail(server: TroubledServer, delivery: Delivery) -> None:
    server.answers[delivery.address] = "550 no such person"
    task = make.task(due=date(2023, 6, 2))
    posts = [make.post(task.lead) for _ in range(3)]
    users = [make.user(post) for post in posts]
    for number, post in enumerate(posts):
        item(task, post, key=f"other{number}")
    services.gather_digests(now=NOW)
    assert dispatch(delivery) == ("failed", 1)
    assert {message["To"] for message in server.messages} == {user.email for user in users}


def test_a_task_done_between_the_claim_and_the_sending_is_not_spoken_of(
    server: TroubledServer, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = delivering._claim

    def claim_and_meanwhile(*arguments: Any, **named: Any) -> Delivery | None:
        claimed = real(*arguments, **named)
        Task.objects.update(state=State.CLOSED)
        return claimed

    monkeypatch.setattr(delivering, "_claim", claim_and_meanwhile)
    assert dispatch(delivery) == ("skipped", 1)
    assert server.messages == []
    assert Item.objects.get().dropped_why == "state"
