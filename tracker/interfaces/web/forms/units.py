"""Choose units from all of the county by ticking them below their kinds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from tracker.org.models import UnitKind


class UnitBoxes(forms.CheckboxSelectMultiple):
    """Show one box a unit, for a `ModelMultipleChoiceField` of units in their own order, which keeps a kind together.

    Each choice tells its unit's kind as `data.kind`; `parts/field.html` makes a fold of each, filtered by typing where
    scripts run. The kinds come in the order of `UnitKind`, as on the page of the units; what is chosen stands first of
    its kind, for a long fold scrolls.
    """

    by_kind = True

    def options(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        order = {kind: place for place, kind in enumerate(UnitKind.values)}
        yield from sorted(
            super().options(name, value, attrs),
            key=lambda one: (order[one["value"].instance.kind], not one["selected"]),
        )

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["kind"] = UnitKind(value.instance.kind).label
        return option
