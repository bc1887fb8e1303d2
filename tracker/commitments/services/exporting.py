"""Put on record who took the ledger out as a file, bound how often, and keep what was asked for until it is made.

A short list is written while the person waits; a long one is asked for, made by a job (`making`), fetched by its asker
and removed after some days. What a person may see is judged when the file is made, as that person.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted
from tracker.audit.errors import Invalid, WrongState
from tracker.audit.models import AuditEntry
from tracker.audit.services import Act, record, record_many
from tracker.commitments.models import Export
from tracker.org.models import User

TAKEN_OUT = "commitments.ledger_exported"
State = Export.State
OPEN = (State.WAITING, State.MAKING)
# So many of one person's files wait or are made at a time.
MOST_OPEN = 3
# How long it stays on record that a file was asked for; that it was taken out stays on the audit chain for ever.
KEEP_ROWS = timedelta(days=90)
# A file that no row knows was left by a process that ended between writing it and saying so.
ORPHANED = timedelta(days=1)


def may_export(*, by: Actor, now: datetime) -> None:
    """Raise `Invalid` when this person took the ledger out as often as is allowed within the hour up to `now`.

    Asked before the work is begun; what counts is asked again when the file goes out (`take_out`, `ask_export`).
    """
    person, hour = _person(by), now - timedelta(hours=1)
    lately = AuditEntry.objects.filter(action=TAKEN_OUT, actor_id=person, at__gt=hour).count()
    lately += Export.objects.filter(user=person, state__in=OPEN, asked_at__gt=hour).count()
    most = settings.TRACKER_EXPORTS_PER_HOUR
    if lately >= most:
        raise Invalid(
            "export",
            _("You took the ledger out %(most)d times within an hour. Use a file you have, or wait a while.")
            % {"most": most},
        )


@transaction.atomic
def take_out(*, filters: str, rows: int, columns: list[str], by: Actor, now: datetime) -> None:
    """Record that the actor takes a short list out at once. Raises what `may_export` raises, whatever goes on beside it."""
    _account(by)
    may_export(by=by, now=now)
    _record(filters, rows, columns, by, now)


@transaction.atomic
def record_export(*, filters: str, rows: int, columns: list[str], by: Actor, now: datetime) -> None:
    """Record that the file asked for goes out: `rows` tasks found by the url-encoded `filters`, in these columns."""
    # A file that was asked for counts until now by its row, from now on by this entry: nobody counts in between.
    _account(by)
    _record(filters, rows, columns, by, now)


@transaction.atomic
def ask_export(*, query: str, said: str, columns: list[str], by: Actor, now: datetime) -> Export:
    """Keep that the actor wants the ledger at this address as a file, and return it; a job makes it.

    Asked for the same again while it is not made yet, return what was asked for first. Raises `Invalid` when the person has
    taken out, or has under way, as much as is allowed.
    """
    # Two clicks at once are one wish.
    _account(by)
    under_way = Export.objects.filter(user=by.user_id, state__in=OPEN)
    if same := under_way.filter(query=query).first():
        return same
    may_export(by=by, now=now)
    if under_way.count() >= MOST_OPEN:
        raise Invalid(
            "export",
            _("%(most)d of your files are under way already. Wait for them, or cancel one.") % {"most": MOST_OPEN},
        )
    export = Export.objects.create(user_id=_person(by), query=query, said=said, columns=columns, asked_at=now)
    record(by=by, now=now, action="commitments.export_asked", obj=export, filters=query)
    return export


@transaction.atomic
def cancel_export(*, export: Export, by: Actor, now: datetime) -> Export:
    """Cancel a file that is not made yet; a job that is at it stops at its next step and leaves nothing behind."""
    export = Export.objects.select_for_update().get(pk=export.pk)
    if export.user_id != by.user_id:
        raise NotPermitted(_("Somebody else asked for this file; only that person can cancel it."))
    if export.state not in OPEN:
        raise WrongState(_("It is not being made any more; there is nothing to cancel."))
    export.state, export.ended_at = State.CANCELLED, now
    export.lease_token, export.lease_until = "", None
    export.save(update_fields=["state", "ended_at", "lease_token", "lease_until"])
    record(by=by, now=now, action="commitments.export_cancelled", obj=export)
    return export


def forget_exports(*, now: datetime, real_now: datetime) -> int:
    """Remove files that are older than `TRACKER_EXPORT_DAYS` days, and what is left of older ones; return how many files.

    Files that no row knows are removed a day, in real time, after they were written.
    """
    removed = 0
    kept = now - timedelta(days=settings.TRACKER_EXPORT_DAYS)
    for export in Export.objects.filter(state=State.READY, ended_at__lt=kept):
        name = str(export.file.name)
        # The row first: a file that nobody knows is found again, a row without its file would promise one.
        if Export.objects.filter(pk=export.pk, state=State.READY).update(state=State.REMOVED, file=""):
            export.file.storage.delete(name)
            removed += 1
    Export.objects.filter(asked_at__lt=now - KEEP_ROWS).exclude(state__in=[*OPEN, State.READY]).delete()
    return removed + _remove_orphans(real_now)


def _person(by: Actor) -> int:
    if by.user_id is None:
        raise NotPermitted(_("Only a person with an account takes the ledger out."))
    return by.user_id


def _account(by: Actor) -> None:
    """Keep the actor's account for this transaction, so that their files are counted one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=_person(by))


def _record(filters: str, rows: int, columns: list[str], by: Actor, now: datetime) -> None:
    detail = {"filters": filters, "rows": rows, "columns": columns}
    record_many(by=by, now=now, acts=[Act(TAKEN_OUT, "commitments.task", "", by.name, detail)])


def _remove_orphans(real_now: datetime) -> int:
    storage: Any = Export._meta.get_field("file").storage
    if not storage.exists(""):
        return 0
    _folders, names = storage.listdir("")
    known = set(Export.objects.exclude(file="").values_list("file", flat=True))
    orphans = [n for n in names if n not in known and storage.get_modified_time(n) < real_now - ORPHANED]
    for name in orphans:
        storage.delete(name)
    return len(orphans)
