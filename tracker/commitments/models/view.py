"""Store the ledger's saved views: what somebody asks for again and again, under a name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.org.models import User


class LedgerView(models.Model):
    """Be one saved view of the ledger: its owner's alone, or shared by the office with everybody.

    `query` is the filter part of the address, url-encoded; `columns` the keys of the columns shown, empty for the usual
    ones. What a later release no longer knows is left out when the view is opened, and said.
    """

    owner = models.ForeignKey(User, models.PROTECT, related_name="ledger_views")
    shared = models.BooleanField(_("shared"), default=False)
    name = models.CharField(_("name"), max_length=40)
    query = models.TextField(blank=True)
    columns = models.JSONField(default=list, blank=True)
    group = models.CharField(max_length=20, blank=True)
    sort = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-shared", "name"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="ledger_view_own", condition=models.Q(shared=False)),
            models.UniqueConstraint(fields=["name"], name="ledger_view_shared", condition=models.Q(shared=True)),
        ]

    def __str__(self) -> str:
        return self.name


class FirstView(models.Model):
    """Name the view an account's ledger opens with."""

    user = models.OneToOneField(User, models.CASCADE, related_name="first_view")
    view = models.ForeignKey(LedgerView, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("view to open with")
        verbose_name_plural = _("views to open with")

    def __str__(self) -> str:
        return f"{self.user} {self.view}"
