"""Take every reminder and step that has come due, once, and record it: the sweep.

It costs what is due: tasks are found by the index on `next_look_at`, and read, decided and written by the hundred. Any
number of sweeps may run at once; a task that cannot be decided is set aside for an hour, named in the run's counts and in
the log, and stops nobody else.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from tracker.audit import selectors as audit_selectors
from tracker.audit.actors import Actor
from tracker.audit.services import Act, record_many
from tracker.commitments import services as commitments
from tracker.commitments.models import Task
from tracker.commitments.working import rows
from tracker.escalation.addressing import AddressBook
from tracker.escalation.cases import Case, gather
from tracker.escalation.models import StepTaken
from tracker.escalation.services.freezing import follow_ups_for
from tracker.escalation.services.telling import Telling, open_parts
from tracker.escalation.services.warning import look_at_indicators
from tracker.messaging.services import queue
from tracker.notices.services import propose, retire
from tracker.org import selectors as org
from tracker.org.models import Post
from tracker.rules import due
from tracker.rules.civil import civil_day
from tracker.rules.escalation import is_proposal
from tracker.rules.followup import DueAction, Taken
from tracker.rules.workdays import WorkdayCalendar

log = logging.getLogger(__name__)

CHUNK = 500
# One sweep ends by itself well before the job that runs it would be ended; the next goes on.
LONGEST_SWEEP = 600.0
SET_ASIDE = timedelta(hours=1)
# Servers' clocks differ a little; a clock that stands further back than this is wrong, and a wrong clock reminds wrongly.
CLOCK_TOLERANCE = timedelta(minutes=10)


class ClockWentBack(Exception):
    """Raised when `now` lies before the last sweep: nothing is taken until the clock is right again."""


@dataclass(slots=True)
class Swept:
    """Count what a sweep did; `failed` names the tasks that were set aside, `unfinished` that it ran out of time."""

    looked_at: int = 0
    opened: int = 0
    redated: int = 0
    reminders: int = 0
    steps: int = 0
    notices: int = 0
    items: int = 0
    warnings: int = 0
    unfinished: bool = False
    failed: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def sweep(*, now: datetime, by: Actor, clock_is_right: bool = False, seconds: float = LONGEST_SWEEP) -> Swept:
    """Take what has come due by `now`; a second call takes nothing. Stops after `seconds`, to be gone on with.

    Raises `ClockWentBack` when an earlier sweep ran as of a later instant, unless a person vouches that the clock
    `clock_is_right` now.
    """
    last = audit_selectors.last_as_of("sweep")
    if last is not None and now < last - CLOCK_TOLERANCE and not clock_is_right:
        raise ClockWentBack(f"The clock says {now:%Y-%m-%d %H:%M}, but a sweep has run as of {last:%Y-%m-%d %H:%M}.")
    started = time.monotonic()
    swept = Swept()
    _prepare(swept, now=now, by=by)
    workdays = org.workdays()
    for ids in _candidates(now):
        if time.monotonic() - started > seconds:
            swept.unfinished = True
            break
        _take_apart(ids, swept, workdays=workdays, now=now, by=by)
    return swept


def _prepare(swept: Swept, *, now: datetime, by: Actor) -> None:
    """End what documents end, open what has come up, settle dates, propose warnings; trouble holds up no reminder."""
    try:
        commitments.apply_due_amendments(now=now, by=by)
    except Exception:
        log.exception("The changes of documents could not be made.")
        swept.failed.append("changes of documents")
    try:
        swept.opened = len(commitments.open_instances(now=now, by=by))
    except Exception:
        log.exception("The instances of recurring commitments could not be opened.")
        swept.failed.append("recurring commitments")
    try:
        redated = commitments.redate_provisional(now=now, by=by)
    except Exception:
        log.exception("Provisional dates could not be reckoned anew.")
        swept.failed.append("provisional dates")
    else:
        swept.redated = len(redated.moved) + len(redated.confirmed)
        swept.failed += redated.failed
    looked = look_at_indicators(now=now, by=by)
    swept.warnings = looked.proposed
    swept.failed += looked.failed


def _candidates(now: datetime) -> Iterator[list[int]]:
    """Yield ids of tasks to look at, in order and each once, so that tasks held by another sweep are passed over."""
    place: tuple[datetime, int] | None = None
    while True:
        waiting = Task.objects.filter(next_look_at__lte=now).order_by("next_look_at", "pk")
        if place is not None:
            at, pk = place
            waiting = waiting.filter(next_look_at__gte=at).exclude(next_look_at=at, pk__lte=pk)
        found = list(waiting.values_list("next_look_at", "pk")[:CHUNK])
        if not found:
            return
        last_look, last_pk = found[-1]
        assert last_look is not None, "the index holds no task without a look"
        place = last_look, last_pk
        yield [pk for _at, pk in found]


def _take_apart(ids: Sequence[int], swept: Swept, *, workdays: WorkdayCalendar, now: datetime, by: Actor) -> None:
    """Take what is due on these tasks; what cannot be written is parted into halves until it stands alone."""
    try:
        _take(ids, swept, workdays=workdays, now=now, by=by)
    except Exception:
        if len(ids) == 1:
            log.exception("Task %s could not be recorded; it is set aside for an hour.", ids[0])
            swept.failed += _set_aside(ids, now)
            return
        log.warning("%d tasks could not be recorded together; taking them in two halves.", len(ids), exc_info=True)
        middle = len(ids) // 2
        for half in (ids[:middle], ids[middle:]):
            _take_apart(half, swept, workdays=workdays, now=now, by=by)


def _take(ids: Sequence[int], swept: Swept, *, workdays: WorkdayCalendar, now: datetime, by: Actor) -> None:
    """Take what is due on these tasks in one transaction, and count it once it is written."""
    done = _record(ids, workdays=workdays, now=now, by=by)
    for name in ("looked_at", "reminders", "steps", "notices", "items", "failed"):
        setattr(swept, name, getattr(swept, name) + getattr(done, name))


@transaction.atomic
def _record(ids: Sequence[int], *, workdays: WorkdayCalendar, now: datetime, by: Actor) -> Swept:
    tasks = list(
        Task.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk__in=ids, next_look_at__lte=now)
        # Not joined: very many tasks share few commitments and units, and each of those is read once.
        .prefetch_related("commitment__document", "commitment__clause", "lead")
        .defer("ics")
        .order_by("pk")
    )
    if not tasks:
        return Swept()
    today = civil_day(now)
    follow_ups, opened = follow_ups_for(tasks, now=now)
    decided: list[tuple[Case, list[DueAction]]] = []
    looks: dict[datetime | None, list[int]] = defaultdict(list)
    broken: list[int] = []
    for case in gather(tasks, follow_ups):
        try:
            actions = due.due_actions(case.snapshot, case.follow_up, workdays, case.taken, now)
            taken = case.taken | {action.key: _as_taken(action, today) for action in actions}
            looks[due.next_look(case.snapshot, case.follow_up, workdays, taken, now)].append(case.task.pk)
        except Exception:
            log.exception("Task %s could not be decided; it is set aside for an hour.", case.task.key)
            broken.append(case.task.pk)
        else:
            decided.append((case, actions))
    bodies = {action.step.body for _case, actions in decided for action in actions if action.step and action.step.body}
    parts = open_parts(tasks)
    units = {task.lead for task in tasks} | {part.unit for found in parts.values() for part in found}
    book = AddressBook(units, on=today, bodies=bodies)
    telling = Telling(tasks, parts, book, now=now)
    taken_rows: list[StepTaken] = []
    for case, actions in decided:
        telling.of_state(case.task, opened=case.task.pk in opened)
        for action in actions:
            address = book.address(case.task.lead, action.to, action.step.body if action.step else "")
            taken_rows.append(_row(case, action, address.text, address.post, now=now, today=today))
            telling.of_action(case.task, action, address)
    StepTaken.objects.bulk_create(taken_rows, batch_size=1000)
    queue(telling.items)
    retire(tasks=tasks, by=by, now=now)
    proposed = propose(causes=telling.causes, by=by, now=now)
    record_many(by=by, now=now, acts=[_act(row, case) for row, case in _with_cases(taken_rows, decided)])
    for at, pks in looks.items():
        Task.objects.filter(pk__in=pks).update(next_look_at=at)
    tally = Counter("reminders" if row.kind == "reminder" else "steps" for row in taken_rows)
    return Swept(
        looked_at=len(tasks),
        reminders=tally["reminders"],
        steps=tally["steps"],
        notices=len(proposed),
        items=len(telling.items),
        failed=_set_aside(broken, now) if broken else [],
    )


def _as_taken(action: DueAction, today: date) -> Taken:
    return Taken(today, _effective_on(action, today))


def _effective_on(action: DueAction, today: date) -> date | None:
    """Return today for what needs no person's hand; None for a proposal, which waits for its finding and signature."""
    return None if action.step is not None and is_proposal(action.step) else today


