"""Whatever goes wrong, the page says what to do and hands back what was typed."""

from __future__ import annotations

import re

import pytest
from django.db import OperationalError
from django.test import Client

from tests.interfaces.web.county import County, text_of
from tracker.commitments import services

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def test_an_unknown_address_says_where_to_look(county: County) -> None:
    for who in ("anonymous", "office"):
        answer = county.client(who).get("/no-such-page/")
        assert answer.status_code == 404
        assert "请在台账中按事项、单位或文号查找" in text_of(answer)


def test_a_task_that_never_was_is_not_found_and_anothers_is_refused(county: County) -> None:
    assert county.get("office", "task", 999999).status_code == 404
    answer = county.get("stranger", "task", county.task.pk)
    assert answer.status_code == 403
    assert "该事项属于其他单位" in text_of(answer)


def test_a_form_without_its_token_is_handed_back(county: County) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(county.users["liaison"], backend="django.contrib.auth.backends.ModelBackend")
    address = f"/tasks/{county.task.pk}/report/"
    answer = strict.post(address, {"text": "已经写了很长的一段", "csrfmiddlewaretoken": "stale-token"})
    source = text_of(answer)  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert "已经写了很长的一段</textarea>" in source
    assert f'href="{address}"' in source
    assert "stale-token" not in source
    # Opened again, the form has the text in it.
    assert re.search(r'<textarea name="text"[^>]*>\s*已经写了很长的一段</textarea>', text_of(strict.get(address)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ("attempt to write a readonly database", "数据库目前只能读取。"),
        ("cannot execute INSERT in a read-only transaction", "数据库目前只能读取。"),
        ("database or disk is full", "服务器磁盘已满。"),
        ("could not extend file: No space left on device", "服务器磁盘已满。"),
        ("database is locked", "数据库正忙于另一项变更。"),
        ("connection refused", "数据库没有响应。"),
    ],
)
def test_a_database_that_cannot_write_loses_nothing_that_was_typed(
    county: County, monkeypatch: pytest.MonkeyPatch, trouble: str, sentence: str
) -> None:
    def fail(**_: object) -> None:
        raise OperationalError(trouble)

    monkeypatch.setattr(services, "report_progress", fail)
    answer = county.do("liaison", "report", text="已经写了很长的一段")
    assert answer.status_code == 503
    assert sentence in text_of(answer)
    assert "已经写了很长的一段</textarea>" in text_of(answer)


def test_a_database_that_fails_before_the_page_begins_is_said_too(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    def fail(self: SessionStore, must_create: bool = False) -> None:
        raise OperationalError("attempt to write a readonly database")

    client = county.client("liaison")
    client.raise_request_exception = False
    monkeypatch.setattr(SessionStore, "save", fail)
    answer = client.get("/my-unit/")
    assert answer.status_code == 503
    assert "数据库目前只能读取。" in text_of(answer)


def test_a_fault_of_ours_says_what_to_do(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(services, "report_progress", fail)
    client = county.client("liaison")
    client.raise_request_exception = False
    answer = county.do("liaison", "report", text="x")
    assert answer.status_code == 500
    assert "系统内部出错" in text_of(answer)


def test_errors_speak_the_readers_language(county: County) -> None:
    county.post_to("liaison", "language", language="en")
    assert "Not permitted" in text_of(county.get("liaison", "audit"))
    assert "There is nothing at this address" in text_of(county.client("liaison").get("/no-such-page/"))
