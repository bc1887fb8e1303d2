"""Read the ledger's saved views."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tracker.audit.actors import Actor
from tracker.commitments.models import FirstView, LedgerView


def views_for(by: Actor) -> QuerySet[LedgerView]:
    """Return the views the actor may open: those shared, then the own ones."""
    return LedgerView.objects.filter(Q(shared=True) | Q(owner=by.user_id))


def first_view(by: Actor) -> int | None:
    """Return the key of the view the actor's ledger opens with, None where it opens with the open duties."""
    return FirstView.objects.filter(user=by.user_id).values_list("view", flat=True).first()
