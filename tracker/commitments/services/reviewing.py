"""Let the verifier close a task, close it as not achieved, or send it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid
from tracker.commitments.models import ProgressReport, Review, Task
from tracker.commitments.services import guard
from tracker.rules.followup import ENDED
from tracker.rules.transitions import Verb

VERBS = {
    Review.Decision.CLOSED: Verb.ACCEPT,
    Review.Decision.NOT_ACHIEVED: Verb.CLOSE_NOT_ACHIEVED,
    Review.Decision.RETURNED: Verb.RETURN_FOR_REWORK,
}
APPLICATIONS = (ProgressReport.Kind.CLOSE, ProgressReport.Kind.BACKFILL)


@transaction.atomic
def review(
    *,
    task: Task,
    decision: Review.Decision,
    reason: str = "",
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Review:
    """Decide on a task (审核): close it out (销号), close it as not achieved, or return it with a reason.

    The unit that did the work cannot verify it. A reason is needed for everything but a plain closing.
    """
    task = guard.lock(task, version)
    report = task.reports.filter(kind__in=APPLICATIONS).first()
    doers = {verb: {report.by_id} for verb in (Verb.APPLY_TO_CLOSE, Verb.CONFIRM_BACKFILL)} if report else {}
    state = guard.move(task, VERBS[decision], by, doers=doers)
    if decision != Review.Decision.CLOSED and not reason.strip():
        raise Invalid("reason", _("Give the reason; the unit and later readers will see it."))
    entry = Review.objects.create(
        task=task, report=report, decision=decision, reason=reason.strip(), at=now, by=by.name, by_post=by.post
    )
    task.state = state
    if state in ENDED:
        task.closed_at = now
    else:
        task.applied_at, task.done_on = None, None
    guard.changed(task, now=now, fields=["state", "closed_at", "applied_at", "done_on"])
    guard.note(task, f"commitments.review_{decision}", by=by, now=now, reason=entry.reason)
    return entry
