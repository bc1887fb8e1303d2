"""Answer the address of a form that stands in its slot on a page, put there by htmx, or on a page of its own without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django_htmx.http import reselect, reswap, retarget

from tracker.audit.errors import Invalid, WrongState
from tracker.interfaces.web.http import WebRequest, done
from tracker.interfaces.web.wording import Words


@dataclass(frozen=True, slots=True)
class Question:
    """Be a form as it is asked: in which slot, under what title, sent where by which button, and where one came from.

    `matter` names a partial shown above the fields: what has to be read before deciding; `context` is for it.
    """

    slot: str
    title: Words
    heading: Words
    note: Words
    button: Words
    action: str
    back: str
    matter: str = ""
    context: dict[str, Any] = field(default_factory=dict)


def ask(request: WebRequest, question: Question, form: forms.Form, *, status: int = 200) -> HttpResponse:
    """Show the form with what was typed; what was refused goes back into the form's own slot."""
    context = {"question": question, "form": form, **question.context}
    if not request.htmx:
        return render(request, "web/asked.html", context, status=status)
    answer = render(request, "web/parts/question.html", context, status=status)
    return reselect(reswap(retarget(answer, f"#{question.slot}"), "innerHTML"), ".inset")


def answer(request: WebRequest, question: Question, form: forms.Form, perform: Callable[[], str]) -> HttpResponse:
    """Ask, or do what was asked and go back; what a service refuses comes back in the form."""
    if request.method != "POST":
        return ask(request, question, form)
    if not form.is_valid():
        return ask(request, question, form, status=422)
    try:
        said = perform()
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return ask(request, question, form, status=422)
    except WrongState as error:
        form.add_error(None, str(error))
        return ask(request, question, form, status=409)
    return done(request, said, question.back)
