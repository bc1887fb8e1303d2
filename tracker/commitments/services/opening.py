"""Open the tasks that commitments call for, with their first deadline and each unit's part.

Which tasks those are is said by `expected`; what is already there is left as it is, so opening twice changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from tracker.audit.actors import Actor
from tracker.audit.services import Act, act, record_many
from tracker.commitments.expected import Expected, ExpectedTask, expected_tasks
from tracker.commitments.models import Assignment, Commitment, Deadline, Kind, Task
from tracker.commitments.selectors.events import newest_events
from tracker.commitments.services import guard
from tracker.org.selectors import workdays as county_workdays
from tracker.rules.civil import civil_day
from tracker.rules.followup import State
from tracker.rules.transitions import opening_state
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar

log = logging.getLogger(__name__)

BATCH = 500


@transaction.atomic
def open_tasks(*, commitments: Sequence[Commitment], workdays: WorkdayCalendar, by: Actor, now: datetime) -> list[Task]:
    """Open the missing tasks of these commitments and return them.

    A task whose date has passed waits to be confirmed by its unit (存量待核实) instead of being chased; one that waits for
    an event has no date yet. Withdrawn commitments are passed over. Raises `NotPermitted` for anybody but the supervision
    office and the loader.
    """
    guard.registers(by)
    rows = _load([commitment.pk for commitment in commitments])
    expect = _expecting(rows, workdays, civil_day(now))
    return _open([(row, expect(row)) for row in rows], by=by, now=now)


@transaction.atomic
def open_instances(*, now: datetime, by: Actor) -> list[Task]:
    """Open the instances of recurring commitments that have come up by `now`, and return their tasks.

    Costs what is due: only commitments whose `next_instance_on` has come are read. One that cannot be reckoned is logged,
    tried again the next day, and keeps no other from opening. Called by the sweep.
    """
    today = civil_day(now)
    due = Commitment.objects.filter(next_instance_on__lte=today, withdrawn_at=None)
    rows = _load(list(due.select_for_update(of=("self",)).values_list("pk", flat=True)))
    if not rows:
        return []
    expect = _expecting(rows, county_workdays(), today)
    found = []
    for row in rows:
        try:
            found.append((row, expect(row)))
        except Exception:
            log.exception("The next instance of %s cannot be reckoned.", row.key)
            found.append((row, Expected((), today + ONE_DAY)))
    return _open(found, by=by, now=now)


def _load(ids: Sequence[int]) -> list[Commitment]:
    if not ids:
        return []
    rows = Commitment.objects.filter(pk__in=ids, withdrawn_at=None).select_related("document")
    return list(rows.prefetch_related("units__unit"))


def _expecting(rows: Sequence[Commitment], workdays: WorkdayCalendar, today: date) -> Callable[[Commitment], Expected]:
    """Return the function that says what a row expects, with what that depends on read for all rows at once."""
    after, events = _last_opened(rows), newest_events(rows)

    def expect(row: Commitment) -> Expected:
        event = events.get(row.pk)
        happened_on = event.happened_on if event else None
        return expected_tasks(row, workdays, today=today, after=after.get(row.pk), happened_on=happened_on)

    return expect


def _open(found: Sequence[tuple[Commitment, Expected]], *, by: Actor, now: datetime) -> list[Task]:
    wanted: dict[str, ExpectedTask] = {}
    moved: list[Commitment] = []
    for row, expected in found:
        wanted |= {task.key: task for task in expected.tasks}
        if row.next_instance_on != expected.next_instance_on:
            row.next_instance_on = expected.next_instance_on
            moved.append(row)
    Commitment.objects.bulk_update(moved, ["next_instance_on"], batch_size=BATCH)
    there = _existing(list(wanted))
    return _create([one for key, one in wanted.items() if key not in there], civil_day(now), by=by, now=now)


def _create(wanted: Sequence[ExpectedTask], today: date, *, by: Actor, now: datetime) -> list[Task]:
    tasks = [_task(one, today, now) for one in wanted]
    Task.objects.bulk_create(tasks, batch_size=BATCH)
    pairs = list(zip(tasks, wanted, strict=True))
    Deadline.objects.bulk_create(
        [
            Deadline(
                task=task,
                version=1,
                due=one.reckoned.due,
                start=one.reckoned.start,
                working=one.reckoned.working,
                convention=one.reckoned.convention,
                provisional=one.reckoned.provisional,
                set_at=now,
                set_by=by.name,
            )
            for task, one in pairs
        ],
        batch_size=BATCH,
    )
    Assignment.objects.bulk_create(
        [Assignment(task=task, unit=unit, role=role) for task, one in pairs for unit, role in one.parts],
        batch_size=BATCH,
    )
    record_many(by=by, now=now, acts=[_assigned(task, one) for task, one in pairs])
    return tasks


def _task(one: ExpectedTask, today: date, now: datetime) -> Task:
    state = opening_state_of(one, today)
    return Task(
        key=one.key,
        commitment=one.commitment,
        lead=one.lead,
        period=one.period,
        title=one.commitment.title,
        state=state,
        due=one.reckoned.due,
        start=one.reckoned.start,
        provisional=one.reckoned.provisional,
        opened_at=now,
        backfill=state == State.TO_CONFIRM,
        changed_at=now,
        next_look_at=now,
    )


def opening_state_of(one: ExpectedTask, today: date) -> State:
    """Return the state a task opens in on a civil day."""
    waits = one.commitment.kind == Kind.RELATIVE and not one.reckoned.happened
    return opening_state(one.reckoned.due, today, waits_for_event=waits)


def _assigned(task: Task, one: ExpectedTask) -> Act:
    detail = {"unit": one.lead.name, "due": task.due.isoformat() if task.due else ""}
    return act("commitments.assigned", task, **{name: value for name, value in detail.items() if value})


def _existing(keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), BATCH):
        found |= set(Task.objects.filter(key__in=keys[start : start + BATCH]).values_list("key", flat=True))
    return found


def _last_opened(commitments: Sequence[Commitment]) -> dict[int, date]:
    """Return the newest first date among each recurring commitment's instances; later changes of date do not count."""
    recurring = [commitment.pk for commitment in commitments if commitment.recurrence]
    if not recurring:
        return {}
    found = (
        Deadline.objects.filter(
            task__commitment__in=recurring, version=1, due__isnull=False, task__withdrawn_by_source=False
        )
        .exclude(task__period="")
        .values_list("task__commitment")
        .annotate(newest=Max("due"))
    )
    return dict(found)
