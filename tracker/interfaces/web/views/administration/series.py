"""Show the sequences of numbers, and plan another prefix for the next year: this year's goes on to its end."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tracker.audit.actors import Role
from tracker.interfaces.web.forms import administration as forms
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import RECORDS, WORKERS
from tracker.interfaces.web.parts import Change
from tracker.interfaces.web.views.administration.frame import crumbs
from tracker.interfaces.web.views.asking import Ask, answer
from tracker.notices import selectors, services
from tracker.notices.models import Letterhead


def routes() -> list[URLPattern]:
    return [
        path("administration/series/", series, name="admin_series"),
        path("administration/series/<int:pk>/prefix/", prefix, name="admin_prefix"),
    ]


@require_GET
@page(*RECORDS)
def series(request: WebRequest) -> HttpResponse:
    """List the sequences with their next number, gaps and withdrawn numbers, and the letterheads."""
    context = {
        "sequences": selectors.sequences(),
        "letterheads": Letterhead.objects.select_related("unit"),
        "year": request.today.year,
        "may_change": request.actor.has(Role.SUPERVISION, Role.ADMINISTRATOR),
        "may_read": request.actor.has(*WORKERS),
    }
    return render(request, "web/administration/series.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.SUPERVISION, Role.ADMINISTRATOR)
def prefix(request: WebRequest, pk: int) -> HttpResponseBase:
    """Plan the prefix of a unit's numbers for the next year."""
    one = get_object_or_404(Letterhead.objects.select_related("unit"), pk=pk)
    form = forms.PrefixForm(
        request.POST if request.method == "POST" else None,
        initial={"next_prefix": one.next_prefix},
        auto_id="prefix-%s",
    )
    year = request.today.year

    def do() -> str:
        services.plan_prefix(letterhead=one, prefix=form.cleaned_data["next_prefix"], by=request.actor, now=request.now)
        return _("Planned: this year's sequence goes on under its prefix.")

    def preview() -> list[Change]:
        asked = form.cleaned_data["next_prefix"].strip() or one.prefix_in(year)
        return [
            Change(_("numbers of %(year)d") % {"year": year}, one.prefix_in(year), one.prefix_in(year)),
            Change(_("numbers of %(year)d") % {"year": year + 1}, one.prefix_in(year + 1), f"{asked}〔{year + 1}〕1号"),
        ]

    ask = Ask(
        form=form,
        title=_("Prefix from next year"),
        note=one.unit.name,
        button=_("Plan it"),
        back=reverse("web:admin_series"),
        act=do,
        preview=preview,
        crumbs=crumbs((_("Numbers of notices"), reverse("web:admin_series"))),
    )
    return answer(request, ask)
