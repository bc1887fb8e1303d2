"""Copy a database out and in, by its own means: SQLite by its online backup, PostgreSQL by pg_dump and pg_restore.

Both copy one consistent moment while others go on working. What the copy holds is counted in that same moment.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from tracker.interfaces.cli.backups.archive import Contents
from tracker.interfaces.cli.backups.faults import BackupFault

SCRATCH = "scratch"
# An installation that nobody has used has none of these.
USED = ("org_user", "audit_auditentry", "documents_document")
Ask = Callable[[str], Sequence[Sequence[Any]]]


class Store(Protocol):
    """Be the installation's database, of whichever kind."""

    vendor: str

    def dump(self, target: Path) -> Contents:
        """Write a copy to a file and say what it holds."""

    def is_used(self) -> bool:
        """Tell whether there is anything in it that somebody put there."""

    def others(self) -> int:
        """Return how many other connections are open to it, as far as that can be known."""

    def load(self, source: Path) -> None:
        """Replace everything in it by the copy, all sending switched off."""

    def scratch(self, source: Path) -> AbstractContextManager[str]:
        """Give, for a while, the alias of a database made from the copy that is nobody's."""


def store() -> Store:
    """Return the store of the database the settings name."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "sqlite":
        return SqliteStore(connection)
    if connection.vendor == "postgresql":
        return PostgresStore(connection)
    raise BackupFault(f"There is no backup for {connection.vendor}; the tracker runs on PostgreSQL and on SQLite.")


def contents(alias: str) -> Contents:
    """Return what the database of an alias holds now."""
    connection = connections[alias]

    def ask(query: str) -> Sequence[Sequence[Any]]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    return _counted(ask, connection.introspection.table_names())


def _counted(ask: Ask, tables: Collection[str]) -> Contents:
    if "audit_audithead" not in tables:
        raise BackupFault("The database is not the tracker's, or new: run `tracker migrate` first.")
    ((entries, head),) = ask("SELECT entries, hash FROM audit_audithead")
    migrations = ask("SELECT app, name FROM django_migrations ORDER BY app, name")
    return Contents(
        tables={name: int(ask(f'SELECT count(*) FROM "{name}"')[0][0]) for name in sorted(tables)},
        migrations=tuple(f"{app}.{name}" for app, name in migrations),
        audit_entries=int(entries),
        audit_head=str(head),
    )


@contextmanager
def _alias(**changes: Any) -> Iterator[str]:
    """Give the alias of a database like the installation's but for these settings; it is forgotten afterwards."""
    connections.settings[SCRATCH] = {**connections.settings[DEFAULT_DB_ALIAS], **changes}
    try:
        yield SCRATCH
    finally:
        connections[SCRATCH].close()
        del connections[SCRATCH]
        del connections.settings[SCRATCH]


class SqliteStore:
    """Copy a SQLite file while others read and write it."""

    vendor = "sqlite"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def dump(self, target: Path) -> Contents:
        with closing(sqlite3.connect(target)) as copy:
            self._raw().backup(copy)
            # One file, whatever journal the original keeps beside itself.
            copy.execute("PRAGMA journal_mode=DELETE")
            faults = copy.execute("PRAGMA integrity_check").fetchall()
            if faults != [("ok",)]:
                raise BackupFault(f"The database is damaged: {faults[0][0]}. Restore the last good backup.")
            found = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
            tables = [name for (name,) in found]
            return _counted(lambda query: copy.execute(query).fetchall(), tables)

    def is_used(self) -> bool:
        return _is_used(self._connection)

    def others(self) -> int:
        return 0

    def load(self, source: Path) -> None:
        with closing(sqlite3.connect(source)) as copy:
            # Before anybody can see it, so that no dispatcher finds the copy's outbox open for a moment.
            if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'messaging_switch'").fetchone():
                copy.execute(PAUSE)
                copy.commit()
            try:
                copy.backup(self._raw())
            except sqlite3.OperationalError as error:
                raise BackupFault(f"{error}. Stop the web and the worker, then restore again.") from error
        self._connection.close()

    @contextmanager
    def scratch(self, source: Path) -> Iterator[str]:
        with _alias(NAME=str(source)) as alias:
            yield alias

    def _raw(self) -> sqlite3.Connection:
        self._connection.ensure_connection()
        raw: sqlite3.Connection = self._connection.connection
        return raw


