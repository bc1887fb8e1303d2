"""Repeal, replace or amend a document, and let its duties end or move with it, once, from the day of effect on.

`selectors.amending.effect` says what a change does, and applying does that and nothing else. Reminders and steps stop
because their tasks ended or moved: an ended task is silent, a proposal on it is dismissed by the next sweep, its calendar
entry is cancelled. Notices that were signed stay as they are; a person withdraws them.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.audit.services import act, record, record_many
from tracker.commitments.models import Amendment, Commitment, Task
from tracker.commitments.selectors.amending import DATED, AmendmentDraft, Effect, effect, standing_commitments
from tracker.commitments.services import guard
from tracker.documents.services import end_document
from tracker.rules.amending import Fate
from tracker.rules.civil import civil_day
from tracker.rules.followup import State

log = logging.getLogger(__name__)

Kind = Amendment.Kind


def check(draft: AmendmentDraft) -> None:
    """Make sure the change can be recorded.

    Raises `Invalid` with the field and what to do, `WrongState` for a document that has ended.
    """
    if draft.document.repealed_on is not None:
        raise WrongState(_("This document is no longer in force; nothing more can be changed about it."))
    if draft.instrument is None and not draft.instrument_text.strip():
        raise Invalid("instrument", _("Choose the document that makes the change, or write its number and title."))
    if draft.instrument is not None and draft.instrument.pk == draft.document.pk:
        raise Invalid("instrument", _("A document does not change itself; choose the one that changes it."))
    if draft.kind == Kind.REPLACE and draft.instrument is None:
        raise Invalid(
            "instrument", _("Choose the document that takes its place; one outside the gazette can only repeal it.")
        )
    if not draft.words.strip():
        raise Invalid("words", _("Quote the words that make the change; they are shown wherever it shows."))
    if draft.effective_on < draft.document.issued_on:
        raise Invalid("effective_on", _("The day of effect lies before the document was issued."))
    if draft.kind in {Kind.REPEAL, Kind.REPLACE}:
        return
    if not draft.commitments:
        raise Invalid("commitments", _("Choose at least one promise."))
    standing = {row.pk for row in standing_commitments(draft.document)}
    if any(row.pk not in standing for row in draft.commitments):
        raise Invalid("commitments", _("One of these promises is no longer in force. Open the page again."))
    if draft.kind == Kind.DATE:
        _check_date(draft)


def _check_date(draft: AmendmentDraft) -> None:
    if draft.new_due is None:
        raise Invalid("new_due", _("Give the new date."))
    if draft.new_due < draft.effective_on:
        raise Invalid("new_due", _("The new date lies before the day of effect."))
    odd = next((row for row in draft.commitments if row.kind not in DATED), None)
    if odd is not None:
        raise Invalid(
            "commitments",
            _("“%(title)s” has no single date to set. End it here and register the new promise with its document.")
            % {"title": odd.title},
        )


@transaction.atomic
def amend(*, draft: AmendmentDraft, by: Actor, now: datetime, seen: str | None = None) -> Amendment:
    """Record a change of a document; it is made at once if its day has come, else by the sweep of that day.

    `seen` is the digest of the effect somebody looked at. Raises `NotPermitted` for anybody but the supervision office,
    `Invalid` for what `check` refuses, `Stale` when the effect is no longer what was looked at.
    """
    guard.registers(by)
    check(draft)
    found = effect(draft, locked=True)
    if seen is not None and seen != found.seen:
        raise Stale(_("The duties have changed since the preview. Look at it again, then apply."))
    waiting = Amendment.objects.filter(document=draft.document, applied_at=None, cancelled_at=None)
    if waiting.filter(kind__in=[Kind.REPEAL, Kind.REPLACE]).exists():
        raise WrongState(_("A repeal of this document is recorded already and waits for its day. Cancel it first."))
    amendment = Amendment.objects.create(
        document=draft.document,
        kind=draft.kind,
        instrument=draft.instrument,
        instrument_text="" if draft.instrument else draft.instrument_text.strip(),
        clause=draft.clause.strip(),
        words=draft.words.strip(),
        effective_on=draft.effective_on,
        new_due=draft.new_due if draft.kind == Kind.DATE else None,
        late_too=draft.late_too,
        recorded_at=now,
        recorded_by=by.name,
    )
    amendment.commitments.set([] if amendment.whole else draft.commitments)
    record(
        by=by,
        now=now,
        action="commitments.amendment_recorded",
        obj=amendment,
        document=draft.document.slug,
        kind=draft.kind,
        effective_on=draft.effective_on.isoformat(),
        words=amendment.words,
    )
    if draft.effective_on <= civil_day(now):
        _apply(amendment, found, by=by, now=now)
    return amendment


def apply_due_amendments(*, now: datetime, by: Actor) -> list[Amendment]:
    """Make the recorded changes whose day has come and return them; one that fails is logged and stops no other.

    Costs one look at an index while none is due. Called by the sweep.
    """
    due = Amendment.objects.filter(applied_at=None, cancelled_at=None, effective_on__lte=civil_day(now))
    made = []
    for pk in list(due.order_by("effective_on", "pk").values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                amendment = (
                    Amendment.objects.select_for_update(of=("self",))
                    .select_related("document", "instrument")
                    .get(pk=pk)
                )
                if amendment.waits:
                    _apply(amendment, effect(draft_of(amendment), locked=True), by=by, now=now)
                    made.append(amendment)
        except Exception:
            log.exception("Amendment %s could not be made.", pk)
    return made


@transaction.atomic
def cancel_amendment(*, amendment: Amendment, reason: str, by: Actor, now: datetime) -> Amendment:
    """Cancel a recorded change before its day; one that has taken effect is history and stays."""
    guard.registers(by)
    amendment = Amendment.objects.select_for_update(of=("self",)).get(pk=amendment.pk)
    if not amendment.waits:
        raise WrongState(_("This change has taken effect, or was cancelled; it stays on record."))
    if not reason.strip():
        raise Invalid("reason", _("Say why the change is not made; it stays on record."))
    amendment.cancelled_at, amendment.cancelled_by, amendment.cancelled_reason = now, by.name, reason.strip()
    amendment.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_reason"])
    record(by=by, now=now, action="commitments.amendment_cancelled", obj=amendment, reason=amendment.cancelled_reason)
    return amendment


def draft_of(amendment: Amendment) -> AmendmentDraft:
    """Return a recorded change as a draft, so that its effect can be asked for on another day."""
    return AmendmentDraft(
        document=amendment.document,
        kind=amendment.kind,
        effective_on=amendment.effective_on,
        words=amendment.words,
        instrument=amendment.instrument,
        instrument_text=amendment.instrument_text,
        clause=amendment.clause,
        commitments=tuple(amendment.commitments.all()),
        new_due=amendment.new_due,
        late_too=amendment.late_too,
    )


def _apply(amendment: Amendment, found: Effect, *, by: Actor, now: datetime) -> None:
    """Make the change: the document's end, its promises', its tasks'; all tasks are locked."""
    amendment.outcome = {becomes.value: [_said(task) for task in found.tasks.get(becomes, [])] for becomes in Fate}
    if amendment.kind == Kind.DATE:
        for task in found.tasks[Fate.MOVES]:
            _move(task, amendment, by=by, now=now)
    else:
        _end_commitments(found.commitments, amendment, by=by, now=now)
        _end(found.tasks[Fate.ENDS], amendment, by=by, now=now)
    if amendment.whole:
        end_document(
            document=amendment.document,
            on=amendment.effective_on,
            superseded_by=amendment.instrument if amendment.kind == Kind.REPLACE else None,
            by=by,
            now=now,
        )
    amendment.applied_at = now
    amendment.save(update_fields=["applied_at", "outcome"])
    counts = {name: len(tasks) for name, tasks in amendment.outcome.items() if tasks}
    record(by=by, now=now, action="commitments.amendment_applied", obj=amendment, **counts)


