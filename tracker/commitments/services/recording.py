"""Let the supervision office write down what a unit reported elsewhere: on paper, or in a ledger of its own (代录)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid
from tracker.commitments.models import Assignment, Evidence, ProgressReport, Task
from tracker.commitments.services import guard
from tracker.commitments.services.guard import EvidenceDraft
from tracker.rules.civil import civil_day
from tracker.rules.followup import State
from tracker.rules.transitions import Verb


@transaction.atomic
def record_report(
    *,
    task: Task,
    text: str = "",
    percent: int | None = None,
    done_on: date | None = None,
    source: str,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> ProgressReport:
    """Store a report of the lead unit in its name; `source` says where it stood and is kept as its evidence.

    With `done_on` it is an application to close: it goes to review, and whoever recorded it cannot be the one who accepts
    it. Raises `NotPermitted` for anybody but the supervision office, `Invalid`, `WrongState`, `Stale`.
    """
    task = guard.lock(task, version)
    closes = done_on is not None
    state = guard.move(task, Verb.RECORD_REPORT, by, to=State.AWAITING_REVIEW if closes else State.IN_PROGRESS)
    if not source.strip():
        raise Invalid("source", _("Say where the unit's report stands: a document number or the name of a file."))
    if not closes and not text.strip() and percent is None:
        raise Invalid("text", _("Give what the unit reported."))
    if done_on is not None and done_on > civil_day(now):
        raise Invalid("done_on", _("The day it was done cannot lie in the future."))
    report = guard.store_report(
        task,
        task.lead,
        ProgressReport.Kind.CLOSE if closes else ProgressReport.Kind.PROGRESS,
        text=text,
        percent=100 if closes else percent,
        done_on=done_on,
        evidence=[EvidenceDraft(Evidence.Kind.NUMBER, source.strip()[:500])],
        by=by,
        now=now,
    )
    part = task.assignments.get(unit=task.lead)
    if part.state == Assignment.PartState.ASSIGNED:
        part.state, part.acknowledged_at = Assignment.PartState.ACKNOWLEDGED, now
    if closes:
        part.state, part.done_at = Assignment.PartState.DONE, now
        task.applied_at, task.done_on = now, done_on
    part.save(update_fields=["state", "acknowledged_at", "done_at"])
    task.state, task.reported_at = state, now
    if report.percent is not None:
        task.percent = report.percent
    guard.changed(task, now=now, fields=["state", "reported_at", "percent", "applied_at", "done_on"])
    return report
