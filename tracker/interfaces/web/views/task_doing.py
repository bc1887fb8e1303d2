"""Say what deeds on tasks need to know: whose they are, what is read before deciding, where one goes afterwards."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import reselect, reswap, retarget

from tracker.audit.actors import NotPermitted
from tracker.commitments.models import Extension, Return, Task
from tracker.commitments.selectors import open_moves
from tracker.interfaces.web.forms import tasks as forms
from tracker.interfaces.web.http import WebRequest, done, where_next
from tracker.interfaces.web.views import doing
from tracker.interfaces.web.views.common import own_units, visible_task
from tracker.interfaces.web.views.deeds import BY_NAME, DEEDS
from tracker.interfaces.web.views.doing import Deed
from tracker.interfaces.web.wording import Words
from tracker.rules.transitions import MOVES, Verb


class TaskMatter(doing.Matter[Task]):
    """Be the matter of the deeds on tasks; their forms stand in a slot of the page, or alone."""

    closed = gettext_lazy("This cannot be done to the task as it stands. Open the task to see what can.")

    def found(self, request: WebRequest, pk: int) -> Task:
        return visible_task(request, pk)

    def refuse_strangers(self, request: WebRequest, deed: Deed[Task], thing: Task) -> None:
        units = own_units(thing, request.actor)
        if request.actor.roles_at(units).isdisjoint(MOVES[deed.verb].roles):
            raise NotPermitted(
                _("Your posts do not allow this on this task. Ask the unit's liaison or the supervision office.")
            )
        if deed.form.role == "lead" and not any(
            part.role == "lead" and part.unit_id in units for part in thing.assignments.all()
        ):
            raise NotPermitted(
                _("This is for the liaison or the head of the lead unit, %(unit)s.") % {"unit": thing.lead}
            )

    def is_open(self, request: WebRequest, deed: Deed[Task], thing: Task) -> bool:
        return deed.verb in open_moves(thing, request.actor, own_units=own_units(thing, request.actor))

    def form(self, request: WebRequest, deed: Deed[Task], thing: Task, *sent: Any) -> forms.TaskForm:
        form: forms.TaskForm = deed.form(*sent, task=thing, actor=request.actor, today=request.today)
        return form

    def show(
        self,
        request: WebRequest,
        deed: Deed[Task],
        thing: Task,
        form: Any,
        *,
        status: int = 200,
        stale: str = "",
        restored: bool = False,
    ) -> HttpResponse:
        context = _read_before(deed, thing) | {
            "task": thing,
            "deed": deed,
            "form": form,
            "action": deed.address(thing),
            "back": form["next"].value() or reverse("web:task", args=[thing.pk]),
            "stale": stale,
            "restored": restored,
        }
        if not request.htmx:
            return render(request, "web/deed.html", context, status=status)
        answer = render(request, "web/parts/deed_form.html", context, status=status)
        # The form asked for the page's content; what was refused goes back into the form's own place instead.
        return reselect(reswap(retarget(answer, f"#slot-{thing.pk}"), "innerHTML"), ".inset")

    def over(self, request: WebRequest, deed: Deed[Task], thing: Task, said: Words) -> HttpResponse:
        own = reverse("web:task", args=[thing.pk])
        afterwards = reverse("web:desk") if deed.ends else own
        target = where_next(request, afterwards)
        if deed.ends:
            return done(request, said, afterwards if target == own else target)
        return done(request, said, target, then=_afterwards(request, deed, thing, target))


def routes() -> list[URLPattern]:
    """Return one address for each deed on a task."""
    return doing.routes("tasks", DEEDS, TaskMatter())


def _afterwards(request: WebRequest, deed: Deed[Task], task: Task, target: str) -> tuple[Words, str] | None:
    """Return the link behind what was said: to put a slip right where that is open, else to the task."""
    task = visible_task(request, task.pk)
    if deed.amend:
        name, words = deed.amend
        better = BY_NAME[name]
        if better.verb in open_moves(task, request.actor, own_units=own_units(task, request.actor)):
            return words, better.address(task)
    address = reverse("web:task", args=[task.pk])
    return None if target.startswith(address) else (_("Open the task"), address)


def _read_before(deed: Deed[Task], task: Task) -> dict[str, Any]:
    """Return what has to be read before deciding: the request, the claim, or the report and its evidence."""
    match deed.verb:
        case Verb.AGREE_EXTENSION:
            return {"extension": forms.open_extension(task, Extension.State.REQUESTED)}
        case Verb.DECIDE_EXTENSION:
            return {"extension": forms.open_extension(task, Extension.State.AGREED)}
        case Verb.DECIDE_RETURN:
            return {"claim": task.returns.filter(state=Return.State.CLAIMED).select_related("unit").first()}
        case Verb.ACCEPT:
            return {"report": task.reports.prefetch_related("evidence").first()}
    return {}
