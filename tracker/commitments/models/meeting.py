"""Store the sheets that were kept before meetings, as they read then."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.org.models import Unit


class KeptSheet(models.Model):
    """Be a unit's sheet before one meeting, frozen: database triggers refuse update and delete.

    `facts` hold its lists as they were: promises, late, soon, closed, each row with the id of its task, its title, its
    clause and the days and words that stood there. `day` is the civil day they are of.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="kept_sheets")
    meeting = models.CharField(_("meeting"), max_length=160)
    held_on = models.DateField(_("day of the meeting"))
    day = models.DateField()
    since = models.DateField()
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    by_post = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-held_on", "-pk"]
        verbose_name = _("kept sheet")
        verbose_name_plural = _("kept sheets")
        indexes = [models.Index(fields=["unit", "-held_on"], name="kept_sheet_unit")]

    def __str__(self) -> str:
        return f"{self.unit} {self.meeting} {self.held_on}"
