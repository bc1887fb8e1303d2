"""Check what every change of a task must pass: the row as it was seen, the right role, an allowed move."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.audit.services import record
from tracker.commitments.models import Deadline, Evidence, ProgressReport, Task
from tracker.commitments.working import NoteRow
from tracker.org.models import Unit
from tracker.rules import transitions
from tracker.rules.followup import State
from tracker.rules.transitions import Verb
from tracker.rules.wording import Note, explain


@dataclass(frozen=True, slots=True)
class EvidenceDraft:
    """Hold one piece of evidence before it is stored; `file` only for kind FILE."""

    kind: Evidence.Kind
    value: str
    file: File | None = None


def lock(task: Task, version: int | None) -> Task:
    """Return the task's row locked for this transaction.

    Raises `Stale` when the form was opened on another version: somebody else's change must be seen first.
    """
    locked = (
        Task.objects.select_for_update(of=("self",))
        .select_related("commitment__document", "commitment__clause", "lead")
        .get(pk=task.pk)
    )
    if version is not None and version != locked.version:
        raise Stale(_("This task was changed after you opened it. Look at what changed, then send your text again."))
    return locked


def registers(by: Actor) -> None:
    """Make sure the actor may register commitments and assign their tasks: the supervision office, or the loader."""
    if not by.has(Role.SUPERVISION, Role.SYSTEM):
        raise NotPermitted(_("Only the supervision office registers commitments and assigns their tasks."))


def roles_on(task: Task, by: Actor) -> frozenset[Role]:
    """Return the roles the actor has on this task: as liaison or as head only of a unit that has a part in it."""
    return by.roles_at(_working_units(task)) if by.unit_ids else by.roles - {Role.LIAISON, Role.UNIT_HEAD}


def move(
    task: Task,
    verb: Verb,
    by: Actor,
    *,
    to: State | None = None,
    doers: Mapping[Verb, Collection[int | None]] | None = None,
) -> State:
    """Return the state `verb` leads to from the task's, by the table of transitions.

    `doers` are the account ids of who did the earlier verbs of the same matter. Raises `NotPermitted` when none of the
    actor's roles may do it, or when a second person or another unit is needed; `WrongState` when the state forbids it.
    """
    state = State(task.state)
    refusal: transitions.NotAllowed | None = None
    for role in sorted(roles_on(task, by)):
        try:
            end = transitions.move(verb, state, role, to=to)
        except transitions.NotAllowed as error:
            if refusal is None or isinstance(error, transitions.WrongState):
                refusal = error
            continue
        try:
            transitions.check_persons(
                verb,
                by=by.user_id,
                unit=_own_working_unit(task, by),
                doers={earlier: {pk for pk in ids if pk} for earlier, ids in (doers or {}).items()},
                working_units=_working_units(task),
            )
        except transitions.NotAllowed as error:
            raise NotPermitted(in_words(error.note)) from error
        return end
    if refusal is None:
        raise NotPermitted(_("You hold no post today that may change this task."))
    if isinstance(refusal, transitions.WrongState):
        raise WrongState(in_words(refusal.note)) from refusal
    raise NotPermitted(in_words(refusal.note)) from refusal


def in_words(reason: Note) -> str:
    """Return a note of the rules as a sentence in the language that is active."""
    return explain(reason, "en" if (get_language() or "").startswith("en") else "zh-hans")


def _working_units(task: Task) -> set[int]:
    return set(task.assignments.values_list("unit_id", flat=True))


def _own_working_unit(task: Task, by: Actor) -> int | None:
    return next(iter(by.unit_ids & _working_units(task)), None) if by.unit_ids else None


def own_unit(task: Task, unit: Unit, by: Actor, *, lead: bool) -> None:
    """Make sure the actor acts for `unit` and that the unit has the part in the task that this needs."""
    if unit.pk not in by.unit_ids:
        raise NotPermitted(_("You are neither liaison nor head of %(unit)s.") % {"unit": unit})
    roles = {"lead"} if lead else {"lead", "support"}
    if not task.assignments.filter(unit=unit, role__in=roles).exists():
        raise NotPermitted(
            _("%(unit)s does not lead this task.") % {"unit": unit}
            if lead
            else _("%(unit)s has no part in this task.") % {"unit": unit}
        )


def changed(task: Task, *, now: datetime, fields: Iterable[str]) -> None:
    """Save `fields` of a locked task as a new visible version, and let the sweep look at it again."""
    task.version += 1
    task.changed_at = now
    task.next_look_at = now
    task.save(update_fields=[*fields, "version", "changed_at", "next_look_at"])


def new_deadline(
    task: Task,
    *,
    due: date | None,
    start: date | None,
    working: Sequence[NoteRow],
    convention: str,
    provisional: bool,
    reason: str,
    by: Actor,
    now: datetime,
) -> Deadline:
    """Give a locked task its next date, keeping every earlier one; the caller saves the task with `changed`."""
    version = 1 + (task.deadlines.order_by("-version").values_list("version", flat=True).first() or 0)
    deadline = Deadline.objects.create(
        task=task,
        version=version,
        due=due,
        start=start,
        working=list(working),
        convention=convention,
        provisional=provisional,
        reason=reason,
        set_at=now,
        set_by=by.name,
    )
    task.due, task.start, task.due_version, task.provisional = due, start, version, provisional
    return deadline


DEADLINE_FIELDS = ("due", "start", "due_version", "provisional")


def store_report(
    task: Task,
    unit: Unit,
    kind: ProgressReport.Kind,
    *,
    text: str,
    percent: int | None,
    done_on: date | None,
    evidence: Sequence[EvidenceDraft],
    by: Actor,
    now: datetime,
) -> ProgressReport:
    """Store a report with its evidence and the audit entry that quotes both."""
    if percent is not None and not 0 <= percent <= 100:
        raise Invalid("percent", _("Progress is a whole number from 0 to 100."))
    report = ProgressReport.objects.create(
        task=task,
        unit=unit,
        kind=kind,
        text=text.strip(),
        percent=percent,
        done_on=done_on,
        at=now,
        by=by.name,
        by_id=by.user_id,
        by_post=by.post,
    )
    for draft in evidence:
        Evidence.objects.create(report=report, kind=draft.kind, value=draft.value, file=draft.file or "")
    note(
        task,
        f"commitments.report_{kind}",
        by=by,
        now=now,
        unit=unit.name,
        text=report.text,
        percent=percent,
        done_on=done_on.isoformat() if done_on else None,
        evidence=[draft.value for draft in evidence],
    )
    return report


def note(task: Task, action: str, *, by: Actor, now: datetime, **detail: Any) -> None:
    """Record an act on a task, leaving out what is empty."""
    kept = {name: value for name, value in detail.items() if value not in (None, "", [])}
    record(by=by, now=now, action=action, obj=task, **kept)
