"""The benchmark runs to its end; how fast anything is, no test says."""

from __future__ import annotations

import subprocess
import sys

import pytest

from devtools.environment import clean_environment
from devtools.paths import ROOT

PARTS = ("sweep", "calendar feed", "pages", "export", "seed", "messages")


@pytest.mark.parametrize(
    "database", [[], pytest.param(["--sqlite"], marks=pytest.mark.thorough)], ids=["postgresql", "sqlite"]
)
def test_a_small_benchmark_measures_every_part(database: list[str]) -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick", "--sizes", "200", *database]
    done = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line for line in lines if line in PARTS] == list(PARTS)
    assert any(line.endswith(("met", "missed")) for line in lines)


def test_a_size_that_is_no_number_is_refused_with_a_sentence() -> None:
    command = [sys.executable, "-m", "benchmarks", "--sizes", "many"]
    done = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "should be whole numbers" in done.stderr
