"""Say which tasks a commitment should have, and when its next instance is to be opened.

Opening makes the tasks that are missing, and a changed commitment is held against the same answer. A duty that recurs has
one task a period, opened half a year ahead; one laid on each unit alone has one task a unit; any other has one task, which
the first lead unit leads and the others share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.commitments.models import Commitment
from tracker.commitments.working import Reckoned, instances_of, reckoning_of
from tracker.org.models import Unit
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar

# Half a year at its longest: whoever plans a half-year finds all of its instances.
AHEAD = timedelta(days=184)

Parts = tuple[tuple[Unit, str], ...]


@dataclass(frozen=True, slots=True)
class ExpectedTask:
    """Describe one task; `parts` are (unit, role) with the leading unit first, `period` is "" where nothing recurs."""

    key: str
    commitment: Commitment
    lead: Unit
    period: str
    reckoned: Reckoned
    parts: Parts


@dataclass(frozen=True, slots=True)
class Expected:
    """Hold the tasks of a commitment and the day on which to look for its next instance, None when there is none."""

    tasks: tuple[ExpectedTask, ...]
    next_instance_on: date | None


def expected_tasks(
    commitment: Commitment,
    workdays: WorkdayCalendar,
    *,
    today: date,
    after: date | None = None,
    happened_on: date | None = None,
) -> Expected:
    """Return the tasks to be opened for a commitment by `today`.

    `after` is the due date of the last instance opened before, None when there was none: then, of the periods already
    past, only the last is opened, for its answer shows whether the duty is lived up to and to ask for every one would be a
    burden. `happened_on` is the day of the event a relative duty waits for, None while it has not happened. A document
    that is not issued yet binds nobody: its tasks open on the day it is. The commitment's units are best prefetched as
    `units__unit`.
    """
    if today < commitment.document.issued_on:
        return Expected((), commitment.document.issued_on)
    if not commitment.recurrence:
        reckoned = reckoning_of(commitment, workdays, happened_on)
        return Expected(tuple(_tasks(commitment, "", reckoned)), None)
    tasks: list[ExpectedTask] = []
    last_past: tuple[str, Reckoned] | None = None
    newest: date | None = after
    for period, reckoned in instances_of(commitment, workdays):
        due = reckoned.due
        assert due is not None, "an instance of a recurrence has a date"
        if after is not None and due <= after:
            continue
        if after is None and due < today:
            last_past = (period, reckoned)
            continue
        opens_on = due - AHEAD
        if newest is not None:
            # A year's duty is due again as soon as the last one is over, however far its next date is.
            opens_on = min(opens_on, newest + ONE_DAY)
        if opens_on > today and (tasks or newest is not None):
            return Expected((*_past(commitment, last_past), *tasks), opens_on)
        tasks.extend(_tasks(commitment, period, reckoned))
        newest = due
    return Expected((*_past(commitment, last_past), *tasks), None)


def every_task(
    commitment: Commitment, workdays: WorkdayCalendar, *, through: date, happened_on: date | None = None
) -> dict[str, ExpectedTask]:
    """Return by key the tasks a commitment may have, of every period up to the one after `through`."""
    if not commitment.recurrence:
        return {one.key: one for one in _tasks(commitment, "", reckoning_of(commitment, workdays, happened_on))}
    found: dict[str, ExpectedTask] = {}
    for period, reckoned in instances_of(commitment, workdays):
        found |= {one.key: one for one in _tasks(commitment, period, reckoned)}
        if reckoned.due is not None and reckoned.due > through:
            break
    return found


def _past(commitment: Commitment, last: tuple[str, Reckoned] | None) -> Iterator[ExpectedTask]:
    if last is not None:
        yield from _tasks(commitment, *last)


def _tasks(commitment: Commitment, period: str, reckoned: Reckoned) -> Iterator[ExpectedTask]:
    lines = sorted(commitment.units.all(), key=lambda line: line.position)
    leads = [line.unit for line in lines if line.role == "lead"]
    supports = [line.unit for line in lines if line.role == "support"]
    for share in [[unit] for unit in leads] if commitment.each else [leads]:
        leading = set(share)
        yield ExpectedTask(
            key=f"{commitment.key}/{share[0].slug}/{period}",
            commitment=commitment,
            lead=share[0],
            period=period,
            reckoned=reckoned,
            parts=(
                *((unit, "lead") for unit in share),
                *((unit, "support") for unit in supports if unit not in leading),
            ),
        )
