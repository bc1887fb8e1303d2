"""Measure pages and the ledger's selector beside their bare SQL and the rendering of the same data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import reverse

from benchmarks.measuring import Statement, best, recorded, replay
from benchmarks.patterns import TODAY
from benchmarks.stage import Stage
from benchmarks.table import Line, shown
from tracker.audit.actors import Role
from tracker.commitments.selectors import ledger, visible_tasks
from tracker.commitments.selectors.standing import standings_of
from tracker.org import selectors as org
from tracker.org.models import User


@dataclass(frozen=True, slots=True)
class _Page:
    what: str
    address: str
    role: Role


def measure(stage: Stage) -> None:
    """Open each page in the counties that are large enough to matter, all of them if none is."""
    stage.table.group("pages")
    pages = [
        _Page("overdue ledger page of 50", f"{reverse('web:ledger')}?standing=overdue", Role.SUPERVISION),
        _Page("overview of the county", reverse("web:dashboard"), Role.COUNTY_HEAD),
        _Page("my unit", reverse("web:my_unit"), Role.LIAISON),
    ]
    for size in [size for size in stage.sizes if size >= 10_000] or stage.sizes:
        county = stage.original(size)
        # Read once by something else, as a database that is in use has been.
        _selector(stage, county.world.accounts[Role.SUPERVISION], size)
        for page in pages:
            _page(stage, page, county.world.accounts[page.role], size)


def _selector(stage: Stage, user: User, size: int) -> None:
    runs = 15 if stage.thorough else 5

    def ask() -> None:
        actor = org.actor_for(user, on=TODAY)
        found = ledger.found(visible_tasks(actor), ledger.Query(standing="overdue"), today=TODAY)
        page = ledger.page(ledger.for_table(found))
        ledger.count(found)
        standings_of(page.tasks, today=TODAY)

    with recorded() as statements:
        ask()
    took, bare = best(ask, lambda: replay(statements), runs=runs)
    what = f"overdue page of {ledger.PAGE} among {size:,}: selectors against their SQL"
    stage.table.add(Line(what, shown(took), shown(bare), took / bare))


def _page(stage: Stage, page: _Page, user: User, size: int) -> None:
    runs = 15 if stage.thorough else 5
    client = Client()
    client.force_login(user)
    _get(client, page.address)
    statements, render = _parts(client, page.address)
    took, bare, drawn = best(lambda: _get(client, page.address), lambda: replay(statements), render, runs=runs)
    stage.table.add(
        Line(
            f"{page.what} among {size:,} ({len(statements)} queries)", shown(took),
            f"SQL {shown(bare)} + template {shown(drawn)}", took / (bare + drawn), 2,
        )
    )  # fmt: skip


def _parts(client: Client, address: str) -> tuple[list[Statement], Callable[[], object]]:
    """Return what a page asks the database, and a function that draws it anew from the answers."""
    setup_test_environment()
    try:
        with recorded() as statements:
            answer: Any = _get(client, address)
    finally:
        teardown_test_environment()
    template: Template = answer.templates[0]
    # Plain, or Django would ask anew for what every page is given; what was lazy has been asked for by now.
    context = Context(answer.context[0].flatten())
    return statements, lambda: template.render(context)


def _get(client: Client, address: str) -> HttpResponse:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}.")
    return answer  # type: ignore[return-value]
