"""Write what stands around the entries of a calendar: its head, its foot, and a whole calendar of one entry."""

from __future__ import annotations

from datetime import timedelta

from icalendar import Calendar, vDuration

from tracker.interfaces.ics.events import plain

FOOT = b"END:VCALENDAR\r\n"
REFRESH = timedelta(hours=4)
# RFC 7986 wants a CSS colour name, Apple's clients a number; red is kept for what is late.
COLOUR, APPLE_COLOUR = "slategray", "#708090"


def feed_head(*, name: str, about: str) -> bytes:
    """Return the head of a subscription: `name` is what clients call it, `about` what they may say of it."""
    head = _calendar()
    head.add("name", plain(name))
    head.add("x-wr-calname", plain(name))
    head.add("description", plain(about))
    head.add("x-wr-caldesc", plain(about))
    # PT4H and never P4H: some phones refuse the whole file for a malformed duration.
    head.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    head.add("x-published-ttl", vDuration(REFRESH))
    head.add("color", COLOUR)
    head.add("x-apple-calendar-color", APPLE_COLOUR)
    return head.to_ical().removesuffix(FOOT)


def one_off(entry: bytes) -> bytes:
    """Return a calendar of one entry, to be imported once."""
    return _calendar().to_ical().removesuffix(FOOT) + entry + FOOT


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Jishan County//Commitment tracker//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    return calendar
