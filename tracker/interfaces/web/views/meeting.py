"""Show a unit's sheet before a meeting: one side of A4, what it promised first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tracker.audit.actors import NotPermitted
from tracker.commitments.models import Task
from tracker.commitments.selectors import meeting, visible_tasks
from tracker.commitments.selectors.meeting import Word
from tracker.commitments.selectors.standing import standings_of
from tracker.escalation import selectors as escalation
from tracker.interfaces.web.forms.tasks import DateInput
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import READERS, UNIT
from tracker.interfaces.web.scopes import ledger_address, may_see_unit
from tracker.interfaces.web.trends import TRENDS
from tracker.interfaces.web.views.steps import NextStep, next_step
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


class SinceForm(forms.Form):
    """Ask since which day closed duties are told."""

    since = forms.DateField(label=_("closed since"), required=False, widget=DateInput)


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
    return [path("dashboard/unit/<slug:slug>/sheet/", sheet, name="meeting_sheet")]


@page(*READERS, *UNIT)
def sheet(request: WebRequest, slug: str) -> HttpResponse:
    """Show the sheet."""
    unit = Unit.objects.filter(slug=slug).first()
    if unit is None:
        raise Http404
    if not may_see_unit(request.actor, unit):
        raise NotPermitted(
            _now("%(unit)s is not one you answer for. Ask the supervision office if you need its sheet.")
            % {"unit": unit}
        )
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
            LateLine(task, mark(outlooks[task.pk].standing), next_step(outlooks[task.pk].next))
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
    return render(request, "web/meeting_sheet.html", context)
