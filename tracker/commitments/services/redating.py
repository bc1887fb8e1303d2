"""Reckon anew the dates that rested on holidays not announced yet, once the State Council has announced them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from tracker.audit.actors import Actor
from tracker.commitments.expected import ExpectedTask, every_task
from tracker.commitments.models import Commitment, Task
from tracker.commitments.selectors.events import newest_events
from tracker.commitments.services import guard
from tracker.org.selectors import workdays as county_workdays
from tracker.rules.followup import ENDED
from tracker.rules.workdays import WorkdayCalendar


@transaction.atomic
def redate_provisional(*, now: datetime, by: Actor) -> list[Task]:
    """Give every open task whose provisional date can now be counted for certain that date, and return those tasks.

    Costs nothing while no year has become known. The provisional date stays visible as an earlier version.
    """
    workdays = county_workdays()
    rows = Task.objects.select_for_update(of=("self",)).filter(
        provisional=True, due__lte=date(workdays.known_through, 12, 31)
    )
    tasks = list(rows.exclude(state__in=ENDED).select_related("lead", "broken_from").order_by("pk"))
    wanted = _wanted(tasks, workdays)
    changed = []
    for task in tasks:
        one = wanted.get(task.broken_from.key if task.broken_from else task.key)
        if one is None or one.reckoned.provisional:
            continue
        old = task.due
        guard.new_deadline(task, **one.reckoned.as_deadline(), reason="", by=by, now=now)
        guard.changed(task, now=now, fields=guard.DEADLINE_FIELDS)
        guard.note(task, "commitments.holidays_announced", by=by, now=now, old_due=str(old), due=str(task.due))
        changed.append(task)
    return changed


def _wanted(tasks: Sequence[Task], workdays: WorkdayCalendar) -> dict[str, ExpectedTask]:
    ids = {task.commitment_id for task in tasks}
    if not ids:
        return {}
    through = max(task.due for task in tasks if task.due)
    rows = Commitment.objects.filter(pk__in=ids).select_related("document").prefetch_related("units__unit")
    events = newest_events(rows)
    found: dict[str, ExpectedTask] = {}
    for row in rows:
        event = events.get(row.pk)
        found |= every_task(row, workdays, through=through, happened_on=event.happened_on if event else None)
    return found
