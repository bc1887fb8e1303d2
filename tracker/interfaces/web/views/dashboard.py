"""Show the county, a portfolio, a unit or a document in one look: figures that open their lists, what is late and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Task
from tracker.commitments.selectors import dashboard as figures
from tracker.commitments.selectors import ledger, outcomes
from tracker.commitments.selectors.indicators import Reading
from tracker.escalation import selectors as escalation
from tracker.interfaces.web import charts, scopes
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import READERS, UNIT, WORKERS
from tracker.interfaces.web.parts import Act, Tab, Tile
from tracker.interfaces.web.scopes import Scope
from tracker.interfaces.web.templatetags.tracker_web import day, moment
from tracker.interfaces.web.trends import TRENDS
from tracker.interfaces.web.views.steps import NextStep, next_or_asked
from tracker.interfaces.web.wording import Mark, Words, mark
from tracker.org import selectors as org
from tracker.rules.causes import Cause
from tracker.rules.forecast import Trend

UNITS_SHOWN = 20
TARGETS_SHOWN = 8

CAUSES: Mapping[Cause, Words] = {
    Cause.PART: _("another unit's part"),
    Cause.FUNDS: _("funds"),
    Cause.APPROVAL: _("approvals"),
    Cause.LAND: _("land"),
    Cause.TENDER: _("tendering"),
    Cause.STAFF: _("staff"),
    Cause.PLAN: _("plans or policies from above"),
    Cause.NATURE: _("weather or disaster"),
    Cause.OTHER: _("said in other words"),
    Cause.UNSAID: _("nobody said"),
}

AT_RISK = (Trend.MISSED, Trend.OFF_PATH, Trend.WARNING)


@dataclass(frozen=True, slots=True)
class Bar:
    """Be one row of a bar chart with the addresses its figures open, empty where they are not the reader's to open."""

    row: figures.Row
    parts: list[charts.Stretch]
    address: str
    overdue_address: str
    open_address: str
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class LeaderRow:
    """Be one leader with the load of the portfolio and what falls due next in it."""

    leader: org.Leader
    load: figures.Load
    parts: list[charts.Stretch]
    next: figures.Next | None
    address: str
    overdue_address: str
    open_address: str


@dataclass(frozen=True, slots=True)
class LateRow:
    """Be one late promise with its mark and what happens next."""

    late: figures.Late
    mark: Mark
    next: NextStep | None
    address: str


@dataclass(frozen=True, slots=True)
class CauseRow:
    """Be one cause with how many late duties have it, the width of its bar in percent and the list behind it."""

    words: Words
    number: int
    width: int
    address: str
    said: bool


@dataclass(frozen=True, slots=True)
class Targets:
    """Hold the targets at risk, the worst first, and how many there are of each kind."""

    shown: list[tuple[Reading, Mark]]
    at_risk: int
    in_all: int
    no_data: int


def routes() -> list[URLPattern]:
    """Return the overviews."""
    return [
        path("dashboard/", dashboard, name="dashboard"),
        path("dashboard/leader/<int:pk>/", of_leader, name="dashboard_leader"),
        path("dashboard/unit/<slug:slug>/", of_unit, name="dashboard_unit"),
        path("dashboard/document/<slug:slug>/", of_document, name="dashboard_document"),
        path("dashboard/causes/", late_for, name="dashboard_causes"),
    ]


@page(*READERS)
def dashboard(request: WebRequest) -> HttpResponse:
    """Show the figures over everything the reader may see; a leader may look at the whole county's, too."""
    whole = request.GET.get("scope") == "county"
    return _overview(request, scopes.county(request.actor) if whole else scopes.own(request.actor))


@page(*READERS)
def of_leader(request: WebRequest, pk: int) -> HttpResponse:
    """Show one leader's portfolio."""
    return _overview(request, scopes.of_leader(request.actor, pk, today=request.today))


@page(*READERS, *UNIT)
def of_unit(request: WebRequest, slug: str) -> HttpResponse:
    """Show what one unit leads."""
    return _overview(request, scopes.of_unit(request.actor, slug))


@page(*WORKERS)
def of_document(request: WebRequest, slug: str) -> HttpResponse:
    """Show what came of one document."""
    return _overview(request, scopes.of_document(request.actor, slug))


@page(*WORKERS)
def late_for(request: WebRequest) -> HttpResponse:
    """Show what is late for one cause, with the words that say so."""
    scope = scopes.asked_for(request.actor, request.GET.dict(), today=request.today)
    asked = request.GET.get("cause", "")
    found = outcomes.stated(scope.tasks, today=request.today)
    if asked in set(Cause):
        found = [one for one in found if one.cause == asked]
    tasks = {task.pk: task for task in _for_list([one.task_id for one in found])}
    context = {
        "scope": scope,
        "title": CAUSES[Cause(asked)] if asked in set(Cause) else _("all causes"),
        "rows": [(tasks[one.task_id], CAUSES[one.cause], one.words) for one in found],
    }
    return render(request, "web/dashboard_causes.html", context)


