"""Make many overdue tasks at once, whose units' liaisons have accounts."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests import factories as make
from tracker.commitments.models import Assignment, Deadline, Task
from tracker.org.models import Unit, User

OPENED = datetime(2023, 5, 31, 8, 0, tzinfo=UTC)
DUE = date(2023, 6, 2)


def liaisons(number: int) -> dict[Unit, User]:
    """Make that many units, each with a liaison who has an account, and return the accounts by unit."""
    found = {}
    for _ in range(number):
        unit = make.unit()
        found[unit] = make.user(make.post(unit))
    return found


def overdue(number: int, units: list[Unit]) -> list[Task]:
    """Make that many tasks due on 2 June 2023, shared out among the units, which the next sweep looks at."""
    of = make.commitment(due=DUE)
    tasks = Task.objects.bulk_create(
        Task(
            key=f"{of.key}/{place}/",
            commitment=of,
            lead=units[place % len(units)],
            title=of.title,
            state="assigned",
            due=DUE,
            opened_at=OPENED,
            changed_at=OPENED,
            next_look_at=OPENED,
        )
        for place in range(number)
    )
    Deadline.objects.bulk_create(
        Deadline(task=task, version=1, due=DUE, set_at=OPENED, set_by="test") for task in tasks
    )
    Assignment.objects.bulk_create(Assignment(task=task, unit=task.lead, role="lead") for task in tasks)
    return tasks
