"""Programs sign in, are known for some hours, and sign out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from axes.utils import reset
from django.test.utils import override_settings
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from tests import factories as make
from tests.interfaces.api.calling import caller, ok
from tracker.audit.actors import Role
from tracker.audit.models import AuditEntry
from tracker.org.models import User
from tracker.org.services import disable_account

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("standing_clock")]

PASSWORD = "a long enough password"
PATH = "/api/v1/token"


@pytest.fixture
def account() -> User:
    made = make.user(make.post(make.unit()))
    made.set_password(PASSWORD)
    made.save()
    return made


@pytest.fixture(autouse=True)
def no_attempts() -> Iterator[None]:
    reset()
    yield
    reset()


def sign_in(username: str, password: str = PASSWORD, **extra: str):  # type: ignore[no-untyped-def]
    return caller().post(PATH, {"username": username, "password": password}, format="json", **extra)


def test_a_token_is_given_for_name_and_password_and_opens_the_api(account: User) -> None:
    given = ok(sign_in(account.username))
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {given['token']}")
    assert client.get("/api/v1/tasks").status_code == 200
    expires = datetime.fromisoformat(given["expires_at"])
    assert expires == Token.objects.get(user=account).created + timedelta(hours=12)
    assert AuditEntry.objects.get(action="api.token_issued").object_id == str(account.pk)


def test_two_programs_of_one_person_share_the_token(account: User) -> None:
    assert ok(sign_in(account.username))["token"] == ok(sign_in(account.username))["token"]
    assert AuditEntry.objects.filter(action="api.token_issued").count() == 1


@pytest.mark.parametrize("password", ["wrong", PASSWORD + " "])
def test_a_wrong_password_and_an_unknown_name_are_told_the_same(account: User, password: str) -> None:
    wrong, unknown = sign_in(account.username, password), sign_in("nobody", password)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json() == {"detail": "User name and password do not go together.", "code": "wrong_credentials"}


def test_a_disabled_account_gets_none_and_its_token_dies_at_once(account: User) -> None:
    client = caller(account)
    assert client.get("/api/v1/tasks").status_code == 200
    disable_account(user=account, by=make.person(Role.ADMINISTRATOR), now=make.NOW)
    assert client.get("/api/v1/tasks").status_code == 401
    assert sign_in(account.username).status_code == 401


def test_after_five_failures_the_account_is_locked_for_this_address_and_no_other(account: User) -> None:
    failures = [sign_in(account.username, "wrong") for _ in range(5)]
    assert [answer.status_code for answer in failures] == [401, 401, 401, 401, 429]
    locked = sign_in(account.username)
    assert locked.status_code == 429
    assert locked.json() == {
        "detail": "Too many failed attempts. Wait 15 minutes, or ask the administrator.",
        "code": "locked_out",
    }
    assert locked.headers["Retry-After"] == "900"
    assert locked.headers["Content-Type"] == "application/json"
    assert sign_in(account.username, REMOTE_ADDR="10.0.0.9").status_code == 200


def test_a_forged_forwarding_header_does_not_get_around_the_lock(account: User) -> None:
    for number in range(5):
        sign_in(account.username, "wrong", HTTP_X_FORWARDED_FOR=f"10.1.1.{number}")
    assert sign_in(account.username, HTTP_X_FORWARDED_FOR="10.2.2.2").status_code == 429


def test_attempts_are_counted_by_address_whatever_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.THROTTLE_RATES", {"login": "3/min"})
    answers = [sign_in(f"name{number}") for number in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert answers[-1].json()["code"] == "throttled"
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("header", ["Token 0123456789", "Token", "Token a b", "Bearer x", "Token \x00"])
def test_a_token_that_is_none_is_refused_with_what_to_do(header: str) -> None:
    client = caller()
    client.credentials(HTTP_AUTHORIZATION=header)
    answer = client.get("/api/v1/tasks")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Token"


def test_a_wrong_token_is_told_where_to_get_a_good_one() -> None:
    client = caller()
    client.credentials(HTTP_AUTHORIZATION="Token 0123456789")
    assert client.get("/api/v1/tasks").json() == {
        "detail": "This token is not good, or no longer. Get a new one from /api/v1/token.",
        "code": "authentication_failed",
    }


def test_whoever_sends_no_token_is_told_to_get_one() -> None:
    assert caller().get("/api/v1/tasks").json()["detail"].startswith("Sign in first: get a token from /api/v1/token")


def test_a_token_ends_after_its_hours_and_a_new_one_is_another(account: User, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ok(sign_in(account.username))
    end = datetime.fromisoformat(first["expires_at"])
    client = caller(account)
    monkeypatch.setattr("tracker.clock.real_now", lambda: end - timedelta(seconds=1))
    assert client.get("/api/v1/tasks").status_code == 200
    monkeypatch.setattr("tracker.clock.real_now", lambda: end)
    assert client.get("/api/v1/tasks").status_code == 401
    # The old token in the header does not stand in the way.
    again = ok(client.post(PATH, {"username": account.username, "password": PASSWORD}, format="json"))
    assert again["token"] != first["token"]


@override_settings(TRACKER_API_TOKEN_HOURS=1)
def test_how_long_a_token_is_good_is_a_setting(account: User) -> None:
    created = datetime(2023, 1, 1, tzinfo=UTC)
    given = ok(sign_in(account.username))
    Token.objects.update(created=created)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {given['token']}")
    assert client.get("/api/v1/tasks").status_code == 401


def test_a_token_can_be_handed_back(account: User) -> None:
    client = caller(account)
    assert client.delete(PATH).status_code == 204
    assert client.get("/api/v1/tasks").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "x"},
        {"username": "x", "password": "y", "admin": True},
        [],
        "x",
        {"username": [], "password": {}},
    ],
)
def test_a_body_that_is_none_is_answered_with_what_is_missing(body: object) -> None:
    answer = caller().post(PATH, body, format="json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid" and answer.json()["fields"]


def test_a_browsers_session_works_too_but_not_without_its_csrf_token(account: User) -> None:
    unit = account.tenures.get().post.unit
    task = make.task(unit)
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/tasks").status_code == 200
    body = {"version": task.version, "kind": "no_change"}
    assert client.post(f"/api/v1/tasks/{task.pk}/reports", body, format="json").status_code == 403
