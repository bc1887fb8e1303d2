"""Let an operator look at the dispatcher, pause and resume it, and have failed deliveries tried again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count

from tracker import clock
from tracker.audit.actors import system
from tracker.messaging import selectors, services
from tracker.messaging.models import Delivery


class Command(BaseCommand):
    help = "Show how sending stands; pause it, resume it, or have deliveries that failed tried again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["status", "pause", "resume", "retry"])
        parser.add_argument("--reason", default="", help="why it is paused; pausing needs one")

    def handle(self, *args: Any, **options: Any) -> None:
        by, now = system("dispatcher command"), clock.now()
        if options["verb"] == "pause":
            if not options["reason"].strip():
                raise CommandError("Say why with --reason; whoever finds sending paused has to know.")
            services.pause_dispatcher(reason=options["reason"].strip(), by=by, now=now)
        elif options["verb"] == "resume":
            services.resume_dispatcher(by=by, now=now)
        elif options["verb"] == "retry":
            failed = selectors.troubled_deliveries().values_list("pk", flat=True)
            number = services.retry_deliveries(deliveries=list(failed), by=by, now=now)
            self.stdout.write(f"To be tried again: {number}.")
        self._status()

    def _status(self) -> None:
        switch = selectors.paused()
        self.stdout.write(f"Sending is paused: {switch.reason}" if switch else "Sending is on.")
        states = Delivery.objects.exclude(state=Delivery.State.SENT).order_by("state").values_list("state")
        for state, number in states.annotate(number=Count("pk")):
            self.stdout.write(f"  {state}: {number}")
        for delivery in selectors.troubled_deliveries()[:20]:
            self.stdout.write(f"  {delivery.digest} {delivery.state}: {delivery.error}")
