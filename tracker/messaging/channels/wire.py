"""Carry a robot's message over HTTPS in the place of what Apprise's plugins would use, and tell how it ended.

The plugins know how each service wants its message and signature. They post through `requests` as it comes: they follow
redirects, take proxies from the environment and count every 200 as success, while these services answer 200 with an error
code. So they are given this instead of it. It posts to the four hosts and no other, through the proxy that the settings
name or none, follows nothing, and raises how a sending ended short of success. What it raises quotes no address.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import requests
from apprise.plugins import dingtalk, feishu, lark, wecombot
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from tracker.messaging.channels.outcomes import PutOff, Refused, Unknown

HOSTS = frozenset({"qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn", "open.larksuite.com"})
# To connect, and for each piece of the answer, in seconds.
TIMEOUT = (5, 15)
MOST_READ = 64 * 1024
# Codes by which a service says that it is busy or that the room has had too much in this minute; every other is final.
# WeCom -1, 45009, 45033; DingTalk -1, 130101, 410100; Feishu and Lark 11232, 11233, 99991400.
BUSY = frozenset({-1, 45009, 45033, 130101, 410100, 11232, 11233, 99991400})


def adapter() -> HTTPAdapter:
    """Return what carries a request; it tries once."""
    return HTTPAdapter(max_retries=0)


class Wire:
    """Stand where a plugin looks for `requests`."""

    codes = requests.codes
    RequestException = requests.RequestException

    def post(self, url: str, *, data: Any, headers: dict[str, str], params: Any = None, **_: Any) -> requests.Response:
        """Post once and return the answer of a message that was taken; raises `PutOff`, `Refused` or `Unknown`."""
        if urlsplit(url).scheme != "https" or urlsplit(url).hostname not in HOSTS:
            raise Refused("The robot's address leads to a host that is not allowed.")
        proxy = settings.TRACKER_CHAT_PROXY
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", adapter())
            try:
                answer = session.post(
                    url,
                    data=data,
                    headers=headers,
                    params=params,
                    timeout=TIMEOUT,
                    allow_redirects=False,
                    stream=True,
                    proxies={"https": proxy} if proxy else {},
                )
                body = answer.raw.read(MOST_READ, decode_content=True)
            except Exception as error:
                raise _broken(error) from None
        _judge(answer.status_code, body)
        return answer


def _broken(error: Exception) -> PutOff | Unknown:
    """Return the outcome of a line that broke: nothing went where no connection stood; else nobody can tell."""
    if _never_stood(error):
        return PutOff(f"The robot's service cannot be reached ({type(error).__name__}).")
    return Unknown(f"The robot's service broke off or did not answer in time ({type(error).__name__}).")


def _never_stood(error: Exception) -> bool:
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError | requests.exceptions.SSLError):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError | ConnectTimeoutError)


def _judge(status: int, body: bytes) -> None:
    """Raise how the sending ended unless the service says that it took the message."""
    if 300 <= status < 400:
        raise Refused(f"The robot's service sent us elsewhere ({status}), where nothing is sent.")
    code, said = _error(body)
    if status == 429 or status >= 500 or code in BUSY:
        raise PutOff(f"The robot's service takes nothing now: {_words(status, code, said)}")
    if status != 200 or code:
        raise Refused(f"The robot's service refuses the message: {_words(status, code, said)}")
    if code is None:
        raise Unknown("What answered in the place of the robot's service did not say whether it took the message.")


def _error(body: bytes) -> tuple[int | None, str]:
    """Return the service's own error code, 0 for none, and its words; None where the answer has no code."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None, ""
    if not isinstance(answer, dict):
        return None, ""
    for name, words in (("errcode", "errmsg"), ("code", "msg"), ("StatusCode", "StatusMessage")):
        if isinstance(answer.get(name), int):
            return answer[name], str(answer.get(words, ""))
    return None, ""


def _words(status: int, code: int | None, said: str) -> str:
    return f"{code} {said}"[:300].strip() if code is not None else f"HTTP {status}"


for plugin in (dingtalk, feishu, lark, wecombot):
    vars(plugin)["requests"] = Wire()
