"""Read what a proposed duty is completed with, and why one is declined."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.documents.models import Document
from tracker.intake.services import DutyDraft
from tracker.interfaces.web.forms.tasks import DateInput, Text
from tracker.interfaces.web.forms.units import UnitBoxes
from tracker.org.models import Unit


class ProposalForm(forms.Form):
    """Be a proposed duty as the office completes it from the document."""

    document = forms.ModelChoiceField(
        Document.objects.none(), label=_("document"), empty_label=_("choose the document that makes the duty")
    )
    clause = forms.CharField(label=_("clause"), max_length=120, help_text=_("As the document numbers it: 二（三）."))
    quote = Text(
        label=_("quote"), help_text=_("The words that make the duty, copied from one paragraph; they are looked up.")
    )
    line = forms.IntegerField(
        label=_("line"), required=False, min_value=1, help_text=_("Only where the words stand more than once.")
    )
    phrase = forms.CharField(
        label=_("time expression"),
        required=False,
        max_length=200,
        help_text=_("As the document says it; the date is read from it. Empty for a duty without a date."),
    )
    title = forms.CharField(label=_("duty"), max_length=200)
    lead = forms.ModelMultipleChoiceField(Unit.objects.none(), label=_("lead unit"), widget=UnitBoxes)
    support = forms.ModelMultipleChoiceField(
        Unit.objects.none(), label=_("supporting units"), required=False, widget=UnitBoxes
    )
    each = forms.BooleanField(label=_("each lead unit owes it alone: one task a unit"), required=False)
    asks_report = forms.BooleanField(label=_("the clause asks for reports on it"), required=False)
    implied_from = forms.CharField(
        label=_("what the unit is taken from"),
        required=False,
        max_length=400,
        help_text=_("Only where the text does not name the unit."),
    )
    due = forms.DateField(
        label=_("day"), required=False, widget=DateInput, help_text=_("Only where the words do not give it.")
    )
    why_not = forms.CharField(label=_("what the day rests on"), required=False, max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "proposal-%s")
        super().__init__(*args, **kwargs)
        in_force = Document.objects.filter(repealed_on=None).defer("gazette__text")
        units = Unit.objects.filter(active=True)
        self.fields["document"].queryset = in_force  # type: ignore[attr-defined]
        for name in ("lead", "support"):
            self.fields[name].queryset = units  # type: ignore[attr-defined]

    def draft(self) -> DutyDraft:
        """Return the duty as completed; the form is valid."""
        data = dict(self.cleaned_data)
        lead, support = tuple(data.pop("lead")), tuple(data.pop("support"))
        document = Document.objects.select_related("gazette").get(pk=data.pop("document").pk)
        return DutyDraft(document=document, lead=lead, support=support, **data)


class DeclineForm(forms.Form):
    """Ask why a proposed duty is not registered."""

    reason = Text(label=_("reason"), help_text=_("Whoever proposed it reads this."))
