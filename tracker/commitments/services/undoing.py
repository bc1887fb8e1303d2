"""Withdraw a change of a document that has taken effect and should not have: put back what it changed, once.

`selectors.undoing.undoing` says what that is, and withdrawing does that and nothing else. What was decided later on a task
stands on its own and is left alone, and the task's history says so. Nothing is deleted: the change, what it did and what was
put back stay on record. Notices, and proposals that were dismissed because their task had ended, stay as they are.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.audit.services import act, record, record_many
from tracker.commitments.models import Amendment, Commitment, Indicator
from tracker.commitments.selectors.undoing import Return, Undone, undoing
from tracker.commitments.services import guard
from tracker.documents.services import lock_document, reinstate_document
from tracker.rules.amending import Undoing
from tracker.rules.civil import civil_day


@transaction.atomic
def withdraw_amendment(
    *, amendment: Amendment, reason: str, by: Actor, now: datetime, seen: str | None = None
) -> Amendment:
    """Take back a change that has taken effect, with the reason; what was decided on a task since stays.

    `seen` is the digest of what somebody looked at. Raises `NotPermitted` for anybody but the supervision office, `Invalid`
    without a reason, `Stale` when the duties have changed since, `WrongState` for a change that is not in effect, or of a
    document that another change has ended meanwhile.
    """
    guard.registers(by)
    locked = Amendment.objects.select_for_update(of=("self",)).select_related("document", "instrument")
    amendment = locked.get(pk=amendment.pk)
    check_in_effect(amendment)
    amendment.document = lock_document(amendment.document)
    if not reason.strip():
        raise Invalid("reason", _("Say why the change is taken back; it stays on record."))
    found = undoing(amendment, locked=True)
    if found.ended_since:
        raise WrongState(
            _("The document has ended since, by a later change. Withdraw that one first if it was a mistake, too.")
        )
    if seen is not None and seen != found.seen:
        raise Stale(_("The duties have changed since the preview. Look at it again, then apply."))
    amendment.withdrawn_at, amendment.withdrawn_by, amendment.withdrawn_reason = now, by.name, reason.strip()
    amendment.undone = {becomes.value: [_said(one) for one in found.tasks.get(becomes, ())] for becomes in Undoing}
    amendment.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "undone"])
    _put_back_commitments(found, amendment, by=by, now=now)
    for one in found.put_back:
        _put_back(one, amendment, by=by, now=now)
    _leave(found, amendment, by=by, now=now)
    if found.document:
        reinstate_document(document=amendment.document, reason=amendment.withdrawn_reason, by=by, now=now)
    counts = {name: len(rows) for name, rows in amendment.undone.items() if rows}
    record(
        by=by,
        now=now,
        action="commitments.amendment_withdrawn",
        obj=amendment,
        reason=amendment.withdrawn_reason,
        **counts,
    )
    return amendment


def check_in_effect(amendment: Amendment) -> None:
    """Make sure the change can be withdrawn. Raises `WrongState`."""
    if amendment.withdrawn_at is not None:
        raise WrongState(_("This change was withdrawn already; it stays on record."))
    if amendment.applied_at is None:
        raise WrongState(_("This change has not taken effect. Cancel it instead."))


def _put_back_commitments(found: Undone, amendment: Amendment, *, by: Actor, now: datetime) -> None:
    """Let the promises stand again, their next instance to be looked for today, and give the moved ones their date back."""
    for row in found.revived:
        row.withdrawn_at, row.withdrawn_reason, row.ended_by = None, "", None
        row.next_instance_on = civil_day(now)
    columns = ["withdrawn_at", "withdrawn_reason", "ended_by", "next_instance_on"]
    Commitment.objects.bulk_update(found.revived, columns, batch_size=500)
    moved = list(Commitment.objects.filter(pk__in=found.dates))
    for row in moved:
        row.amended_due = found.dates[row.pk]
    Commitment.objects.bulk_update(moved, ["amended_due"], batch_size=500)
    Indicator.objects.filter(pk__in=[row.pk for row in found.indicators]).update(next_look_at=now)
    detail = {"by_what": amendment.by_what, "reason": amendment.withdrawn_reason}
    acts = [act("commitments.commitment_reinstated", row, key=row.key, **detail) for row in found.revived]
    record_many(by=by, now=now, acts=acts)


def _put_back(one: Return, amendment: Amendment, *, by: Actor, now: datetime) -> None:
    task, detail = one.task, _reason(amendment)
    if one.earlier is None:
        task.state, task.closed_at = one.state, None
        guard.changed(task, now=now, fields=["state", "closed_at"])
        guard.note(task, "commitments.stands_again", by=by, now=now, **detail)
        return
    old, earlier = task.due, one.earlier
    guard.new_deadline(
        task,
        due=earlier.due,
        start=earlier.start,
        working=[*earlier.working, ["amendment.withdrawn", {"by": amendment.by_what, "old": str(old)}]],
        convention=earlier.convention,
        provisional=earlier.provisional,
        reason=amendment.withdrawn_reason,
        by=by,
        now=now,
    )
    guard.changed(task, now=now, fields=guard.DEADLINE_FIELDS)
    guard.note(
        task, "commitments.date_put_back", by=by, now=now, old_due=str(old or ""), due=str(task.due or ""), **detail
    )


def _leave(found: Undone, amendment: Amendment, *, by: Actor, now: datetime) -> None:
    """Write into the history of what stays why the withdrawal did not reach it; nothing of the task changes."""
    detail = _reason(amendment)
    acts = [act("commitments.left_as_decided", one.task, why=one.becomes.value, **detail) for one in found.left]
    record_many(by=by, now=now, acts=acts)


def _reason(amendment: Amendment) -> dict[str, Any]:
    return {"by_what": amendment.by_what, "reason": amendment.withdrawn_reason}


def _said(one: Return) -> dict[str, Any]:
    """Return a task as it stands after the withdrawal, to be read when it has moved on."""
    task = one.task
    return {
        "task": task.pk,
        "title": task.title,
        "lead": task.lead.name,
        "due": one.due.isoformat() if one.due else None,
        "state": one.state if one.becomes is Undoing.STANDS_AGAIN else task.state,
    }
