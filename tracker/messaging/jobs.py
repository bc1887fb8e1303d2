"""Ring the bell for digests and deliveries: read the clock, make one service call, record the run."""

from __future__ import annotations

from celery import shared_task

from tracker import clock
from tracker.audit.services import job_run
from tracker.messaging import services


@shared_task
def digest() -> None:
    """Gather today's digests."""
    now = clock.now()
    with job_run("digest", as_of=now) as run:
        run.counts = services.gather_digests(now=now).counts()


@shared_task
def dispatch() -> None:
    """Send what is waiting."""
    now = clock.now()
    with job_run("dispatch", as_of=now) as run:
        run.counts = services.dispatch(now=now, real_now=clock.real_now()).counts()
