"""Play the follow-up of a promise to the morning of the measurement, once for each way a promise may stand on it.

Very many tasks share few dates and policies, so what the sweep would have done on each of them up to yesterday, and does
this morning, is decided by `tracker.rules` once for each pair of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tracker.commitments.models import Commitment, Kind, Task
from tracker.escalation.ladders import content_for, digest_of, follow_up_of
from tracker.escalation.models import EscalationPolicy
from tracker.rules import due, escalation
from tracker.rules.civil import civil_day
from tracker.rules.followup import DueAction, State, Taken, TaskSnapshot
from tracker.rules.simulate import Case, simulate
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar, days_from

# Monday 5 June 2023, 09:05 in Shanghai; what is followed up was registered on 4 January.
NOW = datetime(2023, 6, 5, 1, 5, tzinfo=UTC)
TODAY = civil_day(NOW)
OPENED_AT = datetime(2023, 1, 4, 8, 0, tzinfo=UTC)
OPENED_ON = civil_day(OPENED_AT)

# Inside what a calendar feed shows by default.
FIRST_DUE, LAST_DUE = date(2023, 3, 8), date(2024, 12, 31)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Be one way a task stands this morning, nobody having acted.

    `policy_id` is None and `policy_key` empty where there are reminders only. `ladder` is a digest. `done` holds what
    earlier sweeps took, with the civil day on which they did; `next_look_at` is what the last of them wrote.
    """

    policy_id: int | None
    policy_key: str
    due: date
    ladder: str
    done: tuple[tuple[date, DueAction], ...]
    next_look_at: datetime | None

    @property
    def is_overdue(self) -> bool:
        """Tell whether the date has passed."""
        return self.due < TODAY

    @property
    def speaks(self) -> bool:
        """Tell whether something has come due this morning."""
        return self.next_look_at is not None and self.next_look_at <= NOW


def effective_day(action: DueAction, on: date) -> date | None:
    """Return the day on which what was taken on `on` took effect; None for a proposal, which nobody has signed."""
    return None if action.step is not None and escalation.is_proposal(action.step) else on


def patterns(
    policies: Sequence[EscalationPolicy | None], ladders: dict[str, dict[str, object]], workdays: WorkdayCalendar
) -> Iterator[Pattern]:
    """Yield a pattern for each policy (None: reminders only) and each working day of the window.

    What is frozen on the tasks is put into `ladders` under its digest.
    """
    days = [day for day in days_from(FIRST_DUE, LAST_DUE) if workdays.is_workday(day)]
    kind = Commitment(kind=Kind.ONCE)
    yesterday = TODAY - ONE_DAY
    for policy in policies:
        for day in days:
            task = Task(pk=0, commitment=kind, due=day, opened_at=OPENED_AT, state=State.ASSIGNED.value)
            content = content_for(task, policy)
            ladder = digest_of(content)
            ladders[ladder] = content
            follow_up = follow_up_of(content, 1)
            snapshot = TaskSnapshot(id=0, state=State.ASSIGNED, due=day, opened_on=OPENED_ON)
            played = simulate([Case(snapshot, follow_up)], workdays, OPENED_ON, yesterday, assume_signed=False)
            done = tuple((one.on, action) for one in played for action in one.actions)
            taken = {action.key: Taken(on, effective_day(action, on)) for on, action in done}
            look = due.next_look(snapshot, follow_up, workdays, taken, NOW - ONE_DAY)
            yield Pattern(policy.pk if policy else None, policy.key if policy else "", day, ladder, done, look)
