"""Store quantified targets and the values reported for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models.commitment import Commitment


class Indicator(models.Model):
    """Be the measure of a target: name, comparison, value, unit, as the clause states them.

    `withdrawn_at` is set when the row no longer names a measure; the values reported for it stay.
    """

    commitment = models.OneToOneField(Commitment, models.CASCADE, related_name="indicator")
    name = models.CharField(_("name"), max_length=160)
    op = models.CharField(max_length=2, choices=[(">=", "≥"), ("<=", "≤"), ("=", "=")])
    value = models.DecimalField(_("target"), max_digits=18, decimal_places=4)
    unit = models.CharField(_("unit of measure"), max_length=30, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ["commitment__line"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        return self.name


class IndicatorValue(models.Model):
    """Be one actual value with the day it stands for and where it comes from."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="values")
    day = models.DateField()
    value = models.DecimalField(max_digits=18, decimal_places=4)
    source = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        ordering = ["day"]
        verbose_name = _("indicator value")
        verbose_name_plural = _("indicator values")
        constraints = [models.UniqueConstraint(fields=["indicator", "day"], name="indicator_day")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.day} {self.value}"
