"""Fill the demonstration: the gazette from 14 April 2023 on, one account a role, and the days up to 5 June lived."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tracker import clock
from tracker.interfaces.cli import demonstration


class Command(BaseCommand):
    help = "Make the demonstration's data, once; a second call keeps what is there."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO and clock.is_demonstration()):
            raise CommandError("This fills a demonstration only: set TRACKER_DEMO=1 and TRACKER_CLOCK_FILE.")
        call_command("migrate", verbosity=0, interactive=False)
        if demonstration.is_set_up():
            demonstration.go_on()
            self.stdout.write("The data of the last demonstration is kept.")
            return
        demonstration.set_up(say=lambda text: self.stdout.write(f"  {text}"))
