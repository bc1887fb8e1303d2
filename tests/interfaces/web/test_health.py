"""/health for programs, a page for people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from tests.factories import NOW
from tests.interfaces.web.county import County, text_of
from tracker import clock
from tracker.audit import pulses, selectors
from tracker.audit.models import JobRun
from tracker.interfaces.web.templatetags.tracker_web import duration

pytestmark = [pytest.mark.django_db, pytest.mark.core]

JOBS = ("sweep", "digest", "dispatch", "work", "watchdog")


def run(job: str, *, ago: timedelta = timedelta(), **values: object) -> None:
    JobRun.objects.create(job=job, started_at=clock.real_now() - ago, as_of=NOW, **{"ok": True, **values})


def test_pages_without_jobs_are_ready_and_degraded(client: Client) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["jobs_running"]) == ("degraded", False)
    assert answer.json()["jobs"]["sweep"]["last"] is None


def test_fresh_jobs_are_healthy_and_one_that_stands_still_is_named(client: Client) -> None:
    for job in JOBS:
        run(job)
    assert client.get("/health").json()["status"] == "ok"
    JobRun.objects.filter(job="dispatch").delete()
    run("dispatch", ago=timedelta(hours=2))
    found = client.get("/health").json()
    assert found["status"] == "degraded"
    assert [job for job in JOBS if not found["jobs"][job]["fresh"]] == ["dispatch"]


def test_a_failed_run_is_no_sign_of_life(client: Client) -> None:
    for job in JOBS:
        run(job, ok=False, error="boom")
    assert client.get("/health").json()["jobs_running"] is False


def test_without_a_database_it_is_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(job: str) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(selectors, "latest_run", fail)
    monkeypatch.setattr(pulses.selectors, "latest_run", fail)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"


def test_the_page_names_jobs_that_stand_still_and_runs_that_failed(county: County) -> None:
    run("sweep")
    run("digest", ok=False, error="OperationalError: database is locked")
    source = text_of(county.get("administrator", "health"))
    assert "停滞" in source and "database is locked" in source


def test_what_the_watchdog_found_is_told_to_programs_in_figures_and_to_people_with_advice(county: County) -> None:
    run("watchdog", counts={"whole": False, "silent": ["a/b/"], "failed": 2, "paused": True, "unreachable": 7})
    figures = county.get("administrator", "status").json()["watchdog"]
    assert figures["whole"] is False
    assert (figures["silent"], figures["failed"], figures["paused"], figures["unreachable"]) == (1, 2, 1, 7)
    source = text_of(county.get("administrator", "health"))
    assert "a/b/" in source and "tracker dispatcher retry" in source
    assert "a/b/" not in str(figures)


def test_a_watchdog_that_found_nothing_amiss_says_so(county: County) -> None:
    assert "核查尚未进行" in text_of(county.get("administrator", "health"))
    run("watchdog", counts={"whole": True, "silent": [], "unreachable": 0})
    assert "未发现异常" in text_of(county.get("administrator", "health"))


def test_a_length_of_whole_minutes_has_no_seconds() -> None:
    assert [duration(seconds) for seconds in (5, 60, 200, 600)] == ["5 秒", "1 分钟", "3 分 20 秒", "10 分钟"]


def test_who_can_start_the_jobs_is_led_to_them_and_not_told_to_ask(county: County) -> None:
    told = text_of(county.get("administrator", "units"))
    assert "查看哪些作业停滞" in told and "请告知系统管理员" not in told
    assert "请告知系统管理员" in text_of(county.get("office", "units"))
