"""Find units by name or spelling, and people by name or post; and say how a word is looked for in columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import and_, or_

from django.db.models import Q, QuerySet

from tracker.org.models import Tenure, Unit
from tracker.org.selectors import on_day
from tracker.rules.searching import Asked, variants


def in_any(fields: Sequence[str], word: str) -> Q:
    """Return the condition that a word stands in one of these fields, however wide its punctuation is."""
    return reduce(or_, (Q(**{f"{field}__icontains": form}) for field in fields for form in variants(word)))


def in_all(fields: Sequence[str], words: Sequence[str]) -> Q:
    """Return the condition that every word stands in one of these fields."""
    return reduce(and_, (in_any(fields, word) for word in words), Q())


def units(asked: Asked) -> QuerySet[Unit]:
    """Return the units with every word in their name or one of their spellings."""
    found = Unit.objects.filter(in_all(("name", "aliases__name"), asked.words), active=True)
    return found.distinct().order_by("name")


def people(asked: Asked, *, on: date) -> QuerySet[Tenure]:
    """Return who holds a post on a day, with every word in their name, their post or its field."""
    condition = in_all(("holder", "post__title", "post__seat", "printed_post"), asked.words)
    found = Tenure.objects.filter(on_day(on), condition, post__withdrawn_at=None)
    return found.select_related("post__unit").order_by("holder", "pk")
