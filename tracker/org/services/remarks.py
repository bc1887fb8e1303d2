"""Take what people say of the tracker itself, and answer it (意见建议)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, Stale
from tracker.audit.services import record
from tracker.org.models import Remark, User

LONGEST = 2000


@transaction.atomic
def send_remark(*, user: User, text: str, page: str, by: Actor, now: datetime) -> Remark:
    """Keep a remark of a person who is signed in; nobody is told but by the list itself."""
    if by.user_id != user.pk:
        raise NotPermitted(_("Sign in to send a remark."))
    remark = Remark.objects.create(
        user=user, by=by.name, by_post=by.post[:400], text=_said("text", text), page=page[:300], at=now
    )
    record(by=by, now=now, action="org.remark_sent", obj=remark, text=remark.text)
    return remark


@transaction.atomic
def answer_remark(*, remark: Remark, answer: str, by: Actor, now: datetime) -> Remark:
    """Answer a remark, once; its sender sees it. For the supervision office and the administrator."""
    if not by.has(Role.SUPERVISION, Role.ADMINISTRATOR):
        raise NotPermitted(_("Remarks are answered by the supervision office or the administrator."))
    remark = Remark.objects.select_for_update().get(pk=remark.pk)
    if remark.answered_at is not None:
        raise Stale(_("Somebody has answered this remark already."))
    remark.answer, remark.answered_by, remark.answered_at = _said("answer", answer), by.name, now
    remark.save(update_fields=["answer", "answered_by", "answered_at"])
    record(by=by, now=now, action="org.remark_answered", obj=remark, answer=remark.answer)
    return remark


def _said(field: str, text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid(field, _("Write a sentence."))
    if len(text) > LONGEST:
        raise Invalid(field, _("At most %(most)d characters.") % {"most": LONGEST})
    return text
