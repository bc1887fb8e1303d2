"""Let units acknowledge, report and apply to close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid
from tracker.commitments.models import Assignment, ProgressReport, Task
from tracker.commitments.services import guard
from tracker.commitments.services.guard import EvidenceDraft
from tracker.org.models import Unit
from tracker.rules.civil import civil_day
from tracker.rules.transitions import Verb

Part = Assignment.PartState


@transaction.atomic
def acknowledge(*, task: Task, unit: Unit, by: Actor, now: datetime, version: int | None = None) -> Task:
    """Record that a unit has taken its part on (签收); the lead's acknowledgement moves the task on."""
    task = guard.lock(task, version)
    guard.own_unit(task, unit, by, lead=False)
    state = guard.move(task, Verb.ACKNOWLEDGE, by)
    part = task.assignments.get(unit=unit)
    if part.state == Part.ASSIGNED:
        part.state, part.acknowledged_at = Part.ACKNOWLEDGED, now
        part.save(update_fields=["state", "acknowledged_at"])
    if part.role == "lead":
        task.state = state
    guard.changed(task, now=now, fields=["state"])
    guard.note(task, "commitments.acknowledged", by=by, now=now, unit=unit.name)
    return task


@transaction.atomic
def report_progress(
    *,
    task: Task,
    unit: Unit,
    kind: ProgressReport.Kind,
    text: str = "",
    percent: int | None = None,
    evidence: Sequence[EvidenceDraft] = (),
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> ProgressReport:
    """Store a report of progress, or that nothing has changed; it stops this period's reminders.

    The text is optional unless the task is overdue. Raises `Invalid`, `WrongState`, `Stale`, `NotPermitted`.
    """
    task = guard.lock(task, version)
    guard.own_unit(task, unit, by, lead=False)
    if kind not in {ProgressReport.Kind.PROGRESS, ProgressReport.Kind.NO_CHANGE}:
        raise Invalid("kind", _("Choose “progress” or “no change”."))
    state = guard.move(task, Verb.REPORT, by)
    if task.due and civil_day(now) > task.due and not text.strip():
        raise Invalid("text", _("The task is overdue: say in a sentence how it stands and what is in the way."))
    report = guard.store_report(
        task, unit, kind, text=text, percent=percent, done_on=None, evidence=evidence, by=by, now=now
    )
    part = task.assignments.get(unit=unit)
    if part.state == Part.ASSIGNED:
        # Whoever reports has plainly taken the task on.
        part.state, part.acknowledged_at = Part.ACKNOWLEDGED, now
        part.save(update_fields=["state", "acknowledged_at"])
    if part.role == "lead":
        task.state, task.reported_at = state, now
        task.percent = task.percent if percent is None else percent
    guard.changed(task, now=now, fields=["state", "reported_at", "percent"])
    return report


@transaction.atomic
def report_part_done(
    *,
    task: Task,
    unit: Unit,
    text: str = "",
    evidence: Sequence[EvidenceDraft] = (),
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> ProgressReport:
    """Store that a unit has done its part; the task itself stays open until the lead applies to close."""
    task = guard.lock(task, version)
    guard.own_unit(task, unit, by, lead=False)
    guard.move(task, Verb.REPORT, by)
    report = guard.store_report(
        task,
        unit,
        ProgressReport.Kind.PROGRESS,
        text=text,
        percent=100,
        done_on=civil_day(now),
        evidence=evidence,
        by=by,
        now=now,
    )
    part = task.assignments.get(unit=unit)
    part.state, part.done_at = Part.DONE, now
    part.acknowledged_at = part.acknowledged_at or now
    part.save(update_fields=["state", "done_at", "acknowledged_at"])
    if task.blocker_id == unit.pk:
        task.blocker, task.blocker_note = None, ""
    guard.changed(task, now=now, fields=["blocker", "blocker_note"])
    return report


@transaction.atomic
def apply_to_close(
    *,
    task: Task,
    unit: Unit,
    text: str = "",
    done_on: date | None = None,
    evidence: Sequence[EvidenceDraft] = (),
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> ProgressReport:
    """Apply to close (申请办结): the lead says it is done, on which day, and what proves it; a verifier decides.

    `done_on` is the day the duty was fulfilled, today when left out, never in the future.
    """
    task = guard.lock(task, version)
    guard.own_unit(task, unit, by, lead=True)
    state = guard.move(task, Verb.APPLY_TO_CLOSE, by)
    today = civil_day(now)
    done_on = done_on or today
    if done_on > today:
        raise Invalid("done_on", _("The day it was done cannot lie in the future."))
    if not text.strip() and not evidence:
        raise Invalid("text", _("Say in a sentence what was done, or give the number of the document that shows it."))
    report = guard.store_report(
        task,
        unit,
        ProgressReport.Kind.CLOSE,
        text=text,
        percent=100,
        done_on=done_on,
        evidence=evidence,
        by=by,
        now=now,
    )
    task.assignments.filter(unit=unit).update(state=Part.DONE, done_at=now)
    task.state, task.applied_at, task.reported_at, task.done_on, task.percent = state, now, now, done_on, 100
    guard.changed(task, now=now, fields=["state", "applied_at", "reported_at", "done_on", "percent"])
    return report
