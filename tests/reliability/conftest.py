"""Processes on the test's database and broker, at the tests' own instant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from devtools.paths import ROOT
from devtools.processes import Process
from tests.conftest import Launch
from tests.factories import NOW
from tests.servers import SmtpServer
from tracker import clock
from tracker.audit.models import JobRun


@pytest.fixture
def environment(
    child_environment: dict[str, str], smtp: SmtpServer, settings: Settings, tmp_path: Path
) -> dict[str, str]:
    """Give the environment of a child that sends its mail to `smtp`; its clock, and this process's, stands at `NOW`."""
    settings.TRACKER_CLOCK_FILE = str(tmp_path / "clock.json")
    clock.set_to(NOW)
    return {
        **child_environment,
        "PYTHONPATH": str(ROOT),
        "TRACKER_CLOCK_FILE": settings.TRACKER_CLOCK_FILE,
        "TRACKER_EMAIL_HOST": "127.0.0.1",
        "TRACKER_EMAIL_PORT": str(smtp.port),
        "TRACKER_SWEEP_SECONDS": "1",
        "TRACKER_DISPATCH_SECONDS": "1",
        "TRACKER_WATCHDOG_SECONDS": "1",
    }


@pytest.fixture
def real_mail(settings: Settings, smtp: SmtpServer) -> SmtpServer:
    """Send this process's mail to `smtp`, too."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    return smtp


@pytest.fixture
def killed(launch: Launch, environment: dict[str, str]) -> Callable[[str], None]:
    """Give a function that runs a job in another process up to a place (see `victim`) and there kills it."""

    def run(place: str) -> None:
        arguments = ("-m", "tests.reliability.victim", place, NOW.isoformat())
        process = launch(*arguments, environment=environment, name=place)
        assert process.wait(60) == -9, process.log_tail()

    return run


@pytest.fixture
def start_celery(launch: Launch, environment: dict[str, str]) -> Callable[..., Process]:
    """Give a function that starts a Celery program of the product on the broker with the given address."""

    def start(program: str, *options: str, broker: str, **more: str) -> Process:
        arguments = ("-m", "celery", "-A", "tracker.config.celery", program, "--loglevel", "INFO", *options)
        return launch(*arguments, environment={**environment, "TRACKER_REDIS_URL": broker, **more}, name=program)

    return start


def good_runs(job: str) -> int:
    """Return how many runs of a job have ended well."""
    return JobRun.objects.filter(job=job, ok=True).count()
