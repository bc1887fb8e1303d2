"""Read early warnings: proposed, decided, ended; each function says who may see what it returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from tracker.audit.actors import Actor, Role
from tracker.commitments.models import Commitment, CommitmentUnit, Indicator
from tracker.commitments.selectors.indicators import visible_indicators
from tracker.commitments.selectors.visible import SEES_ALL
from tracker.escalation.addressing import Address, AddressBook
from tracker.escalation.models import EarlyWarning
from tracker.org.models import Unit
from tracker.rules.civil import start_of_day
from tracker.rules.followup import Addressee
from tracker.rules.workdays import ONE_DAY


def early_warnings(units: Collection[Unit] | Collection[int], first: date, last: date) -> dict[int, list[EarlyWarning]]:
    """Return, by unit id, the early warnings that were sent to these units from `first` to `last`, oldest first.

    Both are civil days in Asia/Shanghai, inclusive, and mean the day of sending. Of what the software only proposed, and
    of what the office set aside, nothing is returned: a finding that nobody has decided on is no fact about a unit. A
    warning that has ended since stays in the period it was sent in. An indicator with several lead units counts for each.
    Units without one are left out of the answer. Two queries for any number of units; each row comes with its indicator,
    commitment and document. Who may see them is the caller's matter.
    """
    keys = {unit.pk if isinstance(unit, Unit) else unit for unit in units}
    leads = CommitmentUnit.objects.filter(unit__in=keys, role="lead")
    rows = list(
        with_sources(EarlyWarning.objects.all())
        .filter(
            Q(decided_at__gte=start_of_day(first)) & Q(decided_at__lt=start_of_day(last + ONE_DAY)),
            decision=EarlyWarning.Decision.SENT,
            indicator__commitment__in=leads.values("commitment"),
        )
        .order_by("decided_at", "pk")
    )
    by_commitment: dict[int, list[int]] = defaultdict(list)
    named = leads.filter(commitment__in={row.indicator.commitment_id for row in rows})
    for commitment, unit in named.order_by("position").values_list("commitment_id", "unit_id"):
        by_commitment[commitment].append(unit)
    found: dict[int, list[EarlyWarning]] = defaultdict(list)
    for row in rows:
        for unit in by_commitment[row.indicator.commitment_id]:
            found[unit].append(row)
    return dict(found)


def with_sources(warnings: QuerySet[EarlyWarning]) -> QuerySet[EarlyWarning]:
    """Return early warnings with the indicator, commitment, clause and document each speaks of, in the same query."""
    return warnings.select_related("indicator__commitment__document", "indicator__commitment__clause", "policy").defer(
        "indicator__commitment__clause__text"
    )


DECIDED = EarlyWarning.Decision
STATES: dict[str, Q] = {
    "proposed": Q(decision="", ended_at=None),
    "sent": Q(decision=DECIDED.SENT, ended_at=None),
    "set_aside": Q(decision=DECIDED.SET_ASIDE, ended_at=None),
    "cleared": Q(ended_at__isnull=False),
}


def visible_warnings(actor: Actor) -> QuerySet[EarlyWarning]:
    """Return the early warnings an actor may see.

    The supervision office, the county head and auditors see all; whoever heads or runs the office of the leading group
    that a document was set up for, those of its indicators. Everybody else sees what was sent, of the indicators they see:
    what is only proposed, or was set aside, concerns nobody beyond the office.
    """
    found = EarlyWarning.objects.all()
    if actor.roles & SEES_ALL:
        return found
    own = Q(decision=DECIDED.SENT, indicator__in=visible_indicators(actor).values("pk"))
    if actor.group_ids:
        own |= Q(indicator__commitment__document__leading_group__in=actor.group_ids)
    return found.filter(own)


def count_by_state(warnings: QuerySet[EarlyWarning]) -> dict[str, int]:
    """Return how many of these warnings stand in each of `STATES`, in one query."""
    counts = {name: Count("pk", filter=state) for name, state in STATES.items()}
    return dict(warnings.order_by().aggregate(**counts))


def to_decide(actor: Actor) -> int:
    """Return how many early warnings wait for the actor's decision."""
    if not actor.has(Role.SUPERVISION) and not actor.group_ids:
        return 0
    return visible_warnings(actor).filter(STATES["proposed"]).count()


def may_decide(warning: EarlyWarning, actor: Actor) -> bool:
    """Tell whether an actor may send a warning or set it aside; its policy, commitment and document are loaded.

    The supervision office may, and whoever heads, or runs the office of, the document's leading group or a body that the
    clause names for it.
    """
    if actor.has(Role.SUPERVISION):
        return True
    if not actor.group_ids:
        return False
    if warning.indicator.commitment.document.leading_group_id in actor.group_ids:
        return True
    block = warning.policy.early_warning or {}
    names = [block.get("decided_by", ""), block.get("copy_body", "")]
    bodies = Unit.objects.filter(name__in=[name for name in names if name])
    return bodies.filter(Q(pk__in=actor.group_ids) | Q(parent__in=actor.group_ids)).exists()


def warnings_of(indicator: Indicator, actor: Actor) -> list[EarlyWarning]:
    """Return an indicator's early warnings that the actor may see, the newest first."""
    return list(with_sources(visible_warnings(actor).filter(indicator=indicator)).order_by("-turn"))


def leads_of(warnings: Collection[EarlyWarning]) -> dict[int, list[Unit]]:
    """Return the lead units of the commitments these warnings speak of, by commitment id, in one query."""
    lines = CommitmentUnit.objects.filter(commitment__in={row.indicator.commitment_id for row in warnings}, role="lead")
    found: dict[int, list[Unit]] = defaultdict(list)
    for line in lines.select_related("unit").order_by("position"):
        found[line.commitment_id].append(line.unit)
    return dict(found)


def addresses_of(warning: EarlyWarning, *, on: date) -> list[tuple[Unit, Address]]:
    """Return whom a warning is for on a day, by the clause's block: for each lead unit, copies last.

    Where nobody is registered for a role of the unit, the supervision office's post stands under the name of the empty
    one; a copy that has nobody to go to is left out. The warning's policy, commitment and document are loaded.
    """
    assert warning.policy.early_warning is not None, "a warning is proposed only where its policy provides for one"
    block: Mapping[str, Any] = warning.policy.early_warning
    leads = leads_of([warning]).get(warning.indicator.commitment_id, [])
    copy_to, body = block.get("copy_to", ""), block.get("copy_body", "")
    book = AddressBook(leads, on=on, bodies=[body] if body else [])
    found = []
    for unit in leads:
        address = book.address(unit, Addressee(block["to"]))
        found.append((unit, address if address.post else Address(address.text, book.supervision)))
    if copy_to and leads:
        address = book.address(leads[0], Addressee(copy_to), body)
        if address.post is not None:
            found.append((leads[0], address))
    return found


def basis_of(block: Mapping[str, Any], commitment: Commitment) -> Mapping[str, Any]:
    """Return the clause a warning rests on: where a document holds two plans, that of the commitment's own plan."""
    also = block.get("also")
    plan = commitment.clause.label.split(" ")[0]
    if also and also["clause"].split(" ")[0] == plan and block["basis"]["clause"].split(" ")[0] != plan:
        return dict(also)
    return dict(block["basis"])
