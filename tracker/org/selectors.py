"""Read who answers for what on a given day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet

from tracker.audit.actors import Actor, Role
from tracker.org.models import FeedToken, Portfolio, Position, Post, Tenure, Unit, UnitAlias, User, WorkdayOverride
from tracker.rules.workdays import WorkdayCalendar

# Relations in which a leader answers for a unit; 联系 (keeps contact) is not one of them.
SUPERVISES = ("分管", "主管", "主持")


def workdays() -> WorkdayCalendar:
    """Return the State Council's calendar with the county's corrections."""
    overrides = tuple(WorkdayOverride.objects.filter(withdrawn_at=None).values_list("day", "is_workday", "reason"))
    return _calendar(overrides)


@lru_cache(maxsize=8)
def _calendar(overrides: tuple[tuple[date, bool, str], ...]) -> WorkdayCalendar:
    return WorkdayCalendar.china().with_overrides(
        rest={day: reason for day, is_workday, reason in overrides if not is_workday},
        work={day: reason for day, is_workday, reason in overrides if is_workday},
    )


def on_day(day: date) -> Q:
    """Return the condition that a tenure or portfolio is in force on `day` (both ends inclusive) and not withdrawn."""
    return (
        Q(withdrawn_at=None)
        & (Q(from_day__isnull=True) | Q(from_day__lte=day))
        & (Q(to_day__isnull=True) | Q(to_day__gte=day))
    )


def actor_for(user: User | AnonymousUser, *, on: date, source: str = "") -> Actor:
    """Return the actor a signed-in account is on that day, with the roles of the posts it holds.

    A disabled account, or none, is an actor without roles.
    """
    if not user.is_authenticated or not user.is_active:
        return Actor(name="", source=source)
    held = list(Tenure.objects.filter(on_day(on), user=user).select_related("post__unit"))
    roles = frozenset(Role(tenure.post.role) for tenure in held if tenure.post.role)
    leads = [tenure.post_id for tenure in held if tenure.post.role in {Role.LEADER, Role.COUNTY_HEAD}]
    portfolio = portfolio_units(leads, on=on) if leads else frozenset()
    return Actor(
        name=user.name or user.username,
        post="、".join(str(tenure.post) for tenure in held),
        user_id=user.pk,
        roles=roles,
        liaison_ids=frozenset(t.post.unit_id for t in held if t.post.role == Role.LIAISON),
        head_ids=frozenset(t.post.unit_id for t in held if t.post.role == Role.UNIT_HEAD),
        portfolio_ids=portfolio,
        group_ids=groups_run_by(held),
        post_ids=frozenset(tenure.post_id for tenure in held),
        source=source,
    )


def groups_run_by(held: Iterable[Tenure]) -> frozenset[int]:
    """Return the ids of the leading groups that these tenures head, or whose offices they head; posts are loaded."""
    found = set()
    for tenure in held:
        unit = tenure.post.unit
        if tenure.post.position == Position.GROUP_HEAD:
            found.add(unit.pk)
        elif tenure.post.position == Position.GROUP_OFFICE_HEAD:
            found.add(unit.parent_id or unit.pk)
    return frozenset(found)


def portfolio_units(posts: Iterable[int], *, on: date) -> frozenset[int]:
    """Return the ids of the units that these leaders' posts supervise on that day, their offices included."""
    direct = set(
        Portfolio.objects.filter(on_day(on), post__in=list(posts), relation__in=SUPERVISES).values_list(
            "unit_id", flat=True
        )
    )
    return frozenset(direct | set(Unit.objects.filter(parent__in=direct).values_list("id", flat=True)))


def post_of(unit: Unit, role: Role) -> Post | None:
    """Return the unit's post with that role, or None."""
    return Post.objects.filter(unit=unit, role=role, withdrawn_at=None).order_by("id").first()


def supervising_post(unit: Unit, *, on: date) -> Post | None:
    """Return the deputy head's post that supervises the unit (or its parent) on that day, by the division of work."""
    chain = [unit.pk] + ([unit.parent_id] if unit.parent_id else [])
    found = {
        p.unit_id: p.post
        for p in Portfolio.objects.filter(on_day(on), unit__in=chain, relation__in=SUPERVISES)
        .select_related("post__unit")
        .order_by("-id")
    }
    return next((found[pk] for pk in chain if pk in found), None)


