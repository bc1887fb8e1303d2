"""Say what every page's request carries, who may open a page, and how a page answers after a change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.interfaces.web import keeping
from tracker.org.models import User

P = ParamSpec("P")


class WebRequest(HttpRequest):
    """Be a request after the middleware: the actor, and the one instant and civil day everything in it is measured by."""

    # Behind `page` nobody is anonymous.
    user: User
    actor: Actor
    now: datetime
    today: date
    htmx: HtmxDetails


View = Callable[Concatenate[WebRequest, P], HttpResponseBase]

EVERYONE = frozenset(Role)


def page(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let only signed-in people with one of `roles` open a page; with no role named, anybody signed in.

    Whoever still has a one-time password chooses another first. Whoever is not signed in goes to the sign-in page and comes
    back; what a form held is handed back first. Raises `NotPermitted` for the wrong role.
    """

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: WebRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not _is_signed_in(request):
                return _sign_in_first(request)
            if request.user.must_change_password and not _chooses_password(request):
                return redirect("web:password")
            if roles and not request.actor.has(*roles):
                raise NotPermitted(
                    _("This page is not for the posts you hold. If you need it, ask the supervision office.")
                )
            return view(request, *args, **kwargs)

        guarded.roles = frozenset(roles) or EVERYONE  # type: ignore[attr-defined]
        return guarded

    return wrap


def _chooses_password(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == "password"


def _is_signed_in(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated)


def _sign_in_first(request: WebRequest) -> HttpResponse:
    # A form that is sent after the session ended must not be lost on the way to the sign-in page.
    if request.method == "POST":
        # Back to the form where something was typed; a button alone goes back to the page it stood on.
        typed = keeping.typed_by(request)
        again = request.path if typed else where_next(request, "/")
        context = {"typed": typed, "again": again, "seal": keeping.sealed(request)}
        return render(request, "web/errors/signed_out.html", context, status=401)
    if request.htmx:
        return HttpResponse(
            status=204, headers={"HX-Redirect": f"/login/?next={quote(request.htmx.current_url or '/')}"}
        )
    return redirect_to_login(request.get_full_path())


def where_next(request: HttpRequest, default: str) -> str:
    """Return the page of this site to go to after a change: the form's `next`, else `default`."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else default


def done(
    request: WebRequest, said: str | Promise, target: str, *, then: tuple[str | Promise, str] | None = None
) -> HttpResponse:
    """Say what was done and show the page it shows on; a browser's reload does not do it again.

    `then` is a link behind the sentence, label and address: to put a slip right, or to see what came of it.
    """
    sentence = format_html('{} <a href="{}">{}</a>', said, then[1], then[0]) if then else str(said)
    messages.success(request, sentence)
    keeping.forget(request)
    return HttpResponseRedirect(target, status=303)
