"""Make the files that were asked for: one process at a time each, as the person who asked, from the beginning after a crash.

How a ledger is written is handed in as a `Write`, for columns and words belong to the pages; when it may be, how far it is
and what becomes of a failure is decided here.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Protocol

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted
from tracker.audit.errors import Refusal
from tracker.commitments.models import Export
from tracker.commitments.services.exporting import OPEN, record_export
from tracker.commitments.services.leasing import Lease, LeaseLost, free, take
from tracker.org import selectors as org
from tracker.org.models import User
from tracker.rules.civil import civil_day

log = logging.getLogger(__name__)

State = Export.State
# A file that no process lives to end, or that fails as often as this, is given up.
MOST_ATTEMPTS = 3
# One pass begins nothing new after this long; the next goes on.
LONGEST_PASS = 300.0


@dataclass(frozen=True, slots=True)
class Written:
    """Say what was written: how many rows, and the name the file is saved under."""

    rows: int
    name: str


class Write(Protocol):
    """Write a ledger as the actor sees it, saying how many rows of how many are done now and then.

    Raises what a service raises when the actor may not, and passes on what `told` raises.
    """

    def __call__(
        self, export: Export, *, by: Actor, now: datetime, to: IO[bytes], told: Callable[[int, int], None]
    ) -> Written: ...


@dataclass(slots=True)
class Made:
    """Count what one pass did."""

    made: int = 0
    refused: int = 0
    put_off: int = 0
    given_up: int = 0
    stopped: int = 0

    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}


def waiting(*, real_now: datetime) -> QuerySet[Export]:
    """Return the files that are to be made and that nobody alive is making, the first asked for first."""
    return Export.objects.filter(free(real_now=real_now), state__in=OPEN).order_by("asked_at", "pk")


def make_exports(*, write: Write, now: datetime, real_now: datetime, seconds: float = LONGEST_PASS) -> Made:
    """Make one file after the other until none waits or `seconds` have passed; `real_now` times the leases."""
    result = Made()
    begun = time.monotonic()
    for export in waiting(real_now=real_now).select_related("user"):
        passed = time.monotonic() - begun
        if passed > seconds:
            break
        with translation.override(export.user.language or settings.LANGUAGE_CODE):
            _make(export, write, result, now=now, real_now=real_now + timedelta(seconds=passed))
    return result


def _make(export: Export, write: Write, result: Made, *, now: datetime, real_now: datetime) -> None:
    row = Export.objects.filter(pk=export.pk, state__in=OPEN)
    lease = take(row, real_now=real_now, state=State.MAKING, attempts=F("attempts") + 1, rows_done=0, rows_all=None)
    if lease is None:
        return
    export.refresh_from_db()
    by = org.actor_for(User.objects.get(pk=export.user_id), on=civil_day(now), source="work")
    try:
        if export.attempts > MOST_ATTEMPTS:
            raise Refusal(_("It was begun three times and never ended. Narrow the list, or tell the administrator."))
        if by.user_id is None:
            raise NotPermitted(_("The account was disabled before the file was made."))
        with tempfile.TemporaryFile() as to:
            written = write(export, by=by, now=now, to=to, told=lambda done, of: _tell(lease, done, of))
            _end(export, written, to, lease, by, now)
    except LeaseLost:
        result.stopped += 1
    except (Refusal, NotPermitted) as error:
        result.refused += 1
        lease.give_back(state=State.FAILED, why=str(error), ended_at=now)
    except Exception:
        log.exception("The ledger %s could not be written.", export.pk)
        if export.attempts >= MOST_ATTEMPTS:
            result.given_up += 1
            why = _("It failed three times; the log of the server says why. Tell the administrator, then ask anew.")
            lease.give_back(state=State.FAILED, why=why, ended_at=now)
        else:
            result.put_off += 1
            lease.give_back(state=State.WAITING)
    else:
        result.made += 1


def _tell(lease: Lease, done: int, of: int) -> None:
    lease.renew(rows_done=done, rows_all=of)


def _end(export: Export, written: Written, to: IO[bytes], lease: Lease, by: Actor, now: datetime) -> None:
    """Keep the file and say so, both or neither. Raises `LeaseLost` when the file is not wanted any more."""
    storage = export.file.storage
    size = to.tell()
    to.seek(0)
    name = storage.save(f"{export.pk}-{export.lease_token}.xlsx", File(to))
    try:
        with transaction.atomic():
            ready = lease.give_back(
                state=State.READY, file=name, file_name=written.name, size=size, why="", ended_at=now,
                rows_done=written.rows, rows_all=written.rows,
            )  # fmt: skip
            if not ready:
                raise LeaseLost
            record_export(filters=export.query, rows=written.rows, columns=export.columns, by=by, now=now)
    except BaseException:
        storage.delete(name)
        raise
