"""Propose what a clause provides for when a person holds that a fact it names is there."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid
from tracker.commitments.models import Task
from tracker.escalation.grounds import grounds_for, meant
from tracker.notices import services as notices
from tracker.notices.models import Notice


def propose_ground(*, task: Task, key: str, reason: str, by: Actor, now: datetime) -> Notice:
    """Propose, on a task's document, the provision `key` of its policy; `reason` are the facts it rests on.

    Raises `Invalid` for a provision the policy does not have or a missing reason, `NotPermitted` for anybody but the
    supervision office and the authority the clause names.
    """
    ground = next((one for one in grounds_for(task) if one.key == key), None)
    if ground is None:
        raise Invalid("ground", _("The document's clauses provide for no such thing."))
    return notices.propose_on_ground(
        key=ground.key,
        task=task,
        kind=ground.kind,
        title=ground.title,
        issuer=ground.signed_by,
        basis=ground.basis,
        needs_finding=ground.needs_finding,
        against="" if meant(ground, task) else ground.against,
        reason=reason,
        by=by,
        now=now,
    )
