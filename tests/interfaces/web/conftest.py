"""A county whose pages every test may open, on the demonstration's first morning."""

from __future__ import annotations

import pytest

from devtools import messages
from tests.interfaces.conftest import StandingClock
from tests.interfaces.web.county import County


@pytest.fixture(scope="session", autouse=True)
def translations() -> None:
    """Compile the catalogues the pages are written from."""
    messages.compile_stale()


@pytest.fixture
def county(db: None, standing_clock: StandingClock) -> County:
    return County()
