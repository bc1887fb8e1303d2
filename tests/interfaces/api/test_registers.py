"""Documents and units."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests import factories as make
from tests.interfaces.api.calling import caller, ok
from tracker.org.models import UnitAlias

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("standing_clock")]


@pytest.fixture
def client() -> APIClient:
    return caller(make.user())


def test_documents_are_listed_and_one_shows_its_clauses(client: APIClient) -> None:
    document = make.commitment().document
    other = make.document(superseded_by=document)
    listed = ok(client.get("/api/v1/documents"))["results"]
    assert [row["slug"] for row in listed] == [document.slug, other.slug]
    assert listed[1]["superseded_by"] == document.slug and listed[0]["superseded_by"] is None
    shown = ok(client.get(f"/api/v1/documents/{document.slug}"))
    assert shown["clauses"] == [{"label": "四（三）", "line": 2, "text": "于2023年6月9日前设立普查领导小组"}]
    assert shown["issued_on"] == "2023-05-31" and shown["gazette"] == document.gazette.slug


def test_units_are_listed_with_their_spellings_and_found_by_them(client: APIClient) -> None:
    department = make.unit("县住房和城乡建设管理局")
    part = make.unit("县房产中心", parent=department, active=False)
    UnitAlias.objects.create(unit=department, name="县住建局")
    listed = ok(client.get("/api/v1/units"))["results"]
    assert listed[0] == {
        "slug": department.slug,
        "name": "县住房和城乡建设管理局",
        "kind": "township",
        "parent": None,
        "aliases": ["县住建局"],
        "active": True,
    }
    assert listed[1]["parent"] == department.slug
    for query, found in (
        ("q=住建局", department),
        ("q=房产", part),
        ("active=false", part),
        ("active=true", department),
    ):
        assert [row["slug"] for row in ok(client.get(f"/api/v1/units?{query}"))["results"]] == [found.slug]
    assert ok(client.get(f"/api/v1/units/{department.slug}")) == listed[0]


@pytest.mark.parametrize("word", ["1", "True", "no", "yes"])
def test_a_word_that_is_neither_true_nor_false_is_refused(client: APIClient, word: str) -> None:
    assert list(client.get("/api/v1/units", {"active": word}).json()["fields"]) == ["active"]


@pytest.mark.parametrize("path", ["documents", "units"])
def test_lists_are_cut_into_pages(client: APIClient, path: str) -> None:
    for _ in range(5):
        make.document()
        make.unit()
    address, seen, pages = f"/api/v1/{path}?limit=2", [], 0
    while address:
        page = ok(client.get(address))
        seen += [row["slug"] for row in page["results"]]
        pages += 1
        address = page["next"]
    assert len(seen) == len(set(seen)) == 5 and pages == 3


@pytest.mark.parametrize(
    ("path", "sentence"), [("documents", "There is no such document."), ("units", "There is no such unit.")]
)
def test_what_is_not_there_is_said_to_be_missing(client: APIClient, path: str, sentence: str) -> None:
    answer = client.get(f"/api/v1/{path}/no-such")
    assert answer.status_code == 404 and answer.json() == {"detail": sentence, "code": "not_found"}


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 30])
def test_a_cursor_that_no_page_gave_is_refused(client: APIClient, cursor: str) -> None:
    assert list(client.get("/api/v1/units", {"cursor": cursor}).json()["fields"]) == ["cursor"]
