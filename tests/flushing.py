"""Empty the database between transactional tests, though its own triggers forbid it, and put back what migrations wrote.

Django empties every table after such a test. The audit table refuses that, in tests as in production, so its triggers
step aside for this one moment; and rows that a migration wrote once would otherwise be missing from the next test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

# Django itself writes these anew after emptying the database.
WRITTEN_ANEW = {"contenttypes.contenttype", "auth.permission"}


def rows_of_migrations() -> list[dict[str, Any]]:
    """Return every row of a freshly made database, in a form `put_back` takes."""
    kept: list[dict[str, Any]] = []
    tables = connection.introspection.table_names()
    for model in apps.get_models(include_auto_created=True):
        ours = not model._meta.proxy and model._meta.label_lower not in WRITTEN_ANEW
        if ours and model._meta.db_table in tables and model._base_manager.exists():
            kept += serializers.serialize("python", model._base_manager.all())
    return kept


def put_back(rows: list[dict[str, Any]]) -> None:
    """Save the rows again."""
    for row in serializers.deserialize("python", rows):
        row.save()


@contextmanager
def triggers_aside() -> Iterator[None]:
    """Let no trigger refuse what is done inside."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
            tables = [row[0] for row in cursor.fetchall()]
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            yield
            for _, sql in triggers:
                cursor.execute(sql)


def allow_flush() -> None:
    """Make Django's emptying of the default database step around triggers and put back what migrations wrote."""
    rows = rows_of_migrations()
    # On the class: a browser's event loop gives its tests a connection object of their own.
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def execute_sql_flush(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with triggers_aside():
            flush(self, sql_list)
        put_back(rows)

    operations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign, assignment]
