"""Show the list behind a number of the assessment: exactly the parts, events or warnings that were counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Task
from tracker.commitments.selectors import ledger
from tracker.commitments.selectors.assessment import Event, Happening, Judged
from tracker.escalation.selectors.warnings import leads_of
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import READERS, UNIT
from tracker.interfaces.web.views.assessment import HAPPENINGS, OUTCOMES, Asked, asked_of
from tracker.interfaces.web.wording import Mark, Words
from tracker.org.models import Unit
from tracker.rules.assessment import DECIDED, Outcome
from tracker.rules.assessment import Role as Part

LIST = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """Be one row of the list behind a number: a part of a duty, or what happened to one."""

    task: Task
    unit: Unit
    mark: Mark
    judged: Judged | None = None
    event: Event | None = None
    waits_for: Unit | None = None


def routes() -> list[URLPattern]:
    """Return the list behind a number."""
    return [path("assessment/tasks/", behind, name="assessment_tasks")]


@page(*READERS, *UNIT)
def behind(request: WebRequest) -> HttpResponse:
    """Show the list behind one number: exactly the parts or events that were counted."""
    asked = asked_of(request)
    given = request.GET
    unit = Unit.objects.filter(slug=given.get("unit", "")).first() if given.get("unit") else None
    if given.get("event") == Happening.WARNED:
        return _warnings(request, asked, unit)
    if given.get("event") in set(Happening):
        what = Happening(given["event"])
        found = [one for one in asked.events() if one.what is what and (unit is None or one.unit_id == unit.pk)]
        rows: Sequence[Judged | Event] = found
        title: Words = HAPPENINGS[what]
    else:
        judged = asked.in_sight() if given.get("role") == "sight" else asked.judged()
        rows, title = _chosen(judged, given, unit)
    context = {
        "form": asked.form,
        "period": asked.period,
        "as_of": asked.as_of,
        "unit": unit,
        "title": title,
        "count": len(rows),
        **_turned(rows, request),
        "back": f"{reverse('web:assessment')}?{urlencode(asked.form.query)}",
        "events": given.get("event") in set(Happening),
    }
    return render(request, "web/assessment_tasks.html", context)


def _warnings(request: WebRequest, asked: Asked, unit: Unit | None) -> HttpResponse:
    """Show the early warnings behind a number."""
    found = asked.warned()
    rows = {one.pk: one for key, kept in found.items() if unit is None or key == unit.pk for one in kept}
    leads = leads_of(list(rows.values()))
    context = {
        "form": asked.form,
        "period": asked.period,
        "as_of": asked.as_of,
        "unit": unit,
        "title": HAPPENINGS[Happening.WARNED],
        "count": len(rows),
        "warnings": [(one, leads.get(one.indicator.commitment_id, [])) for one in rows.values()],
        "back": f"{reverse('web:assessment')}?{urlencode(asked.form.query)}",
    }
    return render(request, "web/assessment_tasks.html", context)


def _chosen(judged: list[Judged], given: QueryDict, unit: Unit | None) -> tuple[list[Judged], Words]:
    """Return the rows an address asks for, and what they are."""
    role, outcome = given.get("role", ""), given.get("outcome", "due")
    rows = [one for one in judged if unit is None or one.unit_id == unit.pk]
    if role == "own":
        rows = [one for one in rows if one.own]
    elif role in set(Part):
        rows = [one for one in rows if one.role == role]
    if given.get("soft"):
        rows = [one for one in rows if one.verdict.soft]
    wanted: Collection[str]
    if outcome in set(Outcome):
        wanted, title = {outcome}, OUTCOMES[Outcome(outcome)].words
    elif outcome == "decided":
        wanted, title = set(DECIDED), _("decided: in time, late or not achieved")
    else:
        wanted, title = set(Outcome) - {Outcome.BACKFILL}, _("due in the period")
    return [one for one in rows if one.verdict.outcome in wanted], title


def _turned(rows: Sequence[Judged | Event], request: WebRequest) -> dict[str, object]:
    """Return one page of the list: the rows after the place that the address names, and the next such place."""
    start = int(request.GET.get("from", "0")) if request.GET.get("from", "0").isdecimal() else 0
    shown = rows[start : start + LIST]
    tasks = ledger.for_table(Task.objects.filter(pk__in={one.task_id for one in shown})).select_related(
        "commitment__document", "commitment__clause", "lead", "blocker"
    )
    by_id = {task.pk: task for task in tasks}
    units = Unit.objects.in_bulk({one.unit_id for one in shown})
    return {
        "rows": [_listed(one, by_id[one.task_id], units[one.unit_id]) for one in shown],
        "next": start + LIST if start + LIST < len(rows) else None,
        "previous": max(start - LIST, 0) if start else None,
    }


def _listed(one: Judged | Event, task: Task, unit: Unit) -> Listed:
    if isinstance(one, Event):
        return Listed(task, unit, Mark("none", HAPPENINGS[one.what]), event=one)
    waits = one.verdict.outcome in {Outcome.OPEN_LATE, Outcome.HELD_UP}
    return Listed(task, unit, OUTCOMES[one.verdict.outcome], judged=one, waits_for=task.blocker if waits else None)
