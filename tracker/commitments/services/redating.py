"""Reckon anew the dates that rested on holidays not announced yet, once the State Council has announced them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction

from tracker.audit.actors import Actor
from tracker.commitments.expected import ExpectedTask, every_task
from tracker.commitments.models import BaseEvent, Commitment, Task
from tracker.commitments.selectors.events import newest_events
from tracker.commitments.services import guard
from tracker.commitments.services.suspending import RESUMED, days_added
from tracker.commitments.working import Reckoned
from tracker.org.selectors import workdays as county_workdays
from tracker.rules.civil import civil_day
from tracker.rules.extension import due_after_suspension
from tracker.rules.followup import ENDED
from tracker.rules.workdays import WorkdayCalendar

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Redated:
    """Hold the tasks whose date moved, those whose date only became certain, and the keys of those that failed."""

    moved: list[Task] = field(default_factory=list)
    confirmed: list[Task] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@transaction.atomic
def redate_provisional(*, now: datetime, by: Actor) -> Redated:
    """Count for certain, for every open task, the provisional date that can be by now.

    Costs next to nothing while no year has become known. A date that moves stays visible as an earlier version; one that
    comes out the same only loses its mark, for nothing has changed for anybody. Days a task was suspended for are added
    again. One row that cannot be reckoned is logged, named and left as it is.
    """
    redated = Redated()
    workdays = county_workdays()
    rows = Task.objects.select_for_update(of=("self",)).filter(
        provisional=True, due__lte=date(workdays.known_through, 12, 31)
    )
    tasks = list(rows.exclude(state__in=ENDED).select_related("lead", "broken_from").order_by("pk"))
    if not tasks:
        return redated
    commitments = Commitment.objects.filter(pk__in={task.commitment_id for task in tasks})
    by_id = {row.pk: row for row in commitments.select_related("document").prefetch_related("units__unit")}
    events = newest_events(by_id.values())
    for task in tasks:
        try:
            with transaction.atomic():
                _redate(task, by_id[task.commitment_id], events, workdays, redated, by=by, now=now)
        except Exception:
            log.exception("The provisional date of task %s cannot be reckoned anew.", task.key)
            redated.failed.append(task.key)
    return redated


def _redate(
    task: Task,
    commitment: Commitment,
    events: Mapping[int, BaseEvent],
    workdays: WorkdayCalendar,
    redated: Redated,
    *,
    by: Actor,
    now: datetime,
) -> None:
    plain = plain_reckoning(task, commitment, events, workdays)
    if plain is None:
        return
    reckoned = with_suspensions(task, plain, workdays)
    if reckoned.provisional:
        return
    if (reckoned.due, reckoned.start) == (task.due, task.start):
        task.deadlines.filter(version=task.due_version).update(provisional=False, working=reckoned.working)
        task.provisional = False
        guard.changed(task, now=now, fields=["provisional"])
        guard.note(task, "commitments.date_confirmed", by=by, now=now, due=str(task.due))
        redated.confirmed.append(task)
        return
    old = task.due
    guard.new_deadline(task, **reckoned.as_deadline(), reason="", by=by, now=now)
    guard.changed(task, now=now, fields=guard.DEADLINE_FIELDS)
    guard.note(task, "commitments.holidays_announced", by=by, now=now, old_due=str(old), due=str(task.due))
    redated.moved.append(task)


def plain_reckoning(
    task: Task, commitment: Commitment, events: Mapping[int, BaseEvent], workdays: WorkdayCalendar
) -> Reckoned | None:
    """Return a dated task's date by a calendar, without its suspensions; None where its commitment calls for it no more."""
    event = events.get(commitment.pk)
    assert task.due is not None, "only a date can be counted anew"
    wanted: Mapping[str, ExpectedTask] = every_task(
        commitment, workdays, through=task.due, happened_on=event.happened_on if event else None
    )
    one = wanted.get(task.broken_from.key if task.broken_from else task.key)
    return one.reckoned if one else None


def with_suspensions(task: Task, reckoned: Reckoned, workdays: WorkdayCalendar) -> Reckoned:
    """Return the date moved by the spells that have moved the task's since it was last reckoned."""
    versions: Sequence[tuple[str, datetime]] = list(
        task.deadlines.order_by("-version").values_list("convention", "set_at")
    )
    resumed = 0
    while resumed < len(versions) and versions[resumed][0] == RESUMED:
        resumed += 1
    if not resumed or reckoned.due is None:
        return reckoned
    since = civil_day(versions[resumed][1]) if resumed < len(versions) else date.min
    for spell in task.suspensions.filter(to_day__gte=since).order_by("from_day"):
        old, resumed_on = reckoned.due, spell.to_day
        if old is None or resumed_on is None:
            continue
        moved = due_after_suspension(old, spell.from_day, resumed_on, workdays)
        if moved != old:
            note = days_added(spell.from_day, resumed_on, old)
            reckoned = replace(reckoned, due=moved, working=[*reckoned.working, note], convention=RESUMED)
    return reckoned
