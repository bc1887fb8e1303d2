"""Read how a document is repealed, replaced or amended, and why a recorded change is not made or is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Amendment, Commitment
from tracker.commitments.selectors.amending import DATED, AmendmentDraft, ProvisionDraft, standing_commitments
from tracker.documents.models import Document
from tracker.interfaces.web.forms.tasks import DateInput, Text

KINDS = (
    (Amendment.Kind.REPEAL, _("repeal: the whole document is no longer in force")),
    (Amendment.Kind.REPLACE, _("replacement: another document takes the place of the whole")),
    (Amendment.Kind.PROMISES, _("amendment: some promises end or get another date, the rest stays in force")),
)
ENDS, DATE = "end", "date"


@dataclass(frozen=True, slots=True)
class Line:
    """Be what the form asks about one promise; no new date for one that has no single day."""

    commitment: Commitment
    does: forms.BoundField
    due: forms.BoundField | None
    clause: forms.BoundField


class AmendmentForm(forms.Form):
    """Be one act that changes one document; `seen` is the digest of the preview that was looked at.

    For each promise that stands it asks what becomes of it: nothing, its end, or another date, and by which clause.
    """

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
        self.promises = list(standing_commitments(document))
        for row in self.promises:
            does = [("", _("stays")), (ENDS, _("ends"))]
            if row.kind in DATED:
                does.append((DATE, _("another date")))
                self.fields[f"due_{row.pk}"] = forms.DateField(
                    label=_("new date of “%(title)s”") % {"title": row.title}, required=False, widget=DateInput
                )
            named = {"title": row.title}
            self.fields[f"does_{row.pk}"] = forms.ChoiceField(
                label=_("what becomes of “%(title)s”") % named, choices=does, required=False
            )
            self.fields[f"clause_{row.pk}"] = forms.CharField(
                label=_("clause about “%(title)s”") % named, required=False, max_length=120
            )
        for name in self.fields:
            if name.startswith(("does_", "due_", "clause_")):
                self.fields[name].widget.attrs |= {"aria-label": self.fields[name].label, "class": "field-input"}

    def act(self) -> Iterator[forms.BoundField]:
        """Yield the fields about the act as a whole."""
        for field in self.visible_fields():
            if not field.name.startswith(("does_", "due_", "clause_")):
                yield field

    @cached_property
    def lines(self) -> list[Line]:
        """Return what is asked about each promise, in the order of the text."""
        return [
            Line(
                row,
                self[f"does_{row.pk}"],
                self[f"due_{row.pk}"] if row.kind in DATED else None,
                self[f"clause_{row.pk}"],
            )
            for row in self.promises
        ]

    def clean(self) -> dict[str, Any]:
        """Make sure that each promise says one thing: a date only, and always, where it gets another date."""
        data: dict[str, Any] = super().clean() or {}
        for row in self.promises:
            does, due = data.get(f"does_{row.pk}"), data.get(f"due_{row.pk}")
            field = f"due_{row.pk}"
            if field in self.errors:
                continue
            if does == DATE and due is None:
                self.add_error(field, _("Give the new date."))
            elif due is not None and does != DATE:
                self.add_error(field, _("Choose “another date” for this promise, or leave its date empty."))
        return data

    def draft(self) -> AmendmentDraft:
        """Return the act that was described; the form is valid."""
        data = self.cleaned_data
        whole = data["kind"] != Amendment.Kind.PROMISES
        return AmendmentDraft(
            document=self.document,
            kind=data["kind"],
            effective_on=data["effective_on"],
            words=data["words"],
            instrument=data["instrument"],
            instrument_text=data["instrument_text"],
            clause=data["clause"],
            provisions=() if whole else tuple(self._provisions()),
            late_too=data["late_too"],
        )

    def _provisions(self) -> Iterator[ProvisionDraft]:
        for row in self.promises:
            if self.cleaned_data[f"does_{row.pk}"]:
                yield ProvisionDraft(row, self.cleaned_data.get(f"due_{row.pk}"), self.cleaned_data[f"clause_{row.pk}"])


class CancelForm(forms.Form):
    """Ask why a recorded change is not made."""

    reason = Text(label=_("reason"), help_text=_("It stays on record beside the change."))


class WithdrawForm(CancelForm):
    """Ask why a change that has taken effect is taken back; `seen` is the digest of the preview that was looked at."""

    seen = forms.CharField(widget=forms.HiddenInput)
