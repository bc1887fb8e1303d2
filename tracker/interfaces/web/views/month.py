"""Show the days: a month as a calendar or as a list, and one day with everything on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tracker.audit.actors import Role
from tracker.commitments.models import Task
from tracker.commitments.selectors import calendar as selectors
from tracker.commitments.selectors.calendar import Entry, Span
from tracker.commitments.selectors.ledger import documents_of, for_table, units_with_tasks
from tracker.commitments.selectors.standing import standings_of
from tracker.commitments.selectors.visible import SEES_ALL, visible_tasks
from tracker.interfaces.web.forms.month import MonthForm
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import WORKERS
from tracker.interfaces.web.parts import Tab
from tracker.interfaces.web.wording import Mark, Words, mark
from tracker.org import selectors as org
from tracker.org.models import Unit
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar, days_from

# So many lines of a day stand in a month's cell, and so many in the list of its days; the rest is behind a link.
IN_A_CELL = 3
IN_THE_LIST = 12
# So many tasks of one day are listed; the ledger has the rest.
ON_A_DAY = 300
FIRST_YEAR, LAST_YEAR = 2000, 2100
# Each way of showing a month, with the width that shows it where none was chosen.
VIEWS = (("month", gettext_lazy("Month"), "on-a-desk"), ("agenda", gettext_lazy("List of days"), "on-a-phone"))


@dataclass(frozen=True, slots=True)
class Line:
    """Be one entry as drawn."""

    entry: Entry
    mark: Mark


@dataclass(frozen=True, slots=True)
class Cell:
    """Be one day of a month as drawn; `word` names a day that is not plain, `rest` tells that nobody works."""

    day: date
    inside: bool
    today: bool
    rest: bool
    word: Words
    lines: Sequence[Line]
    more: int

    @property
    def number(self) -> int:
        """Return how many tasks the day tells of: those that share promise and date stand in one line and count each."""
        return sum(line.entry.count for line in self.lines) + self.more

    @property
    def in_cell(self) -> Sequence[Line]:
        return self.lines[:IN_A_CELL]

    @property
    def more_than_cell(self) -> int:
        return self.number - sum(line.entry.count for line in self.in_cell)


def routes() -> list[URLPattern]:
    """Return the addresses of the calendar's pages."""
    return [
        path("month/", month, name="month"),
        path("days/<str:day>/", day, name="day"),
    ]


@require_GET
@page(*WORKERS)
def month(request: WebRequest) -> HttpResponse:
    """Show one month in weeks from Monday, or as a list of its days; a phone is shown the list unless it asks."""
    first = _month(request.GET.get("month", ""), request.today)
    last = _following(first) - ONE_DAY
    monday, sunday = first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())
    form = _form(request)
    tasks = form.tasks(visible_tasks(request.actor), request)
    view = request.GET.get("view", "")
    view = view if view in {"month", "agenda"} else "auto"
    found = selectors.span(tasks, first=first, last=last, most=IN_THE_LIST)
    marks = _marks(found, request.today)
    workdays = org.workdays()
    cells = [_cell(one, first, found, marks, workdays, request.today) for one in days_from(monday, sunday)]
    context = {
        "form": form,
        "first": first,
        "previous": _preceding(first),
        "following": _following(first),
        "this_month": request.today.replace(day=1),
        "view": view,
        "views": [_view(request, *one, view) for one in VIEWS],
        "weeks": [cells[place : place + 7] for place in range(0, len(cells), 7)],
        "agenda": [cell for cell in cells if cell.inside and (cell.lines or cell.today)],
        "windows": found.windows,
        "number": found.tasks,
        "cut": found.cut,
        "cut_at": selectors.MOST_TASKS,
        "not_announced": [year for year in {first.year, last.year} if not _announced(year, workdays)],
        "known_through": workdays.known_through,
    }
    return render(request, "web/month.html", context)


def _view(request: WebRequest, name: str, label: Words, default: str, chosen: str) -> Tab:
    query = request.GET.copy()
    query["view"] = name
    return Tab(label, f"?{query.urlencode()}", current=name == chosen, default=default if chosen == "auto" else "")


