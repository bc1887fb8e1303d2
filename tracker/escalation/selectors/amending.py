"""Read what else stops when tasks end or move: reminders and steps to come, messages not sent yet, proposals, notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.commitments.models import Task
from tracker.escalation.selectors.following import cases_of
from tracker.messaging.models import Item
from tracker.notices.life import State
from tracker.notices.models import Notice
from tracker.org import selectors as org
from tracker.rules import due
from tracker.rules.civil import civil_day

_PROPOSED = (State.PROPOSED, State.TO_SIGN)
_OUT = (State.SIGNED, State.ISSUED, State.RECEIVED, State.REPLIED)


@dataclass(frozen=True, slots=True)
class Consequences:
    """Hold what the ending or moving of tasks takes with it.

    `reminders` and `steps` are those that would still come, by the ladders frozen on the tasks; `items` the lines written
    down and not yet in anybody's message; `dropped` the proposals the next sweep dismisses; `standing` the notices that are
    signed and stay until a person withdraws them.
    """

    reminders: int
    steps: int
    items: int
    dropped: list[Notice]
    standing: list[Notice]


def consequences(tasks: Sequence[Task], *, now: datetime) -> Consequences:
    """Return what stops with these tasks, in a handful of queries however many they are."""
    today, workdays = civil_day(now), org.workdays()
    reminders = steps = 0
    for case in cases_of(tasks, now=now):
        for rung in due.ladder(case.snapshot, case.follow_up, workdays, case.taken, today, counted=False):
            if rung.status not in {due.Status.COMING, due.Status.DUE, due.Status.BLOCKED}:
                continue
            if rung.step is None:
                reminders += 1
            else:
                steps += 1
    ids = [task.pk for task in tasks]
    notices = Notice.objects.filter(tasks__in=ids, tells_standing=True).select_related("to_unit", "issuer", "series")
    found = list(notices.filter(state__in=[*_PROPOSED, *_OUT]).distinct().order_by("pk"))
    return Consequences(
        reminders,
        steps,
        Item.objects.filter(task__in=ids, digest__isnull=True, dropped_at__isnull=True).count(),
        [notice for notice in found if notice.state in _PROPOSED],
        [notice for notice in found if notice.state in _OUT],
    )
