"""Keep what is counted for limits in Redis, so that every process of the service counts together.

Nothing that matters is kept here. A Redis that does not answer holds nobody up: what is asked for is not there, and what is
to be kept is not kept, so that for as long as it is away the limits hold nobody back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

_P = ParamSpec("_P")
_R = TypeVar("_R")


class CountingCache(RedisCache):
    """Be Django's Redis cache for a Redis that also carries the queues: it empties itself by its own keys alone."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return _or(default, super().get, key, default, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        _or(None, super().set, key, value, timeout, version)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return _or(False, super().add, key, value, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        return _or(False, super().delete, key, version)

    def clear(self) -> None:
        client = self._cache.get_client(None, write=True)
        if keys := list(client.scan_iter(match=f"{self.key_prefix}:*", count=1000)):
            client.delete(*keys)


def _or(otherwise: _R, ask: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
    try:
        return ask(*args, **kwargs)
    except RedisError as error:
        log.warning("The cache does not answer, so limits hold nobody back: %s", error)
        return otherwise
