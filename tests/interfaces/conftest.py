"""Fixtures for the ways in and out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.cache import cache

from tests.factories import NOW
from tracker import clock


class StandingClock:
    """Hold the instant that every request is answered at, until a test moves it."""

    def __init__(self) -> None:
        self.instant = NOW

    def __call__(self) -> datetime:
        return self.instant


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    """Let the requests of a test be answered at one instant, the demonstration's first morning; `instant` moves it."""
    standing = StandingClock()
    monkeypatch.setattr(clock, "now", standing)
    return standing


@pytest.fixture(autouse=True)
def no_counts_of_earlier_tests() -> Iterator[None]:
    """Forget what limits have counted: their cache outlives a test."""
    cache.clear()
    yield
    cache.clear()
