"""Read how units' duties of a period count, as they stood at the end of a chosen day.

What was so on that day is rebuilt from what carries its own instant: deadlines, applications, reviews, suspensions and
the parts of units. What was closed, extended or returned later is as yet unknown on that day and is left out, so that a
past period's figures stay what they were. How a duty counts is `rules.assessment`; whose duties are looked at is decided
by the caller, who hands in the tasks, those withdrawn since included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from tracker.commitments.models import (
    Assignment,
    Certainty,
    Deadline,
    Extension,
    ProgressReport,
    Return,
    Review,
    Suspension,
    Task,
)
from tracker.org import selectors as org
from tracker.rules.assessment import Case, Period, Role, Verdict, judge
from tracker.rules.civil import civil_day, start_of_day
from tracker.rules.followup import ENDED, State, Stop, TaskSnapshot
from tracker.rules.standing import Standing, standing

_COLUMNS = (
    "task_id", "due", "version", "provisional", "task__state", "task__opened_at", "task__closed_at",
    "task__applied_at", "task__done_on", "task__backfill", "task__lead_id", "task__commitment__certainty",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """Be one unit's part in one duty with how it counts.

    `own` tells that the unit is the duty's first lead: each duty has one such row, by which it is counted once for the
    county. `due` is the date in force on the day, `first_due` the one before any extension where that is another.
    """

    task_id: int
    unit_id: int
    own: bool
    verdict: Verdict
    due: date
    first_due: date | None

    @property
    def role(self) -> Role:
        return self.verdict.role


class Happening(StrEnum):
    """Name what happened to duties in a period and is told beside the outcomes: none of it scores."""

    EXTENDED = "extended"
    SENT_BACK = "sent_back"  # an application to close, returned for more work
    RETURNED = "returned"  # 退回: the unit holds that the duty is not its own
    SUSPENDED = "stood_still"
    WARNED = "warned"


@dataclass(frozen=True, slots=True)
class Event:
    """Be one thing that happened to a unit's duty on a civil day, with what was said of it."""

    what: Happening
    task_id: int
    unit_id: int
    on: date
    text: str
    old_due: date | None = None
    new_due: date | None = None


def assess(
    tasks: QuerySet[Task],
    *,
    period: Period,
    as_of: date,
    units: Collection[int] | None = None,
    certainty: str = "",
) -> list[Judged]:
    """Return how each unit's part in the duties of the period counts, the earliest date first.

    `units` are ids; None for all. `certainty` may be “hard” or “soft”. Some ten queries for any number of tasks.
    """
    end = start_of_day(as_of + timedelta(days=1))
    tasks = tasks.order_by()
    if certainty:
        tasks = tasks.filter(commitment__certainty=certainty)
    dated = _in_force(tasks, period, end)
    history = _History(Task.objects.filter(pk__in=dated.values("task")), as_of=as_of, end=end)
    workdays = org.workdays()
    found = []
    for facts in dated.order_by("due", "task_id").values(*_COLUMNS):
        task = history.picture(facts)
        if task is None:
            continue
        backfill = facts["task__backfill"] and task.id not in history.named
        soft = facts["task__commitment__certainty"] == Certainty.SOFT
        parts = history.parts[task.id]
        for unit_id, role, done_on in parts:
            if units is not None and unit_id not in units:
                continue
            if role is Role.LEAD and done_on is not None and task.id in history.reopened:
                done_on = None if done_on <= history.reopened[task.id] else done_on
            others_open = any(other is Role.SUPPORT and done is None for _unit, other, done in parts)
            verdict = judge(
                Case(task, role, backfill, soft, done_on, others_open and role is Role.LEAD), period, as_of, workdays
            )
            if verdict is not None:
                first, present = history.first_due.get(task.id), facts["due"]
                own = role is Role.LEAD and unit_id == facts["task__lead_id"]
                found.append(Judged(task.id, unit_id, own, verdict, present, first if first != present else None))
    return found


