"""Compose what the two commands about a seed do: read and check it, plan and apply it, policies included.

Intake and escalation do not know each other, so the policies that one reads become the drafts of the other here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from tracker.audit.actors import Actor
from tracker.audit.registers import Change, Differences, Verb
from tracker.escalation.policies import PolicyDraft, apply_policies, plan_policies
from tracker.intake.checking import check_seed
from tracker.intake.faults import BadSeed, Fault
from tracker.intake.planning import Plan, plan_seed
from tracker.intake.reading import read_seed
from tracker.intake.rows import FindingRow, PolicyRow, Seed, WarningRow
from tracker.intake.services import Loaded, Say, apply_plan
from tracker.rules.workdays import WorkdayCalendar

SIGNS = {Verb.ADDED: "+", Verb.CHANGED: "~", Verb.WITHDRAWN: "-"}
LONG = 80


@dataclass(frozen=True, slots=True)
class WholePlan:
    """Hold what loading a seed would change, the policies beside the rest."""

    plan: Plan
    policies: Differences

    @property
    def differences(self) -> tuple[Differences, ...]:
        """Return the changes of every noun."""
        return (*self.plan.differences, self.policies)

    @property
    def changes_anything(self) -> bool:
        """Tell whether applying it would change a row."""
        return any(one.changes for one in self.differences)


def directory(given: str | None) -> Path:
    """Return the seed's directory: the one given, or the setting's."""
    return Path(given or settings.TRACKER_SEED_DIR)


def read(root: Path) -> tuple[Seed, tuple[Fault, ...]]:
    """Return the seed with everything that is wrong with it."""
    seed = read_seed(root)
    return seed, check_seed(seed, WorkdayCalendar.china())


def plan(root: Path) -> WholePlan:
    """Return what loading the seed would change. Raises `BadSeed` with every fault when it may not be loaded."""
    seed, faults = read(root)
    if faults:
        raise BadSeed(faults)
    return WholePlan(plan_seed(seed), plan_policies(_drafts(seed)))


@transaction.atomic
def apply(whole: WholePlan, *, by: Actor, now: datetime, say: Say) -> Loaded:
    """Load everything the plan holds, in one transaction."""
    loaded = apply_plan(plan=whole.plan, by=by, now=now, say=say)
    if whole.policies.changes:
        say(f"policies: {len(whole.plan.seed.policies)} files")
        apply_policies(drafts=_drafts(whole.plan.seed), by=by, now=now)
    return loaded


def counted(seed: Seed) -> Iterator[str]:
    """Yield one line for each document with its commitments by kind, and their sum."""
    together = 0
    for gazette in seed.gazettes:
        for document in gazette.documents:
            counts = document.counts()
            together += sum(counts.values())
            kinds = ", ".join(f"{kind} {number}" for kind, number in counts.items())
            yield f"  {document.slug:<24}{sum(counts.values()):>4}  {kinds or 'none: ' + document.why_empty[:40] + '…'}"
    yield f"  {'together':<24}{together:>4}"


def said(differences: Differences, *, whole: bool) -> Iterator[str]:
    """Yield what one noun's rows would go through: a line of counts, then the changes, old value and new.

    Added rows are listed only when `whole`; changed and withdrawn ones always.
    """
    counts = ", ".join(f"{differences.count(verb)} {verb.value}" for verb in Verb)
    yield f"{differences.noun}: {counts}, {differences.unchanged} unchanged"
    for change in differences.changes:
        if whole or change.verb is not Verb.ADDED:
            yield from _said(change)


def how_many(faults: Sequence[Fault]) -> str:
    """Say how many faults there are."""
    return "1 fault" if len(faults) == 1 else f"{len(faults)} faults"


def _said(change: Change) -> Iterator[str]:
    name = change.key if change.text in ("", change.key) else f"{change.key} {change.text}"
    yield f"  {SIGNS[change.verb]} {name}"
    for one in change.fields:
        yield f"      {one.name}: {_short(one.old)} → {_short(one.new)}"


def _short(value: Any) -> str:
    text = "nothing" if value in (None, "", []) else str(value)
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def _drafts(seed: Seed) -> list[PolicyDraft]:
    return [_draft(row) for row in seed.policies]


def _draft(row: PolicyRow) -> PolicyDraft:
    return PolicyDraft(
        key=row.key,
        version=row.version,
        document=row.document,
        title=row.title,
        note=row.note,
        attaches=row.attaches,
        ahead=row.ahead,
        overdue=tuple((days, to.value) for days, to in row.follow_up.overdue),
        steps=row.follow_up.steps,
        findings=tuple(_finding(one) for one in row.findings),
        early_warning=_early_warning(row.early_warning) if row.early_warning else None,
    )


def _finding(row: FindingRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "title": row.title,
        "against": row.against,
        "decided_by": row.decided_by,
        "with": list(row.together),
        "grounds": row.grounds,
        "needs_finding": row.needs_finding,
        "signed_by": row.signed_by,
        "basis": asdict(row.basis),
        "note": row.note,
    }


def _early_warning(row: WarningRow) -> dict[str, Any]:
    return {
        "title": row.title,
        "attaches": row.attaches,
        "when": list(row.when),
        "action": row.action,
        "to": row.to,
        "copy_to": row.copy_to,
        "copy_body": row.copy_body,
        "decided_by": row.decided_by,
        "threshold_by": row.threshold_by,
        "basis": asdict(row.basis),
        "also": asdict(row.also) if row.also else None,
        "note": row.note,
    }
