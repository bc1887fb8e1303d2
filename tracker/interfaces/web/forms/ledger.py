"""Read what the ledger is asked for from its address; what cannot be read is said and left out, the rest still counts."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Certainty, Kind, Responsibility
from tracker.commitments.selectors import ledger
from tracker.interfaces.web.forms.tasks import DateInput
from tracker.org import selectors as org

ANY = ("", _("any"))

STANDINGS = (
    ("", _("open")),
    ("overdue", _("overdue")),
    ("running", _("running")),
    ("awaiting_review", _("awaiting review")),
    ("to_confirm", _("to be confirmed")),
    ("waiting", _("waiting for its event")),
    ("undated", _("without a date")),
    ("suspended", _("suspended")),
    ("ended", _("ended")),
    ("closed", _("closed")),
    ("not_achieved", _("closed, not achieved")),
    ("all", _("all")),
)
SORTS = (
    ("", _("due date, earliest first")),
    ("-due", _("due date, latest first")),
    ("unit", _("lead unit")),
    ("document", _("document")),
    ("-changed", _("last change")),
)


class LedgerForm(forms.Form):
    """Hold the filters; `documents`, `units` and `leaders` are pairs of address part and name to choose from."""

    q = forms.CharField(label=_("words"), required=False, max_length=100)
    standing = forms.ChoiceField(label=_("standing"), required=False, choices=STANDINGS)
    document = forms.ChoiceField(label=_("document"), required=False)
    unit = forms.ChoiceField(label=_("unit, leading or supporting"), required=False)
    lead = forms.ChoiceField(label=_("lead unit"), required=False)
    leader = forms.ChoiceField(label=_("leader's portfolio"), required=False)
    kind = forms.ChoiceField(label=_("kind"), required=False, choices=[ANY, *Kind.choices])
    certainty = forms.ChoiceField(label=_("certainty"), required=False, choices=[ANY, *Certainty.choices])
    responsibility = forms.ChoiceField(
        label=_("responsibility"), required=False, choices=[ANY, *Responsibility.choices]
    )
    due_from = forms.DateField(label=_("due from"), required=False, widget=DateInput)
    due_to = forms.DateField(label=_("due to"), required=False, widget=DateInput)
    ended_in = forms.IntegerField(
        label=_("ended in the year"), required=False, min_value=2000, max_value=2100, widget=forms.NumberInput
    )
    commitment = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    sort = forms.ChoiceField(label=_("order"), required=False, choices=SORTS)

    def __init__(
        self,
        *args: object,
        documents: list[tuple[str, str]],
        units: list[tuple[str, str]],
        leaders: list[tuple[str, str]],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, choices in (("document", documents), ("unit", units), ("lead", units), ("leader", leaders)):
            self.fields[name].choices = [ANY, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("due_from"), data.get("due_to")
        if first and last and first > last:
            self.add_error("due_to", _("The last day lies before the first one."))
        return data

    def query(self, *, today: date) -> ledger.Query:
        """Return what is asked for, without what could not be read."""
        self.is_valid()
        data = self.cleaned_data
        leader = data.get("leader")
        return ledger.Query(
            text=data.get("q") or "",
            document=data.get("document") or "",
            kind=data.get("kind") or "",
            certainty=data.get("certainty") or "",
            responsibility=data.get("responsibility") or "",
            unit=data.get("unit") or "",
            lead=data.get("lead") or "",
            leads=org.portfolio_units([int(leader)], on=today) if leader else None,
            standing=data.get("standing") or "open",
            due_from=data.get("due_from"),
            due_to=data.get("due_to"),
            ended_in=data.get("ended_in"),
            commitment=data.get("commitment"),
        )

    def chosen(self) -> list[tuple[str, str, str]]:
        """Return field, label and value in words of every filter that is set, for the line above the table."""
        self.is_valid()
        found = []
        for name, value in self.cleaned_data.items():
            if value in (None, "") or name in {"sort", "commitment"}:
                continue
            field = self.fields[name]
            words = _named(field, value) if isinstance(field, forms.ChoiceField) else value
            found.append((name, str(field.label), str(words)))
        return found


def _named(field: forms.ChoiceField, value: str) -> object:
    choices: dict[str, object] = dict(field.choices)  # type: ignore[arg-type]
    return choices.get(value, value)
