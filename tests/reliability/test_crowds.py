"""However many ring, sweep and send at once, and however often a bell is heard: one row each, one mail each."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from devtools.processes import Process
from tests import factories as make
from tests.conftest import Launch
from tests.factories import NOW
from tests.intake import seeds
from tests.messaging.making import item
from tests.reliability.conftest import good_runs
from tests.reliability.making import OPENED, liaisons, overdue
from tests.reliability.together import at_once, one_waits_for_a_lock
from tests.servers import SmtpServer, ValkeyServer
from tests.waiting import wait_until
from tracker.audit.actors import system
from tracker.audit.models import AuditEntry, JobRun
from tracker.audit.selectors import failed_runs, verify_chain
from tracker.commitments.models import Task
from tracker.config.celery import app
from tracker.escalation.models import FollowUp, StepTaken
from tracker.escalation.services import sweep, sweeping
from tracker.interfaces.cli import seed
from tracker.messaging import services
from tracker.messaging.models import Delivery, Digest, Item
from tracker.messaging.services import delivering, gathering

pytestmark = [pytest.mark.reliability, pytest.mark.django_db(transaction=True)]

StartCelery = Callable[..., Process]


def assert_each_task_was_followed_up_once(tasks: int) -> None:
    parts = Counter(StepTaken.objects.values_list("task", flat=True))
    assert len(parts) == tasks
    assert len(set(parts.values())) == 1, "every task has the same date, so the same steps"
    assert FollowUp.objects.count() == tasks
    assert AuditEntry.objects.filter(action__startswith="escalation.").count() == StepTaken.objects.count()
    assert verify_chain().whole
    assert list(failed_runs()) == []


def test_two_beats_four_sweepers_and_four_dispatchers_over_500_tasks_make_one_row_each(
    environment: dict[str, str], launch: Launch, start_celery: StartCelery, valkey: ValkeyServer, smtp: SmtpServer,
    tmp_path: Path,
) -> None:  # fmt: skip
    holders = liaisons(40)
    overdue(500, list(holders))
    crowd = [
        launch("-m", "tests.reliability.crowd", str(tmp_path), *jobs, environment=environment, name=jobs[0])
        for jobs in [("sweep", "digest")] * 4 + [("dispatch",)] * 4
    ]
    options = [("--schedule", str(tmp_path / f"beat{number}"), "--pidfile", "") for number in range(2)]
    ringing = [start_celery("beat", *some, broker=valkey.url) for some in options]
    ringing.append(start_celery("worker", "--concurrency", "2", broker=valkey.url))
    wait_until(lambda: len(list(tmp_path.glob("ready-*"))) == 8, "the crowd is there")
    (tmp_path / "go").touch()

    def every_digest_is_sent() -> bool:
        assert list(Delivery.objects.exclude(error="").values_list("state", "error")) == []
        assert all(one.running for one in crowd), [one.log_tail() for one in crowd if not one.running]
        return Delivery.objects.filter(state="sent").count() == 80

    wait_until(every_digest_is_sent, "every digest is sent", seconds=90)
    done = good_runs("sweep") + good_runs("dispatch")
    wait_until(lambda: good_runs("sweep") + good_runs("dispatch") > done + 20, "the crowd goes on in vain")
    (tmp_path / "stop").touch()
    for process in crowd:
        assert process.wait(60) == 0, process.log_tail()
    for process in ringing:
        process.stop(patience=30)
    assert_each_task_was_followed_up_once(500)
    shares = [run.counts["looked_at"] for run in JobRun.objects.filter(job="sweep")]
    assert sum(share > 0 for share in shares) > 1, "the work was shared"
    assert sum(shares) == 500
    assert Item.objects.count() == Item.objects.values("key").distinct().count()
    assert Digest.objects.count() == len(holders)
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert Counter(message["To"] for message in smtp.messages) == dict.fromkeys(
        (user.email for user in holders.values()), 1
    )


def test_a_job_delivered_twenty_times_does_its_work_once(
    environment: dict[str, str], start_celery: StartCelery, valkey: ValkeyServer
) -> None:
    holders = liaisons(3)
    overdue(30, list(holders))
    with app.connection_for_write(valkey.url.replace("unix://", "redis+socket://")) as connected:
        for _ in range(20):
            app.send_task("tracker.escalation.jobs.sweep", connection=connected)
    worker = start_celery("worker", "--concurrency", "4", broker=valkey.url)
    wait_until(lambda: good_runs("sweep") == 20, f"all are done: {worker.log_tail()}", seconds=60)
    assert_each_task_was_followed_up_once(30)


@pytest.mark.core
def test_two_who_gather_at_the_same_moment_make_one_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    task = make.task()
    post = make.post(task.lead)
    make.user(post)
    for number in range(3):
        item(task, post, key=str(number))
    both_have_looked, real = threading.Barrier(2), gathering._make

    def make_together(*arguments: object, **named: object) -> object:
        both_have_looked.wait(30)
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(gathering, "_make", make_together)
    at_once(*[lambda: services.gather_digests(now=NOW)] * 2)
    assert Digest.objects.get().items.count() == 3
    assert Delivery.objects.count() == 2


@pytest.mark.core
def test_two_who_send_at_the_same_moment_send_one_mail(monkeypatch: pytest.MonkeyPatch, real_mail: SmtpServer) -> None:
    task = make.task()
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    services.gather_digests(now=NOW)
    Delivery.objects.filter(channel="in_app").delete()
    both_have_looked, real = threading.Barrier(2), delivering._claim

    def claim_together(*arguments: object, **named: object) -> object:
        both_have_looked.wait(30)
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(delivering, "_claim", claim_together)
    at_once(*[lambda: services.dispatch(now=NOW, real_now=NOW)] * 2)
    assert len(real_mail.messages) == 1
    assert Delivery.objects.get().attempts == 1


def test_a_load_that_corrects_a_task_and_a_sweep_that_takes_it_do_not_end_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")
    root = seeds.write(tmp_path)
    by = system("load-seed")
    seed.apply(seed.plan(root), by=by, now=OPENED, say=str)
    Task.objects.update(next_look_at=OPENED)
    seeds.change(root, "g/census.yaml", "title: 设立普查领导小组", "title: 设立县普查领导小组")
    real = sweeping.record_many
    taken, waits = threading.Event(), threading.Event()

    def record_when_the_load_waits(**named: Any) -> Any:
        taken.set()
        assert waits.wait(30)
        return real(**named)

    monkeypatch.setattr(sweeping, "record_many", record_when_the_load_waits)

    def load() -> None:
        assert taken.wait(30)
        seed.apply(seed.plan(root), by=by, now=NOW, say=str)

    def watch() -> None:
        wait_until(one_waits_for_a_lock, "the load waits for the sweep")
        waits.set()

    at_once(lambda: sweep(now=NOW, by=system("sweep")), load, watch)
    assert set(Task.objects.filter(key__startswith="census-groups/").values_list("title", flat=True)) == {
        "设立县普查领导小组"
    }
    assert StepTaken.objects.exists() and verify_chain().whole
