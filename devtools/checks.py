"""Check everything, one step after the other, and go on past a failure so that one run shows all of them.

Each step that is not pytest counts as one test. The last line is the sum: "N passed, N failed, N skipped".
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devtools import locks
from devtools.environment import PYTHON, TRACKER, clean_environment
from devtools.paths import ROOT
from devtools.processes import attend

# Each process of tests has servers of its own, so more of them than this would be busy starting.
PROCESSES = min(4, os.cpu_count() or 1)

# Of a failing step: enough to see what is wrong without burying the other steps.
SHOWN = 50


@dataclass(frozen=True)
class Step:
    """One check: a command, silent unless it fails, or a function returning faults as sentences."""

    name: str
    command: Sequence[str | Path] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    function: Callable[[], list[str]] | None = None


@dataclass
class Totals:
    """What has passed, failed and been skipped so far; `failures` names the steps that failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)


def everything() -> int:
    """Run all checks, then the tests on PostgreSQL and Valkey, then the database-bound core on SQLite."""
    totals = Totals()
    with tempfile.TemporaryDirectory(prefix="tracker-checks-") as name:
        scratch = Path(name)
        steps = _steps(scratch)
        count = len(steps) + 2
        for number, step in enumerate(steps, 1):
            _announce(number, count, step.name)
            _run(step, totals)
        _announce(count - 1, count, "tests on PostgreSQL and Valkey", streams=True)
        _pytest("tests on PostgreSQL", ["-m", "not thorough"], {}, scratch, totals)
        _announce(count, count, "database-bound core on SQLite", streams=True)
        _pytest("core on SQLite", ["-m", "core"], {"TRACKER_TEST_DATABASE": "sqlite"}, scratch, totals)
    if totals.failures:
        print(f"\nFailed: {', '.join(totals.failures)}")
    print(f"\n{totals.passed} passed, {totals.failed} failed, {totals.skipped} skipped", flush=True)
    return 1 if totals.failures else 0


def pytest_only(arguments: Sequence[str]) -> int:
    """Run pytest alone with these arguments."""
    command = [os.fspath(PYTHON), "-m", "pytest", *arguments]
    return attend(command, directory=ROOT, environment=clean_environment())


def _steps(scratch: Path) -> list[Step]:
    plain = {
        "DJANGO_SETTINGS_MODULE": "tracker.config.settings",
        "TRACKER_SECRET_KEY": "a-key-for-checks-only-which-signs-nothing-that-leaves-this-machine",
        "TRACKER_DATA_DIR": os.fspath(scratch),
        "TRACKER_DATABASE_URL": "sqlite://:memory:",
    }
    python: list[str | Path] = [PYTHON, "-m"]
    tracker: list[str | Path] = [TRACKER]
    return [
        Step("locks name no place and every package", function=locks.faults),
        Step("style: ruff check", [*python, "ruff", "check", "--quiet"]),
        Step("style: ruff format", [*python, "ruff", "format", "--check", "--quiet"]),
        Step("import contracts", [PYTHON.with_name("lint-imports"), "--no-logo"]),
        Step("types: mypy", [*python, "mypy"], plain),
        Step("no migration is missing", [*tracker, "makemigrations", "--check", "--dry-run"], plain),
        Step("fit to be deployed", [*tracker, "check", "--deploy", "--fail-level", "WARNING"], plain),
        Step("static files can be collected", [*tracker, "collectstatic", "--noinput"], plain),
        Step("seed agrees with the gazette", [*tracker, "check-seed"], plain),
        Step("every text is translated", [*python, "devtools.messages", "check"], plain),
    ]


def _announce(number: int, count: int, name: str, *, streams: bool = False) -> None:
    print(f"[{number:2d}/{count}] {name} …", end="\n" if streams else " ", flush=True)


def _run(step: Step, totals: Totals) -> None:
    start = time.monotonic()
    if step.function is not None:
        faults = step.function()
        failed, output = bool(faults), "\n".join(faults)
    else:
        done = subprocess.run(
            [os.fspath(part) for part in step.command],
            cwd=ROOT,
            env={**clean_environment(), **step.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        failed, output = done.returncode != 0, done.stdout
    print(f"{'FAILED' if failed else 'ok'} ({time.monotonic() - start:.1f} s)", flush=True)
    if failed:
        totals.failed += 1
        totals.failures.append(step.name)
        lines = output.rstrip().splitlines()
        print("".join(f"    {line}\n" for line in lines[:SHOWN]), end="")
        print(f"    … and {len(lines) - SHOWN} more lines\n" if len(lines) > SHOWN else "", flush=True)
    else:
        totals.passed += 1


def _pytest(name: str, arguments: Sequence[str], environment: Mapping[str, str], scratch: Path, totals: Totals) -> None:
    report = scratch / f"{len(list(scratch.glob('*.xml')))}.xml"
    command = [os.fspath(PYTHON), "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
    # A module's tests stay together: what they share is made once.
    command += ["-n", str(PROCESSES), "--dist", "loadscope"]
    code = attend(command, directory=ROOT, environment={**clean_environment(), **environment})
    failed = 0
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            counts = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
            failed += counts["failures"] + counts["errors"]
            totals.skipped += counts["skipped"]
            totals.passed += counts["tests"] - counts["failures"] - counts["errors"] - counts["skipped"]
    # It may also end badly without a failing test: interrupted, misconfigured, or with nothing to run.
    if code and not failed:
        failed = 1
        print(f"pytest ended with exit code {code} and no failing test.", flush=True)
    totals.failed += failed
    if failed:
        totals.failures.append(name)
