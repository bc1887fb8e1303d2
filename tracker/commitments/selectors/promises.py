"""Read a document's commitments together with the tasks that came of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from tracker.commitments.models import Commitment, Task
from tracker.documents.models import Document
from tracker.rules.followup import ENDED

TASKS_SHOWN = 3


@dataclass(frozen=True, eq=False)
class Promise:
    """Be a commitment with its tasks in sight: how many, how many ended, and the few that are due first."""

    commitment: Commitment
    tasks: list[Task]
    count: int
    ended: int

    @property
    def due(self) -> date | None:
        """Return the date that is spoken of: the next of its tasks', else the commitment's own."""
        return next((task.due for task in self.tasks if task.due), self.commitment.due)


def promises_of(document: Document, tasks: QuerySet[Task]) -> list[Promise]:
    """Return the document's commitments in the order of its text, each with those of `tasks` that came of it."""
    by_commitment: dict[int, list[Task]] = defaultdict(list)
    rows = tasks.filter(commitment__document=document).select_related("lead").defer("ics")
    for task in rows.order_by("due", "pk"):
        by_commitment[task.commitment_id].append(task)
    found = []
    commitments = Commitment.objects.filter(document=document, withdrawn_at__isnull=True).select_related("clause")
    for commitment in commitments.order_by("line", "pk"):
        of = by_commitment[commitment.pk]
        running = [task for task in of if task.state not in ENDED]
        found.append(Promise(commitment, running[:TASKS_SHOWN] or of[:TASKS_SHOWN], len(of), len(of) - len(running)))
    return found
