"""Take a ledger in that somebody kept in a spreadsheet: plan what it would change, cell by cell, then do what was ticked.

A line never sets a date, a unit or an end: progress becomes a report of the right unit, “done” an application that a second
person reviews, a remark a remark, a line of no known task a proposal; everything else is shown and told where it belongs.
What was planned is kept with its file until it is applied or dropped, and is looked at anew when tasks have changed since.
What a line means is decided in `comparing`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import WrongState
from tracker.audit.services import record
from tracker.commitments.comparing import Answer, Context, compare, same, text_of
from tracker.commitments.models import Batch, BatchRow, Task
from tracker.commitments.selectors.ledger import for_table
from tracker.commitments.selectors.lines import lines_of
from tracker.commitments.selectors.matching import Match, matcher_for, unit_names
from tracker.commitments.selectors.proposals import known
from tracker.commitments.selectors.visible import visible_tasks
from tracker.commitments.services import many
from tracker.org.selectors import workdays
from tracker.rules.civil import civil_day

Outcome = BatchRow.Outcome
Cells = Mapping[str, Sequence[Any]]


def plan_import(
    *,
    rows: Sequence[tuple[int, Cells]],
    file: bytes,
    file_name: str,
    stored_as: str,
    digest: str,
    how_read: Mapping[str, Any] | None = None,
    by: Actor,
    now: datetime,
) -> Batch:
    """Plan what an uploaded ledger would change and keep it with its file.

    `rows` are the rows' numbers and cells as [address, value, fault] by column key; a civil day is {"day": ISO date}.
    `stored_as` is the name nobody can guess, `digest` the SHA-256 of the file, `how_read` what is told beside the plan of
    how the file was read. The same file that is planned already is not planned twice. Raises `NotPermitted` for whoever
    reports nothing.
    """
    if by.user_id is None or not by.has(Role.LIAISON, Role.UNIT_HEAD, Role.SUPERVISION):
        raise NotPermitted(_("Only units and the supervision office take a ledger in. Others read it here."))
    same = Batch.objects.filter(user=by.user_id, action=many.IMPORT, state=Batch.State.PLANNED, digest=digest).first()
    if same is not None:
        replan(batch=same, by=by, now=now)
        return same
    planned = [BatchRow(place=number, cells=dict(cells)) for number, cells in rows]
    _decide(planned, by, now, file_name)
    with transaction.atomic():
        batch = Batch(user_id=by.user_id, action=many.IMPORT, file_name=file_name[:200], digest=digest, made_at=now)
        batch.parameters = dict(how_read or {})
        batch.file.save(stored_as, ContentFile(file), save=False)
        batch.save()
        for row in planned:
            row.batch = batch
        BatchRow.objects.bulk_create(planned, batch_size=500)
        record(by=by, now=now, action="commitments.ledger_uploaded", obj=batch, digest=digest, rows=len(planned))
    return batch


def replan(*, batch: Batch, by: Actor, now: datetime, choices: Mapping[int, int | None] | None = None) -> Batch:
    """Look at every row that is not done anew, against the tasks as they are now.

    `choices` name, by row, the task the person says is meant, None for “none of these”. Raises `WrongState` for a plan that
    is applied or dropped.
    """
    with transaction.atomic():
        batch = many.owned(batch, by)
    if batch.action != many.IMPORT or batch.state in {Batch.State.APPLIED, Batch.State.DROPPED}:
        raise WrongState(_("This ledger was taken in or dropped already. Upload it again to look at it anew."))
    rows = list(batch.rows.exclude(outcome=Outcome.DONE))
    for row in rows:
        if choices and row.place in choices:
            row.cells["choice"] = choices[row.place]
    _decide(rows, by, now, batch.file_name)
    fields = ["task", "version", "outcome", "ticked", "why", "cells", "changes", "act"]
    BatchRow.objects.bulk_update(rows, fields, batch_size=200)
    return batch


@transaction.atomic
def tick(*, batch: Batch, places: Collection[int], by: Actor, now: datetime) -> None:
    """Tick these rows, by their numbers in the sheet, and no others."""
    batch = many.owned(batch, by)
    ready = batch.rows.filter(outcome=Outcome.READY)
    ready.exclude(place__in=places).update(ticked=False)
    ready.filter(place__in=places).update(ticked=True)


def _decide(rows: Sequence[BatchRow], by: Actor, now: datetime, file_name: str) -> None:
    """Fill each row with the task it speaks of, its differences and what would be done."""
    matches = _matches(rows, by)
    tasks = _tasks_of(rows, matches, by)
    lines = {line.task.pk: line for line in lines_of(tasks.values(), unit_ids=by.unit_ids)}
    context = Context(
        by=by,
        today=civil_day(now),
        units=unit_names(),
        tasks=tasks,
        lines=lines,
        workdays=workdays(),
        known=known(),
    )
    trial = Batch(user_id=by.user_id or 0, action=many.IMPORT, file_name=file_name)
    taken: dict[int | tuple[str, str], int] = {}
    for row in rows:
        answer = compare(row.cells, context, matches[row.place])
        row.task = tasks.get(answer.task) if answer.task else None
        row.version = row.task.version if row.task else None
        row.changes = [change.as_row() for change in answer.changes]
        row.act, row.why, row.ticked = answer.act, answer.why, answer.ticked
        row.outcome = _outcome(answer)
        row.cells.pop("may_be", None)
        if answer.candidates:
            row.cells["may_be"] = list(answer.candidates)
        if spoken_of := answer.task or _new_duty(row):
            if spoken_of in taken:
                row.outcome, row.act = Outcome.LEFT_OUT, {}
                row.why = _("Row %(row)d speaks of the same task. Keep one of the two.") % {"row": taken[spoken_of]}
            else:
                taken[spoken_of] = row.place
        if row.outcome == Outcome.READY:
            task = row.task

            def perform(row: BatchRow = row, task: Task | None = task) -> None:
                many.perform_row(row, trial, by, now, task)

            if why := many.try_out(perform):
                row.outcome, row.why, row.ticked = Outcome.LEFT_OUT, why, False
        row.ticked = row.ticked and row.outcome == Outcome.READY


def _new_duty(row: BatchRow) -> tuple[str, str] | None:
    """Return by what a row that proposes a duty is told from another, None for a row that proposes none."""
    return same(row.act["title"], row.act["said"].get("lead", "")) if row.act.get("do") == "propose" else None


def _outcome(answer: Answer) -> Outcome:
    if answer.candidates:
        return Outcome.ASKED
    if answer.why and not answer.act:
        return Outcome.LEFT_OUT
    if answer.act:
        return Outcome.READY
    return Outcome.LEFT_OUT if answer.changes else Outcome.UNCHANGED


def _matches(rows: Sequence[BatchRow], by: Actor) -> dict[int, Match]:
    """Return, by row, the task it speaks of: by its number or the person's choice, else by its words."""
    matches: dict[int, Match] = {}
    nameless = []
    for row in rows:
        number = number_of(row.cells)
        if number is not None or "choice" in row.cells:
            matches[row.place] = Match(number or row.cells["choice"])
        else:
            nameless.append(row)
    if not nameless:
        return matches
    matcher = matcher_for(by)
    for row in nameless:
        title, source, lead = (text_of(row.cells, key) for key in ("title", "source", "lead"))
        matches[row.place] = matcher.find(title=title, source=source, lead=lead) if title else Match()
    return matches


def _tasks_of(rows: Sequence[BatchRow], matches: Mapping[int, Match], by: Actor) -> dict[int, Task]:
    wanted = {pk for row in rows for match in [matches[row.place]] for pk in (match.task, *match.candidates) if pk}
    found: dict[int, Task] = {}
    ordered = sorted(wanted)
    for start in range(0, len(ordered), 500):
        chunk = for_table(visible_tasks(by).filter(pk__in=ordered[start : start + 500]))
        found |= {task.pk: task for task in chunk}
    return found


def number_of(cells: Cells) -> int | None:
    """Return the task's number that a row names, None where it names none."""
    value = cells["key"][1] if "key" in cells else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value.strip())
    return value if isinstance(value, int) and 0 < value < 2**63 else None
