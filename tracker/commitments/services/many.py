"""Do one thing to many tasks: plan it, show what would happen to each, then do it row by row through the single service.

Nothing is decided here. A plan tries the single service on each task and takes the trial back, so that a preview says what
the service would say; applying calls the same service again, one transaction a row, on the version that was previewed. A
batch that is applied twice does nothing the second time. Permissions are those of the single services; a batch belongs to
whoever planned it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted
from tracker.audit.errors import Invalid, Refusal, Stale, WrongState
from tracker.audit.services import record
from tracker.commitments.models import Assignment, Batch, BatchRow, Extension, ProgressReport, Review, Task
from tracker.commitments.selectors.visible import visible_tasks
from tracker.commitments.services.extending import agree_extension
from tracker.commitments.services.leading import break_down, instruct
from tracker.commitments.services.reporting import acknowledge, report_progress
from tracker.commitments.services.reviewing import review
from tracker.commitments.services.suspending import resume, suspend
from tracker.commitments.services.taking import take_row
from tracker.org.models import Unit, UnitKind
from tracker.rules.transitions import MOVES, Verb

log = logging.getLogger(__name__)

Outcome = BatchRow.Outcome
Parameters = Mapping[str, Any]
Perform = Callable[[Task, Parameters, dict[str, Any]], object]

# Rows done before a job looks up: whether it was stopped, and to say that it is alive.
SLICE = 40
IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Action:
    """Be one thing that can be done to many tasks; `needs` names what the person gives once for all of them."""

    name: str
    verb: Verb
    perform: Perform
    needs: str = ""


def _acknowledge(task: Task, given: Parameters, by: dict[str, Any]) -> object:
    part = _own_part(task, by["by"], given)
    if part.state != Assignment.PartState.ASSIGNED:
        raise WrongState(_("Your unit has acknowledged it already."))
    return acknowledge(task=task, unit=part.unit, **by)


def _no_change(task: Task, given: Parameters, by: dict[str, Any]) -> object:
    part = _own_part(task, by["by"], given)
    if not task.commitment.asks_report:
        raise WrongState(_("No clause asks for a report on it; nothing need be reported."))
    return report_progress(task=task, unit=part.unit, kind=ProgressReport.Kind.NO_CHANGE, **by)


def _agree(task: Task, given: Parameters, by: dict[str, Any]) -> object:
    asked = task.extensions.filter(state=Extension.State.REQUESTED).first()
    if asked is None:
        raise WrongState(_("No extension of it waits for the unit head's agreement."))
    _same_version(task, by)
    return agree_extension(extension=asked, **by)


def _accept(task: Task, given: Parameters, by: dict[str, Any]) -> object:
    return review(task=task, decision=Review.Decision.CLOSED, **by)


def _send_back(task: Task, given: Parameters, by: dict[str, Any]) -> object:
    return review(task=task, decision=Review.Decision.RETURNED, reason=given["text"], **by)


def _suspend(task: Task, given: Parameters, by: dict[str, Any]) -> object:
    return suspend(task=task, reason=given["text"], **by)


def _resume(task: Task, given: Parameters, by: dict[str, Any]) -> object:
    return resume(task=task, **by)


def _instruct(task: Task, given: Parameters, by: dict[str, Any]) -> object:
    _same_version(task, by)
    return instruct(task=task, text=given["text"], **by)


def _break_down(task: Task, given: Parameters, by: dict[str, Any]) -> object:
    if task.lead.kind != UnitKind.COLLECTIVE:
        raise WrongState(
            _("Its lead unit is named already; only duties of units not named one by one are laid on others.")
        )
    return break_down(task=task, units=list(Unit.objects.filter(pk__in=given["units"])), **by)


ACTIONS: Mapping[str, Action] = {
    action.name: action
    for action in (
        Action("acknowledge", Verb.ACKNOWLEDGE, _acknowledge),
        Action("no-change", Verb.REPORT, _no_change),
        Action("agree-extension", Verb.AGREE_EXTENSION, _agree),
        Action("accept", Verb.ACCEPT, _accept),
        Action("send-back", Verb.RETURN_FOR_REWORK, _send_back, needs="text"),
        Action("break-down", Verb.WITHDRAW, _break_down, needs="units"),
        Action("suspend", Verb.SUSPEND, _suspend, needs="text"),
        Action("resume", Verb.RESUME, _resume),
        Action("instruct", Verb.INSTRUCT, _instruct, needs="text"),
    )
}


def actions_for(by: Actor) -> list[Action]:
    """Return what the actor may do to many tasks, by the table of moves."""
    return [action for action in ACTIONS.values() if by.has(*MOVES[action.verb].roles)]


def refuse_number(number: int) -> None:
    """Raise `Invalid` where so many tasks are none, or more than `TRACKER_BULK_MOST`."""
    most = settings.TRACKER_BULK_MOST
    if not number:
        raise Invalid("tasks", _("Tick at least one task."))
    if number > most:
        raise Invalid(
            "tasks",
            _("%(number)d tasks were chosen; at most %(most)d are done at once. Narrow the list by a filter, in parts.")
            % {"number": number, "most": most},
        )


def plan_batch(
    *, action: str, tasks: Iterable[int], parameters: Parameters | None = None, by: Actor, now: datetime
) -> Batch:
    """Plan `action` on the tasks of these keys that the actor may see, and return it with what would happen to each.

    Earlier plans of bulk actions that this person never applied are dropped. Raises `NotPermitted` for an action that is
    none of the actor's, `Invalid` for none, or more tasks than `TRACKER_BULK_MOST`, or a parameter that is missing.
    """
    chosen = ACTIONS.get(action)
    if chosen is None or by.user_id is None or not by.has(*MOVES[chosen.verb].roles):
        raise NotPermitted(_("Your posts do not allow this. Ask the supervision office who may do it."))
    given = dict(parameters or {})
    if chosen.needs and not given.get(chosen.needs):
        raise Invalid(
            chosen.needs,
            _("Choose at least one unit.")
            if chosen.needs == "units"
            else _("Give the reason once; it is kept with each of the tasks."),
        )
    keys = list(dict.fromkeys(tasks))
    refuse_number(len(keys))
    found = in_full(visible_tasks(by).filter(pk__in=keys))
    rows = [
        _tried(found[key], place, chosen, given, by, now)
        for place, key in enumerate((k for k in keys if k in found), 1)
    ]
    with transaction.atomic():
        Batch.objects.filter(user=by.user_id, state=Batch.State.PLANNED).exclude(action=IMPORT).delete()
        batch = Batch.objects.create(user_id=by.user_id, action=action, parameters=given, made_at=now)
        for row in rows:
            row.batch = batch
        BatchRow.objects.bulk_create(rows)
    return batch


def do_at_once(
    *, action: str, versions: Mapping[int, int], parameters: Parameters | None = None, by: Actor, now: datetime
) -> tuple[list[Task], list[Task]]:
    """Do `action` to tasks that a page showed with nothing else to say of them, without a plan: one click for a list.

    `versions` maps the key of each task to the version that was shown. Each is done by the action's single service in a
    transaction of its own; what has changed since, or is refused, is left as it is. Returns those done and those left.
    """
    chosen, given = ACTIONS[action], dict(parameters or {})
    done: list[Task] = []
    left: list[Task] = []
    for key, task in sorted(in_full(visible_tasks(by).filter(pk__in=versions)).items()):
        try:
            with transaction.atomic():
                chosen.perform(task, given, {"by": by, "now": now, "version": versions[key]})
        except (Refusal, NotPermitted):
            left.append(task)
        else:
            done.append(task)
    return done, left


@transaction.atomic
def start_batch(*, batch: Batch, by: Actor, now: datetime) -> Batch:
    """Let a plan be done from now on, by whoever comes to it: the request that asked, or a job (`carrying_on`)."""
    batch = owned(batch, by)
    if batch.state == Batch.State.DROPPED:
        raise WrongState(_("This was dropped; nothing of it is done. Choose the tasks again."))
    if batch.state == Batch.State.PLANNED:
        batch.state = Batch.State.APPLYING
        batch.save(update_fields=["state"])
    return batch


def go_on(*, batch: Batch, by: Actor, now: datetime, most: int = SLICE) -> Batch:
    """Do up to `most` of the rows that are ready and ticked, each in a transaction of its own, and return the batch.

    Does nothing unless the batch was started and neither ended nor stopped. A row that was done is not done again, however
    many are at it; a task that changed since the preview is left out and said to be; a refusal stops its own row only.
    """
    batch.refresh_from_db()
    if batch.user_id != by.user_id:
        raise NotPermitted(_("Somebody else planned this; only that person can go on with it."))
    if batch.state != Batch.State.APPLYING:
        return batch
    ready = batch.rows.filter(outcome=Outcome.READY, ticked=True)
    for pk in list(ready.values_list("pk", flat=True)[:most]):
        _do(pk, batch, by, now)
    if not ready.exists():
        _end(batch, by, now)
    batch.refresh_from_db()
    return batch


def apply_batch(*, batch: Batch, by: Actor, now: datetime, most: int = SLICE) -> Batch:
    """Start a plan, if it is not started, and do up to `most` of its rows; call again until its state is APPLIED."""
    return go_on(batch=start_batch(batch=batch, by=by, now=now), by=by, now=now, most=most)


@transaction.atomic
def stop_batch(*, batch: Batch, by: Actor, now: datetime) -> Batch:
    """Stop a batch that is being done: what was done stays done, the rest is not; that of an upload can be decided anew."""
    batch = owned(batch, by)
    if batch.state != Batch.State.APPLYING:
        raise WrongState(_("It is not being done any more; there is nothing to stop."))
    stops = batch.action != IMPORT
    batch.state, batch.ended_at = (Batch.State.STOPPED, now) if stops else (Batch.State.PLANNED, None)
    batch.lease_token, batch.lease_until = "", None
    batch.save(update_fields=["state", "ended_at", "lease_token", "lease_until"])
    record(by=by, now=now, action="commitments.batch_stopped", obj=batch, of=batch.action, **_sums(batch))
    return batch


@transaction.atomic
def refuse_rest(*, batch: Batch, by: Actor, now: datetime) -> Batch:
    """End a batch whose person has no account any more: what is not done is refused.

    Does nothing to a batch that has been stopped or ended meanwhile.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == Batch.State.APPLYING:
        why = _("The account of whoever started this was disabled.")
        batch.rows.filter(outcome=Outcome.READY, ticked=True).update(outcome=Outcome.REFUSED, why=why)
        _end(batch, by, now)
        batch.refresh_from_db()
    return batch


