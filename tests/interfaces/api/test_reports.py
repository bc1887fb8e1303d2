"""Reports handed in by programs, and read by them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests import factories as make
from tests.interfaces.api.calling import caller, ok, somebody
from tests.interfaces.conftest import StandingClock
from tracker.audit.actors import Role
from tracker.audit.models import AuditEntry
from tracker.commitments.models import ProgressReport, Task
from tracker.org.models import Unit
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("standing_clock")]


@pytest.fixture
def unit() -> Unit:
    return make.unit("稷峰镇人民政府")


@pytest.fixture
def task(unit: Unit) -> Task:
    return make.task(unit, make.unit("县统计局"))


@pytest.fixture
def liaison(unit: Unit) -> APIClient:
    return somebody(Role.LIAISON, unit)


def report(client: APIClient, task: Task, **body: Any) -> Any:
    return client.post(f"/api/v1/tasks/{task.pk}/reports", {"version": task.version, **body}, format="json")


def state_of(task: Task) -> dict[str, Any]:
    return Task.objects.values("state", "due", "version", "percent", "lead", "title", "done_on").get(pk=task.pk)


def test_progress_is_stored_and_moves_the_task_on(liaison: APIClient, task: Task, unit: Unit) -> None:
    evidence = [
        {"kind": "number", "value": "稷峰政发〔2023〕3号"},
        {"kind": "link", "value": "https://jishan.example/a"},
        {"kind": "link", "value": "http://oa/docs/12"},
    ]
    answer = report(liaison, task, kind="progress", text="已发文", percent=40, evidence=evidence)
    assert answer.status_code == 201
    shown = answer.json()
    assert shown["kind"] == "progress" and shown["percent"] == 40 and shown["text"] == "已发文"
    assert shown["unit"] == {"slug": unit.slug, "name": "稷峰镇人民政府"}
    assert shown["evidence"] == evidence
    assert shown["at"] == "2023-06-05T09:00:00+08:00"
    # The version to send with the next report.
    assert shown["task"]["version"] == 2 and shown["task"]["state"] == "in_progress"
    assert state_of(task)["state"] == State.IN_PROGRESS
    (entry,) = AuditEntry.objects.filter(action="commitments.report_progress")
    assert entry.source == "127.0.0.1"


def test_no_change_needs_nothing_else(liaison: APIClient, task: Task) -> None:
    assert report(liaison, task, kind="no_change").status_code == 201
    assert ProgressReport.objects.get().text == ""


def test_a_lead_applies_to_close(liaison: APIClient, task: Task) -> None:
    answer = report(liaison, task, kind="close", text="领导小组已设立", done_on="2023-06-02")
    assert ok(answer)["task"]["state"] == "awaiting_review"
    assert state_of(task)["done_on"] == date(2023, 6, 2)


def test_a_supporting_unit_reports_progress_but_does_not_close(task: Task) -> None:
    supporting = somebody(Role.LIAISON, task.assignments.get(role="support").unit)
    assert report(supporting, task, kind="progress", percent=10).status_code == 201
    task.refresh_from_db()
    refused = report(supporting, task, kind="close", text="完成")
    assert refused.status_code == 403 and refused.json()["code"] == "not_permitted"
    assert state_of(task)["state"] == State.ASSIGNED


def test_a_stale_report_is_refused_and_changes_nothing(liaison: APIClient, task: Task) -> None:
    report(liaison, task, kind="no_change")
    before = state_of(task)
    answer = report(liaison, task, kind="progress", percent=90)
    assert answer.status_code == 409
    assert answer.json()["code"] == "stale" and "changed after you opened it" in answer.json()["detail"]
    assert state_of(task) == before
    assert ProgressReport.objects.count() == 1


def test_the_version_is_not_optional(liaison: APIClient, task: Task) -> None:
    answer = liaison.post(f"/api/v1/tasks/{task.pk}/reports", {"kind": "no_change"}, format="json")
    assert answer.status_code == 400 and list(answer.json()["fields"]) == ["version"]


def test_a_task_that_is_closed_takes_no_report(unit: Unit, liaison: APIClient) -> None:
    task = make.task(unit, state=State.CLOSED, closed_at=make.NOW)
    answer = report(liaison, task, kind="no_change")
    assert answer.status_code == 409 and answer.json()["code"] == "wrong_state"


def test_an_overdue_task_asks_for_a_sentence(unit: Unit, liaison: APIClient) -> None:
    task = make.task(unit, due=date(2023, 6, 2))
    answer = report(liaison, task, kind="no_change")
    assert answer.status_code == 400
    assert answer.json()["fields"]["text"] == [answer.json()["detail"]]
    assert "overdue" in answer.json()["detail"]
    assert report(liaison, task, kind="no_change", text="场地未落实").status_code == 201


@pytest.mark.parametrize(
    "field", ["due", "start", "unit", "lead", "state", "title", "closed_at", "percent_done", "by", "at"]
)
def test_what_is_not_the_reporters_to_set_is_refused_by_name(liaison: APIClient, task: Task, field: str) -> None:
    before = state_of(task)
    answer = report(liaison, task, kind="no_change", **{field: "2024-01-01"})
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]
    assert state_of(task) == before and not ProgressReport.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "backfill"}, "kind"),
        ({"kind": "progress", "percent": 101}, "percent"),
        ({"kind": "progress", "percent": -1}, "percent"),
        ({"kind": "progress", "percent": "half"}, "percent"),
        ({"kind": "close", "percent": 100}, "percent"),
        ({"kind": "progress", "done_on": "2023-06-01"}, "done_on"),
        ({"kind": "close", "text": "完成", "done_on": "2023-06-06"}, "done_on"),
        ({"kind": "close"}, "text"),
        ({"kind": "progress", "text": "字" * 4001}, "text"),
        ({"kind": "progress", "text": "a\x00b"}, "text"),
        ({"kind": "progress", "evidence": [{"kind": "link", "value": "javascript:alert(1)"}]}, "evidence"),
        ({"kind": "progress", "evidence": [{"kind": "file", "value": "a.docx"}]}, "evidence"),
        ({"kind": "progress", "evidence": [{"kind": "number", "value": "3号", "size": 1}]}, "evidence"),
        ({"kind": "progress", "evidence": "3号"}, "evidence"),
        ({"kind": "progress", "version": "new"}, "version"),
        ({"kind": "progress", "reporting_unit": "不是"}, "reporting_unit"),
    ],
)
def test_a_value_that_cannot_be_taken_is_named_and_nothing_is_stored(
    liaison: APIClient, task: Task, body: dict[str, Any], field: str
) -> None:
    answer = report(liaison, task, **body)
    assert answer.status_code == 400, answer.content
    assert list(answer.json()["fields"]) == [field]
    assert not ProgressReport.objects.exists()


def test_a_task_of_another_unit_is_not_there_and_the_attempt_is_on_record(task: Task) -> None:
    answer = report(somebody(Role.LIAISON), task, kind="no_change")
    assert answer.status_code == 404
    assert AuditEntry.objects.get(action="api.refused").detail["method"] == "POST"
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize("role", [Role.SUPERVISION, Role.COUNTY_HEAD, Role.AUDITOR])
def test_whoever_sees_a_task_without_a_part_in_it_cannot_report_and_the_attempt_is_on_record(
    task: Task, role: Role
) -> None:
    answer = report(somebody(role), task, kind="no_change")
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("Only the liaison or the head of a unit that has a part in this task")
    (refused,) = AuditEntry.objects.filter(action="api.refused")
    assert refused.object_text == f"/api/v1/tasks/{task.pk}/reports" and refused.detail["why"]


def test_a_person_of_two_units_with_a_part_says_which_reports(task: Task, unit: Unit) -> None:
    support = task.assignments.get(role="support").unit
    both = caller(make.user(make.post(unit), make.post(support)))
    asked = report(both, task, kind="no_change")
    assert asked.status_code == 400
    assert unit.slug in asked.json()["fields"]["reporting_unit"][0]
    assert ok(report(both, task, kind="no_change", reporting_unit=support.slug))["unit"]["slug"] == support.slug
    task.refresh_from_db()
    assert report(both, task, kind="no_change", reporting_unit=make.unit().slug).status_code == 403


def test_a_form_is_not_json(liaison: APIClient, task: Task) -> None:
    answer = liaison.post(f"/api/v1/tasks/{task.pk}/reports", {"version": 1, "kind": "no_change"}, format="multipart")
    assert answer.status_code == 415 and answer.json()["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"version": 1, "kind": NaN}',
        b'{"version":1,"kind":"progress","text":"\\ud800"}',
    ],
)
def test_a_body_that_is_no_proper_json_is_refused(liaison: APIClient, task: Task, body: bytes) -> None:
    answer = liaison.post(f"/api/v1/tasks/{task.pk}/reports", body, content_type="application/json")
    assert answer.status_code == 400 and answer.json()["detail"]


# Reading -------------------------------------------------------------------------------------------------------------


def test_reports_are_listed_newest_first_by_task_and_all_together(
    liaison: APIClient, unit: Unit, task: Task, standing_clock: StandingClock
) -> None:
    other = make.task(unit)
    for one in (task, other, task):
        one.refresh_from_db()
        ok(report(liaison, one, kind="no_change"))
        standing_clock.instant += timedelta(hours=1)
    everything = ok(liaison.get("/api/v1/reports"))["results"]
    assert [row["task"]["id"] for row in everything] == [task.pk, other.pk, task.pk]
    of_task = ok(liaison.get(f"/api/v1/tasks/{task.pk}/reports"))["results"]
    assert of_task == [everything[0], everything[2]]


def test_reports_on_tasks_one_may_not_see_are_not_listed(liaison: APIClient, task: Task) -> None:
    ok(report(liaison, task, kind="no_change"))
    stranger = somebody(Role.LIAISON)
    assert ok(stranger.get("/api/v1/reports"))["results"] == []
    assert ok(stranger.get(f"/api/v1/reports?task={task.pk}"))["results"] == []
    assert stranger.get(f"/api/v1/tasks/{task.pk}/reports").status_code == 404
    assert len(ok(somebody(Role.AUDITOR).get("/api/v1/reports"))["results"]) == 1


def test_reports_of_one_instant_are_not_lost_between_pages(liaison: APIClient, unit: Unit) -> None:
    for _ in range(5):
        ok(report(liaison, make.task(unit), kind="no_change"))
    address, seen = "/api/v1/reports?limit=2", []
    while address:
        page = ok(liaison.get(address))
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert seen == sorted(seen, reverse=True) and len(seen) == 5


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=progress", 1),
        ("kind=no_change", 1),
        ("since=2023-06-05T10:00:00%2B08:00", 1),
        ("until=2023-06-05T10:00:00%2B08:00", 1),
        ("unit=no-such", 0),
        ("document=no-such", 0),
    ],
)
def test_reports_are_found_by_kind_time_unit_and_document(
    liaison: APIClient, unit: Unit, standing_clock: StandingClock, query: str, found: int
) -> None:
    ok(report(liaison, make.task(unit), kind="progress", percent=5))
    standing_clock.instant += timedelta(hours=1)
    ok(report(liaison, make.task(unit), kind="no_change"))
    assert len(ok(liaison.get(f"/api/v1/reports?{query}"))["results"]) == found


@pytest.mark.parametrize(
    "cursor", ["x", "5", "5~", "5~yesterday", "5~2023-06-05T00:00:00", "~2023-06-05T00:00:00+00:00"]
)
def test_a_cursor_that_no_page_gave_is_refused(liaison: APIClient, cursor: str) -> None:
    answer = liaison.get("/api/v1/reports", {"cursor": cursor})
    assert answer.status_code == 400 and list(answer.json()["fields"]) == ["cursor"]
