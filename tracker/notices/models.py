"""Store formal notices and the yearly sequences of their numbers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Task
from tracker.org.models import Post, Unit


class Series(models.Model):
    """Be a yearly sequence of notice numbers (稷督〔2023〕…号): gap-free, the row is locked to take one."""

    prefix = models.CharField(_("prefix"), max_length=20)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("series of numbers")
        verbose_name_plural = _("series of numbers")
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="series_year")]

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕"


class Notice(models.Model):
    """Be one formal notice: proposed by the sweep, edited and signed by people, frozen when issued."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        SIGNED = "signed", _("signed")
        ISSUED = "issued", _("issued")
        RECEIVED = "received", _("received")
        REPLIED = "replied", _("replied")
        CLOSED = "closed", _("closed")
        DISMISSED = "dismissed", _("dismissed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    key = models.CharField(max_length=260, unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    task = models.ForeignKey(Task, models.PROTECT, related_name="notices")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="notices")
    to_post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="notices")
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    basis = models.TextField(_("basis"))
    needs_finding = models.CharField(_("finding needed"), max_length=60, blank=True)
    finding = models.TextField(_("finding"), blank=True)
    finding_by = models.CharField(max_length=120, blank=True)
    asks_within = models.PositiveSmallIntegerField(null=True, blank=True)
    reply_by = models.DateField(null=True, blank=True)
    proposed_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=120, blank=True)
    signed_by_id = models.BigIntegerField(null=True, blank=True)
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    dismissed_why = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="notice_number_once")]

    def __str__(self) -> str:
        return self.title
