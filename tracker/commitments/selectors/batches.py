"""Read what was planned for many tasks at once, by the person who planned it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, QuerySet

from tracker.audit.actors import Actor
from tracker.commitments.models import Batch, BatchRow, ProgressReport, Task

Outcome = BatchRow.Outcome
# Rows that were to be done when the work began.
TO_DO = (Outcome.READY, Outcome.DONE, Outcome.REFUSED, Outcome.STALE)


def own(actor: Actor) -> QuerySet[Batch]:
    """Return the plans of the actor."""
    return Batch.objects.filter(user=actor.user_id) if actor.user_id else Batch.objects.none()


def open_imports(actor: Actor) -> QuerySet[Batch]:
    """Return the actor's uploads that are neither applied nor dropped, newest first."""
    return own(actor).filter(action="import", state__in=[Batch.State.PLANNED, Batch.State.APPLYING])


def counts(batch: Batch) -> Counter[str]:
    """Return how many rows of a plan came to each outcome; those ready but not ticked are not counted."""
    ticked = batch.rows.exclude(outcome=Outcome.READY, ticked=False)
    return Counter(dict(ticked.order_by().values_list("outcome").annotate(Count("pk"))))


def unticked(batch: Batch) -> int:
    """Return how many rows could be done but are not to be."""
    return batch.rows.filter(outcome=Outcome.READY, ticked=False).count()


def tasks_of(batch: Batch) -> QuerySet[Task]:
    """Return the tasks of a plan's rows."""
    return Task.objects.filter(pk__in=batch.rows.values("task"))


def applications(tasks: Iterable[int]) -> dict[int, ProgressReport]:
    """Return the newest application to close on each of these tasks, with its evidence."""
    kinds = [ProgressReport.Kind.CLOSE, ProgressReport.Kind.BACKFILL]
    rows = ProgressReport.objects.filter(task__in=list(tasks), kind__in=kinds).order_by("at", "id")
    return {report.task_id: report for report in rows.prefetch_related("evidence")}
