"""kill -9 anywhere loses nothing, and doubles nothing but a mail that the server had already taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests import factories as make
from tests.factories import NOW
from tests.reliability.making import liaisons, overdue
from tests.servers import SmtpServer
from tracker.audit.actors import system
from tracker.audit.models import AuditEntry
from tracker.audit.selectors import verify_chain
from tracker.escalation.models import StepTaken
from tracker.escalation.services import sweep
from tracker.messaging import services
from tracker.messaging.models import Delivery, Digest, Item

pytestmark = [pytest.mark.reliability, pytest.mark.django_db(transaction=True)]

BY = system("sweep")
Killed = Callable[[str], None]


def dispatch(after: timedelta) -> None:
    services.dispatch(now=NOW + after, real_now=NOW + after)


@pytest.fixture
def digest() -> Digest:
    """Give one person's digest about one overdue task, waiting to be mailed."""
    holders = liaisons(1)
    overdue(1, list(holders))
    sweep(now=NOW, by=BY)
    (made,) = services.gather_digests(now=NOW).made
    Delivery.objects.filter(channel="in_app").update(state="sent")
    return made


def test_killed_before_the_claim_is_written_the_mail_is_sent_at_once_by_another(
    digest: Digest, killed: Killed, real_mail: SmtpServer
) -> None:
    killed("claim_uncommitted")
    dispatch(timedelta(seconds=1))
    assert [message["Message-ID"] for message in real_mail.messages] == [digest.message_id]
    assert digest.deliveries.get(channel="mail").attempts == 1


@pytest.mark.parametrize("place", ["claimed", "text_written"])
def test_killed_with_the_claim_in_hand_the_mail_is_sent_whole_when_the_lease_has_run_out(
    digest: Digest, killed: Killed, real_mail: SmtpServer, place: str
) -> None:
    killed(place)
    dispatch(timedelta(minutes=1))
    assert real_mail.messages == [], "another may still be at it"
    dispatch(timedelta(minutes=6))
    (message,) = real_mail.messages
    assert "设立普查领导小组" in message.get_content()
    assert digest.deliveries.get(channel="mail").state == "sent"


def test_killed_after_the_servers_250_the_copy_can_be_known_for_one(
    digest: Digest, killed: Killed, real_mail: SmtpServer
) -> None:
    killed("handed_over")
    assert len(real_mail.messages) == 1
    dispatch(timedelta(minutes=6))
    first, second = real_mail.messages
    assert first["Message-ID"] == second["Message-ID"] == digest.message_id
    assert first.get_content() == second.get_content()
    dispatch(timedelta(minutes=60))
    assert len(real_mail.messages) == 2


def test_killed_while_a_digest_is_made_it_is_made_once_by_the_next(killed: Killed) -> None:
    holders = liaisons(1)
    overdue(3, list(holders))
    sweep(now=NOW, by=BY)
    killed("digest_unwritten")
    assert Digest.objects.count() == 0
    services.gather_digests(now=NOW)
    assert Digest.objects.get().items.count() == Item.objects.count() > 0


def test_killed_before_a_chunk_is_written_nothing_of_it_is_there(killed: Killed) -> None:
    tasks = overdue(3, [make.unit()])
    killed("steps_unwritten")
    assert StepTaken.objects.count() == Item.objects.count() == AuditEntry.objects.count() == 0
    sweep(now=NOW, by=BY)
    assert StepTaken.objects.values("task").distinct().count() == len(tasks)
    assert verify_chain().whole


def test_killed_between_two_chunks_the_next_sweep_takes_the_rest_and_only_that(killed: Killed) -> None:
    overdue(5, [make.unit()])
    killed("first_chunk_written")
    assert StepTaken.objects.values("task").distinct().count() == 2
    assert sweep(now=NOW, by=BY).looked_at == 3
    per_task = StepTaken.objects.count() / 5
    assert per_task == int(per_task)
    assert AuditEntry.objects.filter(action__startswith="escalation.").count() == StepTaken.objects.count()
    assert verify_chain().whole