def _for_list(ids: Sequence[int]) -> list[Task]:
    return list(ledger.for_table(Task.objects.filter(pk__in=ids)).select_related("blocker", *_RELATED))


_RELATED = ("commitment__document", "commitment__clause", "lead")


def _overview(request: WebRequest, scope: Scope) -> HttpResponse:
    today, tasks = request.today, scope.tasks
    by_lead = figures.by_lead(tasks, today=today)
    numbers = figures.numbers(tasks, today=today)
    weeks = figures.weeks_ahead(tasks, today=today)
    months = outcomes.by_month(tasks, today=today)
    context = {
        "scope": scope,
        "numbers": numbers,
        "switch": _switch(request, scope),
        "acts": _acts(request, scope),
        "tiles": _tiles(request, scope, numbers, weeks, outcomes.of_year(months, today.year)),
        "weeks": charts.weeks(weeks),
        "months": charts.months(
            [(month, scope.assessed(month.period, as_of=today, outcome="decided")) for month in months],
            width=charts.CHART_WIDTH if scope.unit is None and scope.document is None else charts.MONTHS_WIDTH,
        ),
        "late": _late(request, scope),
        "causes": _causes(request, scope, numbers),
        "targets": _targets(request, scope),
        "overdue_address": scope.ledger(standing="overdue"),
    }
    if scope.unit is None:
        context |= {
            "units": _unit_bars(request, scope, by_lead[:UNITS_SHOWN]),
            "units_in_all": len(by_lead),
            "units_address": scope.ledger(sort="unit"),
            "undivided": sum(row.past for row in by_lead),
            "undivided_address": scope.ledger(standing="unnamed", due_to=(today - timedelta(days=1)).isoformat()),
        }
        if scope.kind != "leader":
            context["leaders"] = _leaders(request, scope, by_lead)
    if scope.document is None:
        by_document = figures.by_document(tasks, today=today)
        context |= {"documents": _document_bars(scope, by_document), "documents_in_all": len(by_document)}
    return render(request, "web/dashboard.html", context)


def _switch(request: WebRequest, scope: Scope) -> list[Tab]:
    """Return the way from a leader's own portfolio to the county's figures and back."""
    if scope.kind not in {"own", "county"} or not scopes.is_portfolio(request.actor):
        return []
    home = reverse("web:dashboard")
    return [
        Tab(_("My portfolio"), home, scope.kind == "own"),
        Tab(_("The whole county"), f"{home}?scope=county", scope.kind == "county"),
    ]


def _acts(request: WebRequest, scope: Scope) -> list[Act]:
    found = []
    if scope.unit is not None:
        found.append(Act(_("Sheet before a meeting"), reverse("web:meeting_sheet", args=[scope.unit.slug])))
        found.append(Act(_("Everything it has a part in"), scopes.ledger_address(unit=scope.unit.slug)))
    if scope.document is not None:
        found.append(Act(_("The document"), reverse("web:document", args=[scope.document.slug])))
    return found


def _tiles(
    request: WebRequest,
    scope: Scope,
    numbers: figures.Numbers,
    weeks: Sequence[figures.Week],
    year: outcomes.Span,
) -> list[Tile]:
    today = request.today
    until = today + timedelta(days=figures.SOON_DAYS)
    near = [week for week in weeks if week.busiest and week.busiest <= until]
    peak = max(near, key=lambda week: week.busiest_due, default=None)
    if peak is not None and peak.busiest_due > 1:
        soon = gettext("%(number)d of them on %(day)s") % {"number": peak.busiest_due, "day": day(peak.busiest, today)}
    else:
        soon = gettext("through %(day)s") % {"day": day(until, today)}
    return [
        Tile(
            _("overdue"),
            numbers.overdue,
            gettext("longest since %(day)s") % {"day": day(numbers.longest_due, today)}
            if numbers.longest_due
            else _("nothing is late"),
            scope.ledger(standing="overdue"),
            "late",
        ),
        Tile(
            _("due within 30 days"),
            numbers.soon,
            soon,
            scope.ledger(standing="running", due_from=today.isoformat(), due_to=until.isoformat()),
            "soon",
        ),
        Tile(
            _("awaiting review"),
            numbers.awaiting,
            gettext("the oldest since %(day)s") % {"day": moment(numbers.awaiting_since, today)}
            if numbers.awaiting_since
            else _("none waits"),
            scope.ledger(standing="awaiting_review"),
            "wait",
        ),
        Tile(
            _("closed on time this year"),
            year.rate,
            _decided(year),
            scope.assessed(year.period, as_of=today, outcome="decided"),
            "ok" if year.on_time else "none",
            "%",
        ),
    ]


