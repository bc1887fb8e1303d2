"""Store what is to be done to many tasks at once: planned, shown, then done row by row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models.task import Task
from tracker.org.models import User


class Batch(models.Model):
    """Be one thing to do to many tasks, or one uploaded ledger, kept until it is done or dropped.

    `action` names the bulk action, or is `import`; `parameters` are what the person gave with it. An upload keeps its file
    under a name nobody can guess; `file_name` is the one it came with and `digest` the SHA-256 of its bytes. While it is
    applied, `lease_until` (in real time) tells until when the process that has `lease_token` is believed to work on it.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        APPLYING = "applying", _("being done")
        APPLIED = "applied", _("done")
        DROPPED = "dropped", _("dropped")
        STOPPED = "stopped", _("stopped")

    user = models.ForeignKey(User, models.PROTECT, related_name="batches")
    action = models.CharField(max_length=30)
    parameters = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    file = models.FileField(upload_to="ledgers/%Y/%m", blank=True)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")
        indexes = [
            models.Index(fields=["user", "state"], name="batch_user"),
            models.Index(fields=["made_at"], name="batch_going_on", condition=models.Q(state="applying")),
        ]

    def __str__(self) -> str:
        return f"{self.file_name or self.action}"


class BatchRow(models.Model):
    """Be one row of a batch: the task, the version it was planned on, what would be done, and what came of it.

    `place` is the row's number in the sheet, or its place in the list; `cells` what the sheet said, by column; `changes`
    what is shown as [column, address, old, new, sentence]; `act` what the single service is called with.
    """

    class Outcome(models.TextChoices):
        READY = "ready", _("ready")
        ASKED = "asked", _("to be decided")
        UNCHANGED = "unchanged", _("unchanged")
        LEFT_OUT = "left_out", _("left out")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        STALE = "stale", _("changed meanwhile")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField()
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    ticked = models.BooleanField(default=True)
    why = models.TextField(blank=True)
    cells = models.JSONField(default=dict, blank=True)
    changes = models.JSONField(default=list, blank=True)
    act = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["place"]
        verbose_name = _("row of a bulk action")
        verbose_name_plural = _("rows of bulk actions")
        constraints = [models.UniqueConstraint(fields=["batch", "place"], name="batch_row_once")]
        indexes = [models.Index(fields=["batch", "outcome"], name="batch_row_outcome")]

    def __str__(self) -> str:
        return f"{self.batch} {self.place}"
