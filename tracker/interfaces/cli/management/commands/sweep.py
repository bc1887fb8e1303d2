"""Do once, without Celery, what the beat does: sweep, digest, dispatch, watchdog. For cron, and for a stopped worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tracker import clock
from tracker.audit import selectors
from tracker.escalation import jobs as escalation
from tracker.messaging import jobs as messaging

JOBS = {
    "sweep": escalation.sweep,
    "digest": messaging.digest,
    "dispatch": messaging.dispatch,
    "watchdog": escalation.watchdog,
}


class Command(BaseCommand):
    help = "Take what has come due, gather digests, deliver them and check the result, once and without Celery."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=JOBS, action="append", help="only this job; may be given several times")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in options["only"] or JOBS:
            JOBS[name]()
            run = selectors.latest_run(name)
            counts = ", ".join(f"{key} {value}" for key, value in (run.counts if run else {}).items() if value)
            self.stdout.write(f"{name}: {counts or 'nothing to do'} (as of {clock.now():%Y-%m-%d %H:%M} UTC)")
