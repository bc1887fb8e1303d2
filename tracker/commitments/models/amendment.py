"""Store what repeals, replaces or amends a document, what it did to each promise, and what was put back of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.documents.models import Document


class Amendment(models.Model):
    """Be one act that changes a document: by what, from which day, in whose words, and what it did.

    `instrument` is the document that makes the change where it stands in a gazette, `instrument_text` its number and title
    where it does not. An act that does not reach the whole document says in its `provisions` what becomes of each promise.
    `outcome` is written when the change takes effect: what became of each task, by id and in words, so that it can be read
    when the tasks have moved on. An act is cancelled before its day or withdrawn after it; `undone` then says in the same
    way what was put back and what stayed.
    """

    class Kind(models.TextChoices):
        REPEAL = "repeal", _("repeals the document")
        REPLACE = "replace", _("replaces the document")
        PROMISES = "promises", _("changes promises of the document")

    document = models.ForeignKey(Document, models.PROTECT, related_name="amendments")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    instrument = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="amends")
    instrument_text = models.CharField(_("number and title"), max_length=300, blank=True)
    clause = models.CharField(_("clause"), max_length=120, blank=True)
    words = models.TextField(_("words of the clause"))
    effective_on = models.DateField(_("day of effect"))
    late_too = models.BooleanField(_("what is already late, too"), default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    applied_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=120, blank=True)
    cancelled_reason = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    undone = models.JSONField(default=dict)

    class Meta:
        ordering = ["-effective_on", "-pk"]
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        indexes = [
            models.Index(
                fields=["effective_on"],
                name="amendment_to_apply",
                condition=models.Q(applied_at__isnull=True, cancelled_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.by_what} {self.get_kind_display()}"

    @property
    def by_what(self) -> str:
        """Return the number by which the instrument is cited."""
        return self.instrument.number if self.instrument else self.instrument_text

    @property
    def whole(self) -> bool:
        return self.kind in {self.Kind.REPEAL, self.Kind.REPLACE}

    @property
    def waits(self) -> bool:
        return self.applied_at is None and self.cancelled_at is None

    @property
    def in_effect(self) -> bool:
        return self.applied_at is not None and self.withdrawn_at is None


class Provision(models.Model):
    """Say what an act does to one promise: it ends or, with `new_due`, gets another date; `clause` is the act's own clause.

    Without a clause the promise falls under the one the act names for all.
    """

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="provisions")
    commitment = models.ForeignKey("commitments.Commitment", models.PROTECT, related_name="provisions")
    new_due = models.DateField(_("new date"), null=True, blank=True)
    clause = models.CharField(_("clause"), max_length=120, blank=True)

    class Meta:
        ordering = ["commitment__line", "commitment"]
        verbose_name = _("provision of an amendment")
        verbose_name_plural = _("provisions of amendments")
        constraints = [models.UniqueConstraint(fields=["amendment", "commitment"], name="provision_once")]

    def __str__(self) -> str:
        return f"{self.commitment} {self.new_due or ''}".strip()
