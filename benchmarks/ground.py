"""Give a run its databases: a private PostgreSQL from its wheel, or SQLite files, that are made, copied and thrown away.

Every measurement that writes works on a fresh copy of a finished database, so that no run meets what an earlier one left
and every commit is a real one.
"""

from __future__ import annotations

import os
import shutil
from abc import ABC, abstractmethod
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers import PostgresServer, private_directory

DEFAULT = "default"


class Ground(ABC):
    """Be where the databases of a run live; one of them is Django's default database at a time."""

    def __init__(self) -> None:
        """Make the private directory; nothing runs before `start`."""
        self.directory = private_directory()

    def start(self) -> None:
        """Start what is needed and set the environment that Django's settings are read from."""
        for name in [name for name in os.environ if name.startswith(("PG", "TRACKER_"))]:
            del os.environ[name]
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tracker.config.settings",
            "TRACKER_DATABASE_URL": self.url("nothing"),
            "TRACKER_SECRET_KEY": "a-key-for-measurements-only-which-signs-nothing-that-leaves-them",
            "TRACKER_ALLOWED_HOSTS": "testserver",
            "TRACKER_HTTPS": "0",
            "TRACKER_DATA_DIR": str(self.directory / "files"),
            "TRACKER_EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
            "TRACKER_LOG_LEVEL": "ERROR",
        }
        (self.directory / "files" / "static").mkdir(parents=True)

    def stop(self) -> None:
        """Stop what was started and remove everything."""
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    @abstractmethod
    def conditions(self) -> str:
        """Say on what the figures were measured."""

    @abstractmethod
    def url(self, database: str) -> str:
        """Return the address of a database."""

    @abstractmethod
    def create(self, database: str) -> None:
        """Make an empty database."""

    @abstractmethod
    def copy(self, source: str, database: str) -> None:
        """Make `database` a copy of `source`, in place of an earlier one of that name."""

    @abstractmethod
    def settle(self) -> None:
        """Bring the database in use into the state that time and autovacuum bring it into."""

    def use(self, database: str) -> None:
        """Make `database` the one that Django works on."""
        from django.db import connections

        connection = connections[DEFAULT]
        connection.close()
        connection.settings_dict["NAME"] = self._django_name(database)

    def leave(self) -> None:
        """Let go of the database in use, so that it can be copied."""
        from django.db import connections

        connections[DEFAULT].close()

    @abstractmethod
    def _django_name(self, database: str) -> str: ...


class PostgresGround(Ground):
    """Be a PostgreSQL server of this run alone, on a unix socket."""

    def __init__(self) -> None:
        super().__init__()
        self._server = PostgresServer(self.directory)

    def start(self) -> None:
        self._server.start()
        super().start()
        # Its work would fall into one measurement and not into another; `settle` does it when nobody measures.
        self._run(sql.SQL("ALTER SYSTEM SET autovacuum = off"))
        self._run(sql.SQL("SELECT pg_reload_conf()"))

    def stop(self) -> None:
        self._server.stop()
        super().stop()

    @property
    def conditions(self) -> str:
        with psycopg.connect(self._server.url("postgres")) as connection:
            version = connection.info.server_version // 10_000
        return f"PostgreSQL {version} from its wheel, fsync and autovacuum off, unix socket"

    def url(self, database: str) -> str:
        return self._server.url(database)

    def create(self, database: str) -> None:
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def copy(self, source: str, database: str) -> None:
        self.leave()
        self._run(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database)))
        copying = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._run(copying.format(sql.Identifier(database), sql.Identifier(source)))

    def settle(self) -> None:
        from django.db import connections

        with connections[DEFAULT].cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("CHECKPOINT")

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self._server.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _django_name(self, database: str) -> str:
        return database


class SqliteGround(Ground):
    """Be a folder of SQLite files."""

    @property
    def conditions(self) -> str:
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}, write-ahead log, synchronous=NORMAL"

    def url(self, database: str) -> str:
        return f"sqlite:///{self._file(database)}"

    def create(self, database: str) -> None:
        self._file(database).unlink(missing_ok=True)

    def copy(self, source: str, database: str) -> None:
        self.leave()
        for ending in ("-wal", "-shm"):
            Path(f"{self._file(database)}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self._file(source), self._file(database))

    def settle(self) -> None:
        from django.db import connections

        with connections[DEFAULT].cursor() as cursor:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _file(self, database: str) -> Path:
        return self.directory / f"{database}.sqlite3"

    def _django_name(self, database: str) -> str:
        return str(self._file(database))
