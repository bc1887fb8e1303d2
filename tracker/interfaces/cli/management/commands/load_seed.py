"""Show what loading a seed would change, and load it when told to."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from tracker import clock
from tracker.audit import actors
from tracker.intake.faults import BadSeed
from tracker.interfaces.cli import seed


class Command(BaseCommand):
    help = (
        "Plan the load of the gazettes' seed and print the plan; with --apply, load it. A second load changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", nargs="?", help="the seed's directory (default: TRACKER_SEED_DIR)")
        parser.add_argument("--apply", action="store_true", help="load what the plan shows")
        parser.add_argument("--all", action="store_true", help="list the added rows too, not only the changed ones")

    def handle(self, *args: Any, **options: Any) -> None:
        root = seed.directory(options["directory"])
        loud = options["verbosity"] > 0
        try:
            plan = seed.plan(root)
        except BadSeed as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            raise CommandError(
                f"{seed.how_many(error.faults)} in {root}; nothing was loaded. Correct it and run this again.",
                returncode=1,
            ) from error
        except DatabaseError as error:
            raise CommandError(
                f"The database cannot be read: {error}. If it is new, run `tracker migrate` first.", returncode=1
            ) from error
        if loud:
            for differences in plan.differences:
                for line in seed.said(differences, whole=options["all"]):
                    self.stdout.write(line)
        if not plan.changes_anything:
            self.stdout.write("Nothing to change: the database says what the seed says.")
            return
        if not options["apply"]:
            self.stdout.write("Nothing was changed. Run this again with --apply to load it.")
            return
        say = self.stdout.write if loud else lambda _: None
        try:
            loaded = seed.apply(plan, by=actors.system("load-seed"), now=clock.now(), say=say)
        except DatabaseError as error:
            raise CommandError(
                f"The database refused: {error}. Nothing was loaded; see that its disk has room and may be written.",
                returncode=1,
            ) from error
        self.stdout.write(f"Loaded. Tasks opened: {loaded.tasks_opened}.")
