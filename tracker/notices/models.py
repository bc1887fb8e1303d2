"""Store formal notices, what was done to each, the tasks they speak of, and the yearly sequences of their numbers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.commitments.models import Task
from tracker.documents.models import Document
from tracker.notices.life import State, Verb
from tracker.org.models import Post, Unit

STATE_LABELS = {
    State.PROPOSED: _("proposed"),
    State.TO_SIGN: _("to be signed"),
    State.SIGNED: _("signed"),
    State.ISSUED: _("issued"),
    State.RECEIVED: _("received"),
    State.REPLIED: _("replied to"),
    State.CLOSED: _("closed"),
    State.DISMISSED: _("dismissed"),
    State.WITHDRAWN: pgettext_lazy("notice", "withdrawn"),
}

VERB_LABELS = {
    Verb.PROPOSE: _("proposed"),
    Verb.EDIT: _("edited"),
    Verb.REFRESH: _("drafted anew"),
    Verb.FIND: _("finding recorded"),
    Verb.SUBMIT: _("handed in for signature"),
    Verb.SEND_BACK: _("sent back"),
    Verb.SIGN: _("signed and numbered"),
    Verb.ISSUE: _("issued"),
    Verb.RECEIVE: _("received"),
    Verb.REPLY: _("replied"),
    Verb.CLOSE: _("closed"),
    Verb.DISMISS: _("dismissed"),
    Verb.WITHDRAW: pgettext_lazy("notice", "withdrawn"),
    Verb.REPLACE: _("proposed anew"),
}


class Kind(models.TextChoices):
    """Name the kinds of notice; `drafting.forms` says how each is worded and laid out."""

    REMINDER = "reminder", _("letter of reminder")  # 提醒函
    URGING = "urging", _("letter of urging")  # 督促函
    SUPERVISION = "supervision", _("supervision notice")  # 督办通知书
    RECTIFICATION = "rectification", _("notice to rectify")  # 限期整改通知
    BULLETIN = "bulletin", _("bulletin")  # 通报
    COMPLETION = "completion", _("notice of completion")  # 办结通知
    DECISION = "decision", _("decision of an authority")  # 处理决定: holding back funds, ending a contract


class Letterhead(models.Model):
    """Say how a unit's notices are headed and numbered; a unit without one signs under its formal name.

    `head` is what stands in red at the top (发文机关标志), a line break in it kept; `prefix` the unit's short sign in its
    numbers (发文机关代字), followed by `next_prefix` from the civil year `next_year` on where that is set.
    """

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="letterhead")
    head = models.CharField(_("head"), max_length=120)
    prefix = models.CharField(_("prefix of its numbers"), max_length=20)
    next_prefix = models.CharField(_("prefix from a later year"), max_length=20, blank=True)
    next_year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["prefix"]
        verbose_name = _("letterhead")
        verbose_name_plural = _("letterheads")

    def __str__(self) -> str:
        return self.prefix

    def prefix_in(self, year: int) -> str:
        """Return the prefix of the numbers of a civil year."""
        return self.next_prefix if self.next_year is not None and year >= self.next_year else self.prefix


class Series(models.Model):
    """Be a yearly sequence of notice numbers (稷督〔2023〕…号): gap-free, for the row is locked to take one."""

    prefix = models.CharField(_("prefix"), max_length=20)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        ordering = ["-year", "prefix"]
        verbose_name = _("series of numbers")
        verbose_name_plural = _("series of numbers")
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="series_year")]

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕"


class Notice(models.Model):
    """Be one formal notice: proposed by the sweep or by hand, edited and signed by people, frozen when issued.

    `key` is unique: the same cause makes one notice. `step_key` is the key of the escalation step it comes from, empty for
    a notice made by hand; one that replaces a dismissed or withdrawn notice carries the same. `cause` says in the step's
    words what was proposed, `name` is the kind as it is printed (督促函). The text holds marks until it is signed
    (`drafting.marks`). `issuer` is missing when the clause names a body that is no registered unit; `issuer_name` is its
    formal name. `tells_standing` is False where it rests on a fact other than how the tasks stand. `as_of` is the civil
    day the figures are of, `asks_within` the working days given for a reply, counted from the day after signing, and
    `reply_by` the last of them, which an editor may set instead. `series`, `number` and `head` are set by signing and
    never change or go.
    """

    key = models.CharField(max_length=200, unique=True)
    step_key = models.CharField(max_length=160, blank=True, db_index=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    name = models.CharField(_("name of the notice"), max_length=20)
    state = models.CharField(
        _("state"), max_length=10, choices=[(s.value, STATE_LABELS[s]) for s in State], default=State.PROPOSED
    )
    tasks = models.ManyToManyField(Task, through="Matter", related_name="notices")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="notices")
    issuer = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="signed_notices")
    issuer_name = models.CharField(_("signed by"), max_length=120)
    to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="notices")
    to_post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="notices")
    addressee = models.CharField(_("addressee"), max_length=300)
    copies = models.CharField(_("copies to"), max_length=300, blank=True)
    title = models.CharField(_("title"), max_length=300)
    body = models.TextField(_("text"))
    cause = models.CharField(_("proposed for"), max_length=200, blank=True)
    basis_clause = models.CharField(max_length=120, blank=True)
    basis_quote = models.TextField(blank=True)
    tells_standing = models.BooleanField(default=True)
    as_of = models.DateField()
    needs_finding = models.CharField(_("finding needed"), max_length=200, blank=True)
    finding = models.CharField(_("finding"), max_length=300, blank=True)
    finding_reason = models.TextField(_("reason for the finding"), blank=True)
    measures = models.TextField(_("what is decided"), blank=True)
    asks_within = models.PositiveSmallIntegerField(_("working days for a reply"), null=True, blank=True)
    reply_by = models.DateField(_("reply by"), null=True, blank=True)
    proposed_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=120, blank=True)
    head = models.CharField(_("head"), max_length=120, blank=True)
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="notices")
    number = models.PositiveIntegerField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    code = models.CharField(_("verification code"), max_length=12, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="notice_number_once"),
            models.CheckConstraint(
                condition=models.Q(number__isnull=True, series__isnull=True, signed_at__isnull=True)
                | models.Q(number__isnull=False, series__isnull=False, signed_at__isnull=False),
                name="notice_numbered_when_signed",
            ),
        ]
        indexes = [models.Index(fields=["state", "-proposed_at"], name="notice_state")]

    def __str__(self) -> str:
        return self.heading

    @property
    def heading(self) -> str:
        """Return the title on one line."""
        return self.title.replace("\n", "")

    @property
    def of_period(self) -> bool:
        """Tell whether this is a bulletin of a period, on the tasks of several units."""
        return self.kind == Kind.BULLETIN and self.to_unit_id is None

    @property
    def basis(self) -> str:
        """Return the clause the notice rests on, with its document's number; empty where it rests on the duty alone."""
        if not self.basis_quote:
            return ""
        number = f"{self.document.number} " if self.document else ""
        return f"{number}{self.basis_clause}：{self.basis_quote}"

    @property
    def number_text(self) -> str:
        """Return the number as it is printed, 稷督〔2023〕1号; empty while there is none."""
        return f"{self.series}{self.number}号" if self.series_id and self.number else ""

    @property
    def code_text(self) -> str:
        """Return the verification code as it is printed, in fours."""
        return "-".join(self.code[place : place + 4] for place in range(0, len(self.code), 4))


