"""Decide which tasks a person may see, and which moves are open to them on one."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from tracker.audit.actors import Actor, Role
from tracker.commitments.models import Assignment, Task
from tracker.rules import transitions
from tracker.rules.followup import State
from tracker.rules.transitions import Verb

SEES_ALL = frozenset({Role.SUPERVISION, Role.COUNTY_HEAD, Role.AUDITOR, Role.SYSTEM})


def visible_tasks(actor: Actor, *, withdrawn: bool = False) -> QuerySet[Task]:
    """Return the tasks an actor may see, without those withdrawn unless `withdrawn` asks for them too.

    The supervision office, the county head and auditors see all; a leader the tasks led by units of the portfolio; whoever
    heads a leading group, or runs its office, the tasks of the documents it was set up for; a liaison or unit head those
    in which the unit has a part. Others, administrators among them, see none.
    """
    tasks = Task.objects.all() if withdrawn else Task.objects.exclude(state=State.WITHDRAWN)
    if actor.roles & SEES_ALL:
        return tasks
    seen = Q(pk__in=[])
    if actor.portfolio_ids:
        seen |= Q(lead__in=actor.portfolio_ids)
    if actor.group_ids:
        seen |= Q(commitment__document__leading_group__in=actor.group_ids)
    if actor.unit_ids:
        seen |= Q(Exists(Assignment.objects.filter(task=OuterRef("pk"), unit__in=actor.unit_ids)))
    return tasks.filter(seen)


def open_moves(task: Task, actor: Actor, *, own_units: frozenset[int]) -> frozenset[Verb]:
    """Return what the actor could do to the task now, by role and state; the service has the last word.

    `own_units` are the actor's units that have a part in the task (ids).
    """
    state = State(task.state)
    return frozenset(verb for role in actor.roles_at(own_units) for verb in transitions.verbs(state, role))
