"""Let people sign in and out, choose the language, and come to the page their post begins at."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST

from tracker import clock
from tracker.audit.actors import Role
from tracker.interfaces.web import appearance, demonstration, keeping
from tracker.interfaces.web.http import WebRequest, page, where_next
from tracker.interfaces.web.navigation import UNIT
from tracker.org import services


class SignIn(auth.LoginView):
    """Ask for user name and password; in a demonstration also offer its accounts with one click."""

    template_name = "web/login.html"
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Let somebody who has signed in, now or in another window meanwhile, have what was typed before."""
        answer = super().dispatch(request, *args, **kwargs)
        if request.method == "POST" and request.user.is_authenticated and request.POST.get("seal"):
            keeping.take(request, request.POST["seal"])
        return answer

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs) | {"seal": self.request.POST.get("seal", "")}
        if demonstration.is_on():
            today = self.request.today  # type: ignore[attr-defined]
            context |= {"demonstration": clock.is_demonstration(), "today": today}
            context["accounts"] = demonstration.accounts(on=today)
        return context


@require_POST
@page()
def forget(request: WebRequest) -> HttpResponse:
    """Drop what was kept of a form that is not wanted any more."""
    request.session.pop(keeping.SESSION_KEY, None)
    return HttpResponseRedirect(where_next(request, "/"), status=303)


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