@require_GET
@page(*WORKERS)
def day(request: WebRequest, day: str) -> HttpResponse:
    """Show everything that falls due on one day, or opens on it, task by task."""
    one = _day(day)
    form = _form(request)
    tasks = form.tasks(visible_tasks(request.actor), request)
    due = list(
        for_table(tasks.filter(due=one)).order_by("commitment__document__first_line", "commitment__line", "pk")[
            : ON_A_DAY + 1
        ]
    )
    opening = [
        entry.task
        for told in selectors.span(tasks, first=one, last=one, most=None).days.values()
        for entry in told.entries
        if entry.opens
    ]
    standings = standings_of([*due, *opening], today=request.today)
    workdays = org.workdays()
    context = {
        "form": form,
        "day": one,
        "word": _word(one, workdays),
        "rest": not workdays.is_workday(one),
        "previous": one - ONE_DAY,
        "following": one + ONE_DAY,
        "rows": [(task, mark(standings[task.pk])) for task in due[:ON_A_DAY]],
        "cut": len(due) > ON_A_DAY,
        "opening": [(task, mark(standings[task.pk])) for task in opening],
    }
    return render(request, "web/day.html", context)


def _form(request: WebRequest) -> MonthForm:
    documents = [(slug, f"{number} {short}") for slug, number, short in documents_of(visible_tasks(request.actor))]
    return MonthForm(request.GET, whose=list(_whose(request)), documents=documents, auto_id="month-%s")


def _whose(request: WebRequest) -> Iterator[tuple[Any, Any]]:
    """Yield whose days this person may look at, as value and label; units stand in a group of their own."""
    actor = request.actor
    all_of_it = bool(actor.roles & SEES_ALL)
    if all_of_it:
        yield "", _("the whole county")
    if actor.unit_ids or actor.portfolio_ids:
        yield ("mine:" if all_of_it else ""), _("mine")
    leaders = [
        one
        for one in org.leaders(on=request.today)
        if all_of_it or (actor.portfolio_ids and one.unit_ids <= actor.portfolio_ids and actor.has(Role.LEADER))
    ]
    if leaders:
        yield _("portfolios"), [(f"portfolio:{one.post.key}", f"{one.holder} {one.post.title}") for one in leaders]
    units = units_with_tasks() if all_of_it else Unit.objects.filter(pk__in=actor.unit_ids | actor.portfolio_ids)
    yield _("units"), [(f"unit:{slug}", name) for slug, name in units.values_list("slug", "name")]


def _marks(found: Span, today: date) -> dict[int, Mark]:
    tasks: dict[int, Task] = {entry.task.pk: entry.task for told in found.days.values() for entry in told.entries}
    return {pk: mark(standing) for pk, standing in standings_of(list(tasks.values()), today=today).items()}


def _cell(one: date, first: date, found: Span, marks: dict[int, Mark], workdays: WorkdayCalendar, today: date) -> Cell:
    told = found.days.get(one)
    lines = [Line(entry, marks[entry.task.pk]) for entry in told.entries] if told else []
    inside = (one.year, one.month) == (first.year, first.month)
    return Cell(
        one,
        inside,
        one == today,
        not workdays.is_workday(one),
        _word(one, workdays),
        lines,
        told.more if told else 0,
    )


def _word(one: date, workdays: WorkdayCalendar) -> Words:
    """Name what kind of day it is: a holiday by its name, a weekend day that is worked by what it makes up for."""
    if one in workdays.makeup:
        return _("worked for %(name)s") % {"name": workdays.makeup[one]}
    return workdays.holidays.get(one, "")


def _announced(year: int, workdays: WorkdayCalendar) -> bool:
    return workdays.known_from <= year <= workdays.known_through


def _month(text: str, today: date) -> date:
    """Return the first day of the month written as 2023-06; this month where it is not one."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = today.replace(day=1)
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else today.replace(day=1)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Http404
    return found


def _following(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _preceding(first: date) -> date:
    return (first - ONE_DAY).replace(day=1)
