"""Check what every change of a notice must pass: the row as it was seen, the right capacity, an allowed move."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.audit.services import record
from tracker.commitments.models import Task
from tracker.notices.life import MOVES, Capacity, State, Verb
from tracker.notices.models import Deed, Notice
from tracker.notices.selectors import capacities
from tracker.org.models import Unit
from tracker.rules.civil import civil_day

# Control characters have no place in a document, and break the files it is written to; line breaks stay.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udfff]")


def lock(notice: Notice, version: int | None) -> Notice:
    """Return the notice's row locked for this transaction, with what is needed to decide on it.

    Raises `Stale` when the form was opened on another version.
    """
    locked = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("issuer", "to_unit", "to_post__unit", "series", "document")
        .get(pk=notice.pk)
    )
    if version is not None and version != locked.version:
        raise Stale(_("This notice was changed after you opened it. Look at what changed, then send your text again."))
    return locked


def allow(notice: Notice, verb: Verb, by: Actor, *, now: datetime) -> frozenset[Capacity]:
    """Make sure the state allows the verb and the actor does it in a capacity that may; return the actor's capacities.

    Raises `NotPermitted` first, so that nobody learns of a state that is not theirs to see, then `WrongState`.
    """
    move = MOVES[verb]
    held = capacities(notice, by, on=civil_day(now))
    if not held & move.who:
        raise NotPermitted(_("This is done by the supervision office or by %(unit)s.") % {"unit": notice.issuer_name})
    if State(notice.state) not in move.sources:
        raise WrongState(
            _("The notice is “%(state)s”; this cannot be done now.") % {"state": notice.get_state_display()}
        )
    return held


def office(by: Actor) -> None:
    """Make sure the actor is of the supervision office."""
    if not by.has(Role.SUPERVISION):
        raise NotPermitted(_("Only the supervision office proposes notices by hand."))


def done(
    notice: Notice,
    verb: Verb,
    *,
    by: Actor,
    now: datetime,
    text: str = "",
    reference: str = "",
    unit: Unit | None = None,
    **detail: Any,
) -> Deed:
    """Move a locked notice on, save it as a new version, and record the deed; `detail` goes to the audit entry alone."""
    end = MOVES[verb].end if verb in MOVES else None
    if end is not None:
        notice.state = end
    notice.version += 1
    notice.save()
    return note(notice, verb, by=by, now=now, text=text, reference=reference, unit=unit, **detail)


def note(
    notice: Notice,
    verb: Verb,
    *,
    by: Actor,
    now: datetime,
    text: str = "",
    reference: str = "",
    unit: Unit | None = None,
    **detail: Any,
) -> Deed:
    """Record a deed with its audit entry, leaving out what is empty."""
    deed = Deed.objects.create(
        notice=notice,
        verb=verb,
        unit=unit,
        at=now,
        by=by.name,
        by_id=by.user_id,
        by_post=by.post,
        text=text,
        reference=reference,
    )
    told = {
        "number": notice.number_text,
        "text": text,
        "reference": reference,
        "unit": unit.name if unit else "",
    } | detail
    kept = {name: value for name, value in told.items() if value not in (None, "", [])}
    record(by=by, now=now, action=f"notices.{verb}", obj=notice, **kept)
    return deed


def look_again(notice: Notice, *, now: datetime) -> None:
    """Let the sweep look at the notice's tasks: what comes next may hang on this signature."""
    ids = sorted(notice.matters.values_list("task_id", flat=True))
    Task.objects.filter(pk__in=ids).update(next_look_at=now)


def cleaned(text: str) -> str:
    """Return a text without control characters, its lines trimmed and none of them empty."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(line.strip() for line in plain.split("\n") if line.strip())


def one_line(text: str) -> str:
    """Return a text as one line without control characters."""
    return " ".join(cleaned(text).split())


def needed(field: str, text: str, sentence: str, *, most: int | None = None) -> str:
    """Return a cleaned text, or raise `Invalid` for a missing or too long one."""
    text = cleaned(text)
    if not text:
        raise Invalid(field, sentence)
    if most is not None and len(text) > most:
        raise Invalid(
            field, _("At most %(most)d characters; these are %(count)d.") % {"most": most, "count": len(text)}
        )
    return text
