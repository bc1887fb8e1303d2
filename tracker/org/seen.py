"""Say what a form was opened on, so that of two people who change the same thing the second sees the first's change."""

from __future__ import annotations

import hashlib

from django.db import models

# What changes by itself while somebody looks at a form.
_PASSING = frozenset({"last_login", "last_used_at", "content_tag", "content_since"})


def seen_of(*rows: models.Model) -> str:
    """Return a short digest of the rows' own columns, in the order of their keys; the same rows give the same digest."""
    found = sorted((row._meta.label_lower, str(row.pk), _columns(row)) for row in rows)
    return hashlib.sha256(repr(found).encode()).hexdigest()[:24]


def _columns(row: models.Model) -> str:
    fields = [field for field in row._meta.concrete_fields if field.attname not in _PASSING]
    values = [getattr(row, field.attname) for field in fields]
    # As text: a choice set in memory and the word read back from the table are the same.
    return repr([None if value is None else str(value) for value in values])
