"""Find the notices an actor may see, by number or by words of their title, addressee or issuer."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tracker.audit.actors import Actor
from tracker.notices.models import Notice
from tracker.notices.selectors import visible_notices
from tracker.org.searching import in_all
from tracker.rules.searching import Asked, PaperNumber


def notices(asked: Asked, actor: Actor) -> QuerySet[Notice]:
    """Return the notices of this number, or with every word in title, addressee or issuer, the newest first."""
    condition = in_all(("title", "addressee", "issuer_name", "name"), asked.words)
    if asked.number:
        condition |= _numbered(asked.number)
    return visible_notices(actor).filter(condition).select_related("series", "to_unit").order_by("-pk")


def _numbered(number: PaperNumber) -> Q:
    condition = Q(number=number.number, series__isnull=False)
    if number.prefix:
        condition &= Q(series__prefix=number.prefix)
    if number.year:
        condition &= Q(series__year=number.year)
    return condition
