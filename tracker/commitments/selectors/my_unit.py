"""Read what a unit has to do, sorted the way its liaison works: late, instructed, this week, to take on, and the rest.

Each task stands in one section only, the most pressing. Which one thing to do next is decided here; whether the actor may
do it is decided by the table of moves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Max, QuerySet

from tracker.audit.actors import Actor
from tracker.commitments.models import Assignment, Extension, Instruction, ProgressReport, Task
from tracker.commitments.selectors.ledger import RUNNING
from tracker.commitments.selectors.standing import Grounds, grounds_of
from tracker.commitments.selectors.visible import open_moves
from tracker.org.models import Unit
from tracker.rules.followup import ENDED, State
from tracker.rules.standing import Place, Standing
from tracker.rules.transitions import Verb

WEEK = timedelta(days=7)
# A report that a clause asks for is shown this long before it is due.
REPORTS_AHEAD = timedelta(days=31)
MOST = 100
MOST_LATER = 8

_ENDED = tuple(state.value for state in ENDED)
_WITH_SOMEBODY = frozenset({State.TO_CONFIRM.value, State.AWAITING_REVIEW.value, State.WAITING.value})
Part = Assignment.PartState


class Do(StrEnum):
    """Name what a person can do with a row; the words a page gives them are its own."""

    ACKNOWLEDGE = "acknowledge"
    CONFIRM_BACKFILL = "confirm_backfill"
    RECORD_EVENT = "record_event"
    REPORT = "report"
    NO_CHANGE = "no_change"
    PART_DONE = "part_done"
    APPLY_TO_CLOSE = "apply_to_close"
    REQUEST_EXTENSION = "request_extension"


class Section(StrEnum):
    """Name the sections, most pressing first."""

    LATE = "late"
    TO_CONFIRM = "to_confirm"
    INSTRUCTED = "instructed"
    WEEK = "week"
    TO_ACCEPT = "to_accept"
    REPORTS = "reports"
    WITH_OTHERS = "with_others"
    LATER = "later"


_NEEDS = {
    Do.ACKNOWLEDGE: Verb.ACKNOWLEDGE,
    Do.CONFIRM_BACKFILL: Verb.CONFIRM_BACKFILL,
    Do.RECORD_EVENT: Verb.RECORD_EVENT,
    Do.REPORT: Verb.REPORT,
    Do.NO_CHANGE: Verb.REPORT,
    Do.PART_DONE: Verb.REPORT,
    Do.APPLY_TO_CLOSE: Verb.APPLY_TO_CLOSE,
    Do.REQUEST_EXTENSION: Verb.REQUEST_EXTENSION,
}


@dataclass(frozen=True, slots=True)
class Work:
    """Be one row: a task, the unit's part in it, where it stands, and what to do, the next thing first.

    `instruction` is the newest a leader wrote on a task that the unit leads and has not reported on since.
    """

    task: Task
    part: Assignment
    standing: Standing
    todo: tuple[Do, ...]
    instruction: Instruction | None = None

    @property
    def leads(self) -> bool:
        return self.part.role == "lead"


@dataclass(frozen=True, slots=True)
class Workload:
    """Hold a unit's sections, the extension requests its head is to agree to, and how much is open altogether.

    `grounds` are what the rows' standing was judged by.
    """

    sections: dict[Section, list[Work]]
    to_agree: list[Extension]
    open: int
    reports_this_month: int
    grounds: Grounds

    def of(self, section: Section) -> list[Work]:
        return self.sections[section]


def workload(unit: Unit, *, actor: Actor, today: date) -> Workload:
    """Return what a unit of the actor's has to do, in a fixed number of queries; at most `MOST` rows a section.

    The unit's open duties are first read in a few columns: which of them are shown is decided from these, so that a unit
    with thousands costs one narrow query and the rows of one page. Extension requests are read for the unit's head only.
    """
    open_parts = list(
        Assignment.objects.filter(unit=unit)
        .exclude(task__state__in=_ENDED)
        .values_list("task", "state", "task__state", "task__due", "task__commitment__asks_report")
    )
    outlines = [_Outline(*row) for row in open_parts]
    instructed = _unanswered(unit)
    parts = sorted(
        _with_row(Assignment.objects.filter(unit=unit, task__in=_shown(outlines, today, instructed))),
        # Databases disagree about where what has no date belongs: here it comes last.
        key=lambda part: (part.task.due is None, part.task.due or date.max, part.task.pk),
    )
    grounds = grounds_of([part.task for part in parts])
    sections: dict[Section, list[Work]] = {section: [] for section in Section}
    for part in parts:
        standing = grounds.standing_of(part.task, today=today)
        said = instructed.get(part.task_id)
        work = Work(part.task, part, standing, _todo(part, standing, actor, instructed=said is not None), said)
        sections[_section(work, today)].append(work)
    asked = [one.due for one in outlines if one.asks_report and one.state in RUNNING and one.due is not None]
    return Workload(
        sections,
        list(Extension.objects.filter(unit=unit, state=Extension.State.REQUESTED).select_related("task"))
        if unit.pk in actor.head_ids
        else [],
        len(outlines),
        sum((due.year, due.month) == (today.year, today.month) for due in asked),
        grounds,
    )


def _unanswered(unit: Unit) -> dict[int, Instruction]:
    """Return by task the newest instruction on what a unit leads that no report of the unit's followed."""
    rows = Instruction.objects.filter(task__lead=unit).exclude(task__state__in=_ENDED).order_by("at", "pk")
    newest = {row.task_id: row for row in rows}
    if not newest:
        return {}
    reports = ProgressReport.objects.filter(task__in=newest, unit=unit)
    reported = dict(reports.order_by().values_list("task").annotate(Max("at")))
    return {pk: row for pk, row in newest.items() if pk not in reported or reported[pk] <= row.at}


