"""Keep what a ledger says beside a task under 备注: one text, its earlier ones on the audit chain."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.commitments.models import Task
from tracker.commitments.selectors.noting import LONGEST_REMARK
from tracker.commitments.services import guard
from tracker.rules.transitions import Verb


@transaction.atomic
def remark(*, task: Task, text: str, by: Actor, now: datetime, version: int | None = None) -> Task:
    """Set the remark on a task, "" to take it away; the same text again changes nothing.

    For the lead unit's liaison and head, and the supervision office: one remark stands beside one row. Raises `Invalid`,
    `Stale`, `NotPermitted`.
    """
    task = guard.lock(task, version)
    guard.move(task, Verb.REMARK, by)
    if task.lead_id not in by.unit_ids and not by.has(Role.SUPERVISION):
        raise NotPermitted(
            _("The remark is kept by the lead unit, %(unit)s, and the supervision office.") % {"unit": task.lead}
        )
    text = text.strip()
    if len(text) > LONGEST_REMARK:
        raise Invalid(
            "text", _("The text is too long; at most %(most)d characters are taken.") % {"most": LONGEST_REMARK}
        )
    if text == task.remark:
        return task
    before, task.remark = task.remark, text
    guard.changed(task, now=now, fields=["remark"])
    guard.note(task, "commitments.remarked", by=by, now=now, text=text, before=before)
    return task
