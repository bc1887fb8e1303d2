"""Read what people say of a notice. A form knows the version of the notice it was opened on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.audit.actors import Actor
from tracker.documents.models import Document
from tracker.interfaces.web.forms.tasks import DateInput, Text
from tracker.notices.models import Kind, Notice
from tracker.notices.selectors import addressees, receipts
from tracker.org.models import Unit


class NoticeForm(forms.Form):
    """Be a form about one notice: the version it was opened on, and where to go afterwards."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, notice: Notice, actor: Actor, **kwargs: Any) -> None:
        self.notice, self.actor = notice, actor
        kwargs.setdefault("auto_id", "notice-%s")
        kwargs["initial"] = {"version": notice.version} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fit fields to the notice."""

    def shown(self) -> list[forms.BoundField]:
        """Return the fields a person sees."""
        return list(self.visible_fields())


class EditForm(NoticeForm):
    title = forms.CharField(
        label=_("title"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A line break here is a line break on paper."),
    )
    addressee = forms.CharField(label=_("addressee"), max_length=300, help_text=_("Without the colon."))
    body = forms.CharField(
        label=_("text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 18, "class": "manuscript"}),
        help_text=_(
            "One paragraph a line. 【认定】 is filled with what is found, 【期限】 with the day for the reply."
        ),
    )
    copies = forms.CharField(label=_("copies to"), max_length=300, required=False)
    reply_by = forms.DateField(label=_("reply by"), required=False, widget=DateInput)

    def prepare(self) -> None:
        notice = self.notice
        for name in ("title", "addressee", "body", "copies", "reply_by"):
            self.initial.setdefault(name, getattr(notice, name))
        if notice.asks_within:
            self.fields["reply_by"].help_text = _(
                "Left empty, it is counted when the notice is signed: %(days)d working days from the day after."
            ) % {"days": notice.asks_within}


class FindingForm(NoticeForm):
    holds = forms.TypedChoiceField(
        label=_("what was found"),
        choices=[("yes", _("It holds: the notice goes on")), ("no", _("It does not hold: the proposal is dismissed"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    finding = forms.CharField(
        label=_("the clause's words that apply"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Leave only the part that applies; it is printed."),
    )
    reason = Text(label=_("reason"), max_length=2000, help_text=_("Facts that a reader can check; it is printed."))
    measures = Text(label=_("what is decided"), max_length=2000, required=False)

    def prepare(self) -> None:
        self.initial.setdefault("finding", self.notice.finding or self.notice.needs_finding)
        self.initial.setdefault("reason", self.notice.finding_reason)
        self.initial.setdefault("measures", self.notice.measures)
        if self.notice.kind != Kind.DECISION:
            del self.fields["measures"]


class PlainForm(NoticeForm):
    """Ask for nothing but to be sure."""


class ReasonForm(NoticeForm):
    reason = Text(label=_("reason"), max_length=2000)


class OptionalReasonForm(NoticeForm):
    reason = Text(label=_("remark"), max_length=2000, required=False)

    def prepare(self) -> None:
        if self.notice.reply_by is not None:
            self.fields["reason"].help_text = _("Needed where a reply was asked for and none is on record.")


class _UnitForm(NoticeForm):
    """Ask which addressee it is about; one that is left is taken without asking."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("for the unit"), empty_label=None)

    def prepare(self) -> None:
        units = self.open_units()
        field = self.fields["unit"]
        field.queryset = Unit.objects.filter(pk__in=units)  # type: ignore[attr-defined]
        if len(units) == 1:
            field.widget = forms.HiddenInput()
            self.initial["unit"] = next(iter(units))

    def open_units(self) -> set[int]:
        """Return the units the actor may answer for: the own ones, or every addressee for those who keep the paper."""
        units = set(addressees(self.notice))
        own = units & self.actor.unit_ids
        return own or units

    @property
    def on_paper(self) -> bool:
        """Tell whether the actor enters what came on paper."""
        return not (set(addressees(self.notice)) & self.actor.unit_ids)


class ReceiptForm(_UnitForm):
    received_by = forms.CharField(label=_("signed for on paper by"), max_length=200)

    def prepare(self) -> None:
        super().prepare()
        if not self.on_paper:
            del self.fields["received_by"]

    def open_units(self) -> set[int]:
        return super().open_units() - receipts(self.notice)


class ReplyForm(_UnitForm):
    text = Text(label=_("reply"), help_text=_("What has been done, or what the document says."))
    reference = forms.CharField(label=_("number of the document"), max_length=300, required=False)

    def prepare(self) -> None:
        super().prepare()
        self.fields["reference"].required = self.on_paper


class BulletinForm(forms.Form):
    """Choose the period a bulletin is about, and maybe one document."""

    first = forms.DateField(label=_("from"), widget=DateInput)
    last = forms.DateField(label=_("through"), widget=DateInput)
    document = forms.ModelChoiceField(
        Document.objects.filter(commitments__isnull=False).distinct(),
        label=_("document"),
        required=False,
        empty_label=_("all documents"),
        to_field_name="slug",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "bulletin-%s")
        super().__init__(*args, **kwargs)
        quarter = (today.month - 1) // 3
        self.initial.setdefault("first", date(today.year, 3 * quarter + 1, 1))
        self.initial.setdefault("last", today)
        self.fields["document"].label_from_instance = lambda row: f"{row.number} {row.short}"  # type: ignore[attr-defined]


class LetterheadForm(forms.Form):
    """Set how a unit's notices are headed and numbered."""

    unit = forms.ModelChoiceField(
        Unit.objects.filter(active=True).order_by("name"), label=_("unit"), empty_label=_("choose a unit")
    )
    number_prefix = forms.CharField(label=_("prefix of its numbers"), max_length=10, help_text=_("For example 稷督."))
    head = forms.CharField(
        label=_("letterhead"),
        max_length=120,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What stands in red at the top; a line break is kept."),
    )


class VerifyForm(forms.Form):
    """Ask for what is printed on a paper."""

    number = forms.CharField(
        label=_("number"), max_length=60, widget=forms.TextInput(attrs={"placeholder": "稷督〔2023〕1号"})
    )
    code = forms.CharField(label=_("verification code"), max_length=20)


class GroundForm(forms.Form):
    """Propose a notice because a fact named by a clause is held to be there."""

    ground = forms.ChoiceField(label=_("what the clause provides for"), widget=forms.RadioSelect)
    reason = Text(label=_("facts"), max_length=2000, help_text=_("What the proposal rests on; the authority decides."))
