"""Back up the database and the uploaded files into one archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker import clock
from tracker.audit.services import job_run
from tracker.interfaces.cli.backups import making
from tracker.interfaces.cli.backups.faults import BackupFault


class Command(BaseCommand):
    help = "Write the database and the uploaded files into one archive with a manifest. Others may go on working."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="where to (default: backups in TRACKER_DATA_DIR)")
        parser.add_argument("--keep", type=int, default=0, help="remove all but this many of the newest in the folder")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep"] < 0:
            raise CommandError("--keep takes the number of backups to keep, at least 1; leave it out to keep all.")
        folder: Path = options["folder"] or settings.DATA / "backups"
        try:
            with job_run("backup", as_of=clock.now()) as run:
                path, manifest = making.back_up(folder, real_now=clock.real_now())
                contents = manifest.contents
                run.counts = {
                    "file": str(path),
                    "bytes": path.stat().st_size,
                    "rows": sum(contents.tables.values()),
                    "files": len(manifest.parts) - 1,
                    "audit_head": contents.audit_head,
                }
        except BackupFault as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{path}: {run.counts['bytes']:,} bytes, {run.counts['rows']:,} rows, {run.counts['files']:,} files, "
            f"{contents.audit_entries:,} audit entries. Head: {contents.audit_head}"
        )
        for old in making.forget_old(folder, keep=options["keep"]):
            self.stdout.write(f"{old}: removed")
