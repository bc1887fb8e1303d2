"""Programs that people subscribe with, or that others built theirs on, read our calendars."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import recurring_ical_events
import vobject
from pytest_django.live_server_helper import LiveServer

from tests import factories as make
from tests.interfaces.ics.reading import check_bytes, parsed
from tests.interfaces.ics.subscribing import Subscription, subscribe
from tracker.rules.followup import State

TITLE = "设立普查领导小组及其办公室🌾，并将名单报县普查办备案；各村（社区）同步成立普查小组，落实办公场所、经费和设备"


@pytest.fixture
def feed(standing_clock: object) -> Subscription:
    """Give a subscription to three tasks: one day, a window, one that has ended."""
    unit = make.unit()
    make.task(unit, make.unit(), title=TITLE, due=date(2023, 6, 2))
    window = {"start": date(2023, 6, 10), "due": date(2023, 6, 12)}
    make.task(unit, of=make.commitment(kind="window", title="单位清查", **window), **window)
    make.task(unit, title="报送经费预算", due=date(2023, 6, 20), state=State.CLOSED, closed_at=make.NOW)
    return subscribe(make.user(make.post(unit)))


@pytest.mark.django_db
@pytest.mark.parametrize("options", [{}, {"alarms": True}, {"as_todo": True}, {"as_todo": True, "alarms": True}])
def test_vobject_reads_what_the_library_wrote(feed: Subscription, options: dict[str, bool]) -> None:
    data = subscribe(feed.token.user, **options).body()
    check_bytes(data)
    calendar = vobject.readOne(data.decode())
    found = calendar.contents["vtodo" if options.get("as_todo") else "vevent"]
    assert [one.summary.value for one in found] == [TITLE, "单位清查", "[已办结]报送经费预算"]


@pytest.mark.django_db
def test_each_day_shows_what_falls_on_it(feed: Subscription) -> None:
    calendar = recurring_ical_events.of(parsed(feed.body()))
    shown = {day: [str(event["summary"]) for event in calendar.at(date(2023, 6, day))] for day in range(1, 31)}
    assert {day: titles for day, titles in shown.items() if titles} == {
        2: [TITLE],
        10: ["单位清查"],
        11: ["单位清查"],
        12: ["单位清查"],
        20: ["[已办结]报送经费预算"],
    }


@pytest.mark.reliability
def test_vdirsyncer_fetches_and_khal_lists(feed: Subscription, live_server: LiveServer, tmp_path: Path) -> None:
    config, entries = tmp_path / "vdirsyncer", tmp_path / "entries"
    config.write_text(
        f"""
[general]
status_path = "{tmp_path}/status"
[pair feed]
a = "remote"
b = "local"
collections = null
[storage remote]
type = "http"
url = "{live_server.url}{feed.address}"
[storage local]
type = "filesystem"
path = "{entries}"
fileext = ".ics"
""",
        "utf-8",
    )
    sync(config, "discover")
    sync(config, "sync")
    files = {path.name: path.read_bytes() for path in entries.iterdir()}
    assert len(files) == 3
    # A second time nothing is new to it.
    assert "Copying" not in sync(config, "sync")
    assert {path.name: path.read_bytes() for path in entries.iterdir()} == files

    khal = tmp_path / "khal"
    khal.write_text(
        f"""
[calendars]
[[tracker]]
path = {entries}
[sqlite]
path = {tmp_path}/khal.db
[locale]
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
""",
        "utf-8",
    )
    options = ["--format", "{start-date} {end-date} {title}", "--day-format", "", "--once"]
    listed = run("khal", "-c", str(khal), "list", *options, "2023-06-01", "30d")
    assert listed.splitlines() == [
        f"2023-06-02 2023-06-02 {TITLE}",
        "2023-06-10 2023-06-12 单位清查",
        "2023-06-20 2023-06-20 [已办结]报送经费预算",
    ]


def sync(config: Path, command: str) -> str:
    return run("vdirsyncer", "-c", str(config), command)


def run(program: str, *arguments: str) -> str:
    """Run a program of the test environment and return what it said."""
    command = [str(Path(sys.executable).parent / program), *arguments]
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
