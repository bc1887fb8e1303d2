"""The demonstration as a person starts it: everything comes up, says so, and goes down together."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from devtools import demo
from devtools.environment import clean_environment
from devtools.paths import ROOT
from tests.servers import private_directory
from tests.waiting import wait_until

pytestmark = pytest.mark.reliability

START = """
import sys
from pathlib import Path
from devtools import demo
from devtools.processes import heed_signals
heed_signals()
demo.DEMO = Path(sys.argv[1])
sys.exit(demo.run(port=int(sys.argv[2]), fresh=False))
"""


class Started:
    """A demonstration in a folder of its own, with what it has printed."""

    def __init__(self, data: Path) -> None:
        self.port = demo.free_port()
        self.output = data.with_suffix(".out")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", START, str(data), str(self.port)],
                cwd=ROOT,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def printed(self) -> str:
        return self.output.read_text("utf-8")

    def wait_for(self, words: str) -> None:
        def said() -> bool:
            assert self.process.poll() is None, self.printed()
            return words in self.printed()

        wait_until(said, f"the demonstration says “{words}”", seconds=180)

    def get(self, path: str) -> tuple[int, str]:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=30) as response:
            return response.status, response.read().decode()

    def children(self) -> list[psutil.Process]:
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found


def runs(child: psutil.Process) -> bool:
    """Tell whether a process still does anything; one that is dead but not yet collected does not."""
    try:
        return bool(child.is_running() and child.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """Give the folder both tests use, so that the second finds the data the first one made."""
    directory = private_directory()
    yield directory / "demo"
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def started(data: Path) -> Iterator[Started]:
    demonstration = Started(data)
    yield demonstration
    demonstration.process.send_signal(signal.SIGTERM)
    demonstration.process.wait(60)


def test_demonstration_comes_up_whole_goes_down_whole_and_keeps_its_data(started: Started, data: Path) -> None:
    started.wait_for("Ctrl-C stops everything.")
    assert f"http://127.0.0.1:{started.port}" in started.printed()
    assert started.get("/health")[0] == 200
    status, page = started.get("/login/")
    assert status == 200 and "登录" in page
    children = started.children()
    assert len(children) >= 4, "broker, web and its worker, worker and its beat"
    started.process.send_signal(signal.SIGTERM)
    assert started.process.wait(60) == 0, started.printed()
    assert not [child for child in children if runs(child)]

    database = (data / "tracker.sqlite3").stat().st_ino
    again = Started(data)
    try:
        again.wait_for("Ctrl-C stops everything.")
        assert "loading" not in again.printed()
        assert (data / "tracker.sqlite3").stat().st_ino == database
    finally:
        again.process.send_signal(signal.SIGINT)
        assert again.process.wait(60) == 0


def test_demonstration_names_the_part_that_ended_and_stops_the_others(started: Started) -> None:
    started.wait_for("Ctrl-C stops everything.")
    children = started.children()
    broker = next(child for child in children if "valkey" in child.name())
    broker.kill()
    assert started.process.wait(60) == 1, started.printed()
    assert "The broker has ended" in started.printed()
    assert not [child for child in children if runs(child)]
