"""Store quantified targets, the expected way to each, and the values reported for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models.commitment import Commitment
from tracker.org.models import Unit


class Indicator(models.Model):
    """Be the measure of a target: name, comparison, value, unit, as the clause states them.

    `withdrawn_at` is set when the row no longer names a measure; the values reported for it stay. `next_look_at` is only
    an index for the jobs: None means that nothing can change in how it stands before a value or a path is entered.
    """

    commitment = models.OneToOneField(Commitment, models.CASCADE, related_name="indicator")
    name = models.CharField(_("name"), max_length=160)
    op = models.CharField(max_length=2, choices=[(">=", "≥"), ("<=", "≤"), ("=", "=")])
    value = models.DecimalField(_("target"), max_digits=18, decimal_places=4)
    unit = models.CharField(_("unit of measure"), max_length=30, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    next_look_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["commitment__line"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        indexes = [
            models.Index(
                fields=["next_look_at", "id"],
                name="indicator_next_look",
                condition=models.Q(next_look_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorPath(models.Model):
    """Be the expected way to a target as somebody set it; a later one takes its place and leaves it on record.

    `milestones` are the jumps of a step path as [[ISO day, value as text], …], the target itself excluded.
    """

    class Kind(models.TextChoices):
        LINEAR = "linear", _("even, upwards")
        STEP = "step", _("in steps")
        KEEP = "keep_above", _("kept on every day")
        REDUCE = "reduce", _("even, downwards")

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="paths")
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(_("shape"), max_length=12, choices=Kind.choices)
    baseline_on = models.DateField(_("day of the baseline"), null=True, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=18, decimal_places=4, null=True, blank=True)
    milestones = models.JSONField(_("milestones"), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=400)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    by_post = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["indicator", "-version"]
        verbose_name = _("expected path")
        verbose_name_plural = _("expected paths")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "version"], name="indicator_path_version"),
            models.CheckConstraint(
                condition=models.Q(baseline_on__isnull=True, baseline__isnull=True)
                | models.Q(baseline_on__isnull=False, baseline__isnull=False),
                name="indicator_path_baseline_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.kind} v{self.version}"


class IndicatorValue(models.Model):
    """Be one actual value with the day it stands for, where it comes from, who entered it and when.

    Never changed: a correction is a row that `replaces` it, and `superseded_at` and what goes with it say when, by whom
    and why it stopped counting. Of the values that count there is one a day. `unit` is the unit it was entered for; None
    where the supervision office entered it.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="values")
    day = models.DateField(_("day it stands for"))
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4)
    source = models.CharField(_("source"), max_length=300)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    by_post = models.CharField(max_length=400, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="indicator_values")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.CharField(max_length=120, blank=True)
    superseded_why = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["day", "id"]
        verbose_name = _("indicator value")
        verbose_name_plural = _("indicator values")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "day"], name="indicator_day", condition=models.Q(superseded_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.day} {self.value}"
