"""The environment `dev.py` makes, and how its commands end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from devtools import demo, environment
from devtools.paths import ROOT, Trouble
from devtools.processes import Process
from tests.waiting import wait_until


def test_leftovers_of_a_shell_do_not_reach_our_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "DJANGO_SETTINGS_MODULE", "TRACKER_SECRET_KEY", "PGPORT"):
        monkeypatch.setenv(name, "leftover")
    monkeypatch.setenv("TRACKER_TEST_DATABASE", "sqlite")
    clean = environment.clean_environment()
    assert "leftover" not in clean.values()
    assert clean["TRACKER_TEST_DATABASE"] == "sqlite"
    assert clean["PATH"].startswith(os.fspath(environment.VENV / "bin"))


def test_pip_is_told_where_packages_come_from_and_not_where_to_put_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example.org/simple")
    monkeypatch.setenv("PIP_TARGET", "/somewhere/else")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    given = environment.pip_environment()
    assert given["PIP_INDEX_URL"] == "https://mirror.example.org/simple"
    assert not {"PIP_TARGET", "PIP_USER"} & set(given)
    assert given["PIP_CONFIG_FILE"] == os.devnull


def test_an_environment_counts_only_when_it_was_finished_here_and_its_python_still_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = tmp_path / "installed.json"
    monkeypatch.setattr(environment, "STAMP", stamp)
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    version = ".".join(str(part) for part in sys.version_info[:3])
    whole = {"python": version, "place": os.fspath(tmp_path), "locks": {"runtime": "abc"}}
    assert environment._held() == {}, "interrupted before the stamp"
    for spoilt in (
        '{"python"',
        "[]",
        json.dumps({**whole, "place": "/elsewhere"}),
        json.dumps({**whole, "python": "2"}),
    ):
        stamp.write_text(spoilt, "utf-8")
        assert environment._held() == {}
    stamp.write_text(json.dumps(whole), "utf-8")
    assert environment._held() == {"runtime": "abc"}
    monkeypatch.setattr(environment, "PYTHON", tmp_path / "gone")
    assert environment._held() == {}


def test_a_port_in_use_is_said_with_one_that_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Trouble, match=rf"Port {port} is in use.*--port \d+"):
            demo.check_port(port)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(Trouble, match="is no port"):
        demo.check_port(port)


def test_a_child_that_ends_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('the disk is full'); raise SystemExit(3)"]
    child = Process("worker", command, log=tmp_path / "worker.log")
    child.wait(30)
    demonstration = demo.Demonstration(tmp_path, demo.free_port())
    demonstration.children.append(child)
    with pytest.raises(Trouble, match=r"(?s)worker has ended \(exit code 3\).*the disk is full"):
        demonstration.check()


def test_a_folder_that_is_not_the_demonstrations_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("mine", "utf-8")
    with pytest.raises(Trouble, match="was not made by the demonstration"), demo.held(tmp_path, fresh=True):
        pass
    assert (tmp_path / "README").read_text("utf-8") == "mine"


def test_two_demonstrations_do_not_share_their_data(tmp_path: Path) -> None:
    with (
        demo.held(tmp_path, fresh=False),
        pytest.raises(Trouble, match="running already"),
        demo.held(tmp_path, fresh=False),
    ):
        pass


def test_data_left_half_made_is_made_anew(tmp_path: Path) -> None:
    with demo.held(tmp_path, fresh=False):
        (tmp_path / "unfinished").touch()
        (tmp_path / "tracker.sqlite3").touch()
    with demo.held(tmp_path, fresh=False):
        assert not (tmp_path / "tracker.sqlite3").exists()


@pytest.mark.reliability
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent was killed")
def test_a_child_ends_when_its_parent_is_killed_outright(tmp_path: Path) -> None:
    parent = f"""
import sys, time
from pathlib import Path
from devtools.processes import Process
child = Process("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"], log=Path({str(tmp_path / "log")!r}))
print(child.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)

    def gone() -> bool:
        try:
            state = Path(f"/proc/{child}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        # Dead but not yet collected by whoever adopted it.
        return state == "Z"

    wait_until(gone, "the child has ended")
