"""Give every page its frame."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tracker import clock


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame shows: the demonstration clock where there is one."""
    return {"demonstration": clock.is_demonstration()}
