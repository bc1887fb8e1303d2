"""The API is what its description says, whatever is thrown at it; and the description needs nobody else's host."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import schemathesis
from axes.utils import reset
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from rest_framework.authtoken.models import Token
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import factories as make
from tracker.audit.actors import Role
from tracker.commitments.models import ProgressReport
from tracker.config.wsgi import application

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
)


OPERATIONS = (
    ("POST", "token"),
    ("DELETE", "token"),
    ("GET", "tasks"),
    ("GET", "tasks/{id}"),
    ("GET", "tasks/{id}/reports"),
    ("POST", "tasks/{id}/reports"),
    ("GET", "reports"),
    ("GET", "documents"),
    ("GET", "documents/{slug}"),
    ("GET", "units"),
    ("GET", "units/{slug}"),
)
NOTHING_TO_GET_WRONG = {("DELETE", "token"), ("GET", "documents/{slug}"), ("GET", "units/{slug}")}
EXAMPLES = 15


def described() -> dict[str, Any]:
    answer = Client().get("/api/v1/schema", headers={"accept": "application/vnd.oai.openapi+json"})
    assert answer.status_code == 200
    return dict(json.loads(answer.content))


def test_the_description_is_valid_and_leaves_nothing_to_guess() -> None:
    written = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--api-version", "v1", stdout=written)
    assert "/api/v1/tasks/{id}/reports" in written.getvalue()


def test_the_description_names_no_other_host_and_no_route_is_missing() -> None:
    schema = described()
    assert "servers" not in schema
    assert not re.findall(r"https?://[^\"]+", json.dumps(schema))
    found = {(method.upper(), path) for path, methods in schema["paths"].items() for method in methods}
    assert found == {(method, f"/api/v1/{path}") for method, path in OPERATIONS}


def test_no_field_of_a_report_sets_a_date_a_unit_or_a_state_of_the_task() -> None:
    body = described()["components"]["schemas"]["ReportIn"]
    assert set(body["properties"]) == {
        "version", "kind", "text", "percent", "done_on", "evidence", "reporting_unit",
    }  # fmt: skip


@pytest.mark.django_db
def test_the_page_that_shows_it_is_drawn_from_our_own_files() -> None:
    answer = Client().get("/api/v1/docs")
    page = answer.content.decode()
    sources = re.findall(r"(?:src|href)=\"([^\"]+)\"", page)
    assert sources and all(source.startswith("/") and not source.startswith("//") for source in sources)
    # No script stands in the page itself.
    assert all(not body.strip() for body in re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL))
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_draws_the_page_without_asking_another_host(live_server: LiveServer, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{live_server.url}/api/v1/docs")
    page.get_by_text("/api/v1/tasks/{id}/reports").first.wait_for()
    page.close()
    assert asked and not [url for url in asked if not url.startswith(live_server.url) and not url.startswith("data:")]
    assert said == []


# Fuzzing -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def api(db: None, standing_clock: object) -> Iterator[Any]:
    """Give the API as it describes itself, called in this process.

    As Django's own test client does, the connection is kept open between requests: the test's transaction is in it.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    reset()
    load_all_checks()
    yield schemathesis.openapi.from_wsgi("/api/v1/schema", application)
    reset()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def world(db: None) -> dict[str, Any]:
    """Give a liaison's token, and the names by which what is there is asked for."""
    unit = make.unit()
    for number in range(3):
        task = make.task(unit, make.unit())
        ProgressReport.objects.create(task=task, unit=unit, kind="progress", percent=number, at=make.NOW, by="某人")
    account = make.user(make.post(unit), make.post(make.unit(), Role.SUPERVISION))
    return {
        "token": Token.objects.create(user=account).key,
        "tasks": {"id": task.pk},
        "documents": {"slug": task.commitment.document.slug},
        "units": {"slug": unit.slug},
    }


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_is_sent_the_answer_is_one_that_is_described(
    api: Any, world: dict[str, Any], operation: tuple[str, str], mode: GenerationMode
) -> None:
    method, path = operation
    described_operation = api[f"/api/v1/{path}"][method]
    # Half of the cases ask for what is there, or few would get past “not found”.
    there = described_operation.as_strategy(mode, path_parameters=world[path.split("/")[0]]) if "{" in path else None
    cases = described_operation.as_strategy(mode)
    if mode == GenerationMode.NEGATIVE and operation in NOTHING_TO_GET_WRONG:
        pytest.skip("takes nothing that could be wrong")

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases | there if there is not None else cases)
    def call(case: Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Token {world['token']}"}, checks=list(CHECKS))

    call()
