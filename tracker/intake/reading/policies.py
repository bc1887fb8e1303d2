"""Read the escalation policies: one file for each document that says what happens to whoever is late."""

from __future__ import annotations

from pathlib import Path

from tracker.intake.faults import Fault, Place
from tracker.intake.nodes import Fields, read_file
from tracker.intake.rows import FindingRow, PolicyRow, WarningRow
from tracker.rules.followup import Action, Addressee, After, Basis, CountingUnit, FollowUp, Step

NO_BASIS = Basis("", 0, "")


def read_policies(root: Path, faults: list[Fault]) -> tuple[PolicyRow, ...]:
    """Return the policies of policies/*.yaml."""
    found = []
    for path in sorted((root / "policies").glob("*.yaml")):
        top = read_file(root, f"policies/{path.name}", faults, "a policy")
        if top is None:
            continue
        policy = _policy(top, path.stem)
        if policy is not None:
            found.append(policy)
    return tuple(found)


def _policy(top: Fields, stem: str) -> PolicyRow | None:
    header = top.fields("policy", "the policy", required=True)
    at: dict[str, Place] = {}
    # None is “by the size of the promise”, an empty list “not at all”.
    ahead = top.wholes("ahead")
    overdue = []
    for row in top.rows("overdue", "the reminder"):
        overdue.append((row.whole("after", required=True) or 0, Addressee(row.choice("to", list(Addressee)))))
        row.finish()
    steps = []
    for row in top.rows("steps", "the step"):
        step = _step(row)
        at.setdefault(step.key, row.place)
        steps.append(step)
    findings = tuple(_finding(row) for row in top.rows("findings", "the finding"))
    early_warning = _early_warning(top.fields("early_warning", "the early warning"))
    top.finish()
    if header is None:
        return None
    key, version = header.text("key", required=True), header.whole("version", required=True, least=1) or 1
    policy = PolicyRow(
        place=header.place,
        at=at,
        key=key,
        version=version,
        document=header.text("document", required=True),
        title=header.text("title", required=True),
        note=header.text("note"),
        attaches=header.text("attaches"),
        ahead=ahead if top.has("ahead") else None,
        follow_up=FollowUp(key, version, ahead, tuple(overdue), tuple(steps)),
        findings=findings,
        early_warning=early_warning,
    )
    if key != stem:
        header.fault("key", f"The file is called “{stem}” and the policy “{key}”.", "Give both one name.")
    header.finish()
    return policy


def _step(row: Fields) -> Step:
    basis = row.fields("basis", "the basis")
    step = Step(
        key=row.text("key", required=True),
        title=row.text("title", required=True),
        action=Action(row.choice("action", list(Action))),
        to=Addressee(row.choice("to", list(Addressee))),
        body=row.text("body"),
        offset=row.whole("offset", required=True) or 0,
        unit=CountingUnit(row.choice("unit", list(CountingUnit), CountingUnit.WORKDAY)),
        after=After(row.choice("after", list(After), After.DUE)),
        notice=row.text("notice"),
        asks_within=row.whole("asks_within"),
        needs_finding=row.text("needs_finding"),
        needs_signature=bool(row.flag("needs_signature")),
        signed_by=row.text("signed_by"),
        interval_by=row.choice("interval_by", ("clause", "county"), "county"),
        basis=_basis(basis),
    )
    row.finish()
    return step


def _basis(row: Fields | None) -> Basis | None:
    if row is None:
        return None
    basis = Basis(
        clause=row.text("clause", required=True),
        line=row.whole("line", required=True, least=1) or 0,
        quote=row.text("quote", required=True),
    )
    row.finish()
    return basis


def _finding(row: Fields) -> FindingRow:
    basis = _basis(row.fields("basis", "the basis", required=True)) or NO_BASIS
    if not row.flag("needs_signature"):
        row.fault("needs_signature", "A finding weighs on somebody's rights.", "Write “needs_signature: true”.")
    finding = FindingRow(
        place=row.place,
        key=row.text("key", required=True),
        title=row.text("title", required=True),
        against=row.text("against", required=True),
        decided_by=row.text("decided_by", required=True),
        together=row.texts("with"),
        grounds=row.text("grounds", required=True),
        needs_finding=row.text("needs_finding", required=True),
        signed_by=row.text("signed_by", required=True),
        basis=basis,
        note=row.text("note"),
    )
    row.finish()
    return finding


def _early_warning(row: Fields | None) -> WarningRow | None:
    if row is None:
        return None
    copy = row.fields("copy_to", "the copy")
    warning = WarningRow(
        place=row.place,
        title=row.text("title", required=True),
        attaches=row.text("attaches"),
        when=row.texts("when", required=True),
        action=row.choice("action", (Action.NOTIFY, Action.LIST)),
        to=row.choice("to", list(Addressee)),
        copy_to=copy.choice("to", list(Addressee)) if copy else "",
        copy_body=copy.text("body") if copy else "",
        decided_by=row.text("decided_by", required=True),
        threshold_by=row.choice("threshold_by", ("clause", "county"), "county"),
        basis=_basis(row.fields("basis", "the basis", required=True)) or NO_BASIS,
        also=_basis(row.fields("also", "the second basis")),
        note=row.text("note"),
    )
    if copy:
        copy.finish()
    row.finish()
    return warning
