"""Check the commitments of each document: their words stand in the text, their units resolve, their dates are reproduced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from dateutil.rrule import rrulestr

from tracker.commitments.models import Kind, Responsibility
from tracker.commitments.working import Promise, differences
from tracker.intake.checking.organisation import SLUG
from tracker.intake.faults import Fault
from tracker.intake.names import Names
from tracker.intake.rows import CommitmentRow, DocumentRow, GazetteRow, PolicyRow, Seed
from tracker.rules.workdays import WorkdayCalendar

# kind -> field -> whether it must be set (True), must be empty (False) or may be either (None).
NEEDS: Mapping[str, Mapping[str, bool | None]] = {
    Kind.ONCE: {"due": True, "start": False, "recurrence": False, "relative": False},
    Kind.TARGET: {"due": True, "start": False, "recurrence": False, "relative": False},
    Kind.WINDOW: {"due": True, "start": True, "recurrence": False, "relative": False},
    Kind.FROM: {"due": False, "start": True, "recurrence": None, "relative": False},
    Kind.RECURRING: {"due": None, "start": None, "recurrence": True, "relative": False},
    Kind.RELATIVE: {"due": False, "start": False, "recurrence": False, "relative": True},
    Kind.UNDATED: {"due": False, "start": False, "recurrence": False, "relative": False},
}
DECIMALS = 4


def check(seed: Seed, names: Names, workdays: WorkdayCalendar) -> Iterator[Fault]:
    """Yield what is wrong with the seed's commitments."""
    ids: dict[str, CommitmentRow] = {}
    policies = {policy.key: policy for policy in seed.policies}
    for gazette in seed.gazettes:
        for document in gazette.documents:
            yield from _leading_group(document, names)
            for row in document.commitments:
                other = ids.setdefault(row.id, row)
                if other is not row:
                    yield _fault(
                        row, "id", f"The id “{row.id}” stands twice ({other.place}).", "Give this row its own."
                    )
                yield from _words(row, gazette, document)
                yield from _shape(row)
                yield from _units(row, names)
                yield from _dates(row, document, workdays)
                yield from _policy(row, document, policies)
    for row in ids.values():
        if row.conflicts_with and row.conflicts_with not in ids:
            yield _fault(
                row, "conflicts_with", f"“{row.conflicts_with}” is no commitment.", "Name the id of the other row."
            )


def _leading_group(document: DocumentRow, names: Names) -> Iterator[Fault]:
    if document.leading_group and names.canonical(document.leading_group) != document.leading_group:
        yield Fault(
            document.place,
            f"The leading group “{document.leading_group}” is no unit.",
            "Write its canonical name as in units.yaml.",
        )


def _words(row: CommitmentRow, gazette: GazetteRow, document: DocumentRow) -> Iterator[Fault]:
    for field, number, words in (("quote", row.line, row.quote), ("phrase", row.read_line, row.phrase)):
        if words not in gazette.words(number):
            elsewhere = [str(at) for at, line in enumerate(gazette.lines, start=1) if words in line][:5]
            hint = f"It stands on line {', '.join(elsewhere)}" if elsewhere else "It stands nowhere in the text"
            yield _fault(
                row,
                field,
                f"The {field} of {row.id} does not stand on line {number} of the text: “{words}”.",
                f"{hint}; copy it character by character and give its line.",
            )
    for field, number in (("line", row.line), ("phrase_line", row.read_line)):
        if not document.first_line <= number <= document.last_line:
            yield _fault(
                row,
                field,
                f"Line {number} of {row.id} lies outside {document.short} "
                f"(lines {document.first_line} to {document.last_line}).",
                "Correct the line, or move the row to its document.",
            )


