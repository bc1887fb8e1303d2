"""Read what the ledger is asked for from its address; what cannot be read is said and left out, the rest still counts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Certainty, Kind, Responsibility
from tracker.commitments.selectors import ledger
from tracker.commitments.selectors.grouping import GROUPINGS
from tracker.interfaces.web.columns import COLUMNS, USUAL, Column, columns_of
from tracker.interfaces.web.forms.tasks import DateInput
from tracker.messaging import dates
from tracker.org import selectors as org

ANY = ("", _("any"))

STANDINGS = (
    ("", _("open")),
    ("overdue", _("overdue")),
    ("due_soon", _("due within a week")),
    ("running", _("running")),
    ("assigned", _("not acknowledged")),
    ("in_progress", _("in progress")),
    ("awaiting_review", _("awaiting review")),
    ("to_confirm", _("to be confirmed")),
    ("waiting", _("waiting for its event")),
    ("unnamed", _("not broken down yet")),
    ("undated", _("without a date")),
    ("suspended", _("suspended")),
    ("ended", _("ended")),
    ("closed", _("closed")),
    ("not_achieved", _("closed, not achieved")),
    ("all", _("all")),
)
WAITING_FOR = (
    ANY,
    ("acknowledgement", _("the unit's acknowledgement")),
    ("confirmation", _("the unit to say how it stands")),
    ("event", _("the event its date is counted from")),
    ("review", _("review by the supervision office")),
    ("agreement", _("the unit head's agreement to an extension")),
    ("extension", _("a decision on an extension")),
    ("return", _("a decision on a return")),
    ("other_unit", _("another unit")),
)
SORTS = (
    ("", _("due date, earliest first")),
    ("-due", _("due date, latest first")),
    ("unit", _("lead unit")),
    ("-unit", _("lead unit, last first")),
    ("document", _("document")),
    ("title", _("duty")),
    ("state", _("standing")),
    ("-percent", _("progress, most first")),
    ("percent", _("progress, least first")),
    ("-reported", _("last report, newest first")),
    ("reported", _("last report, oldest first")),
    ("-changed", _("last change")),
    ("-ended", _("ended, newest first")),
)
GROUPS = {
    "unit": _("lead unit"),
    "document": _("document"),
    "standing": _("standing"),
    "month": _("month"),
    "leader": _("leader"),
}


class LedgerForm(forms.Form):
    """Hold the filters; `documents`, `units` and `leaders` are pairs of address part and name to choose from."""

    q = forms.CharField(label=_("words"), required=False, max_length=100)
    standing = forms.ChoiceField(label=_("standing"), required=False, choices=STANDINGS)
    waiting_for = forms.ChoiceField(label=_("waits for"), required=False, choices=WAITING_FOR)
    document = forms.ChoiceField(label=_("document"), required=False)
    clause = forms.CharField(label=_("clause"), required=False, max_length=40)
    unit = forms.ChoiceField(label=_("unit, leading or supporting"), required=False)
    lead = forms.ChoiceField(label=_("lead unit"), required=False)
    support = forms.ChoiceField(label=_("supporting unit"), required=False)
    leader = forms.ChoiceField(label=_("leader's portfolio"), required=False)
    kind = forms.ChoiceField(label=_("kind"), required=False, choices=[ANY, *Kind.choices])
    certainty = forms.ChoiceField(label=_("certainty"), required=False, choices=[ANY, *Certainty.choices])
    responsibility = forms.ChoiceField(
        label=_("responsibility"), required=False, choices=[ANY, *Responsibility.choices]
    )
    due_from = forms.DateField(label=_("due from"), required=False, widget=DateInput)
    due_to = forms.DateField(label=_("due to"), required=False, widget=DateInput)
    changed_from = forms.DateField(label=_("changed from"), required=False, widget=DateInput)
    changed_to = forms.DateField(label=_("changed to"), required=False, widget=DateInput)
    ended_in = forms.IntegerField(
        label=_("ended in the year"), required=False, min_value=2000, max_value=2100, widget=forms.NumberInput
    )
    commitment = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: object,
        documents: list[tuple[str, str]],
        units: list[tuple[str, str]],
        leaders: list[tuple[str, str]],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, choices in (
            ("document", documents),
            ("unit", units),
            ("lead", units),
            ("support", units),
            ("leader", leaders),
        ):
            self.fields[name].choices = [ANY, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        for name in ("due", "changed"):
            first, last = data.get(f"{name}_from"), data.get(f"{name}_to")
            if first and last and first > last:
                self.add_error(f"{name}_to", _("The last day lies before the first one."))
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
            clause=data.get("clause") or "",
            waiting_for=data.get("waiting_for") or "",
            unit=data.get("unit") or "",
            lead=data.get("lead") or "",
            support=data.get("support") or "",
            leads=org.portfolio_units([int(leader)], on=today) if leader else None,
            standing=data.get("standing") or "open",
            due_from=data.get("due_from"),
            due_to=data.get("due_to"),
            changed_from=data.get("changed_from"),
            changed_to=data.get("changed_to"),
            ended_in=data.get("ended_in"),
            commitment=data.get("commitment"),
        )

    def chosen(self) -> list[tuple[str, str, str]]:
        """Return field, label and value in words of every filter that is set, for the line above the table."""
        self.is_valid()
        found = []
        for name, value in self.cleaned_data.items():
            if value in (None, "") or name == "commitment":
                continue
            field = self.fields[name]
            words = _named(field, value) if isinstance(field, forms.ChoiceField) else value
            if isinstance(value, date):
                words = dates.day(value, None)
            found.append((name, str(field.label), str(words)))
        return found


class DisplayForm(forms.Form):
    """Hold how the list is shown: its columns, its groups, its order. What is not known is left out and can be asked for."""

    col = forms.MultipleChoiceField(
        label=_("columns"),
        required=False,
        choices=[(column.key, column.label) for column in COLUMNS],
        widget=forms.CheckboxSelectMultiple,
    )
    group = forms.ChoiceField(
        label=_("group by"), required=False, choices=[("", _("nothing")), *((name, GROUPS[name]) for name in GROUPINGS)]
    )
    sort = forms.ChoiceField(label=_("order"), required=False, choices=SORTS)

    def __init__(self, data: QueryDict) -> None:
        asked = data.copy()
        known = {column.key for column in COLUMNS}
        columns = [key for key in data.getlist("col") if key in known]
        sort = data.get("sort") or ""
        sort = "" if sort == "due" else sort
        group = data.get("group") or ""
        self.lost = sorted(
            {*data.getlist("col")} - known
            | ({sort} if sort and sort not in ledger.SORTS else set())
            | ({group} if group and group not in GROUPINGS else set())
        )
        asked.setlist("col", columns or list(USUAL))
        asked["sort"] = sort if sort in ledger.SORTS else ""
        asked["group"] = group if group in GROUPINGS else ""
        super().__init__(asked, auto_id="display-%s")
        self.is_valid()

    @property
    def columns(self) -> list[Column]:
        return columns_of(self.cleaned_data["col"])

    @property
    def order(self) -> str:
        return self.cleaned_data["sort"] or "due"

    @property
    def grouping(self) -> str:
        return str(self.cleaned_data["group"])

    @property
    def chosen_columns(self) -> list[str]:
        """Return the keys of the columns, none where they are the usual ones."""
        keys = [column.key for column in self.columns]
        return [] if keys == list(USUAL) else keys


class ViewForm(forms.Form):
    """Ask for the name a view is kept under, and whether everybody shall have it."""

    name = forms.CharField(label=_("name of the view"), max_length=40)
    shared = forms.BooleanField(label=_("share it with everybody"), required=False)
    first = forms.BooleanField(label=_("open my ledger with it"), required=False)
    query = forms.CharField(required=False, widget=forms.HiddenInput, max_length=4000)

    def __init__(self, *args: Any, shares: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not shares:
            del self.fields["shared"]


def _named(field: forms.ChoiceField, value: str) -> object:
    choices: dict[str, object] = dict(field.choices)  # type: ignore[arg-type]
    return choices.get(value, value)
