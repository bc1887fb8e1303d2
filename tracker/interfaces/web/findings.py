"""Say what the watchdog last found, in words for people and in figures for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.audit import selectors

# What each finding is called, and what to do about it; the operations guide says more of each.
WORDS: dict[str, tuple[Promise | str, Promise | str]] = {
    "still": (_("jobs that stand still"), _("Start the worker and its beat again.")),
    "unswept": (_("tasks whose look is overdue"), _("The sweep does not keep up or fails: see its failed runs.")),
    "silent": (
        _("tasks on which something due was overlooked"),
        _("Open them; a change of any kind makes the sweep look again."),
    ),
    "set_aside": (
        _("tasks and accounts the jobs could not deal with"),
        _("The log says why; they are tried again within the hour."),
    ),
    "stuck": (_("deliveries that wait past their time"), _("The dispatcher or the mail server does not keep up.")),
    "failed": (
        _("deliveries refused or given up in the last day"),
        _("Correct the address, then have them tried again: tracker dispatcher retry"),
    ),
    "paused": (
        _("sending is paused"),
        _("After a restore, look first, then let it go on: tracker dispatcher resume"),
    ),
    "unreachable": (
        _("posts with something to be told and nobody with an account"),
        _("No fault of the service: appoint somebody, or their inbox goes unread."),
    ),
}
HARMLESS = {"unreachable"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one thing found: how many, which ones where they have names, and whether it is a fault."""

    code: str
    words: Promise | str
    advice: Promise | str
    count: int
    names: tuple[str, ...]
    is_fault: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Hold what the watchdog found at an instant in real time; `whole` says that nothing is amiss."""

    at: datetime
    whole: bool
    findings: tuple[Finding, ...]

    def figures(self) -> dict[str, Any]:
        """Return the counts without any names: anybody may ask."""
        return {"whole": self.whole} | {one.code: one.count for one in self.findings}


def last_found() -> Found | None:
    """Return what the watchdog's last good run found; None before its first."""
    run = selectors.latest_run("watchdog")
    if run is None or "whole" not in run.counts:
        return None
    return Found(run.started_at, bool(run.counts["whole"]), tuple(_findings(run.counts)))


def _findings(counts: dict[str, Any]) -> Iterator[Finding]:
    for code, (words, advice) in WORDS.items():
        value = counts.get(code, 0)
        names = tuple(value) if isinstance(value, list) else ()
        yield Finding(code, words, advice, len(names) or int(value or 0), names, code not in HARMLESS)
