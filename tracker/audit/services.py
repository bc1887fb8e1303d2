"""Append to the audit chain, and keep the record of job runs.

Appending locks the head row, so entries have one order; `chain` says what a hash covers.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, models, transaction

from tracker import clock
from tracker.audit.actors import Actor
from tracker.audit.chain import digest
from tracker.audit.models import AuditEntry, AuditHead, JobRun

log = logging.getLogger(__name__)

# How long the record of a run is kept: of one that went well, and of one that did not.
KEEP_GOOD_RUNS = timedelta(days=90)
KEEP_BAD_RUNS = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Act:
    """Describe one act on one object, before it is chained."""

    action: str
    object_type: str
    object_id: str
    object_text: str
    detail: dict[str, Any] = field(default_factory=dict)


def act(action: str, obj: models.Model, **detail: Any) -> Act:
    """Return the act `action` on a model instance; detail values must be JSON-able."""
    return Act(action, obj._meta.label_lower, str(obj.pk), str(obj)[:400], detail)


def record(*, by: Actor, now: datetime, action: str, obj: models.Model, **detail: Any) -> AuditEntry:
    """Append one entry; must run inside the transaction of the change it records."""
    return record_many(by=by, now=now, acts=[act(action, obj, **detail)])[0]


def record_many(*, by: Actor, now: datetime, acts: Sequence[Act]) -> list[AuditEntry]:
    """Append entries in order with one lock of the head and one insert.

    Raises `TransactionManagementError` outside a transaction: an act and its record stand or fall together.
    """
    if not acts:
        return []
    transaction.get_connection().validate_no_broken_transaction()
    head = AuditHead.objects.select_for_update().get(pk=1)
    entries = []
    previous = head.hash
    for one in acts:
        entry = AuditEntry(
            at=now,
            actor_id=by.user_id,
            actor_name=by.name,
            actor_post=by.post,
            source=by.source,
            action=one.action,
            object_type=one.object_type,
            object_id=one.object_id,
            object_text=one.object_text,
            detail=one.detail,
            previous_hash=previous,
        )
        entry.hash = previous = digest(entry)
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries, batch_size=2000)
    head.hash = previous
    head.entries += len(entries)
    head.save(update_fields=["hash", "entries"])
    return entries


def record_refusal(*, by: Actor, now: datetime, action: str, route: str, path: str, method: str, why: str) -> None:
    """Put on the chain that somebody was refused; a database that cannot take it must not hide the refusal itself.

    `route` names the kind of address (web.page), `path` the address. It stands in a transaction of its own.
    """
    entry = Act(action, route, "", path[:400], {"method": method, "why": why})
    try:
        with transaction.atomic():
            record_many(by=by, now=now, acts=[entry])
    except DatabaseError:
        log.exception("A refusal could not be put on the audit chain.")


@contextmanager
def job_run(job: str, *, as_of: datetime) -> Iterator[JobRun]:
    """Record a run of `job`: started, finished, counts, and the error when it raises (which is raised on)."""
    run = JobRun.objects.create(job=job, started_at=clock.real_now(), as_of=as_of)
    try:
        yield run
    except Exception as error:
        run.error = f"{type(error).__name__}: {error}"[:4000]
        raise
    else:
        run.ok = True
    finally:
        run.finished_at = clock.real_now()
        run.save()


def forget_old_runs(*, real_now: datetime) -> int:
    """Remove the records of runs that nobody will ask for any more and return how many; audit entries stay for ever."""
    old = models.Q(ok=True, started_at__lt=real_now - KEEP_GOOD_RUNS) | models.Q(
        started_at__lt=real_now - KEEP_BAD_RUNS
    )
    forgotten, _ = JobRun.objects.filter(old).delete()
    return forgotten
