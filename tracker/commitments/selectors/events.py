"""Read the events that relative commitments wait for."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.commitments.models import BaseEvent, Commitment


def newest_events(commitments: Iterable[Commitment]) -> dict[int, BaseEvent]:
    """Return by commitment id the event that counts: the one recorded last, for a correction adds a row."""
    rows = BaseEvent.objects.filter(commitment__in=[commitment.pk for commitment in commitments])
    return {event.commitment_id: event for event in rows.order_by("recorded_at", "pk")}
