"""Let people keep views of the ledger, and the supervision office share them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from tracker.audit.actors import Role
from tracker.audit.errors import Invalid
from tracker.commitments.models import LedgerView
from tracker.commitments.selectors import views as selectors
from tracker.commitments.services import viewing
from tracker.interfaces.web.forms.ledger import DisplayForm, ViewForm
from tracker.interfaces.web.forms.refusals import refused
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.interfaces.web.navigation import WORKERS
from tracker.interfaces.web.views.ledger import address_of, filter_of


def routes() -> list[URLPattern]:
    """Return the addresses of the ledger's saved views."""
    return [
        path("ledger/views/", views, name="ledger_views"),
        path("ledger/views/<int:pk>/", view, name="ledger_view"),
    ]


@page(*WORKERS)
def views(request: WebRequest) -> HttpResponse:
    """Show the views one may open, with a form to keep the one the address describes; POST keeps it."""
    shares = request.actor.has(Role.SUPERVISION)
    if request.method != "POST":
        form = ViewForm(shares=shares, initial={"query": request.GET.urlencode()})
        return _show(request, form)
    form = ViewForm(request.POST, shares=shares)
    if not form.is_valid():
        return _show(request, form, status=422)
    data = form.cleaned_data
    content = QueryDict(data["query"])
    display = DisplayForm(content)
    try:
        kept = viewing.save_view(
            name=data["name"],
            query=filter_of(content),
            columns=display.chosen_columns,
            group=display.grouping,
            sort=display.cleaned_data["sort"],
            shared=bool(data.get("shared")),
            by=request.actor,
            now=request.now,
        )
    except Invalid as error:
        return _show(request, form, status=refused(form, error))
    if data["first"]:
        viewing.open_with(view=kept, by=request.actor, now=request.now)
    return done(request, _("The view “%(name)s” is kept.") % {"name": kept}, address_of(kept))


@page(*WORKERS)
def view(request: WebRequest, pk: int) -> HttpResponse:
    """Show the form of one view; POST renames it, shares it, opens the ledger with it, or deletes it."""
    chosen = selectors.views_for(request.actor).filter(pk=pk).first()
    if chosen is None:
        raise Http404
    if request.method != "POST":
        return render(request, "web/ledger_view.html", _about(request, chosen))
    try:
        said = _change(request, chosen)
    except Invalid as error:
        context = _about(request, chosen) | {"fault": str(error), "name": request.POST.get("name", "")}
        return render(request, "web/ledger_view.html", context, status=422)
    return done(request, said, reverse("web:ledger_views"))


def _change(request: WebRequest, chosen: LedgerView) -> str:
    by: dict[str, Any] = {"by": request.actor, "now": request.now}
    named = {"name": chosen}
    match request.POST.get("do"):
        case "rename":
            renamed = viewing.rename_view(view=chosen, name=request.POST.get("name", ""), **by)
            return _("The view is now called “%(name)s”.") % {"name": renamed}
        case "share":
            viewing.share_view(view=chosen, shared=True, **by)
            return _("Everybody finds the view “%(name)s” now.") % named
        case "unshare":
            viewing.share_view(view=chosen, shared=False, **by)
            return _("The view “%(name)s” is yours alone now.") % named
        case "first":
            viewing.open_with(view=chosen, **by)
            return _("Your ledger opens with “%(name)s” now.") % named
        case "plain":
            viewing.open_with(view=None, **by)
            return _("Your ledger opens with the open duties again.")
        case "delete":
            viewing.delete_view(view=chosen, **by)
            return _("The view “%(name)s” is deleted.") % named
    raise Invalid("name", _("Choose what to do with the view."))


def _about(request: WebRequest, chosen: LedgerView) -> dict[str, object]:
    office = request.actor.has(Role.SUPERVISION)
    return {
        "view": chosen,
        "name": chosen.name,
        "address": address_of(chosen),
        "mine": office if chosen.shared else True,
        "shares": office,
        "is_first": selectors.first_view(request.actor) == chosen.pk,
    }


def _show(request: WebRequest, form: ViewForm, *, status: int = 200) -> HttpResponse:
    kept = list(selectors.views_for(request.actor).select_related("owner"))
    first = selectors.first_view(request.actor)
    rows = [(one, address_of(one), one.pk == first, one.owner_id == request.actor.user_id) for one in kept]
    return render(request, "web/ledger_views.html", {"form": form, "rows": rows}, status=status)
