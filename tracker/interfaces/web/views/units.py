"""Show units and posts: who answers for what on a chosen day, what reaches nobody, and what goes over with a post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tracker.audit.actors import NotPermitted, Role
from tracker.commitments.selectors import dashboard, visible_tasks
from tracker.commitments.selectors import handing_over as commitments
from tracker.commitments.selectors.dashboard import Load
from tracker.commitments.selectors.ledger import RUNNING, for_table, units_without_liaison
from tracker.commitments.selectors.standing import standings_of
from tracker.commitments.selectors.visible import SEES_ALL
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import READERS, RECORDS, WORKERS
from tracker.interfaces.web.scopes import may_see_unit
from tracker.interfaces.web.wording import mark, notice_mark
from tracker.notices import selectors as notices
from tracker.notices.models import Notice
from tracker.org import answering
from tracker.org.answering import Answer, Seat
from tracker.org.models import Post, Tenure, Unit, UnitGroup, UnitKind

SHOWN = 12
NOTHING = Load(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Row:
    """Be one unit in the list with what it has open; `seen` says whether the reader may see all of that."""

    answer: Answer
    load: Load
    seen: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Be the units of one kind, or of one leader; `seat` is the leader's."""

    title: Any
    seat: Seat | None
    rows: list[Row]

    @property
    def shown(self) -> bool:
        """Tell whether the group is worth unfolding: somebody in it is registered, or something is open."""
        return any(row.load.open or row.answer.head for row in self.rows)


def routes() -> list[URLPattern]:
    """Return the addresses of the pages of units and posts."""
    return [
        path("units/", units, name="units"),
        path("units/unanswered/", unanswered, name="unanswered"),
        path("units/<slug:slug>/", unit, name="unit"),
        path("posts/<int:pk>/", post, name="post"),
        path("posts/<int:pk>/hand-over/", hand_over, name="hand_over"),
    ]


@require_GET
@page()
def units(request: WebRequest) -> HttpResponse:
    """List the units with who answers for each on the day asked for, by kind or by the leader who supervises them."""
    on = _day(request)
    words = request.GET.get("q", "").strip()
    found = Unit.objects.filter(active=True)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(aliases__name__icontains=words)).distinct()
    answers = answering.answers(found, on=on)
    loads = _loads(request)
    rows = [
        Row(answer, loads.get(answer.unit.pk, NOTHING), may_see_unit(request.actor, answer.unit)) for answer in answers
    ]
    by_leader = request.GET.get("by") == "leader"
    context = {
        "on": on,
        "words": words,
        "by_leader": by_leader,
        "groups": _by_leader(rows) if by_leader else _by_kind(rows),
        "number": len(rows),
        "counts": request.actor.has(*WORKERS),
    }
    return render(request, "web/units.html", context)


@require_GET
@page()
def unit(request: WebRequest, slug: str) -> HttpResponse:
    """Show one unit: its posts and their holders on a day, who answers above it, its groups and its duties in short."""
    on = _day(request)
    one = get_object_or_404(Unit.objects.select_related("parent").prefetch_related("aliases"), slug=slug)
    (answer,) = answering.answers(Unit.objects.filter(pk=one.pk), on=on)
    seats = answering.seats(Post.objects.filter(unit=one).order_by("pk"), on=on)
    holders = {tenure.holder for seat in seats for tenure in seat.holders}
    tasks = commitments.of_unit(visible_tasks(request.actor), one)
    open_tasks = list(
        for_table(tasks.filter(state__in=RUNNING).order_by(F("due").asc(nulls_last=True), "pk"))[: SHOWN + 1]
    )
    standings = standings_of(open_tasks[:SHOWN], today=request.today)
    context = {
        "unit": one,
        "on": on,
        "answer": answer,
        "seats": seats,
        "county_head": answering.county_head(on=on),
        "elsewhere": answering.also_hold(holders, on=on, besides=one),
        "groups": UnitGroup.objects.filter(members=one, withdrawn_at=None),
        "children": one.children.filter(active=True),
        "documents": one.documents.all().defer("gazette__text"),
        "load": _loads(request).get(one.pk, NOTHING),
        "rows": [(task, mark(standings[task.pk])) for task in open_tasks[:SHOWN]],
        "more": len(open_tasks) > SHOWN,
        "counts": request.actor.has(*WORKERS),
        "address": _administration(request),
    }
    return render(request, "web/unit.html", context)


@require_GET
@page()
def post(request: WebRequest, pk: int) -> HttpResponse:
    """Show one post with everybody who has held it, and the days on which it changed hands."""
    one = get_object_or_404(Post.objects.select_related("unit__parent"), pk=pk)
    on = _day(request)
    (seat,) = answering.seats(Post.objects.filter(pk=pk), on=on) or [Seat(one, (), None, None)]
    context = {
        "post": one,
        "on": on,
        "seat": seat,
        "tenures": one.tenures.select_related("user").order_by("-from_day", "-pk"),
        "portfolios": one.portfolios.filter(withdrawn_at=None).select_related("unit").order_by("line", "pk"),
        "may_hand_over": _may_hand_over(request, one),
        "changes": answering.days_of_change(one),
        "address": _administration(request),
    }
    return render(request, "web/post.html", context)


