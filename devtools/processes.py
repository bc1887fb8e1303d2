"""Start and stop the processes this checkout needs: servers for tests, children of the demonstration.

Decides how a child is tied to its parent and how it is asked to stop; the callers decide which children there are.
Standard library only, because the demonstration starts before anything is installed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs before it starts, so that Linux sends it `number` when its parent is killed outright."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def before_exec() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)

    return before_exec


class Terminated(KeyboardInterrupt):
    """SIGTERM or SIGHUP, raised where Ctrl-C would raise; unlike Ctrl-C it has not reached the children."""


def heed_signals() -> None:
    """Let SIGTERM, SIGHUP and SIGINT end this program as Ctrl-C does: through its `finally` clauses.

    A shell's script starts what it puts in the background with SIGINT ignored; it is heard there too.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise Terminated

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def attend(
    command: Sequence[str | os.PathLike[str]],
    *,
    directory: Path,
    environment: Mapping[str, str],
    each_line: Callable[[str], None] | None = None,
) -> int:
    """Run a program to its end and return its exit code; interrupted, give it time to put its things in order.

    It writes to this program's output, or, with `each_line`, every line it writes is handed to that function.
    """
    child = subprocess.Popen(
        [os.fspath(part) for part in command],
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if each_line else None,
        stderr=subprocess.STDOUT if each_line else None,
        text=True,
        encoding="utf-8",
        errors="replace",
        preexec_fn=die_with_parent(signal.SIGINT),
    )
    try:
        if each_line and child.stdout:
            for line in child.stdout:
                each_line(line)
        return child.wait()
    except KeyboardInterrupt as interruption:
        if isinstance(interruption, Terminated):
            child.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(20)
        raise
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
        if child.stdout:
            child.stdout.close()


class Process:
    """One child in a session of its own, writing to a log file; only this object's own process is ever signalled."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | os.PathLike[str]],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: int | None = None,
    ) -> None:
        """Start `command`. `stop_signal` asks it to end; `user` (root only) is the user and group id it runs as."""
        self.name = name
        self.log = log
        self.stop_signal = stop_signal
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                [os.fspath(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if environment is None else dict(environment),
                cwd=directory,
                start_new_session=True,
                preexec_fn=die_with_parent(stop_signal),
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def returncode(self) -> int | None:
        """Return the exit code, or None while it runs; negative when a signal ended it."""
        return self._popen.poll()

    @property
    def running(self) -> bool:
        return self.returncode is None

    def send(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when the process has ended already."""
        with contextlib.suppress(ProcessLookupError):
            self._popen.send_signal(number)

    def kill(self) -> None:
        """End it without warning, as a power cut or the kernel would."""
        self.send(signal.SIGKILL)
        self._popen.wait()

    def stop(self, patience: float = 10) -> None:
        """Ask it to end; after `patience` seconds end it."""
        self.send(self.stop_signal)
        try:
            self._popen.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def wait(self, patience: float) -> int:
        """Return the exit code; raises `subprocess.TimeoutExpired` after `patience` seconds."""
        return self._popen.wait(patience)

    def log_tail(self, lines: int = 30) -> str:
        """Return the last lines it wrote."""
        return "\n".join(self.log.read_text("utf-8", errors="replace").splitlines()[-lines:])
