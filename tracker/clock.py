"""Read the clock: the one place that does, for the edges (jobs, views, commands) to call once and hand down.

A demonstration may stand on another day: when the setting `TRACKER_CLOCK_FILE` names a file, the seconds in it are added
to real time. The file is read at each call, so that the web process and the workers move together.
"""

from __future__ import annotations

import json
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings


def now() -> datetime:
    """Return the current instant, aware, in UTC, shifted when a demonstration clock is set."""
    return datetime.now(UTC) + shift()


def real_now() -> datetime:
    """Return the unshifted instant, for leases and job ages, which measure real time even in a demonstration."""
    return datetime.now(UTC)


def is_demonstration() -> bool:
    """Tell whether a demonstration clock is configured."""
    return bool(settings.TRACKER_CLOCK_FILE)


def shift() -> timedelta:
    """Return what is added to real time; zero when no demonstration clock is set or its file is absent."""
    if not settings.TRACKER_CLOCK_FILE:
        return timedelta()
    try:
        seconds = json.loads(Path(settings.TRACKER_CLOCK_FILE).read_text("utf-8"))["shift_seconds"]
    except FileNotFoundError:
        return timedelta()
    return timedelta(seconds=seconds)


def set_to(instant: datetime) -> None:
    """Let the demonstration clock stand at `instant` (aware) and run on from there.

    Raises `RuntimeError` when no demonstration clock is configured: the real clock cannot be set.
    """
    if not settings.TRACKER_CLOCK_FILE:
        raise RuntimeError("No demonstration clock is configured.")
    path = Path(settings.TRACKER_CLOCK_FILE)
    seconds = (instant - datetime.now(UTC)).total_seconds()
    # Replaced in one step: another process must never read half a file.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"shift_seconds": seconds}, file)
    os.replace(temporary, path)
