"""Let tasks take up names that changed outside them: of a unit, of a document, of the clause they stand in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from tracker.commitments.models import Assignment, Task


@transaction.atomic
def show_new_names(
    *,
    now: datetime,
    units: Collection[str] = (),
    documents: Collection[str] = (),
    commitments: Collection[str] = (),
) -> int:
    """Give the tasks that show a changed name a new version, and return how many there are.

    Calendars ask for a task anew only when its version rises, and some programs look at nothing else (RFC 5545, 3.8.7.4).
    `units` and `documents` are slugs, `commitments` keys. Not audited: the change of the name is, and the tasks' duties are
    what they were.
    """
    parts = Assignment.objects.filter(unit__slug__in=units)
    shown = Q(pk__in=parts.values("task")) | Q(lead__slug__in=units)
    shown |= Q(commitment__document__slug__in=documents) | Q(commitment__key__in=commitments)
    ids = Task.objects.filter(shown).order_by().values("pk")
    return Task.objects.filter(pk__in=ids).update(version=F("version") + 1, changed_at=now)
