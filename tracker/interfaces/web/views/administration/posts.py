"""Keep posts and who holds them: appoint, end, correct. Duties belong to posts; a change of person moves none of them."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.db.models import Q
from django.db.models.functions import Concat
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tracker.audit.actors import Role
from tracker.commitments.models import Task
from tracker.commitments.selectors.handing_over import of_post
from tracker.commitments.selectors.ledger import units_without_liaison
from tracker.interfaces.web.forms import administration, people
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import RECORDS
from tracker.interfaces.web.parts import Act, Change, Fact
from tracker.interfaces.web.templatetags.tracker_web import day as write_day
from tracker.interfaces.web.views.administration.frame import crumbs, joined
from tracker.interfaces.web.views.asking import Ask, answer
from tracker.org import rosters, services
from tracker.org.models import Post, Tenure
from tracker.org.rights import FILLED_BY_OFFICE
from tracker.org.seen import seen_of
from tracker.org.selectors import standing_tenures
from tracker.rules.followup import ENDED
from tracker.rules.workdays import ONE_DAY

PAGE = 60
KEEPERS = (Role.SUPERVISION, Role.ADMINISTRATOR)


def routes() -> list[URLPattern]:
    return [
        path("administration/posts/", posts, name="admin_posts"),
        path("administration/posts/new/", new, name="admin_post_new"),
        path("administration/posts/<int:pk>/", post, name="admin_post"),
        path("administration/posts/<int:pk>/appoint/", appoint, name="admin_post_appoint"),
        path("administration/posts/<int:pk>/role/", role, name="admin_post_role"),
        path("administration/posts/<int:pk>/withdraw/", withdraw, name="admin_post_withdraw"),
        path("administration/tenures/<int:pk>/end/", end, name="admin_tenure_end"),
        path("administration/tenures/<int:pk>/correct/", correct, name="admin_tenure_correct"),
    ]


@require_GET
@page(*RECORDS)
def posts(request: WebRequest) -> HttpResponse:
    """List posts, those that reach nobody on top, and the units that have tasks and no liaison."""
    words, show = request.GET.get("q", "").strip(), request.GET.get("show", "rights")
    rows = Post.objects.filter(withdrawn_at=None).select_related("unit").order_by("unit__kind", "unit__name", "pk")
    if words:
        # A post is shown as its unit's name with its title, so it is found by that, too.
        rows = rows.annotate(shown=Concat("unit__name", "title"))
        rows = rows.filter(Q(shown__icontains=words) | Q(tenures__holder__icontains=words)).distinct()
    if show == "rights":
        rows = rows.exclude(role="")
    seats = rosters.seats(rows, on=request.today)
    if show == "vacant":
        seats = [seat for seat in seats if seat.vacant or seat.unreached]
    seats.sort(key=lambda seat: not (seat.unreached or (seat.vacant and bool(seat.post.role))))
    context = {
        "page": Paginator(seats, PAGE).get_page(request.GET.get("page")),
        "words": words,
        "show": show,
        "shows": [
            ("rights", _("with rights here")),
            ("vacant", _("vacant or without an account")),
            ("all", _("all posts")),
        ],
        "unreached": list(units_without_liaison()) if not words else [],
        "may_change": request.actor.has(*KEEPERS),
    }
    return render(request, "web/administration/posts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(*KEEPERS)
def new(request: WebRequest) -> HttpResponseBase:
    """Open a post of a unit."""
    office = not request.actor.has(Role.ADMINISTRATOR)
    form = people.PostForm(request.POST or None, office=office, initial={"unit": request.GET.get("unit", "")})
    made: list[Post] = []

    def do() -> str:
        data = form.cleaned_data
        opened = services.open_post(
            unit=data["unit"],
            title=data["title"],
            seat=data["seat"],
            role=data["role"],
            position=form.position(),
            by=request.actor,
            now=request.now,
        )
        made.append(opened)
        return _("The post is there: %(post)s. Appoint somebody to it.") % {"post": opened}

    ask = Ask(
        form=form,
        title=_("New post"),
        note=_("Duties are held by posts; people pass through them."),
        button=_("Open the post"),
        back=reverse("web:admin_posts"),
        act=do,
        crumbs=crumbs((_("Posts and who holds them"), reverse("web:admin_posts"))),
    )
    found = answer(request, ask)
    if made and found.status_code == 303:
        found.headers["Location"] = reverse("web:admin_post", args=[made[0].pk])
    return found


@require_GET
@page(*RECORDS)
def post(request: WebRequest, pk: int) -> HttpResponse:
    """Show a post: who has held it, who holds it, who is to come, what was corrected."""
    one = _post(pk)
    tenures = list(Tenure.objects.filter(post=one).select_related("user").order_by("withdrawn_at", "-from_day", "-pk"))
    may_fill = _may_fill(request, one)
    context = {
        "post": one,
        "standing": [row for row in tenures if row.withdrawn_at is None],
        "struck": [row for row in tenures if row.withdrawn_at is not None],
        "seat": rosters.seats([one], on=request.today)[0],
        "may_fill": may_fill and one.withdrawn_at is None,
        "may_change": request.actor.has(Role.ADMINISTRATOR) and one.withdrawn_at is None,
        "may_hand_over": request.actor.has(Role.SUPERVISION),
    }
    return render(request, "web/administration/post.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(*KEEPERS)
def appoint(request: WebRequest, pk: int) -> HttpResponseBase:
    """Appoint somebody from a day, after showing who leaves and what changes hands."""
    one = _post(pk)
    initial = {"from_day": request.today, "seen": seen_of(one, *standing_tenures(one))}
    form = people.AppointForm(request.POST or None, initial=initial)

    def leaving() -> list[Tenure]:
        first = form.cleaned_data["from_day"]
        if form.cleaned_data["both"]:
            return []
        same, acting = form.cleaned_data["holder"], form.cleaned_data["kind"] == Tenure.Kind.ACTING
        return [
            row
            for row in standing_tenures(one)
            if (row.to_day is None or row.to_day >= first)
            and not _comes_later(row, first)
            # The holder stays while somebody acts; who is appointed ends the acting, also the own one.
            and (row.acting or not acting)
            and (row.holder != same or row.acting != acting)
        ]

    def do() -> str:
        data = form.cleaned_data
        services.appoint(
            post=one,
            holder=data["holder"],
            user=data["user"],
            from_day=data["from_day"],
            to_day=data["to_day"],
            kind=data["kind"],
            note=data["note"],
            instead_of=leaving(),
            seen=data["seen"] or None,
            by=request.actor,
            now=request.now,
        )
        acting = data["kind"] == Tenure.Kind.ACTING
        said = (
            _("%(holder)s acts in %(post)s from %(day)s.") if acting else _("%(holder)s holds %(post)s from %(day)s.")
        )
        return said % {"holder": data["holder"], "post": one, "day": write_day(data["from_day"])}

    def preview() -> list[Change]:
        data = form.cleaned_data
        first = data["from_day"]
        leave = leaving()
        changes = [
            Change(in_post(row), _span(row.from_day, row.to_day), _span(row.from_day, first - ONE_DAY)) for row in leave
        ]
        if data["kind"] == Tenure.Kind.ACTING:
            going = {row.pk for row in leave}
            changes += [
                Change(
                    in_post(row), _span(row.from_day, row.to_day), _("stays in the post; whoever acts answers for it")
                )
                for row in rosters.seats([one], on=first)[0].holding
                if row.pk not in going and not row.acting
            ]
        new = in_post(Tenure(holder=data["holder"], kind=data["kind"]))
        changes.append(Change(new, "", _span(first, data["to_day"])))
        if not data["user"]:
            changes.append(Change(_("messages to the post"), "", _("wait, for the name has no account")))
        return [*changes, *_duties(one, first)]

    back = reverse("web:admin_post", args=[one.pk])
    ask = Ask(
        form=form,
        title=_("Appoint to a post"),
        note=str(one),
        button=_("Appoint"),
        back=back,
        act=do,
        preview=preview,
        crumbs=_crumbs(one),
        facts=[
            Fact(_("holds it now"), joined(in_post(row) for row in rosters.seats([one], on=request.today)[0].holding))
        ],
        fields={"instead_of": "from_day"},
        link=_hand_over(request, one),
    )
    return answer(request, ask)


@require_http_methods(["GET", "HEAD", "POST"])
@page(*KEEPERS)
def end(request: WebRequest, pk: int) -> HttpResponseBase:
    """End a tenure, after showing what is left without a person."""
    tenure = _tenure(pk)
    form = people.EndForm(
        request.POST or None, initial={"to_day": request.today, "seen": seen_of(tenure)}, auto_id="end-%s"
    )

    def do() -> str:
        to_day = form.cleaned_data["to_day"]
        services.dismiss(
            tenure=tenure, to_day=to_day, seen=form.cleaned_data["seen"] or None, by=request.actor, now=request.now
        )
        return _("%(holder)s holds the post until %(day)s inclusive.") % {
            "holder": tenure.holder,
            "day": write_day(to_day),
        }

    def preview() -> list[Change]:
        was = _tenure(pk)
        to_day = form.cleaned_data["to_day"]
        changes = [Change(was.holder, _span(was.from_day, was.to_day), _span(was.from_day, to_day))]
        (after,) = rosters.seats([was.post], on=to_day + ONE_DAY)
        others = [in_post(row) for row in after.holding if row.pk != was.pk]
        changes.append(Change(str(was.post), "", joined(others) if others else _("vacant: what it is told waits")))
        return [*changes, *_duties(was.post, to_day + ONE_DAY)]

    ask = Ask(
        form=form,
        title=_("End a tenure"),
        note=f"{tenure.holder} · {tenure.post}",
        button=_("End it"),
        back=reverse("web:admin_post", args=[tenure.post_id]),
        act=do,
        preview=preview,
        crumbs=_crumbs(tenure.post),
        link=_hand_over(request, tenure.post),
    )
    return answer(request, ask)


@require_http_methods(["GET", "HEAD", "POST"])
@page(*KEEPERS)
def correct(request: WebRequest, pk: int) -> HttpResponseBase:
    """Put a right entry in the place of a wrong one, which stays on record."""
    tenure = _tenure(pk)
    form = people.CorrectForm(request.POST or None, tenure=tenure, initial={"seen": seen_of(tenure)})

    def do() -> str:
        data = form.cleaned_data
        if data["never"]:
            services.strike_tenure(
                tenure=_tenure(pk), reason=data["reason"], seen=data["seen"] or None, by=request.actor, now=request.now
            )
            return _("The entry is taken out; it stays readable below.")
        services.correct_tenure(
            tenure=_tenure(pk),
            holder=data["holder"],
            user=data["user"],
            from_day=data["from_day"],
            to_day=data["to_day"],
            kind=data["kind"] or None,
            reason=data["reason"],
            seen=data["seen"] or None,
            by=request.actor,
            now=request.now,
        )
        return _("The entry is corrected; the old one stays readable below.")

    def preview() -> list[Change]:
        data = form.cleaned_data
        was = f"{in_post(tenure)} {_span(tenure.from_day, tenure.to_day)}"
        if data["never"]:
            return [Change(str(tenure.post), was, _("no entry"))]
        new = in_post(Tenure(holder=data["holder"], kind=data["kind"] or tenure.kind))
        return [Change(str(tenure.post), was, f"{new} {_span(data['from_day'], data['to_day'])}")]

    ask = Ask(
        form=form,
        title=_("Correct an entry"),
        note=f"{tenure.holder} · {tenure.post}",
        button=_("Correct it"),
        back=reverse("web:admin_post", args=[tenure.post_id]),
        act=do,
        preview=preview,
        crumbs=_crumbs(tenure.post),
        warning=_("This is for mistakes of entry. Whoever leaves a post is not corrected: end the tenure."),
    )
    return answer(request, ask)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.ADMINISTRATOR)
def role(request: WebRequest, pk: int) -> HttpResponseBase:
    """Change what the holder of a post may do here."""
    one = _post(pk)
    form = people.RoleForm(
        request.POST if request.method == "POST" else None, initial={"role": one.role, "seen": seen_of(one)}
    )

    def do() -> str:
        services.change_role(
            post=_post(pk),
            role=form.cleaned_data["role"],
            seen=form.cleaned_data["seen"] or None,
            by=request.actor,
            now=request.now,
        )
        return _("Whoever holds the post may now do what its role may.")

    def preview() -> list[Change]:
        labels = dict(people.role_choices(office=False))
        return [Change(str(one), labels[one.role], labels[form.cleaned_data["role"]])]

    ask = Ask(
        form=form,
        title=_("Change what a post may do"),
        note=str(one),
        button=_("Change it"),
        back=reverse("web:admin_post", args=[one.pk]),
        act=do,
        preview=preview,
        crumbs=_crumbs(one),
        fields={"user": "role"},
    )
    return answer(request, ask)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.ADMINISTRATOR)
def withdraw(request: WebRequest, pk: int) -> HttpResponseBase:
    """Let a vacant post be no more."""
    one = _post(pk)
    form = administration.ReasonForm(request.POST or None, initial={"seen": seen_of(one)}, auto_id="post-%s")

    def do() -> str:
        services.withdraw_post(
            post=_post(pk),
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"] or None,
            by=request.actor,
            now=request.now,
        )
        return _("The post is no more; what was done in it stays readable.")

    ask = Ask(
        form=form,
        title=_("Withdraw a post"),
        note=str(one),
        button=_("Withdraw it"),
        back=reverse("web:admin_posts"),
        act=do,
        crumbs=_crumbs(one),
        warning=_("It has to be vacant. It cannot be taken back: a post of the same name would be opened anew."),
    )
    return answer(request, ask)


def _post(pk: int) -> Post:
    return get_object_or_404(Post.objects.select_related("unit"), pk=pk)


def _tenure(pk: int) -> Tenure:
    return get_object_or_404(Tenure.objects.select_related("post__unit", "user"), pk=pk, withdrawn_at=None)


def in_post(row: Tenure) -> str:
    """Return who is in a post, marked where that person only acts."""
    return _("%(holder)s (acting)") % {"holder": row.holder} if row.acting else row.holder


def _may_fill(request: WebRequest, one: Post) -> bool:
    return request.actor.has(Role.ADMINISTRATOR) or (
        request.actor.has(Role.SUPERVISION) and one.role in FILLED_BY_OFFICE
    )


def _crumbs(one: Post) -> list[Act]:
    return crumbs(
        (_("Posts and who holds them"), reverse("web:admin_posts")),
        (str(one), reverse("web:admin_post", args=[one.pk])),
    )


def _hand_over(request: WebRequest, one: Post) -> Act | None:
    """Return the list of what changes hands, for those who may read tasks."""
    if not request.actor.has(Role.SUPERVISION):
        return None
    return Act(_("Hand-over list"), reverse("web:hand_over", args=[one.pk]))


def _comes_later(row: Tenure, first: date) -> bool:
    return row.from_day is not None and row.from_day > first


def _duties(one: Post, on: date) -> list[Change]:
    """Return how many open duties the post answers for: numbers only, for an administrator reads no task."""
    running = of_post(Task.objects.exclude(state__in=ENDED), one, on=on)
    number = running.count()
    late = running.filter(due__lt=on).count()
    if not number:
        return [Change(_("open duties of the post"), "", _("none"))]
    said = ngettext("%(number)d, %(late)d late", "%(number)d, %(late)d late", number) % {"number": number, "late": late}
    return [Change(_("open duties of the post"), "", _("%(said)s: they stay with the post") % {"said": said})]


def _span(first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return _("from always, open")
    begin = write_day(first) if first else _("from always")
    return f"{begin} – {write_day(last)}" if last else _("from %(day)s on") % {"day": begin} if first else begin
