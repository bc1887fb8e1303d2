"""Limits are counted in Redis by all processes together, beside the queues; without an answer they hold nobody back."""

from __future__ import annotations

import pytest

from tests.servers import ValkeyServer
from tracker.config.caching import CountingCache


def cache_at(url: str) -> CountingCache:
    options = {"socket_timeout": 1, "socket_connect_timeout": 1}
    return CountingCache(url, {"KEY_PREFIX": "tracker-cache", "OPTIONS": options})


def test_two_processes_count_together_and_the_queues_stay(own_valkey: ValkeyServer) -> None:
    first, second = cache_at(own_valkey.url), cache_at(own_valkey.url)
    with own_valkey.client() as client:
        client.lpush("celery", "a message")
        first.set("feed", [1.0], 60)
        assert second.get("feed") == [1.0]
        assert first.add("feed", [2.0]) is False
        second.clear()
        assert first.get("feed") is None
        assert client.llen("celery") == 1


def test_a_redis_that_is_away_holds_nobody_back(own_valkey: ValkeyServer, caplog: pytest.LogCaptureFixture) -> None:
    cache = cache_at(own_valkey.url)
    own_valkey.stop()
    cache.set("feed", [1.0], 60)
    assert cache.get("feed", "nothing") == "nothing"
    assert (cache.add("feed", [1.0]), cache.delete("feed")) == (False, False)
    assert "limits hold nobody back" in caplog.text
