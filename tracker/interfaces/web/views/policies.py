"""Show what a document's policy does rung by rung, which tasks run under which version, and re-base a running one."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.audit.errors import Stale, WrongState
from tracker.commitments.models import Task
from tracker.commitments.selectors import visible_tasks
from tracker.escalation import running
from tracker.escalation.services import rebase
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.interfaces.web.naming import names_in, notes_of
from tracker.interfaces.web.navigation import OFFICE
from tracker.interfaces.web.views.common import visible_task
from tracker.interfaces.web.views.steps import title_of

PAGE = 50


@page()
def policy(request: WebRequest, key: str) -> HttpResponse:
    """Show a policy as a ladder with its clause beside each rung; counts are of tasks the reader may see."""
    one = running.policy_named(key)
    if one is None:
        raise Http404
    seen = visible_tasks(request.actor)
    older = Paginator(running.outdated(one, seen), PAGE).get_page(request.GET.get("page"))
    context = {
        "policy": one,
        "names": names_in(*notes_of([one])),
        "text": reverse("web:document", args=[one.document.slug]),
        "runs": running.runs_of(one, seen),
        "older": older,
        "may_rebase": request.actor.has(*OFFICE),
    }
    return render(request, "web/policy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(*OFFICE)
def rebasing(request: WebRequest, pk: int) -> HttpResponse:
    """Show what re-basing a task would change, and do it."""
    task = visible_task(request, pk)
    said = ""
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            rebase(task=task, by=request.actor, now=request.now, version=int(version) if version.isdecimal() else None)
            return done(request, _("The task now runs under the newest policy."), reverse("web:task", args=[task.pk]))
        except (Stale, WrongState) as error:
            said, task = str(error), visible_task(request, pk)
    return _show(request, task, said)


def _show(request: WebRequest, task: Task, said: str) -> HttpResponse:
    change = running.rebasing(task, now=request.now)
    context = {
        "task": task,
        "change": change,
        "ladders": [
            (heading, [(rung, title_of(rung.planned)) for rung in rungs])
            for heading, rungs in (
                (_("What comes next as it runs now"), change.now),
                (_("What comes next after re-basing"), change.then),
            )
        ]
        if change
        else [],
        "said": said,
    }
    return render(request, "web/rebasing.html", context, status=409 if said else 200)
