"""Ask by a form, show what would happen where that can be shown, and do it: how every change that is no deed is made.

The form stands in its slot on a page, put there by htmx, or on a page of its own. What would happen is found by doing it
and taking it back, so that nothing is shown that would then be refused. What a service refuses comes back in the form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.http import reselect, reswap, retarget

from tracker.audit.errors import Refusal, Stale
from tracker.interfaces.web.forms.refusals import refused, stand_on
from tracker.interfaces.web.http import WebRequest, done
from tracker.interfaces.web.parts import Act, Change, Changes, Fact, Preview
from tracker.interfaces.web.wording import Words

# Sent on by the preview: the person has seen what changes.
SURE = "sure"
# The hidden field that holds what the form was opened on.
SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Ask:
    """Be one question: its form, what stands around it, and what is done with the answer.

    `act` does it and returns the sentence to say, or a whole answer (a password that is shown once). `preview` says what
    changes; without one the form is acted on at once, and `ladders` are two courses of steps beside each other. `fields`
    maps a service's names of fields to the form's. `heading` is what the question is about, where the page is not headed
    by the question itself; `warning`, `facts` and the partial `matter` (drawn from `context`) are read before deciding.
    With a `slot` htmx puts the form there.
    """

    form: forms.Form
    title: Words
    button: Words
    back: str
    act: Callable[[], str | HttpResponse]
    heading: Words = ""
    note: Words = ""
    crumbs: Sequence[Act] = ()
    link: Act | None = None
    warning: Words = ""
    facts: Sequence[Fact] = ()
    matter: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    preview: Callable[[], list[Change]] | None = None
    ladders: Callable[[], list[Any]] | None = None
    slot: str = ""

    @property
    def next(self) -> Words:
        """Return the words of the form's button."""
        return self.button if self.preview is None else _("See what changes")


def answer(request: WebRequest, ask: Ask) -> HttpResponseBase:
    """Show the form; when it is sent show what it changes, and, when that was seen or nothing is to be seen, do it."""
    if request.method != "POST":
        return _form(request, ask)
    if not ask.form.is_valid():
        return _form(request, ask, status=422)
    sure = ask.preview is None or SURE in request.POST
    try:
        with transaction.atomic():
            said = ask.act()
            if not sure:
                transaction.set_rollback(True)
    except Refusal as error:
        status = refused(ask.form, error, fields=ask.fields)
        if isinstance(error, Stale) and SEEN in ask.form.initial:
            stand_on(ask.form, **{SEEN: ask.form.initial[SEEN]})
        return _form(request, ask, status=status)
    if not sure:
        return _preview(request, ask)
    return said if isinstance(said, HttpResponse) else done(request, said, ask.back)


def _form(request: WebRequest, ask: Ask, *, status: int = 200) -> HttpResponse:
    context = {"ask": ask, "form": ask.form, "action": request.path, **ask.context}
    if not (ask.slot and request.htmx):
        return render(request, "web/asked.html", context, status=status)
    shown = render(request, "web/parts/question.html", context, status=status)
    # The form asked for the page's content; what was refused goes back into the form's own place instead.
    return reselect(reswap(retarget(shown, f"#{ask.slot}"), "innerHTML"), ".inset")


def _preview(request: WebRequest, ask: Ask) -> HttpResponse:
    assert ask.preview is not None
    preview = Preview(
        Changes(ask.preview()), request.path, ask.button, ask.back, hidden=[*_typed(request.POST), (SURE, "1")]
    )
    context = {"ask": ask, "preview": preview, "ladders": ask.ladders() if ask.ladders else []}
    return render(request, "web/previewed.html", context)


def _typed(data: QueryDict) -> list[tuple[str, str]]:
    """Return a sent form's pairs of name and value, those of a repeated name too, but the token."""
    return [(name, value) for name, values in data.lists() if name != "csrfmiddlewaretoken" for value in values]
