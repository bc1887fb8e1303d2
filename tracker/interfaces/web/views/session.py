"""Let people sign in and out, choose the language, and come to the page their post begins at."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import views as auth
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST

from tracker import clock
from tracker.audit.actors import Role
from tracker.interfaces.web import appearance, demonstration
from tracker.interfaces.web.http import WebRequest, page, where_next
from tracker.interfaces.web.navigation import UNIT
from tracker.org import services


class SignIn(auth.LoginView):
    """Ask for user name and password; in a demonstration also offer its accounts with one click."""

    template_name = "web/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs)
        if demonstration.is_on():
            today = self.request.today  # type: ignore[attr-defined]
            context |= {"demonstration": clock.is_demonstration(), "today": today}
            context["accounts"] = demonstration.accounts(on=today)
        return context


@page()
def home(request: WebRequest) -> HttpResponse:
    """Go to the page the person's post begins at; without a post, say that there is none."""
    actor = request.actor
    if actor.has(Role.SUPERVISION, Role.LEADER, Role.COUNTY_HEAD, Role.AUDITOR):
        return redirect("web:dashboard")
    if actor.has(*UNIT):
        return redirect("web:my_unit")
    if actor.has(Role.ADMINISTRATOR):
        return redirect("web:health")
    return render(request, "web/no_post.html")


@require_POST
def language(request: WebRequest) -> HttpResponse:
    """Remember the language: on the account when signed in, else in a cookie."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(where_next(request, "/"), status=303)
    if chosen not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        services.choose_language(user=request.user, language=chosen, by=request.actor, now=request.now)
    translation.activate(chosen)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 86400,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    return response


@require_POST
def theme(request: WebRequest) -> HttpResponse:
    """Remember on this device whether pages are light, dark, or as the device is set."""
    response = HttpResponseRedirect(where_next(request, "/"), status=303)
    chosen = request.POST.get("theme", "")
    if chosen in appearance.THEMES:
        response.set_cookie(
            appearance.COOKIE, chosen, max_age=365 * 86400, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    return response
