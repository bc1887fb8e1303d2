"""Read what a leader wants to know of a unit before a meeting: what it said it would do first, then how it stands.

Every list is cut at what fits on one sheet of paper; how many there are in all is said beside it. Whose tasks are looked
at is decided by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import F, QuerySet

from tracker.commitments.models import Deadline, Extension, Instruction, ProgressReport, Task
from tracker.commitments.selectors.dashboard import SOON_DAYS
from tracker.commitments.selectors.indicators import Reading, own_indicators, readings
from tracker.commitments.selectors.ledger import RUNNING
from tracker.org.models import Unit
from tracker.rules.civil import civil_day, start_of_day
from tracker.rules.followup import ENDED, State
from tracker.rules.forecast import Trend

# What fits on one side of A4, last promises first.
WORDS_SHOWN, LATE_SHOWN, SOON_SHOWN, CLOSED_SHOWN = 9, 8, 9, 6
AT_RISK = frozenset({Trend.WARNING, Trend.OFF_PATH, Trend.MISSED})


class Word(StrEnum):
    """Name how a unit gave its word, or what was asked of it."""

    NAMED_DAY = "named_day"  # of a duty that was past when loaded: when it would be done
    ASKED = "asked"  # for more time, not decided yet
    EXTENDED = "extended"
    REPORTED = "reported"  # on a duty that is late: how it stands and what is in the way
    INSTRUCTED = "instructed"


@dataclass(frozen=True, slots=True)
class Promise:
    """Be what was said of one duty that is still open: on which day, by whom, in which words, for which day.

    `answered` tells of an instruction whether the unit has reported since; None of everything else.
    """

    what: Word
    task: Task
    on: date
    by: str
    text: str
    until: date | None = None
    answered: bool | None = None

    def broken(self, today: date) -> bool:
        """Tell whether the day it was promised for has passed."""
        return self.until is not None and self.until < today


@dataclass(frozen=True, slots=True)
class Cut:
    """Hold the rows that fit, and how many there are."""

    rows: list[Task]
    in_all: int

    @property
    def more(self) -> int:
        return self.in_all - len(self.rows)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Hold a unit's sheet as of a day; `since` is the day of the last one."""

    promises: list[Promise]
    promises_in_all: int
    late: Cut
    soon: Cut
    closed: Cut
    at_risk: list[Reading]

    @property
    def more_promises(self) -> int:
        return self.promises_in_all - len(self.promises)


def sheet(unit: Unit, tasks: QuerySet[Task], *, today: date, since: date) -> Sheet:
    """Return the sheet of a unit over those of `tasks` that it leads."""
    mine = tasks.filter(lead=unit)
    running = mine.filter(state__in=RUNNING)
    promises = _promises(mine.exclude(state__in=[state.value for state in ENDED]), today=today)
    ended = mine.filter(state__in=[State.CLOSED, State.NOT_ACHIEVED], closed_at__gte=start_of_day(since))
    return Sheet(
        promises[:WORDS_SHOWN],
        len(promises),
        _cut(running.filter(due__lt=today).order_by("due", "pk"), LATE_SHOWN),
        _cut(
            running.filter(due__gte=today, due__lte=today + timedelta(days=SOON_DAYS)).order_by("due", "pk"),
            SOON_SHOWN,
        ),
        _cut(ended.order_by("-closed_at", "-pk"), CLOSED_SHOWN),
        [one for one in readings(own_indicators(unit), today=today) if one.trend in AT_RISK],
    )


def _cut(tasks: QuerySet[Task], most: int) -> Cut:
    rows = tasks.select_related("commitment__document", "commitment__clause", "lead", "blocker").defer("ics")
    return Cut(list(rows[:most]), tasks.count())


def _promises(tasks: QuerySet[Task], *, today: date) -> list[Promise]:
    """Return what was said of open duties, the newest first, in five queries."""
    by_id = {
        task.pk: task
        for task in tasks.select_related("commitment__document", "commitment__clause", "lead").defer("ics")
    }
    found: list[Promise] = []
    named = Deadline.objects.filter(task__in=by_id, convention="named_by_unit", version=F("task__due_version"))
    for told in named:
        found.append(
            Promise(Word.NAMED_DAY, by_id[told.task_id], civil_day(told.set_at), told.set_by, told.reason, told.due)
        )
    found += _asked(by_id)
    reports = ProgressReport.objects.filter(task__in=by_id, unit=F("task__lead")).order_by("at", "pk")
    newest = {row.task_id: row for row in reports}
    for pk, report in newest.items():
        due = by_id[pk].due
        # What was said with a day that was named stands with that day already.
        says_how = report.text and report.kind != ProgressReport.Kind.BACKFILL
        if says_how and due is not None and due < today:
            found.append(Promise(Word.REPORTED, by_id[pk], civil_day(report.at), report.by, report.text))
    for row in Instruction.objects.filter(task__in=by_id):
        answer: datetime | None = newest[row.task_id].at if row.task_id in newest else None
        found.append(
            Promise(
                Word.INSTRUCTED,
                by_id[row.task_id],
                civil_day(row.at),
                row.by,
                row.text,
                answered=answer is not None and answer > row.at,
            )
        )
    return sorted(found, key=lambda one: (not one.broken(today), one.answered is True, -one.on.toordinal()))


def _asked(by_id: dict[int, Task]) -> Sequence[Promise]:
    """Return the newest request for more time of each duty, unless it was refused."""
    newest: dict[int, Extension] = {}
    for row in Extension.objects.filter(task__in=by_id).order_by("requested_at", "pk"):
        newest[row.task_id] = row
    return [
        Promise(
            Word.EXTENDED if row.state == Extension.State.GRANTED else Word.ASKED,
            by_id[pk],
            civil_day(row.requested_at),
            row.requested_by,
            row.reason,
            row.new_due,
        )
        for pk, row in newest.items()
        if row.state != Extension.State.REFUSED
    ]
