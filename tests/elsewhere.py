"""Let this process work on another database than the tests' own for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dj_database_url
from django.db import connection

# What does not depend on where the database is.
KEPT = ("OPTIONS", "TEST", "TIME_ZONE", "ATOMIC_REQUESTS", "AUTOCOMMIT", "CONN_HEALTH_CHECKS", "CONN_MAX_AGE")


@contextmanager
def working_on(url: str) -> Iterator[None]:
    """Point the default connection at the database of this address, of the same kind as the tests' own."""
    settings = connection.settings_dict
    before = dict(settings)
    connection.close()
    found = dict(dj_database_url.parse(url))
    kept = {name: before[name] for name in KEPT if name in before}
    if connection.vendor == "postgresql":
        kept["OPTIONS"] = found.get("OPTIONS", {})
    settings.update(found | kept)
    try:
        yield
    finally:
        connection.close()
        settings.clear()
        settings.update(before)
