"""Chat robots: which may be set, what reaches their services, and how a sending that went wrong is told."""

from __future__ import annotations

import logging
import logging.config
import socket
import sys

import pytest
import requests
from apprise import Apprise
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from tests.messaging.rooms import ChatServer
from tracker.messaging import targets
from tracker.messaging.channels import PutOff, Refused, Unknown, robots, wire

pytestmark = pytest.mark.core

KEY = "0a1b2c3d-secret-key"
ADDRESSES = {
    "wecombot": f"wecombot://{KEY}",
    "dingtalk": "dingtalk://SEC0123456789@abcdef0123456789",
    "feishu": f"feishu://{KEY}",
    "lark": f"lark://{KEY}",
}


def set_robot(settings: Settings, kind: str = "wecombot", name: str = "office") -> targets.Robot:
    settings.TRACKER_CHAT_ROBOTS = targets.read([f"{name}={ADDRESSES[kind]}"])
    (robot,) = settings.TRACKER_CHAT_ROBOTS
    return robot  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", targets.KINDS)
def test_each_kind_is_one_that_apprise_has_and_writes_to_an_allowed_host(kind: str) -> None:
    plugin = Apprise.instantiate(ADDRESSES[kind], suppress_exceptions=False)
    assert plugin.secure_protocol == kind
    assert plugin.notify_url.split("/")[2] in wire.HOSTS
    # Nothing of the plugin reaches `requests` itself.
    assert isinstance(sys.modules[type(plugin).__module__].requests, wire.Wire)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("wecombot://key", "name=address"),
        ("Office Room=wecombot://key", "name=address"),
        ("office=mailto://user:pass@example.org", "must begin with one of"),
        ("office=json://127.0.0.1/", "must begin with one of"),
        ("office=https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=key", "must begin with one of"),
        ("office=wecombot://key?verify=no", "nothing may follow"),
        ("office=wecombot://key?redirect=yes", "nothing may follow"),
        ("office=dingtalk://token/13800000000", "nothing may follow"),
        ("office=feishu://user:password@token", "nothing may follow"),
    ],
)
def test_what_may_not_be_set_is_refused_with_a_sentence_that_quotes_no_address(given: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        targets.read([given])
    assert "key" not in str(caught.value).replace("token", "")
    assert "pass" not in str(caught.value)


def test_one_room_has_one_robot() -> None:
    with pytest.raises(ValueError, match="set twice"):
        targets.read(["office=wecombot://a", "office=feishu://b"])


def test_a_wrong_address_stops_the_program_at_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    from tracker.config import settings as module

    monkeypatch.setenv("TRACKER_CHAT_URLS", "office=slack://a/b/c")
    with pytest.raises(ImproperlyConfigured, match="TRACKER_CHAT_URLS: The address of “office” must begin"):
        importlib.reload(module)
    monkeypatch.delenv("TRACKER_CHAT_URLS")
    importlib.reload(module)


def test_no_text_about_a_robot_shows_its_address(settings: Settings) -> None:
    robot = set_robot(settings, "dingtalk")
    assert "SEC" not in repr(robot) and "abcdef" not in repr(robot)
    assert robot.masked == "dingtalk://••••"


@pytest.mark.parametrize(
    ("kind", "host", "path"),
    [
        ("wecombot", "qyapi.weixin.qq.com", "/cgi-bin/webhook/send"),
        ("dingtalk", "oapi.dingtalk.com", "/robot/send"),
        ("feishu", "open.feishu.cn", f"/open-apis/bot/v2/hook/{KEY}/"),
        ("lark", "open.larksuite.com", f"/open-apis/bot/v2/hook/{KEY}"),
    ],
)
def test_a_message_reaches_its_service_as_plain_text(
    settings: Settings, chat: ChatServer, kind: str, host: str, path: str
) -> None:
    set_robot(settings, kind)
    robots.send("office", "【承诺督办】逾期 1 项\n· <b>设立</b>普查领导小组 & 办公室")
    ((to, at, query, _),) = chat.posts
    assert (to, at) == (host, path)
    assert chat.texts == ["【承诺督办】逾期 1 项\n· <b>设立</b>普查领导小组 & 办公室"]
    if kind == "dingtalk":
        assert "access_token=abcdef0123456789" in query and "sign=" in query and "timestamp=" in query
        assert chat.posts[0][3]["at"] == {"atMobiles": [], "isAtAll": False}, "nobody is called by name"


@pytest.mark.parametrize(
    ("kind", "status", "answer", "outcome", "said"),
    [
        ("wecombot", 200, {"errcode": 93000, "errmsg": "invalid webhook url"}, Refused, "93000 invalid webhook url"),
        ("wecombot", 200, {"errcode": 45009, "errmsg": "api freq out of limit"}, PutOff, "45009 api freq out of limit"),
        ("wecombot", 200, {"errcode": -1, "errmsg": "system busy"}, PutOff, "system busy"),
        ("dingtalk", 200, {"errcode": 310000, "errmsg": "keywords not in content"}, Refused, "keywords not in content"),
        ("dingtalk", 200, {"errcode": 130101, "errmsg": "send too fast"}, PutOff, "130101 send too fast"),
        ("feishu", 200, {"code": 19024, "msg": "Key Words Not Found"}, Refused, "19024 Key Words Not Found"),
        ("feishu", 200, {"code": 11232, "msg": "frequency limited"}, PutOff, "11232 frequency limited"),
        ("feishu", 400, {"code": 9499, "msg": "Bad Request"}, Refused, "9499 Bad Request"),
        ("lark", 200, {"code": 19001, "msg": "token invalid"}, Refused, "19001 token invalid"),
        ("lark", 429, {}, PutOff, "HTTP 429"),
        ("wecombot", 502, b"<html>bad gateway</html>", PutOff, "HTTP 502"),
        ("wecombot", 404, b"not here", Refused, "HTTP 404"),
        ("wecombot", 200, b"<html>please sign in to the network</html>", Unknown, "did not say"),
        ("wecombot", 200, [], Unknown, "did not say"),
    ],
)
def test_what_the_service_answers_decides_what_becomes_of_the_message(
    settings: Settings,
    chat: ChatServer,
    kind: str,
    status: int,
    answer: object,
    outcome: type[Exception],
    said: str,
) -> None:
    set_robot(settings, kind)
    chat.answers = [(status, answer)]
    with pytest.raises(outcome, match=said):
        robots.send("office", "测试")
    assert len(chat.posts) == 1, "a message is posted once"


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("feishu", {"StatusCode": 0, "StatusMessage": "success"}), ("lark", {"code": 0, "msg": "success", "data": {}})],
)
def test_success_is_told_in_more_than_one_way(
    settings: Settings, chat: ChatServer, kind: str, answer: dict[str, object]
) -> None:
    set_robot(settings, kind)
    chat.answers = [(200, answer)]
    robots.send("office", "测试")


