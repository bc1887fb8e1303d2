"""Read notices: who may see which, what a person may do to one, the register of numbers, and whether a paper is genuine."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, Role
from tracker.commitments.models import Task
from tracker.notices.freezing import digest
from tracker.notices.life import IN_FORCE, MOVES, PREPARING_VERBS, Capacity, State, Verb
from tracker.notices.models import Deed, Kind, Letterhead, Matter, Notice, Series
from tracker.org import selectors as org
from tracker.org.models import Position, Post, Tenure, Unit
from tracker.rules.civil import civil_day
from tracker.rules.followup import State as TaskState

SEES_ALL = frozenset({Role.SUPERVISION, Role.COUNTY_HEAD, Role.AUDITOR, Role.SYSTEM})
OUT = (State.ISSUED, State.RECEIVED, State.REPLIED)
_RUNNING = {TaskState.ASSIGNED, TaskState.IN_PROGRESS}
_FINISHED = {TaskState.CLOSED, TaskState.NOT_ACHIEVED}
_HEADS = (Position.UNIT_HEAD, Position.GROUP_HEAD, Position.GROUP_OFFICE_HEAD)


def visible_notices(actor: Actor) -> QuerySet[Notice]:
    """Return the notices an actor may see.

    The supervision office, the county head and auditors see all; the unit that signs one sees it from the proposal on; a
    leader sees those of the portfolio once they are signed; an addressee, and a unit whose task a bulletin lists, once they
    are issued, even if withdrawn later. Others see none.
    """
    notices = Notice.objects.all()
    if actor.roles & SEES_ALL:
        return notices
    seen = Q(pk__in=[])
    if actor.unit_ids:
        mine = Matter.objects.filter(unit__in=actor.unit_ids).values("notice")
        seen |= Q(issuer__in=actor.unit_ids)
        seen |= Q(issued_at__isnull=False) & (Q(to_unit__in=actor.unit_ids) | Q(to_unit=None, pk__in=mine))
    if actor.portfolio_ids:
        led = Matter.objects.filter(unit__in=actor.portfolio_ids).values("notice")
        seen |= Q(signed_at__isnull=False, pk__in=led)
    return notices.filter(seen)


def for_list(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Return notices with what one row of a list shows, in two queries however many there are."""
    return notices.select_related("to_unit", "issuer", "series", "document").prefetch_related("matters__task")


def proposed(actor: Actor) -> QuerySet[Notice]:
    """Return the proposals the actor may work on or look at, the oldest first."""
    return visible_notices(actor).filter(state=State.PROPOSED).order_by("proposed_at", "pk")


def to_sign(actor: Actor, *, on: date) -> QuerySet[Notice]:
    """Return the notices that wait for a signature this actor could give, the oldest first; readers of all see all."""
    waiting = visible_notices(actor).filter(state=State.TO_SIGN).order_by("proposed_at", "pk")
    if actor.roles & SEES_ALL:
        return waiting
    return waiting.filter(issuer__in=headed_units(actor, on=on))


def out(actor: Actor) -> QuerySet[Notice]:
    """Return the notices that are signed, the newest number first."""
    return visible_notices(actor).filter(signed_at__isnull=False).order_by("-signed_at", "-pk")


def awaited(actor: Actor) -> QuerySet[Notice]:
    """Return the notices on which something is still awaited after the signature: issue, receipt, reply or closing."""
    return out(actor).filter(state__in=[State.SIGNED, *OUT]).order_by("reply_by", "signed_at")