def events(tasks: QuerySet[Task], *, period: Period, as_of: date, units: Collection[int] | None = None) -> list[Event]:
    """Return what happened to units' duties in the period and until the end of `as_of`, in order, in five queries.

    An extension counts on the day it was granted, whatever date it moved: a duty extended out of its period is found here.
    """
    last = min(period.last, as_of)
    start, end = start_of_day(period.first), start_of_day(last + timedelta(days=1))
    of = {"task__in": tasks.order_by()}
    within = (start, end)
    found: list[Event] = []
    granted = Extension.objects.filter(**of, state=Extension.State.GRANTED).filter(**_between("decided_at", within))
    for task, unit, at, reason, old, new in granted.values_list(
        "task_id", "unit_id", "decided_at", "reason", "old_due", "new_due"
    ):
        if at is not None:
            found.append(Event(Happening.EXTENDED, task, unit, _day(at), reason, old, new))
    sent_back = Review.objects.filter(**of, decision=Review.Decision.RETURNED).filter(**_between("at", within))
    for task, unit, at, reason in sent_back.values_list("task_id", "task__lead_id", "at", "reason"):
        found.append(Event(Happening.SENT_BACK, task, unit, _day(at), reason))
    for task, unit, at, reason in (
        Return.objects.filter(**of).filter(**_between("at", within)).values_list("task_id", "unit_id", "at", "reason")
    ):
        found.append(Event(Happening.RETURNED, task, unit, _day(at), reason))
    stood = Suspension.objects.filter(**of, from_day__gte=period.first, from_day__lte=last)
    for task, unit, on, reason in stood.values_list("task_id", "task__lead_id", "from_day", "reason"):
        found.append(Event(Happening.SUSPENDED, task, unit, on, reason))
    kept = [one for one in found if units is None or one.unit_id in units]
    return sorted(kept, key=lambda one: (one.on, one.task_id, one.what))


@dataclass(frozen=True, slots=True)
class Then:
    """Hold a task as it was at the end of a day, its row changed in memory only, and how it stood."""

    task: Task
    standing: Standing


def as_they_were(tasks: QuerySet[Task], *, period: Period, as_of: date) -> list[Then]:
    """Return the tasks that fell due in the period as they were at the end of a day, by document, date and lead unit.

    Those past when they were loaded are among them only until their unit has said how they stand, or with the day it
    named.
    """
    end = start_of_day(as_of + timedelta(days=1))
    dated = _in_force(tasks.order_by(), period, end)
    history = _History(Task.objects.filter(pk__in=dated.values("task")), as_of=as_of, end=end)
    rows = {row["task_id"]: row for row in dated.values(*_COLUMNS)}
    workdays = org.workdays()
    found = []
    named = Task.objects.filter(pk__in=rows).select_related("commitment__document", "commitment__clause", "lead")
    for task in named.defer("ics").order_by("commitment__document__first_line", "due", "lead__name", "pk"):
        facts = rows[task.pk]
        was = history.picture(facts)
        if was is None or was.state is State.WAITING:
            continue
        if task.backfill and task.pk not in history.named and was.state is not State.TO_CONFIRM:
            continue
        task.state, task.due, task.due_version, task.provisional = (
            was.state,
            was.due,
            was.due_version,
            was.provisional,
        )
        found.append(Then(task, standing(was, as_of, workdays)))
    return found


def _between(name: str, within: tuple[datetime, datetime]) -> dict[str, datetime]:
    return {f"{name}__gte": within[0], f"{name}__lt": within[1]}


def _in_force(tasks: QuerySet[Task], period: Period, end: datetime) -> QuerySet[Deadline]:
    """Return the deadlines of the period that were in force at `end`, of tasks that had been opened."""
    later = Deadline.objects.filter(task=OuterRef("task"), version__gt=OuterRef("version"), set_at__lt=end)
    return Deadline.objects.filter(
        ~Exists(later),
        task__in=tasks,
        task__opened_at__lt=end,
        due__gte=period.first,
        due__lte=period.last,
        set_at__lt=end,
    )


