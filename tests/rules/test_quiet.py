"""When people may be written to."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from tests.rules.making import CHINA, at
from tracker.rules.quiet import Hours, may_send, next_sending


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        (at(2023, 6, 5, 8, 59), False),
        (at(2023, 6, 5, 9, 0), True),
        (at(2023, 6, 5, 12, 30), True),
        (at(2023, 6, 5, 17, 29), True),
        (at(2023, 6, 5, 17, 30), False),
        (at(2023, 6, 5, 23, 59), False),
        (at(2023, 6, 3), False),  # Saturday
        (at(2023, 6, 22), False),  # Dragon Boat
        (at(2023, 6, 25), True),  # Sunday, worked for it
        (at(2023, 10, 2), False),  # National Day
        (at(2023, 10, 7), True),  # Saturday, worked for it
        (datetime.fromisoformat("2023-06-05T01:00:00+00:00"), True),  # nine in Shanghai
        (datetime.fromisoformat("2023-06-05T09:30:00+00:00"), False),
    ],
)
def test_messages_go_out_in_working_hours_of_working_days(now: datetime, allowed: bool) -> None:
    assert may_send(now, CHINA) is allowed


@pytest.mark.parametrize(
    ("now", "sending"),
    [
        (at(2023, 6, 5, 0, 0), at(2023, 6, 5, 9)),
        (at(2023, 6, 5, 17, 30), at(2023, 6, 6, 9)),
        (at(2023, 6, 2, 18, 0), at(2023, 6, 5, 9)),
        (at(2023, 6, 21, 18, 0), at(2023, 6, 25, 9)),
        (at(2023, 9, 29, 7, 0), at(2023, 10, 7, 9)),
        (datetime.fromisoformat("2023-06-04T23:30:00+00:00"), at(2023, 6, 5, 9)),
    ],
)
def test_message_waits_for_the_next_opening(now: datetime, sending: datetime) -> None:
    assert next_sending(now, CHINA) == sending


def test_message_in_working_hours_goes_at_once() -> None:
    assert next_sending(at(2023, 6, 5, 10, 15), CHINA) == at(2023, 6, 5, 10, 15)


def test_working_hours_are_a_setting() -> None:
    hours = Hours(time(8, 0), time(12, 0))
    assert may_send(at(2023, 6, 5, 8, 0), CHINA, hours)
    assert next_sending(at(2023, 6, 5, 12, 0), CHINA, hours) == at(2023, 6, 6, 8)


def test_hours_that_never_open_are_refused() -> None:
    with pytest.raises(ValueError, match="open before they close"):
        Hours(time(17, 0), time(9, 0))


def test_county_override_counts() -> None:
    calendar = CHINA.with_overrides(rest={date(2023, 6, 5): "县庆"})
    assert not may_send(at(2023, 6, 5), calendar)
    assert next_sending(at(2023, 6, 5), calendar) == at(2023, 6, 6, 9)
