"""Repeal, replace or amend a document, and let its duties end or move with it, once, from the day of effect on.

`selectors.amending.effect` says what a change does, and applying does that and nothing else. Reminders and steps stop
because their tasks ended or moved: an ended task is silent, a proposal on it is dismissed by the next sweep, its calendar
entry is cancelled. Notices that were signed stay as they are; a person withdraws them. A change that was a mistake is
withdrawn by `undoing`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.audit.services import act, record, record_many
from tracker.commitments.models import Amendment, Commitment, Indicator, Provision, Task
from tracker.commitments.selectors.amending import (
    DATED,
    AmendmentDraft,
    Effect,
    ProvisionDraft,
    effect,
    standing_commitments,
)
from tracker.commitments.services import guard
from tracker.commitments.working import AMENDED
from tracker.documents.services import end_document, lock_document
from tracker.rules.amending import Fate
from tracker.rules.civil import civil_day
from tracker.rules.followup import State

log = logging.getLogger(__name__)

Kind = Amendment.Kind


def check(draft: AmendmentDraft) -> None:
    """Make sure the change can be recorded.

    Raises `Invalid` with the field and what to do (`due_<id>` for the date of the promise with that id), `WrongState` for a
    document that has ended.
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
    if not draft.whole:
        _check_provisions(draft)


def _check_provisions(draft: AmendmentDraft) -> None:
    if not draft.provisions:
        raise Invalid("provisions", _("Say for at least one promise that it ends or gets another date."))
    standing = {row.pk for row in standing_commitments(draft.document)}
    chosen = [one.commitment.pk for one in draft.provisions]
    if any(pk not in standing for pk in chosen):
        raise Invalid("provisions", _("One of these promises is no longer in force. Open the page again."))
    if len(set(chosen)) < len(chosen):
        raise Invalid("provisions", _("One act does one thing to a promise; this one is named twice."))
    for one in draft.provisions:
        if one.new_due is None:
            continue
        field = f"due_{one.commitment.pk}"
        if one.commitment.kind not in DATED:
            raise Invalid(
                field,
                _("“%(title)s” has no single date to set. End it here and register the new promise with its document.")
                % {"title": one.commitment.title},
            )
        if one.new_due < draft.effective_on:
            raise Invalid(field, _("The new date lies before the day of effect."))


@transaction.atomic
def amend(*, draft: AmendmentDraft, by: Actor, now: datetime, seen: str | None = None) -> Amendment:
    """Record a change of a document; it is made at once if its day has come, else by the sweep of that day.

    `seen` is the digest of the effect somebody looked at. Raises `NotPermitted` for anybody but the supervision office,
    `Invalid` for what `check` refuses, `Stale` when the effect is no longer what was looked at.
    """
    guard.registers(by)
    draft = replace(draft, document=lock_document(draft.document))
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
        late_too=draft.late_too,
        recorded_at=now,
        recorded_by=by.name,
    )
    if not amendment.whole:
        Provision.objects.bulk_create(
            [
                Provision(
                    amendment=amendment, commitment=one.commitment, new_due=one.new_due, clause=one.clause.strip()
                )
                for one in draft.provisions
            ]
        )
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
                    amendment.document = lock_document(amendment.document)
                    _apply(amendment, effect(draft_of(amendment), locked=True), by=by, now=now)
                    made.append(amendment)
        except Exception:
            log.exception("Amendment %s could not be made.", pk)
    return made


@transaction.atomic
def cancel_amendment(*, amendment: Amendment, reason: str, by: Actor, now: datetime) -> Amendment:
    """Cancel a recorded change before its day; one that has taken effect is withdrawn (`undoing`)."""
    guard.registers(by)
    amendment = Amendment.objects.select_for_update(of=("self",)).get(pk=amendment.pk)
    if not amendment.waits:
        raise WrongState(
            _("This change has taken effect, or was cancelled. One that has taken effect is withdrawn instead.")
        )
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
        provisions=tuple(
            ProvisionDraft(one.commitment, one.new_due, one.clause)
            for one in amendment.provisions.select_related("commitment__clause", "commitment__document")
        ),
        late_too=amendment.late_too,
    )


