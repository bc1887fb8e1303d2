"""Let a unit ask for a later date: the unit head agrees first, the verifier decides second, the old date stays."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, WrongState
from tracker.commitments.models import Extension, Task
from tracker.commitments.services import guard
from tracker.org.models import Unit
from tracker.rules import extension as extension_rules
from tracker.rules.civil import civil_day
from tracker.rules.followup import State, TaskSnapshot
from tracker.rules.transitions import Verb
from tracker.rules.wording import note


@transaction.atomic
def request_extension(
    *,
    task: Task,
    unit: Unit,
    new_due: date,
    reason: str,
    progress: str,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Extension:
    """Ask for a later date, on the due date at the latest, with reason, new date and progress so far.

    Asked for by the unit's head, the request carries the unit's agreement. Raises `Invalid`, `WrongState`, `Stale`.
    """
    task = guard.lock(task, version)
    guard.own_unit(task, unit, by, lead=True)
    guard.move(task, Verb.REQUEST_EXTENSION, by)
    picture = TaskSnapshot(task.pk, State(task.state), task.due, civil_day(task.opened_at))
    fault = extension_rules.request_fault(picture, new_due, civil_day(now))
    if fault is not None or task.due is None:
        raise Invalid("new_due", guard.in_words(fault or note("extension.undated")))
    for name, value in (("reason", reason), ("progress", progress)):
        if not value.strip():
            raise Invalid(name, _("Fill this in; the unit head and the supervision office decide on it."))
    if task.extensions.filter(state__in=[Extension.State.REQUESTED, Extension.State.AGREED]).exists():
        raise WrongState(_("An extension has already been asked for and is not yet decided."))
    extension = Extension.objects.create(
        task=task,
        unit=unit,
        old_due=task.due,
        new_due=new_due,
        reason=reason.strip(),
        progress=progress.strip(),
        requested_at=now,
        requested_by=by.name,
        requested_by_id=by.user_id,
    )
    if not extension_rules.needs_agreement(capacity(unit, by)):
        extension.state, extension.agreed_at = Extension.State.AGREED, now
        extension.agreed_by, extension.agreed_by_id = by.name, by.user_id
        extension.save(update_fields=["state", "agreed_at", "agreed_by", "agreed_by_id"])
    guard.changed(task, now=now, fields=[])
    guard.note(
        task, "commitments.extension_requested", by=by, now=now, new_due=new_due.isoformat(), reason=extension.reason
    )
    return extension


@transaction.atomic
def agree_extension(
    *, extension: Extension, agreed: bool = True, reason: str = "", by: Actor, now: datetime
) -> Extension:
    """Agree, as the unit's head, that the request may leave the unit; not agreed to, it ends there and the old date stands.

    Raises `Invalid` when the head does not agree and says no reason, `WrongState`, `NotPermitted`.
    """
    task, extension = _locked(extension, Extension.State.REQUESTED)
    if extension.unit_id not in by.head_ids:
        raise NotPermitted(_("Only the head of %(unit)s can agree to this request.") % {"unit": extension.unit})
    guard.move(task, Verb.AGREE_EXTENSION, by, doers={Verb.REQUEST_EXTENSION: {extension.requested_by_id}})
    if not agreed:
        if not reason.strip():
            raise Invalid("reason", _("Give the reason for not agreeing; whoever asked will see it."))
        extension.state, extension.decided_at, extension.decided_by = Extension.State.REFUSED, now, by.name
        extension.decision_reason = reason.strip()
        extension.save(update_fields=["state", "decided_at", "decided_by", "decision_reason"])
        action = "commitments.extension_declined"
    else:
        extension.state, extension.agreed_at, extension.agreed_by = Extension.State.AGREED, now, by.name
        extension.agreed_by_id = by.user_id
        extension.save(update_fields=["state", "agreed_at", "agreed_by", "agreed_by_id"])
        action = "commitments.extension_agreed"
    guard.changed(task, now=now, fields=[])
    guard.note(task, action, by=by, now=now, new_due=extension.new_due.isoformat(), reason=extension.decision_reason)
    return extension


@transaction.atomic
def decide_extension(*, extension: Extension, granted: bool, reason: str = "", by: Actor, now: datetime) -> Extension:
    """Grant or refuse an agreed request, as the verifier; granted, the task gets a new deadline version."""
    task, extension = _locked(extension, Extension.State.AGREED)
    doers = {
        Verb.REQUEST_EXTENSION: {extension.requested_by_id},
        Verb.AGREE_EXTENSION: {extension.agreed_by_id},
    }
    guard.move(task, Verb.DECIDE_EXTENSION, by, doers=doers)
    if not granted and not reason.strip():
        raise Invalid("reason", _("Give the reason for refusing; the unit will see it."))
    extension.state = Extension.State.GRANTED if granted else Extension.State.REFUSED
    extension.decided_at, extension.decided_by, extension.decision_reason = now, by.name, reason.strip()
    extension.save(update_fields=["state", "decided_at", "decided_by", "decision_reason"])
    fields: tuple[str, ...] = ()
    if granted:
        guard.new_deadline(
            task,
            due=extension.new_due,
            start=task.start,
            working=[
                ["extension.granted", {"old": extension.old_due.isoformat(), "new": extension.new_due.isoformat()}]
            ],
            convention="extended",
            provisional=False,
            reason=extension.reason,
            by=by,
            now=now,
        )
        fields = guard.DEADLINE_FIELDS
    guard.changed(task, now=now, fields=fields)
    guard.note(
        task,
        f"commitments.extension_{extension.state}",
        by=by,
        now=now,
        old_due=extension.old_due.isoformat(),
        new_due=extension.new_due.isoformat(),
        reason=extension.decision_reason,
    )
    return extension


def capacity(unit: Unit, by: Actor) -> Role:
    """Return in which capacity a person of the unit asks: as its head only who is the head of this very unit."""
    return Role.UNIT_HEAD if unit.pk in by.head_ids else Role.LIAISON


def _locked(extension: Extension, expected: Extension.State) -> tuple[Task, Extension]:
    task = guard.lock(extension.task, None)
    extension = Extension.objects.select_related("unit").get(pk=extension.pk)
    if extension.state != expected:
        raise WrongState(
            _("The request is “%(state)s”; this cannot be done now.") % {"state": extension.get_state_display()}
        )
    return task, extension