def _row(case: Case, action: DueAction, addressee: str, post: Post | None, *, now: datetime, today: date) -> StepTaken:
    basis = action.basis
    return StepTaken(
        key=action.key,
        task_id=case.task.pk,
        due_version=case.snapshot.due_version,
        kind=action.kind.value,
        part=action.part,
        action=action.action.value,
        to=action.to.value,
        title=action.title,
        due_on=action.due_on,
        taken_at=now,
        effective_on=_effective_on(action, today),
        late=action.late,
        superseded=action.superseded,
        counting=rows(action.counting),
        basis=f"{case.task.commitment.document.number} {basis.clause}：{basis.quote}" if basis else "",
        post_id=post.pk if post else None,
        addressee=addressee,
    )


def _with_cases(
    taken_rows: Sequence[StepTaken], decided: Sequence[tuple[Case, list[DueAction]]]
) -> Iterator[tuple[StepTaken, Case]]:
    cases = {case.task.pk: case for case, _actions in decided}
    return ((row, cases[row.task_id]) for row in taken_rows)


def _act(row: StepTaken, case: Case) -> Act:
    detail: dict[str, Any] = {"key": row.key, "due_on": row.due_on.isoformat(), "to": row.addressee, "title": row.title}
    if row.basis:
        detail["basis"] = row.basis
    if row.superseded:
        detail["passed_over"] = True
    if row.effective_on is None:
        detail["proposed"] = True
    if row.post_id is None:
        # Nobody is registered there: the history must not say that somebody was told.
        detail["nobody"] = True
    return Act(f"escalation.{row.kind}_taken", "commitments.task", str(row.task_id), case.task.title, detail)


def _set_aside(pks: Sequence[int], now: datetime) -> list[str]:
    """Put the next look an hour ahead and return the tasks' keys."""
    tasks = Task.objects.filter(pk__in=pks)
    tasks.update(next_look_at=now + SET_ASIDE)
    return list(tasks.values_list("key", flat=True))
