"""Tell whether the background jobs are running, by the age of their last good run against their own period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from tracker.audit import selectors

# A job is called late after three of its periods, and not before two minutes: one slow run is no standstill.
PERIODS_ALLOWED = 3
AT_LEAST = timedelta(minutes=2)
# A job that is rung every few seconds and finds nothing to do says so no more often than this.
IDLE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class JobPulse:
    """Say when a job last ran well, in real time, and whether that is recent enough for its period in seconds."""

    job: str
    period: int
    last: datetime | None
    age: timedelta | None
    fresh: bool


def pulse(job: str, *, real_now: datetime) -> JobPulse:
    """Return one job's pulse; `real_now` is unshifted, for ages are measured in real time even in a demonstration."""
    period: int = settings.TRACKER_PERIODS[job]
    run = selectors.latest_run(job)
    if run is None:
        return JobPulse(job, period, None, None, fresh=False)
    age = real_now - run.started_at
    allowed = max(AT_LEAST, PERIODS_ALLOWED * timedelta(seconds=period))
    return JobPulse(job, period, run.started_at, age, fresh=age <= allowed)


def pulses(*, real_now: datetime) -> list[JobPulse]:
    """Return the pulse of every job."""
    return [pulse(job, real_now=real_now) for job in settings.TRACKER_PERIODS]


def shown_lately(job: str, *, real_now: datetime) -> bool:
    """Tell whether a good run within the last minute is on record, so that another that did nothing need not be."""
    run = selectors.latest_run(job)
    return run is not None and real_now - IDLE < run.started_at <= real_now
