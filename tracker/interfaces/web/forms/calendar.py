"""Read which calendar a person wants to subscribe to."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.org.models import FeedToken


class SubscriptionForm(forms.Form):
    """Choose a scope as `kind:target`; `scopes` are the pairs of value and label the person may choose from."""

    scope = forms.ChoiceField(label=_("calendar of"))
    label = forms.CharField(
        label=_("name for yourself"),
        required=False,
        max_length=200,
        help_text=_("For example the phone or the program it is for, so that you know later which one to end."),
    )
    as_todo = forms.BooleanField(
        label=_("as to-dos instead of events"), required=False, help_text=_("Only some programs show to-dos.")
    )
    alarms = forms.BooleanField(
        label=_("with alarms"),
        required=False,
        help_text=_("Many programs ignore alarms; reminders come by message in any case."),
    )

    def __init__(self, *args: object, scopes: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]

    def scope_and_target(self) -> tuple[FeedToken.Scope, str]:
        kind, _separator, target = self.cleaned_data["scope"].partition(":")
        return FeedToken.Scope(kind), target

    def name(self) -> str:
        """Return the subscription's name: the person's own, else that of its scope."""
        return self.cleaned_data["label"] or str(dict(self.fields["scope"].choices)[self.cleaned_data["scope"]])  # type: ignore[attr-defined]
