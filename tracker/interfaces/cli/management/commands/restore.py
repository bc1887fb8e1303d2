"""Restore a backup, or prove in a drill that it could be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from tracker import clock
from tracker.interfaces.cli.backups import restoring
from tracker.interfaces.cli.backups.faults import BackupFault


class Command(BaseCommand):
    help = "Put a backup in the place of this installation's data, all sending paused; or hold a drill with it."
    # An installation to be restored into may have no tables yet.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path, help="what `tracker backup` wrote")
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--replace", action="store_true", help="although there are data already")
        chosen.add_argument("--drill", action="store_true", help="into a scratch database that is thrown away")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["archive"]
        try:
            if options["drill"]:
                proved = restoring.drill(path, say=self.stdout.write)
                done = "The drill went well; nothing here was changed."
            else:
                proved = restoring.restore(path, replace=options["replace"], now=clock.now(), say=self.stdout.write)
                done = (
                    "Restored. Sending is paused: look around, then let it go on with `tracker dispatcher resume`. "
                    "Passwords and calendar addresses changed since the backup are as they were then."
                )
        except BackupFault as error:
            raise CommandError(str(error)) from error
        except (DatabaseError, OSError) as error:
            raise CommandError(f"The backup could not be restored: {error}") from error
        self.stdout.write(
            f"{proved.rows:,} rows, {proved.files:,} files, {proved.entries:,} audit entries, whole. Head: {proved.head}"
        )
        self.stdout.write(done)
