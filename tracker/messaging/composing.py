"""Write a digest in its reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.messaging.models import Item
from tracker.messaging.sentences import sentence
from tracker.org.models import User

# What cannot wait stands first.
ORDER = [
    Item.Kind.STEP,
    Item.Kind.NOTICE,
    Item.Kind.INSTRUCTION,
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
        subject = ngettext(
            "[Commitments] %(day)s: %(count)d matter", "[Commitments] %(day)s: %(count)d matters", len(items)
        ) % {"day": today.isoformat(), "count": len(items)}
        body = render_to_string(
            "messaging/digest.txt",
            {"user": user, "today": today, "sections": sections, "site": settings.TRACKER_SITE_URL},
        )
        return subject, body.strip() + "\n" + _("One message a working day at most; none when nothing is due.") + "\n"
