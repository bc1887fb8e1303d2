"""Print what would have followed from the loaded documents had nobody acted from some day on, as CSV; write nothing."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.commitments.models import Commitment
from tracker.documents.models import Document
from tracker.escalation.replaying import replay
from tracker.interfaces.cli.replay import COLUMNS, rows


class Command(BaseCommand):
    help = (
        "Replay the loaded documents from a day on as if nobody had acted, and print every step as CSV. Writes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", type=_day, required=True, help="first day, 2023-04-14")
        parser.add_argument("--to", dest="last", type=_day, required=True, help="last day, inclusive")
        parser.add_argument("--show-from", type=_day, help="play from the first day, but print from this day on")
        parser.add_argument("--document", help="only this document (its slug)")
        parser.add_argument("--signed", action="store_true", help="sign every proposal on the day it is made")

    def handle(self, *args: Any, **options: Any) -> None:
        commitments = Commitment.objects.all()
        if options["document"]:
            if not Document.objects.filter(slug=options["document"]).exists():
                raise CommandError(f"--document: “{options['document']}” is not the slug of a loaded document.")
            commitments = commitments.filter(document__slug=options["document"])
        try:
            played = replay(commitments, first=options["first"], last=options["last"], assume_signed=options["signed"])
        except ValueError as error:
            raise CommandError(f"{error}.") from error
        shown = options["show_from"] or options["first"]
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows(event for event in played.events if event.on >= shown))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is not a day; write it as 2023-06-05.") from error
