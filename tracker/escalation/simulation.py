"""Play the follow-up of real tasks forward and say what would be sent, to whom and why; nothing is written.

What would be told is made by the same hands as in a real sweep (`services.telling`), and what would be drafted by the same
as a real draft (`notices.drafting`), from values that are never saved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time

from tracker.commitments.models import Task
from tracker.escalation.addressing import Address, AddressBook, AddressBooks
from tracker.escalation.history import historic_cases
from tracker.escalation.selectors import cases_of
from tracker.escalation.services.telling import Telling, open_parts
from tracker.messaging.models import Item
from tracker.notices.drafting import Cause, drafts
from tracker.notices.drafting.facts import Earlier, Supposed, signed_under
from tracker.notices.drafting.forms import FORMS, kind_named
from tracker.notices.drafting.words import formal_name
from tracker.notices.models import Kind, Notice
from tracker.org import selectors as org
from tracker.org.models import Tenure
from tracker.rules import simulate as playing
from tracker.rules.civil import SHANGHAI, civil_day
from tracker.rules.followup import Action, DueAction
from tracker.rules.simulate import Behaviour, Played
from tracker.rules.standing import standing

Progress = Callable[[date], None]

# Proposals are made by the morning's sweep.
MORNING = time(9)


@dataclass(frozen=True, slots=True)
class Event:
    """Hold one thing that would happen: on which civil day, to which task, what, and to whom.

    `items` are the messages it would make, unsaved, the addressee's first; `cause` is why a notice would be drafted.
    """

    on: date
    task: Task
    address: Address
    played: Played
    items: tuple[Item, ...] = ()
    cause: Cause | None = None

    @property
    def action(self) -> DueAction:
        return self.played.action


@dataclass(frozen=True, slots=True)
class Busiest:
    """Hold the day on which one person is told most: who, under which post, and how many things in that one digest."""

    on: date
    who: str
    post: str
    number: int


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

    def notices(self) -> Counter[str]:
        """Count the notices that would be drafted, by the name of their kind."""
        return Counter(event.cause.name for event in self.events if event.cause)

    def told(self) -> Iterable[Event]:
        """Return the events that somebody would hear of."""
        return (event for event in self.events if not event.action.superseded)

    def busiest(self) -> Busiest | None:
        """Return the day on which one person is told most, copies of what others are told included; None when nothing.

        A post counts for whoever holds it that day: one person's posts share one digest. A post nobody holds counts alone.
        """
        told = [(event.on, item.post_id, str(item.post)) for event in self.events for item in event.items]
        holders = _holders({post for _day, post, _name in told})
        counts: Counter[tuple[date, str]] = Counter()
        posts: dict[tuple[date, str], str] = {}
        for day, post, name in told:
            who = holders(post, day) or name
            counts[day, who] += 1
            posts[day, who] = name
        if not counts:
            return None
        (day, who), number = max(counts.items(), key=lambda one: (one[1], -one[0][0].toordinal()))
        return Busiest(day, who, posts[day, who], number)

    def draft(self, event: Event) -> Notice | None:
        """Return the notice, unsaved, that the event would propose; None for an event that proposes none."""
        if event.cause is None:
            return None
        now = datetime.combine(event.on, MORNING, SHANGHAI)
        (made,) = drafts([event.cause], now=now, supposed=_supposed(event))
        return made.notice


def simulate(
    tasks: Sequence[Task],
    *,
    first: date,
    last: date,
    behaviour: Behaviour = Behaviour.NOBODY_ACTS,
    assume_signed: bool = True,
    now: datetime,
    progress: Progress | None = None,
) -> Simulation:
    """Return what would happen to `tasks` from `first` to `last`, both inclusive.

    A period that begins before today is played from each task's opening, as if the program had run all along; one that
    begins today or later goes on from what has been taken. As history was, units and signers act on the days their records
    tell, and from today on nobody does. Proposals are taken as signed on the day they are made unless `assume_signed` is
    False. `tasks` come with commitment, document, clause and lead loaded; `progress` is told each civil day
    that has been played. Raises ValueError for a period that ends before it begins.
    """
    today = civil_day(now)
    from_recorded = first >= today
    known = cases_of(tasks, now=now)
    if behaviour is Behaviour.AS_HISTORY and not from_recorded:
        cases = historic_cases(known, today=today)
    else:
        cases = [playing.Case(case.snapshot, case.follow_up, case.taken if from_recorded else None) for case in known]
    return play(
        tasks, cases, first=first, last=last, behaviour=behaviour, assume_signed=assume_signed, progress=progress
    )


def play(
    tasks: Sequence[Task],
    cases: Sequence[playing.Case],
    *,
    first: date,
    last: date,
    behaviour: Behaviour,
    assume_signed: bool,
    progress: Progress | None = None,
) -> Simulation:
    """Play the cases of `tasks` forward and name whom each thing speaks to on its day."""
    by_id = {task.pk: task for task in tasks}
    days = []
    for day in playing.simulate(cases, org.workdays(), first, last, behaviour, assume_signed=assume_signed):
        days.append(day)
        if progress is not None:
            progress(day.on)
    bodies = {action.step.body for day in days for action in day.actions if action.step and action.step.body}
    concerned = {one.task.id for day in days for one in day.played}
    # A replay's tasks were never saved: what other units would hear of them is not played.
    parts = open_parts([by_id[pk] for pk in concerned if not by_id[pk]._state.adding])
    units = {task.lead for task in tasks} | {part.unit for found in parts.values() for part in found}
    books = AddressBooks(units, bodies=bodies)
    tellings: dict[int, Telling] = {}
    events = []
    for day in days:
        book = books.on(day.on)
        telling = tellings.setdefault(
            id(book), Telling((), parts, book, now=datetime.combine(day.on, MORNING, SHANGHAI))
        )
        for one in day.played:
            events.append(_event(day.on, by_id[one.task.id], one, telling, book))
    return Simulation(first, last, behaviour, len(tasks), tuple(events))


def _event(on: date, task: Task, one: Played, telling: Telling, book: AddressBook) -> Event:
    action, then = one.action, _as_then(task, one)
    address = book.address(task.lead, action.to, action.step.body if action.step else "")
    telling.items, telling.causes = [], []
    telling.of_action(then, action, address)
    if one.carried_out is not None:
        telling.of_finding(then, one.carried_out, address)
    return Event(on, task, address, one, tuple(telling.items), next(iter(telling.causes), None))


def _as_then(task: Task, one: Played) -> Task:
    """Return the task, unsaved, with the date and the state it had when the thing came due."""
    then = copy(task)
    then.due, then.start, then.due_version = one.task.due, one.task.start, one.task.due_version
    then.state, then.provisional = one.task.state, one.task.provisional
    return then


def _supposed(event: Event) -> Supposed:
    """Return what is said of the task in a draft: how it stood then, and the papers the play has sent before."""
    picture, signed = event.played.task, event.played.signed
    on_record = signed_under([key for key, _step, _taken in signed])
    earlier = []
    for key, step, taken in signed:
        assert taken.effective_on is not None, "a paper in force has been signed"
        real = on_record.get(key)
        if real is not None and real.signed_on == taken.effective_on:
            earlier.append(real)
            continue
        kind = Kind.DECISION if step.action is Action.PROPOSE_FINDING else kind_named(step.notice)
        earlier.append(
            Earlier(
                kind=kind,
                name=step.notice or FORMS[kind].name,
                number="",
                issuer=formal_name(step.signed_by),
                signed_on=taken.effective_on,
                reply_by=taken.rectify_by,
                replied_on=None,
            )
        )
    reported = picture.reported_on
    return Supposed(
        standing(picture, event.on, org.workdays()),
        reported if reported is not None and reported <= event.on else None,
        tuple(earlier),
    )


def _holders(posts: Iterable[int]) -> Callable[[int, date], str]:
    """Return a function that names who holds a post on a civil day; empty where nobody does."""
    spells: dict[int, list[tuple[date, date, str]]] = defaultdict(list)
    rows = Tenure.objects.filter(post__in=list(posts), withdrawn_at=None).order_by(*org.ACTING_FIRST)
    for post, first, last, name in rows.values_list("post_id", "from_day", "to_day", "holder"):
        spells[post].append((first or date.min, last or date.max, name))
    return lambda post, day: next((name for first, last, name in spells[post] if first <= day <= last), "")
