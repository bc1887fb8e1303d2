"""Part a list of tasks into groups: by lead unit, document, standing, month or leader, with how many each has.

Groups are counted once; their rows are then walked group by group, so that pages are cut by key as they are without
groups. A task stands in one group only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth

from tracker.commitments.models import Task
from tracker.documents.models import Document
from tracker.org import selectors as org
from tracker.org.models import Unit
from tracker.rules.followup import State

GROUPINGS = ("unit", "document", "standing", "month", "leader")
Place = tuple[Any, int]
_RUNNING = (State.ASSIGNED.value, State.IN_PROGRESS.value)
_WEEK = timedelta(days=7)

# Standings in the order they press; each open task stands in one.
STANDING_GROUPS: dict[str, Callable[[date], Q]] = {
    "overdue": lambda today: Q(state__in=_RUNNING, due__lt=today),
    "due_soon": lambda today: Q(state__in=_RUNNING, due__range=(today, today + _WEEK)),
    "later": lambda today: Q(state__in=_RUNNING, due__gt=today + _WEEK),
    "undated": lambda today: Q(state__in=_RUNNING, due__isnull=True),
    "awaiting_review": lambda today: Q(state=State.AWAITING_REVIEW),
    "to_confirm": lambda today: Q(state=State.TO_CONFIRM),
    "waiting": lambda today: Q(state=State.WAITING),
    "suspended": lambda today: Q(state=State.SUSPENDED),
    "closed": lambda today: Q(state=State.CLOSED),
    "not_achieved": lambda today: Q(state=State.NOT_ACHIEVED),
    "withdrawn": lambda today: Q(state=State.WITHDRAWN),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Be one group: `value` stands in keys and addresses, `name` is its title, empty where the page has words for it."""

    value: str
    name: str
    count: int
    where: Q


class Walk(Protocol):
    """Return up to `most` tasks of a queryset after `place`, in reverse before it, in an order of its own."""

    def __call__(self, tasks: QuerySet[Task], place: Place | None, *, backwards: bool, most: int) -> list[Task]: ...


class Groups:
    """Hold the groups of a list in their order, and tell a task's."""

    def __init__(self, by: str, groups: Iterable[Group], value_of: Callable[[Task], str]) -> None:
        self.by = by
        self.all = list(groups)
        self.value_of = value_of
        self._at = {group.value: place for place, group in enumerate(self.all)}

    def __contains__(self, value: str) -> bool:
        return value in self._at

    def __iter__(self) -> Any:
        return iter(self.all)

    def of(self, task: Task) -> Group:
        """Return the group a task of the list stands in."""
        return self.all[self._at[self.value_of(task)]]

    def walk(
        self, tasks: QuerySet[Task], run: Walk, start: tuple[str, Place | None] | None, *, backwards: bool, most: int
    ) -> list[Task]:
        """Return up to `most` tasks after (before) `start`, group after group, asking at most four times.

        Where `start` lies, its group is read on from there; groups that fit whole are read together; the one that does not
        is read as far as there is room.
        """
        order = self.all[::-1] if backwards else self.all
        rows: list[Task] = []
        at = 0
        if start is not None:
            value, place = start
            at = next(index for index, group in enumerate(order) if group.value == value)
            rows = run(tasks.filter(order[at].where), place, backwards=backwards, most=most)
            at += 1
        whole: list[Group] = []
        room = most - len(rows)
        while at < len(order) and order[at].count <= room:
            room -= order[at].count
            whole.append(order[at])
            at += 1
        if whole:
            either = Q()
            for group in whole:
                either |= group.where
            read = run(tasks.filter(either), None, backwards=backwards, most=most - len(rows))
            # Sorted by group alone; within a group the order of the list stays.
            place_of = {group.value: index for index, group in enumerate(whole)}
            rows += sorted(read, key=lambda task: place_of[self.value_of(task)])
        if at < len(order) and len(rows) < most:
            rows += run(tasks.filter(order[at].where), None, backwards=backwards, most=most - len(rows))
        return rows


def groups_of(tasks: QuerySet[Task], by: str, *, today: date) -> Groups:
    """Return the groups that `tasks` fall into, those that are empty left out; `by` is one of `GROUPINGS`."""
    return _MAKERS[by](tasks.order_by(), today)


def _by_unit(tasks: QuerySet[Task], today: date) -> Groups:
    counts = _counts(tasks, "lead")
    units = Unit.objects.filter(pk__in=counts)
    found = (Group(str(unit.pk), unit.name, counts[unit.pk], Q(lead=unit.pk)) for unit in units)
    return Groups("unit", found, lambda task: str(task.lead_id))


def _by_document(tasks: QuerySet[Task], today: date) -> Groups:
    counts = _counts(tasks, "commitment__document")
    documents = Document.objects.filter(pk__in=counts).order_by("first_line", "pk")
    found = (
        Group(str(one.pk), f"{one.short} {one.number}", counts[one.pk], Q(commitment__document=one.pk))
        for one in documents
    )
    return Groups("document", found, lambda task: str(task.commitment.document_id))


def _by_month(tasks: QuerySet[Task], today: date) -> Groups:
    counts = dict(tasks.annotate(month=TruncMonth("due")).values_list("month").annotate(Count("pk")))
    undated = counts.pop(None, 0)
    found = [
        Group(f"{first:%Y-%m}", "", counts[first], Q(due__range=(first, _last(first)))) for first in sorted(counts)
    ]
    if undated:
        found.append(Group("undated", "", undated, Q(due__isnull=True)))
    return Groups("month", found, lambda task: f"{task.due:%Y-%m}" if task.due else "undated")


def _last(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _by_leader(tasks: QuerySet[Task], today: date) -> Groups:
    """Group by who supervises the lead unit, the first whom the division of work names where there are several."""
    counts = _counts(tasks, "lead")
    rest = set(counts)
    answers: dict[int, str] = {}
    found = []
    for leader in org.leaders(on=today):
        mine = rest & leader.unit_ids
        if not mine:
            continue
        rest -= mine
        value = str(leader.post.pk)
        answers |= dict.fromkeys(mine, value)
        name = f"{leader.holder} {leader.post.title}".strip()
        found.append(Group(value, name, sum(counts[pk] for pk in mine), Q(lead__in=mine)))
    if rest:
        found.append(Group("nobody", "", sum(counts[pk] for pk in rest), Q(lead__in=rest)))
    return Groups("leader", found, lambda task: answers.get(task.lead_id, "nobody"))


def _by_standing(tasks: QuerySet[Task], today: date) -> Groups:
    conditions = {name: of(today) for name, of in STANDING_GROUPS.items()}
    standing = Case(*(When(where, then=Value(name)) for name, where in conditions.items()), output_field=CharField())
    counts: Mapping[str, int] = dict(tasks.annotate(group=standing).values_list("group").annotate(Count("pk")))
    found = [Group(name, "", counts[name], where) for name, where in conditions.items() if name in counts]

    def value_of(task: Task) -> str:
        if task.state not in _RUNNING:
            return str(task.state)
        if task.due is None:
            return "undated"
        if task.due < today:
            return "overdue"
        return "due_soon" if task.due <= today + _WEEK else "later"

    return Groups("standing", found, value_of)


def _counts(tasks: QuerySet[Task], name: str) -> dict[int, int]:
    return dict(tasks.values_list(name).annotate(Count("pk")))


_MAKERS: Mapping[str, Callable[[QuerySet[Task], date], Groups]] = {
    "unit": _by_unit,
    "document": _by_document,
    "standing": _by_standing,
    "month": _by_month,
    "leader": _by_leader,
}
