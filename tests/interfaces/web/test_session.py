"""Signing in and out, the language, and what a session may not outlive."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.interfaces.web import papers
from tests.interfaces.web.county import County, text_of
from tracker import clock
from tracker.commitments.models import Task
from tracker.interfaces.web.ending import LONGEST_SESSION
from tracker.org.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def account(county: County) -> User:
    user = county.users["liaison"]
    user.set_password("a-good-password")
    user.save()
    return user


def sign_in(client: Client, account: User, password: str = "a-good-password", **data: str):  # type: ignore[no-untyped-def]
    return client.post("/login/", {"username": account.username, "password": password, **data})


def test_one_comes_back_to_the_page_one_asked_for(client: Client, account: User) -> None:
    asked = client.get("/ledger/?q=普查")
    assert asked.status_code == 302
    answer = sign_in(client, account, next="/ledger/?q=普查")
    assert answer.headers["Location"] == "/ledger/?q=%E6%99%AE%E6%9F%A5"


def test_a_wrong_password_is_said_plainly_and_the_name_kept(client: Client, account: User) -> None:
    answer = sign_in(client, account, "wrong")
    assert "用户名与密码不符" in text_of(answer)
    assert f'value="{account.username}"' in text_of(answer)


def test_after_five_attempts_the_account_rests(client: Client, account: User) -> None:
    answers = [sign_in(client, account, f"wrong{number}") for number in range(6)]
    assert answers[-1].status_code == 429
    assert "账号暂时锁定" in text_of(answers[-1])
    assert "账号暂时锁定" in text_of(sign_in(client, account))


def test_signing_out_needs_a_post(county: County) -> None:
    assert county.get("liaison", "logout").status_code == 405
    assert county.post_to("liaison", "logout").headers["Location"] == "/login/"
    assert county.get("liaison", "my_unit").status_code == 302


def test_a_session_ends_after_a_long_day_however_busy(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    assert county.get("liaison", "my_unit").status_code == 200
    later = clock.real_now() + LONGEST_SESSION + timedelta(minutes=1)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert county.get("liaison", "my_unit").status_code == 302


def test_a_disabled_account_is_out_at_once(county: County) -> None:
    assert county.get("liaison", "my_unit").status_code == 200
    User.objects.filter(pk=county.users["liaison"].pk).update(is_active=False)
    assert county.get("liaison", "my_unit").status_code == 302


def sent_without_a_session(county: County, client: Client, **data: str) -> str:
    """Send a report without a session; return the seal its answer carries."""
    answer = client.post(f"/tasks/{county.task.pk}/report/", {"text": "已经写了很长的一段", "percent": "60", **data})
    source = text_of(answer)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert "已经写了很长的一段</textarea>" in source
    (seal,) = re.findall(r'name="seal" value="([^"]+)"', source)
    return seal


def sign_in_with(client: Client, county: County, seal: str, path: str):  # type: ignore[no-untyped-def]
    county.users["liaison"].set_password("a-good-password")
    county.users["liaison"].save()
    data = {"username": county.users["liaison"].username, "password": "a-good-password", "next": path, "seal": seal}
    return client.post("/login/", data)


def test_what_a_form_held_when_the_session_ended_stands_in_it_again_after_signing_in(county: County) -> None:
    client, path = Client(), f"/tasks/{county.task.pk}/report/"
    seal = sent_without_a_session(county, client, password="secret")
    answer = sign_in_with(client, county, seal, path)
    assert answer.headers["Location"] == path
    source = text_of(client.get(path))  # type: ignore[arg-type]
    assert re.search(r'<textarea name="text"[^>]*>\s*已经写了很长的一段</textarea>', source)
    assert 'value="60"' in source
    assert "secret" not in source
    assert "退出前填写的内容已为您保留" in source
    # Once it has been sent, nothing is kept.
    version = Task.objects.get(pk=county.task.pk).version
    client.post(path, {"text": "已经写了很长的一段", "version": version, "unit": county.lead.pk})
    assert "退出前填写的内容已为您保留" not in text_of(client.get(path))  # type: ignore[arg-type]


def test_a_wrong_password_does_not_lose_what_was_typed(county: County) -> None:
    client, path = Client(), f"/tasks/{county.task.pk}/report/"
    seal = sent_without_a_session(county, client)
    answer = client.post("/login/", {"username": "x", "password": "wrong", "next": path, "seal": seal})
    assert f'name="seal" value="{seal}"' in text_of(answer)  # type: ignore[arg-type]


def test_what_was_typed_is_no_address_and_not_kept_for_strangers(county: County) -> None:
    client, path = Client(), f"/tasks/{county.task.pk}/report/"
    seal = sent_without_a_session(county, client)
    assert not client.session.keys()
    assert sign_in_with(client, county, seal[:-2] + "xx", path).status_code == 302
    assert "退出前填写的内容已为您保留" not in text_of(client.get(path))  # type: ignore[arg-type]


def test_what_was_typed_is_kept_for_an_hour(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    client, path = Client(), f"/tasks/{county.task.pk}/report/"
    sign_in_with(client, county, sent_without_a_session(county, client), path)
    later = clock.real_now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert "退出前填写的内容已为您保留" not in text_of(client.get(path))  # type: ignore[arg-type]


def test_what_was_kept_can_be_dropped(county: County) -> None:
    client, path = Client(), f"/tasks/{county.task.pk}/report/"
    sign_in_with(client, county, sent_without_a_session(county, client), path)
    assert client.post("/forget/", {"next": path}).headers["Location"] == path
    assert "退出前填写的内容已为您保留" not in text_of(client.get(path))  # type: ignore[arg-type]


def test_the_text_of_a_notice_comes_back_too(county: County) -> None:
    notice = papers.proposed(county)
    path = f"/notices/{notice.pk}/dismiss/"
    client = Client()
    answer = client.post(path, {"reason": "已当面说明情况"})
    (seal,) = re.findall(r'name="seal" value="([^"]+)"', text_of(answer))  # type: ignore[arg-type]
    county.users["office"].set_password("a-good-password")
    county.users["office"].save()
    data = {"username": county.users["office"].username, "password": "a-good-password", "next": path, "seal": seal}
    assert client.post("/login/", data).headers["Location"] == path
    assert re.search(r'<textarea name="reason"[^>]*>\s*已当面说明情况</textarea>', text_of(client.get(path)))  # type: ignore[arg-type]


def test_a_button_sent_without_a_session_leads_back_to_its_page(county: County) -> None:
    answer = Client().post("/inbox/read/", {"item": "7", "next": "/inbox/"})
    assert 'name="next" value="/inbox/"' in text_of(answer)  # type: ignore[arg-type]


def test_a_page_knows_when_its_session_ends(county: County) -> None:
    source = text_of(county.get("liaison", "my_unit"))
    (idle, latest) = re.findall(r'data-session-ends="(\d+)" data-session-latest="(\d+)"', source)[0]
    assert 0 < int(idle) <= 8 * 3600 < int(latest) <= 12 * 3600


def test_the_theme_is_kept_on_the_device(county: County) -> None:
    client = county.client("liaison")
    assert 'media="screen and (prefers-color-scheme: dark)"' in text_of(client.get("/my-unit/"))  # type: ignore[arg-type]
    client.post("/theme/", {"theme": "dark", "next": "/my-unit/"})
    assert 'dark.css" media="screen">' in text_of(client.get("/my-unit/"))  # type: ignore[arg-type]
    client.post("/theme/", {"theme": "light"})
    assert "dark.css" not in text_of(client.get("/my-unit/"))  # type: ignore[arg-type]
    client.post("/theme/", {"theme": "pink"})
    assert "dark.css" not in text_of(client.get("/my-unit/"))  # type: ignore[arg-type]


def test_htmx_is_sent_to_the_sign_in_page_whole(county: County) -> None:
    answer = county.client("anonymous").get(f"/tasks/{county.task.pk}/report/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"][:12]) == (204, "/login/?next")


def test_the_language_stays_with_the_account(county: County) -> None:
    assert county.post_to("liaison", "language", language="en", next="/my-unit/").headers["Location"] == "/my-unit/"
    assert "Documents and clauses" in text_of(county.get("liaison", "my_unit"))
    again = Client()
    again.force_login(
        User.objects.get(pk=county.users["liaison"].pk), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert "Documents and clauses" in text_of(again.get("/my-unit/"))  # type: ignore[arg-type]


def test_the_pages_are_chinese_whatever_the_browser_prefers(client: Client) -> None:
    answer = client.get("/login/", headers={"accept-language": "en-GB,en;q=0.9"})
    assert "登录" in text_of(answer)  # type: ignore[arg-type]


def test_before_signing_in_the_language_is_kept_in_a_cookie(client: Client) -> None:
    assert "登录" in text_of(client.get("/login/"))  # type: ignore[arg-type]
    client.post("/language/", {"language": "en"})
    assert "Sign in" in text_of(client.get("/login/"))  # type: ignore[arg-type]
    client.post("/language/", {"language": "klingon"})
    assert "Sign in" in text_of(client.get("/login/"))  # type: ignore[arg-type]


def test_a_demonstrations_accounts_are_offered_in_a_demonstration_only(
    county: County, client: Client, settings: LazySettings, tmp_path: object
) -> None:
    assert "/demonstration/sign-in/" not in text_of(client.get("/login/"))  # type: ignore[arg-type]
    settings.TRACKER_CLOCK_FILE = f"{tmp_path}/clock.json"
    # A demonstration's clock alone opens no door.
    assert "/demonstration/sign-in/" not in text_of(client.get("/login/"))  # type: ignore[arg-type]
    settings.DEMO = True
    page = text_of(client.get("/login/"))  # type: ignore[arg-type]
    assert page.count("/demonstration/sign-in/") == 9
    assert county.post_to("anonymous", "sign_in_as", county.users["leader"].username).headers["Location"] == "/"
