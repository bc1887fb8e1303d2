"""Freeze on each task the reminders and the policy in force when its follow-up opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracker.commitments.models import Task
from tracker.escalation.ladders import content_for, current_policies, digest_of
from tracker.escalation.models import EscalationPolicy, FollowUp, Ladder
from tracker.rules.civil import civil_day


def follow_ups_for(tasks: Sequence[Task], *, now: datetime) -> tuple[dict[int, FollowUp], set[int]]:
    """Return each task's follow-up by task id, freezing those that have none yet, and the ids of the latter.

    A later version of a policy is for tasks opened later: what is frozen here does not change by itself. A task that had
    no date when it opened gets the reminders that fit its date as soon as it has one.
    """
    rows = FollowUp.objects.filter(task__in=[task.pk for task in tasks])
    # Very many tasks share few ladders: each is read and decoded once.
    found = {one.task_id: one for one in rows.prefetch_related("ladder")}
    missing = [task for task in tasks if task.pk not in found]
    undated = [task for task in tasks if task.pk in found and task.due and not found[task.pk].ladder.content["ahead"]]
    if missing or undated:
        policies = current_policies(task.commitment.policy_key for task in [*missing, *undated])
        ladders = _ladders([*missing, *undated], policies)
        for task in undated:
            found[task.pk].ladder = ladders[task.pk]
        FollowUp.objects.bulk_update([found[task.pk] for task in undated], ["ladder"])
        fresh = [
            FollowUp(
                task=task,
                policy=policies.get(task.commitment.policy_key),
                ladder=ladders[task.pk],
                opened_on=civil_day(task.opened_at),
            )
            for task in missing
        ]
        FollowUp.objects.bulk_create(fresh, batch_size=1000)
        found |= {one.task_id: one for one in fresh}
    return found, {task.pk for task in missing}


def _ladders(tasks: Sequence[Task], policies: dict[str, EscalationPolicy]) -> dict[int, Ladder]:
    contents = {task.pk: content_for(task, policies.get(task.commitment.policy_key)) for task in tasks}
    digests = {pk: digest_of(content) for pk, content in contents.items()}
    by_digest = {digests[pk]: content for pk, content in contents.items()}
    known = set(Ladder.objects.filter(digest__in=by_digest).values_list("digest", flat=True))
    Ladder.objects.bulk_create(
        # In one order, for two sweeps that each wait for a row of the other would both fail.
        [Ladder(digest=digest, content=by_digest[digest]) for digest in sorted(by_digest.keys() - known)],
        ignore_conflicts=True,
    )
    stored = Ladder.objects.in_bulk(list(by_digest), field_name="digest")
    return {pk: stored[digest] for pk, digest in digests.items()}


def ladder_for(task: Task, policy: EscalationPolicy | None) -> Ladder:
    """Return the stored ladder of one task under a policy, made if no task froze it before."""
    return _ladders([task], {policy.key: policy} if policy else {})[task.pk]
