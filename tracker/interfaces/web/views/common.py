"""Find what several pages speak of, for the person who asks."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted
from tracker.commitments.models import Task
from tracker.commitments.selectors import visible_tasks
from tracker.commitments.selectors.visible import SEES_ALL
from tracker.interfaces.web.http import WebRequest


def visible_task(request: WebRequest, pk: int) -> Task:
    """Return the task with its commitment, document, clause, lead and parts.

    Raises `Http404` when there is none, `NotPermitted` when it is not this person's to see.
    """
    # What was withdrawn is shown to whoever reads the whole county: somebody has to be able to say what became of it.
    tasks = visible_tasks(request.actor, withdrawn=bool(request.actor.roles & SEES_ALL)).select_related(
        "commitment__document__gazette", "commitment__clause", "lead", "blocker"
    )
    tasks = tasks.defer("ics", "commitment__document__gazette__text").prefetch_related("assignments__unit")
    task = tasks.filter(pk=pk).first()
    if task is not None:
        return task
    if Task.objects.filter(pk=pk).exists():
        raise NotPermitted(
            _("This task belongs to other units, or was withdrawn. Ask the supervision office if you need to see it.")
        )
    raise Http404


def own_units(task: Task, actor: Actor) -> frozenset[int]:
    """Return the ids of the actor's units that have a part in the task."""
    return frozenset(part.unit_id for part in task.assignments.all() if part.unit_id in actor.unit_ids)
