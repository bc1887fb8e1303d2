"""Find tasks for the ledger (台账): filters, sorts and pages that stay quick however many tasks there are.

Pages are cut by key, not by number: the next page begins after the last row shown, so that page 200 costs what page 1
costs and nothing is shown twice when a row changes between two pages. Which of a person's tasks are looked at is decided
by the caller, who hands in the queryset. How a list is parted into groups is decided by `grouping`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tracker.audit.actors import Actor, Role
from tracker.commitments.models import Assignment, Commitment, Extension, Return, Task
from tracker.commitments.selectors.grouping import Groups, Place
from tracker.commitments.selectors.visible import SEES_ALL, visible_tasks
from tracker.documents.models import Document
from tracker.documents.searching import numbered
from tracker.org.models import Post, Unit, UnitKind
from tracker.org.searching import in_any
from tracker.rules.followup import ENDED, State
from tracker.rules.searching import ask, paper_number

PAGE = 50
# Beyond this a count is said to be “more than”: counting on would cost more than anybody gains by it.
COUNT_BOUND = 1000
# So many tasks can be named one by one.
FEW = 2000

# “Due soon” reaches this far from today, inclusive.
SOON = timedelta(days=7)

RUNNING = (State.ASSIGNED.value, State.IN_PROGRESS.value)
_ENDED = tuple(state.value for state in ENDED)

STANDINGS: dict[str, Callable[[date], Q]] = {
    "open": lambda today: ~Q(state__in=_ENDED),
    "overdue": lambda today: Q(state__in=RUNNING, due__lt=today),
    "due_soon": lambda today: Q(state__in=RUNNING, due__range=(today, today + SOON)),
    "running": lambda today: Q(state__in=RUNNING),
    "assigned": lambda today: Q(state=State.ASSIGNED),
    "in_progress": lambda today: Q(state=State.IN_PROGRESS),
    "awaiting_review": lambda today: Q(state=State.AWAITING_REVIEW),
    "to_confirm": lambda today: Q(state=State.TO_CONFIRM),
    "waiting": lambda today: Q(state=State.WAITING),
    "unnamed": lambda today: Q(state__in=RUNNING, lead__kind=UnitKind.COLLECTIVE),
    "undated": lambda today: Q(due__isnull=True) & ~Q(state__in=[*_ENDED, State.WAITING.value]),
    "suspended": lambda today: Q(state=State.SUSPENDED),
    "ended": lambda today: Q(state__in=[State.CLOSED.value, State.NOT_ACHIEVED.value]),
    "closed": lambda today: Q(state=State.CLOSED),
    "not_achieved": lambda today: Q(state=State.NOT_ACHIEVED),
    "all": lambda today: Q(),
}


# For whose next step a task waits.
WAITING_FOR: dict[str, Q] = {
    "acknowledgement": Q(state=State.ASSIGNED),
    "confirmation": Q(state=State.TO_CONFIRM),
    "event": Q(state=State.WAITING),
    "review": Q(state=State.AWAITING_REVIEW),
    "agreement": Q(pk__in=Extension.objects.filter(state=Extension.State.REQUESTED).values("task")),
    "extension": Q(pk__in=Extension.objects.filter(state=Extension.State.AGREED).values("task")),
    "return": Q(pk__in=Return.objects.filter(state=Return.State.CLAIMED).values("task")),
    "other_unit": Q(blocker__isnull=False) & ~Q(state__in=_ENDED),
}


@dataclass(frozen=True, slots=True)
class Query:
    """Say what the ledger is asked for; empty values ask for everything.

    `text` may hold several words, all of which must be found. `unit` is a slug and finds tasks in which the unit leads or
    supports, `lead` one whose tasks it leads, `support` one it supports; `leads` are unit ids of which one must lead.
    `clause` is part of a clause's label. Days are civil and inclusive; `ended_in` is a civil year.
    """

    text: str = ""
    document: str = ""
    kind: str = ""
    certainty: str = ""
    responsibility: str = ""
    clause: str = ""
    unit: str = ""
    lead: str = ""
    support: str = ""
    waiting_for: str = ""
    leads: frozenset[int] | None = None
    standing: str = "open"
    due_from: date | None = None
    due_to: date | None = None
    changed_from: date | None = None
    changed_to: date | None = None
    ended_in: int | None = None
    commitment: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Hold one page of tasks and the keys its neighbours begin at; a key is None where there is no neighbour."""

    tasks: list[Task]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """Hold how many tasks a query finds; `more` tells that there are more than `number`."""

    number: int
    more: bool


def in_sight(actor: Actor) -> QuerySet[Task]:
    """Return the tasks an actor may see, named one by one where they are few.

    Asked for the earliest of a few tasks among very many, a database walks the dates of all of them; asked for these
    keys, it does not.
    """
    tasks = visible_tasks(actor)
    if actor.roles & SEES_ALL:
        return tasks
    keys = list(tasks.order_by().values_list("pk", flat=True)[: FEW + 1])
    return tasks.filter(pk__in=keys) if len(keys) <= FEW else tasks


