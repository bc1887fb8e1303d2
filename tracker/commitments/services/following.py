"""Let the tasks that exist follow their commitments when those change: dates, units, titles, and whether they stand.

An ended task is history and is left alone, unless it ended only because its row had gone. Tasks that are missing are
opened by `opening`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.audit.actors import Actor
from tracker.audit.services import act, record_many
from tracker.commitments.expected import ExpectedTask, every_task
from tracker.commitments.models import Assignment, Commitment, Task
from tracker.commitments.selectors.events import newest_events
from tracker.commitments.services import guard
from tracker.commitments.services.opening import opening_state_of
from tracker.rules.civil import civil_day
from tracker.rules.followup import ENDED, State
from tracker.rules.workdays import WorkdayCalendar


@dataclass(frozen=True, slots=True)
class Changed:
    """Name a commitment that changed, and whether what changed is its title, its date or its units."""

    commitment: Commitment
    title: bool = False
    date: bool = False
    units: bool = False


def follow(
    changes: Sequence[Changed], workdays: WorkdayCalendar, *, reason: str, by: Actor, now: datetime
) -> list[Task]:
    """Bring the existing tasks of changed commitments in line and return those that changed.

    A new date is a new deadline version beside the old one. A task whose unit or period the commitment no longer names is
    withdrawn; one that was withdrawn for that and is named again stands again.
    """
    if not changes:
        return []
    ids = {change.commitment.pk: change for change in changes}
    rows = Commitment.objects.filter(pk__in=ids).select_related("document").prefetch_related("units__unit")
    events = newest_events([change.commitment for change in changes])
    tasks = _tasks_of(ids)
    touched: list[Task] = []
    for row in rows:
        event = events.get(row.pk)
        own = [task for task in tasks if task.commitment_id == row.pk]
        through = max([civil_day(now), *(task.due for task in own if task.due)])
        wanted = every_task(row, workdays, through=through, happened_on=event.happened_on if event else None)
        for task in own:
            key = task.broken_from.key if task.broken_from else task.key
            if _follow(task, wanted.get(key), ids[row.pk], civil_day(now), reason=reason, by=by, now=now):
                touched.append(task)
    return touched


def withdraw(tasks: Iterable[Task], *, reason: str, by: Actor, now: datetime) -> None:
    """Withdraw open, locked tasks because their row no longer calls for them."""
    gone = list(tasks)
    for task in gone:
        task.state, task.closed_at, task.withdrawn_by_source = State.WITHDRAWN, now, True
        task.version, task.changed_at, task.next_look_at = task.version + 1, now, now
    columns = ["state", "closed_at", "withdrawn_by_source", "version", "changed_at", "next_look_at"]
    Task.objects.bulk_update(gone, columns, batch_size=500)
    record_many(by=by, now=now, acts=[act("commitments.withdrawn", task, reason=reason) for task in gone])


def _tasks_of(commitments: Collection[int]) -> list[Task]:
    """Return, locked, the tasks that may follow: the open ones and those that left with their row."""
    rows = Task.objects.filter(commitment__in=commitments).select_for_update(of=("self",))
    rows = rows.select_related("lead", "broken_from").prefetch_related("assignments").order_by("pk")
    return [task for task in rows if task.state not in ENDED or task.withdrawn_by_source]


def _follow(
    task: Task, one: ExpectedTask | None, change: Changed, today: date, *, reason: str, by: Actor, now: datetime
) -> bool:
    if one is None:
        if task.state != State.WITHDRAWN:
            withdraw([task], reason=reason, by=by, now=now)
            return True
        return False
    fields: list[str] = []
    back = task.state == State.WITHDRAWN
    if back:
        task.state, task.closed_at, task.withdrawn_by_source = opening_state_of(one, today), None, False
        task.backfill = task.state == State.TO_CONFIRM
        fields += ["state", "closed_at", "withdrawn_by_source", "backfill"]
    if (change.title or back) and task.title != one.commitment.title:
        task.title = one.commitment.title
        fields.append("title")
    parts = (change.units or back) and not task.broken_from_id and _set_parts(task, one)
    old = task.due
    if (change.date or back) and (task.due, task.start) != (one.reckoned.due, one.reckoned.start):
        guard.new_deadline(task, **one.reckoned.as_deadline(), reason=reason, by=by, now=now)
        fields += guard.DEADLINE_FIELDS
        if not back:
            task.state = _state_after_redating(task, one, today)
            fields.append("state")
    if not fields and not parts:
        return False
    guard.changed(task, now=now, fields=fields)
    action = "commitments.reinstated" if back else "commitments.follows_its_row"
    dates = {"old_due": str(old or ""), "due": str(task.due or "")} if old != task.due else {}
    guard.note(task, action, by=by, now=now, reason=reason, **dates)
    return True


def _state_after_redating(task: Task, one: ExpectedTask, today: date) -> State:
    """Return the state under a corrected date; what a unit has begun goes on as it is.

    A duty may begin to wait for an event or stop waiting for one, and one that seemed past when it was loaded may not be.
    """
    opening = opening_state_of(one, today)
    if opening == State.WAITING and task.state in {State.ASSIGNED, State.TO_CONFIRM}:
        return opening
    if opening == State.ASSIGNED and task.state in {State.WAITING, State.TO_CONFIRM}:
        return opening
    return State(task.state)


def _set_parts(task: Task, one: ExpectedTask) -> bool:
    """Give the units the parts the commitment now names; a unit that keeps its part keeps how far it got."""
    wanted = {unit.pk: role for unit, role in one.parts}
    present = {part.unit_id: part for part in task.assignments.all()}
    gone = [part.pk for unit, part in present.items() if unit not in wanted]
    added = [Assignment(task=task, unit_id=unit, role=role) for unit, role in wanted.items() if unit not in present]
    moved = [part for unit, part in present.items() if unit in wanted and part.role != wanted[unit]]
    for part in moved:
        part.role = wanted[part.unit_id]
    Assignment.objects.filter(pk__in=gone).delete()
    Assignment.objects.bulk_create(added)
    Assignment.objects.bulk_update(moved, ["role"])
    return bool(gone or added or moved)
