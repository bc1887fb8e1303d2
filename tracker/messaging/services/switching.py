"""Pause and resume the dispatcher: after a restore from backup nothing may go out before somebody has looked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.audit.services import record
from tracker.messaging.models import Switch


@transaction.atomic
def pause_dispatcher(*, reason: str, by: Actor, now: datetime) -> Switch:
    """Stop all sending until it is resumed."""
    return _set(on=True, reason=reason, by=by, now=now)


@transaction.atomic
def resume_dispatcher(*, by: Actor, now: datetime) -> Switch:
    """Let sending go on with what still stands."""
    return _set(on=False, reason="", by=by, now=now)


def _set(*, on: bool, reason: str, by: Actor, now: datetime) -> Switch:
    if not by.has(Role.ADMINISTRATOR, Role.SYSTEM):
        raise NotPermitted(_("Only an administrator may pause or resume sending. Ask the administrator."))
    reason = " ".join(reason.split())[:200]
    if on and not reason:
        raise Invalid("reason", _("Say why sending is paused; everybody who looks will see it."))
    switch, _made = Switch.objects.update_or_create(
        name=Switch.PAUSED, defaults={"on": on, "reason": reason, "changed_at": now}
    )
    record(by=by, now=now, action="messaging.paused" if on else "messaging.resumed", obj=switch, reason=reason)
    return switch
