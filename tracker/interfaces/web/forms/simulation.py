"""Read what is to be simulated: a period, whose tasks, and how the units are assumed to behave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.interfaces.web.forms.tasks import DateInput
from tracker.rules.simulate import Behaviour

LONGEST = timedelta(days=366)
BEHAVIOURS = (
    (Behaviour.NOBODY_ACTS.value, _("nobody acts")),
    (Behaviour.ALL_ON_TIME.value, _("all is done on time")),
    (Behaviour.AS_HISTORY.value, _("as history was")),
)


class SimulationForm(forms.Form):
    """Hold the choices; the address carries them, so that a simulation can be passed on."""

    first = forms.DateField(label=_("from"), widget=DateInput)
    last = forms.DateField(label=_("through"), widget=DateInput)
    behaviour = forms.ChoiceField(label=_("assuming"), choices=BEHAVIOURS)
    document = forms.ChoiceField(label=_("document"), required=False)
    unit = forms.ChoiceField(label=_("lead unit"), required=False)
    unsigned = forms.BooleanField(label=_("proposals stay unsigned"), required=False)

    def __init__(
        self, data: Any, *, documents: Iterable[tuple[str, str]], units: Iterable[tuple[str, str]], today: date
    ) -> None:
        # A link may say only what it is about: what its address leaves out is the coming month with nobody acting.
        usual = {
            "first": today.isoformat(),
            "last": (today + timedelta(days=30)).isoformat(),
            "behaviour": Behaviour.NOBODY_ACTS.value,
        }
        super().__init__(usual | dict(data.items()), auto_id="filter-%s")
        for name, choices in (("document", documents), ("unit", units)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", gettext("all")), *choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", gettext("The period ends before it begins."))
        elif first and last and last - first > LONGEST:
            self.add_error("last", gettext("Choose a year at most."))
        return data
