"""kill -9 anywhere loses nothing, and doubles nothing but a mail that the server had already taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pytest_django import Settings

from tests import factories as make
from tests.factories import NOW
from tests.reliability.making import liaisons, overdue
from tests.servers import SmtpServer
from tracker.audit.actors import Actor, Role, system
from tracker.audit.models import AuditEntry
from tracker.audit.selectors import verify_chain
from tracker.commitments.models import Batch, BatchRow, Export
from tracker.commitments.services import carrying_on, exporting, making, many
from tracker.commitments.services.leasing import LEASE
from tracker.escalation.models import StepTaken
from tracker.escalation.services import sweep
from tracker.interfaces.web.ledger_file import write_export
from tracker.messaging import services
from tracker.messaging.models import Delivery, Digest, Item

pytestmark = [pytest.mark.reliability, pytest.mark.django_db(transaction=True)]

BY = system("sweep")
Killed = Callable[[str], None]
LAPSED = NOW + LEASE + timedelta(seconds=1)


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


def started_batch() -> Batch:
    unit = make.unit()
    by = make.person(Role.LIAISON, unit)
    batch = many.plan_batch(action="acknowledge", tasks=[make.task(unit).pk for _ in range(5)], by=by, now=NOW)
    return many.start_batch(batch=batch, by=by, now=NOW)


@pytest.mark.parametrize(
    ("place", "done"),
    [("second_row_done_uncommitted", 1), ("rows_done_end_unwritten", 5)],
)
def test_killed_in_the_middle_of_a_batch_another_does_the_rest_and_no_row_twice(
    killed: Killed, place: str, done: int
) -> None:
    batch = started_batch()
    killed(place)
    assert batch.rows.filter(outcome=BatchRow.Outcome.DONE).count() == done
    carrying_on.carry_on(now=NOW, real_now=NOW)
    batch.refresh_from_db()
    assert batch.state == Batch.State.APPLYING, "another may still be at it"
    assert carrying_on.carry_on(now=NOW, real_now=LAPSED).ended == 1
    batch.refresh_from_db()
    assert (batch.state, batch.lease_token) == (Batch.State.APPLIED, "")
    assert set(batch.rows.values_list("outcome", flat=True)) == {BatchRow.Outcome.DONE}
    assert AuditEntry.objects.filter(action="commitments.acknowledged").count() == 5
    assert AuditEntry.objects.filter(action="commitments.batch_applied").count() == 1
    assert verify_chain().whole


@pytest.fixture
def exports(environment: dict[str, str], settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Give the folder that this process and the killed one keep the files in."""
    settings.TRACKER_EXPORT_DIR = tmp_path / "exports"
    environment["TRACKER_EXPORT_DIR"] = str(settings.TRACKER_EXPORT_DIR)
    yield settings.TRACKER_EXPORT_DIR


def asked_export(by: Actor) -> Export:
    overdue(3, [make.unit()])
    return exporting.ask_export(query="standing=all", said="全部", columns=[], by=by, now=NOW)


@pytest.mark.parametrize(("place", "orphans"), [("half_of_file_written", 0), ("file_saved_uncommitted", 1)])
def test_killed_in_the_middle_of_a_file_another_writes_it_whole_and_it_counts_once(
    exports: Path, killed: Killed, place: str, orphans: int
) -> None:
    export = asked_export(make.person(Role.SUPERVISION))
    killed(place)
    export.refresh_from_db()
    assert (export.state, export.file.name, export.attempts) == (Export.State.MAKING, "", 1)
    left = list(exports.glob("*")) if exports.exists() else []
    assert len(left) == orphans
    assert making.make_exports(write=write_export, now=NOW, real_now=NOW).made == 0, "another may still be at it"
    assert making.make_exports(write=write_export, now=NOW, real_now=LAPSED).made == 1
    export.refresh_from_db()
    assert (export.state, export.rows_done, export.attempts) == (Export.State.READY, 3, 2)
    with export.file.open() as file:
        (sheet,) = load_workbook(BytesIO(file.read())).worksheets
    assert len(list(sheet.iter_rows(min_row=4))) == 3
    assert AuditEntry.objects.filter(action=exporting.TAKEN_OUT).count() == 1
    # What the killed one had saved is nobody's, and goes after its day.
    lying = max(path.stat().st_mtime for path in exports.glob("*"))
    a_day_on = datetime.fromtimestamp(lying, UTC) + exporting.ORPHANED + timedelta(minutes=1)
    assert exporting.forget_exports(now=NOW, real_now=a_day_on) == orphans
    assert [path.name for path in exports.glob("*")] == [Path(str(export.file.name)).name]
