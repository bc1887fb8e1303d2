"""Put on record who took the ledger out as a file, and bound how often one person does."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted
from tracker.audit.errors import Invalid
from tracker.audit.models import AuditEntry
from tracker.audit.services import Act, record_many

TAKEN_OUT = "commitments.ledger_exported"


def may_export(*, by: Actor, now: datetime) -> None:
    """Raise `Invalid` when this person took the ledger out as often as is allowed within the hour up to `now`."""
    if by.user_id is None:
        raise NotPermitted(_("Only a person with an account takes the ledger out."))
    lately = AuditEntry.objects.filter(action=TAKEN_OUT, actor_id=by.user_id, at__gt=now - timedelta(hours=1))
    most = settings.TRACKER_EXPORTS_PER_HOUR
    if lately.count() >= most:
        raise Invalid(
            "export",
            _("You took the ledger out %(most)d times within an hour. Use a file you have, or wait a while.")
            % {"most": most},
        )


@transaction.atomic
def record_export(*, filters: str, rows: int, columns: list[str], by: Actor, now: datetime) -> None:
    """Record that the actor took `rows` tasks out, found by the url-encoded `filters`, in these columns."""
    may_export(by=by, now=now)
    detail = {"filters": filters, "rows": rows, "columns": columns}
    record_many(by=by, now=now, acts=[Act(TAKEN_OUT, "commitments.task", "", by.name, detail)])
