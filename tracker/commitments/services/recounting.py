"""Correct a working day, and count anew the dates that rested on what it was.

Only a date that the calendar alone has set moves: one that a person has set (an extension, a returned task) stays, and
so does one that has passed. What moves is shown before it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from tracker.audit.actors import Actor
from tracker.commitments.models import Commitment, Task
from tracker.commitments.selectors.events import newest_events
from tracker.commitments.services import guard
from tracker.commitments.services.redating import plain_reckoning, with_suspensions
from tracker.commitments.working import Reckoned
from tracker.org import selectors as org
from tracker.org import services as org_services
from tracker.org.models import WorkdayOverride
from tracker.rules.civil import civil_day
from tracker.rules.followup import ENDED
from tracker.rules.workdays import WorkdayCalendar


@dataclass(frozen=True, slots=True)
class Recounted:
    """Be one open task whose date another calendar moves."""

    task: Task
    reckoned: Reckoned


def moved_by(calendar: WorkdayCalendar, *, today: date) -> list[Recounted]:
    """Return the open tasks whose date `calendar` would move, as it would be; nothing is written."""
    before = org.workdays()
    rows = Task.objects.filter(due__gte=today, commitment__withdrawn_at=None).exclude(state__in=ENDED)
    tasks = list(rows.select_related("lead", "broken_from").order_by("due", "pk"))
    commitments = Commitment.objects.filter(pk__in={task.commitment_id for task in tasks})
    by_id = {row.pk: row for row in commitments.select_related("document").prefetch_related("units__unit")}
    events = newest_events(by_id.values())
    found = []
    for task in tasks:
        commitment = by_id[task.commitment_id]
        old, new = (plain_reckoning(task, commitment, events, one) for one in (before, calendar))
        if old is None or new is None or (old.due, old.start) == (new.due, new.start):
            continue
        if with_suspensions(task, old, before).due != task.due:
            continue
        found.append(Recounted(task, with_suspensions(task, new, calendar)))
    return found


@transaction.atomic
def correct_workday(
    *, day: date, is_workday: bool, reason: str, source: str, by: Actor, now: datetime
) -> list[Recounted]:
    """Correct one day of the calendar and recount what rests on it; return what moved.

    Every earlier date stays visible. Raises `org.errors.Invalid` and `NotPermitted`.
    """
    calendar = org.workdays_with(day, is_workday=is_workday, reason=reason)
    moved = moved_by(calendar, today=civil_day(now))
    org_services.correct_workday(day=day, is_workday=is_workday, reason=reason, source=source, by=by, now=now)
    _move(moved, f"{day.isoformat()} {reason}（{source}）", by=by, now=now)
    return moved


@transaction.atomic
def withdraw_correction(*, correction: WorkdayOverride, reason: str, by: Actor, now: datetime) -> list[Recounted]:
    """Take a correction of the calendar back and recount what rested on it; return what moved."""
    calendar = org.workdays_with(correction.day, is_workday=None, reason="")
    moved = moved_by(calendar, today=civil_day(now))
    org_services.withdraw_correction(correction=correction, reason=reason, by=by, now=now)
    _move(moved, f"{correction.day.isoformat()} {reason}", by=by, now=now)
    return moved


def _move(moved: list[Recounted], why: str, *, by: Actor, now: datetime) -> None:
    guard.registers(by)
    for one in moved:
        task = guard.lock(one.task, None)
        old = task.due
        guard.new_deadline(task, **one.reckoned.as_deadline(), reason=why, by=by, now=now)
        guard.changed(task, now=now, fields=guard.DEADLINE_FIELDS)
        guard.note(task, "commitments.workdays_corrected", by=by, now=now, old_due=str(old), due=str(task.due), why=why)
    # Steps are counted in working days too, so that the next sweep looks at everything that runs.
    Task.objects.exclude(state__in=ENDED).filter(next_look_at__gt=now).update(next_look_at=now)
