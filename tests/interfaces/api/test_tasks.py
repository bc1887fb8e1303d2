"""Lists of tasks, and one task."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from tests import factories as make
from tests.interfaces.api.calling import caller, ok, somebody
from tracker.audit.actors import Role
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Task
from tracker.commitments.selectors import ledger
from tracker.org.models import Portfolio, Unit, UnitAlias
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("standing_clock")]

PATH = "/api/v1/tasks"


@pytest.fixture
def office() -> APIClient:
    return somebody(Role.SUPERVISION)


def titles(client: APIClient, **query: Any) -> list[str]:
    return [row["title"] for row in ok(client.get(f"{PATH}?{urlencode(query)}"))["results"]]


def titled(title: str, lead: Unit | None = None, *supports: Unit, **values: Any) -> Task:
    return make.task(lead, *supports, title=title, **values)


def test_a_row_says_what_by_whom_by_when_and_where_it_stands(office: APIClient) -> None:
    lead, support = make.unit("稷峰镇人民政府"), make.unit("县统计局")
    document = make.document(number="稷政发〔2023〕7号", short="经济普查")
    task = make.task(lead, support, of=make.commitment(document, title="设立领导小组"), due=date(2023, 6, 2))
    (row,) = ok(office.get(PATH))["results"]
    assert row == {
        "id": task.pk,
        "key": task.key,
        "version": 1,
        "title": "设立领导小组",
        "state": "assigned",
        "standing": {"place": "overdue", "days_left": None, "workdays_left": None, "days_late": 3, "workdays_late": 1},
        "due": "2023-06-02",
        "start": None,
        "provisional": False,
        "period": "",
        "kind": "once",
        "certainty": "hard",
        "responsibility": "stated",
        "document": {"slug": document.slug, "number": "稷政发〔2023〕7号", "short": "经济普查"},
        "clause": {"label": "四（三）", "line": 2},
        "lead": {"slug": lead.slug, "name": "稷峰镇人民政府"},
        "supporting": [{"slug": support.slug, "name": "县统计局"}],
        "percent": None,
        "opened_at": "2023-05-31T16:00:00+08:00",
        "reported_at": None,
        "applied_at": None,
        "closed_at": None,
        "done_on": None,
        "changed_at": "2023-05-31T16:00:00+08:00",
        "page": f"http://localhost:8000/tasks/{task.pk}/",
    }


def test_each_role_lists_what_it_may_see() -> None:
    water, farms, schools = make.unit(), make.unit(), make.unit()
    titled("甲", water, farms)
    titled("乙", farms)
    titled("丙", schools)
    titled("撤", water, state=State.WITHDRAWN)
    leader = make.post(make.unit(), Role.LEADER)
    Portfolio.objects.create(post=leader, unit=water, relation="分管")
    seen = {
        "liaison": titles(somebody(Role.LIAISON, farms)),
        "head": titles(somebody(Role.UNIT_HEAD, water)),
        "leader": titles(caller(make.user(leader))),
        "office": titles(somebody(Role.SUPERVISION)),
        "county_head": titles(somebody(Role.COUNTY_HEAD)),
        "auditor": titles(somebody(Role.AUDITOR)),
        "administrator": titles(somebody(Role.ADMINISTRATOR)),
        "nobody": titles(caller(make.user())),
    }
    assert {who: "".join(sorted(found)) for who, found in seen.items()} == {
        "liaison": "乙甲",
        "head": "甲",
        "leader": "甲",
        "office": "丙乙甲",
        "county_head": "丙乙甲",
        "auditor": "丙乙甲",
        "administrator": "",
        "nobody": "",
    }


@pytest.fixture
def mixed() -> dict[str, str]:
    """Make tasks that differ in one thing each; return the slugs that filters name."""
    water, farms = make.unit("县水利局"), make.unit("县农业农村局")
    UnitAlias.objects.create(unit=farms, name="农业局")
    census, river = make.document(title="经济普查的通知"), make.document(title="河道种植的通知")
    late, soon = date(2023, 6, 2), date(2023, 6, 9)
    titled("普查", water, of=make.commitment(census), due=late)
    titled("监测", water, farms, of=make.commitment(census, kind="recurring", certainty="soft"), due=soon)
    titled(
        "清理",
        farms,
        of=make.commitment(river, responsibility="implied"),
        due=date(2023, 7, 1),
        state=State.AWAITING_REVIEW,
    )
    changed = datetime(2023, 6, 4, tzinfo=UTC)
    titled(
        "办结", water, of=make.commitment(river), due=late, state=State.CLOSED, closed_at=changed, changed_at=changed
    )
    titled("待定", farms, of=make.commitment(river, kind="undated"), due=None)
    return {"census": census.slug, "river": river.slug, "water": water.slug, "farms": farms.slug}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "办待普清监"),
        ({"document": "census"}, "普监"),
        ({"document": "no-such"}, ""),
        ({"unit": "farms"}, "待清监"),
        ({"kind": "recurring"}, "监"),
        ({"certainty": "soft"}, "监"),
        ({"responsibility": "implied"}, "清"),
        ({"standing": "overdue"}, "普"),
        ({"standing": "open"}, "待普清监"),
        ({"standing": "awaiting_review"}, "清"),
        ({"standing": "ended"}, "办"),
        ({"standing": "undated"}, "待"),
        ({"state": "closed"}, "办"),
        ({"state": "assigned"}, "待普监"),
        ({"due_from": "2023-06-09"}, "清监"),
        ({"due_to": "2023-06-02"}, "办普"),
        ({"due_from": "2023-06-03", "due_to": "2023-06-30"}, "监"),
        ({"changed_since": "2023-06-04T08:00:00+08:00"}, "办"),
        ({"q": "河道"}, "办待清"),
        ({"q": "农业局"}, "待清监"),
        ({"q": "河道 农业局"}, "待清"),
        ({"document": "river", "standing": "open", "unit": "farms"}, "待清"),
    ],
)
def test_a_filter_finds_what_it_says(
    office: APIClient, mixed: dict[str, str], query: dict[str, str], found: str
) -> None:
    asked = {name: mixed.get(value, value) for name, value in query.items()}
    assert "".join(sorted(title[0] for title in titles(office, **asked))) == found


def test_an_offset_that_a_database_would_not_take_is_only_another_way_to_write_an_instant(office: APIClient) -> None:
    assert titles(office, changed_since="0498-10-27T01:05:27+17:36") == []


def test_a_parameter_given_twice_is_refused(office: APIClient) -> None:
    answer = office.get(f"{PATH}?kind=once&kind=window")
    assert answer.status_code == 400 and list(answer.json()["fields"]) == ["kind"]


def test_every_standing_of_the_ledger_can_be_asked_for(office: APIClient) -> None:
    for standing in ledger.STANDINGS:
        assert office.get(PATH, {"standing": standing}).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"stat": "overdue"}, "stat"),
        ({"page": "2"}, "page"),
        ({"kind": "sometimes"}, "kind"),
        ({"standing": "late"}, "standing"),
        ({"state": "withdrawn"}, "state"),
        ({"due_from": "6月底"}, "due_from"),
        ({"due_from": "06/05/2023"}, "due_from"),
        ({"changed_since": "yesterday"}, "changed_since"),
        ({"changed_since": "2023-06-05T00:00:00"}, "changed_since"),
        ({"changed_since": "0001-01-01T00:00:00+23:00"}, "changed_since"),
        ({"kind": ""}, "kind"),
        ({"q": "字" * 101}, "q"),
        ({"q": "\x00"}, "q"),
        ({"order": "title"}, "order"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "٣"}, "limit"),
        ({"limit": "9" * 30}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "~"}, "cursor"),
        ({"cursor": "5"}, "cursor"),
        ({"cursor": "5~2023-13-01"}, "cursor"),
        ({"cursor": "9" * 30 + "~2023-06-01"}, "cursor"),
        ({"order": "-changed", "cursor": "5~"}, "cursor"),
        ({"order": "-changed", "cursor": "5~2023-06-01T00:00:00"}, "cursor"),
    ],
)
def test_what_cannot_be_asked_is_answered_with_the_parameter_and_why(
    office: APIClient, query: dict[str, str], field: str
) -> None:
    answer = office.get(f"{PATH}?{urlencode(query)}")
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert list(answer.json()["fields"]) == [field] and answer.json()["fields"][field][0]


@pytest.mark.parametrize("order", ["due", "-due", "-changed"])
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_hold_every_task_once_in_order(office: APIClient, order: str, limit: int) -> None:
    for number in range(9):
        # Three of each day, three without a day: ties and missing dates are where pages break.
        titled(str(number), due=date(2023, 6, 10 + number // 3) if number < 6 else None)
    address, seen, pages = f"{PATH}?order={order}&limit={limit}", [], 0
    while address:
        page = ok(office.get(address))
        seen += [row["id"] for row in page["results"]]
        pages += 1
        address = page["next"]
    assert len(seen) == len(set(seen)) == 9
    assert pages == -(-9 // limit)
    assert seen == [row["id"] for row in ok(office.get(f"{PATH}?order={order}"))["results"]]


def test_tasks_come_by_due_date_with_the_undated_last(office: APIClient) -> None:
    for title, due in (("丙", None), ("乙", date(2023, 6, 9)), ("甲", date(2023, 6, 2))):
        titled(title, due=due)
    assert titles(office) == ["甲", "乙", "丙"]
    assert titles(office, order="-due") == ["乙", "甲", "丙"]


def test_the_next_page_keeps_the_filters(office: APIClient) -> None:
    for number in range(4):
        titled(f"{number}", state=State.IN_PROGRESS)
        titled(f"x{number}")
    first = ok(office.get(f"{PATH}?state=in_progress&limit=3"))
    second = ok(office.get(first["next"]))
    assert [row["state"] for row in first["results"] + second["results"]] == ["in_progress"] * 4
    assert second["next"] is None


# One task ------------------------------------------------------------------------------------------------------------


def test_one_task_shows_its_words_its_dates_and_each_units_part(office: APIClient) -> None:
    lead, support = make.unit(), make.unit()
    task = make.task(lead, support)
    deadline = task.deadlines.get()
    deadline.working = [["suspension.days_added", {"days": "3", "old": "2023-06-06"}]]
    deadline.save()
    row = ok(office.get(f"{PATH}/{task.pk}"))
    assert row["quote"] == "于2023年6月9日前设立普查领导小组" and row["phrase"] == "2023年6月9日前"
    assert [(part["unit"]["slug"], part["role"], part["state"]) for part in row["parts"]] == [
        (lead.slug, "lead", "assigned"),
        (support.slug, "support", "assigned"),
    ]
    (shown,) = row["deadlines"]
    assert shown["due"] == "2023-06-09" and shown["version"] == 1
    assert len(shown["working"]) == 1 and "3" in shown["working"][0]
    assert row["blocker"] is None
    # What a list says of a task is what the task says.
    (listed,) = ok(office.get(PATH))["results"]
    assert listed == {name: row[name] for name in listed}


def test_the_working_is_said_in_the_language_asked_for() -> None:
    task = make.task()
    task.deadlines.update(working=[["suspension.days_added", {"days": "3", "old": "2023-06-06"}]])
    account = make.user(make.post(make.unit(), Role.AUDITOR))
    said = {
        language: ok(caller(account, language=language).get(f"{PATH}/{task.pk}"))["deadlines"][0]["working"][0]
        for language in ("en", "zh-hans")
    }
    assert said["en"].isascii() and not said["zh-hans"].isascii()


def test_a_task_that_is_not_yours_and_one_that_is_not_there_are_told_the_same_and_the_first_is_on_record() -> None:
    hidden = make.task()
    liaison = somebody(Role.LIAISON)
    foreign, missing = liaison.get(f"{PATH}/{hidden.pk}"), liaison.get(f"{PATH}/{hidden.pk + 999}")
    assert foreign.status_code == missing.status_code == 404
    assert (
        foreign.json()
        == missing.json()
        == {
            "detail": "There is no such task, or it is not yours to see.",
            "code": "not_found",
        }
    )
    (refused,) = AuditEntry.objects.filter(action="api.refused")
    assert refused.object_text == f"{PATH}/{hidden.pk}" and refused.detail["method"] == "GET"


@pytest.mark.parametrize("number", ["0", "99999999999999999999999", "-1", "abc"])
def test_a_number_that_no_task_has_is_not_found(office: APIClient, number: str) -> None:
    assert office.get(f"{PATH}/{number}").status_code == 404
