"""Store a ledger somebody asked for as a file that takes too long to wait for."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from tracker.org.models import User


@deconstructible
class ExportStorage(FileSystemStorage):
    """Keep files that were taken out apart from uploads: they can be made anew, so no backup needs them."""

    @property
    def base_location(self) -> Any:
        return settings.TRACKER_EXPORT_DIR

    @property
    def location(self) -> str:
        return os.path.abspath(self.base_location)


class Export(models.Model):
    """Be one ledger to write as a file: who asked, for what, how far it is, and the file once it is there.

    `query` is the address it was asked by (filter, order, groups, columns), `said` the same in words, `columns` the keys of
    the further columns; all three are as they were when it was asked for. `rows_all` is unknown until the work has begun.
    `lease_until` is in real time. `why` says in the person's language why there is no file.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be made")
        MAKING = "making", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("could not be made")
        CANCELLED = "cancelled", _("cancelled")
        REMOVED = "removed", _("file removed")

    user = models.ForeignKey(User, models.PROTECT, related_name="exports")
    query = models.TextField(blank=True)
    said = models.TextField(blank=True)
    columns = models.JSONField(default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    rows_done = models.PositiveIntegerField(default=0)
    rows_all = models.PositiveIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField(_("asked for"))
    ended_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    file = models.FileField(storage=ExportStorage(), blank=True)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("ledger taken out")
        verbose_name_plural = _("ledgers taken out")
        indexes = [
            models.Index(fields=["user", "-asked_at"], name="export_user"),
            models.Index(fields=["asked_at"], name="export_open", condition=models.Q(state__in=["waiting", "making"])),
        ]

    def __str__(self) -> str:
        return self.file_name or self.said
