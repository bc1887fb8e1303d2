"""Keep accounts: who may sign in. No page here tells when somebody signed in or what they looked at."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tracker import clock
from tracker.audit.actors import Role
from tracker.interfaces.web.forms import administration, people
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import RECORDS
from tracker.interfaces.web.parts import Fact
from tracker.interfaces.web.views.administration.frame import crumbs
from tracker.interfaces.web.views.asking import Ask, answer
from tracker.interfaces.web.wording import Mark
from tracker.org import rosters, services
from tracker.org.models import Tenure, User
from tracker.org.seen import seen_of
from tracker.org.selectors import on_day

PAGE = 50
ACTIVE = Mark("ok", gettext_lazy("may sign in"))
DISABLED = Mark("none", gettext_lazy("disabled"))
LOCKED = Mark("soon", gettext_lazy("locked out"))
ONE_TIME = Mark("wait", gettext_lazy("one-time password"))


def routes() -> list[URLPattern]:
    return [
        path("administration/users/", users, name="admin_users"),
        path("administration/users/new/", new, name="admin_user_new"),
        path("administration/users/<int:pk>/", user, name="admin_user"),
        path("administration/users/<int:pk>/edit/", edit, name="admin_user_edit"),
        path("administration/users/<int:pk>/<slug:act>/", act, name="admin_user_act"),
    ]


@require_GET
@page(*RECORDS)
def users(request: WebRequest) -> HttpResponse:
    """List accounts with the posts each holds today."""
    words, show = request.GET.get("q", "").strip(), request.GET.get("show", "active")
    rows = User.objects.order_by("name", "username")
    if words:
        rows = rows.filter(
            Q(name__icontains=words) | Q(username__icontains=words) | Q(tenures__post__unit__name__icontains=words)
        ).distinct()
    if show in {"active", "disabled"}:
        rows = rows.filter(is_active=show == "active")
    held = Tenure.objects.filter(on_day(request.today)).select_related("post__unit").order_by("post__unit__name", "pk")
    shown = Paginator(rows.prefetch_related(Prefetch("tenures", held, to_attr="held")), PAGE)
    found = shown.get_page(request.GET.get("page"))
    locked = rosters.locked_out(real_now=clock.real_now())
    context = {
        "page": found,
        "rows": [(one, _marks(one, locked)) for one in found],
        "words": words,
        "show": show,
        "shows": [("active", _("may sign in")), ("disabled", _("disabled")), ("all", _("all"))],
        "may_change": request.actor.has(Role.ADMINISTRATOR),
    }
    return render(request, "web/administration/users.html", context)


@require_GET
@page(*RECORDS)
def user(request: WebRequest, pk: int) -> HttpResponse:
    """Show one account: what is known, which posts it has held, and what may be done with it."""
    one = get_object_or_404(User, pk=pk)
    locked = rosters.locked_out(real_now=clock.real_now())
    tenures = Tenure.objects.filter(user=one, withdrawn_at=None).select_related("post__unit")
    context = {
        "account": one,
        "marks": _marks(one, locked),
        "tenures": sorted(tenures, key=lambda row: (row.from_day is not None, row.from_day), reverse=False),
        "feeds": one.feed_tokens.filter(revoked_at=None).count(),
        "acts": _open_acts(request, one, locked),
        "may_change": request.actor.has(Role.ADMINISTRATOR),
        "own": request.actor.user_id == one.pk,
    }
    return render(request, "web/administration/user.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.ADMINISTRATOR)
def new(request: WebRequest) -> HttpResponseBase:
    """Make an account with a one-time password."""
    form = people.AccountForm(request.POST or None, initial={"language": "zh-hans"})

    def do() -> HttpResponse:
        password = services.one_time_password()
        data = form.cleaned_data
        made = services.create_account(
            username=data["username"],
            name=data["name"],
            email=data["email"],
            language=data["language"],
            password=password,
            one_time=True,
            by=request.actor,
            now=request.now,
        )
        return _show_once(request, made, password)

    ask = Ask(
        form=form,
        title=_("New account"),
        note=_("What it may do comes from the post its person is appointed to afterwards."),
        button=_("Make the account"),
        back=reverse("web:admin_users"),
        act=do,
        crumbs=crumbs((_("Accounts"), reverse("web:admin_users"))),
    )
    return answer(request, ask)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.ADMINISTRATOR)
def edit(request: WebRequest, pk: int) -> HttpResponseBase:
    """Correct an account's name, mail address or language."""
    one = get_object_or_404(User, pk=pk)
    initial = {"name": one.name, "email": one.email, "language": one.language, "seen": seen_of(one)}
    form = people.AccountForm(request.POST or None, user=one, initial=initial)

    def do() -> str:
        data = form.cleaned_data
        services.edit_account(
            user=one,
            name=data["name"],
            email=data["email"],
            language=data["language"],
            seen=data["seen"] or None,
            by=request.actor,
            now=request.now,
        )
        return _("The account is corrected.")

    back = reverse("web:admin_user", args=[one.pk])
    ask = Ask(
        form=form,
        title=_("Correct an account"),
        note=people.account_text(one),
        button=_("Save"),
        back=back,
        act=do,
        crumbs=crumbs((_("Accounts"), reverse("web:admin_users")), (people.account_text(one), back)),
    )
    return answer(request, ask)


