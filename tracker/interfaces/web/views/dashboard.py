"""Show the county, or a leader's portfolio, in one look: figures that open their lists, what is late, the weeks ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tracker.audit.actors import Role
from tracker.commitments.models import Task
from tracker.commitments.selectors import dashboard as figures
from tracker.commitments.selectors import visible_tasks
from tracker.escalation import selectors as escalation
from tracker.interfaces.web import charts
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import READERS
from tracker.interfaces.web.views.steps import NextStep, next_step
from tracker.interfaces.web.wording import Mark, mark
from tracker.org import selectors as org

UNITS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """Be one row of a bar chart with the addresses its figures open."""

    row: figures.Row
    parts: list[charts.Stretch]
    address: str
    overdue_address: str


@dataclass(frozen=True, slots=True)
class LeaderRow:
    """Be one leader with the load of the portfolio and what falls due next in it."""

    leader: org.Leader
    load: figures.Load
    parts: list[charts.Stretch]
    next: figures.Next | None
    address: str


@dataclass(frozen=True, slots=True)
class LateRow:
    """Be one late promise with its mark and what happens next."""

    late: figures.Late
    mark: Mark
    next: NextStep | None
    address: str


@page(*READERS)
def dashboard(request: WebRequest) -> HttpResponse:
    """Show the figures over everything the reader may see."""
    today = request.today
    tasks = visible_tasks(request.actor)
    by_lead = figures.by_lead(tasks, today=today)
    by_document = figures.by_document(tasks, today=today)
    weeks = figures.weeks_ahead(tasks, today=today)
    context = {
        "scope_is_portfolio": request.actor.has(Role.LEADER)
        and not request.actor.has(Role.COUNTY_HEAD, Role.SUPERVISION),
        "numbers": figures.numbers(tasks, today=today),
        "soon_until": today + timedelta(days=figures.SOON_DAYS),
        "peak": max((week for week in weeks[:5] if week.peak), key=lambda week: week.peak_due, default=None),
        "units": _bars(by_lead[:UNITS_SHOWN], "lead"),
        "units_in_all": len(by_lead),
        "documents": _bars(by_document, "document"),
        "documents_in_all": len(by_document),
        "leaders": _leaders(tasks, by_lead, request),
        "weeks": charts.weeks(weeks),
        "late": _late(tasks, request),
    }
    return render(request, "web/dashboard.html", context)


def ledger_address(**query: object) -> str:
    """Return the address of the list behind a figure."""
    return f"{reverse('web:ledger')}?{urlencode({name: value for name, value in query.items() if value})}"


def _bars(rows: Sequence[figures.Row], name: str) -> list[Bar]:
    longest = max((row.load.open for row in rows), default=0)
    return [
        Bar(
            row,
            charts.bar(row.load, longest),
            ledger_address(**{name: row.slug}),
            ledger_address(**{name: row.slug}, standing="overdue"),
        )
        for row in rows
    ]


def _leaders(tasks: QuerySet[Task], by_lead: list[figures.Row], request: WebRequest) -> list[LeaderRow]:
    """Return the leaders in whose portfolio the reader sees something open, most overdue first."""
    found = [
        (leader, load)
        for leader in org.leaders(on=request.today)
        if (load := figures.together(by_lead, leader.unit_ids)).open
    ]
    longest = max((load.open for _, load in found), default=0)
    nearest = figures.next_of_each(tasks, by_lead, [leader.unit_ids for leader, _ in found])
    rows = [
        LeaderRow(leader, load, charts.bar(load, longest), due, ledger_address(leader=leader.post.pk))
        for (leader, load), due in zip(found, nearest, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row.load.overdue, -row.load.soon, -row.load.open))


def _late(tasks: QuerySet[Task], request: WebRequest) -> list[LateRow]:
    found = figures.late(tasks, today=request.today)
    outlooks = escalation.outlooks([one.first for one in found], now=request.now)
    return [
        LateRow(
            one,
            mark(outlooks[one.first.pk].standing),
            next_step(outlooks[one.first.pk].next),
            reverse("web:task", args=[one.first.pk])
            if one.count == 1
            else ledger_address(commitment=one.first.commitment_id, standing="overdue"),
        )
        for one in found
    ]