def _decided(year: outcomes.Span) -> Words:
    if not year.decided:
        return _("nothing has come to its date yet")
    said = gettext("%(on_time)d of %(decided)d whose date has come") % {
        "on_time": year.on_time,
        "decided": year.decided,
    }
    if not year.not_achieved:
        return said
    number = year.not_achieved
    return f"{said} · " + ngettext("%(number)d not achieved", "%(number)d not achieved", number) % {"number": number}


def _unit_bars(request: WebRequest, scope: Scope, rows: Sequence[figures.Row]) -> list[Bar]:
    longest = max((row.load.open for row in rows), default=0)
    sheets = request.actor.has(*READERS) and scope.opens
    found = []
    for row in rows:
        narrowed = {**scope.query, "lead": row.slug}
        found.append(
            Bar(
                row,
                charts.bar(row.load, longest),
                reverse("web:dashboard_unit", args=[row.slug]) if _opens_unit(request, scope, row.id) else "",
                scopes.ledger_address(**narrowed, standing="overdue") if scope.opens else "",
                scopes.ledger_address(**narrowed) if scope.opens else "",
                reverse("web:meeting_sheet", args=[row.slug]) if sheets and _opens_unit(request, scope, row.id) else "",
            )
        )
    return found


def _opens_unit(request: WebRequest, scope: Scope, unit: int) -> bool:
    actor = request.actor
    return bool(actor.roles & scopes.SEES_ALL) or unit in actor.portfolio_ids | actor.unit_ids


def _document_bars(scope: Scope, rows: Sequence[figures.Row]) -> list[Bar]:
    longest = max((row.load.open for row in rows), default=0)
    return [
        Bar(
            row,
            charts.bar(row.load, longest),
            reverse("web:dashboard_document", args=[row.slug]) if scope.opens else "",
            scope.ledger(document=row.slug, standing="overdue"),
            scope.ledger(document=row.slug),
        )
        for row in rows
    ]


def _leaders(request: WebRequest, scope: Scope, by_lead: list[figures.Row]) -> list[LeaderRow]:
    """Return the leaders in whose portfolio something is open, most overdue first."""
    found = [
        (leader, load)
        for leader in org.leaders(on=request.today)
        if (load := figures.together(by_lead, leader.unit_ids)).open
    ]
    longest = max((load.open for _leader, load in found), default=0)
    nearest = figures.next_of_each(scope.tasks, by_lead, [leader.unit_ids for leader, _load in found])
    everything = bool(request.actor.roles & scopes.SEES_ALL)
    rows = [
        LeaderRow(
            leader,
            load,
            charts.bar(load, longest),
            due,
            reverse("web:dashboard_leader", args=[leader.post.pk])
            if everything or leader.unit_ids <= request.actor.portfolio_ids
            else "",
            scope.ledger(leader=leader.post.pk, standing="overdue"),
            scope.ledger(leader=leader.post.pk),
        )
        for (leader, load), due in zip(found, nearest, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row.load.overdue, -row.load.soon, -row.load.open))


def _late(request: WebRequest, scope: Scope) -> list[LateRow]:
    if not scope.opens:
        return []
    found = figures.late(scope.tasks, today=request.today)
    outlooks = escalation.outlooks([one.first for one in found], now=request.now)
    return [
        LateRow(
            one,
            mark(outlooks[one.first.pk].standing),
            next_or_asked(outlooks[one.first.pk]),
            reverse("web:task", args=[one.first.pk])
            if one.count == 1
            else scope.ledger(commitment=one.first.commitment_id, standing="overdue"),
        )
        for one in found
    ]


def _causes(request: WebRequest, scope: Scope, numbers: figures.Numbers) -> list[CauseRow]:
    if not numbers.overdue:
        return []
    counts = outcomes.causes(scope.tasks, today=request.today)
    most = max(counts.values(), default=0)
    stated = [cause for cause in Cause if cause is not Cause.UNSAID]
    order = [*sorted(stated, key=lambda cause: -counts[cause]), Cause.UNSAID]
    return [
        CauseRow(
            CAUSES[cause],
            counts[cause],
            round(charts.BAR_WIDTH * counts[cause] / most),
            scope.causes(cause),
            cause is not Cause.UNSAID,
        )
        for cause in order
        if counts[cause]
    ]


def _targets(request: WebRequest, scope: Scope) -> Targets:
    found = figures.targets(None if scope.kind == "county" else scope.tasks, today=request.today)
    risky = [one for one in found.read if one.trend in AT_RISK]
    risky.sort(key=lambda one: AT_RISK.index(one.trend))
    shown = [(one, TRENDS[one.trend]) for one in risky[:TARGETS_SHOWN]] if scope.opens else []
    silent = sum(one.trend is Trend.NO_DATA for one in found.read)
    return Targets(shown, len(risky), found.in_all, found.in_all - len(found.read) + silent)
