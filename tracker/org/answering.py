"""Read who answers for what on a chosen day: posts with whoever holds them, units with their heads, liaisons and leaders.

A post that nobody holds or acts in that day is vacant, and says who held it last and who is to hold it next. Whoever acts
answers for it before the one who holds it. A holder without an account holds the post all the same; no message reaches him.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from tracker.audit.actors import Role
from tracker.org.models import Portfolio, Position, Post, Tenure, Unit
from tracker.org.selectors import ACTING_FIRST, SUPERVISES, on_day

HEADS = (Position.UNIT_HEAD, Position.GROUP_HEAD, Position.GROUP_OFFICE_HEAD)
# Roles whose holders duties and messages are meant for: a seat on a leading group that is empty keeps nothing from anybody.
ANSWERING = (Role.LIAISON, Role.UNIT_HEAD, Role.LEADER, Role.COUNTY_HEAD, Role.SUPERVISION)


@dataclass(frozen=True, slots=True)
class Seat:
    """Be a post with its holders on a day, the last who left it before that day and the next who is to come after it."""

    post: Post
    holders: tuple[Tenure, ...]
    last: Tenure | None
    next: Tenure | None

    @property
    def vacant(self) -> bool:
        return not self.holders

    @property
    def only_acting(self) -> bool:
        """Tell whether somebody acts in the post and nobody holds it."""
        return bool(self.holders) and all(tenure.acting for tenure in self.holders)

    @property
    def reached(self) -> bool:
        """Tell whether a message to the post has an account to go to."""
        return any(tenure.user_id for tenure in self.holders)


@dataclass(frozen=True, slots=True)
class Answer:
    """Say who answers for a unit on a day: its heads, its liaisons, and the leader who supervises it."""

    unit: Unit
    heads: tuple[Seat, ...]
    liaisons: tuple[Seat, ...]
    leader: Seat | None

    @property
    def head(self) -> Seat | None:
        return _held(self.heads)

    @property
    def liaison(self) -> Seat | None:
        return _held(self.liaisons)

    @property
    def reached(self) -> bool:
        """Tell whether what is meant for the unit's liaison reaches anybody: the liaison, or the head who stands in."""
        seats = self.liaisons or self.heads
        return any(seat.reached for seat in seats)


def _held(seats: Sequence[Seat]) -> Seat | None:
    return next((seat for seat in seats if not seat.vacant), seats[0] if seats else None)


def seats(posts: QuerySet[Post], *, on: date) -> list[Seat]:
    """Return these posts, those withdrawn left out, with who holds each on a day; two queries."""
    rows = list(posts.filter(withdrawn_at=None).select_related("unit"))
    spells: dict[int, list[Tenure]] = defaultdict(list)
    tenures = Tenure.objects.filter(post__in=[row.pk for row in rows], withdrawn_at=None)
    for tenure in tenures.select_related("user").order_by(*ACTING_FIRST):
        spells[tenure.post_id].append(tenure)
    return [_seat(row, spells[row.pk], on) for row in rows]


def _seat(post: Post, spells: Sequence[Tenure], on: date) -> Seat:
    ended = [one for one in spells if one.to_day is not None and one.to_day < on]
    coming = [one for one in spells if one.from_day is not None and one.from_day > on]
    return Seat(
        post,
        tuple(one for one in spells if one not in ended and one not in coming),
        max(ended, key=lambda one: (one.to_day or on, one.pk), default=None),
        min(coming, key=lambda one: (one.from_day or on, one.pk), default=None),
    )


def answers(units: QuerySet[Unit], *, on: date) -> list[Answer]:
    """Return who answers for each of these units on a day, in six queries however many there are."""
    rows = list(units.select_related("parent").prefetch_related("aliases"))
    ids = [row.pk for row in rows]
    spells = Portfolio.objects.filter(on_day(on), relation__in=SUPERVISES).order_by("-pk")
    leaders = dict(spells.values_list("unit_id", "post_id"))
    wanted = Post.objects.filter(unit__in=ids, position__in=HEADS) | Post.objects.filter(
        unit__in=ids, role=Role.LIAISON
    )
    by_unit: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats(wanted.order_by("pk"), on=on):
        by_unit[seat.post.unit_id].append(seat)
    leading = {seat.post.pk: seat for seat in seats(Post.objects.filter(pk__in=set(leaders.values())), on=on)}
    found = []
    for row in rows:
        own = by_unit[row.pk]
        post = leaders.get(row.pk) or leaders.get(row.parent_id or 0)
        found.append(
            Answer(
                row,
                tuple(seat for seat in own if seat.post.position in HEADS),
                tuple(seat for seat in own if seat.post.role == Role.LIAISON),
                leading.get(post) if post else None,
            )
        )
    return found


def county_head(*, on: date) -> Seat | None:
    """Return the county head's post with its holder on a day, or None where the county has none."""
    found = seats(Post.objects.filter(position=Position.COUNTY_HEAD).order_by("pk"), on=on)
    return found[0] if found else None


def vacant(*, on: date) -> list[Seat]:
    """Return the posts that duties or messages are meant for and that nobody holds on a day."""
    posts = Post.objects.filter(role__in=ANSWERING).order_by("unit__kind", "unit__name", "pk")
    return [seat for seat in seats(posts, on=on) if seat.vacant]


def also_hold(holders: Iterable[str], *, on: date, besides: Unit) -> list[Tenure]:
    """Return the tenures of people of these names in other units on a day: one person in two posts."""
    names = set(holders)
    if not names:
        return []
    found = Tenure.objects.filter(on_day(on), holder__in=names, post__withdrawn_at=None).exclude(post__unit=besides)
    return list(found.select_related("post__unit").order_by("post__unit__name", "pk"))


def days_of_change(post: Post) -> list[date]:
    """Return the first day of each tenure that has one, the newest first: the days on which the post changed hands."""
    spells = Tenure.objects.filter(post=post, withdrawn_at=None, from_day__isnull=False)
    return sorted({day for day in spells.values_list("from_day", flat=True) if day}, reverse=True)
