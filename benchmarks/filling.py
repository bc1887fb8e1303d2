"""Write very many rows quickly: by COPY on PostgreSQL, by one prepared statement on SQLite."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

BATCH = 10_000

Row = tuple[Any, ...]


class Filler:
    """Collect rows and write them by the thousand; what refers to what is taken on trust. Use it with `with`."""

    def __init__(self) -> None:
        self._forms: dict[type[models.Model], _Form] = {}
        self._waiting: defaultdict[type[models.Model], list[Row]] = defaultdict(list)

    def __enter__(self) -> Filler:
        self._transaction = transaction.atomic()
        if connection.vendor == "sqlite":
            connection.disable_constraint_checking()
        self._transaction.__enter__()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Foreign keys are checked by triggers, which would take most of the time.
                cursor.execute("SET LOCAL session_replication_role = replica")
        return self

    def __exit__(self, *error: Any) -> None:
        try:
            if error[0] is None:
                for model in list(self._waiting):
                    self._write(model)
                with connection.cursor() as cursor:
                    for statement in connection.ops.sequence_reset_sql(no_style(), list(self._forms)):
                        cursor.execute(statement)
        finally:
            self._transaction.__exit__(*error)
            if connection.vendor == "sqlite":
                connection.enable_constraint_checking()

    def save(self, *instances: models.Model) -> None:
        """Add instances with their keys set: the comfortable way, for rows that are not very many."""
        for one in instances:
            self.add(type(one), **{field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields})

    def add(self, model: type[models.Model], **values: Any) -> None:
        """Add a row with its key by the names of its columns; those not named get their defaults."""
        if model not in self._forms:
            self._forms[model] = _Form(model)
        waiting = self._waiting[model]
        waiting.append(self._forms[model].row(values))
        if len(waiting) >= BATCH:
            self._write(model)

    def _write(self, model: type[models.Model]) -> None:
        insert(model._meta.db_table, self._forms[model].columns, self._waiting.pop(model), copying=True)


class _Form:
    """Know a table's columns, their defaults, and how values are written that the driver would not write itself."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = model._meta.concrete_fields
        self.columns = columns_of(model)
        self._convert: dict[str, Callable[[Any], Any]] = {}
        for field in fields:
            if isinstance(field, models.JSONField):
                self._convert[field.attname] = _as_json
            elif connection.vendor == "sqlite" and isinstance(field, models.DateField):
                self._convert[field.attname] = partial(field.get_db_prep_value, connection=connection)
        self._defaults = {field.attname: self._converted(field.attname, field.get_default()) for field in fields}

    def row(self, values: dict[str, Any]) -> Row:
        for name in values.keys() & self._convert.keys():
            values[name] = self._converted(name, values[name])
        found = self._defaults | values
        if len(found) > len(self._defaults):
            raise TypeError(f"There is no column for {', '.join(values.keys() - self._defaults.keys())}.")
        return tuple(found.values())

    def _converted(self, name: str, value: Any) -> Any:
        return value if value is None or name not in self._convert else self._convert[name](value)


def columns_of(model: type[models.Model]) -> list[str]:
    """Return the names of a table's columns."""
    return [str(field.column) for field in model._meta.concrete_fields]


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def insert(table: str, columns: list[str], rows: list[Row], *, copying: bool = False) -> None:
    """Insert rows as barely as the driver allows, 500 in a statement; `copying` lets PostgreSQL take them by COPY."""
    names = ", ".join(f'"{column}"' for column in columns)
    one = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES {one}', rows)
        elif copying:
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            for start in range(0, len(rows), 500):
                part = rows[start : start + 500]
                values = [value for row in part for value in row]
                cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES {", ".join([one] * len(part))}', values)
