"""Store what was loaded and when, so that a second load knows what changed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SeedLoad(models.Model):
    """Record one applied load: the digest of the seed's files and what the plan held.

    `keys` lists, by noun, every row the seed held: a row that is in the last load and no longer in the seed has been removed
    from it, while a row the office added by hand was never in any.
    """

    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    keys = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("load of a seed")
        verbose_name_plural = _("loads of a seed")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.digest[:12]}"
