"""Answer requests that cannot be served, in the reader's language, saying what to do and losing nothing that was typed."""

from __future__ import annotations

import logging
import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tracker.audit.actors import NotPermitted
from tracker.audit.errors import Refusal, Stale, WrongState
from tracker.audit.services import record_refusal
from tracker.interfaces.web import keeping
from tracker.interfaces.web.http import WebRequest
from tracker.interfaces.web.keeping import typed_by

log = logging.getLogger(__name__)


def answer(request: WebRequest, error: Exception) -> HttpResponse | None:
    """Return the page for an error that a service or a view raised for a person to read; None for a fault of ours."""
    match error:
        case NotPermitted():
            record_refusal(
                by=request.actor,
                now=request.now,
                action="web.refused",
                route="web.page",
                path=request.path,
                method=request.method or "",
                why=str(error),
            )
            return _page(request, "web/errors/refused.html", 403, str(error))
        case Stale() | WrongState():
            return _page(request, "web/errors/conflict.html", 409, str(error))
        case Refusal():
            return _page(request, "web/errors/invalid.html", 422, str(error))
        case OperationalError():
            return _database_trouble(request, error)
    return None


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something of ours failed, or, where it is the database that cannot serve, what is the matter with it."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError):
        return _database_trouble(request, error)
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form has gone stale, and keep what was typed for when it is opened again."""
    signed_in = request.user.is_authenticated
    if signed_in:
        keeping.keep(request)
    return _page(request, "web/errors/csrf.html", 403, "", signed_in=signed_in, seal=keeping.sealed(request))


def _page(request: HttpRequest, template: str, status: int, sentence: str, **more: object) -> HttpResponse:
    match = request.resolver_match
    task = match.kwargs.get("pk") if match and (match.url_name or "").startswith("task_") else None
    context = {"sentence": sentence, "typed": typed_by(request), "again": request.path, "task": task}
    return render(request, template, context | more, status=status)


def _database_trouble(request: HttpRequest, error: OperationalError) -> HttpResponse:
    log.error("The database could not serve %s.", request.path, exc_info=error)
    # Rendered without the request: the frame of a page would ask the database again.
    context = {"sentence": _what_database_says(error), "typed": typed_by(request), "again": request.path}
    return HttpResponse(render_to_string("web/errors/not_saved.html", context), status=503)


def _what_database_says(error: OperationalError) -> str:
    words = str(error).lower()
    if "readonly" in words or "read-only" in words:
        return _("The database can only be read at the moment.")
    if "full" in words or "no space" in words:
        return _("The disk of the server is full.")
    if "locked" in words:
        return _("The database is busy with another change.")
    return _("The database does not answer.")
