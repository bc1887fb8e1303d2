"""The secret of a feed's address reaches no log."""

from __future__ import annotations

import io
import logging
import logging.config
import socket
import sys
from copy import deepcopy
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import Launch
from tests.waiting import wait_until
from tracker.interfaces.ics.redaction import WithoutSecrets, guard_loggers, scrub

SECRET = "pK3v_9-xYzTheSecret"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (f'"GET /calendar/{SECRET}/mine.ics HTTP/1.1" 200', '"GET /calendar/***/mine.ics HTTP/1.1" 200'),
        (f"Not Found: /calendar/{SECRET}/x.ics", "Not Found: /calendar/***/x.ics"),
        (f"https://t.example/calendar/{SECRET}", "https://t.example/calendar/***"),
        (f"/calendar/{SECRET}/a.ics and /calendar/{SECRET}2/b.ics", "/calendar/***/a.ics and /calendar/***/b.ics"),
        ("/calendar/task/17.ics", "/calendar/task/17.ics"),
        ("/calendar/", "/calendar/"),
    ],
)
def test_the_secret_is_taken_out_of_a_line_and_the_rest_stays(line: str, kept: str) -> None:
    assert scrub(line) == kept


def test_messages_arguments_and_tracebacks_are_scrubbed() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(WithoutSecrets())
    logger = logging.Logger("scrubbed")
    logger.addHandler(handler)
    try:
        raise ValueError(f"cannot serve /calendar/{SECRET}/x.ics")
    except ValueError:
        logger.exception("Failed: %s %r", f"/calendar/{SECRET}/x.ics", {"path": f"/calendar/{SECRET}/x.ics"})
    assert SECRET not in written.getvalue()
    assert "Failed: /calendar/***/x.ics {'path': '/calendar/***/x.ics'}\nTraceback" in written.getvalue()
    assert "ValueError: cannot serve /calendar/***/x.ics\n" in written.getvalue()


@pytest.mark.parametrize("name", ["", "django", "django.request", "django.server", "tracker.interfaces.ics.views"])
def test_every_logger_of_the_settings_writes_through_the_filter(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    root = logging.getLogger()
    kept = root.handlers[:]
    try:
        logging.config.dictConfig(deepcopy(settings.LOGGING))
        logging.getLogger(name).warning("Not Found: %s", f"/calendar/{SECRET}/x.ics")
    finally:
        root.handlers[:] = kept
    assert written.getvalue().count("/calendar/***/x.ics") == 1
    assert SECRET not in written.getvalue()


def test_a_logger_is_guarded_once() -> None:
    for _ in range(2):
        guard_loggers("guarded-for-this-test")
    assert len(logging.getLogger("guarded-for-this-test").filters) == 1


@pytest.mark.reliability
def test_the_web_server_writes_no_secret_however_it_is_started(
    launch: Launch, child_environment: dict[str, str], tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    access = tmp_path / "access.log"
    options = ["--bind", f"127.0.0.1:{port}", "--access-logfile", str(access), "--no-control-socket"]
    server = launch("-m", "gunicorn", "tracker.config.wsgi:application", *options, environment=child_environment)

    def asked() -> bool:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            address = f"/calendar/{SECRET}/mine.ics"
            connection.request("GET", address, headers={"Referer": f"http://t.example{address}", "User-Agent": address})
            return connection.getresponse().status == 404
        except OSError:
            return False
        finally:
            connection.close()

    wait_until(asked, "the web server answers", 120)
    wait_until(
        lambda: access.exists() and "/calendar/***/mine.ics" in access.read_text("utf-8"), "the request is logged"
    )
    assert SECRET not in access.read_text("utf-8")
    assert SECRET not in server.log_tail()
