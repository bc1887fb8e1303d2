"""Check a seed against its text and against itself, without a database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.interfaces.cli import seed


class Command(BaseCommand):
    help = (
        "Check the gazettes' seed: quotes, units, dates, policies, counts, and that no time expression was passed over."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", nargs="?", help="the seed's directory (default: TRACKER_SEED_DIR)")

    def handle(self, *args: Any, **options: Any) -> None:
        root = seed.directory(options["directory"])
        found, faults = seed.read(root)
        for line in seed.counted(found):
            self.stdout.write(line)
        for fault in faults:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"{seed.how_many(faults)} in {root}. Correct it and run this again.", returncode=1)
        self.stdout.write(f"No fault in {root}.")
