"""Say whether an item is still worth saying, as things stand now."""

from __future__ import annotations

from tracker.messaging.models import Item


def why_not(item: Item) -> str:
    """Return why an item is no longer worth saying to whoever holds its post; empty when it is."""
    task = item.task
    if task is None:
        return ""
    if item.stands_while and task.state not in item.stands_while:
        return "state"
    if item.due_version and item.due_version != task.due_version:
        return "date"
    if item.kind == Item.Kind.REMINDER and task.reported_at and task.reported_at > item.created_at:
        return "reported"
    return ""
