"""Put what happens next to a task into a line of words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tracker.escalation.selectors import Outlook
from tracker.interfaces.web.wording import ADDRESSEES, Words, status_of
from tracker.rules.due import Planned
from tracker.rules.followup import Kind


@dataclass(frozen=True, slots=True)
class NextStep:
    """Say what comes next, on which day (None while it waits for something), and whether somebody has to sign it.

    `waits` names what a person has to do first; empty for what comes by itself.
    """

    on: date | None
    words: str
    signed: bool
    waits: Words = ""


def next_step(planned: Planned | None) -> NextStep | None:
    """Return the next rung in words."""
    if planned is None:
        return None
    return NextStep(planned.on, title_of(planned), bool(planned.step and planned.step.needs_signature))


def next_or_asked(outlook: Outlook) -> NextStep | None:
    """Return what comes next; where nothing comes by itself, the step that waits for a person, if one does."""
    if outlook.next is None and outlook.asked is not None:
        return NextStep(None, title_of(outlook.asked), False, status_of(outlook.asked))
    return next_step(outlook.next)


def title_of(planned: Planned) -> str:
    """Name a rung: a step by its own title, a reminder by whom it goes to and how far before or after the date."""
    if planned.kind is Kind.STEP:
        return planned.title
    who = {"who": ADDRESSEES[planned.to]}
    if planned.part.startswith("ahead:"):
        return _("Remind %(who)s before the date") % who
    return _("Remind %(who)s that it is overdue") % who
