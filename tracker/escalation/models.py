"""Store escalation policies with their clauses, the follow-up frozen on each task, and the steps taken."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Indicator, Task
from tracker.documents.models import Document
from tracker.org.models import Post


class EscalationPolicy(models.Model):
    """Be one version of what a document says happens to whoever is late; the newest version is for tasks opened from now.

    A changed policy is a new version; what tasks froze stays as it was. `withdrawn_at` is set on every version when a
    policy that came `from_seed` left it: no task opens under it any more. `county` holds what the office has set itself
    where the clause sets nothing; a load of the seed lays it over what the seed says (`policies`).
    """

    key = models.SlugField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    document = models.ForeignKey(Document, models.PROTECT, related_name="policies")
    title = models.CharField(_("title"), max_length=200)
    note = models.TextField(blank=True)
    attaches = models.TextField(_("which commitments it is for"), blank=True)
    ahead = models.JSONField(null=True, blank=True, help_text=_("days before the date; empty for the defaults by size"))
    overdue = models.JSONField(default=list, help_text=_("pairs of working days after the date and the role reminded"))
    findings = models.JSONField(
        default=list,
        blank=True,
        help_text=_("what a named authority may decide on a fact of the clause, whatever the date"),
    )
    early_warning = models.JSONField(
        null=True, blank=True, help_text=_("what the clause says of indicators that are expected to miss")
    )
    county = models.JSONField(
        null=True, blank=True, help_text=_("what the office has set where the clause sets nothing")
    )
    from_seed = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ["key", "-version"]
        verbose_name = _("escalation policy")
        verbose_name_plural = _("escalation policies")
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="policy_version")]

    def __str__(self) -> str:
        return self.title


class EscalationStep(models.Model):
    """Be one rung of a policy, with the clause it rests on quoted verbatim."""

    policy = models.ForeignKey(EscalationPolicy, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=60)
    title = models.CharField(_("title"), max_length=200)
    action = models.CharField(max_length=16)
    to = models.CharField(max_length=24)
    body = models.CharField(max_length=120, blank=True)
    offset = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=8)
    after = models.CharField(max_length=14)
    notice = models.CharField(max_length=20, blank=True)
    asks_within = models.PositiveSmallIntegerField(null=True, blank=True)
    needs_finding = models.CharField(max_length=60, blank=True)
    needs_signature = models.BooleanField(default=False)
    signed_by = models.CharField(max_length=120, blank=True)
    interval_by = models.CharField(max_length=8, default="county")
    basis_clause = models.CharField(max_length=120, blank=True)
    basis_line = models.PositiveIntegerField(null=True, blank=True)
    basis_quote = models.TextField(blank=True)

    class Meta:
        ordering = ["policy", "position"]
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        constraints = [models.UniqueConstraint(fields=["policy", "key"], name="step_key")]

    def __str__(self) -> str:
        return self.title


class Ladder(models.Model):
    """Be one frozen set of reminders and steps, shared by all tasks that opened under it; never changed."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.JSONField()

    class Meta:
        verbose_name = _("ladder")
        verbose_name_plural = _("ladders")

    def __str__(self) -> str:
        return self.digest[:12]


class FollowUp(models.Model):
    """Hold the ladder frozen on a task when its follow-up opened.

    `version` rises, and `rebased_on` is set, only by the explicit, audited re-basing of a running task. `opened_on` is the
    civil day from which reminders count.
    """

    task = models.OneToOneField(Task, models.CASCADE, related_name="follow_up")
    policy = models.ForeignKey(EscalationPolicy, models.PROTECT, null=True, blank=True)
    ladder = models.ForeignKey(Ladder, models.PROTECT)
    version = models.PositiveSmallIntegerField(default=1)
    opened_on = models.DateField()
    rebased_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")

    def __str__(self) -> str:
        return f"{self.task} {self.policy or ''}"


