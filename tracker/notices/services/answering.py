"""Record what follows an issued notice: the receipt, the reply, and the end of the matter."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted
from tracker.audit.errors import Invalid, WrongState
from tracker.notices.life import Capacity, State, Verb
from tracker.notices.models import Notice
from tracker.notices.selectors import addressees, receipts
from tracker.notices.services import guard
from tracker.notices.services.telling import tell_replied
from tracker.org.models import Unit


@transaction.atomic
def record_receipt(
    *,
    notice: Notice,
    unit: Unit,
    by: Actor,
    now: datetime,
    received_by: str = "",
    version: int | None = None,
) -> Notice:
    """Record that `unit` has received the notice; by the office, `received_by` names who signed for it on paper.

    A bulletin counts as received when every unit it lists has. Raises `NotPermitted`, `WrongState`, `Invalid`, `Stale`.
    """
    notice = guard.lock(notice, version)
    held = guard.allow(notice, Verb.RECEIVE, by, now=now)
    _check_addressee(notice, unit, by, held)
    if unit.pk in receipts(notice):
        raise WrongState(_("%(unit)s has received it already.") % {"unit": unit})
    text = guard.one_line(received_by)[:200]
    if unit.pk not in by.unit_ids and not text:
        raise Invalid("received_by", _("Say who signed for it on paper."))
    if receipts(notice) | {unit.pk} >= addressees(notice).keys():
        notice.received_at = now
        guard.done(notice, Verb.RECEIVE, by=by, now=now, text=text, unit=unit)
    else:
        notice.version += 1
        notice.save(update_fields=["version"])
        guard.note(notice, Verb.RECEIVE, by=by, now=now, text=text, unit=unit)
    return notice


@transaction.atomic
def reply(
    *,
    notice: Notice,
    unit: Unit,
    text: str,
    reference: str = "",
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Notice:
    """Record the addressee's reply, in its own words or by the number of its document; it counts as a receipt too.

    The office enters a reply that came on paper and gives its number. Raises `NotPermitted`, `WrongState`, `Invalid`,
    `Stale`.
    """
    notice = guard.lock(notice, version)
    held = guard.allow(notice, Verb.REPLY, by, now=now)
    if notice.of_period:
        raise WrongState(_("A bulletin to several units is not replied to."))
    _check_addressee(notice, unit, by, held)
    text = guard.needed("text", text, _("Say what has been done, or what your document says."), most=4000)
    reference = guard.one_line(reference)[:300]
    if unit.pk not in by.unit_ids and not reference:
        raise Invalid("reference", _("Give the number of the reply that came on paper."))
    if notice.received_at is None:
        notice.received_at = now
    deed = guard.done(notice, Verb.REPLY, by=by, now=now, text=text, reference=reference, unit=unit)
    tell_replied(notice, deed, now=now)
    return notice


@transaction.atomic
def close(*, notice: Notice, by: Actor, now: datetime, reason: str = "", version: int | None = None) -> Notice:
    """Close the matter of a notice; where a reply was asked for and none is on record, with the reason."""
    notice = guard.lock(notice, version)
    guard.allow(notice, Verb.CLOSE, by, now=now)
    if notice.reply_by is not None and State(notice.state) is not State.REPLIED and not reason.strip():
        raise Invalid("reason", _("No reply is on record. Say why the matter is closed all the same."))
    guard.done(notice, Verb.CLOSE, by=by, now=now, text=guard.cleaned(reason)[:2000])
    return notice


def _check_addressee(notice: Notice, unit: Unit, by: Actor, held: frozenset[Capacity]) -> None:
    if unit.pk not in addressees(notice):
        raise Invalid("unit", _("The notice is not addressed to %(unit)s.") % {"unit": unit})
    if unit.pk not in by.unit_ids and held <= {Capacity.ADDRESSEE}:
        raise NotPermitted(_("You are neither liaison nor head of %(unit)s.") % {"unit": unit})
