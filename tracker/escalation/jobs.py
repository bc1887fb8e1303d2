"""Ring the bell for the sweep and its watchdog: read the clock, make one service call, record the run."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.utils.module_loading import import_string

from tracker import clock
from tracker.audit import actors
from tracker.audit.services import job_run
from tracker.escalation import services


@shared_task
def sweep(*, clock_is_right: bool = False) -> None:
    """Take every reminder and step that has come due; a person may vouch for a clock that was put back."""
    now = clock.now()
    with job_run("sweep", as_of=now) as run:
        run.counts = services.sweep(now=now, by=actors.system("sweep"), clock_is_right=clock_is_right).counts()


@shared_task
def watchdog() -> None:
    """Ask whether everything that should have happened did; a green answer alone pings the heartbeat."""
    now = clock.now()
    with job_run("watchdog", as_of=now) as run:
        run.counts = services.watch(now=now, real_now=clock.real_now()).counts()


def run_round() -> None:
    """Run every job of the settings once, here and now, in their order, the watchdog last: for demonstrations."""
    for name in settings.TRACKER_JOBS.values():
        import_string(name)()
