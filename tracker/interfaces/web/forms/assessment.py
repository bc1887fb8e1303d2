"""Read from the address which period is assessed, as of which day and over which duties."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Certainty
from tracker.interfaces.web.forms.ledger import ANY
from tracker.interfaces.web.forms.tasks import DateInput
from tracker.rules.assessment import Period, quarter_of


class AssessmentForm(forms.Form):
    """Hold the period, the day it is judged by and the filters; what is missing or cannot be read is the usual.

    The usual period is the present quarter; a period is judged by its last day, or by today while it runs.
    """

    first = forms.DateField(label=_("from"), required=False, widget=DateInput)
    last = forms.DateField(label=_("through"), required=False, widget=DateInput)
    as_of = forms.DateField(label=_("as of the end of"), required=False, widget=DateInput)
    document = forms.ChoiceField(label=_("document"), required=False)
    leader = forms.ChoiceField(label=_("leader's portfolio"), required=False)
    certainty = forms.ChoiceField(label=_("certainty"), required=False, choices=[ANY, *Certainty.choices])

    def __init__(
        self, data: Any, *, documents: list[tuple[str, str]], leaders: list[tuple[str, str]], today: date
    ) -> None:
        super().__init__(data, auto_id="assessment-%s")
        self.today = today
        self.fields["document"].choices = [ANY, *documents]  # type: ignore[attr-defined]
        self.fields["leader"].choices = [ANY, *leaders]  # type: ignore[attr-defined]
        self.is_valid()
        usual = quarter_of(today)
        self.period = Period(self._given("first") or usual.first, self._given("last") or usual.last)
        self.judged_on: date = self._given("as_of") or max(min(self.period.last, today), self.period.first)
        # What is asked for stands in the fields, also where the address left it to the usual.
        self.data = {**dict(self.data.items()), **self.query}

    def _given(self, name: str) -> Any:
        return self.cleaned_data.get(name)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last, as_of = data.get("first"), data.get("last"), data.get("as_of")
        if first and last and first > last:
            self.add_error("last", _("The last day lies before the first one."))
            data.pop("first", None)
        if as_of and as_of > self.today:
            self.add_error("as_of", _("What will be so on a day to come is not known; choose today or an earlier day."))
        return data

    @property
    def query(self) -> dict[str, str]:
        """Return the parameters of the address that ask for the same again."""
        values = {
            "first": self.period.first.isoformat(),
            "last": self.period.last.isoformat(),
            "as_of": self.judged_on.isoformat(),
        }
        return values | {name: self._given(name) for name in ("document", "leader", "certainty") if self._given(name)}
