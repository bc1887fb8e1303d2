"""Do once, without Celery, what the beat does: sweep, digest, dispatch, watchdog. For cron, and for a stopped worker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker import clock
from tracker.audit import selectors
from tracker.escalation import jobs as escalation
from tracker.escalation.services import ClockWentBack
from tracker.messaging import jobs as messaging

log = logging.getLogger(__name__)

JOBS: dict[str, Callable[[], None]] = {
    "sweep": escalation.sweep,
    "digest": messaging.digest,
    "dispatch": messaging.dispatch,
    "watchdog": escalation.watchdog,
}


class Command(BaseCommand):
    help = "Take what has come due, gather digests, deliver them and check the result, once and without Celery."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=JOBS, action="append", help="only this job; may be given several times")
        parser.add_argument(
            "--clock-is-right",
            action="store_true",
            help="go on although an earlier sweep ran with a clock that was ahead of this one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for name in options["only"] or JOBS:
            try:
                if name == "sweep":
                    escalation.sweep(clock_is_right=options["clock_is_right"])
                else:
                    JOBS[name]()
            except ClockWentBack as error:
                failed.append(f"sweep: {error} Put the clock right, or say that it is with --clock-is-right.")
            except Exception as error:
                # One job's trouble is not the others'.
                log.exception("The job %s failed.", name)
                failed.append(f"{name}: {type(error).__name__}: {error}")
            else:
                self._report(name)
        if failed:
            raise CommandError("\n".join(failed))

    def _report(self, name: str) -> None:
        run = selectors.latest_run(name)
        counts = ", ".join(f"{key} {value}" for key, value in (run.counts if run else {}).items() if value)
        self.stdout.write(f"{name}: {counts or 'nothing to do'} (as of {clock.now():%Y-%m-%d %H:%M} UTC)")
