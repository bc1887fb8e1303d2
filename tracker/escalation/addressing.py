"""Turn the role a step speaks to into a post, for many units at once; a post becomes a person only at delivery."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.audit.actors import Role
from tracker.org import selectors
from tracker.org.models import Portfolio, Position, Post, Unit
from tracker.rules.followup import Addressee
from tracker.rules.workdays import ONE_DAY

_HEADS = (Position.UNIT_HEAD, Position.GROUP_HEAD, Position.GROUP_OFFICE_HEAD)
_ROLE_WORDS = {
    Addressee.LIAISON: "联络员",
    Addressee.UNIT_HEAD: "负责人",
    Addressee.DEPUTY_HEAD: "分管副县长",
    Addressee.SUPERVISION: "督查室",
    Addressee.COUNTY_HEAD: "县长",
}
_BODIES = {Addressee.GROUP_OFFICE, Addressee.GROUP, Addressee.COMPETENT_DEPARTMENT}


@dataclass(frozen=True, slots=True)
class Address:
    """Say whom a step speaks to in words, and the post, or None when nobody is registered for it."""

    text: str
    post: Post | None


class AddressBook:
    """Answer which post a role means for a unit on a day; everything is read in a handful of queries.

    A liaison that is not registered is stood in for by the unit's head. The supervision office's post is `supervision`:
    what has no post of its own is told to it, so that nothing is lost in silence.
    """

    def __init__(self, units: Iterable[Unit], *, on: date, bodies: Iterable[str] = ()) -> None:
        units = list(units)
        ids = {unit.pk for unit in units} | {unit.parent_id for unit in units if unit.parent_id}
        self._liaisons: dict[int, Post] = {}
        self._heads: dict[int, Post] = {}
        self._bodies: dict[str, Post] = {}
        standing = Post.objects.filter(withdrawn_at=None).prefetch_related("unit")
        for post in standing.filter(unit__in=ids, role__in=[Role.LIAISON, Role.UNIT_HEAD]):
            kept = self._liaisons if post.role == Role.LIAISON else self._heads
            kept.setdefault(post.unit_id, post)
        names = set(bodies)
        if names:
            rank = {position: place for place, position in enumerate(_HEADS)}
            found = standing.filter(unit__name__in=names, position__in=_HEADS)
            for post in sorted(found, key=lambda post: (rank[Position(post.position)], post.pk)):
                self._bodies.setdefault(post.unit.name, post)
        portfolios = Portfolio.objects.filter(
            selectors.on_day(on), unit__in=ids, relation__in=selectors.SUPERVISES
        ).prefetch_related("post__unit")
        self._leaders = {portfolio.unit_id: portfolio.post for portfolio in portfolios.order_by("-pk")}
        tops = standing.filter(role__in=[Role.SUPERVISION, Role.COUNTY_HEAD]).order_by("-pk")
        by_role = {post.role: post for post in tops}
        self.supervision: Post | None = by_role.get(Role.SUPERVISION)
        self._county_head: Post | None = by_role.get(Role.COUNTY_HEAD)

    def liaison(self, unit: Unit) -> Post | None:
        """Return the unit's liaison, or its head where no liaison is registered."""
        return self._liaisons.get(unit.pk) or self._heads.get(unit.pk)

    def address(self, unit: Unit, to: Addressee, body: str = "") -> Address:
        """Return whom `to` means for a task led by `unit`; `body` names the group, office or department of a step."""
        post: Post | None
        if to is Addressee.LIAISON:
            post = self.liaison(unit)
        elif to is Addressee.UNIT_HEAD:
            post = self._heads.get(unit.pk)
        elif to is Addressee.DEPUTY_HEAD:
            post = self._leaders.get(unit.pk) or self._leaders.get(unit.parent_id or 0)
        elif to in _BODIES:
            post = self._bodies.get(body)
            return Address(body, post)
        elif to is Addressee.COUNTY_HEAD:
            post = self._county_head
        else:
            post = self.supervision
        return Address(str(post) if post else _unregistered(unit, to), post)


def _unregistered(unit: Unit, to: Addressee) -> str:
    """Name a role nobody is registered for, in the county's own words: it is kept with the step as it was then."""
    role = _ROLE_WORDS[to]
    return f"{unit.name}{role}" if to in {Addressee.LIAISON, Addressee.UNIT_HEAD} else role


class AddressBooks:
    """Give the address book of each day of a period; a new one is made only where a portfolio changes hands."""

    def __init__(self, units: Iterable[Unit], *, bodies: Iterable[str] = ()) -> None:
        self._units, self._bodies = list(units), list(bodies)
        spells = Portfolio.objects.filter(withdrawn_at=None).values_list("from_day", "to_day")
        changes = {first for first, _last in spells} | {last + ONE_DAY for _first, last in spells if last}
        self._changes = sorted(day for day in changes if day)
        self._made: dict[int, AddressBook] = {}

    def on(self, day: date) -> AddressBook:
        """Return the book of a civil day."""
        place = bisect_right(self._changes, day)
        if place not in self._made:
            self._made[place] = AddressBook(self._units, on=day, bodies=self._bodies)
        return self._made[place]
