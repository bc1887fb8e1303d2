"""Print what would be sent in a period, and write nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker import clock
from tracker.commitments.models import Task
from tracker.escalation.simulation import Simulation, simulate
from tracker.rules.followup import ENDED, Kind
from tracker.rules.simulate import Behaviour
from tracker.rules.wording import explain


class Command(BaseCommand):
    help = "Print every reminder, escalation and notice that would be made in a period. Writes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", required=True, help="first day, 2023-06-05")
        parser.add_argument("--to", dest="last", required=True, help="last day, inclusive")
        parser.add_argument("--document", help="only this document (its slug)")
        parser.add_argument("--unit", help="only tasks this unit leads (its slug or name)")
        parser.add_argument(
            "--behaviour", choices=[one.value for one in Behaviour], default=Behaviour.NOBODY_ACTS.value
        )
        parser.add_argument(
            "--unsigned", action="store_true", help="let proposals wait instead of taking them as signed"
        )
        parser.add_argument("--summary", action="store_true", help="only the counts")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last = _day(options["first"], "--from"), _day(options["last"], "--to")
        behaviour = Behaviour(options["behaviour"])
        tasks = Task.objects.select_related("commitment__document", "commitment__clause", "lead__parent")
        if behaviour is not Behaviour.AS_HISTORY:
            tasks = tasks.exclude(state__in=ENDED)
        if options["document"]:
            tasks = tasks.filter(commitment__document__slug=options["document"])
        if options["unit"]:
            tasks = tasks.filter(lead__slug=options["unit"]) | tasks.filter(lead__name=options["unit"])
        try:
            result = simulate(
                list(tasks.order_by("pk")),
                first=first,
                last=last,
                behaviour=behaviour,
                assume_signed=not options["unsigned"],
                now=clock.now(),
            )
        except ValueError as error:
            raise CommandError(f"{error}.") from error
        if not options["summary"]:
            self._list(result)
        self._summary(result)

    def _list(self, result: Simulation) -> None:
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

    def _summary(self, result: Simulation) -> None:
        told = list(result.told())
        self.stdout.write(
            f"\n{result.first} to {result.last}, {result.behaviour.value}: "
            f"{len(told)} things told about {result.tasks} tasks."
        )
        for name, number in result.per_unit().most_common():
            self.stdout.write(f"  {number:5}  {name}")
        busiest = result.busiest()
        if busiest:
            self.stdout.write(f"Busiest: {busiest[1]} on {busiest[0]}, {busiest[2]} things in one digest.")


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option}: “{text}” is not a day; write it as 2023-06-05.") from error