@pytest.mark.parametrize("where", ["https://qyapi.weixin.qq.com/elsewhere", "http://127.0.0.1:1/"])
def test_a_redirect_is_not_followed(settings: Settings, chat: ChatServer, where: str) -> None:
    set_robot(settings)
    chat.headers = {"Location": where}
    chat.answers = [(302, {})]
    with pytest.raises(Refused, match="elsewhere"):
        robots.send("office", "测试")
    assert len(chat.posts) == 1


def test_a_line_that_breaks_after_the_message_leaves_the_outcome_unknown(settings: Settings, chat: ChatServer) -> None:
    set_robot(settings)
    chat.answers = [None]
    with pytest.raises(Unknown, match="broke off"):
        robots.send("office", "测试")


def test_a_service_that_cannot_be_reached_certainly_got_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_robot(settings)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.TRACKER_CHAT_PROXY = ""

        class Closed(requests.adapters.HTTPAdapter):
            def send(self, request: requests.PreparedRequest, **named: object) -> requests.Response:  # type: ignore[override]
                request.url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
                return super().send(request, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(wire, "adapter", Closed)
        with pytest.raises(PutOff, match="cannot be reached"):
            robots.send("office", "测试")


def test_only_the_proxy_of_the_settings_is_used(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, chat: ChatServer
) -> None:
    set_robot(settings)
    used: list[object] = []
    real = requests.Session.send

    def send(self: requests.Session, request: requests.PreparedRequest, **named: object) -> requests.Response:
        used.append(named["proxies"])
        return real(self, request, **{**named, "proxies": {}})

    monkeypatch.setattr(requests.Session, "send", send)
    monkeypatch.setenv("HTTPS_PROXY", "http://elsewhere.example.org:3128")
    monkeypatch.setenv("ALL_PROXY", "http://elsewhere.example.org:3128")
    robots.send("office", "测试")
    settings.TRACKER_CHAT_PROXY = "http://proxy.county.example.org:3128"
    robots.send("office", "测试")
    assert used == [{}, {"https": "http://proxy.county.example.org:3128"}]


@pytest.mark.parametrize("kind", targets.KINDS)
@pytest.mark.parametrize("answer", [(200, {"errcode": 40001, "errmsg": KEY, "code": 1, "msg": KEY}), None])
def test_no_error_and_no_line_of_the_log_holds_a_token(
    settings: Settings,
    chat: ChatServer,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    answer: tuple[int, object] | None,
) -> None:
    robot = set_robot(settings, kind)
    # As whatever starts a worker may do: it enables every logger that is there.
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
    caplog.set_level(logging.DEBUG)
    chat.answers = [answer]
    with pytest.raises((Refused, Unknown)) as caught:
        robots.send("office", "测试")
    said = f"{caught.value} {caught.value.__cause__} {caplog.text}"
    for secret in robot.secrets:
        assert secret not in said
    assert caught.value.__suppress_context__


def test_a_host_that_is_not_the_services_is_never_posted_to(settings: Settings) -> None:
    with pytest.raises(Refused, match="host that is not allowed"):
        wire.Wire().post("https://example.org/hook", data="{}", headers={})


def test_a_robot_that_is_not_set_any_more_is_a_sentence(settings: Settings) -> None:
    settings.TRACKER_CHAT_ROBOTS = ()
    with pytest.raises(Refused, match=r"No robot “office” is set any more\."):
        robots.send("office", "测试")
