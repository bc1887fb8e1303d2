"""Check escalation policies: no step beyond reminding without a clause that stands in the text, none of weight without a
person's finding and signature.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from tracker.intake.faults import Fault, Place
from tracker.intake.names import Names
from tracker.intake.rows import DocumentRow, GazetteRow, PolicyRow, Seed
from tracker.rules.escalation import faults as policy_faults
from tracker.rules.followup import Basis
from tracker.rules.warning import Condition
from tracker.rules.wording import explain


def check(seed: Seed, names: Names) -> Iterator[Fault]:
    """Yield what is wrong with the seed's policies."""
    documents = {document.slug: (gazette, document) for gazette in seed.gazettes for document in gazette.documents}
    keys: dict[str, PolicyRow] = {}
    for policy in seed.policies:
        other = keys.setdefault(policy.key, policy)
        if other is not policy:
            yield Fault(policy.place, f"The policy “{policy.key}” stands twice ({other.place}).", "Keep one.")
        yield from _rules(policy)
        yield from _conditions(policy)
        yield from _bodies(policy, names)
        found = documents.get(policy.document)
        if found is None:
            yield Fault(
                policy.place, f"“{policy.document}” is no document.", "Name the slug of the document it quotes."
            )
            continue
        for what, place, basis in _bases(policy):
            yield from _quote(what, place, basis, *found)


def _rules(policy: PolicyRow) -> Iterator[Fault]:
    for fault in policy_faults(policy.follow_up):
        named = dict(fault[1]).get("step", "")
        yield Fault(policy.at.get(named, policy.place), explain(fault, "en"), "")


def _conditions(policy: PolicyRow) -> Iterator[Fault]:
    """Yield the words of an early warning that the forecasts do not know: it would never be proposed for them."""
    if policy.early_warning is None:
        return
    known = [condition.value for condition in Condition]
    for word in policy.early_warning.when:
        if word not in known:
            near = get_close_matches(word, known, n=1, cutoff=0.4)
            remedy = f"Write “{near[0]}”." if near else f"Write one of: {', '.join(known)}."
            yield Fault(
                policy.early_warning.place, f"The early warning is to come “when: {word}”, which nothing tells.", remedy
            )


def _bodies(policy: PolicyRow, names: Names) -> Iterator[Fault]:
    named = [(policy.at[step.key], body) for step in policy.follow_up.steps for body in (step.body, step.signed_by)]
    for finding in policy.findings:
        named += [(finding.place, body) for body in (finding.decided_by, finding.signed_by, *finding.together)]
    if policy.early_warning:
        warning = policy.early_warning
        named += [(warning.place, body) for body in (warning.copy_body, warning.decided_by)]
    for place, body in named:
        if body and body not in names.units and body not in names.groups:
            known = names.canonical(body)
            remedy = f"Write {known}." if known else "Add it to units.yaml, or correct the name."
            yield Fault(place, f"“{body}” is no unit.", remedy)


def _bases(policy: PolicyRow) -> Iterator[tuple[str, Place, Basis]]:
    for step in policy.follow_up.steps:
        if step.basis:
            yield f"step “{step.key}”", policy.at[step.key], step.basis
    for finding in policy.findings:
        yield f"finding “{finding.key}”", finding.place, finding.basis
    if policy.early_warning:
        for basis in (policy.early_warning.basis, policy.early_warning.also):
            if basis:
                yield "early warning", policy.early_warning.place, basis


def _quote(what: str, place: Place, basis: Basis, gazette: GazetteRow, document: DocumentRow) -> Iterator[Fault]:
    if basis.quote not in gazette.words(basis.line):
        yield Fault(
            place,
            f"The clause of the {what} does not stand on line {basis.line} of the text: “{basis.quote}”.",
            "Copy the words as they stand there, or correct the line; no clause, no step.",
        )
    if not document.first_line <= basis.line <= document.last_line:
        yield Fault(
            place,
            f"The clause of the {what} stands on line {basis.line}, outside {document.short}.",
            "A policy rests on its own document alone.",
        )
