"""Read what waits for the supervision office: reviews, extensions, events to record, doubts to clear up."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, QuerySet

from tracker.audit.actors import Actor
from tracker.commitments.models import Extension, Return, Task
from tracker.commitments.selectors.ledger import RUNNING, for_table
from tracker.commitments.selectors.visible import visible_tasks
from tracker.org.models import UnitKind
from tracker.rules.followup import State

MOST = 100


@dataclass(frozen=True, slots=True)
class Desk:
    """Hold what waits, each list with at most `MOST` tasks, and how many tasks their units have yet to confirm."""

    to_review: list[Task]
    to_decide: list[Task]
    returned: list[Task]
    to_lay: list[Task]
    waiting: list[Task]
    to_confirm: int


def desk(actor: Actor) -> Desk:
    """Return what waits for a decision of the office; `to_lay` are duties of units that the text does not name."""
    tasks = visible_tasks(actor)
    return Desk(
        _some(tasks.filter(state=State.AWAITING_REVIEW).order_by("applied_at", "pk")),
        _some(tasks.filter(extensions__state=Extension.State.AGREED).order_by("due", "pk").distinct()),
        _some(tasks.filter(returns__state=Return.State.CLAIMED).order_by("due", "pk").distinct()),
        _some(
            tasks.filter(lead__kind=UnitKind.COLLECTIVE, state__in=RUNNING).order_by(
                F("due").asc(nulls_last=True), "pk"
            )
        ),
        _some(tasks.filter(state=State.WAITING).order_by("commitment__document__first_line", "commitment__line", "pk")),
        tasks.filter(state=State.TO_CONFIRM).count(),
    )


def _some(tasks: QuerySet[Task]) -> list[Task]:
    return list(for_table(tasks)[:MOST])
