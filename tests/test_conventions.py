"""House rules that no other tool checks."""

from __future__ import annotations

import re
from pathlib import Path

from devtools import locks
from devtools.paths import ROOT

LONGEST = 500


def python_files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]
    assert found
    return found


def test_no_file_is_too_long_to_be_read() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in [ROOT / "dev.py", *python_files("tracker", "devtools", "tests")]
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST
    }
    assert not long, f"cut these by noun: {long}"


def test_no_field_reads_the_clock_by_itself() -> None:
    field = re.compile(r"\bauto_now(_add)?\b")
    assert not [path for path in python_files("tracker") if field.search(path.read_text("utf-8"))]


def test_there_is_one_way_to_run_a_command() -> None:
    assert not (ROOT / "manage.py").exists()


def test_a_lock_that_names_a_place_is_found(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    for name in ("runtime", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
        (tmp_path / f"{name}.txt").write_text("--index-url https://example.org/simple\nunpinned\n" + text, "utf-8")
    monkeypatch.setattr(locks, "REQUIREMENTS", tmp_path)
    faults = locks.faults()
    assert len([fault for fault in faults if "names a place" in fault]) == 2
    assert len([fault for fault in faults if "pins no version" in fault]) == 2
