"""Decide which tasks a subscription shows today, and whether its owner may still have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from tracker.audit.actors import Actor
from tracker.commitments.models import Assignment, Task
from tracker.commitments.selectors.visible import SEES_ALL, visible_tasks
from tracker.documents.models import Document
from tracker.org import selectors as org
from tracker.org.models import FeedToken, Post, Unit

Scope = FeedToken.Scope


@dataclass(frozen=True, slots=True)
class Content:
    """Hold whose calendar it is, in the county's words, and the tasks it is about, whatever their dates."""

    of: str
    tasks: QuerySet[Task]


def content(token: FeedToken, actor: Actor, *, today: date) -> Content | None:
    """Return what the subscription is about, or None when its owner no longer holds a post that may have it."""
    if not actor.roles:
        return None
    visible = visible_tasks(actor, withdrawn=True)
    match Scope(token.scope):
        case Scope.MINE:
            return Content("我的事项", _mine(visible, actor))
        case Scope.UNIT:
            return _unit(visible, actor, token.target)
        case Scope.PORTFOLIO:
            return _portfolio(visible, actor, token.target, today)
        case Scope.DOCUMENT:
            return _document(visible, actor, token.target)
        case Scope.COUNTY:
            return Content("全县", visible) if actor.roles & SEES_ALL else None


def _mine(visible: QuerySet[Task], actor: Actor) -> QuerySet[Task]:
    """Return the tasks of the units the person works for; a leader, who works for none, has what the leader answers for."""
    if actor.unit_ids:
        return visible.filter(_part_of(actor.unit_ids))
    if actor.roles & SEES_ALL:
        return visible.filter(lead__in=actor.portfolio_ids)
    return visible


def _unit(visible: QuerySet[Task], actor: Actor, slug: str) -> Content | None:
    unit = Unit.objects.filter(slug=slug).first()
    if unit is None or not (actor.roles & SEES_ALL or unit.pk in actor.unit_ids | actor.portfolio_ids):
        return None
    return Content(unit.name, visible.filter(_part_of({unit.pk})))


def _portfolio(visible: QuerySet[Task], actor: Actor, key: str, today: date) -> Content | None:
    post = Post.objects.filter(key=key, withdrawn_at=None).select_related("unit").first()
    if post is None:
        return None
    units = org.portfolio_units([post.pk], on=today)
    if not (actor.roles & SEES_ALL or (actor.portfolio_ids and units <= actor.portfolio_ids)):
        return None
    return Content(str(post), visible.filter(lead__in=units))


def _document(visible: QuerySet[Task], actor: Actor, slug: str) -> Content | None:
    document = Document.objects.filter(slug=slug).only("short").first()
    if document is None or not (actor.roles & SEES_ALL or actor.unit_ids or actor.portfolio_ids or actor.group_ids):
        return None
    return Content(document.short, visible.filter(commitment__document=document))


def _part_of(units: frozenset[int] | set[int]) -> Exists:
    return Exists(Assignment.objects.filter(task=OuterRef("pk"), unit__in=units))
