"""The whole thing as processes: broker, beat, worker, mail server; and what happens when one of them goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from devtools.processes import Process
from tests.reliability.conftest import good_runs
from tests.reliability.making import liaisons, overdue
from tests.servers import SmtpServer, ValkeyServer
from tests.sinks import Sink
from tests.waiting import wait_until
from tracker.audit.models import JobRun
from tracker.audit.selectors import failed_runs, verify_chain
from tracker.commitments.models import Task
from tracker.escalation.models import StepTaken
from tracker.messaging.models import Delivery

pytestmark = [pytest.mark.reliability, pytest.mark.django_db(transaction=True)]

StartCelery = Callable[..., Process]


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    server = Sink()
    server.start()
    settings.TRACKER_HEARTBEAT_URL = server.url
    yield server
    server.stop()


def beat(start_celery: StartCelery, folder: Path, broker: str, **more: str) -> Process:
    return start_celery("beat", "--schedule", str(folder / "beat"), "--pidfile", "", broker=broker, **more)


@pytest.mark.core
def test_a_late_task_becomes_a_mail_without_anybody_doing_anything_and_the_heartbeat_says_that_all_is_well(
    start_celery: StartCelery, own_valkey: ValkeyServer, smtp: SmtpServer, sink: Sink, tmp_path: Path, client: Client
) -> None:
    ((unit, user),) = liaisons(1).items()
    (task,) = overdue(1, [unit])
    ringing = beat(start_celery, tmp_path, own_valkey.url)
    worker = start_celery("worker", "--concurrency", "2", broker=own_valkey.url, TRACKER_HEARTBEAT_URL=sink.url)
    (message,) = wait_until(lambda: list(smtp.messages), f"the digest arrives: {worker.log_tail()}", seconds=60)
    assert message["To"] == user.email
    assert "设立普查领导小组" in message.get_content() and "四（三）" in message.get_content()
    wait_until(lambda: sink.pings, "the watchdog finds everything in order", seconds=60)
    assert client.get("/health").json()["status"] == "ok"
    assert StepTaken.objects.filter(task=task).exists()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}

    ringing.stop()
    worker.stop(patience=30)
    # As an hour without a beat would leave it.
    for run in JobRun.objects.all():
        JobRun.objects.filter(pk=run.pk).update(started_at=run.started_at - timedelta(hours=1))
    health = client.get("/health").json()
    assert health["status"] == "degraded" and not health["jobs"]["sweep"]["fresh"]
    pings = len(sink.pings)
    call_command("sweep", "--only", "watchdog")
    assert len(sink.pings) == pings
    call_command("sweep")
    assert len(sink.pings) == pings + 1, "run by hand, everything is in order again"
    assert len(smtp.messages) == 1
    assert verify_chain().whole and list(failed_runs()) == []


def test_a_broker_that_is_emptied_stopped_and_started_again_loses_nothing(
    start_celery: StartCelery, own_valkey: ValkeyServer, tmp_path: Path
) -> None:
    units = list(liaisons(1))
    beat(start_celery, tmp_path, own_valkey.url)
    worker = start_celery("worker", "--concurrency", "1", broker=own_valkey.url)

    def taken(tasks: list[Task]) -> bool:
        return StepTaken.objects.filter(task__in=tasks).values("task").distinct().count() == len(tasks)

    first = overdue(3, units)
    wait_until(lambda: taken(first), f"the first are taken: {worker.log_tail()}", seconds=60)
    with own_valkey.client() as broker:
        broker.flushall()
    second = overdue(3, units)
    wait_until(lambda: taken(second), f"those after the emptying are taken: {worker.log_tail()}", seconds=60)
    own_valkey.kill()
    third = overdue(3, units)
    before = good_runs("sweep")
    own_valkey.start()
    wait_until(lambda: taken(third), f"those after the restart are taken: {worker.log_tail()}", seconds=60)
    # More than could have been under way when the broker went.
    wait_until(lambda: good_runs("sweep") > before + 3, f"the sweep goes on: {worker.log_tail()}", seconds=60)
    per_task = StepTaken.objects.count() / 9
    assert per_task == int(per_task)
    assert verify_chain().whole
