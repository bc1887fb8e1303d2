"""Gather, in a few queries for many tasks, what `rules` needs to decide on each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.commitments.models import Deadline, Task
from tracker.commitments.selectors.standing import picture, stops_of
from tracker.escalation.ladders import follow_up_of
from tracker.escalation.models import Finding, StepTaken
from tracker.escalation.models import FollowUp as FollowUpRow
from tracker.notices.selectors import dismissals, signatures
from tracker.rules.civil import civil_day
from tracker.rules.followup import FollowUp, Stop, Taken, TaskSnapshot


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one task's row with the values a decision is made from."""

    task: Task
    snapshot: TaskSnapshot
    follow_up: FollowUp
    taken: dict[str, Taken]


def gather(
    tasks: Sequence[Task],
    follow_ups: dict[int, FollowUpRow],
    *,
    stops: Mapping[int, Sequence[Stop]] | None = None,
) -> list[Case]:
    """Return the case of each task; `follow_ups` maps task ids to rows with their ladders loaded.

    `stops` are the spells in which their clocks stood still, for who has read them already.
    """
    ids = [task.pk for task in tasks]
    taken = _taken(ids)
    stops = stops_of(ids) if stops is None else stops
    dated = _dated({task.pk: task.due_version for task in tasks if task.due_version > 1})
    shared: dict[tuple[str, int, date | None], FollowUp] = {}
    cases = []
    for task in tasks:
        row = follow_ups[task.pk]
        frozen = (row.ladder.digest, row.version, row.rebased_on)
        if frozen not in shared:
            shared[frozen] = follow_up_of(row.ladder.content, row.version, row.rebased_on)
        cases.append(
            Case(
                task=task,
                snapshot=picture(task, stops.get(task.pk, ()), opened_on=row.opened_on, dated_on=dated.get(task.pk)),
                follow_up=shared[frozen],
                taken=taken[task.pk],
            )
        )
    return cases


def _taken(ids: list[int]) -> dict[int, dict[str, Taken]]:
    found: dict[int, dict[str, Taken]] = defaultdict(dict)
    of_tasks = StepTaken.objects.filter(task__in=ids).order_by()
    rows = list(of_tasks.values_list("task_id", "key", "taken_at", "effective_on"))
    # A proposal takes effect by the signature of its notice, and the notice sets the date for rectification.
    waiting = [key for _task, key, _at, effective_on in rows if effective_on is None]
    signed = signatures(waiting)
    declined = _declined([key for key in waiting if key not in signed])
    for task_id, key, at, effective_on in rows:
        day, reply_by = signed.get(key, (effective_on, None))
        found[task_id][key] = Taken(civil_day(at), day, reply_by, declined.get(key))
    return found


def _declined(keys: list[str]) -> dict[str, date]:
    """Return by step key the civil day a proposal was dismissed, or was found not to hold."""
    if not keys:
        return {}
    rows = Finding.objects.filter(step__key__in=keys, holds=False).order_by("pk").values_list("step__key", "at")
    return dismissals(keys) | {key: civil_day(at) for key, at in rows}


def _dated(versions: dict[int, int]) -> dict[int, date]:
    if not versions:
        return {}
    rows = Deadline.objects.filter(task__in=versions).values_list("task_id", "version", "set_at")
    return {task_id: civil_day(at) for task_id, version, at in rows if versions[task_id] == version}
