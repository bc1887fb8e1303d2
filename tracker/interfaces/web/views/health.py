"""Say whether the house works: for programs at /health, for people on a page."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracker import clock
from tracker.audit import selectors
from tracker.audit.pulses import JobPulse, pulses
from tracker.interfaces.web.findings import last_found
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import RECORDS
from tracker.messaging.selectors import troubled_deliveries


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the pages can be served, even while jobs stand still (then `degraded`); 503 without a database."""
    real_now = clock.real_now()
    try:
        found = pulses(real_now=real_now)
        watched = last_found()
    except DatabaseError:
        connection.close()
        return JsonResponse({"status": "down", "database": "does not answer", "at": real_now.isoformat()}, status=503)
    fresh = all(one.fresh for one in found)
    return JsonResponse(
        {
            "status": "ok" if fresh else "degraded",
            "database": "ok",
            "jobs": {one.job: _job(one) for one in found},
            "jobs_running": fresh,
            "watchdog": watched.figures() if watched else None,
            "at": real_now.isoformat(),
        }
    )


def _job(one: JobPulse) -> dict[str, Any]:
    return {
        "last": one.last.isoformat() if one.last else None,
        "age_seconds": round(one.age.total_seconds()) if one.age is not None else None,
        "period_seconds": one.period,
        "fresh": one.fresh,
    }


@page(*RECORDS)
def health(request: WebRequest) -> HttpResponse:
    """Show the age of every job, what the watchdog found, the last failures, and deliveries that did not arrive."""
    context = {
        "pulses": pulses(real_now=clock.real_now()),
        "watched": last_found(),
        "failures": selectors.failed_runs()[:10],
        "deliveries": troubled_deliveries()[:20],
        "database": connection.vendor,
        "real_now": clock.real_now(),
    }
    return render(request, "web/health.html", context)
