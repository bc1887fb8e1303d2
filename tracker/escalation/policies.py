"""Keep the escalation policies as their source gives them: a policy that changed becomes a new version of itself.

A version that tasks may have frozen is never rewritten. Whether a policy rests on its clauses is checked before it comes
here; which version a task gets is decided by `ladders`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from tracker.audit.actors import Actor
from tracker.audit.registers import STANDS, Change, Differences, FieldChange, Values, Verb, differing
from tracker.audit.services import Act, act, record_many
from tracker.commitments.models import Indicator
from tracker.commitments.services import guard
from tracker.documents.models import Document
from tracker.escalation.ladders import step_content
from tracker.escalation.models import EscalationPolicy, EscalationStep
from tracker.rules.followup import Step

NOUN = "policy"


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """Be a policy before it is registered.

    `version` is the least number its next version may have. `ahead` are days before the due date, None for the defaults by
    size; `overdue` are pairs of working days after it and the role reminded. `findings` and `early_warning` are JSON-able.
    """

    key: str
    version: int
    document: str
    title: str
    note: str
    attaches: str
    ahead: tuple[int, ...] | None
    overdue: tuple[tuple[int, str], ...]
    steps: tuple[Step, ...]
    findings: tuple[Mapping[str, Any], ...] = ()
    early_warning: Mapping[str, Any] | None = None

    @property
    def text(self) -> str:
        return self.title

    def values(self) -> Values:
        return {
            "document": self.document,
            "title": self.title,
            "note": self.note,
            "attaches": self.attaches,
            "ahead": None if self.ahead is None else list(self.ahead),
            "overdue": [[days, to] for days, to in self.overdue],
            "steps": [asdict(step) for step in self.steps],
            "findings": [dict(one) for one in self.findings],
            "early_warning": dict(self.early_warning) if self.early_warning else None,
        }


def plan_policies(drafts: Sequence[PolicyDraft]) -> Differences:
    """Return what registering these policies would change; one that came from a seed and is not among them is withdrawn."""
    newest = _newest()
    return _differences([_laid_over(draft, newest.get(draft.key)) for draft in drafts], newest)


@transaction.atomic
def apply_policies(*, drafts: Sequence[PolicyDraft], by: Actor, now: datetime) -> Differences:
    """Register policies: new ones at their first version, changed ones as their next; record each change."""
    guard.registers(by)
    newest = _newest()
    drafts = [_laid_over(draft, newest.get(draft.key)) for draft in drafts]
    differences = _differences(drafts, newest)
    wanted = {draft.key: draft for draft in drafts}
    documents = {row.slug: row for row in Document.objects.filter(slug__in={draft.document for draft in drafts})}
    acts: list[Act] = []
    for change in differences.changes:
        if change.verb is Verb.WITHDRAWN:
            EscalationPolicy.objects.filter(key=change.key).update(withdrawn_at=now)
            row = newest[change.key]
        elif change.verb is Verb.CHANGED and all(one.name == STANDS for one in change.fields):
            row = newest[change.key]
            EscalationPolicy.objects.filter(pk=row.pk).update(withdrawn_at=None)
        else:
            draft = wanted[change.key]
            row = _create(draft, documents[draft.document], newest.get(change.key))
        detail = {one.name: {"old": one.old, "new": one.new} for one in change.fields}
        acts.append(act(f"escalation.policy_{change.verb}", row, key=change.key, version=row.version, **detail))
    record_many(by=by, now=now, acts=acts)
    # Another clause on early warnings, or none any more, may propose or end one.
    touched = Indicator.objects.filter(commitment__policy_key__in=[change.key for change in differences.changes])
    touched.filter(values__isnull=False).update(next_look_at=now)
    return differences


def _laid_over(draft: PolicyDraft, row: EscalationPolicy | None) -> PolicyDraft:
    """Return what a source says with what the office has set where the clause sets nothing (`amending`)."""
    if row is None or not row.county:
        return draft
    own: Mapping[str, Any] = row.county
    steps: Mapping[str, Mapping[str, Any]] = own.get("steps", {})
    return replace(
        draft,
        ahead=draft.ahead if "ahead" not in own else None if own["ahead"] is None else tuple(own["ahead"]),
        overdue=tuple((days, to) for days, to in own["overdue"]) if own.get("overdue") else draft.overdue,
        steps=tuple(
            replace(step, **steps[step.key]) if step.key in steps and step.interval_by == "county" else step
            for step in draft.steps
        ),
    )


def _newest() -> dict[str, EscalationPolicy]:
    rows = EscalationPolicy.objects.select_related("document").prefetch_related("steps").order_by("version")
    return {row.key: row for row in rows}


def _differences(drafts: Sequence[PolicyDraft], newest: Mapping[str, EscalationPolicy]) -> Differences:
    changes: list[Change] = []
    unchanged = 0
    for draft in drafts:
        row = newest.get(draft.key)
        if row is None:
            changes.append(Change(NOUN, draft.key, draft.text, Verb.ADDED))
            continue
        fields = differing(_values(row), draft.values())
        if row.withdrawn_at is not None:
            fields = (FieldChange(STANDS, False, True), *fields)
        if fields:
            changes.append(Change(NOUN, draft.key, draft.text, Verb.CHANGED, fields))
        else:
            unchanged += 1
    wanted = {draft.key for draft in drafts}
    for key, row in newest.items():
        if key not in wanted and row.from_seed and row.withdrawn_at is None:
            changes.append(Change(NOUN, key, row.title, Verb.WITHDRAWN, (FieldChange(STANDS, True, False),)))
    return Differences(NOUN, tuple(changes), unchanged)


def _create(draft: PolicyDraft, document: Document, before: EscalationPolicy | None) -> EscalationPolicy:
    values = draft.values()
    row = EscalationPolicy.objects.create(
        key=draft.key,
        version=max(draft.version, before.version + 1 if before else 1),
        document=document,
        title=draft.title,
        note=draft.note,
        attaches=draft.attaches,
        ahead=values["ahead"],
        overdue=values["overdue"],
        findings=values["findings"],
        early_warning=values["early_warning"],
        county=before.county if before else None,
        from_seed=True,
    )
    EscalationStep.objects.bulk_create(
        EscalationStep(
            policy=row,
            position=position,
            key=step.key,
            title=step.title,
            action=step.action.value,
            to=step.to.value,
            body=step.body,
            offset=step.offset,
            unit=step.unit.value,
            after=step.after.value,
            notice=step.notice,
            asks_within=step.asks_within,
            needs_finding=step.needs_finding,
            needs_signature=step.needs_signature,
            signed_by=step.signed_by,
            interval_by=step.interval_by,
            basis_clause=step.basis.clause if step.basis else "",
            basis_line=step.basis.line if step.basis else None,
            basis_quote=step.basis.quote if step.basis else "",
        )
        for position, step in enumerate(draft.steps)
    )
    return row


def _values(row: EscalationPolicy) -> Values:
    return {
        "document": row.document.slug,
        "title": row.title,
        "note": row.note,
        "attaches": row.attaches,
        "ahead": row.ahead,
        "overdue": row.overdue,
        "steps": [step_content(step) for step in row.steps.all()],
        "findings": row.findings,
        "early_warning": row.early_warning,
    }
