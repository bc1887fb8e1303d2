"""Say what an audit entry's hash covers.

Each covers its own fields and the hash before it, every field length-prefixed so that no two different entries can be
spelled the same.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from tracker.audit.models import AuditEntry

GENESIS = "0" * 64


def digest(entry: AuditEntry) -> str:
    """Return the SHA-256 hex digest that `entry` must carry."""
    fields = (
        entry.previous_hash,
        entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "" if entry.actor_id is None else str(entry.actor_id),
        entry.actor_name,
        entry.actor_post,
        entry.source,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.object_text,
        json.dumps(entry.detail, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
    )
    sha = hashlib.sha256()
    for value in fields:
        data = value.encode()
        sha.update(str(len(data)).encode() + b":" + data)
    return sha.hexdigest()