ACTS: dict[str, tuple[Any, Any]] = {
    "reset": (
        gettext_lazy("Reset the password"),
        gettext_lazy(
            "The present password, all sessions and the programs' tokens end at once; a lock-out "
            "too. You are shown a one-time password, once."
        ),
    ),
    "unlock": (gettext_lazy("Unlock"), gettext_lazy("The failed attempts are forgotten; the password stays.")),
    "feeds": (
        gettext_lazy("End calendar addresses"),
        gettext_lazy(
            "Every calendar that subscribes with one of this account's addresses gets nothing any "
            "more. It cannot be taken back; the person makes new ones."
        ),
    ),
    "disable": (
        gettext_lazy("Disable the account"),
        gettext_lazy(
            "Sessions, programs' tokens and calendar addresses end at once and stay ended. The "
            "posts stay: end them too if the person leaves."
        ),
    ),
    "enable": (
        gettext_lazy("Enable the account"),
        gettext_lazy("It gets a one-time password, shown once. Sessions and calendar addresses of before stay ended."),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.ADMINISTRATOR)
def act(request: WebRequest, pk: int, act: str) -> HttpResponseBase:
    """Say what an act on an account does, and do it."""
    one = get_object_or_404(User, pk=pk)
    if act not in ACTS:
        raise Http404
    label, what = ACTS[act]
    back = reverse("web:admin_user", args=[one.pk])
    form = administration.SureForm(request.POST if request.method == "POST" else None)
    ask = Ask(
        form=form,
        title=label,
        note=people.account_text(one),
        button=label,
        back=back,
        act=lambda: _do(request, one, act),
        crumbs=crumbs((_("Accounts"), reverse("web:admin_users")), (people.account_text(one), back)),
        warning=what,
        facts=[Fact(_("posts today"), "、".join(str(post) for post in _posts(request, one)))],
    )
    return answer(request, ask)


def _do(request: WebRequest, one: User, act: str) -> str | HttpResponse:
    by: dict[str, Any] = {"user": one, "by": request.actor, "now": request.now}
    match act:
        case "reset" | "enable":
            password = services.one_time_password()
            verb = services.reset_password if act == "reset" else services.enable_account
            return _show_once(request, verb(password=password, **by), password)
        case "unlock":
            services.unlock_account(**by)
            return _("The account may sign in again.")
        case "feeds":
            return _("Ended: %(number)d.") % {"number": services.revoke_feeds(**by)}
        case _:
            services.disable_account(**by)
            return _("The account is disabled; it is signed out everywhere.")


def _posts(request: WebRequest, one: User) -> list[Any]:
    held = Tenure.objects.filter(on_day(request.today), user=one).select_related("post__unit")
    return [tenure.post for tenure in held]


def _open_acts(request: WebRequest, one: User, locked: dict[str, int]) -> list[tuple[str, Any]]:
    """Return what the reader may do with the account as it is."""
    if not request.actor.has(Role.ADMINISTRATOR):
        return []
    own = request.actor.user_id == one.pk
    open_now = {
        "reset": one.is_active and not own,
        "unlock": one.username in locked,
        "feeds": one.feed_tokens.filter(revoked_at=None).exists(),
        "disable": one.is_active and not own,
        "enable": not one.is_active and not own,
    }
    return [(name, ACTS[name][0]) for name, possible in open_now.items() if possible]


def _marks(one: User, locked: dict[str, int]) -> list[Mark]:
    if not one.is_active:
        return [DISABLED]
    found = [LOCKED] if one.username in locked else [ACTIVE]
    return [*found, ONE_TIME] if one.must_change_password else found


def _show_once(request: WebRequest, one: User, password: str) -> HttpResponse:
    shown = render(request, "web/administration/password.html", {"account": one, "password": password})
    shown.headers["Cache-Control"] = "no-store"
    return shown
