"""Put a running task under the policy as it stands now: the one way an amended policy reaches what has begun."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import WrongState
from tracker.commitments.models import Task
from tracker.commitments.services import guard
from tracker.escalation.ladders import current_policies
from tracker.escalation.models import FollowUp
from tracker.escalation.services.freezing import ladder_for
from tracker.rules.civil import civil_day
from tracker.rules.transitions import Verb


@transaction.atomic
def rebase(*, task: Task, by: Actor, now: datetime, version: int | None = None) -> Task:
    """Freeze the newest version of its policy on a running task, by the supervision office alone.

    What was taken under the old version counts as taken; every other interval counts from today. A proposal that waits
    goes on waiting: it is signed, declined or withdrawn by a person. Raises `WrongState` for a task that has not begun to
    be followed up, or that already runs under this very ladder.
    """
    task = guard.lock(task, version)
    guard.move(task, Verb.REBASE, by)
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("ladder", "policy")
    row = rows.filter(task=task).first()
    if row is None:
        raise WrongState(_("This task is not followed up yet; it will open under the newest version by itself."))
    key = task.commitment.policy_key
    policy = current_policies([key]).get(key)
    ladder = ladder_for(task, policy)
    if ladder == row.ladder and policy == row.policy:
        raise WrongState(_("This task already runs under the newest version."))
    before = row.policy
    row.policy, row.ladder, row.version, row.rebased_on = policy, ladder, row.version + 1, civil_day(now)
    row.save(update_fields=["policy", "ladder", "version", "rebased_on"])
    guard.changed(task, now=now, fields=[])
    guard.note(
        task,
        "escalation.rebased",
        by=by,
        now=now,
        old_policy=before.key if before else "",
        old_version=before.version if before else None,
        policy=policy.key if policy else "",
        policy_version=policy.version if policy else None,
        follow_up_version=row.version,
    )
    return task
