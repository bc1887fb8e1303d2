"""Record the event that a relative duty waits for: one click turns it into a date, with the counting shown."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, WrongState
from tracker.commitments.models import BaseEvent, Commitment, Task
from tracker.commitments.services import guard
from tracker.commitments.working import reckoning_of
from tracker.org.selectors import workdays
from tracker.rules.civil import civil_day
from tracker.rules.followup import ENDED, State


@transaction.atomic
def record_event(
    *, commitment: Commitment, happened_on: date, evidence: str = "", by: Actor, now: datetime
) -> list[Task]:
    """Record that the event happened on a civil day, date the duty's open tasks from it and return them.

    A second recording corrects the first: the tasks get another deadline version and the earlier ones stay visible. Where
    the duty comes before its event, the day may lie ahead: it is the day the event is set for. Open to the supervision
    office and to the head of a lead unit; the event sets a date, and a liaison never sets a date. Raises `NotPermitted`,
    `WrongState` for a duty that waits for no event or is withdrawn, `Invalid` for a day that cannot be.
    """
    row = Commitment.objects.select_for_update(of=("self",)).select_related("document").get(pk=commitment.pk)
    _may_record(row, by)
    if row.relative is None:
        raise WrongState(_("This commitment waits for no event; its date is fixed."))
    if row.withdrawn_at is not None:
        raise WrongState(_("This commitment was withdrawn; nothing follows from its event any more."))
    if row.relative["direction"] != "before" and happened_on > civil_day(now):
        raise Invalid("happened_on", _("The event cannot lie in the future; record it on the day it has happened."))
    if happened_on < row.document.issued_on:
        raise Invalid("happened_on", _("The event lies before the document was issued; check the year."))
    event = BaseEvent.objects.create(
        commitment=row,
        happened_on=happened_on,
        evidence=evidence.strip(),
        recorded_at=now,
        recorded_by=by.name,
    )
    reckoned = reckoning_of(row, workdays(), happened_on)
    tasks = Task.objects.select_for_update(of=("self",)).select_related("lead").filter(commitment=row)
    changed = []
    for task in tasks.exclude(state__in=ENDED).order_by("pk"):
        guard.new_deadline(task, **reckoned.as_deadline(), reason=event.evidence, by=by, now=now)
        if task.state == State.WAITING:
            task.state = State.ASSIGNED
        guard.changed(task, now=now, fields=["state", *guard.DEADLINE_FIELDS])
        guard.note(
            task,
            "commitments.event_recorded",
            by=by,
            now=now,
            event=row.relative["event"],
            happened_on=happened_on.isoformat(),
            evidence=event.evidence,
            due=task.due.isoformat() if task.due else "",
        )
        changed.append(task)
    return changed


def _may_record(commitment: Commitment, by: Actor) -> None:
    if by.has(Role.SUPERVISION):
        return
    if commitment.units.filter(role="lead", unit__in=by.head_ids).exists():
        return
    raise NotPermitted(_("Only a lead unit's head or the supervision office may record this event: it sets the date."))
