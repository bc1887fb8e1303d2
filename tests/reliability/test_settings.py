"""What the promises rest on in the settings of Celery, and that the pages need no broker."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.conf import settings
from rest_framework.authtoken.models import Token

from devtools.paths import ROOT
from tests import factories as make
from tests.conftest import Launch
from tests.waiting import wait_until
from tracker.audit.actors import Role
from tracker.commitments.models import ProgressReport
from tracker.config.celery import JOBS, app
from tracker.escalation.services import sweeping
from tracker.messaging.services import delivering


def test_a_job_is_acknowledged_when_done_and_comes_back_when_its_worker_dies() -> None:
    assert app.conf.task_acks_late and app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1


def test_no_result_is_kept_and_nothing_but_json_is_read() -> None:
    assert app.conf.task_ignore_result and app.conf.result_backend is None
    assert app.conf.accept_content == ["json"] and app.conf.task_serializer == "json"


def test_no_job_may_run_as_long_as_its_message_stays_hidden() -> None:
    hidden = app.conf.broker_transport_options["visibility_timeout"]
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit < hidden


def test_every_job_ends_by_itself_before_it_would_be_ended() -> None:
    longest_mail = 10 * settings.EMAIL_TIMEOUT
    assert timedelta(seconds=longest_mail) < delivering.LEASE
    assert delivering.LONGEST_PASS + longest_mail < app.conf.task_soft_time_limit
    assert app.conf.task_soft_time_limit > sweeping.LONGEST_SWEEP


def test_a_tick_of_the_beat_expires_before_the_next() -> None:
    # What a worker does at its start, whichever tests came before this one.
    app.finalize()
    app.loader.import_default_modules()
    entries = app.conf.beat_schedule
    assert set(entries) == set(JOBS) == set(settings.TRACKER_PERIODS)
    for name, entry in entries.items():
        assert entry["options"]["expires"] <= entry["schedule"] == settings.TRACKER_PERIODS[name]
        assert entry["task"] in app.tasks


def test_a_worker_waits_for_its_broker_for_ever() -> None:
    assert app.conf.broker_connection_retry_on_startup
    assert app.conf.broker_connection_max_retries is None


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TRACKER_SWEEP_SECONDS", "often", "must be a whole number"),
        ("TRACKER_SWEEP_SECONDS", "0", "must be at least 1"),
        ("TRACKER_WORKING_FROM", "nine", "must be a time of day"),
        ("TRACKER_WORKING_FROM", "18:00", "must lie before"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_a_sentence(name: str, value: str, says: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import tracker.config.settings"],
        env={**os.environ, "PYTHONPATH": str(ROOT), name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    last = done.stderr.splitlines()[-1]
    assert name in last and says in last


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """Give a listener that takes connections and never says a word: the worst a broker can do to who waits for it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@pytest.mark.reliability
@pytest.mark.django_db(transaction=True)
def test_the_pages_neither_need_nor_ask_a_broker(
    child_environment: dict[str, str], launch: Launch, silent_server: socket.socket
) -> None:
    unit = make.unit()
    user = make.user(make.post(unit, Role.LIAISON))
    token = Token.objects.create(user=user)
    task = make.task(unit, due=date(2999, 6, 9))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        **child_environment,
        "PYTHONPATH": str(ROOT),
        "TRACKER_DEMO": "1",
        "TRACKER_REDIS_URL": f"redis://127.0.0.1:{silent_server.getsockname()[1]}/0",
    }
    arguments = ("tracker.config.wsgi:application", "--bind", f"127.0.0.1:{port}", "--threads", "2")
    web = launch("-m", "gunicorn", *arguments, "--no-control-socket", environment=environment, name="web")

    def answers() -> bool:
        assert web.running, web.log_tail()
        with socket.socket() as knock:
            return knock.connect_ex(("127.0.0.1", port)) == 0

    wait_until(answers, "the pages are served")
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/tasks/{task.pk}/reports",
        data=json.dumps({"version": 1, "kind": "progress", "text": "已确定人选"}).encode(),
        headers={"Authorization": f"Token {token}", "Content-Type": "application/json"},
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
        assert answer.status == 201
    assert ProgressReport.objects.get().task == task
    with pytest.raises(BlockingIOError):
        silent_server.accept()
