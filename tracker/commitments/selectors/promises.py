"""Read a document's commitments together with the tasks that came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from tracker.commitments.models import Commitment, Task
from tracker.documents.models import Document
from tracker.rules.followup import ENDED


@dataclass(frozen=True, eq=False)
class Promise:
    """Be a commitment with what came of it: how many tasks in sight, how many ended, and the task itself if it is one.

    `next_due` is the earliest date of those still open.
    """

    commitment: Commitment
    count: int
    ended: int
    next_due: date | None
    only: Task | None

    @property
    def due(self) -> date | None:
        """Return the date that is spoken of: the next of its tasks', else the commitment's own."""
        return self.next_due or self.commitment.horizon


def promises_of(document: Document, tasks: QuerySet[Task]) -> list[Promise]:
    """Return the document's commitments in the order of its text, each with those of `tasks` that came of it.

    Those that another document has ended are among them, `ended_by` loaded; those that left their source are not.

    Three queries however many tasks there are.
    """
    ended = Q(state__in=[state.value for state in ENDED])
    rows = tasks.order_by().filter(commitment__document=document).values("commitment")
    found: dict[int, dict[str, Any]] = {
        row["commitment"]: dict(row)
        for row in rows.annotate(
            count=Count("pk"), ended=Count("pk", filter=ended), next_due=Min("due", filter=~ended), first=Min("pk")
        )
    }
    alone = [row["first"] for row in found.values() if row["count"] == 1]
    only = Task.objects.filter(pk__in=alone).select_related("lead").defer("ics").in_bulk()
    # What another document ended is still shown in its place, as ended.
    standing = Q(withdrawn_at__isnull=True) | Q(ended_by__isnull=False)
    commitments = Commitment.objects.filter(standing, document=document).select_related(
        "clause", "ended_by__instrument"
    )
    promises = []
    for commitment in commitments.order_by("line", "pk"):
        row = found.get(commitment.pk, {"count": 0, "ended": 0, "next_due": None, "first": None})
        promises.append(Promise(commitment, row["count"], row["ended"], row["next_due"], only.get(row["first"])))
    return promises