@transaction.atomic
def drop_batch(*, batch: Batch, by: Actor, now: datetime) -> Batch:
    """Drop a plan: nothing of it is done. The file of an upload is removed, its name and digest stay on record."""
    batch = owned(batch, by)
    if batch.state != Batch.State.PLANNED:
        raise WrongState(_("This has been started already; what was done stays done."))
    batch.state, batch.ended_at = Batch.State.DROPPED, now
    batch.save(update_fields=["state", "ended_at"])
    record(by=by, now=now, action="commitments.batch_dropped", obj=batch, of=batch.action)
    _forget_file(batch)
    return batch


def try_out(perform: Callable[[], object]) -> str:
    """Return why a service would refuse, "" where it would not; whatever it did is taken back."""
    try:
        with transaction.atomic():
            perform()
            transaction.set_rollback(True)
    except (Refusal, NotPermitted) as error:
        return str(error)
    return ""


def perform_row(row: BatchRow, batch: Batch, by: Actor, now: datetime, task: Task | None = None) -> None:
    """Call the one service that a row stands for, on the version it was planned on."""
    if batch.action == IMPORT:
        task = task or (_in_full_of(row.task_id) if row.task_id else None)
        take_row(row, task, file_name=batch.file_name, by=by, now=now)
        return
    task = task or _in_full_of(row.task_id or 0)
    ACTIONS[batch.action].perform(task, batch.parameters, {"by": by, "now": now, "version": row.version})


