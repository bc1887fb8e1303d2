"""Store what people say of a task: reports, evidence, reviews, extensions, suspensions, instructions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models.task import Task
from tracker.org.models import Unit


class ProgressReport(models.Model):
    """Be one report of a unit on a task: progress, no change, an application to close, or how a backfilled task stands."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", _("progress")
        NO_CHANGE = "no_change", _("no change")
        CLOSE = "close", _("application to close")
        BACKFILL = "backfill", _("how it stands")

    task = models.ForeignKey(Task, models.PROTECT, related_name="reports")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(_("text"), blank=True)
    percent = models.PositiveSmallIntegerField(_("progress"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    by_id = models.BigIntegerField(null=True)
    by_post = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        indexes = [models.Index(fields=["task", "-at"], name="report_task")]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_kind_display()}"


class Evidence(models.Model):
    """Be one piece of evidence: a document number, a link, or a file."""

    class Kind(models.TextChoices):
        NUMBER = "number", _("document number")
        LINK = "link", _("link")
        FILE = "file", _("file")

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=500)
    file = models.FileField(upload_to="evidence/%Y/%m", blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.value


class Review(models.Model):
    """Be a verifier's decision on an application to close."""

    class Decision(models.TextChoices):
        CLOSED = "closed", _("closed")
        NOT_ACHIEVED = "not_achieved", _("closed, not achieved")
        RETURNED = "returned", _("returned for more work")

    task = models.ForeignKey(Task, models.PROTECT, related_name="reviews")
    report = models.ForeignKey(ProgressReport, models.PROTECT, null=True, related_name="reviews")
    decision = models.CharField(max_length=14, choices=Decision.choices)
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    by_post = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    def __str__(self) -> str:
        return f"{self.task} {self.get_decision_display()}"


class Extension(models.Model):
    """Be a request for a later date: asked before the due date, agreed by the unit head, decided by the verifier."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        AGREED = "agreed", _("agreed by the unit head")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    task = models.ForeignKey(Task, models.PROTECT, related_name="extensions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="extensions")
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    old_due = models.DateField(_("old date"))
    new_due = models.DateField(_("new date"))
    reason = models.TextField(_("reason"))
    progress = models.TextField(_("progress so far"))
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=120)
    requested_by_id = models.BigIntegerField(null=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.CharField(max_length=120, blank=True)
    agreed_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-requested_at"]
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")

    def __str__(self) -> str:
        return f"{self.task} {self.old_due} → {self.new_due}"


class Suspension(models.Model):
    """Record that a task's clock stood still from one day to another."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="suspensions")
    reason = models.TextField(_("reason"))
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)
    state_before = models.CharField(max_length=16)
    by = models.CharField(max_length=120)
    resumed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-from_day"]
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")

    def __str__(self) -> str:
        return f"{self.task} {self.from_day}"


class Instruction(models.Model):
    """Be a leader's written instruction (批示) on a task: recorded, never scored."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="instructions")
    text = models.TextField(_("text"))
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    by_post = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")

    def __str__(self) -> str:
        return self.text[:40]


class Return(models.Model):
    """Be a unit's claim that a task is not its own (退回), decided by the office; the clock runs until it is."""

    class State(models.TextChoices):
        CLAIMED = "claimed", _("claimed")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    task = models.ForeignKey(Task, models.PROTECT, related_name="returns")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="returns")
    state = models.CharField(max_length=10, choices=State.choices, default=State.CLAIMED)
    reason = models.TextField(_("reason"))
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("return")
        verbose_name_plural = _("returns")

    def __str__(self) -> str:
        return f"{self.task} {self.get_state_display()}"
