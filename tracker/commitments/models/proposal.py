"""Store duties that somebody's ledger names and the tracker does not know yet (待立项事项), until the office decides."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models.batch import BatchRow
from tracker.commitments.models.commitment import Commitment
from tracker.documents.models import Document

LONGEST_TITLE = 200
LONGEST_TEXT = 4000


class Proposal(models.Model):
    """Be one row of a ledger that could be a commitment: it binds nobody until the office finds the clause that makes it.

    `said` holds what the row said by column key (title, source, lead, supports, due, progress, done, note), as written;
    `document` the one its source names, None where no single document was found. `origin` names the file and the row;
    `row` is that row itself. Accepted, it names the `commitment` it became.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("to be decided")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    said = models.JSONField(default=dict)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="proposals")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    origin = models.CharField(_("origin"), max_length=260)
    row = models.ForeignKey(BatchRow, models.SET_NULL, null=True, blank=True, related_name="proposals")
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=120)
    proposed_by_id = models.BigIntegerField(null=True)
    proposed_by_post = models.CharField(max_length=240, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decision_reason = models.TextField(_("reason"), blank=True)
    commitment = models.ForeignKey(
        Commitment, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name=_("commitment")
    )

    class Meta:
        ordering = ["-proposed_at", "-id"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [models.Index(fields=["state", "-proposed_at"], name="proposal_state")]

    def __str__(self) -> str:
        return self.title