class StepTaken(models.Model):
    """Record that a reminder or a step came due and was taken: the database is the memory, this row the promise.

    `key` is (task, due-date version, follow-up version, reminder or step); the item or notice it led to carries the same
    key. `due_on` is the day it came due, `taken_at` when the sweep recorded it. `effective_on` is empty for a proposal: one
    that a notice carries takes effect by its signature, another by the finding, which sets the day here. `superseded` marks
    a reminder that was overtaken by a later one before it could be said.
    """

    key = models.CharField(max_length=160, unique=True)
    task = models.ForeignKey(Task, models.PROTECT, related_name="steps_taken")
    due_version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=[("reminder", _("reminder")), ("step", _("escalation step"))])
    part = models.CharField(max_length=80)
    action = models.CharField(max_length=16)
    to = models.CharField(max_length=24)
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    taken_at = models.DateTimeField()
    effective_on = models.DateField(null=True)
    late = models.BooleanField(default=False)
    superseded = models.BooleanField(default=False)
    counting = models.JSONField(default=list)
    basis = models.TextField(blank=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="steps_taken")
    addressee = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["task", "taken_at", "id"]
        verbose_name = _("step taken")
        verbose_name_plural = _("steps taken")
        indexes = [
            models.Index(fields=["task", "due_version"], name="step_task"),
            models.Index(fields=["taken_at"], name="step_taken_at"),
        ]

    def __str__(self) -> str:
        return self.key


class Finding(models.Model):
    """Record that a person found what a step that speaks needs (“属于重大问题”), or found that it is not there.

    `finding` are the words of the policy, `reason` the facts it rests on, `by_post` the posts the person held that day.
    Found not to hold, a step may be found to hold later; found to hold, it took effect that civil day, once.
    """

    step = models.ForeignKey(StepTaken, models.PROTECT, related_name="findings")
    holds = models.BooleanField(_("holds"))
    finding = models.CharField(_("finding"), max_length=200)
    reason = models.TextField(_("reason for the finding"))
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    by_id = models.BigIntegerField(null=True)
    by_post = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["step", "id"]
        verbose_name = _("finding on a step")
        verbose_name_plural = _("findings on steps")
        constraints = [
            models.UniqueConstraint(fields=["step"], name="finding_holds_once", condition=models.Q(holds=True))
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.finding}"


class EarlyWarning(models.Model):
    """Be one turn of an indicator for the worse, as a clause on early warning speaks of it: proposed once, then decided.

    `turn` counts an indicator's turns; a turn that has ended stays ended, and the next has the next number. `trend` says
    how grave it was found, `conditions` which of the clause's words are met, `notes` why ([[code, {parameter: value}], …]),
    `value` and `day` on which actual value. `basis` and `policy` are the clause it rests on, frozen. Until somebody
    decides, `decision` is empty and nobody outside the office hears of it. `ended_at` is set, with the reason as a code,
    when the indicator is back on its path, has got worse (a new turn), or its day has come.
    """

    class Decision(models.TextChoices):
        SENT = "sent", _("sent to the unit")
        SET_ASIDE = "set_aside", _("set aside")

    class Ended(models.TextChoices):
        BACK = "back", _("back on its path")
        WORSE = "worse", _("got worse: a new warning")
        HORIZON = "horizon", _("its day has come")
        VOID = "void", _("the values or the clause it rested on no longer stand")

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="warnings")
    turn = models.PositiveSmallIntegerField()
    policy = models.ForeignKey(EscalationPolicy, models.PROTECT, related_name="warnings")
    trend = models.CharField(max_length=10)
    conditions = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    day = models.DateField(null=True)
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    basis = models.TextField()
    proposed_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_by_post = models.CharField(max_length=400, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    addressees = models.JSONField(default=list, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=10, choices=Ended.choices, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        verbose_name = _("early warning")
        verbose_name_plural = _("early warnings")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "turn"], name="early_warning_turn"),
            models.UniqueConstraint(
                fields=["indicator"], name="early_warning_one_open", condition=models.Q(ended_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["decision", "ended_at"], name="early_warning_open"),
            models.Index(fields=["decided_at"], name="early_warning_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.turn}"
