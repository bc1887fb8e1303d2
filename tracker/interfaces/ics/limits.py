"""Limit how often calendars are asked for: each subscription by itself, and addresses that ask for none that exists.

A whole office may stand behind one address, so a subscription is never counted by address. The counts live in Django's
default cache: in Redis, where there is one, for all processes together, else for each process by itself.
"""

from __future__ import annotations

import math

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from tracker.org.models import FeedToken


class _FeedThrottle(SimpleRateThrottle):
    scope = "feed"

    def __init__(self, token: FeedToken | None) -> None:
        self.token = token
        super().__init__()

    def get_cache_key(self, request: Request, view: APIView) -> str:
        # By address as DRF finds it, which honours NUM_PROXIES.
        ident = f"token-{self.token.pk}" if self.token else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": ident}


def seconds_to_wait(request: HttpRequest, token: FeedToken | None) -> int:
    """Return how many seconds to wait before asking again, 0 when the request may be served; counts the request."""
    throttle = _FeedThrottle(token)
    if throttle.allow_request(Request(request), APIView()):
        return 0
    return math.ceil(throttle.wait() or throttle.duration)  # type: ignore[attr-defined]
