"""Read how tasks are followed up: where each stands, what has been taken, what happens next if nobody acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.commitments.models import Task
from tracker.commitments.selectors.standing import Grounds, grounds_of
from tracker.escalation.addressing import Address, AddressBook
from tracker.escalation.cases import Case, gather
from tracker.escalation.ladders import content_for, current_policies, digest_of
from tracker.escalation.models import EscalationPolicy, FollowUp, Ladder, StepTaken
from tracker.org import selectors as org
from tracker.rules import due
from tracker.rules.civil import civil_day
from tracker.rules.due import Planned
from tracker.rules.standing import Standing, standing


@dataclass(frozen=True, slots=True)
class Rung:
    """Join a planned reminder or step with the post it means for this task.

    `unheard` tells that it was taken while nobody was registered in that post.
    """

    planned: Planned
    address: Address
    unheard: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """Say where a task stands, what happens next to it if nobody acts, and which step waits for a person; None for none."""

    standing: Standing
    next: Planned | None
    asked: Planned | None


def cases_of(tasks: Sequence[Task], *, now: datetime, grounds: Grounds | None = None) -> list[Case]:
    """Return the case of each task; one that the sweep has not yet opened is seen as it would open now, unsaved.

    `tasks` come with their commitments loaded. A handful of queries for any number of tasks.
    """
    rows = FollowUp.objects.filter(task__in=[task.pk for task in tasks])
    found = {one.task_id: one for one in rows.prefetch_related("ladder")}
    missing = [task for task in tasks if task.pk not in found]
    policies = current_policies(task.commitment.policy_key for task in missing)
    for task in missing:
        policy = policies.get(task.commitment.policy_key)
        content = content_for(task, policy)
        ladder = Ladder(digest=digest_of(content), content=content)
        found[task.pk] = FollowUp(task=task, policy=policy, ladder=ladder, opened_on=civil_day(task.opened_at))
    return gather(tasks, found, stops=grounds.stops if grounds else None)


def ladder_of(task: Task, *, now: datetime) -> tuple[Rung, ...]:
    """Return what was taken on a task and what happens next, and when, if nobody acts, with whom each step means."""
    today = civil_day(now)
    (case,) = cases_of([task], now=now)
    planned = due.ladder(case.snapshot, case.follow_up, org.workdays(), case.taken, today)
    bodies = {rung.step.body for rung in planned if rung.step and rung.step.body}
    book = AddressBook([task.lead], on=today, bodies=bodies)
    unheard = set(StepTaken.objects.filter(task=task.pk, post=None).values_list("key", flat=True))
    return tuple(
        Rung(rung, book.address(task.lead, rung.to, rung.step.body if rung.step else ""), rung.key in unheard)
        for rung in planned
    )


def outlooks(tasks: Sequence[Task], *, now: datetime, grounds: Grounds | None = None) -> dict[int, Outlook]:
    """Return the outlook of each task by its id, in a handful of queries for any number of tasks.

    `grounds` are what their standing is judged by, for who has read them already.
    """
    today, grounds = civil_day(now), grounds or grounds_of(tasks)
    found: dict[int, Outlook] = {}
    for case in cases_of(tasks, now=now, grounds=grounds):
        ahead = due.ladder(case.snapshot, case.follow_up, grounds.workdays, case.taken, today, counted=False)
        coming = next((rung for rung in ahead if rung.status in _COMING), None)
        asked = next((rung for rung in ahead if rung.status is due.Status.PROPOSED), None)
        found[case.task.pk] = Outlook(standing(case.snapshot, today, grounds.workdays), coming, asked)
    return found


_COMING = {due.Status.DUE, due.Status.COMING}


def policies_of(document_id: int) -> list[EscalationPolicy]:
    """Return the newest version of each policy of a document, steps loaded, the longest ladder first; [] for none."""
    rows = EscalationPolicy.objects.filter(document=document_id, withdrawn_at=None).order_by("version")
    newest = {row.key: row for row in rows.prefetch_related("steps").select_related("document")}
    return sorted(newest.values(), key=lambda row: (-len(row.steps.all()), row.key))
