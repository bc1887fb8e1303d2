"""Keep the spellings of units, the members of groups and the division of work, each change with the document it rests on."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tracker.audit.actors import Role
from tracker.interfaces.web.forms import administration as forms
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import RECORDS
from tracker.interfaces.web.parts import Act, Change
from tracker.interfaces.web.templatetags.tracker_web import day as write_day
from tracker.interfaces.web.views.administration.frame import crumbs
from tracker.interfaces.web.views.asking import Ask, answer
from tracker.org import services
from tracker.org.models import Portfolio, Unit, UnitAlias, UnitGroup
from tracker.org.seen import seen_of
from tracker.org.selectors import SUPERVISES, on_day, standing_portfolios
from tracker.rules.workdays import ONE_DAY

PAGE = 60


def routes() -> list[URLPattern]:
    return [
        path("administration/units/", units, name="admin_units"),
        path("administration/units/<int:pk>/", unit, name="admin_unit"),
        path("administration/units/<int:pk>/spelling/", alias_new, name="admin_alias_new"),
        path("administration/units/<int:pk>/portfolio/", portfolio, name="admin_portfolio"),
        path("administration/spellings/<int:pk>/remove/", alias_remove, name="admin_alias_remove"),
        path("administration/groups/", groups, name="admin_groups"),
        path("administration/groups/<int:pk>/", group, name="admin_group"),
    ]


@require_GET
@page(*RECORDS)
def units(request: WebRequest) -> HttpResponse:
    """List units with the leader who supervises each today and the number of spellings."""
    words = request.GET.get("q", "").strip()
    rows = Unit.objects.filter(active=True).annotate(spellings=Count("aliases", distinct=True))
    if words:
        rows = rows.filter(
            Q(name__icontains=words) | Q(pk__in=UnitAlias.objects.filter(name__icontains=words).values("unit"))
        )
    today = Portfolio.objects.filter(on_day(request.today), relation__in=SUPERVISES).select_related("post__unit")
    found = Paginator(
        rows.order_by("kind", "name").prefetch_related(Prefetch("supervised_by", today, to_attr="supervisors")), PAGE
    ).get_page(request.GET.get("page"))
    names = forms.holders_of([one.post for row in found for one in row.supervisors], on=request.today)  # type: ignore[attr-defined]
    shown = [(row, [names.get(one.post_id, str(one.post)) for one in row.supervisors]) for row in found]  # type: ignore[attr-defined]
    return render(request, "web/administration/units.html", {"page": found, "rows": shown, "words": words})


@require_GET
@page(*RECORDS)
def unit(request: WebRequest, pk: int) -> HttpResponse:
    """Show a unit's spellings, its division of work with its history, and the groups it is in."""
    one = get_object_or_404(Unit.objects.select_related("parent"), pk=pk)
    held = standing_portfolios(one)
    names = forms.holders_of([row.post for row in held], on=request.today)
    context = {
        "unit": one,
        "aliases": one.aliases.all(),
        "portfolios": [(row, names.get(row.post_id, ""), _in_force(row, request.today)) for row in held],
        "groups": one.groups.filter(withdrawn_at=None),
        "posts": one.posts.filter(withdrawn_at=None),
        "may_change": request.actor.has(Role.SUPERVISION),
    }
    return render(request, "web/administration/unit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.SUPERVISION)
def alias_new(request: WebRequest, pk: int) -> HttpResponseBase:
    """Let a unit be known by another spelling."""
    one = get_object_or_404(Unit, pk=pk)
    form = forms.AliasForm(request.POST or None, auto_id="alias-%s")

    def do() -> str:
        data = form.cleaned_data
        services.add_alias(unit=one, name=data["name"], source=data["source"], by=request.actor, now=request.now)
        return _("“%(name)s” is now read as %(unit)s.") % {"name": data["name"], "unit": one}

    ask = Ask(
        form=form,
        title=_("Another spelling"),
        note=one.name,
        button=_("Add"),
        back=reverse("web:admin_unit", args=[one.pk]),
        act=do,
        crumbs=_crumbs(one),
    )
    return answer(request, ask)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.SUPERVISION)
def alias_remove(request: WebRequest, pk: int) -> HttpResponseBase:
    """Take away a spelling that was added by hand."""
    alias = get_object_or_404(UnitAlias.objects.select_related("unit"), pk=pk)
    form = forms.ReasonForm(request.POST or None, auto_id="alias-%s")

    def do() -> str:
        services.remove_alias(alias=alias, reason=form.cleaned_data["reason"], by=request.actor, now=request.now)
        return _("“%(name)s” is read as no unit any more.") % {"name": alias.name}

    ask = Ask(
        form=form,
        title=_("Take a spelling away"),
        note=f"{alias.name} · {alias.unit}",
        button=_("Take it away"),
        back=reverse("web:admin_unit", args=[alias.unit_id]),
        act=do,
        crumbs=_crumbs(alias.unit),
    )
    return answer(request, ask)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.SUPERVISION)
