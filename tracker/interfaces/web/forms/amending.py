"""Read how a document is repealed, replaced or amended, and why a recorded change is not made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Amendment, Commitment
from tracker.commitments.selectors.amending import AmendmentDraft, standing_commitments
from tracker.documents.models import Document
from tracker.interfaces.web.forms.tasks import DateInput, Text

KINDS = (
    (Amendment.Kind.REPEAL, _("repeal: the whole document is no longer in force")),
    (Amendment.Kind.REPLACE, _("replacement: another document takes the place of the whole")),
    (Amendment.Kind.END, _("some promises end, the rest stays in force")),
    (Amendment.Kind.DATE, _("some promises get another date")),
)


class AmendmentForm(forms.Form):
    """Be the change of one document; `seen` is the digest of the preview that was looked at."""

    kind = forms.ChoiceField(
        label=_("what happens"), choices=KINDS, widget=forms.RadioSelect, initial=Amendment.Kind.REPEAL
    )
    instrument = forms.ModelChoiceField(
        Document.objects.none(), label=_("by which document"), required=False, empty_label=_("not in the gazette")
    )
    instrument_text = forms.CharField(
        label=_("its number and title"),
        required=False,
        max_length=300,
        help_text=_("Only where it is not in the gazette."),
    )
    clause = forms.CharField(label=_("its clause"), required=False, max_length=120)
    words = Text(
        label=_("words that make the change"),
        help_text=_("As printed; they are shown as the reason on every duty they touch."),
    )
    effective_on = forms.DateField(label=_("day of effect"), widget=DateInput)
    commitments = forms.ModelMultipleChoiceField(
        Commitment.objects.none(),
        label=_("promises concerned"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for the two last kinds."),
    )
    new_due = forms.DateField(
        label=_("new date"), required=False, widget=DateInput, help_text=_("Only for another date.")
    )
    late_too = forms.BooleanField(
        label=_("also what was late before the day of effect"),
        required=False,
        help_text=_("Left out, what was owed while the document was in force stays owed."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        self.document = document
        kwargs.setdefault("auto_id", "amend-%s")
        super().__init__(*args, **kwargs)
        others = Document.objects.exclude(pk=document.pk).defer("gazette__text")
        self.fields["instrument"].queryset = others  # type: ignore[attr-defined]
        self.fields["commitments"].queryset = standing_commitments(document)  # type: ignore[attr-defined]
        self.fields["commitments"].label_from_instance = _labelled  # type: ignore[attr-defined]

    def draft(self) -> AmendmentDraft:
        """Return the change that was described; the form is valid."""
        data = self.cleaned_data
        return AmendmentDraft(
            document=self.document,
            kind=data["kind"],
            effective_on=data["effective_on"],
            words=data["words"],
            instrument=data["instrument"],
            instrument_text=data["instrument_text"],
            clause=data["clause"],
            commitments=tuple(data["commitments"]),
            new_due=data["new_due"],
            late_too=data["late_too"],
        )


class CancelForm(forms.Form):
    """Ask why a recorded change is not made."""

    reason = Text(label=_("reason"), help_text=_("It stays on record beside the change."))


def _labelled(row: Commitment) -> str:
    due = f"{row.due:%Y-%m-%d}" if row.due else row.get_kind_display()
    return f"{row.clause.label} {row.title}（{due}）"
