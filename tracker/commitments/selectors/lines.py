"""Say a task in the columns of the county's ledger (台账): what a line holds going out and is compared with coming in.

One function makes the line for both ways, so that what went out unchanged comes in as “nothing to change”. The words are
those of the language that is active.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.commitments.models import Assignment, Certainty, Kind, ProgressReport, Responsibility, Task
from tracker.commitments.models.task import STATE_LABELS
from tracker.commitments.selectors import ledger
from tracker.commitments.selectors.noting import note_of
from tracker.rules.civil import civil_day
from tracker.rules.followup import ENDED, State

# Read so many at a time: a hundred thousand lines then take no more memory than this many, and few enough questions.
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """Be one line of the ledger: the task and its columns, by key; texts, whole numbers, civil days or None."""

    task: Task
    report: ProgressReport | None
    cells: Mapping[str, Any] = field(default_factory=dict)


def chunks(
    tasks: QuerySet[Task],
    *,
    sort: str = "due",
    groups: ledger.Groups | None = None,
    unit_ids: frozenset[int] = frozenset(),
) -> Iterator[list[Line]]:
    """Return every task as a line, in the order of the ledger, some hundreds at a time; `unit_ids` are the reader's units.

    Where such a unit supports a task and none leads it, the progress told is its own, for that is what it reports.
    """
    after = ""
    while True:
        page = ledger.page(_for_file(tasks), sort=sort, after=after, size=CHUNK, groups=groups)
        yield _lines(page.tasks, _read_parts(page.tasks), unit_ids)
        if page.after is None:
            return
        after = page.after


def lines_of(tasks: Iterable[Task], *, unit_ids: frozenset[int] = frozenset(), with_reports: bool = True) -> list[Line]:
    """Return tasks, loaded as for a table, as lines, in one query however many there are, in none without reports."""
    tasks = list(tasks)
    parts = {task.pk: [Part(one.unit_id, one.role, one.unit.name) for one in task.assignments.all()] for task in tasks}
    return _lines(tasks, parts, unit_ids, with_reports=with_reports)


@dataclass(frozen=True, slots=True)
class Part:
    """Be a unit's part in a task, as a line needs it."""

    unit_id: int
    role: str
    unit: str


Parts = Mapping[int, Sequence[Part]]


def _for_file(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Return tasks with what a line shows. Thousands share few commitments and units: those are read once a chunk."""
    return tasks.defer("ics").prefetch_related("commitment__document", "commitment__clause", "lead")


def _read_parts(tasks: Sequence[Task]) -> Parts:
    """Read the parts of many tasks as bare values: to make an object of each would take longer than the file."""
    rows = Assignment.objects.filter(task__in=[task.pk for task in tasks]).order_by("role", "id")
    found: defaultdict[int, list[Part]] = defaultdict(list)
    for task, unit, role, name in rows.values_list("task_id", "unit_id", "role", "unit__name"):
        found[task].append(Part(unit, role, name))
    return found


def _lines(tasks: Sequence[Task], parts: Parts, unit_ids: frozenset[int], *, with_reports: bool = True) -> list[Line]:
    speaking = {task.pk: _reporting_unit(task, parts[task.pk], unit_ids) for task in tasks}
    reports = newest_reports(tasks, speaking) if with_reports else {}
    words = _Words()
    return [
        Line(task, reports.get(task.pk), _cells(task, parts[task.pk], reports.get(task.pk), words)) for task in tasks
    ]


def _reporting_unit(task: Task, parts: Sequence[Part], unit_ids: frozenset[int]) -> int:
    """Return the unit whose progress a line tells: the lead, unless the reader's units only support."""
    own = [part.unit_id for part in parts if part.unit_id in unit_ids]
    return own[0] if own and task.lead_id not in own else task.lead_id


def newest_reports(tasks: Iterable[Task], units: Mapping[int, int]) -> dict[int, ProgressReport]:
    """Return the newest report on each task of the unit that speaks for it."""
    rows = ProgressReport.objects.filter(task__in=[task.pk for task in tasks])
    newest: dict[int, ProgressReport] = {}
    for report in rows.order_by("task", "at", "id").defer("by_post"):
        if units.get(report.task_id) == report.unit_id:
            newest[report.task_id] = report
    return newest


class _Words(dict[Any, str]):
    """Hold the words of choices in the active language, each looked up once for many lines."""

    def __missing__(self, choice: Any) -> str:
        self[choice] = words = str(choice.label)
        return words


def _cells(task: Task, parts: Sequence[Part], report: ProgressReport | None, words: _Words) -> dict[str, Any]:
    document = task.commitment.document
    return {
        "title": f"{task.title}（{task.period}）" if task.period else task.title,
        "source": " ".join(part for part in (document.short, document.number, task.commitment.clause.label) if part),
        "lead": task.lead.name,
        "supports": "、".join(part.unit for part in parts if part.role == "support"),
        "due": task.due,
        "progress": progress_of(report),
        "done": done_of(task),
        "note": note_of(task),
        "key": task.pk,
        "percent": task.percent,
        "start": task.start,
        "kind": words[Kind(task.commitment.kind)],
        "certainty": words[Certainty(task.commitment.certainty)],
        "responsibility": words[Responsibility(task.commitment.responsibility)],
        "clause": task.commitment.quote,
        "reported": civil_day(task.reported_at) if task.reported_at else None,
        "changed": civil_day(task.changed_at),
        "ended": task.done_on or (civil_day(task.closed_at) if task.closed_at else None),
        "version": task.version,
    }


def progress_of(report: ProgressReport | None) -> str:
    """Say how a task stands in the words of the newest report."""
    if report is None:
        return ""
    if report.text:
        return report.text
    if report.kind == ProgressReport.Kind.NO_CHANGE:
        return _("no change")
    return _("%(percent)s %% done") % {"percent": report.percent} if report.percent is not None else ""


def done_of(task: Task) -> str:
    """Say whether a task is done: its state, with the day it was done on once it has ended."""
    state = State(task.state)
    words = str(STATE_LABELS[state])
    day = task.done_on or (civil_day(task.closed_at) if task.closed_at else None)
    return f"{words} {day.isoformat()}" if state in ENDED and day else words
