"""Let leaders instruct, leads name what blocks them, and the supervision office break a duty down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid, WrongState
from tracker.commitments.models import Assignment, Deadline, Instruction, Return, Task
from tracker.commitments.services import guard
from tracker.org.models import Unit
from tracker.rules.followup import State
from tracker.rules.transitions import Verb


@transaction.atomic
def instruct(*, task: Task, text: str, by: Actor, now: datetime) -> Instruction:
    """Record a leader's written instruction (批示); it is shown and never scored."""
    task = guard.lock(task, None)
    guard.move(task, Verb.INSTRUCT, by)
    if not text.strip():
        raise Invalid("text", _("Write the instruction."))
    instruction = Instruction.objects.create(task=task, text=text.strip(), at=now, by=by.name, by_post=by.post)
    guard.changed(task, now=now, fields=[])
    guard.note(task, "commitments.instructed", by=by, now=now, text=instruction.text)
    return instruction


@transaction.atomic
def name_blocker(
    *, task: Task, blocker: Unit | None, note: str, by: Actor, now: datetime, version: int | None = None
) -> Task:
    """Name the unit whose part holds the task up, or say that nothing does any more."""
    task = guard.lock(task, version)
    guard.move(task, Verb.NAME_BLOCKER, by)
    if blocker is not None and not task.assignments.filter(unit=blocker).exclude(unit=task.lead).exists():
        raise Invalid("blocker", _("Choose one of the task's other units."))
    task.blocker, task.blocker_note = blocker, note.strip() if blocker else ""
    guard.changed(task, now=now, fields=["blocker", "blocker_note"])
    guard.note(
        task, "commitments.blocker_named", by=by, now=now, unit=blocker.name if blocker else "", note=task.blocker_note
    )
    return task


@transaction.atomic
def return_task(*, task: Task, reason: str, by: Actor, now: datetime, version: int | None = None) -> Return:
    """Say that a task is not the unit's own (退回); until the office has decided, its clock runs."""
    task = guard.lock(task, version)
    guard.own_unit(task, task.lead, by, lead=True)
    guard.move(task, Verb.RETURN, by)
    if not reason.strip():
        raise Invalid("reason", _("Say why the task is not yours and whose it is."))
    if task.returns.filter(state=Return.State.CLAIMED).exists():
        raise WrongState(_("The task has already been returned; the supervision office has still to decide."))
    claim = Return.objects.create(
        task=task, unit=task.lead, reason=reason.strip(), at=now, by=by.name, by_id=by.user_id
    )
    guard.changed(task, now=now, fields=[])
    guard.note(task, "commitments.returned", by=by, now=now, reason=claim.reason)
    return claim


@transaction.atomic
def decide_return(*, claim: Return, accepted: bool, reason: str = "", by: Actor, now: datetime) -> Return:
    """Decide whether a returned task leaves the unit (it is withdrawn, to be assigned anew) or stays with it."""
    task = guard.lock(claim.task, None)
    claim = Return.objects.get(pk=claim.pk)
    if claim.state != Return.State.CLAIMED:
        raise WrongState(_("This has already been decided."))
    to = State.WITHDRAWN if accepted else State(task.state)
    state = guard.move(task, Verb.DECIDE_RETURN, by, to=to, doers={Verb.RETURN: {claim.by_id}})
    if not accepted and not reason.strip():
        raise Invalid("reason", _("Give the reason; the unit and later readers will see it."))
    claim.state = Return.State.ACCEPTED if accepted else Return.State.REFUSED
    claim.decided_at, claim.decided_by, claim.decision_reason = now, by.name, reason.strip()
    claim.save(update_fields=["state", "decided_at", "decided_by", "decision_reason"])
    task.state = state
    if accepted:
        task.closed_at = now
    guard.changed(task, now=now, fields=["state", "closed_at"])
    guard.note(task, f"commitments.return_{claim.state}", by=by, now=now, reason=claim.decision_reason)
    return claim


@transaction.atomic
def break_down(
    *,
    task: Task,
    units: Sequence[Unit],
    settled: bool = False,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> list[Task]:
    """Lay a duty of units not named one by one on named units (分解): one task each, with the same date.

    A unit that has the duty of its own already keeps it as it stands. The general task is withdrawn with the first named
    task that is laid. Where every unit chosen has it already, it is withdrawn only if the person says that the duty is
    `settled` with those; otherwise `Invalid`, as where no unit is chosen, and nothing is changed.
    """
    task = guard.lock(task, version)
    state = guard.move(task, Verb.WITHDRAW, by)
    if not units:
        raise Invalid("units", _("Choose at least one unit."))
    deadline = task.deadlines.get(version=task.due_version)
    made = []
    for unit in units:
        key = task.key.replace(f"/{task.lead.slug}/", f"/{unit.slug}/", 1)
        if Task.objects.filter(key=key).exists():
            continue
        one = Task.objects.create(
            key=key,
            commitment=task.commitment,
            lead=unit,
            period=task.period,
            title=task.title,
            state=State.TO_CONFIRM if task.state == State.TO_CONFIRM else State.ASSIGNED,
            due=task.due,
            start=task.start,
            provisional=task.provisional,
            opened_at=now,
            backfill=task.backfill,
            broken_from=task,
            changed_at=now,
            next_look_at=now,
        )
        Assignment.objects.create(task=one, unit=unit, role="lead")
        Deadline.objects.create(
            task=one,
            version=1,
            due=deadline.due,
            start=deadline.start,
            working=deadline.working,
            convention=deadline.convention,
            provisional=deadline.provisional,
            reason=deadline.reason,
            set_at=now,
            set_by=by.name,
        )
        made.append(one)
        guard.note(one, "commitments.assigned", by=by, now=now, unit=unit.name, due=str(one.due or ""))
    if not made and not settled:
        raise Invalid(
            "units",
            ngettext(
                "Nothing was changed: %(units)s has this duty of its own already. Choose a unit that has not, or say "
                "on the page of the task that nobody else owes it.",
                "Nothing was changed: %(units)s have this duty of their own already. Choose a unit that has not, or say "
                "on the page of the task that nobody else owes it.",
                len(units),
            )
            % {"units": "、".join(unit.name for unit in units)},
        )
    task.state, task.closed_at = state, now
    guard.changed(task, now=now, fields=["state", "closed_at"])
    guard.note(
        task,
        "commitments.broken_down",
        by=by,
        now=now,
        units=[one.lead.name for one in made] or [one.name for one in units],
    )
    return made
