"""Decide when people may be written to: in working hours on working days, 调休 make-up days included.

No message goes out at night, on weekends or on public holidays. What is due then waits for the next opening; what has
come due is decided by `due`, and the message that waits is checked again before it goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from tracker.rules.civil import SHANGHAI, civil_day
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar


@dataclass(frozen=True, slots=True)
class Hours:
    """Hold the working hours in Asia/Shanghai: from `opens`, inclusive, to `closes`, exclusive."""

    opens: time = time(9, 0)
    closes: time = time(17, 30)

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError(f"working hours must open before they close, not {self.opens} to {self.closes}")


DEFAULT_HOURS = Hours()


def may_send(now: datetime, workdays: WorkdayCalendar, hours: Hours = DEFAULT_HOURS) -> bool:
    """Return whether a message may go out at this instant. Raises ValueError for a datetime without a time zone."""
    return workdays.is_workday(civil_day(now)) and hours.opens <= now.astimezone(SHANGHAI).time() < hours.closes


def next_sending(now: datetime, workdays: WorkdayCalendar, hours: Hours = DEFAULT_HOURS) -> datetime:
    """Return the first instant, not before `now`, at which a message may go out: `now` itself in working hours."""
    if may_send(now, workdays, hours):
        return now
    day = civil_day(now)
    if now.astimezone(SHANGHAI).time() >= hours.opens:
        day += ONE_DAY
    return datetime.combine(workdays.next_workday(day), hours.opens, SHANGHAI)
