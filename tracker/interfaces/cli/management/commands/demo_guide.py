"""Say where the demonstration is, with which accounts, and what to look at."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tracker.interfaces.cli import demonstration


class Command(BaseCommand):
    help = "Print the demonstration's address, accounts and a short tour."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(demonstration.guide())
