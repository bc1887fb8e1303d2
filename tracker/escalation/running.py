"""Read which tasks run under which version of a policy, and what re-basing one of them would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

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
    return _compared(task, case, content, old=old, new=policy, version=row.version, now=now)


def foreseen(task: Task, policy: EscalationPolicy, content: Mapping[str, Any], *, now: datetime) -> Rebasing:
    """Return what comes next on the task as it runs now, and as it would under a version that is not stored yet.

    `content` is that version's (`ladders.content_of`). Nothing is written.
    """
    (case,) = cases_of([task], now=now)
    row = getattr(task, "follow_up", None)
    return _compared(task, case, dict(content), old=policy, new=None, version=row.version if row else 1, now=now)


def _compared(
    task: Task,
    case: Case,
    content: dict[str, Any],
    *,
    old: EscalationPolicy | None,
    new: EscalationPolicy | None,
    version: int,
    now: datetime,
) -> Rebasing:
    follow_up = follow_up_of(content, version + 1, civil_day(now))
    before, after = _ahead(case.follow_up, case, now), _ahead(follow_up, case, now)
    book = AddressBook([task.lead], on=civil_day(now), bodies=_bodies((*before, *after)))
    return Rebasing(
        old=old,
        new=new,
        now=tuple(_rung(one, task, book) for one in before),
        then=tuple(_rung(one, task, book) for one in after),
        moves=[(one.part, one.on) for one in before] != [(one.part, one.on) for one in after],
    )


def newest_policies() -> list[EscalationPolicy]:
    """Return the newest version of every policy with its document and steps, in the order of their documents."""
    rows = EscalationPolicy.objects.select_related("document").prefetch_related("steps").order_by("version")
    newest = {row.key: row for row in rows}
    return sorted(newest.values(), key=lambda row: (row.document.first_line, row.key))


def running_counts() -> dict[str, tuple[int, int]]:
    """Return by policy key how many running tasks there are, and how many of them run under an older version."""
    running = Task.objects.exclude(state__in=ENDED).filter(follow_up__policy__isnull=False).order_by()
    rows = running.values_list("follow_up__policy__key", "follow_up__policy__version").annotate(number=Count("pk"))
    newest = dict(EscalationPolicy.objects.order_by().values_list("key").annotate(Max("version")))
    found: dict[str, tuple[int, int]] = {}
    for key, version, number in rows:
        tasks, older = found.get(key, (0, 0))
        found[key] = (tasks + number, older + (number if version < newest[key] else 0))
    return found


def _followed(policy: EscalationPolicy, tasks: QuerySet[Task]) -> QuerySet[Task]:
    return tasks.filter(commitment__policy_key=policy.key, follow_up__isnull=False).exclude(state__in=ENDED)


def _ahead(follow_up: FollowUp, case: Case, now: datetime) -> list[Planned]:
    rungs = due.ladder(case.snapshot, follow_up, org.workdays(), case.taken, civil_day(now))
    return [rung for rung in rungs if rung.taken is None and rung.status is not due.Status.HUSHED]


def _bodies(planned: Sequence[Planned]) -> set[str]:
    return {one.step.body for one in planned if one.step and one.step.body}


def _rung(planned: Planned, task: Task, book: AddressBook) -> Rung:
    return Rung(planned, book.address(task.lead, planned.to, planned.step.body if planned.step else ""))
