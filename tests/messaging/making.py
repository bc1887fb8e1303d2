"""Make items, and run the passes that turn them into messages."""

from __future__ import annotations

from datetime import datetime

from tests.factories import NOW
from tracker.commitments.models import Task
from tracker.messaging import services
from tracker.messaging.models import Item
from tracker.org.models import Post
from tracker.rules.followup import State


def item(task: Task, post: Post, *, key: str = "k", at: datetime = NOW, **values: object) -> Item:
    """Make a reminder of an overdue task that stands while the task is open."""
    values.setdefault("kind", Item.Kind.REMINDER)
    values.setdefault("stands_while", [State.ASSIGNED.value, State.IN_PROGRESS.value])
    text = {"say": "overdue", "unit": task.lead.name, "title": task.title}
    return Item.objects.create(
        key=key, post=post, unit=task.lead, task=task, text=text, basis="四（三）", created_at=at, **values
    )


def run(now: datetime) -> None:
    """Gather and send, once."""
    services.gather_digests(now=now)
    services.dispatch(now=now, real_now=now)
