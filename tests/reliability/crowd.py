"""Run jobs over and over in a process of its own: one of a crowd that gets in each other's way.

`python -m tests.reliability.crowd FOLDER JOB...`: it says there that it is ready, starts when the file `go` appears and
ends when `stop` does. Chunks are small, so that the crowd meets often.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

django.setup()

from tests.waiting import wait_until  # noqa: E402
from tracker.config.celery import JOBS  # noqa: E402
from tracker.escalation import jobs as escalation  # noqa: E402
from tracker.escalation.services import sweeping  # noqa: E402
from tracker.messaging import jobs as messaging  # noqa: E402


def main() -> None:
    """Work until told to stop; the last round is finished."""
    folder, names = Path(sys.argv[1]), sys.argv[2:]
    assert set(names) <= set(JOBS)
    sweeping.CHUNK = 20
    (folder / f"ready-{os.getpid()}").touch()
    wait_until((folder / "go").exists, "the crowd is let loose")
    while not (folder / "stop").exists():
        for name in names:
            getattr(escalation if hasattr(escalation, name) else messaging, name)()


if __name__ == "__main__":
    main()
