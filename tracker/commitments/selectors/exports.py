"""Read what a person asked for as a file."""

from __future__ import annotations

from django.db.models import QuerySet

from tracker.audit.actors import Actor
from tracker.commitments.models import Export

# So many of one's own are listed, the newest first.
MOST = 30


def own(actor: Actor) -> QuerySet[Export]:
    """Return what the actor asked for, the newest first."""
    return Export.objects.filter(user=actor.user_id) if actor.user_id else Export.objects.none()


def recent(actor: Actor) -> list[Export]:
    """Return what the actor asked for lately."""
    return list(own(actor)[:MOST])
