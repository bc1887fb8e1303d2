"""Put what a service refused into the form it was sent by: nothing typed is lost, the sentence stands where it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django import forms
from django.http import QueryDict

from tracker.audit.errors import Invalid, Refusal, Stale, WrongState


def refused(form: forms.Form, error: Refusal, *, fields: Mapping[str, str] | None = None) -> int:
    """Put a refusal into a bound form and return the status to answer with: 409 for the state of the matter, else 422.

    `fields` maps a service's names of fields to the form's; what belongs to no field stands above them all.
    """
    name = (fields or {}).get(error.field, error.field) if isinstance(error, Invalid) else None
    form.add_error(name if name in form.fields else None, str(error))
    return 409 if isinstance(error, Stale | WrongState) else 422


def stand_on(form: forms.Form, **values: object) -> None:
    """Let a form that was sent on an outdated state stand on the one that is shown now, so that it can be sent knowingly."""
    data = cast(QueryDict, form.data).copy()
    for name, value in values.items():
        data[name] = str(value)
    form.data = data
