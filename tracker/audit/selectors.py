"""Read the audit chain and the runs of jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, Q, QuerySet

from tracker.audit.chain import GENESIS, digest
from tracker.audit.models import AuditEntry, AuditHead, JobRun
from tracker.rules.civil import start_of_day


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Say how many entries were checked, the head hash, and the first break with its reason ("" when whole)."""

    entries: int
    head: str
    broken_at: int | None
    reason: str

    @property
    def whole(self) -> bool:
        return self.broken_at is None and not self.reason


def verify_chain(*, using: str = DEFAULT_DB_ALIAS) -> ChainReport:
    """Walk the whole chain and name its first break: a changed entry, a missing one, or a cut tail."""
    previous = GENESIS
    count = 0
    for entry in AuditEntry.objects.using(using).order_by("id").iterator(chunk_size=5000):
        if entry.previous_hash != previous:
            return ChainReport(count, previous, entry.pk, "the entry before it is missing or was changed")
        if digest(entry) != entry.hash:
            return ChainReport(count, previous, entry.pk, "its content does not match its hash")
        previous = entry.hash
        count += 1
    head = AuditHead.objects.using(using).get(pk=1)
    if head.hash != previous or head.entries != count:
        return ChainReport(count, previous, None, "entries are missing from the end of the chain")
    return ChainReport(count, previous, None, "")


def history_of(*objects: Model) -> QuerySet[AuditEntry]:
    """Return the entries about these objects, newest first; objects must share one model."""
    return AuditEntry.objects.filter(
        object_type=objects[0]._meta.label_lower, object_id__in=[str(one.pk) for one in objects]
    ).order_by("-id")


def latest_run(job: str) -> JobRun | None:
    """Return the newest run of `job` that succeeded, or None.

    Newest as recorded: a clock that once ran ahead must not make its run the newest for ever.
    """
    return JobRun.objects.filter(job=job, ok=True).order_by("-pk").first()


def last_as_of(job: str) -> datetime | None:
    """Return the instant the newest good run of `job` worked as of: time going backwards shows against it."""
    run = latest_run(job)
    return run.as_of if run else None


def failed_runs() -> QuerySet[JobRun]:
    """Return the runs of jobs that raised, newest first."""
    return JobRun.objects.filter(ok=False).exclude(error="").order_by("-pk")


def entries(
    *, text: str = "", action: str = "", first: date | None = None, last: date | None = None, before: int | None = None
) -> QuerySet[AuditEntry]:
    """Return entries, newest first: whose actor, post or object holds `text`, whose action begins with `action`.

    Days are civil and inclusive. `before` is an entry's id: only those older than it.
    """
    found = AuditEntry.objects.order_by("-id")
    if text:
        found = found.filter(
            Q(actor_name__icontains=text) | Q(actor_post__icontains=text) | Q(object_text__icontains=text)
        )
    if action:
        found = found.filter(action__startswith=action)
    if first:
        found = found.filter(at__gte=start_of_day(first))
    if last:
        found = found.filter(at__lt=start_of_day(last + timedelta(days=1)))
    return found.filter(pk__lt=before) if before else found


def head() -> AuditHead:
    """Return the chain's head: the newest hash and how many entries there are."""
    return AuditHead.objects.get(pk=1)
