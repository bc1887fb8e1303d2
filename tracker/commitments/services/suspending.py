"""Stop a task's clock and let it run again; the days it stood still are added to its date."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid
from tracker.commitments.models import Suspension, Task
from tracker.commitments.services import guard
from tracker.commitments.working import NoteRow
from tracker.org.selectors import workdays
from tracker.rules.civil import civil_day
from tracker.rules.extension import due_after_suspension
from tracker.rules.followup import State
from tracker.rules.transitions import Verb

# The convention of a date that a suspension has moved.
RESUMED = "resumed"


@transaction.atomic
def suspend(*, task: Task, reason: str, by: Actor, now: datetime, version: int | None = None) -> Suspension:
    """Stop a task (中止) for a reason outside the unit's power; nothing comes due while it stands."""
    task = guard.lock(task, version)
    state = guard.move(task, Verb.SUSPEND, by)
    if not reason.strip():
        raise Invalid("reason", _("Give the reason; it stays on the task's record."))
    suspension = Suspension.objects.create(
        task=task, reason=reason.strip(), from_day=civil_day(now), state_before=task.state, by=by.name
    )
    task.state = state
    guard.changed(task, now=now, fields=["state"])
    guard.note(task, "commitments.suspended", by=by, now=now, reason=suspension.reason)
    return suspension


@transaction.atomic
def resume(*, task: Task, by: Actor, now: datetime, version: int | None = None) -> Task:
    """Let a suspended task's clock run again: a date not yet past moves by the days it stood still.

    The old date is kept; a task already overdue keeps its date, and its late days pass over the spell.
    """
    task = guard.lock(task, version)
    suspension = task.suspensions.filter(to_day__isnull=True).first()
    state = guard.move(task, Verb.RESUME, by, to=State(suspension.state_before) if suspension else None)
    assert suspension is not None, "only a suspended task gets past the table"
    today = civil_day(now)
    suspension.to_day, suspension.resumed_by = today, by.name
    suspension.save(update_fields=["to_day", "resumed_by"])
    fields: list[str] = ["state"]
    old = task.due
    moved = old and due_after_suspension(old, suspension.from_day, today, workdays())
    if old and moved and moved != old:
        guard.new_deadline(
            task,
            due=moved,
            start=task.start,
            working=[days_added(suspension.from_day, today, old)],
            convention=RESUMED,
            provisional=task.provisional,
            reason=suspension.reason,
            by=by,
            now=now,
        )
        fields += guard.DEADLINE_FIELDS
    task.state = state
    guard.changed(task, now=now, fields=fields)
    guard.note(task, "commitments.resumed", by=by, now=now, reason=suspension.reason)
    return task


def days_added(first: date, resumed: date, due: date) -> NoteRow:
    """Return the stored note that a spell from `first` up to the day before `resumed` adds its days to a date."""
    stood = (resumed - first).days
    return ["suspension.days_added", {"days": str(stood), "old": due.isoformat()}]
