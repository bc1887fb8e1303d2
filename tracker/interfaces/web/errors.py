"""Answer requests that cannot be served, in the reader's language, saying what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form has gone stale, and hand back what was typed so that nothing is lost."""
    typed = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    return render(request, "web/csrf_failure.html", {"typed": typed}, status=403)
