"""Put what happens next to a task into a line of words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tracker.interfaces.web.wording import ADDRESSEES
from tracker.rules.due import Planned
from tracker.rules.followup import Kind


@dataclass(frozen=True, slots=True)
class NextStep:
    """Say what comes next, on which day (None while it waits for something), and whether somebody has to sign it."""

    on: date | None
    words: str
    signed: bool


def next_step(planned: Planned | None) -> NextStep | None:
    """Return the next rung in words."""
    if planned is None:
        return None
    return NextStep(planned.on, title_of(planned), bool(planned.step and planned.step.needs_signature))


def title_of(planned: Planned) -> str:
    """Name a rung: a step by its own title, a reminder by whom it goes to and how far before or after the date."""
    if planned.kind is Kind.STEP:
        return planned.title
    who = {"who": ADDRESSEES[planned.to]}
    if planned.part.startswith("ahead:"):
        return _("Remind %(who)s before the date") % who
    return _("Remind %(who)s that it is overdue") % who
