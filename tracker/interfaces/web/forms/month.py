"""Read from its address whose days a calendar shows; what cannot be read falls back to all that is one's work."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Assignment, Task
from tracker.commitments.selectors import calendar as selectors
from tracker.commitments.selectors.visible import SEES_ALL
from tracker.interfaces.web.forms.ledger import ANY
from tracker.interfaces.web.http import WebRequest
from tracker.org import selectors as org
from tracker.org.models import Post


class MonthForm(forms.Form):
    """Hold whose duties are shown and of which document; `whose` is a kind and what it names, as a subscription's scope."""

    whose = forms.ChoiceField(label=_("whose"), required=False)
    document = forms.ChoiceField(label=_("document"), required=False)

    def __init__(
        self, *args: object, whose: Iterable[object], documents: Iterable[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["whose"].choices = list(whose)  # type: ignore[attr-defined]
        self.fields["document"].choices = [ANY, *documents]  # type: ignore[attr-defined]

    def tasks(self, seen: QuerySet[Task], request: WebRequest) -> QuerySet[Task]:
        """Return those of the tasks in sight that are asked for."""
        self.is_valid()
        document = self.cleaned_data.get("document")
        if document:
            seen = seen.filter(commitment__document__slug=document)
        kind, _colon, target = (self.cleaned_data.get("whose") or _unasked(request)).partition(":")
        match kind:
            case "unit":
                return seen.filter(Exists(Assignment.objects.filter(task=OuterRef("pk"), unit__slug=target)))
            case "portfolio":
                posts = Post.objects.filter(key=target).values_list("pk", flat=True)
                return seen.filter(lead__in=org.portfolio_units(posts, on=request.today))
            case "county":
                return seen
        return selectors.of_scope(seen, request.actor)


def _unasked(request: WebRequest) -> str:
    """Return whose days are shown to whoever does not say: all of them where all may be seen, or else the person's own."""
    return "county:" if request.actor.roles & SEES_ALL else "mine:"