def portfolio(request: WebRequest, pk: int) -> HttpResponseBase:
    """Let another leader supervise a unit from a day on, after showing who does until then."""
    one = get_object_or_404(Unit, pk=pk)
    held = standing_portfolios(one)
    form = forms.PortfolioForm(request.POST or None, today=request.today, initial={"seen": seen_of(*held)})

    def do() -> str:
        data = form.cleaned_data
        services.give_portfolio(
            unit=one,
            relation=data["relation"],
            post=form.chosen(),
            from_day=data["from_day"],
            source=data["source"],
            seen=data["seen"] or None,
            by=request.actor,
            now=request.now,
        )
        return _("The division of work is changed from %(day)s on.") % {"day": write_day(data["from_day"])}

    def preview() -> list[Change]:
        data = form.cleaned_data
        first = data["from_day"]
        names = forms.holders_of([row.post for row in held], on=request.today)
        ending = [
            row for row in held if row.relation == data["relation"] and (row.to_day is None or row.to_day >= first)
        ]
        changes = [
            Change(
                f"{names.get(row.post_id, '')} {row.post}",
                f"{row.relation} {_('from %(day)s on') % {'day': write_day(row.from_day)} if row.from_day else ''}".strip(),
                _("until %(day)s") % {"day": write_day(first - ONE_DAY)},
            )
            for row in ending
        ]
        if chosen := form.chosen():
            name = forms.holders_of([chosen], on=request.today).get(chosen.pk, _("vacant"))
            said = _("from %(day)s on") % {"day": write_day(first)}
            changes.append(Change(f"{name} {chosen}", "", f"{data['relation']} {said}"))
        return changes

    ask = Ask(
        form=form,
        title=_("Change the division of work"),
        note=_("%(unit)s: what is told to its supervising leader, and what that leader sees, follows from the day on.")
        % {"unit": one},
        button=_("Change it"),
        back=reverse("web:admin_unit", args=[one.pk]),
        act=do,
        preview=preview,
        crumbs=_crumbs(one),
    )
    return answer(request, ask)


@require_GET
@page(*RECORDS)
def groups(request: WebRequest) -> HttpResponse:
    """List the groups of units with their members."""
    rows = UnitGroup.objects.filter(withdrawn_at=None).prefetch_related("members")
    context = {"groups": rows, "may_change": request.actor.has(Role.SUPERVISION)}
    return render(request, "web/administration/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.SUPERVISION)
def group(request: WebRequest, pk: int) -> HttpResponseBase:
    """Say which units a group has from a day on, after showing who joins and who leaves."""
    one = get_object_or_404(UnitGroup.objects.prefetch_related("members"), pk=pk, withdrawn_at=None)
    before = list(one.members.all())
    form = forms.MembersForm(
        request.POST or None, group=one, today=request.today, initial={"seen": seen_of(one, *before)}
    )

    def do() -> str:
        data = form.cleaned_data
        services.set_members(
            group=one,
            units=data["units"],
            from_day=data["from_day"],
            source=data["source"],
            seen=data["seen"] or None,
            by=request.actor,
            now=request.now,
        )
        return _("The members are set; tasks opened before stay with whom they were laid on.")

    def preview() -> list[Change]:
        after = form.cleaned_data["units"]
        changes = [Change(unit.name, "", _("joins")) for unit in after if unit not in before]
        return [*changes, *(Change(unit.name, _("member"), _("leaves")) for unit in before if unit not in after)]

    ask = Ask(
        form=form,
        title=_("Members of a group"),
        note=one.name,
        button=_("Set the members"),
        back=reverse("web:admin_groups"),
        act=do,
        preview=preview,
        crumbs=crumbs((_("Groups of units"), reverse("web:admin_groups"))),
        warning=_(
            "Tasks that are open already stay as they are: a duty is taken from a unit by returning or withdrawing it."
        ),
    )
    return answer(request, ask)


def _crumbs(one: Unit) -> list[Act]:
    return crumbs(
        (_("Units and division of work"), reverse("web:admin_units")),
        (one.name, reverse("web:admin_unit", args=[one.pk])),
    )


def _in_force(row: Portfolio, today: date) -> bool:
    return (row.from_day is None or row.from_day <= today) and (row.to_day is None or row.to_day >= today)
