"""Time functions, record the SQL they send, and send it again without them: the floor under what asks a database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from benchmarks.filling import Row, columns_of, insert

Statement = tuple[str, Any, bool]
# One table's rows as they lie in the database: its name, its columns, the rows.
TableRows = tuple[str, list[str], list[Row]]

# CPython keeps its frames in chunks of memory and asks the system for a chunk anew whenever calls cross the end of one:
# a loop that happens to lie there takes up to half as long again. Where the end lies depends on how deep the caller
# stands, so the rounds are made from depths that are spread over a chunk.
_DEPTHS = (0, 6, 12, 18, 24)

_NOT_REPEATED = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


def seconds(function: Callable[[], object]) -> float:
    """Call the function once and return how long it took."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def best(*functions: Callable[[], object], runs: int) -> list[float]:
    """Call each function once to warm up, then all of them in turn `runs` times; return the least seconds of each.

    In turn, so that what else the machine does falls on all of them; the least, because that is what the work itself takes.
    """
    for function in functions:
        function()

    def one_round() -> list[float]:
        return [seconds(function) for function in functions]

    rounds = [_from_depth(_DEPTHS[number % len(_DEPTHS)], one_round) for number in range(runs)]
    return [min(times) for times in zip(*rounds, strict=True)]


def _from_depth(depth: int, function: Callable[[], list[float]]) -> list[float]:
    """Call the function from below so many more calls."""
    return _from_depth(depth - 1, function) if depth else function()


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Give a list that every statement sent inside is added to, with its parameters."""
    statements: list[Statement] = []

    def note(execute: Callable[..., Any], query: str, parameters: Any, many: bool, context: dict[str, Any]) -> Any:
        if not query.startswith(_NOT_REPEATED):
            statements.append((query, list(parameters) if many else parameters, many))
        return execute(query, parameters, many, context)

    with connection.execute_wrapper(note):
        yield statements


def replay(statements: list[Statement]) -> None:
    """Send recorded statements again and fetch what they find."""
    with connection.cursor() as cursor:
        for query, parameters, many in statements:
            if many:
                cursor.executemany(query, parameters)
            else:
                cursor.execute(query, parameters)
                if cursor.description:
                    cursor.fetchall()


def newest_keys(tables: list[type[models.Model]]) -> dict[type[models.Model], int]:
    """Return the highest key of each table, 0 for an empty one: what is added later lies above it."""
    return {model: model._base_manager.aggregate(top=models.Max("pk"))["top"] or 0 for model in tables}


def rows_above(keys: dict[type[models.Model], int]) -> list[TableRows]:
    """Return the rows that were added to the tables since."""
    found: list[TableRows] = []
    with connection.cursor() as cursor:
        for model, key in keys.items():
            columns = columns_of(model)
            names = ", ".join(f'"{column}"' for column in columns)
            table, pk = model._meta.db_table, model._meta.pk.column
            cursor.execute(f'SELECT {names} FROM "{table}" WHERE "{pk}" > %s ORDER BY "{pk}"', [key])
            if rows := cursor.fetchall():
                found.append((table, columns, rows))
    return found


def count_rows(tables: list[TableRows]) -> int:
    """Return how many rows these are."""
    return sum(len(rows) for _, _, rows in tables)


def bare_insert(tables: list[TableRows]) -> None:
    """Insert the rows in one transaction, with nothing around it."""
    with transaction.atomic():
        for table, columns, rows in tables:
            insert(table, columns, rows)


def warm_up(tables: list[TableRows]) -> None:
    """Let the connection meet the tables, as one that has been open for a while has: insert a row and take it back."""
    with transaction.atomic():
        for table, columns, rows in tables:
            insert(table, columns, rows[:1])
        transaction.set_rollback(True)