PAUSE = """
INSERT INTO messaging_switch (name, "on", reason, changed_at) VALUES ('dispatcher_paused', true, 'restored', NULL)
ON CONFLICT (name) DO UPDATE SET "on" = true, reason = 'restored'
"""


class PostgresStore:
    """Copy a PostgreSQL database with the programs that come with it."""

    vendor = "postgresql"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        parameters = connection.get_connection_params()
        # What Django tells psycopg is not all for the server.
        for name in ("cursor_factory", "context", "prepare_threshold", "client_encoding"):
            parameters.pop(name, None)
        self._password = str(parameters.pop("password", "") or "")
        self._parameters = {name: value for name, value in parameters.items() if value not in (None, "")}

    def dump(self, target: Path) -> Contents:
        with psycopg.connect(self._address(), password=self._password or None) as moment:
            moment.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            row = moment.execute("SELECT pg_export_snapshot()").fetchone()
            assert row is not None
            found = moment.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
            counted = _counted(lambda query: moment.execute(query).fetchall(), [name for (name,) in found])
            self._run(
                "pg_dump", "--dbname", self._address(), "--format", "custom", "--compress", "0", "--no-owner",
                "--no-privileges", "--snapshot", str(row[0]), "--file", os.fspath(target),
            )  # fmt: skip
        return counted

    def is_used(self) -> bool:
        return _is_used(self._connection)

    def others(self) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            return int(cursor.fetchone()[0])

    def load(self, source: Path) -> None:
        _program("pg_restore")
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            tables = [sql.Identifier(name) for (name,) in cursor.fetchall()]
            if tables:
                cursor.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.SQL(", ").join(tables)))
            # The guards of what is never changed stand beside their tables; what an extension brought is not ours.
            cursor.execute(
                "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace"
                " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
            )
            for (function,) in cursor.fetchall():
                cursor.execute(f"DROP FUNCTION {function}")
        self._connection.close()
        self._restore(source, self._address())
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('messaging_switch') IS NOT NULL")
            if cursor.fetchone()[0]:
                cursor.execute(PAUSE)

    @contextmanager
    def scratch(self, source: Path) -> Iterator[str]:
        name = f"tracker_drill_{os.getpid()}"
        _program("pg_restore")
        with psycopg.connect(self._address(), password=self._password or None, autocommit=True) as server:
            try:
                server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
            except psycopg.errors.InsufficientPrivilege as error:
                raise BackupFault(
                    "A drill needs a database of its own, and this account may not make one: let an administrator of the "
                    "server run ALTER ROLE … CREATEDB, or hold the drill on another machine."
                ) from error
            try:
                self._restore(source, self._address(dbname=name))
                with _alias(NAME=name) as alias:
                    yield alias
            finally:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _restore(self, source: Path, address: str) -> None:
        self._run(
            "pg_restore", "--dbname", address, "--no-owner", "--no-privileges", "--single-transaction",
            "--exit-on-error", os.fspath(source),
        )  # fmt: skip

    def _address(self, **changes: str) -> str:
        """Return the connection string, without the password: a command line is everybody's to read."""
        return psycopg.conninfo.make_conninfo("", **{**self._parameters, **changes})

    def _run(self, name: str, *arguments: str) -> None:
        environment = {**os.environ, **({"PGPASSWORD": self._password} if self._password else {})}
        done = subprocess.run(
            [_program(name), *arguments], env=environment, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode:
            raise BackupFault(f"{name} failed: {done.stderr.strip() or done.returncode}")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupFault(
            f"{name} was not found. Install PostgreSQL's client programs, at least as new as the server (on Debian the "
            "package postgresql-client), and see that they are on PATH."
        )
    return found


def _is_used(connection: BaseDatabaseWrapper) -> bool:
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for name in tables.intersection(USED):
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{name}")')
            if cursor.fetchone()[0]:
                return True
    return False
