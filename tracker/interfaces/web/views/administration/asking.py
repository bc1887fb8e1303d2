"""Ask, show what would happen, and do it when somebody is sure: how every change in the administration is made.

What would happen is found by doing it and taking it back, so that nothing is shown that would then be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.audit.errors import Invalid
from tracker.interfaces.web.http import WebRequest, done
from tracker.interfaces.web.parts import Change, Fact
from tracker.interfaces.web.wording import Words

SURE = "sure"


@dataclass(frozen=True, slots=True)
class Crumb:
    """Be a step of the way back."""

    label: Words
    address: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Be one question: its form, the page around it, and what is done with the answer.

    `act` does it and returns the sentence to say, or a whole answer (a password that is shown once). `preview` says what
    changes; without one the form is acted on at once. `fields` maps a service's field names to the form's.
    """

    form: forms.Form
    title: Words
    button: Words
    back: str
    act: Callable[[], str | HttpResponse]
    crumbs: Sequence[Crumb] = ()
    note: Words = ""
    facts: Sequence[Fact] = ()
    preview: Callable[[], list[Change]] | None = None
    warning: Words = ""
    fields: dict[str, str] = field(default_factory=dict)
    target: str = ""
    before: Words = ""
    after: Words = ""
    columns: Callable[[], list[Any]] | None = None
    link: Crumb | None = None


class Typed:
    """Give a sent form's pairs of name and value to the form that sends them on, but the token."""

    def __init__(self, data: QueryDict) -> None:
        self._data = data

    def items(self) -> Iterator[tuple[str, str]]:
        """Return every pair, those of a repeated name too."""
        for name, values in self._data.lists():
            if name != "csrfmiddlewaretoken":
                yield from ((name, value) for value in values)
        yield SURE, "1"


def answer(request: WebRequest, ask: Ask) -> HttpResponseBase:
    """Show the form; on the way back show what it changes, and, when sure, do it."""
    if request.method != "POST":
        return _form(request, ask, 200)
    if not ask.form.is_valid():
        return _form(request, ask, 422)
    sure = ask.preview is None or SURE in request.POST
    try:
        with transaction.atomic():
            said = ask.act()
            if not sure:
                transaction.set_rollback(True)
    except Invalid as error:
        _refuse(ask, error.field, str(error))
        return _form(request, ask, 422)
    if not sure:
        return _preview(request, ask)
    return said if isinstance(said, HttpResponse) else done(request, said, ask.target or ask.back)


def _refuse(ask: Ask, field_name: str, sentence: str) -> None:
    name = ask.fields.get(field_name, field_name)
    ask.form.add_error(name if name in ask.form.fields else None, sentence)


def _form(request: WebRequest, ask: Ask, status: int) -> HttpResponse:
    context = {"ask": ask, "form": ask.form, "action": request.path, "button": _next(ask), "back": ask.back}
    return render(request, "web/administration/form.html", context, status=status)


def _next(ask: Ask) -> Words:
    return _("See what changes") if ask.preview is not None else ask.button


def _preview(request: WebRequest, ask: Ask) -> HttpResponse:
    assert ask.preview is not None
    changes = ask.preview()
    context = {
        "ask": ask,
        "changes": changes,
        "columns": ask.columns() if ask.columns else [],
        "hidden": list(Typed(request.POST).items()),
        "action": request.path,
    }
    return render(request, "web/administration/preview.html", context)


def crumbs(*further: tuple[Words, str]) -> list[Crumb]:
    """Return the way back from a page of the administration."""
    return [Crumb(_("Administration"), reverse("web:administration")), *(Crumb(*one) for one in further)]


def joined(names: Iterable[object]) -> str:
    """Join names as Chinese does; they are proper names."""
    return "、".join(str(name) for name in names)
