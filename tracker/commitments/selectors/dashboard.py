"""Read the figures of the overview: each can be asked for again as a list of tasks.

Every function takes the tasks the reader may see, so that no figure counts more than its list would show. “Overdue” is
what runs and is past its date; what awaits review, is suspended or waits to be confirmed is not. Days are civil days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.commitments.models import Indicator, IndicatorValue, Task
from tracker.commitments.selectors.indicators import Reading, readings
from tracker.commitments.selectors.ledger import RUNNING
from tracker.commitments.selectors.visible import SEES_ALL
from tracker.org.models import Unit, UnitKind
from tracker.rules.followup import ENDED, State

SOON_DAYS = 30
WEEKS = 26
_ENDED = tuple(state.value for state in ENDED)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Hold the four figures and what is said below each.

    `soon` counts what runs and is due from today through `SOON_DAYS` days on; `ended` what was closed this civil year,
    achieved or not. How much was on time is told by `outcomes`.
    """

    overdue: int
    longest_due: date | None
    soon: int
    awaiting: int
    awaiting_since: datetime | None
    ended: int
    to_confirm: int
    open: int


@dataclass(frozen=True, slots=True)
class Load:
    """Count what runs for one unit or document: past its date, due within `SOON_DAYS` days, the rest."""

    overdue: int
    soon: int
    rest: int

    @property
    def open(self) -> int:
        return self.overdue + self.soon + self.rest


@dataclass(frozen=True, slots=True)
class Row:
    """Be one bar: whose it is (the id, the address part and the name of a unit or document) and its load.

    `next_due` is the nearest date from today on of what runs, None when there is none. `unnamed` marks what is laid on
    units the text does not name: until it is broken down nobody is late for it, so that its load holds nothing overdue;
    `past` is how much of it is past its date all the same, by which the rows stay short of the county's figure.
    """

    id: int
    slug: str
    name: str
    load: Load
    next_due: date | None
    unnamed: bool = False
    past: int = 0


@dataclass(frozen=True, slots=True)
class Next:
    """Say what falls due next, and when."""

    due: date
    title: str


@dataclass(frozen=True, slots=True)
class Week:
    """Hold one week from Monday to Sunday: how many open tasks fall due, and the day on which most of them do.

    `busiest` is the day on which most of those fall due that are not with the verifier, or at rest, already.
    """

    first: date
    last: date
    due: int
    peak: date | None
    peak_due: int
    busiest: date | None = None
    busiest_due: int = 0


@dataclass(frozen=True, slots=True)
class Late:
    """Be one promise that is late: its tasks share commitment and date, each with another lead unit.

    `tasks` holds at most `LATE_SHOWN`, `count` how many there are, `owed` how many units owe the promise altogether.
    """

    tasks: list[Task]
    count: int
    owed: int

    @property
    def first(self) -> Task:
        return self.tasks[0]

    @property
    def leads(self) -> list[Unit]:
        return [task.lead for task in self.tasks]


LATE_SHOWN = 3


def countywide(actor: Actor) -> QuerySet[Task]:
    """Return all the county's tasks for counting: leaders may know how the county stands, though not open every list.

    Raises `NotPermitted` for others than leaders and those who see all.
    """
    if not actor.roles & (SEES_ALL | {Role.LEADER}):
        raise NotPermitted(_("The county's figures are for its leaders. Ask the supervision office if you need them."))
    return Task.objects.exclude(state=State.WITHDRAWN)


def numbers(tasks: QuerySet[Task], *, today: date) -> Numbers:
    """Return the four figures in one query."""
    overdue = Q(state__in=RUNNING, due__lt=today)
    values = tasks.order_by().aggregate(
        overdue=Count("pk", filter=overdue),
        longest_due=Min("due", filter=overdue),
        soon=Count("pk", filter=_soon(today)),
        awaiting=Count("pk", filter=Q(state=State.AWAITING_REVIEW)),
        awaiting_since=Min("applied_at", filter=Q(state=State.AWAITING_REVIEW)),
        ended=Count("pk", filter=Q(state__in=(State.CLOSED, State.NOT_ACHIEVED), closed_at__year=today.year)),
        to_confirm=Count("pk", filter=Q(state=State.TO_CONFIRM)),
        open=Count("pk", filter=~Q(state__in=_ENDED)),
    )
    return Numbers(**values)


def by_lead(tasks: QuerySet[Task], *, today: date) -> list[Row]:
    """Return the load of every unit that leads something open, most overdue first; what is not broken down yet last."""
    rows = _rows(tasks, today, "lead", "lead__slug", "lead__name", kind="lead__kind")
    # Nobody is late for what no unit is named for: it waits for the office to break it down.
    laid_on_nobody = [
        replace(row, load=Load(0, 0, row.load.open), past=row.load.overdue) for row in rows if row.unnamed
    ]
    return [*(row for row in rows if not row.unnamed), *laid_on_nobody]


def by_document(tasks: QuerySet[Task], *, today: date) -> list[Row]:
    """Return the load of every document that something open comes from, most overdue first."""
    document = "commitment__document"
    return _rows(tasks, today, document, f"{document}__slug", f"{document}__short")


def together(rows: list[Row], ids: frozenset[int]) -> Load:
    """Add up the loads of the units in `ids`."""
    loads = [row.load for row in rows if row.id in ids]
    return Load(sum(one.overdue for one in loads), sum(one.soon for one in loads), sum(one.rest for one in loads))


