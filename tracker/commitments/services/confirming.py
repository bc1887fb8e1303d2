"""Let a unit say how a task stands that was already past due when its gazette was loaded (存量待核实)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.commitments.models import Evidence, ProgressReport, Task
from tracker.commitments.services import guard
from tracker.commitments.services.guard import EvidenceDraft
from tracker.org.models import Unit
from tracker.rules.civil import civil_day
from tracker.rules.followup import State
from tracker.rules.transitions import Verb


@transaction.atomic
def confirm_backfill(
    *,
    task: Task,
    unit: Unit,
    done: bool,
    day: date,
    text: str = "",
    evidence: Sequence[EvidenceDraft] = (),
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Task:
    """Say how a backfilled task stands: done on `day`, or to be done by `day`.

    Done: it goes to the verifier like any other. Not done: it is followed up towards the day the unit names; the first
    date stays on record, and nothing is made up for. Raises `Invalid` for a day on the wrong side of today.
    """
    task = guard.lock(task, version)
    guard.own_unit(task, unit, by, lead=True)
    return _confirm(task, unit, done=done, day=day, text=text, evidence=evidence, by=by, now=now)


@transaction.atomic
def record_backfill(
    *,
    task: Task,
    done: bool,
    day: date,
    text: str = "",
    source: str,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Task:
    """Write down for the lead unit how a backfilled task stands, as it said elsewhere; `source` says where (代录).

    Whoever recorded “done” cannot be the one who accepts it. Raises `NotPermitted` for anybody but the supervision office,
    and what `confirm_backfill` raises.
    """
    task = guard.lock(task, version)
    if not by.has(Role.SUPERVISION):
        raise NotPermitted(_("Only the supervision office writes down what a unit said elsewhere."))
    if not source.strip():
        raise Invalid("source", _("Say where the unit's report stands: a document number or the name of a file."))
    evidence = [EvidenceDraft(Evidence.Kind.NUMBER, source.strip()[:500])]
    return _confirm(task, task.lead, done=done, day=day, text=text, evidence=evidence, by=by, now=now)


def _confirm(
    task: Task,
    unit: Unit,
    *,
    done: bool,
    day: date,
    text: str,
    evidence: Sequence[EvidenceDraft],
    by: Actor,
    now: datetime,
) -> Task:
    today = civil_day(now)
    if done and day > today:
        raise Invalid("day", _("The day it was done cannot lie in the future."))
    if not done and day <= today:
        raise Invalid("day", _("Name the day by which it will be done: a day after today."))
    state = guard.move(task, Verb.CONFIRM_BACKFILL, by, to=State.AWAITING_REVIEW if done else State.IN_PROGRESS)
    guard.store_report(
        task,
        unit,
        ProgressReport.Kind.BACKFILL,
        text=text,
        percent=100 if done else None,
        done_on=day if done else None,
        evidence=evidence,
        by=by,
        now=now,
    )
    task.state, task.reported_at = state, now
    fields = ["state", "reported_at", "applied_at", "done_on"]
    if done:
        task.applied_at, task.done_on = now, day
    else:
        guard.new_deadline(
            task,
            due=day,
            start=task.start,
            working=[["backfill.named_by_unit", {"day": day.isoformat()}]],
            convention="named_by_unit",
            provisional=False,
            reason=text.strip(),
            by=by,
            now=now,
        )
        fields += guard.DEADLINE_FIELDS
    guard.changed(task, now=now, fields=fields)
    return task
