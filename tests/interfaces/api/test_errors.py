"""Errors have one shape, speak the language asked for, and hide nothing of ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.interfaces.api.calling import caller, ok, somebody
from tracker.audit.actors import Role
from tracker.audit.models import AuditEntry
from tracker.commitments.models import ProgressReport

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_clock")]


def test_sentences_come_in_the_language_asked_for() -> None:
    account = make.user(make.post(make.unit()))
    said = {
        language: caller(account, language=language).get("/api/v1/tasks/1").json()
        for language in ("en", "zh-hans", "zh-CN")
    }
    assert said["en"]["detail"] == "There is no such task, or it is not yours to see."
    assert said["zh-hans"]["detail"] == "没有该事项，或不在您可查看的范围内。" == said["zh-CN"]["detail"]
    assert {answer["code"] for answer in said.values()} == {"not_found"}


def test_without_a_wish_the_sentences_are_chinese() -> None:
    account = make.user(make.post(make.unit()))
    client = caller(account)
    del client.defaults["HTTP_ACCEPT_LANGUAGE"]
    assert not client.get("/api/v1/tasks/1").json()["detail"].isascii()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/tasks?x=1", 400, "invalid"),
        ("delete", "/api/v1/tasks", 405, "method_not_allowed"),
        ("get", "/api/v1/units/no-such", 404, "not_found"),
    ],
)
def test_every_error_has_a_sentence_and_a_word(method: str, path: str, status: int, code: str) -> None:
    answer = getattr(somebody(Role.AUDITOR), method)(path)
    assert answer.status_code == status
    assert answer.json()["code"] == code and answer.json()["detail"]
    assert set(answer.json()) <= {"detail", "code", "fields"}


def test_an_answer_in_another_format_than_json_is_not_offered() -> None:
    answer = somebody(Role.AUDITOR).get("/api/v1/tasks", headers={"accept": "application/xml"})
    assert answer.status_code == 406 and answer.json()["code"] == "not_acceptable"


def test_a_database_that_cannot_serve_is_said_to_be_the_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise OperationalError("attempt to write a readonly database")

    unit = make.unit()
    task = make.task(unit)
    client = somebody(Role.LIAISON, unit)
    monkeypatch.setattr("tracker.commitments.services.report_progress", fail)
    answer = client.post(f"/api/v1/tasks/{task.pk}/reports", {"version": 1, "kind": "no_change"}, format="json")
    assert answer.status_code == 503
    assert answer.json() == {
        "detail": "The database cannot serve this at the moment, and nothing was saved. Try again later.",
        "code": "unavailable",
    }
    assert not ProgressReport.objects.exists()


def test_a_fault_of_ours_is_answered_as_one_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr("tracker.interfaces.api.tasks.visible_tasks", fail)
    answer = somebody(Role.AUDITOR).get("/api/v1/tasks")
    assert answer.status_code == 500 and answer.json()["code"] == "failed"
    assert b"secret" not in answer.content
    assert "a secret detail" in caplog.text


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/tasks", "/api/x", "/api/v1/tasks/", "/api/v1/units/县"])
def test_an_address_that_does_not_exist_is_answered_for_programs(path: str) -> None:
    for method in ("get", "post"):
        answer = getattr(caller(), method)(path)
        assert answer.status_code == 404
        assert answer.json() == {
            "detail": "The API has no such address. /api/v1/schema lists those it has.",
            "code": "not_found",
        }


def test_a_refusal_that_cannot_be_recorded_is_still_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise DatabaseError("the disk is full")

    task = make.task()
    client = somebody(Role.AUDITOR)
    monkeypatch.setattr("tracker.audit.services.record_many", fail)
    answer = client.post(f"/api/v1/tasks/{task.pk}/reports", {"version": 1, "kind": "no_change"}, format="json")
    assert answer.status_code == 403
    assert not AuditEntry.objects.filter(action="api.refused").exists()


# How many questions a request asks the database ----------------------------------------------------------------------


@pytest.mark.core
@pytest.mark.parametrize(
    ("path", "questions"),
    [
        # Dated and undated tasks are asked for one after the other.
        ("/api/v1/tasks", 11),
        ("/api/v1/reports", 5),
        ("/api/v1/documents", 3),
        ("/api/v1/units", 4),
    ],
)
def test_a_list_asks_the_same_questions_however_long_it_is(path: str, questions: int) -> None:
    client = somebody(Role.AUDITOR)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            rows = ok(client.get(f"{path}?limit=200"))["results"]
        assert rows
        return len(captured)

    def fill(number: int) -> None:
        for _ in range(number):
            unit = make.unit()
            task = make.task(unit, make.unit())
            make.task(unit, due=None)
            ProgressReport.objects.create(task=task, unit=unit, kind="no_change", at=make.NOW, by="某人")

    fill(2)
    few = count()
    fill(8)
    assert few == count() == questions


@pytest.mark.core
def test_one_task_and_one_report_ask_a_fixed_number_of_questions() -> None:
    unit = make.unit()
    client = somebody(Role.LIAISON, unit)

    def counted(supports: int) -> tuple[int, int]:
        task = make.task(unit, *(make.unit() for _ in range(supports)))
        with CaptureQueriesContext(connection) as read:
            ok(client.get(f"/api/v1/tasks/{task.pk}"))
        with CaptureQueriesContext(connection) as written:
            ok(client.post(f"/api/v1/tasks/{task.pk}/reports", {"version": 1, "kind": "no_change"}, format="json"))
        return len(read), len(written)

    assert counted(1) == counted(9) == (9, 19)
