"""Read the values and paths that people enter for indicators, and the filters of their list."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Indicator, IndicatorPath, IndicatorValue
from tracker.interfaces.web.forms.ledger import ANY
from tracker.interfaces.web.forms.tasks import DateInput, Text
from tracker.interfaces.web.trends import TRENDS
from tracker.rules.measure import said

NOT_A_NUMBER = _("Write a number, such as 97.5.")


def number_read(text: str, unit: str = "") -> Decimal | None:
    """Read a figure as a person writes it, full-width, with thousands or with its unit; None where it is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for ending in (unicodedata.normalize("NFKC", unit), unit.removeprefix("1")):
        if ending and plain.endswith(ending):
            plain = plain.removesuffix(ending).strip()
            break
    try:
        number = Decimal(plain.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


class Number(forms.CharField):
    """Be a figure in its indicator's unit."""

    def __init__(self, *, unit: str = "", **kwargs: Any) -> None:
        self.unit = unit
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "figure-input"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        number = number_read(text, self.unit)
        if number is None:
            raise forms.ValidationError(NOT_A_NUMBER)
        return number


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput, **kwargs)


class ValueForm(forms.Form):
    """Enter one value: the day it stands for, the figure, where it comes from."""

    day = _day(_("day it stands for"), help_text=_("For a yearly statistic the last day of its year."))
    value = Number(label=_("value"))
    source = forms.CharField(
        label=_("source of the figure"),
        max_length=300,
        help_text=_("A document number, the statistic's name, or a link."),
    )

    def __init__(self, *args: Any, indicator: Indicator, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs["max"] = today.isoformat()
        field = self.fields["value"]
        assert isinstance(field, Number)
        field.unit = indicator.unit
        if indicator.unit:
            field.help_text = gettext("In %(unit)s.") % {"unit": indicator.unit}


class CorrectForm(ValueForm):
    """Correct one value; the old one stays on record."""

    reason = Text(label=_("reason"), max_length=400, help_text=_("The old value stays on record beside it."))

    @classmethod
    def start_from(cls, value: IndicatorValue) -> dict[str, Any]:
        return {"day": value.day, "value": said(value.value), "source": value.source}


class ReasonForm(forms.Form):
    """Ask why."""

    reason = Text(label=_("reason"), max_length=400)


class NothingForm(forms.Form):
    """Ask nothing: what will be done stands above the button."""


class PathForm(forms.Form):
    """Set the expected path."""

    kind = forms.ChoiceField(
        label=_("shape"),
        widget=forms.RadioSelect,
        choices=[
            (IndicatorPath.Kind.LINEAR, _("even, upwards: from the baseline to the target")),
            (IndicatorPath.Kind.REDUCE, _("even, downwards: from the baseline to the target")),
            (IndicatorPath.Kind.STEP, _("in steps: holds, and jumps at each milestone")),
            (IndicatorPath.Kind.KEEP, _("kept on every day: the target holds throughout")),
        ],
    )
    baseline_on = _day(_("day of the baseline"), required=False)
    baseline = Number(label=_("baseline"), required=False, help_text=_("Not needed for a kept target."))
    milestones = Text(
        label=_("milestones"),
        required=False,
        help_text=_("For steps: one a line, day and value, such as 2024-12-31 85."),
    )
    reason = Text(label=_("reason"), max_length=400, help_text=_("What the path rests on, such as a yearly plan."))

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        self.indicator = indicator
        super().__init__(*args, **kwargs)
        field = self.fields["baseline"]
        assert isinstance(field, Number)
        field.unit = indicator.unit

    def clean_milestones(self) -> list[tuple[date, Decimal]]:
        found = []
        for line in self.cleaned_data["milestones"].splitlines():
            words = unicodedata.normalize("NFKC", line).split()
            if not words:
                continue
            try:
                day = date.fromisoformat(words[0])
            except ValueError:
                day = None
            value = number_read("".join(words[1:]), self.indicator.unit)
            if day is None or value is None:
                raise forms.ValidationError(
                    gettext("“%(line)s” is no day and value; write it like 2024-12-31 85.") % {"line": line.strip()}
                )
            found.append((day, value))
        return found


class TableForm(forms.Form):
    """Enter one statistic that holds values of many indicators: one day, one source, a figure for each that has one."""

    day = _day(_("day they stand for"), help_text=_("For a yearly statistic the last day of its year."))
    source = forms.CharField(
        label=_("source of the figure"),
        max_length=300,
        help_text=_("A document number, the statistic's name, or a link."),
    )

    def __init__(self, *args: Any, indicators: Sequence[Indicator], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs["max"] = today.isoformat()
        self.indicators = indicators
        for one in indicators:
            self.fields[self.name_of(one)] = Number(label=one.name, unit=one.unit, required=False)

    @staticmethod
    def name_of(indicator: Indicator) -> str:
        return f"value-{indicator.pk}"

    def given(self) -> list[tuple[Indicator, Decimal]]:
        """Return the indicators a figure was given for, with it."""
        found = ((one, self.cleaned_data.get(self.name_of(one))) for one in self.indicators)
        return [(one, number) for one, number in found if number is not None]


class FilterForm(forms.Form):
    """Hold the filters of the list of indicators; documents and units are pairs of address part and name."""

    document = forms.ChoiceField(label=_("document"), required=False)
    unit = forms.ChoiceField(label=_("lead unit"), required=False)
    trend = forms.ChoiceField(
        label=_("standing"), required=False, choices=[ANY, *((t, mark.words) for t, mark in TRENDS.items())]
    )

    def __init__(
        self, *args: Any, documents: Sequence[tuple[str, str]], units: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("document", documents), ("unit", units)):
            self.fields[name].choices = [ANY, *choices]  # type: ignore[attr-defined]
