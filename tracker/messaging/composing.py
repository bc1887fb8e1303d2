"""Write a digest in its reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext

from tracker.messaging.copies import stop_address
from tracker.messaging.dates import day, english
from tracker.messaging.models import Item
from tracker.messaging.sentences import sentence
from tracker.org.models import User

# What cannot wait stands first.
ORDER = [
    Item.Kind.STEP,
    Item.Kind.NOTICE,
    Item.Kind.INSTRUCTION,
    Item.Kind.WARNING,
    Item.Kind.REMINDER,
    Item.Kind.REVIEW,
    Item.Kind.ASSIGNMENT,
    Item.Kind.BACKFILL,
    Item.Kind.SYSTEM,
]


def compose(items: Sequence[Item], *, user: User, today: date) -> tuple[str, str]:
    """Return subject and plain text of one person's digest; `items` is not empty."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        sections = []
        for kind in ORDER:
            chosen = [item for item in items if item.kind == kind]
            if chosen:
                lines = [
                    {
                        "sentence": sentence(item, today=today),
                        "basis": item.basis,
                        "url": f"{settings.TRACKER_SITE_URL}{item.path}" if item.path else "",
                    }
                    for item in sorted(chosen, key=lambda item: item.task.due or date.max if item.task else date.max)
                ]
                sections.append({"title": kind.label, "lines": lines})
        body = render_to_string(
            "messaging/digest.txt",
            {
                "name": str(user),
                "day": day(today),
                "sections": sections,
                "posts": (", " if english() else "、").join(dict.fromkeys(str(item.post) for item in items)),
                "stop": stop_address(user),
            },
        )
        return _subject(items, today=today), body.strip() + "\n"


def _subject(items: Sequence[Item], *, today: date) -> str:
    named = {"day": day(today, today), "count": len(items)}
    late = len({item.task_id for item in items if _is_late(item, today)})
    if late:
        said = ngettext(
            "[Commitments] %(day)s: %(count)d matter, %(late)d late",
            "[Commitments] %(day)s: %(count)d matters, %(late)d late",
            len(items),
        )
        return said % {**named, "late": late}
    said = ngettext("[Commitments] %(day)s: %(count)d matter", "[Commitments] %(day)s: %(count)d matters", len(items))
    return said % named


def _is_late(item: Item, today: date) -> bool:
    """Tell whether the item speaks of a task that is past its date."""
    speaks = item.kind in {Item.Kind.REMINDER, Item.Kind.STEP}
    return speaks and item.task is not None and item.task.due is not None and item.task.due < today
