"""Do once, without Celery, what the beat rings for. For cron, and for a stopped worker."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from tracker import clock
from tracker.audit import selectors
from tracker.escalation.services import ClockWentBack

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Take what has come due, gather and deliver digests, do what people started, and check: once, without Celery."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        jobs = settings.TRACKER_JOBS
        parser.add_argument("--only", choices=jobs, action="append", help="only this job; may be given several times")
        parser.add_argument(
            "--clock-is-right",
            action="store_true",
            help="go on although an earlier sweep ran with a clock that was ahead of this one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for name in options["only"] or settings.TRACKER_JOBS:
            # By name, as the beat knows them: the ways in and out do not know each other, and one of these is the pages'.
            job = import_string(settings.TRACKER_JOBS[name])
            try:
                job(**({"clock_is_right": options["clock_is_right"]} if name == "sweep" else {}))
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
