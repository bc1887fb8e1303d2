"""Say what a document's clauses let a named authority decide when a fact is found, whatever the date of any task.

The software proposes none of this by itself: a person holds that the fact is there, and the authority decides.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tracker.commitments.models import Task
from tracker.escalation.ladders import current_policies
from tracker.notices.drafting.forms import kind_in
from tracker.notices.models import Kind
from tracker.org.models import Unit
from tracker.rules.followup import Basis


@dataclass(frozen=True, slots=True)
class Ground:
    """Be one such provision: what is found (`needs_finding`), against whom, and who decides and signs."""

    key: str
    title: str
    kind: Kind
    against: str
    needs_finding: str
    signed_by: str
    basis: Basis


def grounds_for(task: Task) -> tuple[Ground, ...]:
    """Return what the policy of the task's document provides for; empty where it has none."""
    key = task.commitment.policy_key
    policy = current_policies([key]).get(key) if key else None
    return tuple(_ground(entry) for entry in policy.findings) if policy else ()


def may_propose(task: Task, units: Collection[int]) -> bool:
    """Tell whether one of these units (ids) is an authority that a provision of the task's document names to decide."""
    names = {ground.signed_by for ground in grounds_for(task)}
    return bool(names) and Unit.objects.filter(pk__in=units, name__in=names).exists()


def meant(ground: Ground, task: Task) -> bool:
    """Tell whether the task's lead is among those the provision is against."""
    lead, units = task.lead, task.commitment.units
    return (
        ground.against == lead.name
        or units.filter(printed=ground.against).exists()
        or units.filter(unit__name=ground.against).exists()
        or lead.groups.filter(name=ground.against).exists()
    )


def _ground(entry: dict[str, object]) -> Ground:
    basis = entry["basis"]
    assert isinstance(basis, dict)
    title = str(entry["title"])
    return Ground(
        key=str(entry["key"]),
        title=title,
        kind=kind_in(title),
        against=str(entry["against"]),
        needs_finding=str(entry["needs_finding"]),
        signed_by=str(entry["signed_by"]),
        basis=Basis(str(basis["clause"]), int(basis["line"]), str(basis["quote"])),
    )