def _end_commitments(rows: tuple[Commitment, ...], amendment: Amendment, *, by: Actor, now: datetime) -> None:
    for row in rows:
        row.withdrawn_at, row.withdrawn_reason = now, amendment.words
        row.ended_by, row.next_instance_on = amendment, None
    Commitment.objects.bulk_update(
        rows, ["withdrawn_at", "withdrawn_reason", "ended_by", "next_instance_on"], batch_size=500
    )
    reason = {"by_what": amendment.by_what, "clause": amendment.clause}
    record_many(by=by, now=now, acts=[act("commitments.commitment_ended", row, key=row.key, **reason) for row in rows])


def _end(tasks: list[Task], amendment: Amendment, *, by: Actor, now: datetime) -> None:
    for task in tasks:
        # Not by its source: loading the gazette again must not bring back what another document has ended.
        task.state, task.closed_at, task.withdrawn_by_source = State.WITHDRAWN, now, False
        task.version, task.changed_at, task.next_look_at = task.version + 1, now, now
    columns = ["state", "closed_at", "withdrawn_by_source", "version", "changed_at", "next_look_at"]
    Task.objects.bulk_update(tasks, columns, batch_size=500)
    detail = _reason(amendment)
    record_many(by=by, now=now, acts=[act("commitments.ended_with_document", task, **detail) for task in tasks])


def _move(task: Task, amendment: Amendment, *, by: Actor, now: datetime) -> None:
    assert amendment.new_due is not None, "a change of date has a date"
    old = task.due
    guard.new_deadline(
        task,
        due=amendment.new_due,
        start=task.start,
        working=[["amendment.redated", {"by": amendment.by_what, "new": amendment.new_due.isoformat()}]],
        convention="amended",
        provisional=False,
        reason=amendment.words,
        by=by,
        now=now,
    )
    guard.changed(task, now=now, fields=guard.DEADLINE_FIELDS)
    guard.note(
        task,
        "commitments.moved_with_document",
        by=by,
        now=now,
        old_due=str(old or ""),
        due=str(task.due),
        **_reason(amendment),
    )


def _reason(amendment: Amendment) -> dict[str, Any]:
    found = {"by_what": amendment.by_what, "clause": amendment.clause, "reason": amendment.words}
    return {name: value for name, value in found.items() if value}


def _said(task: Task) -> dict[str, Any]:
    """Return a task as it stood when the change was made, to be read when it has moved on."""
    return {
        "task": task.pk,
        "title": task.title,
        "lead": task.lead.name,
        "due": task.due.isoformat() if task.due else None,
        "state": task.state,
    }
