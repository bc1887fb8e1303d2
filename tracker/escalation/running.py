"""Read which tasks run under which version of a policy, and what re-basing one of them would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from tracker.commitments.models import Task
from tracker.escalation.addressing import AddressBook
from tracker.escalation.cases import Case
from tracker.escalation.ladders import content_for, current_policies, follow_up_of
from tracker.escalation.models import EscalationPolicy
from tracker.escalation.selectors import Rung, cases_of
from tracker.org import selectors as org
from tracker.rules import due
from tracker.rules.civil import civil_day
from tracker.rules.due import Planned
from tracker.rules.followup import ENDED, FollowUp


@dataclass(frozen=True, slots=True)
class Run:
    """Count the running tasks under one policy and version; both empty for tasks that opened with reminders only."""

    key: str
    version: int | None
    tasks: int


@dataclass(frozen=True, slots=True)
class Rebasing:
    """Hold what comes next on a task as it runs now, and as it would after it was re-based; `moves` if that differs."""

    old: EscalationPolicy | None
    new: EscalationPolicy | None
    now: tuple[Rung, ...]
    then: tuple[Rung, ...]
    moves: bool


def policy_named(key: str) -> EscalationPolicy | None:
    """Return the newest version of a policy, withdrawn or not, with its steps and its document."""
    rows = EscalationPolicy.objects.filter(key=key).select_related("document").prefetch_related("steps")
    return rows.order_by("-version").first()


def runs_of(policy: EscalationPolicy, tasks: QuerySet[Task]) -> list[Run]:
    """Return how many of `tasks` that belong under the policy run under which version of which policy."""
    rows = _followed(policy, tasks).order_by().values_list("follow_up__policy__key", "follow_up__policy__version")
    counted = rows.annotate(number=Count("pk")).order_by("follow_up__policy__key", "-follow_up__policy__version")
    return [Run(key or "", version, number) for key, version, number in counted]


def outdated(policy: EscalationPolicy, tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Return those of `tasks` that belong under the policy and run under another version or policy."""
    others = ~Q(follow_up__policy=policy) | Q(follow_up__policy=None)
    rows = _followed(policy, tasks).filter(others).select_related("lead", "follow_up__policy")
    return rows.order_by(F("due").asc(nulls_last=True), "pk")


def rebasing(task: Task, *, now: datetime) -> Rebasing | None:
    """Return what re-basing the task would change, unsaved; None when it runs under the newest ladder already.

    `task` comes with its commitment and lead. Only what is still to come is shown: what was taken stays taken.
    """
    (case,) = cases_of([task], now=now)
    key = task.commitment.policy_key
    policy = current_policies([key]).get(key)
    row = getattr(task, "follow_up", None)
    old = row.policy if row else None
    content = content_for(task, policy)
    if row is None or (row.ladder.content == content and old == policy):
        return None
    follow_up = follow_up_of(content, row.version + 1, civil_day(now))
    before, after = _ahead(case.follow_up, case, now), _ahead(follow_up, case, now)
    book = AddressBook([task.lead], on=civil_day(now), bodies=_bodies((*before, *after)))
    return Rebasing(
        old=old,
        new=policy,
        now=tuple(_rung(one, task, book) for one in before),
        then=tuple(_rung(one, task, book) for one in after),
        moves=[(one.part, one.on) for one in before] != [(one.part, one.on) for one in after],
    )


def _followed(policy: EscalationPolicy, tasks: QuerySet[Task]) -> QuerySet[Task]:
    return tasks.filter(commitment__policy_key=policy.key, follow_up__isnull=False).exclude(state__in=ENDED)


def _ahead(follow_up: FollowUp, case: Case, now: datetime) -> list[Planned]:
    rungs = due.ladder(case.snapshot, follow_up, org.workdays(), case.taken, civil_day(now))
    return [rung for rung in rungs if rung.taken is None and rung.status is not due.Status.HUSHED]


def _bodies(planned: Sequence[Planned]) -> set[str]:
    return {one.step.body for one in planned if one.step and one.step.body}


def _rung(planned: Planned, task: Task, book: AddressBook) -> Rung:
    return Rung(planned, book.address(task.lead, planned.to, planned.step.body if planned.step else ""))