def _with_row(parts: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Return parts with what their rows show and are judged by, in one query."""
    return parts.select_related("task__commitment__document", "task__commitment__clause", "task__lead").defer(
        "task__ics", "task__commitment__clause__text"
    )


class _Outline(NamedTuple):
    """Hold the few columns by which a row is chosen."""

    pk: int
    part: str
    state: str
    due: date | None
    asks_report: bool


def _shown(outlines: Sequence[_Outline], today: date, instructed: Collection[int]) -> list[int]:
    """Return the tasks to show: what is pressing, earliest first, and a little of what comes later."""
    ordered = sorted(outlines, key=lambda one: (one.due is None, one.due or date.max, one.pk))
    pressing = [one.pk for one in ordered if one.pk in instructed or _presses(one, today)]
    chosen = set(pressing)
    later = [one.pk for one in ordered if one.pk not in chosen and one.state in RUNNING and one.due]
    return pressing[: MOST * 3] + later[:MOST_LATER]


def _presses(one: _Outline, today: date) -> bool:
    if one.part == Part.ASSIGNED or one.state in _WITH_SOMEBODY:
        return True
    if one.due is None:
        return False
    return one.due <= today + (REPORTS_AHEAD if one.asks_report else WEEK)


def _section(work: Work, today: date) -> Section:
    place, due = work.standing.place, work.task.due
    if place is Place.OVERDUE:
        # The lead answers for the date; a supporting unit that has done its part is not late.
        return Section.WITH_OTHERS if work.part.state == Part.DONE and not work.leads else Section.LATE
    if place is Place.TO_CONFIRM:
        return Section.TO_CONFIRM if work.leads else Section.WITH_OTHERS
    if work.part.state == Part.DONE or place in {Place.AWAITING_REVIEW, Place.WAITING, Place.SUSPENDED}:
        return Section.WITH_OTHERS
    if work.instruction is not None:
        return Section.INSTRUCTED
    if due is not None and due <= today + WEEK:
        return Section.WEEK
    if work.part.state == Part.ASSIGNED:
        return Section.TO_ACCEPT
    if work.task.commitment.asks_report and due is not None and due <= today + REPORTS_AHEAD:
        return Section.REPORTS
    return Section.LATER


def _todo(part: Assignment, standing: Standing, actor: Actor, *, instructed: bool) -> tuple[Do, ...]:
    wanted = _wanted(part.task, part, standing, instructed=instructed)
    if not wanted or part.unit_id not in actor.unit_ids:
        return ()
    moves = open_moves(part.task, actor, own_units=frozenset({part.unit_id}))
    return tuple(do for do in wanted if _NEEDS[do] in moves)


def _wanted(task: Task, part: Assignment, standing: Standing, *, instructed: bool) -> tuple[Do, ...]:
    leads = part.role == "lead"
    if standing.place is Place.TO_CONFIRM:
        return (Do.CONFIRM_BACKFILL,) if leads else ()
    if standing.place is Place.WAITING:
        return (Do.RECORD_EVENT,)
    if standing.place in {Place.AWAITING_REVIEW, Place.SUSPENDED}:
        return ()
    if not leads:
        if part.state == Part.DONE:
            return ()
        return (Do.ACKNOWLEDGE,) if part.state == Part.ASSIGNED else (Do.PART_DONE,)
    if instructed:
        return (Do.REPORT, Do.APPLY_TO_CLOSE)
    if standing.place is Place.OVERDUE:
        reported = task.reported_at is not None
        return (Do.APPLY_TO_CLOSE, Do.REPORT) if reported else (Do.REPORT, Do.APPLY_TO_CLOSE)
    if part.state == Part.ASSIGNED:
        return (Do.ACKNOWLEDGE,)
    # Nobody is asked for a report that no clause asks for.
    if task.commitment.asks_report:
        return (Do.REPORT, Do.NO_CHANGE, Do.APPLY_TO_CLOSE)
    return (Do.APPLY_TO_CLOSE, Do.REQUEST_EXTENSION)
