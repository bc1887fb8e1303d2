"""Keep a row of somebody's ledger that speaks of no known duty, until the supervision office decides on it (待立项)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.audit.services import record
from tracker.commitments.models import BatchRow, Proposal
from tracker.commitments.models.proposal import LONGEST_TEXT, LONGEST_TITLE
from tracker.documents.models import Document


@transaction.atomic
def propose_duty(
    *,
    title: str,
    said: Mapping[str, str],
    document: Document | None,
    origin: str,
    row: BatchRow | None = None,
    by: Actor,
    now: datetime,
) -> Proposal:
    """Keep a row as a proposal; nobody is bound, reminded or counted by it.

    `said` is what the row said by column key; `origin` names the file and the row. Raises `NotPermitted` for whoever
    takes no ledger in, `Invalid` for a title that is missing or too long.
    """
    if by.user_id is None or not by.has(Role.LIAISON, Role.UNIT_HEAD, Role.SUPERVISION):
        raise NotPermitted(_("Only units and the supervision office take a ledger in. Others read it here."))
    title = title.strip()
    if not title:
        raise Invalid("title", _("The row names no duty. Write it under “duty”, or delete the row."))
    if len(title) > LONGEST_TITLE:
        raise Invalid(
            "title",
            _("The duty is named in more than %(most)d characters. Shorten it, and put the rest under “remarks”.")
            % {"most": LONGEST_TITLE},
        )
    proposal = Proposal.objects.create(
        title=title,
        said={key: text[:LONGEST_TEXT] for key, text in said.items() if text},
        document=document,
        origin=origin[:260],
        row=row,
        proposed_at=now,
        proposed_by=by.name,
        proposed_by_id=by.user_id,
        proposed_by_post=by.post[:240],
    )
    record(by=by, now=now, action="commitments.duty_proposed", obj=proposal, said=proposal.said, origin=proposal.origin)
    return proposal
