"""Answer the address of each deed on a task or a notice: GET with its form, POST by doing it.

Nothing typed is lost: what a service refuses comes back in the form, and so does what was sent on an outdated version.
What differs between the kinds of things deeds are done to is said once for each by a `Matter`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse

from tracker.audit.errors import Refusal, Stale, WrongState
from tracker.commitments.models import Task
from tracker.interfaces.web import keeping
from tracker.interfaces.web.forms.refusals import refused, stand_on
from tracker.interfaces.web.http import View, WebRequest, page, where_next
from tracker.interfaces.web.wording import Words
from tracker.notices.models import Notice

# What deeds are done to; both count how often they were changed.
Thing = TypeVar("Thing", Task, Notice)


@dataclass(frozen=True, slots=True)
class Deed(Generic[Thing]):
    """Be one thing that can be done to a task or a notice (`of`).

    `name` is the last part of its address, `verb` the move that must be open, `perform` calls the one service and returns
    what to tell the person. `one_click` deeds need nothing typed; `amend` names the deed that puts a slip right, with the
    words of its link. `first` ones are offered before the others, `quiet` ones after. `ends` tells that the thing is gone
    afterwards, so that its page cannot be shown.
    """

    name: str
    verb: Any
    title: Words
    button: Words
    form: type[Any]
    perform: Callable[[Thing, Any, dict[str, Any]], Words]
    one_click: bool = False
    first: bool = False
    quiet: bool = False
    ends: bool = False
    amend: tuple[str, Words] | None = None
    of: str = "task"

    @property
    def route(self) -> str:
        """Return the name of its address."""
        return f"{self.of}_{self.name.replace('-', '_')}"

    def address(self, thing: Thing) -> str:
        """Return where it is done to one thing."""
        return reverse(f"web:{self.route}", args=[thing.pk])


class Matter(ABC, Generic[Thing]):
    """Say of one kind of things what their deeds need to know; `closed` is said of a deed that is not open now."""

    closed: Words

    @abstractmethod
    def found(self, request: WebRequest, pk: int) -> Thing:
        """Return the thing; raises `Http404` for none, `NotPermitted` for one that is not this person's to see."""

    @abstractmethod
    def refuse_strangers(self, request: WebRequest, deed: Deed[Thing], thing: Thing) -> None:
        """Say before anything is typed or read that a deed is not this person's; the service has the last word."""

    @abstractmethod
    def is_open(self, request: WebRequest, deed: Deed[Thing], thing: Thing) -> bool:
        """Tell whether the deed can be done to the thing as it stands."""

    @abstractmethod
    def form(self, request: WebRequest, deed: Deed[Thing], thing: Thing, *sent: Any) -> forms.Form:
        """Return the deed's form, bound to what was `sent` where something was."""

    @abstractmethod
    def show(
        self,
        request: WebRequest,
        deed: Deed[Thing],
        thing: Thing,
        form: forms.Form,
        *,
        status: int = 200,
        stale: str = "",
        restored: bool = False,
    ) -> HttpResponse:
        """Show the form with what has to be read before deciding; `stale` says that the thing changed meanwhile."""

    @abstractmethod
    def over(self, request: WebRequest, deed: Deed[Thing], thing: Thing, said: Words) -> HttpResponse:
        """Say what was done and go where it shows."""


def routes(under: str, deeds: Iterable[Deed[Thing]], matter: Matter[Thing]) -> list[URLPattern]:
    """Return one address for each deed, below the collection's own."""
    return [path(f"{under}/<int:pk>/{deed.name}/", _view(deed, matter), name=deed.route) for deed in deeds]


def _view(deed: Deed[Thing], matter: Matter[Thing]) -> View[[int]]:
    @page()
    def view(request: WebRequest, pk: int) -> HttpResponse:
        thing = matter.found(request, pk)
        matter.refuse_strangers(request, deed, thing)
        if request.method == "POST":
            return _do(request, deed, matter, thing)
        if not matter.is_open(request, deed, thing):
            raise WrongState(str(matter.closed))
        form = matter.form(request, deed, thing)
        form.initial["next"] = where_next(request, "")
        if before := keeping.kept(request):
            form.initial = {**form.initial, **before.initial()}
        return matter.show(request, deed, thing, form, restored=before is not None)

    return view


def _do(request: WebRequest, deed: Deed[Thing], matter: Matter[Thing], thing: Thing) -> HttpResponse:
    form = matter.form(request, deed, thing, request.POST, request.FILES)
    if not form.is_valid():
        return matter.show(request, deed, thing, form, status=422)
    by = {"by": request.actor, "now": request.now, "version": form.cleaned_data["version"]}
    try:
        said = deed.perform(thing, form, by)
    except Stale as error:
        # What was typed stays; the form now stands on the version that is shown, so it can be sent again knowingly.
        thing = matter.found(request, thing.pk)
        stand_on(form, version=thing.version)
        return matter.show(request, deed, thing, form, status=409, stale=str(error))
    except Refusal as error:
        return matter.show(request, deed, thing, form, status=refused(form, error))
    return matter.over(request, deed, thing, said)