# Whoever acts in a post answers for it before the one who holds it: “acting” stands before “holder” in the alphabet, too.
ACTING_FIRST = ("kind", F("from_day").asc(nulls_first=True), "pk")


def holders(post: Post, *, on: date) -> QuerySet[Tenure]:
    """Return the tenures of `post` in force on that day, who acts first.

    Usually there is one; the text may print two people in one post, and somebody may act beside the holder.
    """
    return Tenure.objects.filter(on_day(on), post=post).select_related("user").order_by(*ACTING_FIRST)


def posts_of(user: User, *, on: date) -> list[Post]:
    """Return the posts the account holds on that day."""
    return [t.post for t in Tenure.objects.filter(on_day(on), user=user).select_related("post__unit")]


def resolve_unit(spelling: str) -> Unit | None:
    """Return the unit of this name or spelling, or None."""
    found = Unit.objects.filter(name=spelling).first()
    if found:
        return found
    alias = UnitAlias.objects.filter(name=spelling).select_related("unit").first()
    return alias.unit if alias else None


def live_feed(token_hash: str) -> FeedToken | None:
    """Return the calendar subscription whose secret has this hash, or None; also None when revoked or its owner disabled."""
    return (
        FeedToken.objects.filter(token_hash=token_hash, revoked_at=None, user__is_active=True)
        .select_related("user")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Leader:
    """Be a county leader's post with who holds it on a day and the units that answer to it (ids)."""

    post: Post
    holder: str
    unit_ids: frozenset[int]


def leaders(*, on: date) -> list[Leader]:
    """Return the posts that supervise units on a day, in four queries, in the order the division of work names them."""
    direct: dict[int, set[int]] = defaultdict(set)
    found = Portfolio.objects.filter(on_day(on), relation__in=SUPERVISES).order_by("line", "pk")
    for post, unit in found.values_list("post_id", "unit_id"):
        direct[post].add(unit)
    posts = Post.objects.select_related("unit").in_bulk(direct)
    offices: dict[int, set[int]] = defaultdict(set)
    for pk, parent in Unit.objects.filter(parent__isnull=False).order_by().values_list("pk", "parent"):
        if parent is not None:
            offices[parent].add(pk)
    names: dict[int, str] = {}
    for tenure in Tenure.objects.filter(on_day(on), post__in=direct).order_by(*ACTING_FIRST):
        names.setdefault(tenure.post_id, tenure.holder)
    return [
        Leader(posts[pk], names.get(pk, ""), frozenset(units.union(*(offices[unit] for unit in units))))
        for pk, units in direct.items()
    ]


def administrators(*, on: date) -> set[int]:
    """Return the ids of the accounts that administer on a day."""
    held = Tenure.objects.filter(on_day(on), post__role=Role.ADMINISTRATOR, user__is_active=True)
    return {pk for pk in held.values_list("user_id", flat=True) if pk is not None}


def standing_tenures(post: Post) -> list[Tenure]:
    """Return the tenures of a post that are not withdrawn, past and coming ones too, in the order of time."""
    rows = Tenure.objects.filter(post=post, withdrawn_at=None).select_related("user", "post__unit")
    return list(rows.order_by(F("from_day").asc(nulls_first=True), "pk"))


def standing_portfolios(unit: Unit) -> list[Portfolio]:
    """Return who supervises, runs or keeps contact with a unit, past and coming ones too, the newest first."""
    rows = Portfolio.objects.filter(unit=unit, withdrawn_at=None).select_related("post__unit", "unit")
    return list(rows.order_by(F("from_day").desc(nulls_last=True), "-pk"))


def workdays_with(day: date, *, is_workday: bool | None, reason: str) -> WorkdayCalendar:
    """Return the county's calendar with one day corrected, or (None) that day's correction taken back; unsaved."""
    rows = WorkdayOverride.objects.filter(withdrawn_at=None).exclude(day=day)
    overrides = list(rows.values_list("day", "is_workday", "reason"))
    if is_workday is not None:
        overrides.append((day, is_workday, reason))
    return _calendar(tuple(sorted(overrides)))
