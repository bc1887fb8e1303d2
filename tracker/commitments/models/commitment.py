"""Store commitments as the text makes them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models.amendment import Amendment
from tracker.documents.models import Clause, Document
from tracker.org.models import Unit


class Kind(models.TextChoices):
    ONCE = "once", _("once")
    TARGET = "target", _("target")
    RECURRING = "recurring", _("recurring")
    RELATIVE = "relative", _("after an event")
    WINDOW = "window", _("window")
    FROM = "from", _("from a day on")
    UNDATED = "undated", _("undated")


class Certainty(models.TextChoices):
    HARD = "hard", _("hard")
    SOFT = "soft", _("soft")


class Responsibility(models.TextChoices):
    STATED = "stated", _("stated")
    IMPLIED = "implied", _("implied")


class Commitment(models.Model):
    """Be one dated promise of a document, with the words that make it.

    `key` is stable for ever. `line` holds the quote, `phrase_line` the time expression. `each` tells whether every lead
    unit owes the duty alone (one task per unit) or all owe it together. `withdrawn_at` is set when the row left the seed
    or another document ended it, which `ended_by` names then; rows are never deleted. `amended_due` is the date
    another document has set in the place of the text's own, which stays in `due`. `next_instance_on` is the day on
    which a recurring duty's next instance is to be opened: only an index, so that opening costs what is due.
    """

    key = models.SlugField(max_length=120, unique=True)
    document = models.ForeignKey(Document, models.PROTECT, related_name="commitments")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="commitments")
    line = models.PositiveIntegerField(_("line"))
    quote = models.TextField(_("quote"))
    phrase = models.CharField(_("time expression"), max_length=200, blank=True)
    phrase_line = models.PositiveIntegerField(null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    due = models.DateField(_("due"), null=True, blank=True)
    amended_due = models.DateField(_("date set by another document"), null=True, blank=True)
    start = models.DateField(_("start"), null=True, blank=True)
    recurrence = models.CharField(_("recurrence"), max_length=120, blank=True)
    relative = models.JSONField(_("counted from an event"), null=True, blank=True)
    responsibility = models.CharField(_("responsibility"), max_length=8, choices=Responsibility.choices)
    implied_from = models.TextField(_("implied from"), blank=True)
    certainty = models.CharField(_("certainty"), max_length=4, choices=Certainty.choices)
    each = models.BooleanField(_("each unit for itself"), default=False)
    asks_report = models.BooleanField(_("the clause asks for a report"), default=False)
    policy_key = models.CharField(_("escalation policy"), max_length=80, blank=True)
    why_not = models.TextField(_("why the phrase does not give the date"), blank=True)
    conflicts_with = models.CharField(_("contradicts"), max_length=120, blank=True)
    weight = models.CharField(_("size of the promise"), max_length=10, blank=True)
    note = models.TextField(_("note"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    ended_by = models.ForeignKey(Amendment, models.PROTECT, null=True, blank=True, related_name="ended")
    next_instance_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["line", "key"]
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        indexes = [
            models.Index(
                fields=["next_instance_on"],
                name="commitment_next_instance",
                condition=models.Q(next_instance_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def horizon(self) -> date | None:
        """Return the date that counts: that of the document that amended it, else that of its own text."""
        return self.amended_due or self.due


class CommitmentUnit(models.Model):
    """Name one entry of a commitment's lead or supporting list: a unit, met directly or through a group."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="commitments")
    role = models.CharField(max_length=8, choices=[("lead", _("lead")), ("support", _("support"))])
    printed = models.CharField(_("as printed"), max_length=160)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["role", "position"]
        constraints = [models.UniqueConstraint(fields=["commitment", "unit", "role"], name="commitment_unit_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.role}"


class BaseEvent(models.Model):
    """Record the event a relative commitment waited for; a correction adds a row, the newest counts."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="events")
    happened_on = models.DateField(_("happened on"))
    evidence = models.CharField(_("document number or link"), max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["-recorded_at"]
        verbose_name = _("base event")
        verbose_name_plural = _("base events")

    def __str__(self) -> str:
        return f"{self.commitment} {self.happened_on}"