def _in_full_of(pk: int) -> Task:
    return in_full(Task.objects.filter(pk=pk))[pk]


def in_full(tasks: Any) -> dict[int, Task]:
    """Return tasks by key with what planning looks at."""
    rows = tasks.select_related("commitment__document", "commitment__clause", "lead").defer("ics")
    return {task.pk: task for task in rows.prefetch_related("assignments__unit")}


def _tried(task: Task, place: int, action: Action, given: Parameters, by: Actor, now: datetime) -> BatchRow:
    after: list[str] = []

    def perform() -> None:
        action.perform(task, given, {"by": by, "now": now, "version": None})
        state, due = Task.objects.values_list("state", "due").get(pk=task.pk)
        after.extend([state, due.isoformat() if due else ""])

    why = try_out(perform)
    row = BatchRow(place=place, task=task, version=task.version)
    row.outcome, row.why, row.ticked = (Outcome.LEFT_OUT, why, False) if why else (Outcome.READY, "", True)
    row.act = {"from": task.state, "to": after[0]} if after else {}
    return row


def _own_part(task: Task, by: Actor, given: Parameters) -> Assignment:
    """Return the part of the unit the actor acts for: the one named, else the lead part, else the first."""
    parts = [part for part in task.assignments.all() if part.unit_id in by.unit_ids]
    if named := given.get("unit"):
        parts = [part for part in parts if part.unit_id == int(named)]
    if not parts:
        raise NotPermitted(_("None of your units has a part in it."))
    return min(parts, key=lambda part: (part.role != "lead", part.pk))