class _History:
    """Hold what had been said and decided of some tasks by the end of a day."""

    def __init__(self, tasks: QuerySet[Task], *, as_of: date, end: datetime) -> None:
        self.as_of, self.end = as_of, end
        self.stops: defaultdict[int, list[Stop]] = defaultdict(list)
        # The civil day of the newest application that had been returned by then.
        self.reopened: dict[int, date] = {}
        # Applications that were pending then and were returned later.
        self.pending: dict[int, date] = {}
        self.first_due: dict[int, date | None] = dict(
            Deadline.objects.filter(task__in=tasks, version=1).values_list("task_id", "due")
        )
        self.parts: defaultdict[int, list[tuple[int, Role, date | None]]] = defaultdict(list)
        of = {"task__in": tasks}
        self._spells(of)
        self._reviews(of)
        rows = Assignment.objects.filter(**of).order_by("role", "pk")
        for task, unit, role, done_at in rows.values_list("task_id", "unit_id", "role", "done_at"):
            self.parts[task].append((unit, Role(role), self._by_then(done_at)))
        named = ProgressReport.objects.filter(**of, kind=ProgressReport.Kind.BACKFILL, done_on=None, at__lt=end)
        self.named = frozenset(named.values_list("task_id", flat=True))

    def _spells(self, of: dict[str, Any]) -> None:
        began = Suspension.objects.filter(**of, from_day__lte=self.as_of)
        for task, first, resumed in began.values_list("task_id", "from_day", "to_day"):
            self.stops[task].append(Stop(first, resumed if resumed and resumed <= self.as_of else None))

    def _reviews(self, of: dict[str, Any]) -> None:
        returned = Review.objects.filter(**of, decision=Review.Decision.RETURNED, report__at__lt=self.end)
        for task, applied, decided in returned.order_by("at").values_list("task_id", "report__at", "at"):
            if decided < self.end:
                self.stops[task].append(Stop(_day(applied), _day(decided)))
                self.reopened[task] = _day(applied)
            else:
                self.pending[task] = _day(applied)
        for spells in self.stops.values():
            spells.sort(key=lambda spell: spell.first)

    def picture(self, facts: dict[str, Any]) -> TaskSnapshot | None:
        """Return the task as it was at the end of the day; None where it had been withdrawn."""
        pk = facts["task_id"]
        state = self._state(pk, facts)
        if state is State.WITHDRAWN:
            return None
        applied = self._by_then(facts["task__applied_at"]) or self.pending.get(pk)
        if applied and facts["task__backfill"] and facts["task__done_on"]:
            applied = facts["task__done_on"]
        return TaskSnapshot(
            id=pk,
            state=state,
            due=facts["due"],
            opened_on=_day(facts["task__opened_at"]),
            due_version=facts["version"],
            provisional=facts["provisional"],
            closed_on=self._by_then(facts["task__closed_at"]),
            applied_on=applied,
            stopped=tuple(self.stops[pk]),
        )

    def _state(self, pk: int, facts: dict[str, Any]) -> State:
        now = State(facts["task__state"])
        if now in ENDED and (facts["task__closed_at"] is None or facts["task__closed_at"] < self.end):
            return now
        if any(spell.resumed is None for spell in self.stops[pk]):
            return State.SUSPENDED
        if self._by_then(facts["task__applied_at"]) or pk in self.pending:
            return State.AWAITING_REVIEW
        if now is State.TO_CONFIRM:
            return now
        return State.IN_PROGRESS

    def _by_then(self, instant: datetime | None) -> date | None:
        return civil_day(instant) if instant is not None and instant < self.end else None


def _day(instant: datetime) -> date:
    return civil_day(instant)
