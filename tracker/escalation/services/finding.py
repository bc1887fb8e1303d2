"""Record what a person found on a step that only speaks, and carry the step out, or let it rest."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid, WrongState
from tracker.commitments.models import Task
from tracker.commitments.services import guard
from tracker.escalation.addressing import AddressBook
from tracker.escalation.models import Finding, StepTaken
from tracker.escalation.selectors.following import cases_of
from tracker.escalation.services.telling import Telling
from tracker.messaging.services import queue
from tracker.rules import finding as rules
from tracker.rules.civil import civil_day
from tracker.rules.due import entry_of, step_part
from tracker.rules.transitions import Verb


@transaction.atomic
def record_finding(
    *, task: Task, step: str, holds: bool, reason: str, by: Actor, now: datetime, version: int | None = None
) -> Finding:
    """Record whether what the step `step` (its key in the policy) needs has been found, with the reason.

    Found, the step takes effect today and is told to its addressee, once; found not to hold, it rests, and what counts from
    it with it. Open to the supervision office. Raises `NotPermitted`, `Invalid` without a reason, `WrongState` for a task
    at rest and for a step that waits for no finding, `Stale`.
    """
    task = guard.lock(task, version)
    guard.move(task, Verb.RECORD_FINDING, by)
    today = civil_day(now)
    (case,) = cases_of([task], now=now)
    if why := rules.fault(case.snapshot, case.follow_up, case.taken, step, holds=holds):
        raise WrongState(guard.in_words(why))
    reason = reason.strip()
    if not reason:
        raise Invalid("reason", _("Give the reason: facts that a reader can check."))
    rung = next(one for one in case.follow_up.steps if one.key == step)
    entry = entry_of(case.snapshot, case.follow_up, step_part(rung), case.taken)
    assert entry is not None, "a step that may be found on has been taken"
    key = next(key for key, one in case.taken.items() if one is entry)
    row = StepTaken.objects.select_for_update().get(key=key)
    finding = Finding.objects.create(
        step=row, holds=holds, finding=rung.needs_finding, reason=reason, at=now, by=by.name, by_id=by.user_id,
        by_post=by.post[:400],
    )  # fmt: skip
    book = AddressBook([task.lead], on=today, bodies=[rung.body] if rung.body else [])
    address = book.address(task.lead, rung.to, rung.body)
    if holds:
        row.effective_on = rules.decided(entry, today, holds=True).effective_on
        row.post, row.addressee = address.post, address.text
        row.save(update_fields=["effective_on", "post", "addressee"])
        telling = Telling([task], {}, book, now=now)
        telling.of_finding(task, rules.carried_out(case.snapshot, key, rung, today), address)
        queue(telling.items)
    guard.changed(task, now=now, fields=[])
    guard.note(
        task,
        "escalation.found" if holds else "escalation.not_found",
        by=by,
        now=now,
        key=row.key,
        title=rung.title,
        finding=rung.needs_finding,
        reason=reason,
        to=address.text if holds else "",
        basis=row.basis,
    )
    return finding