def found(tasks: QuerySet[Task], query: Query, *, today: date) -> QuerySet[Task]:
    """Return those of `tasks` that the query asks for, in no particular order."""
    tasks = tasks.filter(STANDINGS[query.standing](today))
    for word in ask(query.text).words:
        tasks = tasks.filter(_holds(word))
    exact = {
        "commitment__document__slug": query.document,
        "commitment__kind": query.kind,
        "commitment__certainty": query.certainty,
        "commitment__responsibility": query.responsibility,
        "commitment": query.commitment,
        "lead__slug": query.lead,
        "due__gte": query.due_from,
        "due__lte": query.due_to,
        "changed_at__date__gte": query.changed_from,
        "changed_at__date__lte": query.changed_to,
        "commitment__clause__label__icontains": query.clause,
    }
    tasks = tasks.filter(**{name: value for name, value in exact.items() if value})
    if query.unit:
        tasks = tasks.filter(pk__in=Assignment.objects.filter(unit__slug=query.unit).values("task"))
    if query.support:
        parts = Assignment.objects.filter(unit__slug=query.support, role="support")
        tasks = tasks.filter(pk__in=parts.values("task"))
    if query.waiting_for:
        tasks = tasks.filter(WAITING_FOR[query.waiting_for])
    if query.leads is not None:
        tasks = tasks.filter(lead__in=query.leads)
    if query.ended_in:
        # Compared as civil days of the country: the database turns the instant into its day in Asia/Shanghai.
        tasks = tasks.filter(closed_at__year=query.ended_in)
    return tasks


def count(tasks: QuerySet[Task]) -> Count:
    """Count at most `COUNT_BOUND` tasks."""
    number = tasks.order_by()[: COUNT_BOUND + 1].count()
    return Count(min(number, COUNT_BOUND), number > COUNT_BOUND)


def _holds(word: str) -> Q:
    """Return the condition that a task has `word` in title, clause, quote, the document's title or number, or a unit's name.

    A word that is a paper's number finds the duties of that document, however it is written. The words stand in few rows
    (commitments, units), their tasks are many: the few are searched and the many found by key.
    """
    columns = ("title", "quote", "clause__text", "clause__label", "document__title", "document__short")
    number = paper_number(word)
    of_document = numbered(number, "document__") if number else in_any(("document__number",), word)
    condition = in_any(columns, word) | of_document
    commitments = Commitment.objects.filter(condition)
    units = Unit.objects.filter(in_any(("name", "aliases__name"), word))
    return (
        in_any(("title",), word)
        | Q(commitment__in=commitments.values("pk"))
        | Q(pk__in=Assignment.objects.filter(unit__in=units.values("pk")).values("task"))
    )


@dataclass(frozen=True, slots=True)
class Sort:
    """Describe an order: what it sorts by, then the id; `nullable` values come last whichever way it runs."""

    by: str
    descending: bool = False
    nullable: bool = False
    parse: Callable[[str], Any] = field(default=str)


SORTS = {
    "due": Sort("due", nullable=True, parse=date.fromisoformat),
    "-due": Sort("due", descending=True, nullable=True, parse=date.fromisoformat),
    "unit": Sort("lead__name"),
    "-unit": Sort("lead__name", descending=True),
    "document": Sort("commitment__document__first_line", parse=int),
    "title": Sort("title"),
    "state": Sort("state"),
    "percent": Sort("percent", nullable=True, parse=int),
    "-percent": Sort("percent", descending=True, nullable=True, parse=int),
    "reported": Sort("reported_at", nullable=True, parse=datetime.fromisoformat),
    "-reported": Sort("reported_at", descending=True, nullable=True, parse=datetime.fromisoformat),
    "-ended": Sort("closed_at", descending=True, nullable=True, parse=datetime.fromisoformat),
    "-changed": Sort("changed_at", descending=True, parse=datetime.fromisoformat),
}


def page(
    tasks: QuerySet[Task],
    *,
    sort: str = "due",
    after: str = "",
    before: str = "",
    size: int = PAGE,
    groups: Groups | None = None,
) -> Page:
    """Return one page in the order `sort`, after or before a key that an earlier page gave.

    A key that no page gave, or of another sort, begins at the beginning. Tasks without a value to sort by come last. With
    `groups` the list runs through one group after the other, and `sort` orders each.
    """
    order = SORTS[sort]
    backwards = bool(before)
    key = before or after
    group, _, key = key.partition(GROUP_ENDS) if groups else ("", "", key)
    place = _read(key, order)
    begun = place is not None
    if groups:
        # A group alone, without a row, is its beginning.
        begun = group in groups
        start = (group, place) if begun else None
        rows = groups.walk(tasks, _walker(order), start, backwards=backwards, most=size + 1)
    else:
        rows = _walk(tasks, order, place, backwards=backwards, most=size + 1)
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    if backwards and not more:
        # Fewer than a page before this key: show the first page, whole.
        if begun and len(rows) < size:
            return page(tasks, sort=sort, size=size, groups=groups)
        has_before, has_after = False, True
    else:
        has_before, has_after = (True, True) if backwards else (begun, more)

    def key_of(task: Task) -> str:
        return (f"{groups.value_of(task)}{GROUP_ENDS}" if groups else "") + _key(task, order)

    return Page(
        rows,
        before=key_of(rows[0]) if rows and has_before else None,
        after=key_of(rows[-1]) if rows and has_after else None,
    )


