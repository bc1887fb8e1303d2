"""Turn policy rows into the frozen ladder that rules decide by, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from tracker.commitments.models import Kind, Task
from tracker.escalation.models import EscalationPolicy, EscalationStep
from tracker.rules import reminder
from tracker.rules.civil import civil_day
from tracker.rules.followup import Action, Addressee, After, Basis, CountingUnit, FollowUp, Step

# A document without an assessment clause gets reminders only: the liaison on the first working day after the date and
# every fifth after that, at most three times more; the unit head on the third.
REMINDERS_ONLY = ((1, Addressee.LIAISON), (3, Addressee.UNIT_HEAD), (5, Addressee.LIAISON), (10, Addressee.LIAISON))


def current_policies(keys: Iterable[str]) -> dict[str, EscalationPolicy]:
    """Return the newest version of each policy that is not withdrawn, with its steps loaded."""
    found: dict[str, EscalationPolicy] = {}
    wanted = {key for key in keys if key}
    standing = EscalationPolicy.objects.filter(key__in=wanted, withdrawn_at=None)
    for policy in standing.order_by("version").prefetch_related("steps"):
        found[policy.key] = policy
    return found


def content_for(task: Task, policy: EscalationPolicy | None) -> dict[str, Any]:
    """Return what is frozen when `task` opens under `policy` (None: reminders only), as JSON-able values.

    The days ahead follow the size of the promise unless the policy sets its own.
    """
    steps = policy.steps.all() if policy else ()
    return content_of(
        task,
        key=policy.key if policy else "",
        ahead=policy.ahead if policy else None,
        overdue=policy.overdue if policy else (),
        steps=steps,
    )


def content_of(
    task: Task, *, key: str, ahead: Sequence[int] | None, overdue: Sequence[Any], steps: Iterable[EscalationStep]
) -> dict[str, Any]:
    """Return what would be frozen on `task` under a policy of these settings, whether it is stored or not."""
    return {
        "policy": key,
        "ahead": list(_default_ahead(task) if ahead is None else ahead),
        "overdue": list(overdue) or [[days, to.value] for days, to in REMINDERS_ONLY],
        "steps": [step_content(step) for step in steps],
    }


def digest_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 hex digest that a ladder of this content is kept under."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def follow_up_of(content: dict[str, Any], version: int, rebased_on: date | None = None) -> FollowUp:
    """Return the value that `rules` decides by."""
    return FollowUp(
        policy=content["policy"],
        version=version,
        ahead=tuple(content["ahead"]),
        overdue=tuple((days, Addressee(to)) for days, to in content["overdue"]),
        steps=tuple(_step_value(step) for step in content["steps"]),
        rebased_on=rebased_on,
    )


def _default_ahead(task: Task) -> tuple[int, ...]:
    if task.due is None:
        return ()
    kind = Kind.RECURRING if task.period else Kind(task.commitment.kind)
    size = reminder.Size(task.commitment.weight) if task.commitment.weight else None
    return reminder.default_ahead(size or reminder.size_of(civil_day(task.opened_at), task.due, kind.value))


def step_content(step: EscalationStep) -> dict[str, Any]:
    """Return one rung as JSON-able values, in the shape of `tracker.rules.followup.Step`."""
    return {
        "key": step.key,
        "title": step.title,
        "action": step.action,
        "to": step.to,
        "offset": step.offset,
        "unit": step.unit,
        "after": step.after,
        "body": step.body,
        "notice": step.notice,
        "asks_within": step.asks_within,
        "needs_finding": step.needs_finding,
        "needs_signature": step.needs_signature,
        "signed_by": step.signed_by,
        "interval_by": step.interval_by,
        "basis": {"clause": step.basis_clause, "line": step.basis_line, "quote": step.basis_quote}
        if step.basis_quote
        else None,
    }


def _step_value(content: dict[str, Any]) -> Step:
    basis = content["basis"]
    return Step(
        key=content["key"],
        title=content["title"],
        action=Action(content["action"]),
        to=Addressee(content["to"]),
        offset=content["offset"],
        unit=CountingUnit(content["unit"]),
        after=After(content["after"]),
        body=content["body"],
        notice=content["notice"],
        asks_within=content["asks_within"],
        needs_finding=content["needs_finding"],
        needs_signature=content["needs_signature"],
        signed_by=content["signed_by"],
        interval_by=content["interval_by"],
        basis=Basis(basis["clause"], basis["line"], basis["quote"]) if basis else None,
    )
