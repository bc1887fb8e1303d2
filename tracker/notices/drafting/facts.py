"""Gather what the data says of tasks: the date and how it was counted, how late they are, what was sent before.

A draft is made from these facts alone; what they do not hold is not said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.commitments.models import Deadline, Review, Task
from tracker.commitments.selectors.standing import standings_of
from tracker.notices.drafting.words import say
from tracker.notices.life import IN_FORCE, Verb
from tracker.notices.models import Kind, Matter, Notice
from tracker.rules.civil import civil_day
from tracker.rules.standing import Standing
from tracker.rules.wording import explain

# Notes of a working that an official text has no use for: rules in the letters of a calendar, what was still open when the
# task waited for its event, and the remarks of those who read the document.
_NOT_PRINTED = (
    "extension.",
    "stated.",
    "reading.order_",
    "reading.past",
    "reading.recurring",
    "reading.relative_",
    "reading.soft",
    "reading.times_within",
    "reading.undated",
    "reckon.waits",
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Be a notice on the same task that is in force: what it asked for by when, and whether a reply is on record."""

    kind: Kind
    name: str
    number: str  # empty for one that is only supposed
    issuer: str
    signed_on: date
    reply_by: date | None
    replied_on: date | None


@dataclass(frozen=True, slots=True)
class Supposed:
    """Hold what a simulation supposes of a task in place of its records: its standing, last report and earlier notices."""

    standing: Standing
    reported_on: date | None
    earlier: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Hold what is known of one task on the civil day `as_of`.

    `first_due` is the date before any extension, None when it was never moved. `counting` are the sentences of the working
    of the date. `closed_on` and `review` are of the last review.
    """

    task: Task
    as_of: date
    standing: Standing
    assigned_on: date
    first_due: date | None
    counting: tuple[str, ...]
    reported_on: date | None
    earlier: tuple[Earlier, ...]
    closed_on: date | None
    review: Review | None


def gather(
    tasks: Sequence[Task],
    *,
    today: date,
    supposed: Supposed | None = None,
    standings: Mapping[int, Standing] | None = None,
) -> dict[int, Facts]:
    """Return the facts of each task by id, in a handful of queries; commitment, document, clause and lead are loaded.

    What is `supposed` is taken in place of the records of all of them. `standings` are how the tasks stood on `today`,
    where that is a day past.
    """
    ids = [task.pk for task in tasks]
    if standings is None:
        standings = {} if supposed else standings_of(tasks, today=today)
    deadlines: dict[int, dict[int, Deadline]] = defaultdict(dict)
    for deadline in Deadline.objects.filter(task__in=ids):
        deadlines[deadline.task_id][deadline.version] = deadline
    earlier = defaultdict(list) if supposed else _earlier(ids)
    reviews = {review.task_id: review for review in Review.objects.filter(task__in=ids).order_by("at", "pk")}
    found = {}
    for task in tasks:
        versions = deadlines[task.pk]
        present, first = versions.get(task.due_version), versions.get(1)
        moved = first is not None and first.due is not None and first.due != task.due
        found[task.pk] = Facts(
            task=task,
            as_of=today,
            standing=supposed.standing if supposed else standings[task.pk],
            assigned_on=civil_day(task.opened_at),
            first_due=first.due if first is not None and moved else None,
            counting=tuple(_said(present.working)) if present else (),
            reported_on=supposed.reported_on if supposed else _day(task.reported_at),
            earlier=supposed.earlier if supposed else tuple(earlier[task.pk]),
            closed_on=_day(task.closed_at),
            review=reviews.get(task.pk),
        )
    return found


def signed_under(step_keys: Sequence[str]) -> dict[str, Earlier]:
    """Return, by the key of the step it comes from, each notice in force."""
    rows = Notice.objects.filter(step_key__in=step_keys, state__in=IN_FORCE).select_related("series")
    return {notice.step_key: _as_earlier(notice) for notice in rows.prefetch_related("deeds").order_by("signed_at")}


def matters(facts: Iterable[Facts]) -> list[Matter]:
    """Return the rows, unsaved and without their notice, that keep the figures of these tasks."""
    return [
        Matter(
            task=one.task,
            unit=one.task.lead,
            position=position,
            due=one.task.due,
            due_version=one.task.due_version,
            standing=one.standing.place,
            days_late=one.standing.days_late,
            workdays_late=one.standing.workdays_late,
        )
        for position, one in enumerate(facts, 1)
    ]


def _earlier(ids: Sequence[int]) -> dict[int, list[Earlier]]:
    notices = Notice.objects.filter(tasks__in=ids, state__in=IN_FORCE).select_related("series").order_by("signed_at")
    by_task: dict[int, list[Notice]] = defaultdict(list)
    rows = Matter.objects.filter(notice__in=notices, task__in=ids).values_list("notice_id", "task_id")
    by_id = {notice.pk: notice for notice in notices.prefetch_related("deeds")}
    for notice_id, task_id in rows.order_by("notice__signed_at"):
        by_task[task_id].append(by_id[notice_id])
    return defaultdict(list, {task_id: [_as_earlier(notice) for notice in found] for task_id, found in by_task.items()})


def _as_earlier(notice: Notice) -> Earlier:
    assert notice.signed_at is not None, "a notice in force has been signed"
    replies = [deed.at for deed in notice.deeds.all() if deed.verb == Verb.REPLY]
    return Earlier(
        kind=Kind(notice.kind),
        name=notice.name,
        number=notice.number_text,
        issuer=notice.issuer_name,
        signed_on=civil_day(notice.signed_at),
        reply_by=notice.reply_by,
        replied_on=_day(replies[0]) if replies else None,
    )


def _said(working: Sequence[Any]) -> Iterable[str]:
    for code, parameters in working:
        if code == "reckon.period":
            first, last = date.fromisoformat(parameters["first"]), date.fromisoformat(parameters["last"])
            yield f"本期为{say(first)}至{say(last)}。"
        elif not code.startswith(_NOT_PRINTED):
            yield explain((code, tuple((name, str(value)) for name, value in parameters.items())), "zh-hans")


def _day(instant: datetime | None) -> date | None:
    return civil_day(instant) if instant else None
