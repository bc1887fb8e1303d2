"""Read which steps wait for a person to find what their clause asks for, and which were found not to hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from tracker.audit.actors import Actor
from tracker.commitments.models import Task
from tracker.commitments.selectors import visible_tasks
from tracker.commitments.selectors.ledger import RUNNING, for_table
from tracker.escalation.cases import Case
from tracker.escalation.models import Finding, StepTaken
from tracker.escalation.selectors.following import cases_of
from tracker.rules import finding as rules
from tracker.rules.due import step_part
from tracker.rules.escalation import PROPOSES
from tracker.rules.followup import FollowUp, Step, Taken, TaskSnapshot

_Which = Callable[[TaskSnapshot, FollowUp, Mapping[str, Taken]], tuple[Step, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """Be one step that a person may find on: the task, the step, how it was taken, and the newest finding if any."""

    task: Task
    step: Step
    taken: StepTaken
    before: Finding | None


def questions(actor: Actor, *, now: datetime) -> list[Question]:
    """Return the findings that wait on tasks the actor may see, the longest waiting first."""
    rows = _open(visible_tasks(actor)).filter(findings__isnull=True)
    tasks = list(for_table(Task.objects.filter(pk__in=rows.values("task"))))
    found = [one for case in cases_of(tasks, now=now) for one in _questions(case, rules.awaited)]
    return sorted(found, key=lambda one: (one.taken.due_on, one.taken.pk))


def questions_on(task: Task, *, now: datetime) -> list[Question]:
    """Return what may be found on one task: what waits, then what was found not to hold and may be found to hold now."""
    if not _open(Task.objects.filter(pk=task.pk)).exists():
        return []
    (case,) = cases_of([task], now=now)
    return [*_questions(case, rules.awaited), *_questions(case, rules.at_rest)]


def findings_on(task: Task) -> QuerySet[Finding]:
    """Return what was found on the steps of a task, the newest first."""
    return Finding.objects.filter(step__task=task).select_related("step").order_by("-pk")


def _open(tasks: QuerySet[Task]) -> QuerySet[StepTaken]:
    """Return the steps without a paper that have come due on running tasks and have not taken effect."""
    rows = StepTaken.objects.filter(kind="step", effective_on=None, task__in=tasks.order_by().values("pk"))
    return rows.filter(task__state__in=RUNNING, due_version=F("task__due_version")).exclude(action__in=PROPOSES)


def _questions(case: Case, which: _Which) -> Iterable[Question]:
    steps = which(case.snapshot, case.follow_up, case.taken)
    if not steps:
        return
    rows = StepTaken.objects.filter(
        task=case.task, due_version=case.snapshot.due_version, kind="step", effective_on=None
    )
    by_part = {row.part: row for row in rows.prefetch_related("findings")}
    for step in steps:
        row = by_part[step_part(step)]
        yield Question(case.task, step, row, max(row.findings.all(), key=lambda one: one.pk, default=None))
