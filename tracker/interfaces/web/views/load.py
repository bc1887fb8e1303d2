"""Show how much units are told and asked in a month, against the set caps. Units only; no person is counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tracker.audit.actors import NotPermitted
from tracker.commitments.selectors.asked import count_reports_asked, reports_asked
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import READERS, WORKERS
from tracker.interfaces.web.parts import Tile
from tracker.interfaces.web.wording import Mark, Words
from tracker.messaging.selectors.load import Told, items_told, messages_told, told
from tracker.messaging.sentences import sentence
from tracker.notices.receiving import count_received, received
from tracker.org.models import Unit
from tracker.rules.civil import civil_day

MONTHS_BACK = 12
LIST = 300
WHATS: dict[str, Words] = {
    "messages": gettext_lazy("messages"),
    "items": gettext_lazy("matters announced"),
    "reports": gettext_lazy("reports asked for"),
    "notices": gettext_lazy("notices received"),
}


@dataclass(frozen=True, slots=True)
class Load:
    """Be what one unit was told and asked in one month; figures over a cap are marked."""

    unit: Unit
    month: date
    told: Told
    reports: int
    notices: int

    @property
    def messages(self) -> int:
        """Return how many messages came: digests and what the room's robot said. A mail repeats a digest and is none."""
        return self.told.digests + self.told.robot

    @property
    def over(self) -> list[Mark]:
        """Return a mark for each figure that is over its cap."""
        cap = settings.TRACKER_LOAD_CAP
        marks = []
        if self.messages > cap["messages"]:
            marks.append(Mark("soon", _("messages over the cap of %(cap)d") % {"cap": cap["messages"]}))
        if self.reports > cap["reports"]:
            marks.append(Mark("soon", _("reports over the cap of %(cap)d") % {"cap": cap["reports"]}))
        return marks

    @property
    def anything(self) -> bool:
        return bool(self.messages or self.reports or self.notices)


def routes() -> list[URLPattern]:
    """Return the addresses of the pages about the load."""
    return [
        path("load/", load, name="load"),
        path("load/units/<slug:slug>/", load_unit, name="load_unit"),
        path("load/<str:what>/", load_list, name="load_list"),
    ]


@require_GET
@page(*WORKERS)
def load(request: WebRequest) -> HttpResponse:
    """Show every unit's load in a month; a unit's own people see theirs."""
    month = _month(request)
    units = _units(request)
    loads = _loads(month, _end(month), units, months=[month])
    shown = sorted((one for one in loads if one.anything), key=lambda one: (not one.over, one.unit.name))
    context = {
        **_frame(request, month),
        "loads": shown,
        "silent": len(loads) - len(shown),
        "tiles": _tiles(shown, month),
        "all_units": units is None,
    }
    return render(request, "web/load.html", context)


@require_GET
@page(*WORKERS)
def load_unit(request: WebRequest, slug: str) -> HttpResponse:
    """Show one unit's load month by month."""
    unit = _unit(request, slug)
    last = request.today.replace(day=1)
    months = [last]
    while len(months) < MONTHS_BACK:
        months.append(_before(months[-1]))
    loads = _loads(months[-1], _end(last), [unit.pk], months=months)
    while len(loads) > 1 and not loads[-1].anything:
        loads.pop()
    return render(request, "web/load_unit.html", {**_frame(request, last), "unit": unit, "loads": loads})


@require_GET
@page(*WORKERS)
def load_list(request: WebRequest, what: str) -> HttpResponse:
    """Show the list behind a figure: of one unit, or of all that this person may see."""
    if what not in WHATS:
        raise Http404
    month = _month(request)
    slug = request.GET.get("unit", "")
    unit = _unit(request, slug) if slug else None
    units = [unit.pk] if unit else _units(request)
    first, last = month, _end(month)
    rows: Sequence[object]
    match what:
        case "messages":
            rows = messages_told(first, last, units=units)
        case "items":
            items = items_told(first, last, units=units)[: LIST + 1]
            rows = [(item, sentence(item, today=civil_day(item.created_at))) for item in items]
        case "reports":
            rows = list(reports_asked(first, last, units=units)[: LIST + 1])
        case _:
            rows = received(first, last, units=units)
    context = {
        **_frame(request, month),
        "what": what,
        "title": WHATS[what],
        "unit": unit,
        "rows": rows[:LIST],
        "most": LIST if len(rows) > LIST else 0,
        "back": f"{reverse('web:load')}?month={month:%Y-%m}",
    }
    return render(request, "web/load_list.html", context)


def _loads(first: date, last: date, units: Collection[int] | None, *, months: Sequence[date]) -> list[Load]:
    by_told = told(first, last, units=units)
    by_reports = count_reports_asked(first, last, units=units)
    by_notices = count_received(first, last, units=units)
    rows = Unit.objects.filter(active=True) if units is None else Unit.objects.filter(pk__in=units)
    return [
        Load(
            unit,
            month,
            by_told.get((unit.pk, month), Told()),
            by_reports.get((unit.pk, month), 0),
            by_notices.get((unit.pk, month), 0),
        )
        for unit in rows.order_by("name")
        for month in months
    ]


def _tiles(loads: Sequence[Load], month: date) -> list[Tile]:
    def tile(what: str, figure: int, note: Words) -> Tile:
        return Tile(WHATS[what], figure, note, f"{reverse('web:load_list', args=[what])}?month={month:%Y-%m}")

    mails = sum(one.told.mails for one in loads)
    robots = sum(one.told.robot for one in loads)
    return [
        tile(
            "messages",
            sum(one.messages for one in loads),
            _("%(mails)d also by mail, %(robots)d by robots") % {"mails": mails, "robots": robots},
        ),
        tile("items", sum(one.told.items for one in loads), _("carried by these messages")),
        tile("reports", sum(one.reports for one in loads), _("only where a clause asks")),
        tile("notices", sum(one.notices for one in loads), _("issued in the month")),
    ]


def _frame(request: WebRequest, month: date) -> dict[str, object]:
    following = _end(month) + timedelta(days=1)
    return {
        "month": month,
        "previous": _before(month),
        # Reports of months to come are asked for already; messages are not.
        "following": following,
        "cap": settings.TRACKER_LOAD_CAP,
    }


def _month(request: WebRequest) -> date:
    """Return the first day of the month the address names, else of this month."""
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')[:7]}-01")
    except ValueError:
        return request.today.replace(day=1)


def _end(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _units(request: WebRequest) -> list[int] | None:
    """Return the ids of the units whose load this person sees; None for all."""
    return None if request.actor.has(*READERS) else sorted(request.actor.unit_ids)


def _unit(request: WebRequest, slug: str) -> Unit:
    unit = Unit.objects.filter(slug=slug).first()
    if unit is None:
        raise Http404
    units = _units(request)
    if units is not None and unit.pk not in units:
        raise NotPermitted(_("You see the load of your own unit. Ask the supervision office about others."))
    return unit
