"""Print what would be sent in a period, with every text if asked for, and write nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import translation

from tracker import clock
from tracker.commitments.models import Task
from tracker.documents.models import Document
from tracker.escalation.simulation import Event, Simulation, simulate
from tracker.messaging.sentences import sentence
from tracker.org.models import Unit
from tracker.rules.followup import ENDED, Kind
from tracker.rules.simulate import Behaviour
from tracker.rules.wording import explain


class Command(BaseCommand):
    help = "Print every reminder, escalation and notice that would be made in a period. Writes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", required=True, help="first day, 2023-06-05")
        parser.add_argument("--to", dest="last", required=True, help="last day, inclusive")
        parser.add_argument(
            "--document", action="append", default=[], help="only this document (its slug); may be given again"
        )
        parser.add_argument(
            "--unit", action="append", default=[], help="only tasks this unit leads (slug or name); may be given again"
        )
        parser.add_argument(
            "--behaviour", choices=[one.value for one in Behaviour], default=Behaviour.NOBODY_ACTS.value
        )
        parser.add_argument(
            "--unsigned", action="store_true", help="let proposals wait instead of taking them as signed"
        )
        parser.add_argument("--summary", action="store_true", help="only the counts")
        parser.add_argument(
            "--texts", action="store_true", help="with the words of each message and the whole text of each notice"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        first, last = _day(options["first"], "--from"), _day(options["last"], "--to")
        behaviour = Behaviour(options["behaviour"])
        tasks = Task.objects.select_related("commitment__document", "commitment__clause", "lead__parent").defer("ics")
        if behaviour is not Behaviour.AS_HISTORY:
            tasks = tasks.exclude(state__in=ENDED)
        if options["document"]:
            tasks = tasks.filter(commitment__document__in=[_document(slug) for slug in options["document"]])
        if options["unit"]:
            tasks = tasks.filter(lead__in=[_unit(name) for name in options["unit"]])
        try:
            result = simulate(
                list(tasks.order_by("pk")),
                first=first,
                last=last,
                behaviour=behaviour,
                assume_signed=not options["unsigned"],
                now=clock.now(),
                progress=self._progress,
            )
        except ValueError as error:
            raise CommandError(f"{error}.") from error
        if not options["summary"]:
            with translation.override("zh-hans"):
                self._list(result, texts=options["texts"])
        self._summary(result)

    def _progress(self, day: date) -> None:
        """Tell on a terminal how far the play is; the error channel, so that the list itself can be kept in a file."""
        if self.stderr.isatty():
            self.stderr.write(f"played through {day}", ending="\r")

    def _list(self, result: Simulation, *, texts: bool) -> None:
        day = None
        for event in result.told():
            if event.on != day:
                day = event.on
                self.stdout.write(f"\n{day:%Y-%m-%d %a}")
            what = event.action.title or ("reminder" if event.action.kind is Kind.REMINDER else event.action.part)
            self.stdout.write(f"  → {event.address.text}: {what} — {event.task.lead.name} “{event.task.title}”")
            for note in event.action.counting:
                self.stdout.write(f"      {explain(note)}")
            if event.action.basis:
                basis = event.action.basis
                number = event.task.commitment.document.number
                self.stdout.write(f"      依据 {number} {basis.clause}：{basis.quote}")
            if texts:
                self._texts(result, event)

    def _texts(self, result: Simulation, event: Event) -> None:
        for item in event.items:
            self.stdout.write(f"      ✉ {item.post}: {sentence(item, today=event.on)}")
        if not event.items:
            self.stdout.write("      ✉ nobody is registered, so nobody is told")
        notice = result.draft(event)
        if notice is None:
            return
        self.stdout.write(f"      ┌ {notice.issuer_name} → {notice.addressee}")
        for line in [*notice.title.splitlines(), "", *notice.body.splitlines()]:
            self.stdout.write(f"      │ {line}")
        self.stdout.write("      └")

    def _summary(self, result: Simulation) -> None:
        told = list(result.told())
        self.stdout.write(
            f"\n{result.first} to {result.last}, {result.behaviour.value}: "
            f"{len(told)} things told about {result.tasks} tasks."
        )
        for name, number in result.per_unit().most_common():
            self.stdout.write(f"  {number:5}  {name}")
        if drafted := result.notices():
            self.stdout.write("Notices drafted: " + ", ".join(f"{n} {name}" for name, n in drafted.most_common()))
        if busiest := result.busiest():
            self.stdout.write(
                f"Busiest: {busiest.who} ({busiest.post}) on {busiest.on}, {busiest.number} things in one digest."
            )


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option}: “{text}” is not a day; write it as 2023-06-05.") from error


def _document(slug: str) -> Document:
    found = Document.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"No document has the slug “{slug}”.")
    return found


def _unit(name: str) -> Unit:
    found = Unit.objects.filter(Q(slug=name) | Q(name=name)).first()
    if found is None:
        raise CommandError(f"No unit has the slug or the name “{name}”.")
    return found
