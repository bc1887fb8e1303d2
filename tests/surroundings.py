"""Choose what the tests run on, before Django's settings are read; loaded as a pytest plugin by `pyproject.toml`.

By default PostgreSQL and Valkey are started from their wheels. The environment can choose otherwise:
`TRACKER_TEST_DATABASE=sqlite`, or `TRACKER_TEST_DATABASE_URL` and `TRACKER_TEST_REDIS_URL` for servers that run
already. Under xdist one PostgreSQL serves the whole run, with a database for each worker; every worker has its own
Valkey.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
from pathlib import Path

import pytest

from devtools.messages import compile_stale
from devtools.processes import heed_signals
from tests.servers import PostgresServer, ValkeyServer, private_directory
from tests.waiting import wait_until

# Set by the first process for the workers it starts: the database they share and the folder theirs lie in, so that it
# can clear up after a worker that was killed.
SHARED_POSTGRES = "TRACKER_TEST_SHARED_POSTGRES"
SHARED_DIRECTORY = "TRACKER_TEST_SHARED_DIRECTORY"


class Surroundings:
    """The servers of one process, started when first asked for."""

    def __init__(self) -> None:
        self.directory = self._choose_directory()
        self.postgres: PostgresServer | None = None
        self.valkey: ValkeyServer | None = None
        self.on_sqlite = os.environ.get("TRACKER_TEST_DATABASE") == "sqlite"
        self.sqlite_file = self.directory / "test.sqlite3"
        self.database_url = self._choose_database()
        self.redis_url = self._choose_broker()

    def _choose_directory(self) -> Path:
        worker = os.environ.get("PYTEST_XDIST_WORKER")
        if not worker:
            return private_directory()
        directory = Path(os.environ[SHARED_DIRECTORY]) / worker
        directory.mkdir(mode=0o700)
        return directory

    def _choose_database(self) -> str:
        if self.on_sqlite:
            return f"sqlite:///{self.sqlite_file}"
        chosen = os.environ.get("TRACKER_TEST_DATABASE_URL") or os.environ.get(SHARED_POSTGRES)
        if chosen:
            return chosen
        self.postgres = PostgresServer(self.directory)
        return self.postgres.url("tracker")

    def _choose_broker(self) -> str:
        chosen = os.environ.get("TRACKER_TEST_REDIS_URL")
        if chosen:
            return chosen
        self.valkey = ValkeyServer(self.directory)
        return self.valkey.url

    def set_environment(self) -> None:
        """Set what the settings read and drop what else a developer's shell may hold for them or for PostgreSQL."""
        for name in [name for name in os.environ if name.startswith(("PG", "TRACKER_")) and "_TEST_" not in name]:
            del os.environ[name]
        os.environ["TRACKER_DATABASE_URL"] = self.database_url
        os.environ["TRACKER_REDIS_URL"] = self.redis_url
        os.environ["TRACKER_SECRET_KEY"] = "a-key-for-tests-only-which-signs-nothing-that-leaves-them"
        os.environ["TRACKER_ALLOWED_HOSTS"] = "localhost,127.0.0.1,testserver"
        os.environ["TRACKER_HTTPS"] = "0"
        os.environ["TRACKER_DATA_DIR"] = str(self.directory / "data")
        (self.directory / "data" / "static").mkdir(parents=True)

    def start_database(self) -> None:
        """Start PostgreSQL unless it runs or another database was chosen."""
        if self.postgres is not None and self.postgres.process is None:
            self.postgres.start()

    def stop(self) -> None:
        """Stop what this process started and remove its files."""
        if self.valkey is not None:
            self.valkey.stop()
        if self.postgres is not None:
            self.postgres.stop()
        # A server interrupted while it was starting may leave a child that still writes for a moment.
        with contextlib.suppress(AssertionError):
            wait_until(self._removed, "the files of the test servers are gone", seconds=5)

    def _removed(self) -> bool:
        shutil.rmtree(self.directory, ignore_errors=True)
        return not self.directory.exists()


compile_stale()
# Ended by SIGTERM, stop the servers and remove their files all the same.
heed_signals()
SURROUNDINGS = Surroundings()
SURROUNDINGS.set_environment()
atexit.register(SURROUNDINGS.stop)


def pytest_configure(config: pytest.Config) -> None:
    """Start the broker, and for the workers of a parallel run the one database server they share."""
    if config.option.collectonly or config.option.help:
        return
    if SURROUNDINGS.valkey is not None:
        SURROUNDINGS.valkey.start()
    if getattr(config.option, "numprocesses", None):
        os.environ[SHARED_DIRECTORY] = str(SURROUNDINGS.directory)
        if SURROUNDINGS.postgres is not None:
            SURROUNDINGS.start_database()
            os.environ[SHARED_POSTGRES] = SURROUNDINGS.database_url


def pytest_unconfigure() -> None:
    """Stop the servers."""
    SURROUNDINGS.stop()


def pytest_report_header() -> str:
    """Name the database and the broker in the head of the report."""
    return f"database: {SURROUNDINGS.database_url}  broker: {SURROUNDINGS.redis_url}"
