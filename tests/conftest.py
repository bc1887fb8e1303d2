"""Fixtures every test may use: the database's server, the broker, mail, child processes, a browser.

What they run on is chosen in `surroundings`. Data is made by the factories of each app's own tests.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.utils import translation
from pytest_django import DjangoDbBlocker

from devtools.processes import Process
from devtools.screenshots import BROWSERS, browser_arguments, browser_path
from tests.flushing import allow_flush
from tests.servers import PostgresServer, SmtpServer, ValkeyServer, private_directory
from tests.surroundings import SURROUNDINGS

Launch = Callable[..., Process]


@pytest.fixture(scope="session", autouse=True)
def settings_for_tests() -> None:
    """Take static files as they lie, without collecting them, hash passwords quickly, and count limits without a server."""
    django_settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    django_settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def language_of_the_county() -> Iterator[None]:
    """Begin and end each test in the language of the settings: a request leaves its reader's behind in the thread."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the database server when the first test asks for it; on SQLite use a file, as the product does."""
    SURROUNDINGS.start_database()
    if SURROUNDINGS.on_sqlite:
        connections["default"].settings_dict["TEST"]["NAME"] = str(SURROUNDINGS.sqlite_file)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Make the test database, and let transactional tests empty it."""
    with django_db_blocker.unblock():
        allow_flush()


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """Give the broker of this test process, emptied before and after."""
    server = SURROUNDINGS.valkey
    if server is None:
        pytest.skip("TRACKER_TEST_REDIS_URL names a broker that is not ours to empty or stop.")
    with server.client() as client:
        client.flushall()
        yield server
        client.flushall()


@pytest.fixture
def own_directory() -> Iterator[Path]:
    """Give an empty directory with a path short enough for a unix socket; removed afterwards."""
    directory = private_directory()
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def own_valkey(own_directory: Path) -> Iterator[ValkeyServer]:
    """Give a running broker that a test may stop, kill and start again."""
    server = ValkeyServer(own_directory)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_postgres(own_directory: Path) -> Iterator[PostgresServer]:
    """Give a running PostgreSQL that a test may stop, kill and start again; it holds only the database `postgres`."""
    server = PostgresServer(own_directory)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """Give an SMTP server that keeps what it accepts; its port is `smtp.port`."""
    server = SmtpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def child_environment(transactional_db: None) -> dict[str, str]:
    """Give the environment in which another process sees this test's database and broker.

    The database is a transactional one: another process sees only what is committed.
    """
    name = str(connections["default"].settings_dict["NAME"])
    base = urlsplit(SURROUNDINGS.database_url)
    address = f"sqlite:///{name}" if SURROUNDINGS.on_sqlite else base._replace(path=f"/{name}").geturl()
    return {**os.environ, "TRACKER_DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tracker.config.settings"}


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Give a function that starts Python with the given arguments as another process, ended with the test.

    `launch("-m", "celery", ..., environment=child_environment)`; the result's `log_tail()` is what it wrote.
    """
    started: list[Process] = []

    def start(*arguments: str, environment: dict[str, str], name: str = "python") -> Process:
        log = tmp_path / f"{len(started)}-{name}.log"
        command: Sequence[str] = [sys.executable, *arguments]
        process = Process(name, command, log=log, environment=environment)
        started.append(process)
        return process

    yield start
    for process in reversed(started):
        process.stop()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of an installed Chromium; without one the test is skipped, in CI it fails."""
    path = browser_path()
    if path is None:
        words = f"No browser: none of {', '.join(BROWSERS)} is installed."
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    return path


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[object]:
    """Give a running headless Chromium, driven by Playwright's synchronous interface."""
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread for as long as the browser lives. Django would take every query meanwhile
    # for one made inside an asynchronous function, and it hands out other connections: so not for the whole session.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=browser_arguments())
        yield running
        running.close()
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
