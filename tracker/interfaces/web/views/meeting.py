"""Show a unit's sheet before a meeting: one side of A4, what it promised first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tracker.audit.actors import NotPermitted
from tracker.audit.errors import Invalid
from tracker.commitments import services
from tracker.commitments.models import KeptSheet, Task
from tracker.commitments.selectors import meeting, visible_tasks
from tracker.commitments.selectors.meeting import Word
from tracker.commitments.selectors.standing import standings_of
from tracker.escalation import selectors as escalation
from tracker.interfaces.web.forms.tasks import DateInput
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.interfaces.web.navigation import READERS, UNIT
from tracker.interfaces.web.scopes import ledger_address, may_see_unit
from tracker.interfaces.web.trends import TRENDS
from tracker.interfaces.web.views.steps import NextStep, next_or_asked
from tracker.interfaces.web.wording import Mark, Words, mark
from tracker.notices import selectors as notices
from tracker.org import selectors as org
from tracker.org.models import Unit

# A county's leaders meet about once a month.
DAYS_SINCE = 30

WORDS: Mapping[Word, Words] = {
    Word.NAMED_DAY: _("said it would be done by"),
    Word.ASKED: _("asked for more time, to"),
    Word.EXTENDED: _("was given more time, to"),
    Word.REPORTED: _("reported"),
    Word.INSTRUCTED: _("instruction"),
}


KEPT: Mapping[str, Words] = {
    "promises": _("What it said it would do"),
    "late": _("Late"),
    "soon": _("Due in the next 30 days"),
    "closed": _("Closed"),
}


class SinceForm(forms.Form):
    """Ask since which day closed duties are told."""

    since = forms.DateField(label=_("closed since"), required=False, widget=DateInput)


class KeepForm(forms.Form):
    """Ask for which meeting the sheet is kept."""

    meeting = forms.CharField(label=_("meeting"), max_length=160)
    held_on = forms.DateField(label=_("day of the meeting"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "keep-%s")
        super().__init__(*args, **kwargs)


@dataclass(frozen=True, slots=True)
class KeptLine:
    """Be one line of a kept sheet: what stood there, and the task and its standing now, None where it is gone."""

    row: Mapping[str, Any]
    words: Words
    due: date | None
    on: date | None
    until: date | None
    task: Task | None
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class LateLine:
    """Be one late duty with how late it is and what comes next."""

    task: Task
    mark: Mark
    next: NextStep | None


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """Be one promise in words."""

    promise: meeting.Promise
    words: Words
    broken: bool


def routes() -> list[URLPattern]:
    """Return the sheet's page."""
    return [
        path("dashboard/unit/<slug:slug>/sheet/", sheet, name="meeting_sheet"),
        path("sheets/<int:pk>/", kept, name="meeting_kept"),
    ]


@page(*READERS, *UNIT)
def sheet(request: WebRequest, slug: str) -> HttpResponse:
    """Show the sheet, and keep it for a meeting."""
    unit = Unit.objects.filter(slug=slug).first()
    if unit is None:
        raise Http404
    _may_see(request, unit)
    usual = request.today - timedelta(days=DAYS_SINCE)
    if request.method != "POST":
        return _show(request, unit, KeepForm(initial={"held_on": request.today}))
    form = KeepForm(request.POST)
    if not form.is_valid():
        return _show(request, unit, form, status=422)
    asked = SinceForm(request.GET)
    since = (asked.cleaned_data["since"] if asked.is_valid() else None) or usual
    try:
        made = services.keep_sheet(unit=unit, since=since, by=request.actor, now=request.now, **form.cleaned_data)
    except Invalid as error:
        form.add_error(error.field, str(error))
        return _show(request, unit, form, status=422)
    return done(request, _now("The sheet is kept as it reads now."), reverse("web:meeting_kept", args=[made.pk]))


@require_GET
@page(*READERS, *UNIT)
def kept(request: WebRequest, pk: int) -> HttpResponse:
    """Show a kept sheet as it read, and beside each line what became of it."""
    one = get_object_or_404(KeptSheet.objects.select_related("unit"), pk=pk)
    _may_see(request, one.unit)
    names = ("promises", "late", "soon", "closed")
    ids = {row["task"] for name in names for row in one.facts.get(name, [])}
    tasks = {task.pk: task for task in visible_tasks(request.actor).filter(pk__in=ids).select_related("lead")}
    standings = standings_of(list(tasks.values()), today=request.today)

    def lines(name: str) -> list[KeptLine]:
        found = []
        for row in one.facts.get(name, []):
            task = tasks.get(row["task"])
            due, on, until = (date.fromisoformat(row[key]) if row.get(key) else None for key in ("due", "on", "until"))
            words = WORDS[Word(row["what"])] if row.get("what") else ""
            found.append(KeptLine(row, words, due, on, until, task, mark(standings[task.pk]) if task else None))
        return found

    context = {
        "kept": one,
        "sections": [(title, lines(name), one.facts.get(f"{name}_in_all", 0)) for name, title in KEPT.items()],
    }
    return render(request, "web/meeting_kept.html", context)


def _may_see(request: WebRequest, unit: Unit) -> None:
    if not may_see_unit(request.actor, unit):
        raise NotPermitted(
            _now("%(unit)s is not one you answer for. Ask the supervision office if you need its sheet.")
            % {"unit": unit}
        )


def _show(request: WebRequest, unit: Unit, keep: KeepForm, *, status: int = 200) -> HttpResponse:
    today = request.today
    usual = today - timedelta(days=DAYS_SINCE)
    form = SinceForm(request.GET or None, auto_id="sheet-%s")
    since: date = (form.cleaned_data["since"] if form.is_valid() else None) or usual
    if not form.is_bound:
        form = SinceForm(initial={"since": usual}, auto_id="sheet-%s")
    found = meeting.sheet(unit, visible_tasks(request.actor), today=today, since=min(since, today))
    outlooks = escalation.outlooks(found.late.rows, now=request.now)
    closed = standings_of(found.closed.rows, today=today)
    post = org.supervising_post(unit, on=today)
    holder = org.holders(post, on=today).first() if post else None
    until = today + timedelta(days=meeting.SOON_DAYS)
    context = {
        "unit": unit,
        "leader": f"{holder.holder} {post.title}" if post and holder else "",
        "form": form,
        "since": min(since, today),
        "sheet": found,
        "promises": [PromiseLine(one, WORDS[one.what], one.broken(today)) for one in found.promises],
        "late": [
            LateLine(task, mark(outlooks[task.pk].standing), next_or_asked(outlooks[task.pk]))
            for task in found.late.rows
        ],
        "closed": [(task, mark(closed[task.pk])) for task in found.closed.rows],
        "at_risk": [(one, TRENDS[one.trend]) for one in found.at_risk[:5]],
        "notices": list(notices.awaited_from(unit, request.actor)[:4]),
        "late_address": ledger_address(lead=unit.slug, standing="overdue"),
        "soon_address": ledger_address(
            lead=unit.slug, standing="running", due_from=today.isoformat(), due_to=until.isoformat()
        ),
    }
    context |= {"keep": keep, "kept": list(KeptSheet.objects.filter(unit=unit).defer("facts")[:12])}
    return render(request, "web/meeting_sheet.html", context, status=status)
