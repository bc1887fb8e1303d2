"""Carry on what people have started: bulk actions and uploads whose page may be closed by now.

The person who started is still who acts: what they may do is asked anew for each row, by the single service. A row is done
exactly once, whoever else is at the batch (`many`); the lease only keeps two processes from the same work.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from tracker.audit import actors
from tracker.commitments.models import Batch
from tracker.commitments.services import many
from tracker.commitments.services.leasing import LeaseLost, free, take
from tracker.org import selectors as org
from tracker.org.models import User
from tracker.rules.civil import civil_day

log = logging.getLogger(__name__)

State = Batch.State
# One pass begins no further slice after this long; the next goes on.
LONGEST_PASS = 300.0


@dataclass(slots=True)
class CarriedOn:
    """Count what one pass did: batches brought to their end, and those it left for the next or that failed."""

    ended: int = 0
    left: int = 0
    failed: int = 0

    def counts(self) -> dict[str, int]:
        return {f"batches_{name}": getattr(self, name) for name in self.__slots__}


def waiting(*, real_now: datetime) -> QuerySet[Batch]:
    """Return the batches that are to be gone on with and that nobody alive is at, the oldest first."""
    return Batch.objects.filter(free(real_now=real_now), state=State.APPLYING).order_by("made_at", "pk")


def carry_on(*, now: datetime, real_now: datetime, seconds: float = LONGEST_PASS) -> CarriedOn:
    """Go on with one batch after the other until none waits or `seconds` have passed; `real_now` times the leases."""
    result = CarriedOn()
    begun = time.monotonic()
    for batch in waiting(real_now=real_now).select_related("user"):
        if time.monotonic() - begun > seconds:
            break
        with translation.override(batch.user.language or settings.LANGUAGE_CODE):
            try:
                ended = _carry_on(batch, begun, seconds, now=now, real_now=real_now)
            except Exception:
                # One that cannot be gone on with stops only itself; its lease runs out and it is tried again.
                log.exception("Batch %s could not be carried on.", batch.pk)
                result.failed += 1
            else:
                result.ended += ended
                result.left += not ended
    return result


def _carry_on(batch: Batch, begun: float, seconds: float, *, now: datetime, real_now: datetime) -> bool:
    """Do the batch slice by slice and tell whether it came to its end."""
    passed = timedelta(seconds=time.monotonic() - begun)
    lease = take(Batch.objects.filter(pk=batch.pk, state=State.APPLYING), real_now=real_now + passed)
    if lease is None:
        return False
    try:
        while time.monotonic() - begun <= seconds:
            # Asked for each slice: a post may end, or an account be disabled, while the batch is being done.
            by = org.actor_for(User.objects.get(pk=batch.user_id), on=civil_day(now), source="work")
            if by.user_id is None:
                batch = many.refuse_rest(batch=batch, by=actors.system("work"), now=now)
            else:
                batch = many.go_on(batch=batch, by=by, now=now)
            if batch.state != State.APPLYING:
                lease.give_back()
                return True
            lease.renew()
    except LeaseLost:
        return False
    lease.give_back()
    return False
