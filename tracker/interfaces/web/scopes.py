"""Decide over which duties an overview is drawn, who may open it, and how its figures open their lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.commitments.models import Task
from tracker.commitments.selectors import visible_tasks
from tracker.commitments.selectors.dashboard import countywide
from tracker.commitments.selectors.visible import SEES_ALL
from tracker.documents.models import Document
from tracker.org import selectors as org
from tracker.org.models import Unit
from tracker.rules.assessment import Period


@dataclass(frozen=True, slots=True)
class Scope:
    """Hold what an overview is of: its title, its tasks, and the parameters by which a list is asked for the same.

    `opens` is False where the reader may see the figures but not the lists behind them.
    """

    kind: str
    title: str
    tasks: QuerySet[Task]
    query: dict[str, str] = field(default_factory=dict)
    opens: bool = True
    unit: Unit | None = None
    document: Document | None = None

    def ledger(self, **query: object) -> str:
        """Return the address of the ledger's list behind a figure; empty where it is not the reader's to open."""
        return ledger_address(**{**self.query, **query}) if self.opens else ""

    def assessed(self, period: Period, *, as_of: date, outcome: str) -> str:
        """Return the address of the assessment's list behind a figure of a period."""
        if not self.opens:
            return ""
        asked = {"first": period.first.isoformat(), "last": period.last.isoformat(), "as_of": as_of.isoformat()}
        # The assessment tells a unit by the part it has.
        query = {"unit" if name == "lead" else name: value for name, value in self.query.items()}
        return f"{reverse('web:assessment_tasks')}?{urlencode(query | asked | {'outcome': outcome, 'role': 'sight'})}"

    def causes(self, cause: str) -> str:
        """Return the address of the list of what is late for one cause."""
        if not self.opens:
            return ""
        return f"{reverse('web:dashboard_causes')}?{urlencode({**self.query, 'cause': cause})}"


def ledger_address(**query: object) -> str:
    """Return the address of a list of the ledger."""
    return f"{_path_of('web:ledger')}?{urlencode({name: value for name, value in query.items() if value})}"


@cache
def _path_of(route: str) -> str:
    """Return the path of a route without arguments: an overview asks for the ledger's some two hundred times."""
    return reverse(route)


def own(actor: Actor) -> Scope:
    """Return everything the reader may see: the county, or a leader's portfolio."""
    if is_portfolio(actor):
        return Scope("own", _("My portfolio"), visible_tasks(actor))
    return Scope("county", _("The county's promises"), visible_tasks(actor))


def is_portfolio(actor: Actor) -> bool:
    """Tell whether what the reader sees is a portfolio, not the county."""
    return actor.has(Role.LEADER) and not actor.roles & SEES_ALL


def county(actor: Actor) -> Scope:
    """Return the whole county: for a leader the figures without their lists, which are other leaders' matter."""
    if not is_portfolio(actor):
        return own(actor)
    return Scope("county", _("The county's promises"), countywide(actor), opens=False)


def of_leader(actor: Actor, pk: int, *, today: date) -> Scope:
    """Return one leader's portfolio. Raises `Http404`, `NotPermitted`."""
    leader = next((one for one in org.leaders(on=today) if one.post.pk == pk), None)
    if leader is None:
        raise Http404
    if not actor.roles & SEES_ALL and not leader.unit_ids <= actor.portfolio_ids:
        raise NotPermitted(_("This is another leader's portfolio. Ask the supervision office if you need its figures."))
    title = _("Portfolio of %(name)s") % {"name": leader.holder or str(leader.post)}
    tasks = visible_tasks(actor).filter(lead__in=leader.unit_ids)
    return Scope("leader", title, tasks, {"leader": str(pk)})


def of_unit(actor: Actor, slug: str) -> Scope:
    """Return what one unit leads. Raises `Http404`, `NotPermitted`."""
    unit = Unit.objects.filter(slug=slug).first()
    if unit is None:
        raise Http404
    if not may_see_unit(actor, unit):
        raise NotPermitted(
            _("%(unit)s is not one you answer for. Ask the supervision office if you need its figures.")
            % {"unit": unit}
        )
    return Scope("unit", unit.name, visible_tasks(actor).filter(lead=unit), {"lead": unit.slug}, unit=unit)


def may_see_unit(actor: Actor, unit: Unit) -> bool:
    """Tell whether an actor may see a unit's figures: who sees all, its leader, its own people."""
    return bool(actor.roles & SEES_ALL) or unit.pk in actor.portfolio_ids | actor.unit_ids


def of_document(actor: Actor, slug: str) -> Scope:
    """Return what came of one document, as far as the reader may see it. Raises `Http404`."""
    document = Document.objects.filter(slug=slug).first()
    if document is None:
        raise Http404
    tasks = visible_tasks(actor).filter(commitment__document=document)
    return Scope("document", document.short, tasks, {"document": document.slug}, document=document)


def asked_for(actor: Actor, query: dict[str, str], *, today: date) -> Scope:
    """Return the scope that the parameters of an address name, the reader's own where they name none."""
    if query.get("leader", "").isdecimal():
        return of_leader(actor, int(query["leader"]), today=today)
    if query.get("lead"):
        return of_unit(actor, query["lead"])
    if query.get("document"):
        return of_document(actor, query["document"])
    return own(actor)
