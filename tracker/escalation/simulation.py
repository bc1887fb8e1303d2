"""Play the follow-up of real tasks forward and say what would be sent, to whom and why; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.commitments.models import Task
from tracker.escalation.addressing import Address, AddressBooks
from tracker.escalation.history import historic_cases
from tracker.escalation.selectors import cases_of
from tracker.org import selectors as org
from tracker.rules import simulate as playing
from tracker.rules.civil import civil_day
from tracker.rules.followup import DueAction
from tracker.rules.simulate import Behaviour


@dataclass(frozen=True, slots=True)
class Event:
    """Hold one thing that would happen: on which civil day, to which task, what, and to whom."""

    on: date
    task: Task
    action: DueAction
    address: Address


@dataclass(frozen=True, slots=True)
class Simulation:
    """Hold what would happen in a period, in order, with its counts."""

    first: date
    last: date
    behaviour: Behaviour
    tasks: int
    events: tuple[Event, ...]

    def per_day(self) -> Counter[date]:
        """Count what is told on each day; a reminder overtaken by a later one is not told."""
        return Counter(event.on for event in self.told())

    def per_unit(self) -> Counter[str]:
        """Count what is told about each lead unit's tasks."""
        return Counter(event.task.lead.name for event in self.told())

    def told(self) -> Iterable[Event]:
        """Return the events that somebody would hear of."""
        return (event for event in self.events if not event.action.superseded)

    def busiest(self) -> tuple[date, str, int] | None:
        """Return the day on which one addressee is told most, with the addressee and how many things; None when nothing."""
        counts = Counter((event.on, event.address.text) for event in self.told())
        if not counts:
            return None
        (day, name), number = counts.most_common(1)[0]
        return day, name, number


def simulate(
    tasks: Sequence[Task],
    *,
    first: date,
    last: date,
    behaviour: Behaviour = Behaviour.NOBODY_ACTS,
    assume_signed: bool = True,
    now: datetime,
) -> Simulation:
    """Return what would happen to `tasks` from `first` to `last`, both inclusive.

    A period that begins before today is played from each task's opening, as if the program had run all along; one that
    begins today or later goes on from what has been taken. As history was, units act on the days their records tell.
    Proposals are taken as signed on the day they are made unless `assume_signed` is False. `tasks` come with commitment,
    document, clause and lead loaded. Raises ValueError for a period that ends before it begins.
    """
    from_recorded = first >= civil_day(now)
    known = cases_of(tasks, now=now)
    if behaviour is Behaviour.AS_HISTORY and not from_recorded:
        cases = historic_cases(known)
    else:
        cases = [playing.Case(case.snapshot, case.follow_up, case.taken if from_recorded else None) for case in known]
    return play(tasks, cases, first=first, last=last, behaviour=behaviour, assume_signed=assume_signed)


def play(
    tasks: Sequence[Task],
    cases: Sequence[playing.Case],
    *,
    first: date,
    last: date,
    behaviour: Behaviour,
    assume_signed: bool,
) -> Simulation:
    """Play the cases of `tasks` forward and name whom each thing speaks to on its day."""
    by_id = {task.pk: task for task in tasks}
    days = list(playing.simulate(cases, org.workdays(), first, last, behaviour, assume_signed=assume_signed))
    bodies = {action.step.body for day in days for action in day.actions if action.step and action.step.body}
    books = AddressBooks({task.lead for task in tasks}, bodies=bodies)
    events = []
    for day in days:
        book = books.on(day.on)
        for action in day.actions:
            task = by_id[action.task_id]
            address = book.address(task.lead, action.to, action.step.body if action.step else "")
            events.append(Event(day.on, task, action, address))
    return Simulation(first, last, behaviour, len(tasks), tuple(events))
