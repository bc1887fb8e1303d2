"""Answer the address of each deed: GET with its form, POST by doing it.

The form stands alone on a page, or is put in place by htmx. Nothing typed is lost: what a service refuses comes back in
the form, and so does what was sent on an outdated version.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django_htmx.http import reselect, reswap, retarget

from tracker.audit.actors import NotPermitted
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.commitments.models import Extension, Return, Task
from tracker.commitments.selectors import open_moves
from tracker.interfaces.web import keeping
from tracker.interfaces.web.forms import tasks as forms
from tracker.interfaces.web.http import View, WebRequest, done, page, where_next
from tracker.interfaces.web.views.common import own_units, visible_task
from tracker.interfaces.web.views.deeds import BY_NAME, DEEDS, Deed
from tracker.interfaces.web.wording import Words
from tracker.rules.transitions import MOVES, Verb


def routes() -> list[URLPattern]:
    """Return one address for each deed."""
    return [path(f"tasks/<int:pk>/{deed.name}/", _view(deed), name=deed.route) for deed in DEEDS]


def _view(deed: Deed) -> View[[int]]:
    @page()
    def view(request: WebRequest, pk: int) -> HttpResponse:
        task = visible_task(request, pk)
        _refuse_strangers(deed, task, request)
        if request.method == "POST":
            return _do(request, deed, task)
        if deed.verb not in open_moves(task, request.actor, own_units=own_units(task, request.actor)):
            raise WrongState(_("This cannot be done to the task as it stands. Open the task to see what can."))
        form = deed.form(task=task, actor=request.actor, today=request.today)
        form.initial["next"] = where_next(request, "")
        if before := keeping.kept(request):
            form.initial = {**form.initial, **before.initial()}
        return _show(request, deed, task, form, restored=before is not None)

    return view


def _refuse_strangers(deed: Deed, task: Task, request: WebRequest) -> None:
    """Say before anything is typed or read that a deed is not this person's; the service has the last word."""
    units = own_units(task, request.actor)
    if request.actor.roles_at(units).isdisjoint(MOVES[deed.verb].roles):
        raise NotPermitted(
            _("Your posts do not allow this on this task. Ask the unit's liaison or the supervision office.")
        )
    if deed.form.role == "lead" and not any(
        part.role == "lead" and part.unit_id in units for part in task.assignments.all()
    ):
        raise NotPermitted(_("This is for the liaison or the head of the lead unit, %(unit)s.") % {"unit": task.lead})


def _do(request: WebRequest, deed: Deed, task: Task) -> HttpResponse:
    form = deed.form(request.POST, request.FILES, task=task, actor=request.actor, today=request.today)
    if not form.is_valid():
        return _show(request, deed, task, form, status=422)
    by = {"by": request.actor, "now": request.now, "version": form.cleaned_data["version"]}
    try:
        said = deed.perform(task, form, by)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _show(request, deed, task, form, status=422)
    except Stale as error:
        # What was typed stays; the form now stands on the version that is shown, so it can be sent again knowingly.
        data = request.POST.copy()
        data["version"] = str(Task.objects.values_list("version", flat=True).get(pk=task.pk))
        form.data = data
        return _show(request, deed, visible_task(request, task.pk), form, status=409, stale=str(error))
    except WrongState as error:
        form.add_error(None, str(error))
        return _show(request, deed, task, form, status=409)
    afterwards = reverse("web:desk") if deed.ends else reverse("web:task", args=[task.pk])
    target = where_next(request, afterwards)
    if deed.ends:
        return done(request, said, afterwards if target == reverse("web:task", args=[task.pk]) else target)
    return done(request, said, target, then=_afterwards(request, deed, task, target))


def _afterwards(request: WebRequest, deed: Deed, task: Task, target: str) -> tuple[Words, str] | None:
    """Return the link behind what was said: to put a slip right where that is open, else to the task."""
    task = visible_task(request, task.pk)
    if deed.amend:
        name, words = deed.amend
        better = BY_NAME[name]
        if better.verb in open_moves(task, request.actor, own_units=own_units(task, request.actor)):
            return words, better.address(task)
    address = reverse("web:task", args=[task.pk])
    return None if target.startswith(address) else (_("Open the task"), address)


def _show(
    request: WebRequest,
    deed: Deed,
    task: Task,
    form: forms.TaskForm,
    *,
    status: int = 200,
    stale: str = "",
    restored: bool = False,
) -> HttpResponse:
    context = _matter(deed, task) | {
        "task": task,
        "deed": deed,
        "form": form,
        "action": deed.address(task),
        "stale": stale,
        "restored": restored,
    }
    if not request.htmx:
        return render(request, "web/deed.html", context, status=status)
    answer = render(request, "web/parts/deed_form.html", context, status=status)
    # The form asked for the page's content; what was refused goes back into the form's own place instead.
    return reselect(reswap(retarget(answer, f"#slot-{task.pk}"), "innerHTML"), ".inset")


def _matter(deed: Deed, task: Task) -> dict[str, Any]:
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
