"""Carry out the subcommands of `dev.py`: prepare the environment, then hand over to the part that does the work."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from devtools import checks, demo, locks
from devtools.environment import PYTHON, Kind, clean_environment, ensure
from devtools.paths import ROOT, Trouble
from devtools.processes import attend


def run(options: argparse.Namespace) -> int:
    """Run the subcommand `options.command` and return its exit code. Raises `Trouble` with what a person has to do."""
    match options.command:
        case "demo":
            prepare("runtime")
            return demo.run(port=options.port, fresh=options.fresh, check=options.check)
        case "test":
            prepare("dev")
            return checks.pytest_only(options.arguments) if options.arguments else checks.everything()
        case "bench":
            prepare("dev")
            return _module("benchmarks", *options.arguments)
        case "screenshots":
            prepare("dev")
            return _module("devtools.screenshots", *options.arguments)
        case "messages":
            prepare("dev")
            return _module("devtools.messages", "check" if options.check else "update")
        case "lock":
            prepare("dev")
            locks.write(upgrade=options.upgrade)
            return 0
        case "environment":
            ensure("runtime" if options.runtime else "dev")
            print("The environment is ready: .venv/bin/python, .venv/bin/tracker")
            return 0
        case unknown:
            raise Trouble(f"There is no command “{unknown}”.")


def prepare(kind: Kind) -> None:
    """Make the environment and compile the translations that are newer than their compiled form."""
    ensure(kind)
    catalogues = (ROOT / "tracker").rglob("locale/*/LC_MESSAGES/*.po")
    if any(_stale(path, path.with_suffix(".mo")) for path in catalogues) and _module("devtools.messages", "compile"):
        raise Trouble("The translations could not be compiled; see above.")


def _stale(source: Path, compiled: Path) -> bool:
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def _module(name: str, *arguments: str) -> int:
    """Run a module with the environment's Python in the checkout and return its exit code."""
    command = [os.fspath(PYTHON), "-m", name, *arguments]
    return attend(command, directory=ROOT, environment=clean_environment())