def _apply(amendment: Amendment, found: Effect, *, by: Actor, now: datetime) -> None:
    """Make the change: the document's end, its promises', its tasks'; all tasks are locked."""
    clauses = dict(amendment.provisions.exclude(clause="").values_list("commitment_id", "clause"))
    amendment.outcome = {
        becomes.value: [
            # What stays as it was has no other date, though its promise has.
            _said(task, found.dates.get(task.commitment_id) if becomes is Fate.MOVES else None)
            for task in found.tasks.get(becomes, [])
        ]
        for becomes in Fate
    }
    for task in found.tasks[Fate.MOVES]:
        _move(task, amendment, found.dates[task.commitment_id], clauses, by=by, now=now)
    _redate(found, now=now)
    _end_commitments(found.ending, amendment, clauses, by=by, now=now)
    _end(found.tasks[Fate.ENDS], amendment, clauses, by=by, now=now)
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


def _redate(found: Effect, *, now: datetime) -> None:
    """Keep the new date of each promise beside that of its text, and let the jobs look at the targets it moves."""
    moved = [row for row in found.commitments if row.pk in found.dates]
    for row in moved:
        row.amended_due = found.dates[row.pk]
    Commitment.objects.bulk_update(moved, ["amended_due"], batch_size=500)
    # Only an index: by the new day a target may be in reach again, or no longer.
    Indicator.objects.filter(commitment__in=moved).update(next_look_at=now)


def _end_commitments(
    rows: tuple[Commitment, ...], amendment: Amendment, clauses: Mapping[int, str], *, by: Actor, now: datetime
) -> None:
    for row in rows:
        row.withdrawn_at, row.withdrawn_reason = now, amendment.words
        row.ended_by, row.next_instance_on = amendment, None
    Commitment.objects.bulk_update(
        rows, ["withdrawn_at", "withdrawn_reason", "ended_by", "next_instance_on"], batch_size=500
    )
    acts = [
        act(
            "commitments.commitment_ended",
            row,
            key=row.key,
            by_what=amendment.by_what,
            clause=clauses.get(row.pk, amendment.clause),
        )
        for row in rows
    ]
    record_many(by=by, now=now, acts=acts)


def _end(tasks: list[Task], amendment: Amendment, clauses: Mapping[int, str], *, by: Actor, now: datetime) -> None:
    for task in tasks:
        # Not by its source: loading the gazette again must not bring back what another document has ended.
        task.state, task.closed_at, task.withdrawn_by_source = State.WITHDRAWN, now, False
        task.version, task.changed_at, task.next_look_at = task.version + 1, now, now
    columns = ["state", "closed_at", "withdrawn_by_source", "version", "changed_at", "next_look_at"]
    Task.objects.bulk_update(tasks, columns, batch_size=500)
    acts = [act("commitments.ended_with_document", task, **_reason(amendment, task, clauses)) for task in tasks]
    record_many(by=by, now=now, acts=acts)


def _move(task: Task, amendment: Amendment, due: date, clauses: Mapping[int, str], *, by: Actor, now: datetime) -> None:
    old = task.due
    guard.new_deadline(
        task,
        due=due,
        start=task.start,
        working=[["amendment.redated", {"by": amendment.by_what, "new": due.isoformat()}]],
        convention=AMENDED,
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
        **_reason(amendment, task, clauses),
    )


def _reason(amendment: Amendment, task: Task, clauses: Mapping[int, str]) -> dict[str, Any]:
    clause = clauses.get(task.commitment_id, amendment.clause)
    found = {"by_what": amendment.by_what, "clause": clause, "reason": amendment.words}
    return {name: value for name, value in found.items() if value}


def _said(task: Task, new_due: date | None) -> dict[str, Any]:
    """Return a task as it stood when the change was made, to be read when it has moved on; `to` is its new date."""
    said = {
        "task": task.pk,
        "title": task.title,
        "lead": task.lead.name,
        "due": task.due.isoformat() if task.due else None,
        "state": task.state,
    }
    return said | {"to": new_due.isoformat()} if new_due else said
