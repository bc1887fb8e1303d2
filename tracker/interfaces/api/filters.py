"""Read which rows a list is asked for. What a filter finds is decided by the ledger, as it is for the pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from tracker.commitments.models import Certainty, Kind, ProgressReport, Responsibility, Task
from tracker.commitments.models.task import STATE_LABELS
from tracker.commitments.selectors import ledger
from tracker.interfaces.api.common import instant
from tracker.org.models import Unit, UnitAlias
from tracker.rules.followup import State

DATES = ["%Y-%m-%d"]


class InstantField(forms.CharField):
    """Read an instant with its offset."""

    def to_python(self, value: Any) -> Any:
        """Return the instant in UTC."""
        text = super().to_python(value)
        try:
            return instant(text) if text else None
        except ValueError:
            raise forms.ValidationError(_("Give an instant with its offset, such as 2023-06-05T01:00:00Z.")) from None


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantFilter(filters.Filter):
    """Compare with an instant."""

    field_class = InstantField


class TaskFilters(filters.FilterSet):
    """Find tasks by what the ledger can find them by, and by state and change."""

    q = filters.CharFilter(
        max_length=100, help_text="Words in title, clause, quote, document or unit; all must be found."
    )
    document = filters.CharFilter(max_length=80, help_text="A document's slug.")
    unit = filters.CharFilter(max_length=80, help_text="The slug of a unit that leads or supports.")
    kind = filters.ChoiceFilter(choices=Kind.choices)
    certainty = filters.ChoiceFilter(choices=Certainty.choices)
    responsibility = filters.ChoiceFilter(choices=Responsibility.choices)
    standing = filters.ChoiceFilter(
        choices=[(name, name) for name in ledger.STANDINGS], help_text="Where it stands today."
    )
    state = filters.ChoiceFilter(choices=[(s.value, STATE_LABELS[s]) for s in State if s != State.WITHDRAWN])
    due_from = filters.DateFilter(input_formats=DATES, help_text="The first due date, inclusive.")
    due_to = filters.DateFilter(input_formats=DATES, help_text="The last due date, inclusive.")
    changed_since = InstantFilter(help_text="An instant with its offset; tasks changed then or later.")

    class Meta:
        model = Task
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Task]) -> QuerySet[Task]:
        """Return the tasks the ledger finds, on the civil day of the request."""
        asked: dict[str, Any] = self.form.cleaned_data
        query = ledger.Query(
            text=asked["q"],
            document=asked["document"],
            unit=asked["unit"],
            kind=asked["kind"],
            certainty=asked["certainty"],
            responsibility=asked["responsibility"],
            standing=asked["standing"] or "all",
            due_from=asked["due_from"],
            due_to=asked["due_to"],
        )
        found = ledger.found(queryset, query, today=self.request.today)
        if asked["state"]:
            found = found.filter(state=asked["state"])
        if asked["changed_since"]:
            found = found.filter(changed_at__gte=asked["changed_since"])
        return found


class ReportFilters(filters.FilterSet):
    """Find reports."""

    task = filters.NumberFilter(field_name="task", min_value=1, help_text="A task's id.")
    document = filters.CharFilter(field_name="task__commitment__document__slug", help_text="A document's slug.")
    unit = filters.CharFilter(field_name="unit__slug", help_text="The slug of the unit that reported.")
    kind = filters.ChoiceFilter(choices=ProgressReport.Kind.choices)
    since = InstantFilter(field_name="at", lookup_expr="gte", help_text="An instant with its offset.")
    until = InstantFilter(field_name="at", lookup_expr="lt", help_text="An instant; not included.")

    class Meta:
        model = ProgressReport
        fields: list[str] = []


class UnitFilters(filters.FilterSet):
    """Find units."""

    q = filters.CharFilter(method="named", max_length=100, help_text="Part of a name or of another spelling.")
    # Not the library's own filter for this: it takes a word it does not know for no question.
    active = extend_schema_field(OpenApiTypes.BOOL)(
        filters.TypedChoiceFilter(
            choices=[("true", "true"), ("false", "false")], coerce=lambda word: word == "true", help_text="In being."
        )
    )

    class Meta:
        model = Unit
        fields: list[str] = []

    def named(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Return units whose name or other spelling holds the words."""
        spelt = UnitAlias.objects.filter(name__icontains=value)
        return queryset.filter(Q(name__icontains=value) | Q(pk__in=spelt.values("unit")))
