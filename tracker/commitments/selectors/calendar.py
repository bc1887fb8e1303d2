"""Read what falls due on the days of a span: for a month's page, an agenda, or one day.

Tasks that share promise and date are one entry, for a county reads “seven townships, 2 June” and not seven lines. A
window is told on the day it opens and on the day it is due. Which tasks are looked at is decided by the caller.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from tracker.audit.actors import Actor
from tracker.commitments.models import Assignment, Kind, Task
from tracker.commitments.selectors.ledger import RUNNING
from tracker.commitments.selectors.visible import SEES_ALL
from tracker.rules.followup import ENDED

# A span with more tasks than this is cut, and says so: nobody reads a month of five thousand lines.
MOST_TASKS = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """Be one line of a day: the task that most needs somebody among `count` of one promise and date.

    `ended` says how many of them have ended; `opens` that the day is the first of a window and not the one it is due.
    """

    task: Task
    count: int
    ended: int
    opens: bool


@dataclass(frozen=True, slots=True)
class Day:
    """Hold what is told on a day: at most so many entries as were asked for, and how many tasks are left out."""

    entries: tuple[Entry, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Span:
    """Hold the days of a span that have something to tell, the windows that touch it, and whether it was cut."""

    days: dict[date, Day]
    windows: tuple[Task, ...]
    tasks: int
    cut: bool


def of_scope(tasks: QuerySet[Task], actor: Actor) -> QuerySet[Task]:
    """Return the tasks of the units the person works for; of a leader, who works for none, those of the portfolio."""
    if actor.unit_ids:
        return tasks.filter(Exists(Assignment.objects.filter(task=OuterRef("pk"), unit__in=actor.unit_ids)))
    if actor.roles & SEES_ALL and actor.portfolio_ids:
        return tasks.filter(lead__in=actor.portfolio_ids)
    return tasks


def span(tasks: QuerySet[Task], *, first: date, last: date, most: int | None) -> Span:
    """Return what is told from `first` to `last`, both inclusive, with at most `most` entries a day; None leaves none out.

    Two queries however many tasks there are.
    """
    window = Q(commitment__kind=Kind.WINDOW, start__lte=last, due__gte=first)
    found = tasks.order_by().filter(Q(due__gte=first, due__lte=last) | window)
    columns = ("pk", "due", "start", "state", "commitment", "commitment__kind", "commitment__line")
    rows = list(found.values_list(*columns)[: MOST_TASKS + 1])
    cut = len(rows) > MOST_TASKS
    groups: dict[date, dict[tuple[int, bool], list[tuple[int, int, int]]]] = defaultdict(lambda: defaultdict(list))
    windows: dict[int, int] = {}
    due_in = 0
    for pk, due, start, state, commitment, kind, line in rows[:MOST_TASKS]:
        assert due is not None, "a task without a date falls due on no day"
        said = (_urgency(state), line, pk)
        if first <= due <= last:
            groups[due][commitment, False].append(said)
            due_in += 1
        if kind == Kind.WINDOW and start is not None and start < due:
            windows[commitment] = min(windows.get(commitment, pk), pk)
            if first <= start <= last:
                groups[start][commitment, True].append(said)
    shown = {day: _first(of_day, most) for day, of_day in groups.items()}
    wanted = {members[0][2] for of_day in shown.values() for _key, members in of_day} | set(windows.values())
    rows_by_pk = (
        Task.objects.select_related("commitment__document", "commitment__clause", "lead")
        .defer("ics", "commitment__clause__text", "commitment__quote")
        .in_bulk(list(wanted))
    )
    days = {
        day: Day(
            tuple(
                Entry(rows_by_pk[members[0][2]], len(members), sum(1 for one in members if one[0] == _LAST), opens)
                for (_commitment, opens), members in of_day
            ),
            sum(map(len, groups[day].values())) - sum(len(members) for _key, members in of_day),
        )
        for day, of_day in shown.items()
    }
    spells = sorted((rows_by_pk[pk] for pk in windows.values()), key=lambda task: (task.start or first, task.pk))
    return Span(dict(sorted(days.items())), tuple(spells), due_in, cut)


_ENDED = frozenset(state.value for state in ENDED)
_LAST = 2


def _urgency(state: str) -> int:
    """Return what runs as 0, what waits for somebody as 1 and what has ended as 2."""
    return 0 if state in RUNNING else _LAST if state in _ENDED else 1


Members = list[tuple[int, int, int]]


def _first(of_day: dict[tuple[int, bool], Members], most: int | None) -> list[tuple[tuple[int, bool], Members]]:
    """Return the first entries of a day, what most needs somebody at the head, in the order of the text."""
    ordered = sorted(((key, sorted(members)) for key, members in of_day.items()), key=lambda one: one[1][0])
    return ordered if most is None else ordered[:most]
