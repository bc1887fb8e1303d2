"""Who may do what: every route of the API, every method, every role. A route without a row fails."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from axes.utils import reset
from django.urls import URLPattern, reverse
from rest_framework.test import APIClient

from tests import factories as make
from tests.interfaces.api.calling import caller
from tracker.audit.actors import Role
from tracker.audit.models import AuditEntry
from tracker.commitments.models import ProgressReport, Task
from tracker.interfaces.api.urls import v1
from tracker.org.models import Portfolio

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("standing_clock")]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PEOPLE = (
    "anonymous",
    "nobody",  # an account without a post
    "liaison",  # of the task's lead
    "head",  # of its supporting unit
    "stranger",  # the liaison of a unit without a part
    "leader",  # who supervises the lead
    "office",
    "county_head",
    "auditor",
    "administrator",
)

Row = dict[str, int]


def everybody(status: int, *, anonymous: int = 401) -> Row:
    return dict.fromkeys(PEOPLE, status) | {"anonymous": anonymous}


def those(*people: str, status: int, others: int) -> Row:
    return everybody(others) | dict.fromkeys(people, status)


SEE = ("liaison", "head", "leader", "office", "county_head", "auditor")
REPORT = ("liaison", "head")
LOOKERS = tuple(sorted(set(SEE) - set(REPORT)))

# What is not offered is refused to everybody, after the question who asks.
NOT_OFFERED = everybody(405)
PUBLIC = everybody(200, anonymous=200)
PUBLIC_NOT_OFFERED = everybody(405, anonymous=405)

TABLE: dict[str, dict[str, Row]] = {
    # Anybody may try to sign in; here without saying who. Whoever is signed in may sign out.
    "token": {"POST": everybody(400, anonymous=400), "DELETE": everybody(204)},
    "tasks": {"GET": everybody(200)},
    "task": {"GET": those(*SEE, status=200, others=404)},
    "task_reports": {
        "GET": those(*SEE, status=200, others=404),
        "POST": those(*REPORT, status=201, others=404) | dict.fromkeys(LOOKERS, 403),
    },
    "reports": {"GET": everybody(200)},
    "documents": {"GET": everybody(200)},
    "document": {"GET": everybody(200)},
    "units": {"GET": everybody(200)},
    "unit": {"GET": everybody(200)},
    "schema": {"GET": PUBLIC} | dict.fromkeys(("POST", "PUT", "PATCH", "DELETE"), PUBLIC_NOT_OFFERED),
    "docs": {"GET": PUBLIC} | dict.fromkeys(("POST", "PUT", "PATCH", "DELETE"), PUBLIC_NOT_OFFERED),
}
# 401 stands for “nobody has said who asks”, whatever the task.
for _row in TABLE["task"], TABLE["task_reports"]:
    for _people in _row.values():
        _people["anonymous"] = 401


class Office:
    """Be one task with somebody in every place around it."""

    def __init__(self) -> None:
        lead, support, county = make.unit(), make.unit(), make.unit()
        self.task = make.task(lead, support)
        leader = make.post(make.unit(), Role.LEADER)
        Portfolio.objects.create(post=leader, unit=lead, relation="分管")
        posts = {
            "liaison": make.post(lead, Role.LIAISON),
            "head": make.post(support, Role.UNIT_HEAD),
            "stranger": make.post(make.unit(), Role.LIAISON),
            "leader": leader,
            "office": make.post(county, Role.SUPERVISION),
            "county_head": make.post(county, Role.COUNTY_HEAD),
            "auditor": make.post(county, Role.AUDITOR),
            "administrator": make.post(county, Role.ADMINISTRATOR),
        }
        self.clients: dict[str, APIClient] = {name: caller(make.user(post)) for name, post in posts.items()}
        self.clients |= {"anonymous": caller(), "nobody": caller(make.user())}
        self.arguments: dict[str, list[object]] = {
            "task": [self.task.pk],
            "task_reports": [self.task.pk],
            "document": [self.task.commitment.document.slug],
            "unit": [lead.slug],
        }

    def ask(self, who: str, route: str, method: str) -> int:
        address = reverse(f"api:v1:{route}", args=self.arguments.get(route, []))
        body = {"version": self.task.version, "kind": "no_change"} if route == "task_reports" else {}
        return int(
            self.clients[who].generic(method, address, json.dumps(body), content_type="application/json").status_code
        )


@pytest.fixture
def office() -> Iterator[Office]:
    reset()
    yield Office()


def test_every_route_has_a_row() -> None:
    assert all(isinstance(route, URLPattern) for route in v1)
    assert {route.name for route in v1} == set(TABLE)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", TABLE)
def test_who_may_do_what(office: Office, route: str, method: str) -> None:
    expected = TABLE[route].get(method, NOT_OFFERED)
    found = {}
    for who in PEOPLE:
        found[who] = office.ask(who, route, method)
        office.task.refresh_from_db()
    assert found == expected


@pytest.mark.parametrize("who", PEOPLE)
def test_a_refusal_changes_nothing_and_is_on_record(office: Office, who: str) -> None:
    before = Task.objects.values().get(pk=office.task.pk)
    status = office.ask(who, "task_reports", "POST")
    refused = list(AuditEntry.objects.filter(action="api.refused"))
    if status == 201:
        assert not refused and ProgressReport.objects.count() == 1
        return
    assert Task.objects.values().get(pk=office.task.pk) == before
    assert not ProgressReport.objects.exists()
    # Whoever has not said who asks is nobody to put on record.
    assert len(refused) == (who != "anonymous")
