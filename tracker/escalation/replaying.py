"""Replay documents as if the program had run from some day on and nobody had acted; nothing is written anywhere.

What opens when is asked of `expected_tasks`, as the real opening asks it: a document opens on its issue, a recurring duty
as its periods come up. What follows is played by `simulation`. People's acts, events of relative duties included, have no
place here: what waits for one goes on waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from django.db.models import QuerySet

from tracker.commitments.expected import ExpectedTask, expected_tasks
from tracker.commitments.models import Commitment, Task
from tracker.commitments.selectors.standing import picture
from tracker.commitments.services.opening import opening_state_of
from tracker.escalation.ladders import content_for, current_policies, follow_up_of
from tracker.escalation.simulation import Simulation, play
from tracker.org import selectors as org
from tracker.rules import simulate as playing
from tracker.rules.civil import SHANGHAI
from tracker.rules.simulate import Behaviour
from tracker.rules.workdays import WorkdayCalendar


def replay(
    commitments: QuerySet[Commitment],
    *,
    first: date,
    last: date,
    behaviour: Behaviour = Behaviour.NOBODY_ACTS,
    assume_signed: bool = False,
) -> Simulation:
    """Return what would have come due from `first` to `last`, both inclusive, had the program begun on `first`.

    Every task opens on the first day it may: on its document's issue, or on `first` where that was earlier. A task that is
    past due on the day it opens waits to be confirmed and nothing follows from it. With `assume_signed` every proposal is
    signed on the day it is made. Raises ValueError when `last` is before `first`.
    """
    rows = commitments.filter(withdrawn_at=None).select_related("document", "clause")
    rows = rows.prefetch_related("units__unit__parent").order_by("document__issued_on", "document", "line", "key")
    tasks = list(_opened(list(rows), org.workdays(), first, last))
    policies = current_policies(task.commitment.policy_key for task in tasks)
    cases = [
        playing.Case(
            picture(task, ()), follow_up_of(content_for(task, policies.get(task.commitment.policy_key)), version=1)
        )
        for task in tasks
    ]
    return play(tasks, cases, first=first, last=last, behaviour=behaviour, assume_signed=assume_signed)


def _opened(commitments: Sequence[Commitment], workdays: WorkdayCalendar, first: date, last: date) -> Iterator[Task]:
    """Yield, unsaved and numbered from 1, each task that opens in the period, as it opens."""
    number = 0
    for row in commitments:
        day: date | None = first
        newest: date | None = None
        while day is not None and day <= last:
            expected = expected_tasks(row, workdays, today=day, after=newest)
            for one in expected.tasks:
                number += 1
                yield _task(number, one, day)
            newest = max([one.reckoned.due for one in expected.tasks if one.reckoned.due], default=newest)
            day = expected.next_instance_on


def _task(number: int, one: ExpectedTask, day: date) -> Task:
    opened_at = datetime.combine(day, time(9), SHANGHAI)
    return Task(
        pk=number,
        key=one.key,
        commitment=one.commitment,
        lead=one.lead,
        period=one.period,
        title=one.commitment.title,
        state=opening_state_of(one, day),
        due=one.reckoned.due,
        start=one.reckoned.start,
        provisional=one.reckoned.provisional,
        opened_at=opened_at,
    )
