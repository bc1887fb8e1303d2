"""Run one job in a process of its own and end that process at a chosen place without warning, as a power cut would.

`python -m tests.reliability.victim PLACE INSTANT`: the place names the job and where in it the process ends, the instant
is what the job is told as now. The product knows nothing of this.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

import django

django.setup()

from django.db import transaction  # noqa: E402

from tracker.audit.actors import system  # noqa: E402
from tracker.escalation.services import sweep, sweeping  # noqa: E402
from tracker.messaging import channels, services  # noqa: E402
from tracker.messaging.models import Delivery  # noqa: E402
from tracker.messaging.services import delivering  # noqa: E402


def die(*_arguments: Any, **_named: Any) -> NoReturn:
    """End this process at once; the kernel cleans up, nobody else does."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("SIGKILL cannot be survived")


def after(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, followed by the end."""

    def wrapped(*arguments: Any, **named: Any) -> NoReturn:
        function(*arguments, **named)
        die()

    return wrapped


def claim_uncommitted() -> None:
    real = delivering._claim

    def claim(*arguments: Any, **named: Any) -> NoReturn:
        with transaction.atomic():
            assert real(*arguments, **named) is not None
            die()

    delivering._claim = claim  # type: ignore[assignment]


def claimed() -> None:
    delivering._deliver = die  # type: ignore[assignment]


def text_written() -> None:
    channels.send = die  # type: ignore[assignment]


def handed_over() -> None:
    real = channels.send

    def send(delivery: Delivery) -> None:
        real(delivery)
        if delivery.channel == Delivery.Channel.MAIL:
            die()

    channels.send = send


def digest_unwritten() -> None:
    type(Delivery.objects).bulk_create = die  # type: ignore[assignment]


def steps_unwritten() -> None:
    sweeping.record_many = die  # type: ignore[assignment]


def first_chunk_written() -> None:
    sweeping.CHUNK = 2
    sweeping._take = after(sweeping._take)


def main() -> None:
    """Prepare the end, then run into it."""
    place, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
    dispatching = (claim_uncommitted, claimed, text_written, handed_over)
    {one.__name__: one for one in (*dispatching, digest_unwritten, steps_unwritten, first_chunk_written)}[place]()
    if place in {one.__name__ for one in dispatching}:
        services.dispatch(now=now, real_now=now)
    elif place == digest_unwritten.__name__:
        services.gather_digests(now=now)
    else:
        sweep(now=now, by=system("sweep"))


if __name__ == "__main__":
    main()