@require_GET
@page(*WORKERS)
def hand_over(request: WebRequest, pk: int) -> HttpResponse:
    """Show what goes over with a post on a day, to be printed and signed by both."""
    one = get_object_or_404(Post.objects.select_related("unit__parent"), pk=pk)
    if not _may_hand_over(request, one):
        raise NotPermitted(
            _(
                "The hand-over list of this post is for its holder, its unit, the leader who supervises it and the "
                "supervision office. Ask the supervision office if you need it."
            )
        )
    on = _day(request)
    found = commitments.hand_over(visible_tasks(request.actor), one, on=on)
    (seat,) = answering.seats(Post.objects.filter(pk=pk), on=on) or [Seat(one, (), None, None)]
    context = {
        "post": one,
        "on": on,
        "seat": seat,
        # On somebody's first day the list is the one the last holder hands to them.
        "begins": _begins(seat, on),
        "found": found,
        "sections": [
            (_("Late"), "late", found.late),
            (_("Due within 30 days"), "soon", found.soon),
            (_("Waiting for a decision: review, extension, return"), "wait", found.awaiting),
            (_("Due later"), "none", found.later),
            (_("No date running: waiting for an event, to be confirmed, suspended, undated"), "none", found.resting),
        ],
        "notices": _notices(request, one),
    }
    return render(request, "web/hand_over.html", context)


@require_GET
@page()
def unanswered(request: WebRequest) -> HttpResponse:
    """List the posts that nobody holds on a day, and the units whose duties therefore reach nobody."""
    on = _day(request)
    answers = answering.answers(Unit.objects.filter(active=True).exclude(kind=UnitKind.COLLECTIVE), on=on)
    loads = _loads(request)
    concerned = [Row(answer, loads.get(answer.unit.pk, NOTHING)) for answer in answers if answer.unit.pk in loads]
    silent = [row for row in concerned if not row.answer.reached]
    context = {
        "on": on,
        "vacant": answering.vacant(on=on),
        "silent": sorted(silent, key=lambda row: (-row.load.overdue, -row.load.open, row.answer.unit.name)),
        "unlinked": _without_liaison(request, silent),
        "headless": [row for row in concerned if not any(seat.holders for seat in row.answer.heads)],
        "leaderless": [row for row in concerned if row.answer.leader is None],
        "concerned": len(concerned),
        # Whoever reads one unit's tasks alone would be told that all the others are reached.
        "counts": request.actor.has(*READERS),
        "address": _administration(request),
    }
    return render(request, "web/unanswered.html", context)


def _begins(seat: Seat, on: date) -> Tenure | None:
    """Return who takes the post over on a day; nobody where somebody else holds it on and no one has left it."""
    first = [one for one in seat.holders if one.from_day == on]
    return first[0] if first and (seat.last or len(first) == len(seat.holders)) else None


def _without_liaison(request: WebRequest, silent: Sequence[Row]) -> list[Unit]:
    """Return the units without a post of a liaison for whoever registers posts or reads all; those told of are left out."""
    if not request.actor.has(*READERS, *RECORDS):
        return []
    told = {row.answer.unit.pk for row in silent} if request.actor.has(*READERS) else set()
    return [unit for unit in units_without_liaison() if unit.pk not in told]


def _loads(request: WebRequest) -> dict[int, Load]:
    """Return by unit id what it leads and is open, as far as the reader may see it."""
    return {row.id: row.load for row in dashboard.by_lead(visible_tasks(request.actor), today=request.today)}


def _by_kind(rows: Sequence[Row]) -> list[Group]:
    kinds = {kind: [row for row in rows if row.answer.unit.kind == kind] for kind in UnitKind}
    return [Group(kind.label, None, found) for kind, found in kinds.items() if found]


def _by_leader(rows: Sequence[Row]) -> list[Group]:
    groups: dict[int, Group] = {}
    for row in rows:
        seat = row.answer.leader
        key = seat.post.pk if seat else 0
        groups.setdefault(key, Group(str(seat.post) if seat else _("Supervised by nobody named"), seat, []))
        groups[key].rows.append(row)
    return [groups[key] for key in sorted(groups, key=lambda key: (key == 0, key))]


def _may_hand_over(request: WebRequest, one: Post) -> bool:
    """Tell whether the reader has to do with what goes over: by the office, the unit, the portfolio, or as its holder."""
    actor = request.actor
    if actor.roles & SEES_ALL or one.unit_id in actor.unit_ids | actor.portfolio_ids | actor.group_ids:
        return True
    holders = answering.seats(Post.objects.filter(pk=one.pk), on=request.today)
    return any(tenure.user_id == request.user.pk for seat in holders for tenure in seat.holders)


def _notices(request: WebRequest, one: Post) -> list[tuple[Notice, Any]]:
    """Return the notices on which the post's unit has still to answer, with how each stands."""
    if one.role not in {Role.LIAISON, Role.UNIT_HEAD}:
        return []
    awaited: QuerySet[Notice] = notices.awaited(request.actor).filter(to_unit=one.unit_id)
    return [(notice, notice_mark(notice, request.today)) for notice in notices.for_list(awaited)]


def _day(request: WebRequest) -> date:
    """Return the day asked for; today where there is none or it cannot be read."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return request.today


def _administration(request: WebRequest) -> str:
    """Return where posts are filled, or nothing for whoever may not open it."""
    return reverse("web:admin_posts") if request.actor.has(*RECORDS) else ""
