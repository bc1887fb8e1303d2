"""Store tasks: one due instance each, its deadlines, and each unit's part."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models.commitment import Commitment
from tracker.org.models import Unit
from tracker.rules.followup import State

STATE_LABELS = {
    State.WAITING: _("waiting for its event"),
    State.TO_CONFIRM: _("to be confirmed"),
    State.ASSIGNED: _("assigned"),
    State.IN_PROGRESS: _("in progress"),
    State.AWAITING_REVIEW: _("awaiting review"),
    State.SUSPENDED: _("suspended"),
    State.CLOSED: _("closed"),
    State.NOT_ACHIEVED: _("closed, not achieved"),
    State.WITHDRAWN: _("withdrawn"),
}


class Task(models.Model):
    """Be one due instance of a commitment: for one lead unit where each owes it alone, for one period where it recurs.

    `key` is commitment / unit / period and never changes: calendar UIDs are made from it. `due` and `start` mirror the
    newest `Deadline` (days in Asia/Shanghai, inclusive). `version` rises at every change a person can see; a form that
    was opened on an older version is refused. `next_look_at` is only an index for the sweep: None means nothing can come
    due until the task changes. `changed_at` is the instant of the newest visible change. `remark` is what its ledger
    says under 备注, earlier ones stand on the audit chain. `broken_from` is the general task
    that the office broke down into this one. `withdrawn_by_source` tells a task that ended because its row left the seed,
    or stopped naming the unit, from one that the office withdrew: only the former comes back with its row.
    """

    key = models.CharField(max_length=260, unique=True)
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="tasks")
    lead = models.ForeignKey(Unit, models.PROTECT, related_name="led_tasks")
    period = models.CharField(_("period"), max_length=20, blank=True)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=16, choices=[(s.value, STATE_LABELS[s]) for s in State])
    due = models.DateField(_("due"), null=True, blank=True)
    start = models.DateField(_("start"), null=True, blank=True)
    due_version = models.PositiveSmallIntegerField(default=1)
    provisional = models.BooleanField(_("provisional date"), default=False)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    applied_at = models.DateTimeField(_("applied to close"), null=True, blank=True)
    reported_at = models.DateTimeField(_("last report"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(_("progress"), null=True, blank=True)
    blocker = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="blocking")
    blocker_note = models.CharField(max_length=300, blank=True)
    remark = models.TextField(_("remark"), blank=True, default="")
    backfill = models.BooleanField(_("already past when loaded"), default=False)
    broken_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="broken_into")
    withdrawn_by_source = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    next_look_at = models.DateTimeField(null=True, blank=True)
    ics_version = models.PositiveIntegerField(default=0)
    ics = models.BinaryField(null=True, blank=True)

    class Meta:
        ordering = ["due", "key"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            models.Index(
                fields=["next_look_at", "id"], name="task_next_look", condition=models.Q(next_look_at__isnull=False)
            ),
            models.Index(fields=["lead", "state", "due"], name="task_lead"),
            models.Index(fields=["state", "due", "id"], name="task_state_due"),
            models.Index(fields=["due", "id"], name="task_due"),
            models.Index(fields=["due"], name="task_provisional", condition=models.Q(provisional=True)),
        ]

    def __str__(self) -> str:
        return self.title


class Deadline(models.Model):
    """Record one date a task has had and why; version 1 is the first and stays visible for ever.

    `working` holds the notes of the reckoning as [[code, {parameter: value}], …].
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="deadlines")
    version = models.PositiveSmallIntegerField()
    due = models.DateField(null=True)
    start = models.DateField(null=True)
    working = models.JSONField(default=list)
    convention = models.CharField(max_length=60, blank=True)
    provisional = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["version"]
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints = [models.UniqueConstraint(fields=["task", "version"], name="deadline_version")]

    def __str__(self) -> str:
        return f"{self.task} v{self.version} {self.due}"


class Assignment(models.Model):
    """Be one unit's part in a task, lead or support, with its own state."""

    class PartState(models.TextChoices):
        ASSIGNED = "assigned", _("assigned")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        DONE = "done", _("done")

    task = models.ForeignKey(Task, models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=8, choices=[("lead", _("lead")), ("support", _("support"))])
    state = models.CharField(max_length=12, choices=PartState.choices, default=PartState.ASSIGNED)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "id"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [models.UniqueConstraint(fields=["task", "unit"], name="assignment_once")]
        indexes = [models.Index(fields=["unit", "task"], name="assignment_unit")]

    def __str__(self) -> str:
        return f"{self.unit} {self.task}"
