"""Show the ledger (台账): every task the reader may see, by the filters in the address."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from tracker.commitments.models import Commitment, Task
from tracker.commitments.selectors import ledger as selectors
from tracker.commitments.selectors.standing import standings_of
from tracker.interfaces.web.forms.ledger import LedgerForm
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import WORKERS
from tracker.interfaces.web.wording import Mark, mark
from tracker.org import selectors as org
from tracker.org.models import Unit


@dataclass(frozen=True, slots=True)
class Row:
    """Be one row of the table."""

    task: Task
    mark: Mark
    supports: list[Unit]


@page(*WORKERS)
def ledger(request: WebRequest) -> HttpResponse:
    """Show one page of the tasks asked for, with how many there are."""
    today = request.today
    seen = selectors.in_sight(request.actor)
    form = LedgerForm(
        request.GET,
        documents=[(slug, f"{number} {short}") for slug, number, short in selectors.documents_of(seen)],
        units=[(unit.slug, unit.name) for unit in selectors.units_with_tasks()],
        leaders=[(str(one.post.pk), f"{one.holder} {one.post.title}") for one in org.leaders(on=today)],
        auto_id="filter-%s",
    )
    query = form.query(today=today)
    found = selectors.found(seen, query, today=today)
    sort = form.cleaned_data.get("sort") or "due"
    shown = selectors.page(
        selectors.for_table(found),
        sort=sort,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    standings = standings_of(shown.tasks, today=today)
    context = {
        "form": form,
        "searched": query.text,
        "commitment": Commitment.objects.filter(pk=query.commitment).first() if query.commitment else None,
        "page": shown,
        "rows": [Row(task, mark(standings[task.pk]), _supports(task)) for task in shown.tasks],
        "count": selectors.count(found),
        "sort": sort,
    }
    return render(request, "web/ledger.html", context)


def _supports(task: Task) -> list[Unit]:
    return [part.unit for part in task.assignments.all() if part.role == "support"]
