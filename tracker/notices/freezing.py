"""Say what the digest of an issued notice covers: every field that is printed, so that a later change would show."""

from __future__ import annotations

import hashlib
from datetime import date

from tracker.notices.models import Notice


def digest(notice: Notice) -> str:
    """Return the SHA-256 hex digest of the notice as it is printed.

    Every field is length-prefixed, so that no two different notices can be spelled the same; days are ISO, those of the
    figures included.
    """
    fields = [
        notice.number_text,
        notice.name,
        notice.head,
        notice.issuer_name,
        notice.addressee,
        notice.copies,
        notice.title,
        notice.body,
        notice.signed_at.isoformat() if notice.signed_at else "",
        _iso(notice.reply_by),
        notice.as_of.isoformat(),
    ]
    for matter in notice.matters.select_related("task", "unit").order_by("position"):
        fields += [
            matter.unit.name,
            matter.task.key,
            _iso(matter.due),
            str(matter.days_late),
            str(matter.workdays_late),
        ]
        if not matter.listed:
            fields.append("in the figures only")
    sha = hashlib.sha256()
    for value in fields:
        data = value.encode()
        sha.update(str(len(data)).encode() + b":" + data)
    return sha.hexdigest()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