def awaited_from(unit: Unit, actor: Actor) -> QuerySet[Notice]:
    """Return the notices issued to a unit whose receipt or reply it still owes, the earliest reply first."""
    return for_list(visible_notices(actor).filter(to_unit=unit, state__in=[State.ISSUED, State.RECEIVED])).order_by(
        "reply_by", "issued_at", "pk"
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Count the notices that wait for somebody, by what they wait for; each notice under one of them."""

    overdue: int
    to_issue: int
    to_sign: int
    to_complete: int
    unreceived: int


def waiting(actor: Actor, *, on: date) -> Waiting:
    """Return how many notices wait on a civil day, of those the actor may see, in one query."""
    found = visible_notices(actor).order_by()
    signs = Q() if actor.roles & SEES_ALL else Q(issuer__in=headed_units(actor, on=on))
    counts = found.aggregate(
        overdue=Count("pk", filter=_reply_overdue(on)),
        to_issue=Count("pk", filter=Q(state=State.SIGNED)),
        to_sign=Count("pk", filter=Q(state=State.TO_SIGN) & signs),
        to_complete=Count("pk", filter=Q(state=State.PROPOSED)),
        unreceived=Count("pk", filter=Q(state=State.ISSUED) & ~_reply_overdue(on)),
    )
    return Waiting(**counts)


def _reply_overdue(on: date) -> Q:
    """Return the condition that the day for a reply is past and none is on record."""
    return Q(state__in=[State.ISSUED, State.RECEIVED], reply_by__isnull=False, reply_by__lt=on)


def reply_overdue(actor: Actor, *, on: date) -> QuerySet[Notice]:
    """Return the issued notices whose day for a reply is past without one, the longest overdue first."""
    return awaited(actor).filter(_reply_overdue(on))


def to_issue(actor: Actor) -> QuerySet[Notice]:
    """Return the notices that are signed and have not gone out."""
    return awaited(actor).filter(state=State.SIGNED)


def unreceived(actor: Actor, *, on: date) -> QuerySet[Notice]:
    """Return the issued notices without a receipt, those apart whose reply is overdue."""
    return awaited(actor).filter(~_reply_overdue(on), state=State.ISSUED)


def under_way(actor: Actor, *, on: date) -> QuerySet[Notice]:
    """Return the notices that are received and wait for a reply still in time, or for their closing."""
    return awaited(actor).filter(~_reply_overdue(on), state__in=[State.RECEIVED, State.REPLIED])


def of_task(task: Task, actor: Actor) -> QuerySet[Notice]:
    """Return the notices on a task that the actor may see, the newest first."""
    return for_list(visible_notices(actor).filter(tasks=task))


def deeds_on(task: Task, actor: Actor) -> QuerySet[Deed]:
    """Return what was done to the notices on a task that the actor may see, newest first, work on their text left out."""
    seen = visible_notices(actor).filter(tasks=task)
    told = Deed.objects.filter(notice__in=seen.values("pk")).exclude(verb__in=(Verb.EDIT, Verb.REFRESH, Verb.FIND))
    return told.select_related("notice", "unit").order_by("-pk")


def headed_units(actor: Actor, *, on: date) -> frozenset[int]:
    """Return the ids of the units, groups and group offices whose head the actor is on that day."""
    if actor.user_id is None:
        return frozenset()
    heads = Q(post__role=Role.UNIT_HEAD) | Q(post__position__in=_HEADS)
    held = Tenure.objects.filter(org.on_day(on), heads, user=actor.user_id)
    return frozenset(held.values_list("post__unit_id", flat=True))


def capacities(notice: Notice, actor: Actor, *, on: date) -> frozenset[Capacity]:
    """Return in which capacities the actor has to do with the notice on that day."""
    found = set()
    if actor.has(Role.SUPERVISION):
        found.add(Capacity.OFFICE)
    if notice.issuer_id in actor.unit_ids:
        found.add(Capacity.ISSUER)
    if notice.issuer_id and notice.issuer_id in headed_units(actor, on=on):
        found |= {Capacity.HEAD, Capacity.ISSUER}
    if actor.unit_ids & addressees(notice).keys():
        found.add(Capacity.ADDRESSEE)
    return frozenset(found)


def open_verbs(notice: Notice, actor: Actor, *, on: date) -> frozenset[Verb]:
    """Return what the actor could do to the notice now; the service has the last word."""
    held = capacities(notice, actor, on=on)
    state = State(notice.state)
    verbs = {verb for verb, move in MOVES.items() if state in move.sources and move.who & held}
    if Verb.SIGN in verbs and (not may_sign(notice, held) or actor.user_id in preparers(notice)):
        verbs.remove(Verb.SIGN)
    if verbs & {Verb.SIGN, Verb.SUBMIT} and obstacle(notice):
        verbs -= {Verb.SIGN, Verb.SUBMIT}
    if notice.of_period:
        verbs.discard(Verb.REPLY)
    if not (notice.needs_finding or notice.kind == Kind.DECISION):
        verbs.discard(Verb.FIND)
    return frozenset(verbs)


def may_sign(notice: Notice, held: frozenset[Capacity]) -> bool:
    """Tell whether one of these capacities signs such a notice: an authority's decision only the authority's own head."""
    who = {Capacity.HEAD} if notice.kind == Kind.DECISION else MOVES[Verb.SIGN].who
    return bool(held & who)


def preparers(notice: Notice) -> frozenset[int]:
    """Return the ids of the accounts that proposed, edited, found or handed in: none of them signs."""
    ids = Deed.objects.filter(notice=notice, verb__in=PREPARING_VERBS, by_id__isnull=False).values_list(
        "by_id", flat=True
    )
    return frozenset(pk for pk in ids if pk is not None)


def addressees(notice: Notice) -> dict[int, Unit]:
    """Return the units a notice is to reach, by id: the one addressed, or those whose tasks a bulletin lists."""
    if notice.to_unit is not None:
        return {notice.to_unit.pk: notice.to_unit}
    return {matter.unit_id: matter.unit for matter in notice.matters.select_related("unit")}


def receipts(notice: Notice) -> frozenset[int]:
    """Return the ids of the units that have received the notice, by their own word or the office's."""
    ids = notice.deeds.filter(verb=Verb.RECEIVE, unit__isnull=False).values_list("unit_id", flat=True)
    return frozenset(pk for pk in ids if pk is not None)


def obstacle(notice: Notice) -> str:
    """Say why the notice can no longer be signed as it stands; empty when nothing stands against it.

    The paper speaks of a task as it was: one that has been closed, moved or taken up for review since must not be sent it.
    """
    if notice.of_period or not notice.tells_standing:
        return ""
    for matter in notice.matters.all():
        task, state = matter.task, TaskState(matter.task.state)
        if notice.kind == Kind.COMPLETION:
            if state not in _FINISHED:
                return _("“%(task)s” has been opened again. Dismiss the notice.") % {"task": task.title}
            continue
        if matter.due_version != task.due_version:
            return _("The date of “%(task)s” was changed after this was drafted. Dismiss the notice.") % {
                "task": task.title
            }
        if state not in _RUNNING:
            return _("“%(task)s” is “%(state)s” now. Dismiss the notice, or wait for the decision on the task.") % {
                "task": task.title,
                "state": task.get_state_display(),
            }
    return ""


def letterhead(unit: Unit | None) -> Letterhead | None:
    """Return how a unit's notices are headed and numbered, or None where the county has set nothing."""
    return Letterhead.objects.filter(unit=unit).first() if unit else None


def signatures(step_keys: Sequence[str]) -> dict[str, tuple[date, date | None]]:
    """Return by step key, for steps whose notice is in force, the civil day it was signed and the date it set, if any."""
    if not step_keys:
        return {}
    rows = Notice.objects.filter(step_key__in=step_keys, state__in=IN_FORCE)
    return {
        key: (civil_day(signed_at), reply_by)
        for key, signed_at, reply_by in rows.order_by("signed_at").values_list("step_key", "signed_at", "reply_by")
        if signed_at
    }


def dismissals(step_keys: Sequence[str]) -> dict[str, date]:
    """Return by step key, for steps whose notice was dismissed and not proposed anew, the civil day of that."""
    rows = Deed.objects.filter(
        verb=Verb.DISMISS, notice__step_key__in=step_keys, notice__state=State.DISMISSED, notice__replaced_by=None
    )
    return {key: civil_day(at) for key, at in rows.order_by("pk").values_list("notice__step_key", "at")}


@dataclass(frozen=True, slots=True)
class Turn:
    """Say what became of a step's notice at one time: proposed, signed with the day for a reply, withdrawn, or dismissed."""

    step_key: str
    at: datetime
    verb: Verb
    reply_by: date | None


def turns(tasks: Iterable[int]) -> list[Turn]:
    """Return how the notices that steps of these tasks (ids) proposed were decided, in the order that was done."""
    decided = Deed.objects.filter(
        verb__in=[Verb.PROPOSE, Verb.SIGN, Verb.WITHDRAW, Verb.DISMISS], notice__tasks__in=list(tasks)
    ).exclude(notice__step_key="")
    rows = decided.order_by("at", "pk").values_list("notice__step_key", "at", "verb", "notice__reply_by")
    return [Turn(key, at, Verb(verb), reply_by) for key, at, verb, reply_by in rows]


@dataclass(frozen=True, slots=True)
class Numbered:
    """Hold one yearly sequence with its notices by number, and the numbers that are missing, which there must be none of."""

    series: Series
    notices: list[Notice]
    missing: list[int]


def register(actor: Actor, *, year: int | None = None) -> list[Numbered]:
    """Return the register of numbers: every sequence, the newest first, with those of its notices the actor may see.

    Missing numbers are counted over all notices, so that a gap shows whoever looks.
    """
    sequences = Series.objects.all()
    if year is not None:
        sequences = sequences.filter(year=year)
    taken: dict[int, set[int]] = defaultdict(set)
    for series_id, number in Notice.objects.filter(series__in=sequences).values_list("series_id", "number"):
        if series_id is not None and number is not None:
            taken[series_id].add(number)
    seen: dict[int, list[Notice]] = defaultdict(list)
    for notice in for_list(visible_notices(actor).filter(series__in=sequences)).order_by("number"):
        if notice.series_id is not None:
            seen[notice.series_id].append(notice)
    return [
        Numbered(series, seen[series.pk], sorted(set(range(1, series.last + 1)) - taken[series.pk]))
        for series in sequences
        if actor.roles & SEES_ALL or seen[series.pk]
    ]


def sequences() -> list[tuple[Series, int, list[int], list[int]]]:
    """Return each sequence with its next number, the numbers that are missing and those of withdrawn notices."""
    taken: dict[int, set[int]] = defaultdict(set)
    withdrawn: dict[int, list[int]] = defaultdict(list)
    rows = Notice.objects.filter(number__isnull=False).order_by("number")
    for series_id, number, state in rows.values_list("series_id", "number", "state"):
        if series_id is not None and number is not None:
            taken[series_id].add(number)
            if state == State.WITHDRAWN:
                withdrawn[series_id].append(number)
    return [
        (one, one.last + 1, sorted(set(range(1, one.last + 1)) - taken[one.pk]), withdrawn[one.pk])
        for one in Series.objects.all()
    ]


_NUMBER = re.compile(r"^(.+?)〔(\d{4})〕第?(\d+)号?$")
_BRACKETS = str.maketrans("[(（【［〘{", "〔〔〔〔〔〔〔") | str.maketrans("])）】］〙}", "〕〕〕〕〕〕〕")


@dataclass(frozen=True, slots=True)
class Verification:
    """Say what the register knows of a paper: the notice, and whether its text is still what was issued."""

    notice: Notice
    intact: bool

    @property
    def in_force(self) -> bool:
        return self.notice.state in IN_FORCE


def verify(number: str, code: str) -> Verification | None:
    """Return the issued notice with this number and verification code, or None; brackets and spacing may be anyhow.

    None does not tell which of the two was wrong.
    """
    found = _NUMBER.match("".join(unicodedata.normalize("NFKC", number).split()).translate(_BRACKETS))
    given = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", code).upper())
    if found is None or not given:
        return None
    notice = (
        Notice.objects.select_related("series", "issuer", "to_unit")
        .filter(series__prefix=found[1], series__year=int(found[2]), number=int(found[3]), issued_at__isnull=False)
        .first()
    )
    if notice is None or not secrets.compare_digest(notice.code, given):
        return None
    return Verification(notice, secrets.compare_digest(digest(notice), notice.digest))


def supervision_unit() -> Unit | None:
    """Return the unit whose post the supervision office's is: it signs what no clause gives to another."""
    post = Post.objects.filter(role=Role.SUPERVISION, withdrawn_at=None).select_related("unit").order_by("pk").first()
    return post.unit if post else None
