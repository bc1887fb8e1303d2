"""Read the clock and name the actor once a request, answer errors meant for people, and set every page's headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from tracker import clock
from tracker.audit.actors import Actor
from tracker.interfaces.web import ending, errors
from tracker.interfaces.web.http import WebRequest
from tracker.org import selectors
from tracker.rules.civil import civil_day

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class ActorMiddleware:
    """Set `request.now`, `request.today` and `request.actor`, and the language the account has chosen.

    An account without a post today is an actor without roles: it may sign in and see that it holds no post. A session
    older than `ending.LONGEST_SESSION`, in real time, is ended.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: WebRequest) -> HttpResponse:
        request.now = clock.now()
        request.today = civil_day(request.now)
        if request.user.is_authenticated and ending.is_too_old(request):
            logout(request)
        request.actor = cast(Actor, SimpleLazyObject(lambda: _actor(request)))
        if language := _language(request):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)

    def process_exception(self, request: WebRequest, error: Exception) -> HttpResponse | None:
        """Answer what a service refused with its sentence; programs under /api/ get theirs from the API."""
        return None if request.path.startswith(("/api/", "/calendar/")) else errors.answer(request, error)


class SecurityHeadersMiddleware:
    """Allow nothing from other hosts and no inline script or style."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _language(request: WebRequest) -> str:
    """Return the account's language; before one signs in the county's own, whatever the browser prefers, unless chosen.

    Programs say by each request what they want.
    """
    if request.user.is_authenticated and request.user.language:
        return request.user.language
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    return "" if chosen or request.path.startswith("/api/") else settings.LANGUAGE_CODE


def _actor(request: WebRequest) -> Actor:
    return selectors.actor_for(request.user, on=request.today, source=request.META.get("REMOTE_ADDR", ""))
