"""Wait for a condition instead of a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T], what: str, seconds: float = 30) -> T:
    """Return the first true answer of `condition`, asked until `seconds` have passed; then fail, naming `what`.

    The limit only stops a hopeless wait: on any machine a condition that holds is seen at once.
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {seconds:g} seconds in vain until {what}.")
        time.sleep(0.02)