def _same_version(task: Task, by: dict[str, Any]) -> None:
    """Hold a service that takes no version against the one that was previewed."""
    version = by.pop("version")
    if version is not None and Task.objects.values_list("version", flat=True).get(pk=task.pk) != version:
        raise Stale(_("Somebody changed it after the preview."))


def _do(pk: int, batch: Batch, by: Actor, now: datetime) -> None:
    outcome, why = Outcome.DONE, ""
    try:
        with transaction.atomic():
            going_on = BatchRow.objects.select_for_update(of=("self",)).filter(batch__state=Batch.State.APPLYING)
            row = going_on.filter(pk=pk, outcome=Outcome.READY).first()
            if row is None:
                return
            perform_row(row, batch, by, now)
            BatchRow.objects.filter(pk=pk).update(outcome=Outcome.DONE)
    except Stale:
        outcome, why = Outcome.STALE, _("Somebody changed the task after the preview. Open it, then plan this anew.")
    except (Refusal, NotPermitted) as error:
        outcome, why = Outcome.REFUSED, str(error)
    except (InterfaceError, OperationalError):
        # The database's trouble is not the row's: it stays ready and is tried again.
        raise
    except Exception:
        log.exception("Row %s of batch %s failed.", pk, batch.pk)
        outcome = Outcome.REFUSED
        why = _("This one failed; the others went on. The log of the server says why: tell the administrator.")
    if outcome != Outcome.DONE:
        BatchRow.objects.filter(pk=pk, outcome=Outcome.READY).update(outcome=outcome, why=why)


@transaction.atomic
def _end(batch: Batch, by: Actor, now: datetime) -> None:
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != Batch.State.APPLYING:
        return
    outcomes = set(batch.rows.values_list("outcome", flat=True))
    # What an upload still has to be decided, or was overtaken, stays until the person has decided it or drops it.
    waits = batch.action == IMPORT and not {Outcome.READY, Outcome.ASKED, Outcome.STALE}.isdisjoint(outcomes)
    batch.state, batch.ended_at = (Batch.State.PLANNED, None) if waits else (Batch.State.APPLIED, now)
    batch.save(update_fields=["state", "ended_at"])
    record(by=by, now=now, action="commitments.batch_applied", obj=batch, of=batch.action, **_sums(batch))


def _sums(batch: Batch) -> dict[str, int]:
    outcomes = list(batch.rows.values_list("outcome", flat=True))
    return {
        "done": outcomes.count(Outcome.DONE),
        "not_done": outcomes.count(Outcome.REFUSED) + outcomes.count(Outcome.STALE),
    }


def owned(batch: Batch, by: Actor) -> Batch:
    """Return the batch of the actor, locked for this transaction."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.user_id != by.user_id:
        raise NotPermitted(_("Somebody else planned this; only that person can go on with it."))
    return batch


def _forget_file(batch: Batch) -> None:
    if batch.file:
        storage, name = batch.file.storage, str(batch.file.name)
        Batch.objects.filter(pk=batch.pk).update(file="")
        transaction.on_commit(lambda: storage.delete(name))
