"""Let an administrator deal with deliveries that did not arrive: have them tried again, or give them up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.audit.services import Act, act, record_many
from tracker.messaging.models import Delivery

State = Delivery.State
# What can be tried again, and what can be given up; one that is being sent is its sender's.
RETRIED = frozenset({State.FAILED, State.DEAD})
GIVEN_UP = frozenset({State.PENDING, State.UNKNOWN, State.FAILED})


@transaction.atomic
def retry_deliveries(*, deliveries: Iterable[int], by: Actor, now: datetime) -> int:
    """Let deliveries that failed or were given up be tried again at once, to the account's present address.

    `deliveries` are ids; others than failed ones are left alone. Returns how many there were. Raises `NotPermitted` for
    anybody but an administrator.
    """
    acts: list[Act] = []
    for row in _locked(deliveries, RETRIED, by=by):
        acts.append(act("messaging.delivery_retried", row, error=row.error))
        if row.state == State.FAILED:
            row.subject = row.body = ""
        row.state = State.UNKNOWN if row.body else State.PENDING
        row.attempts, row.next_try_at = 0, now
        if row.channel == Delivery.Channel.MAIL and row.digest.user is not None:
            row.address = row.digest.user.email or row.address
        row.save(update_fields=["state", "subject", "body", "attempts", "next_try_at", "address"])
    record_many(by=by, now=now, acts=acts)
    return len(acts)


@transaction.atomic
def give_up_deliveries(*, deliveries: Iterable[int], reason: str, by: Actor, now: datetime) -> int:
    """Try deliveries no more that wait, failed, or have an unknown outcome; what they said stays in the inbox.

    `deliveries` are ids; sent ones and those being sent are left alone. Returns how many there were. Raises `NotPermitted`
    for anybody but an administrator and `Invalid` without a reason.
    """
    reason = " ".join(reason.split())
    acts: list[Act] = []
    rows = _locked(deliveries, GIVEN_UP, by=by)
    if not reason:
        raise Invalid("reason", _("Say why they are given up; it stands beside them."))
    for row in rows:
        acts.append(act("messaging.delivery_given_up", row, was=row.state, error=row.error, reason=reason))
        said = f"{reason} ({row.error})" if row.error else reason
        row.state, row.error = State.DEAD, f"Given up by {by.name}: {said}"[:2000]
        row.save(update_fields=["state", "error"])
    record_many(by=by, now=now, acts=acts)
    return len(acts)


def _locked(deliveries: Iterable[int], states: Iterable[str], *, by: Actor) -> QuerySet[Delivery]:
    if not by.has(Role.ADMINISTRATOR, Role.SYSTEM):
        raise NotPermitted(_("Only an administrator may do this to deliveries. Ask the administrator."))
    rows = Delivery.objects.select_for_update(of=("self",)).filter(pk__in=list(deliveries), state__in=list(states))
    return rows.select_related("digest__user").order_by("pk")
