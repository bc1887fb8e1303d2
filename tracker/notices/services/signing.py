"""Sign a notice, which numbers it and fixes its words; issue it, which freezes it; withdraw it, which leaves its number."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted
from tracker.notices.drafting.marks import filled, reply_date
from tracker.notices.freezing import digest
from tracker.notices.life import Verb
from tracker.notices.models import Notice
from tracker.notices.selectors import may_sign, preparers
from tracker.notices.services import guard
from tracker.notices.services.numbering import take_number
from tracker.notices.services.preparing import check_whole
from tracker.notices.services.telling import tell_issued
from tracker.org import selectors as org
from tracker.rules.civil import civil_day

# Letters and digits that are not taken for one another on paper.
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8


@transaction.atomic
def sign(*, notice: Notice, by: Actor, now: datetime, version: int | None = None) -> Notice:
    """Sign a notice as the authorised unit: it gets its number and its date, and its step takes effect today.

    The signer is of the supervision office or the head of the unit that signs (for an authority's decision its head alone),
    and none of those who proposed, edited, found or handed it in. The last day for a reply is counted from the day after.
    Raises `NotPermitted`, `WrongState` when a task has changed since, `Invalid`, `Stale`.
    """
    notice = guard.lock(notice, version)
    held = guard.allow(notice, Verb.SIGN, by, now=now)
    if by.user_id is None:
        raise NotPermitted(_("A notice is signed by a person."))
    if not may_sign(notice, held):
        raise NotPermitted(_("Only the head of %(unit)s decides this.") % {"unit": notice.issuer_name})
    if by.user_id in preparers(notice):
        raise NotPermitted(_("Whoever prepared a notice does not sign it; ask another person."))
    check_whole(notice, now=now)
    today = civil_day(now)
    notice.reply_by = reply_date(notice, today, org.workdays())
    notice.body = filled(notice, reply_by=notice.reply_by)
    notice.signed_at, notice.signed_by = now, by.name
    guard.look_again(notice, now=now)
    take_number(notice, now=now)
    guard.done(notice, Verb.SIGN, by=by, now=now, reply_by=notice.reply_by.isoformat() if notice.reply_by else "")
    return notice


@transaction.atomic
def issue(*, notice: Notice, by: Actor, now: datetime, version: int | None = None) -> Notice:
    """Issue a signed notice: its text is frozen under a digest, it gets its verification code, the addressee is told."""
    notice = guard.lock(notice, version)
    guard.allow(notice, Verb.ISSUE, by, now=now)
    notice.issued_at = now
    notice.code = "".join(secrets.choice(_CODE_LETTERS) for _place in range(CODE_LENGTH))
    notice.digest = digest(notice)
    deed = guard.done(notice, Verb.ISSUE, by=by, now=now, digest=notice.digest)
    tell_issued(notice, deed, now=now)
    return notice


@transaction.atomic
def withdraw(*, notice: Notice, reason: str, by: Actor, now: datetime, version: int | None = None) -> Notice:
    """Withdraw a signed notice with the reason; it keeps its number, and its step no longer counts as taken effect."""
    notice = guard.lock(notice, version)
    held = guard.allow(notice, Verb.WITHDRAW, by, now=now)
    if not may_sign(notice, held):
        raise NotPermitted(_("Only the head of %(unit)s decides this.") % {"unit": notice.issuer_name})
    reason = guard.needed(
        "reason", reason, _("Give the reason; the addressee and later readers will see it."), most=2000
    )
    guard.look_again(notice, now=now)
    deed = guard.done(notice, Verb.WITHDRAW, by=by, now=now, text=reason)
    if notice.issued_at is not None:
        tell_issued(notice, deed, now=now)
    return notice
