"""Show the audit chain to those who check: entries with filters, and whether the chain is whole."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tracker.audit import selectors
from tracker.interfaces.web.forms.tasks import DateInput
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import RECORDS
from tracker.interfaces.web.records import record

PAGE = 100

AREAS = (
    ("", _("everything")),
    ("commitments.", _("tasks and reports")),
    ("escalation.", _("reminders and steps")),
    ("notices.", _("notices")),
    ("messaging.", _("messages")),
    ("intake.", _("loading of gazettes")),
    ("org.", _("people, posts, subscriptions")),
    ("web.", _("refusals")),
)


class AuditForm(forms.Form):
    """Hold the filters of the audit page."""

    q = forms.CharField(label=_("name, post or object"), required=False, max_length=100)
    area = forms.ChoiceField(label=_("about"), required=False, choices=AREAS)
    first = forms.DateField(label=_("from"), required=False, widget=DateInput)
    last = forms.DateField(label=_("through"), required=False, widget=DateInput)


@page(*RECORDS)
def audit(request: WebRequest) -> HttpResponse:
    """Show a page of entries, newest first."""
    return _show(request)


@require_POST
@page(*RECORDS)
def verify(request: WebRequest) -> HttpResponse:
    """Walk the whole chain and show what was found above the entries."""
    return _show(request, report=selectors.verify_chain())


def _show(request: WebRequest, *, report: selectors.ChainReport | None = None) -> HttpResponse:
    form = AuditForm(request.GET, auto_id="filter-%s")
    form.is_valid()
    data, before = form.cleaned_data, request.GET.get("before", "")
    entries = selectors.entries(
        text=data.get("q", ""),
        action=data.get("area", ""),
        first=data.get("first"),
        last=data.get("last"),
        before=int(before) if before.isdecimal() else None,
    )
    found = list(entries[: PAGE + 1])
    shown = found[:PAGE]
    context = {
        "form": form,
        "records": [record(entry) for entry in shown],
        "older": shown[-1].pk if len(found) > PAGE else None,
        "later": before,
        "report": report,
        "head": selectors.head(),
    }
    return render(request, "web/audit.html", context)
