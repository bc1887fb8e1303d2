"""Watch work that goes on without its page: how far it is, and that nobody is at it where the worker stands still."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tracker import clock
from tracker.audit.pulses import pulse
from tracker.interfaces.web.http import WebRequest
from tracker.interfaces.web.parts import Progress
from tracker.interfaces.web.wording import Words


def standstill() -> Words:
    """Say what to do when the job that does such work has not run for a while, "" when it runs."""
    if pulse("work", real_now=clock.real_now()).fresh:
        return ""
    return _(
        "The background worker is not running. Nothing is lost: it goes on from here once the worker runs again. "
        "Tell the administrator if it takes long."
    )


def asked_again(request: WebRequest) -> bool:
    """Tell whether it is the bar alone that asks how far things are."""
    return bool(request.htmx) and request.htmx.target == "progress"


def answer(request: WebRequest, progress: Progress | None) -> HttpResponse:
    """Answer the bar's question; once there is nothing left to watch the page is loaded anew."""
    if progress is None or progress.over:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "web/parts/progress.html", {"progress": progress})
