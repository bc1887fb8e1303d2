"""Store gazettes, documents, clauses, and the time expressions judged not to be commitments."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.org.models import Unit


class Gazette(models.Model):
    """Be one issue of the gazette with its whole text, unchanged, so that every quote can be checked."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("number"), max_length=60)
    total_number = models.PositiveIntegerField(_("running number"), null=True, blank=True)
    published_on = models.DateField(_("published on"))
    publisher = models.CharField(_("publisher"), max_length=120, blank=True)
    sha256 = models.CharField(max_length=64)
    text = models.TextField()

    class Meta:
        ordering = ["-published_on"]
        verbose_name = _("gazette")
        verbose_name_plural = _("gazettes")

    def __str__(self) -> str:
        return self.title


class Document(models.Model):
    """Be one document of a gazette; `first_line` and `last_line` are inclusive lines of its text."""

    gazette = models.ForeignKey(Gazette, models.PROTECT, related_name="documents")
    slug = models.SlugField(max_length=80, unique=True)
    number = models.CharField(_("document number"), max_length=60)
    title = models.CharField(_("title"), max_length=300)
    short = models.CharField(_("short title"), max_length=40)
    issuer = models.CharField(_("issuer"), max_length=120)
    issued_on = models.DateField(_("issued on"))
    first_line = models.PositiveIntegerField()
    last_line = models.PositiveIntegerField()
    why_empty = models.TextField(_("why it holds no commitment"), blank=True)
    note = models.TextField(_("note"), blank=True)
    leading_group = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("leading group")
    )
    attachments = models.JSONField(_("attachments"), default=list, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="supersedes")
    repealed_on = models.DateField(_("repealed on"), null=True, blank=True)

    class Meta:
        ordering = ["first_line"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Clause(models.Model):
    """Be one place of a document, under the number the document gives it, with the words of its line."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="clauses")
    label = models.CharField(_("clause"), max_length=120)
    line = models.PositiveIntegerField(_("line"))
    text = models.TextField(_("text"))

    class Meta:
        ordering = ["line"]
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        constraints = [models.UniqueConstraint(fields=["document", "label", "line"], name="clause_place")]

    def __str__(self) -> str:
        return f"{self.document.number} {self.label}"


class NotCommitment(models.Model):
    """Record a time expression that was read and judged not to be a commitment, with the reason."""

    gazette = models.ForeignKey(Gazette, models.CASCADE, related_name="not_commitments")
    line = models.PositiveIntegerField()
    phrase = models.CharField(max_length=400)
    reason = models.CharField(max_length=400)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ["line", "id"]
        verbose_name = _("time expression that is no commitment")
        verbose_name_plural = _("time expressions that are no commitments")
        constraints = [models.UniqueConstraint(fields=["gazette", "line", "phrase"], name="not_commitment_once")]

    def __str__(self) -> str:
        return f"{self.line} {self.phrase}"
