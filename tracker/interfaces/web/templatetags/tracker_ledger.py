"""Draw what the ledger's table alone needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from tracker.interfaces.web.columns import Column
from tracker.interfaces.web.templatetags.tracker_web import query

register = template.Library()


@register.simple_tag(takes_context=True)
def sorted_heading(context: dict[str, Any], column: Column, sort: str) -> dict[str, str]:
    """Return how a heading sorts: the address of its next order, the order it stands in now, and its arrow."""
    if not column.sorts:
        return {"address": "", "order": "", "arrow": ""}
    stands = sort in column.sorts
    following = column.sorts[(column.sorts.index(sort) + 1) % len(column.sorts)] if stands else column.sorts[0]
    falls = sort.startswith("-")
    return {
        "address": query(context, sort="" if following == "due" else following),
        "order": ("descending" if falls else "ascending") if stands else "",
        "arrow": (" ↓" if falls else " ↑") if stands else "",
    }


@register.simple_tag
def lookup(values: Mapping[str, Any], key: str) -> Any:
    """Return what stands under a key."""
    return values.get(key)
