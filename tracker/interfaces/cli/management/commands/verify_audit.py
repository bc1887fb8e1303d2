"""Walk the audit chain and say whether it is whole."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.audit import selectors


class Command(BaseCommand):
    help = "Verify the audit chain; name its first break and exit with 1 when there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        report = selectors.verify_chain()
        if not report.whole:
            where = f"at entry {report.broken_at}" if report.broken_at else "at its end"
            raise CommandError(
                f"The chain is broken {where}: {report.reason}. {report.entries} entries before it hold."
            )
        self.stdout.write(f"{report.entries} entries, whole. Head: {report.head}")