def _shape(row: CommitmentRow) -> Iterator[Fault]:
    if not SLUG.fullmatch(row.id):
        yield _fault(row, "id", f"The id “{row.id}” is not usable.", "Use a-z, 0-9 and hyphens; it stays for ever.")
    for field, needed in NEEDS[row.kind].items():
        present = bool(getattr(row, field))
        if needed is not None and present != needed:
            remedy = "Fill it in, or correct “kind”." if needed else "Write null, or correct “kind”."
            yield _fault(row, field, f"“{field}” of {row.id} does not go with kind {row.kind}.", remedy)
    if row.due and row.start and row.start > row.due:
        yield _fault(row, "start", f"{row.id} starts after it is due.", "Correct one of the two.")
    if row.recurrence:
        try:
            rrulestr(row.recurrence)
        except ValueError:
            yield _fault(
                row, "recurrence", f"“{row.recurrence}” is no RRULE.", "Write it as FREQ=MONTHLY;BYMONTHDAY=5."
            )
    if (row.responsibility == Responsibility.IMPLIED) != bool(row.implied_from):
        yield _fault(
            row,
            "responsibility",
            f"“responsibility” of {row.id} is {row.responsibility}.",
            "An implied responsibility says in “implied_from” what it is implied from; a stated one has no such field.",
        )
    if row.indicator and row.kind != Kind.TARGET:
        yield _fault(row, "indicator", f"{row.id} has an indicator and is no target.", "Correct “kind”, or drop it.")
    if row.indicator and round(row.indicator.value, DECIMALS) != row.indicator.value:
        yield _fault(row, "indicator", f"The value of {row.id} is finer than {DECIMALS} decimals.", "Use another unit.")


def _units(row: CommitmentRow, names: Names) -> Iterator[Fault]:
    if not row.lead:
        yield _fault(row, "lead", f"Nobody leads {row.id}.", "Name the unit that has the duty, or the group of units.")
    for field in ("lead", "support"):
        spellings: tuple[str, ...] = getattr(row, field)
        for spelling in spellings:
            if spelling not in names.units and spelling not in names.groups:
                known = names.canonical(spelling)
                remedy = f"Write {known}." if known else "Add the body to units.yaml, or correct the name."
                yield _fault(row, field, f"“{spelling}” in “{field}” of {row.id} is no unit and no group.", remedy)
        if len(set(spellings)) != len(spellings):
            yield _fault(row, field, f"“{field}” of {row.id} names a body twice.", "Name it once.")
    for both in set(row.lead) & set(row.support):
        yield _fault(row, "support", f"{both} both leads and supports {row.id}.", "Keep it in one of the lists.")


def _dates(row: CommitmentRow, document: DocumentRow, workdays: WorkdayCalendar) -> Iterator[Fault]:
    promise = Promise(
        issued_on=document.issued_on,
        kind=row.kind,
        phrase=row.phrase,
        due=row.due,
        start=row.start,
        recurrence=row.recurrence,
        relative=asdict(row.relative) if row.relative else None,
        why_not=row.why_not,
    )
    found = differences(promise, workdays)
    if found and not row.why_not:
        for field, (stated, read) in found.items():
            yield _fault(
                row,
                field,
                f"“{field}” of {row.id} says {_said(stated)}; the rules read {_said(read)} from “{row.phrase}” "
                f"in a document of {document.issued_on}.",
                "Correct the row, or say in “why_not” why the words do not give it.",
            )
    if row.why_not and not found:
        yield _fault(row, "why_not", f"The rules do reproduce {row.id} from “{row.phrase}”.", "Drop “why_not”.")


def _policy(row: CommitmentRow, document: DocumentRow, policies: Mapping[str, PolicyRow]) -> Iterator[Fault]:
    if not row.policy:
        return
    policy = policies.get(row.policy)
    if policy is None:
        known = ", ".join(sorted(policies))
        yield _fault(row, "policy", f"“{row.policy}” is no policy.", f"Write null, or one of: {known}.")
    elif policy.document != document.slug:
        yield _fault(
            row,
            "policy",
            f"The policy “{row.policy}” rests on {policy.document}, not on {document.slug}.",
            "Write null: nobody is held to what another document says.",
        )


def _fault(row: CommitmentRow, field: str, what: str, remedy: str) -> Fault:
    return Fault(row.place_of(field), what, remedy)


def _said(value: Any) -> str:
    return "nothing" if value in (None, "") else str(value)
