"""Take the ledger out as an Excel file: at once where it is short, otherwise asked for, watched and fetched when ready."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from typing import IO
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker.audit.errors import Invalid, WrongState
from tracker.commitments.models import Export
from tracker.commitments.selectors import exports as selectors
from tracker.commitments.services import exporting
from tracker.interfaces.sheets import writing
from tracker.interfaces.web import ledger_file
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import WORKERS
from tracker.interfaces.web.parts import Progress
from tracker.interfaces.web.views import watching
from tracker.interfaces.web.views.ledger import PLACES, Asked, filter_of
from tracker.interfaces.web.wording import Mark

State = Export.State
_TONES = {State.MAKING: "wait", State.FAILED: "soon"}


def routes() -> list[URLPattern]:
    """Return the addresses at which the ledger goes out."""
    return [
        path("ledger/export/", export, name="ledger_export"),
        path("ledger/exports/", exports, name="ledger_exports"),
        path("ledger/exports/<int:pk>/", watch, name="ledger_export_watch"),
        path("ledger/exports/<int:pk>/file/", fetch, name="ledger_export_file"),
        path("ledger/exports/<int:pk>/cancel/", cancel, name="ledger_export_cancel"),
    ]


@page(*WORKERS)
def export(request: WebRequest) -> HttpResponseBase:
    """Answer with the file where it is short, else with how many rows there are; POST has a long one made."""
    asked = Asked(request, request.GET)
    if request.method == "POST":
        return _ask(request, asked)
    exporting.may_export(by=request.actor, now=request.now)
    at_once = settings.TRACKER_EXPORT_AT_ONCE
    if not asked.found.order_by()[at_once : at_once + 1].exists():
        return _at_once(request, asked)
    context = {
        "rows": asked.found.count(),
        "said": ledger_file.said(asked),
        "address": request.get_full_path(),
        "back": f"{reverse('web:ledger')}?{_query(request.GET) or 'view=all'}",
        "days": settings.TRACKER_EXPORT_DAYS,
        **_listed(request),
    }
    return render(request, "web/export_ask.html", context)


def _at_once(request: WebRequest, asked: Asked) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the answer once it is sent
    rows = ledger_file.write(asked, request.actor, file)
    exporting.take_out(
        filters=filter_of(request.GET), rows=rows, columns=_columns(asked), by=request.actor, now=request.now
    )
    file.seek(0)
    return _attached(file, ledger_file.name_of(asked))


def _ask(request: WebRequest, asked: Asked) -> HttpResponse:
    try:
        made = exporting.ask_export(
            query=_query(request.GET),
            said=ledger_file.said(asked),
            columns=_columns(asked),
            by=request.actor,
            now=request.now,
        )
    except Invalid as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("web:ledger_exports"), status=303)
    return HttpResponseRedirect(reverse("web:ledger_export_watch", args=[made.pk]), status=303)


@page(*WORKERS)
def exports(request: WebRequest) -> HttpResponse:
    """Show the files one has asked for lately."""
    return render(request, "web/exports.html", {"days": settings.TRACKER_EXPORT_DAYS, **_listed(request)})


@page(*WORKERS)
def watch(request: WebRequest, pk: int) -> HttpResponse:
    """Show how far a file is; then where to fetch it, or why there is none."""
    one = _own(request, pk)
    progress = _progress(one)
    if watching.asked_again(request):
        return watching.answer(request, progress)
    context = {
        "one": one,
        "mark": _mark(one),
        "progress": progress,
        "kept_until": _kept_until(one),
        "again": f"{reverse('web:ledger_export')}?{one.query}",
        "ledger": f"{reverse('web:ledger')}?{one.query or 'view=all'}",
    }
    return render(request, "web/export.html", context)


def _progress(one: Export) -> Progress | None:
    if one.state not in exporting.OPEN:
        return None
    address = reverse("web:ledger_export_watch", args=[one.pk])
    title = _("Being written") if one.state == State.MAKING else _("Waiting for its turn")
    return Progress(title, address, one.rows_done, one.rows_all or 0, note=watching.standstill())


@page(*WORKERS)
def fetch(request: WebRequest, pk: int) -> FileResponse:
    """Answer with a file that is ready, to whoever asked for it."""
    one = _own(request, pk)
    if one.state != State.READY or not one.file.storage.exists(str(one.file.name)):
        raise WrongState(_("There is no file on the server, not yet or not any more. Look how far it is, or ask anew."))
    return _attached(one.file.open("rb"), one.file_name)


@require_POST
@page(*WORKERS)
def cancel(request: WebRequest, pk: int) -> HttpResponse:
    """Cancel a file that is not made yet."""
    exporting.cancel_export(export=_own(request, pk), by=request.actor, now=request.now)
    return HttpResponseRedirect(reverse("web:ledger_export_watch", args=[pk]), status=303)


def _own(request: WebRequest, pk: int) -> Export:
    one = selectors.own(request.actor).filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


def _mark(one: Export) -> Mark:
    match State(one.state):
        case State.READY:
            return Mark("ok", _("ready to download"))
        case State.CANCELLED:
            return Mark("none", _("cancelled by you"))
    return Mark(_TONES.get(State(one.state), "none"), one.get_state_display())


def _listed(request: WebRequest) -> dict[str, list[tuple[Export, Mark, datetime | None]]]:
    found = selectors.recent(request.actor)
    return {"exports": [(one, _mark(one), _kept_until(one)) for one in found]}


def _kept_until(one: Export) -> datetime | None:
    ready = one.state == State.READY and one.ended_at is not None
    return one.ended_at + timedelta(days=settings.TRACKER_EXPORT_DAYS) if ready and one.ended_at else None


def _query(data: QueryDict) -> str:
    """Return the address of the ledger in one order: its filter, order, groups and columns, not the place in it."""
    return urlencode(
        sorted((key, value) for key, values in data.lists() for value in values if value and key not in PLACES)
    )


def _columns(asked: Asked) -> list[str]:
    return [column.key for column in ledger_file.further(asked)]


def _attached(file: IO[bytes], name: str) -> FileResponse:
    answer = FileResponse(file, content_type=writing.CONTENT_TYPE)
    answer["Content-Disposition"] = writing.attachment(name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
