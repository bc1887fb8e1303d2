"""Make and keep `.venv`: the packages of a lock file, checked by hash, and this checkout itself.

Decides when what is there still fits. Nothing half-made is ever used: the stamp is written last and removed first.
Standard library only. Nothing of the caller's shell reaches the environment but its PATH and, for pip, where to find
packages (index, certificate, proxy), so that a mirror set up for pip is used.
"""

from __future__ import annotations

import ast
import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from devtools.paths import REQUIREMENTS, ROOT, VENV, Trouble
from devtools.processes import attend

Kind = Literal["runtime", "dev"]

STAMP = VENV / "installed.json"
PYTHON = VENV / "bin" / "python"
TRACKER = VENV / "bin" / "tracker"

# Leftovers of a shell that would change what a program of ours does.
FOREIGN = (
    "PYTHON",
    "PIP_",
    "DJANGO_",
    "CELERY_",
    "GUNICORN_",
    "TRACKER_",
    "COVERAGE_",
    "PYTEST_",
    "PG",
    "VIRTUAL_ENV",
    "__PYVENV",
)
KEPT = ("TRACKER_TEST_",)
# What pip may be told by its user's settings: where packages come from, nothing about where they go.
PIP_SOURCES = {
    "cache-dir",
    "cert",
    "client-cert",
    "default-timeout",
    "extra-index-url",
    "find-links",
    "index-url",
    "no-index",
    "proxy",
    "retries",
    "timeout",
    "trusted-host",
}
PIP_SECTIONS = ("global", "install", ":env:")

COMMAND = """\
#!/bin/sh
'''exec' "$(dirname -- "$0")/python" "$0" "$@"
' '''
import sys

from tracker.config.console import main

sys.exit(main())
"""


def clean_environment() -> dict[str, str]:
    """Return the environment programs of this checkout run in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN) or name.startswith(KEPT)}
    path = os.pathsep.join([str(VENV / "bin"), kept.get("PATH", os.defpath)])
    return {**kept, "PATH": path, "PYTHONNOUSERSITE": "1", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


def ensure(kind: Kind) -> None:
    """Make `.venv` hold what `requirements/<kind>.txt` pins; quick when it does already.

    Raises `Trouble` when it cannot be made.
    """
    with _alone():
        wanted = {name: _digest(REQUIREMENTS / f"{name}.txt") for name in ("runtime", "dev")}
        held = _held()
        if held.get(kind) == wanted[kind]:
            return
        if "dev" in held:
            # A developer's environment stays one when the demonstration finds its lock changed.
            kind = "dev"
        # Packages are added only to an environment that fits otherwise: what a lock no longer names must not linger.
        grown = held.get("runtime") == wanted["runtime"] and "dev" not in held
        STAMP.unlink(missing_ok=True)
        print(f"Preparing {'more of ' if grown else ''}the environment in .venv (once; a minute or two) …", flush=True)
        if not grown:
            _create()
            _link_checkout()
        _install(REQUIREMENTS / f"{kind}.txt")
        locks = wanted if kind == "dev" else {"runtime": wanted["runtime"]}
        text = json.dumps({"python": platform.python_version(), "place": str(VENV), "locks": locks}, indent=1)
        temporary = STAMP.with_suffix(".new")
        temporary.write_text(text + "\n", "utf-8")
        temporary.replace(STAMP)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold the checkout's lock, so that two commands started together do not both build."""
    handle = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another command is preparing the environment; waiting for it …", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _held() -> dict[str, str]:
    """Return the locks `.venv` satisfies: none when it is missing, half-made, moved, or its Python is gone."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
        if stamp["place"] != str(VENV):
            return {}
        answer = subprocess.run(
            [PYTHON, "-I", "-c", "import platform; print(platform.python_version())"],
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(stamp["locks"]) if answer.stdout.strip() == stamp["python"] else {}
    except (OSError, ValueError, KeyError, TypeError, subprocess.CalledProcessError):
        return {}


def _create() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise Trouble(
            "This Python cannot make virtual environments: its module ensurepip is missing. "
            "On Debian and Ubuntu install it with `sudo apt install python3-venv`, then start again."
        )
    # The Python behind any environment this runs in: the one in .venv is about to be removed.
    python = getattr(sys, "_base_executable", None) or sys.executable
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run(
        [python, "-m", "venv", VENV], env=clean_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Trouble(f"The virtual environment could not be made:\n{done.stdout}{done.stderr}")


def pip_environment() -> dict[str, str]:
    """Return a clean environment with the places pip's user has set for finding packages, and no other setting."""
    environment = {name: value for name, value in clean_environment().items() if name != "PIP_CONFIG_FILE"}
    asked = {**environment, **{name: value for name, value in os.environ.items() if name.startswith("PIP_")}}
    listed = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], env=asked, capture_output=True, text=True, check=False
    ).stdout
    found: dict[str, str] = {}
    for section in PIP_SECTIONS:
        for name, value in re.findall(rf"^{re.escape(section)}\.([a-z-]+)=(.*)$", listed, re.MULTILINE):
            if name in PIP_SOURCES:
                found["PIP_" + name.upper().replace("-", "_")] = str(ast.literal_eval(value))
    return {**environment, **found, "PIP_CONFIG_FILE": os.devnull}


def _install(lock: Path) -> None:
    # What pip calls a package while it fetches it: its pin, or the line of the lock that asks for it.
    pins = {
        name: pin[1]
        for number, line in enumerate(lock.read_text("utf-8").splitlines(), 1)
        if (pin := re.match(r"([A-Za-z0-9][^\s;]*)", line))
        for name in (pin[1], f"(line {number})")
    }
    packages = list(dict.fromkeys(pins.values()))
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--no-compile",
    ]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off", "-r", lock]
    tail: deque[str] = deque(maxlen=25)
    shown = 0

    def progress(line: str) -> None:
        nonlocal shown
        tail.append(line)
        named = re.search(r"\(line \d+\)", line) or re.search(r"(?<=^Collecting )\S+", line)
        if named and named[0] in pins:
            count = packages.index(pins[named[0]]) + 1
            _show(f"  {count:3d} of {len(packages)}  {pins[named[0]]}", always=count >= shown + 20)
            shown = max(shown, count - count % 20)
        elif line.startswith("Installing"):
            _show("  unpacking …", always=True)

    code = attend(command, directory=ROOT, environment=pip_environment(), each_line=progress)
    _show("", always=False)
    if code:
        raise Trouble(
            f"The packages could not be installed:\n{''.join(tail)}\n"
            "Check that this machine reaches a package index and that the disk has a gigabyte free. A mirror is set "
            "with `pip config set global.index-url …`. Then start again: nothing half-made is kept."
        )


def _show(text: str, *, always: bool) -> None:
    """Show progress in place on a terminal; elsewhere only the lines worth keeping."""
    if sys.stdout.isatty():
        print(f"\r\x1b[K{text[:78]}", end="", flush=True)
    elif always:
        print(text, flush=True)


def _link_checkout() -> None:
    """Make `tracker` importable and `.venv/bin/tracker` a command."""
    packages = VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    # A relative path, because such files are read in the locale's encoding, which the checkout's path may not fit.
    (packages / "tracker.pth").write_text(os.path.relpath(ROOT, packages) + "\n", "ascii")
    TRACKER.write_text(COMMAND, "ascii")
    TRACKER.chmod(0o755)
