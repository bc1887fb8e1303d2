"""Keep the calendar entries that were written from tasks, so that each is written once a version."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from tracker.commitments.models import Task


@transaction.atomic
def keep_entries(entries: Mapping[int, tuple[int, bytes]]) -> None:
    """Store, by task id, the bytes of its calendar entry and the version they were written from.

    Nothing that a person sees changes, so neither version nor `changed_at` do, and nothing is audited. A task that
    somebody is changing at this moment is left out: its bytes would be of no use, and nobody should wait for them. Bytes
    of an older version than the task's own do no harm either: whoever reads them compares the two.
    """
    tasks = list(Task.objects.select_for_update(skip_locked=True).filter(pk__in=entries).only("pk").order_by())
    for task in tasks:
        task.ics_version, task.ics = entries[task.pk]
    Task.objects.bulk_update(tasks, ["ics_version", "ics"])
