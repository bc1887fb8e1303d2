"""Let one process at a time work on a row: it holds a lease for a while, renews it as it goes on, and loses it when it dies.

A lease is a token and the instant, in real time, until which its holder is believed to be alive. Whoever has lost it, or
whose row was ended by its person meanwhile, learns so at the next renewal and can write nothing any more.
"""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

# Many times what lies between two renewals; work cut short is gone on with after this long.
LEASE = timedelta(minutes=2)


class LeaseLost(Exception):
    """Raised when the row is another's by now, or was ended by the person who asked for it."""


class Lease:
    """Be the lease on one row of a model that has `lease_token` and `lease_until`; `real_now` is when it was taken."""

    def __init__(self, held: models.QuerySet[Any], real_now: datetime) -> None:
        self._held = held
        self._real_now = real_now
        self._begun = time.monotonic()

    def renew(self, **changes: Any) -> None:
        """Write `changes` and hold the row for another while. Raises `LeaseLost`."""
        passed = timedelta(seconds=time.monotonic() - self._begun)
        if not self._held.update(lease_until=self._real_now + passed + LEASE, **changes):
            raise LeaseLost

    def give_back(self, **changes: Any) -> bool:
        """Write `changes` and let go of the row; False when it was lost before."""
        return bool(self._held.update(lease_token="", lease_until=None, **changes))


def free(*, real_now: datetime) -> Q:
    """Return the condition that nobody who is alive works on a row."""
    return Q(lease_until__isnull=True) | Q(lease_until__lt=real_now)


def take(rows: models.QuerySet[Any], *, real_now: datetime, **changes: Any) -> Lease | None:
    """Take the lease on the one row of `rows` if it is free, writing `changes`; None when another process was first."""
    token = uuid.uuid4().hex
    if not rows.filter(free(real_now=real_now)).update(lease_token=token, lease_until=real_now + LEASE, **changes):
        return None
    return Lease(rows.model._default_manager.filter(lease_token=token), real_now)