def weeks_ahead(tasks: QuerySet[Task], *, today: date) -> list[Week]:
    """Return the coming `WEEKS` weeks, this one first, with what is open and falls due from today on."""
    monday = today - timedelta(days=today.weekday())
    end = monday + timedelta(weeks=WEEKS) - timedelta(days=1)
    rows = (
        tasks.order_by()
        .filter(due__gte=today, due__lte=end)
        .exclude(state__in=_ENDED)
        .values_list("due")
        .annotate(number=Count("pk"), running=Count("pk", filter=Q(state__in=RUNNING)))
    )
    days = {due: (number, running) for due, number, running in rows if due is not None}
    weeks = []
    for number in range(WEEKS):
        first = monday + timedelta(weeks=number)
        last = first + timedelta(days=6)
        due = {day: counts[0] for day, counts in days.items() if first <= day <= last}
        running = {day: counts[1] for day, counts in days.items() if first <= day <= last and counts[1]}
        peak = max(due, key=lambda day: due[day], default=None)
        busiest = max(running, key=lambda day: running[day], default=None)
        weeks.append(
            Week(
                first,
                last,
                sum(due.values()),
                peak,
                due[peak] if peak else 0,
                busiest,
                running[busiest] if busiest else 0,
            )
        )
    return weeks


def next_of_each(tasks: QuerySet[Task], rows: list[Row], groups: Sequence[frozenset[int]]) -> list[Next | None]:
    """Return for each group of lead units what falls due next among them, or None, in one query.

    `rows` are those of `by_lead`, for the same tasks.
    """
    nearest = {row.id: row.next_due for row in rows if row.next_due is not None}
    days = [min((nearest[pk] for pk in group if pk in nearest), default=None) for group in groups]
    # A few more than are wanted, for one day may be the next of one group and not of another: sorted out below.
    leads = [pk for group, day in zip(groups, days, strict=True) for pk in group if day and nearest.get(pk) == day]
    running = tasks.filter(due__in={day for day in days if day}, lead__in=leads, state__in=RUNNING)
    found = list(running.order_by("due", "pk").values_list("lead", "due", "title"))
    return [
        next((Next(day, title) for lead, due, title in found if due == day and lead in group), None) if day else None
        for group, day in zip(groups, days, strict=True)
    ]


def late(tasks: QuerySet[Task], *, today: date, most: int = 12) -> list[Late]:
    """Return the `most` oldest late promises, their tasks taken together, in three queries."""
    overdue = tasks.filter(state__in=RUNNING, due__lt=today)
    groups = list(
        overdue.order_by()
        .values("commitment", "due")
        .annotate(number=Count("pk"))
        .order_by("due", "commitment__line", "commitment")[:most]
    )
    if not groups:
        return []
    owed = dict(
        tasks.order_by()
        .filter(commitment__in=[group["commitment"] for group in groups])
        .values_list("commitment")
        .annotate(number=Count("lead", distinct=True))
    )
    # May hold a later date of a promise that recurs as well, which is no group and is passed over below.
    wanted = Q(commitment__in=[group["commitment"] for group in groups], due__in=[group["due"] for group in groups])
    # A promise laid on every unit of the county is late many times over, and shows the first few all the same.
    place = Window(RowNumber(), partition_by=[F("commitment"), F("due")], order_by="pk")
    shown = overdue.order_by().filter(wanted).annotate(place=place).filter(place__lte=LATE_SHOWN).values("pk")
    rows = Task.objects.filter(pk__in=shown).select_related("commitment__document", "commitment__clause", "lead")
    members: dict[Any, list[Task]] = {}
    for task in rows.defer("ics", "commitment__clause__text").order_by("pk"):
        members.setdefault((task.commitment_id, task.due), []).append(task)
    return [
        Late(members[(group["commitment"], group["due"])], group["number"], owed[group["commitment"]])
        for group in groups
        if (group["commitment"], group["due"]) in members
    ]


@dataclass(frozen=True, slots=True)
class Targets:
    """Hold how the quantified targets that have values stand, and how many targets there are with those that have none."""

    read: list[Reading]
    in_all: int


def targets(tasks: QuerySet[Task] | None, *, today: date) -> Targets:
    """Return the quantified targets of these tasks: one query, and five more where any value has been entered.

    With None those of the whole county, of which a few are laid on nobody by a task: the list of indicators has them too.
    """
    mine = Indicator.objects.filter(withdrawn_at=None, commitment__withdrawn_at=None)
    if tasks is not None:
        mine = mine.filter(commitment__in=tasks.order_by().values("commitment"))
    told = Exists(IndicatorValue.objects.filter(indicator=OuterRef("pk"), superseded_at=None))
    counts = mine.annotate(told=told).aggregate(in_all=Count("pk"), with_values=Count("pk", filter=Q(told=True)))
    return Targets(readings(mine.filter(told), today=today) if counts["with_values"] else [], counts["in_all"])


def _soon(today: date) -> Q:
    return Q(state__in=RUNNING, due__gte=today, due__lte=today + timedelta(days=SOON_DAYS))


def _rows(tasks: QuerySet[Task], today: date, key: str, slug: str, name: str, *, kind: str = "") -> list[Row]:
    overdue = Q(state__in=RUNNING, due__lt=today)
    rows = (
        tasks.order_by()
        .exclude(state__in=_ENDED)
        .values(key, slug, name, *([kind] if kind else []))
        .annotate(
            overdue=Count("pk", filter=overdue),
            soon=Count("pk", filter=_soon(today)),
            all=Count("pk"),
            next=Min("due", filter=Q(state__in=RUNNING, due__gte=today)),
        )
        .order_by("-overdue", "-soon", "-all", name)
    )
    return [
        Row(
            row[key],
            row[slug],
            row[name],
            Load(row["overdue"], row["soon"], row["all"] - row["overdue"] - row["soon"]),
            row["next"],
            unnamed=row.get(kind) == UnitKind.COLLECTIVE,
        )
        for row in rows
    ]