class Matter(models.Model):
    """Be one task a notice speaks of, with its figures on the day they were taken.

    `days_late` and `workdays_late` count from the day after `due`; `standing` is the place of `rules.standing`. `listed`
    is False where the task is in the figures only: a bulletin of a period names those its clause lets it name.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="matters")
    task = models.ForeignKey(Task, models.PROTECT, related_name="matters")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="matters")
    position = models.PositiveSmallIntegerField()
    due = models.DateField(null=True)
    due_version = models.PositiveSmallIntegerField()
    standing = models.CharField(max_length=16)
    days_late = models.PositiveIntegerField(default=0)
    workdays_late = models.PositiveIntegerField(default=0)
    listed = models.BooleanField(default=True)

    class Meta:
        ordering = ["position"]
        verbose_name = _("matter of a notice")
        verbose_name_plural = _("matters of notices")
        constraints = [models.UniqueConstraint(fields=["notice", "task"], name="matter_once")]

    def __str__(self) -> str:
        return f"{self.notice} {self.task}"


class Deed(models.Model):
    """Record one thing done to a notice, by whom and in which post; `text` is the reason, finding or reply.

    `reference` is the number of a document, or a link, that goes with it; `unit` the addressee that received or replied.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deeds")
    verb = models.CharField(max_length=10, choices=[(verb.value, VERB_LABELS[verb]) for verb in Verb])
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="notice_deeds")
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    by_id = models.BigIntegerField(null=True)
    by_post = models.CharField(max_length=240, blank=True)
    text = models.TextField(blank=True)
    reference = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("deed")
        verbose_name_plural = _("deeds")

    def __str__(self) -> str:
        return f"{self.notice} {self.get_verb_display()}"
