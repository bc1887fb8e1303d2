"""Show early warnings by what became of them, and let the office, or the body the clause names, decide on each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from tracker.audit.actors import NotPermitted
from tracker.escalation import services
from tracker.escalation.models import EarlyWarning
from tracker.escalation.selectors import warnings as selectors
from tracker.interfaces.web import trends
from tracker.interfaces.web.forms.indicators import NothingForm, ReasonForm
from tracker.interfaces.web.http import WebRequest, page, where_next
from tracker.interfaces.web.parts import Act, Tab
from tracker.interfaces.web.views.asking import Ask, answer
from tracker.interfaces.web.views.indicators import readers_only, warning_row
from tracker.interfaces.web.wording import say
from tracker.rules.measure import said

LIST = 200
_form = require_http_methods(["GET", "HEAD", "POST"])


def routes() -> list[URLPattern]:
    """Return the addresses of the list and of the two decisions."""
    return [
        path("warnings/", warnings, name="warnings"),
        path("warnings/<int:pk>/send/", send, name="warning_send"),
        path("warnings/<int:pk>/set-aside/", set_aside, name="warning_set_aside"),
    ]


@page()
def warnings(request: WebRequest) -> HttpResponse:
    """Show the early warnings the reader may see, those of one state at a time, the newest first."""
    readers_only(request)
    seen = selectors.visible_warnings(request.actor)
    counts = selectors.count_by_state(seen)
    first = "proposed" if counts["proposed"] else "sent"
    state = request.GET.get("state", first)
    if state not in selectors.STATES:
        state = first
    found = list(selectors.with_sources(seen.filter(selectors.STATES[state]))[:LIST])
    leads = selectors.leads_of(found)
    context = {
        "state": state,
        "tabs": [
            Tab(mark.words, f"{reverse('web:warnings')}?state={name}", current=name == state, count=counts[name])
            for name, mark in trends.WARNING_STATES.items()
        ],
        "rows": [
            (
                warning_row(row, decides=selectors.may_decide(row, request.actor)),
                leads.get(row.indicator.commitment_id, []),
                said(row.value, row.indicator.unit) if row.value is not None else "",
            )
            for row in found
        ],
        "more": counts[state] > LIST,
        "most": LIST,
    }
    return render(request, "web/indicators/warnings.html", context)


@_form
@page()
def send(request: WebRequest, pk: int) -> HttpResponseBase:
    """Send a proposed warning to those the clause names."""
    one = _proposed(request, pk)
    form = NothingForm(request.POST if request.method == "POST" else None)
    addresses = selectors.addresses_of(one, on=request.today)

    def do() -> str:
        services.send_warning(warning=one, by=request.actor, now=request.now)
        return _("Sent: it stands in the next digest of those named, as one line.")

    title = _("Send the early warning")
    return answer(request, _ask(request, one, form, title, _("Send it"), do, addresses=addresses))


@_form
@page()
def set_aside(request: WebRequest, pk: int) -> HttpResponseBase:
    """Set a proposed warning aside."""
    one = _proposed(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def do() -> str:
        services.set_warning_aside(warning=one, reason=form.cleaned_data["reason"], by=request.actor, now=request.now)
        return _("Set aside, with the reason; the unit is not told.")

    title = _("Set the early warning aside")
    return answer(request, _ask(request, one, form, title, pgettext("button", "Set aside"), do))


def _proposed(request: WebRequest, pk: int) -> EarlyWarning:
    """Return a warning for whoever may decide on it."""
    one = selectors.with_sources(EarlyWarning.objects.all()).filter(pk=pk).first()
    if one is None:
        raise Http404
    if not selectors.may_decide(one, request.actor):
        raise NotPermitted(
            _(
                "The supervision office decides on early warnings, and the office of the body the clause names. Ask them."
            )
        )
    return one


def _ask(
    request: WebRequest,
    one: EarlyWarning,
    form: Form,
    title: str,
    button: str,
    act: Callable[[], str],
    **context: Any,
) -> Ask:
    back = where_next(request, reverse("web:warnings"))
    return Ask(
        form=form,
        title=title,
        button=button,
        back=back,
        act=act,
        slot=f"slot-warning-{one.pk}",
        heading=one.indicator.name,
        note=one.basis,
        crumbs=[Act(one.indicator.name, back)],
        matter="web/indicators/warning_matter.html",
        context={"warning": one, "reasons": [say(note) for note in one.notes], **context},
    )