# Stands between the group and the row in a key; no group's value holds it.
GROUP_ENDS = "|"


def _walker(order: Sort) -> Callable[..., list[Task]]:
    def walk(tasks: QuerySet[Task], place: Place | None, *, backwards: bool, most: int) -> list[Task]:
        return _walk(tasks, order, place, backwards=backwards, most=most)

    return walk


def _walk(tasks: QuerySet[Task], order: Sort, place: Place | None, *, backwards: bool, most: int) -> list[Task]:
    """Return up to `most` tasks after `place`, or before it in reverse, with those that have no value at the end.

    Dated and undated tasks are asked for one after the other, so that each question is answered from an index.
    """
    if not order.nullable:
        return _run(tasks, order, place, backwards=backwards, most=most)
    without = tasks.filter(**{f"{order.by}__isnull": True})
    valued = tasks.filter(**{f"{order.by}__isnull": False})
    in_without = place is not None and place[0] is None
    rows: list[Task] = []
    for part, holds_place in ((valued, not in_without), (without, in_without))[:: -1 if backwards else 1]:
        passed = in_without and not backwards and part is valued
        ahead = backwards and place is not None and not in_without and part is without
        if passed or ahead or len(rows) >= most:
            continue
        rows += _run(part, order, place if holds_place else None, backwards=backwards, most=most - len(rows))
    return rows


def _run(tasks: QuerySet[Task], order: Sort, place: Place | None, *, backwards: bool, most: int) -> list[Task]:
    falling = order.descending != backwards
    if place is not None:
        value, pk = place
        past = "lt" if falling else "gt"
        behind = "lt" if backwards else "gt"
        if value is None:
            tasks = tasks.filter(**{f"id__{behind}": pk})
        else:
            tasks = tasks.filter(
                Q(**{f"{order.by}__{past}": value}) | Q(**{order.by: value, f"id__{behind}": pk}),
                # Said again in one piece, because an index can be entered by it.
                Q(**{f"{order.by}__{past}e": value}),
            )
    column = F(order.by)
    by_id = F("id").desc() if backwards else F("id").asc()
    return list(tasks.order_by(column.desc() if falling else column.asc(), by_id)[:most])


def _key(task: Task, order: Sort) -> str:
    value: Any = task
    for name in order.by.split("__"):
        value = getattr(value, name)
    return f"{task.pk}~{'' if value is None else value}"


def _read(key: str, order: Sort) -> Place | None:
    pk, _, value = key.partition("~")
    if not pk.isdecimal():
        return None
    try:
        return (order.parse(value) if value or not order.nullable else None), int(pk)
    except ValueError:
        return None


def for_table(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Return tasks with what one row of a table shows, in two queries however many there are."""
    return (
        tasks.select_related("commitment__document", "commitment__clause", "lead")
        .defer("ics", "commitment__clause__text")
        .prefetch_related("assignments__unit")
    )


def documents_of(tasks: QuerySet[Task]) -> Iterable[tuple[str, str, str]]:
    """Return slug, number and short title of every document that has one of `tasks`, in the gazette's order."""
    # Asked document by document whether there is one: a database need not go through all tasks to name a few documents.
    has_one = Exists(tasks.order_by().filter(commitment__document=OuterRef("pk")))
    return Document.objects.filter(has_one).order_by("first_line").values_list("slug", "number", "short")


def units_with_tasks(*, also: Collection[str] = ()) -> QuerySet[Unit]:
    """Return the units that have a part in any task, and those named by slug in `also`, by kind and name."""
    return Unit.objects.filter(Q(slug__in=also) | Exists(Assignment.objects.filter(unit=OuterRef("pk"))))


def units_without_liaison() -> QuerySet[Unit]:
    """Return the units that have a part in an open task and no post of a liaison, by kind and name."""
    open_parts = Assignment.objects.filter(unit=OuterRef("pk")).exclude(task__state__in=ENDED)
    liaison = Post.objects.filter(unit=OuterRef("pk"), role=Role.LIAISON, withdrawn_at=None)
    named = Unit.objects.filter(active=True).exclude(kind=UnitKind.COLLECTIVE)
    return named.filter(Exists(open_parts), ~Exists(liaison)).order_by("kind", "name")
