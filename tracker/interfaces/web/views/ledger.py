"""Show the ledger (台账): every task the reader may see, by the filters, columns, groups and order in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.commitments.models import Commitment, LedgerView, Task
from tracker.commitments.selectors import ledger as selectors
from tracker.commitments.selectors import views as view_selectors
from tracker.commitments.selectors.grouping import Group, Groups, groups_of
from tracker.commitments.selectors.lines import Line, lines_of
from tracker.commitments.selectors.standing import standings_of
from tracker.commitments.services.many import actions_for
from tracker.interfaces.web.forms.ledger import STANDINGS, DisplayForm, LedgerForm
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import OFFICE, UNIT, WORKERS
from tracker.interfaces.web.parts import Act, Tab
from tracker.interfaces.web.templatetags.tracker_web import MONTHS, english
from tracker.interfaces.web.views.bulk_words import BUTTONS
from tracker.interfaces.web.wording import Mark, Words, mark
from tracker.org import selectors as org
from tracker.org.models import Unit

# Who takes a ledger in: units report, the office records in their name.
IMPORTERS = UNIT | OFFICE
# Parameters of the address that say how the list is shown or where in it one is; the others are the filter.
SHOWN_BY = ("col", "group", "sort")
PLACES = ("after", "before", "view")
# The tab of what the ledger shows where nothing is asked for.
PLAIN = "all"


@dataclass(frozen=True, slots=True)
class Row:
    """Be one row of the table; `group` is set on the first row of a group."""

    task: Task
    mark: Mark
    supports: list[Unit]
    cells: Mapping[str, Any]
    group: Heading | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """Be the heading of a group: its name, how many it has in all, the address the list begins with it at."""

    name: Words
    count: int
    address: str


class Reader(Protocol):
    """Be who reads, and on which civil day: a request, or somebody for whom a job writes."""

    @property
    def actor(self) -> Actor: ...

    @property
    def today(self) -> date: ...


class Asked:
    """Be what an address asks of the ledger, read for one person: the filter, how it is shown, and the tasks found."""

    def __init__(self, reader: Reader, data: QueryDict) -> None:
        self.today = reader.today
        self.seen = selectors.in_sight(reader.actor)
        # A unit that is asked for by an address is known by its name, though it has no part in anything.
        asked_for = [slug for name in ("unit", "lead", "support") for slug in data.getlist(name)]
        self.form = LedgerForm(
            data,
            documents=[(slug, f"{number} {short}") for slug, number, short in selectors.documents_of(self.seen)],
            units=[(unit.slug, unit.name) for unit in selectors.units_with_tasks(also=asked_for)],
            leaders=[(str(one.post.pk), f"{one.holder} {one.post.title}") for one in org.leaders(on=self.today)],
            auto_id="filter-%s",
        )
        self.display = DisplayForm(data)
        self.query = self.form.query(today=self.today)
        self.found = selectors.found(self.seen, self.query, today=self.today)

    @cached_property
    def groups(self) -> Groups | None:
        by = self.display.grouping
        return groups_of(self.found, by, today=self.today) if by else None


@page(*WORKERS)
def ledger(request: WebRequest) -> HttpResponse:
    """Show one page of the tasks asked for, with how many there are."""
    views = list(view_selectors.views_for(request.actor))
    if not request.GET and (first := view_selectors.first_view(request.actor)):
        chosen = next((view for view in views if view.pk == first), None)
        if chosen is not None:
            return HttpResponseRedirect(address_of(chosen))
    asked = Asked(request, request.GET)
    shown = selectors.page(
        selectors.for_table(asked.found),
        sort=asked.display.order,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        groups=asked.groups,
    )
    open_view = next((view for view in views if str(view.pk) == request.GET.get("view")), None)
    query = asked.query
    context = {
        "form": asked.form,
        "display": asked.display,
        "columns": asked.display.columns,
        "searched": query.text,
        "commitment": Commitment.objects.filter(pk=query.commitment).first() if query.commitment else None,
        "page": shown,
        "rows": _rows(asked, shown.tasks, request),
        "groups": _headings(asked.groups, request) if asked.groups else [],
        "count": selectors.count(asked.found),
        "sort": asked.display.order,
        "tabs": _tabs(views, request),
        "open_view": open_view,
        "view_changed": open_view is not None and content_of(open_view) != _content(request.GET),
        "view_broken": open_view is not None and bool(asked.form.errors or asked.display.lost),
        "filter": filter_of(request.GET),
        "kept_by_filter": _hidden(request.GET, SHOWN_BY),
        "kept_by_display": [pair for pair in _pairs(request.GET) if pair[0] not in {*SHOWN_BY, "after", "before"}],
        "imports": request.actor.has(*IMPORTERS),
        "width": len(asked.display.columns) + 2,
        "bulk": [
            Act(BUTTONS[action.name], reverse("web:ledger_bulk", args=[action.name]))
            for action in actions_for(request.actor)
        ],
    }
    return render(request, "web/ledger.html", context)


def _rows(asked: Asked, tasks: list[Task], request: WebRequest) -> list[Row]:
    standings = standings_of(tasks, today=asked.today)
    keys = {column.key for column in asked.display.columns}
    lines = lines_of(tasks, unit_ids=request.actor.unit_ids, with_reports="progress" in keys)
    rows, before = [], None
    for task, line in zip(tasks, lines, strict=True):
        heading = None
        if asked.groups and (group := asked.groups.of(task)) is not before:
            before, heading = group, _heading(asked.groups.by, group, request)
        rows.append(_row(task, line, mark(standings[task.pk]), heading))
    return rows


def _row(task: Task, line: Line, standing: Mark, heading: Heading | None) -> Row:
    supports = [part.unit for part in task.assignments.all() if part.role == "support"]
    return Row(task, standing, supports, line.cells, heading)


def _headings(groups: Groups, request: WebRequest) -> list[Heading]:
    return [_heading(groups.by, group, request) for group in groups]


def _heading(by: str, group: Group, request: WebRequest) -> Heading:
    pairs = [pair for pair in _pairs(request.GET) if pair[0] not in {"after", "before"}]
    address = f"?{urlencode([*pairs, ('after', f'{group.value}{selectors.GROUP_ENDS}')])}"
    return Heading(_group_name(by, group), group.count, address)


def _group_name(by: str, group: Group) -> Words:
    if group.name:
        return group.name
    if group.value == "undated":
        return _("without a date")
    if group.value == "nobody":
        return _("no leader supervises it")
    if by == "month":
        year, month = (int(part) for part in group.value.split("-"))
        return f"{MONTHS[month - 1]} {year}" if english() else f"{year}年{month}月"
    return dict(STANDINGS).get(group.value) or _("due later")


def _tabs(views: list[LedgerView], request: WebRequest) -> list[Tab]:
    if not views:
        return []
    chosen = request.GET.get("view")
    plain = Tab(_("Open duties"), f"{reverse('web:ledger')}?view={PLAIN}", current=chosen == PLAIN or not request.GET)
    return [plain, *(Tab(view.name, address_of(view), current=str(view.pk) == chosen) for view in views)]


def address_of(view: LedgerView) -> str:
    """Return the address of the ledger as a saved view keeps it."""
    return f"{reverse('web:ledger')}?{content_of(view)}{'&' if content_of(view) else ''}view={view.pk}"


def content_of(view: LedgerView) -> str:
    """Return the parameters a saved view stands for, in one order."""
    shown = [("col", key) for key in view.columns]
    shown += [(name, value) for name, value in (("group", view.group), ("sort", view.sort)) if value]
    return _content(QueryDict(f"{view.query}&{urlencode(shown)}"))


def filter_of(data: QueryDict) -> str:
    """Return the filter part of an address, in one order."""
    return urlencode(sorted(pair for pair in _pairs(data) if pair[0] not in {*SHOWN_BY, *PLACES}))


def _content(data: QueryDict) -> str:
    return urlencode(sorted(pair for pair in _pairs(data) if pair[0] not in PLACES))


def _pairs(data: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in data.lists() for value in values if value]


def _hidden(data: QueryDict, names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [pair for pair in _pairs(data) if pair[0] in names]
