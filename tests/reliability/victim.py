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
from tracker.commitments.services import carrying_on, making, many  # noqa: E402
from tracker.escalation.services import sweep, sweeping  # noqa: E402
from tracker.interfaces.web.ledger_file import write_export  # noqa: E402
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


def second_row_done_uncommitted() -> None:
    real, done = many.perform_row, 0

    def perform_row(*arguments: Any, **named: Any) -> None:
        nonlocal done
        real(*arguments, **named)
        done += 1
        if done == 2:
            die()

    many.perform_row = perform_row


def rows_done_end_unwritten() -> None:
    many._end = die  # type: ignore[assignment]


def half_of_file_written() -> None:
    real, told = making._tell, 0

    def tell(*arguments: Any, **named: Any) -> None:
        nonlocal told
        real(*arguments, **named)
        told += 1
        if told == 2:
            die()

    making._tell = tell


def file_saved_uncommitted() -> None:
    making.record_export = die


def main() -> None:
    """Prepare the end, then run into it."""
    place, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
    dispatching = (claim_uncommitted, claimed, text_written, handed_over)
    batching = (second_row_done_uncommitted, rows_done_end_unwritten)
    exporting = (half_of_file_written, file_saved_uncommitted)
    others = (digest_unwritten, steps_unwritten, first_chunk_written)
    {one.__name__: one for one in (*dispatching, *batching, *exporting, *others)}[place]()
    if place in {one.__name__ for one in batching}:
        carrying_on.carry_on(now=now, real_now=now)
    elif place in {one.__name__ for one in exporting}:
        making.make_exports(write=write_export, now=now, real_now=now)
    elif place in {one.__name__ for one in dispatching}:
        services.dispatch(now=now, real_now=now)
    elif place == digest_unwritten.__name__:
        services.gather_digests(now=now)
    else:
        sweep(now=now, by=system("sweep"))


if __name__ == "__main__":
    main()
