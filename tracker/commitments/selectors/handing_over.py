"""Read what goes over from one holder of a post to the next: what is open, late, promised and awaited on a day.

The list is of the day it is asked for: a task counts as open if it had been opened and had not ended by the end of that day,
and its date is the one that was in force then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from tracker.audit.actors import Role
from tracker.commitments.models import (
    Assignment,
    Deadline,
    Extension,
    Instruction,
    ProgressReport,
    Return,
    Review,
    Task,
)
from tracker.org import selectors as org
from tracker.org.models import Position, Post, Unit
from tracker.rules.civil import start_of_day
from tracker.rules.followup import ENDED, State
from tracker.rules.workdays import ONE_DAY

SOON = timedelta(days=30)
MOST = 500


@dataclass(frozen=True, slots=True)
class Handed:
    """Be one duty on the list: its date that day, whether the post's unit leads it, and what was last said of it."""

    task: Task
    due: date | None
    leads: bool
    report: ProgressReport | None
    extension: Extension | None
    instruction: Instruction | None


@dataclass(frozen=True, slots=True)
class HandOver:
    """Hold the list by what the next holder has to do first; `cut` tells that there are more than `MOST` duties.

    `awaiting` are those on which somebody else has to decide: a review, an extension, a return.
    """

    late: list[Handed]
    soon: list[Handed]
    later: list[Handed]
    awaiting: list[Handed]
    resting: list[Handed]
    cut: bool

    @property
    def number(self) -> int:
        return sum(len(part) for part in (self.late, self.soon, self.later, self.awaiting, self.resting))


def of_unit(tasks: QuerySet[Task], unit: Unit) -> QuerySet[Task]:
    """Return those of `tasks` that a unit leads or supports."""
    return tasks.filter(Exists(Assignment.objects.filter(task=OuterRef("pk"), unit=unit)))


def of_post(tasks: QuerySet[Task], post: Post, *, on: date) -> QuerySet[Task]:
    """Return those of `tasks` that a post answers for on a day.

    A unit's post has those its unit leads or supports, a leader's those its portfolio leads, a leading group's head or
    office
    those of the documents it was set up for; the county head has all.
    """
    if post.role == Role.COUNTY_HEAD:
        return tasks
    if post.role == Role.LEADER:
        return tasks.filter(lead__in=org.portfolio_units([post.pk], on=on))
    own = of_unit(tasks, post.unit)
    if post.position in {Position.GROUP_HEAD, Position.GROUP_OFFICE_HEAD}:
        group = post.unit_id if post.position == Position.GROUP_HEAD else post.unit.parent_id or post.unit_id
        return tasks.filter(commitment__document__leading_group=group) | own
    return own


def hand_over(tasks: QuerySet[Task], post: Post, *, on: date) -> HandOver:
    """Return what is handed over with a post at the end of a day, in a fixed number of queries."""
    night = start_of_day(on + ONE_DAY)
    standing = Q(closed_at__isnull=True) & ~Q(state__in=[state.value for state in ENDED]) | Q(closed_at__gte=night)
    found = (
        of_post(tasks, post, on=on)
        .filter(standing, opened_at__lt=night)
        .select_related("commitment__document", "commitment__clause", "lead")
        .defer("ics", "commitment__clause__text")
        .prefetch_related(
            "assignments__unit",
            Prefetch("deadlines", Deadline.objects.filter(set_at__lt=night).order_by("version")),
            Prefetch("reports", ProgressReport.objects.filter(at__lt=night).order_by("-at", "-pk")),
            Prefetch("extensions", Extension.objects.filter(requested_at__lt=night).order_by("-requested_at")),
            Prefetch("reviews", Review.objects.filter(at__lt=night).order_by("-at", "-pk")),
            Prefetch("returns", Return.objects.filter(at__lt=night).order_by("-at")),
            Prefetch("instructions", Instruction.objects.filter(at__lt=night).order_by("-at")),
        )
        .order_by("due", "commitment__document__first_line", "commitment__line", "pk")
    )
    rows = list(found[: MOST + 1])
    lists: dict[str, list[Handed]] = {name: [] for name in ("late", "soon", "later", "awaiting", "resting")}
    for task in rows[:MOST]:
        one = _handed(task, post)
        lists[_place(task, one, on, night)].append(one)
    return HandOver(**lists, cut=len(rows) > MOST)


def _handed(task: Task, post: Post) -> Handed:
    # A task that was broken down or opened later still has its first date; there is no task without one version.
    deadlines = list(task.deadlines.all())
    return Handed(
        task,
        deadlines[-1].due if deadlines else task.due,
        task.lead_id == post.unit_id,
        next(iter(task.reports.all()), None),
        next(iter(task.extensions.all()), None),
        next(iter(task.instructions.all()), None),
    )


def _place(task: Task, one: Handed, on: date, night: datetime) -> str:
    """Say on which list a duty stands at the end of the day."""
    if _awaits_review(task) or _undecided(task, night):
        return "awaiting"
    if one.due is None or task.state in {State.WAITING, State.SUSPENDED, State.TO_CONFIRM}:
        return "resting"
    if one.due < on:
        return "late"
    return "soon" if one.due <= on + SOON else "later"


def _awaits_review(task: Task) -> bool:
    applied = next((one.at for one in task.reports.all() if one.kind == ProgressReport.Kind.CLOSE), None)
    decided = next((one.at for one in task.reviews.all()), None)
    return applied is not None and (decided is None or decided < applied)


def _undecided(task: Task, night: datetime) -> bool:
    """Tell whether a request for a later date, or a return, had not been decided by the end of the day."""
    decided = [one.decided_at for one in task.extensions.all()] + [one.decided_at for one in task.returns.all()]
    return any(at is None or at >= night for at in decided)
