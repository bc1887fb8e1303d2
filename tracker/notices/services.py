"""Change notices: the sweep proposes them, people do the rest."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.notices.models import Notice


def propose(notices: Sequence[Notice]) -> None:
    """Store proposed notices; one whose key is already there is the same cause again and is left out."""
    Notice.objects.bulk_create(notices, batch_size=500, ignore_conflicts=True)
