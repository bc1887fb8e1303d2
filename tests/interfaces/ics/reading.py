"""Read calendars the way programs do, and check the bytes the way the strictest of them would."""

from __future__ import annotations

import unicodedata

from icalendar import Calendar, Component


def check_bytes(data: bytes) -> None:
    """Check what RFC 5545 says of content lines: CRLF, at most 75 octets, whole characters, nothing invisible."""
    assert data.startswith(b"BEGIN:VCALENDAR\r\n") and data.endswith(b"END:VCALENDAR\r\n")
    lines = data.split(b"\r\n")
    assert lines.pop() == b""
    for line in lines:
        assert 0 < len(line) <= 75, line
        # A character cut in two would not decode, and neither would half of it on the next line.
        text = line.decode("utf-8")
        assert not [c for c in text if unicodedata.category(c) == "Cc" or c == "\ufeff"], text


def parsed(data: bytes) -> Calendar:
    """Return the calendar, read strictly: a line that cannot be read is an error, not something to pass over."""
    calendar = Calendar.from_ical(data)
    assert isinstance(calendar, Calendar)
    assert not [error for component in calendar.walk() for error in component.errors]
    assert not list(calendar.get_missing_tzids())
    return calendar


def entries(data: bytes) -> list[Component]:
    """Return the events and to-dos, in the order they stand in."""
    return [component for component in parsed(data).walk() if component.name in {"VEVENT", "VTODO"}]


def unfolded(data: bytes) -> str:
    """Return the text with long lines put together again."""
    return data.replace(b"\r\n ", b"").decode("utf-8")
