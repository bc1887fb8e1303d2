"""Say of every line of a document what came of it: promises, a judgement that it promises nothing, or nobody's word yet.

What nobody has judged is told apart by whether a time expression stands in it: a program looked for those in every line,
and a line that has one and no judgement is a gap; a line without one was only passed over by the program.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.commitments.selectors.promises import Promise
from tracker.documents.models import NotCommitment
from tracker.documents.selectors import Line
from tracker.escalation.models import EscalationPolicy
from tracker.intake.expressions import uncovered


class Came(StrEnum):
    """Name what came of a line."""

    PROMISED = "promised"
    FOLLOWED = "followed"  # it says what happens to whoever is late, and a policy quotes it
    JUDGED = "judged"
    GAP = "gap"  # a time expression that nobody has judged
    UNREAD = "unread"  # no time expression was found, and nobody has judged it
    HEADING = "heading"


WITHOUT = (Came.JUDGED, Came.GAP, Came.UNREAD)


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """Be one line with what stands in its margin, and what came of it; `expressions` are those nobody has judged."""

    line: Line
    promises: Sequence[Promise]
    asides: Sequence[NotCommitment]
    policies: Sequence[EscalationPolicy]
    came: Came
    expressions: Sequence[str]


def marked_lines(
    lines: Sequence[Line],
    promises: Iterable[Promise],
    asides: Iterable[NotCommitment],
    policies: Iterable[EscalationPolicy],
) -> list[MarkedLine]:
    """Return each line with what came of it."""
    promised: dict[int, list[Promise]] = defaultdict(list)
    quoted: dict[int, list[str]] = defaultdict(list)
    # A line that gives the time of a promise made elsewhere has been read, too.
    timed: set[int] = set()
    for promise in promises:
        row = promise.commitment
        promised[row.line].append(promise)
        quoted[row.line].append(row.quote)
        quoted[row.phrase_line or row.line].append(row.phrase)
        timed.add(row.phrase_line or row.line)
    put_aside: dict[int, list[NotCommitment]] = defaultdict(list)
    for aside in asides:
        put_aside[aside.line].append(aside)
        quoted[aside.line] += aside.phrase.split(" / ")
    ladders: dict[int, list[EscalationPolicy]] = defaultdict(list)
    for policy in policies:
        for number in {step.basis_line for step in policy.steps.all() if step.basis_line}:
            ladders[number].append(policy)
    found = []
    for line in lines:
        own, judged, ladder = promised[line.number], put_aside[line.number], ladders[line.number]
        left = uncovered(line.text, quoted[line.number])
        came = Came.PROMISED if own or line.number in timed else _came(line, judged, ladder, left)
        found.append(MarkedLine(line, own, judged, ladder, came, left if came is Came.GAP else ()))
    return found


def _came(
    line: Line, asides: Sequence[NotCommitment], policies: Sequence[EscalationPolicy], left: Sequence[str]
) -> Came:
    if policies:
        return Came.FOLLOWED
    if left and not line.heading:
        return Came.GAP
    if asides:
        return Came.JUDGED
    return Came.HEADING if line.heading else Came.UNREAD


def counts(lines: Iterable[MarkedLine]) -> Counter[str]:
    """Count the lines by what came of them; `without` are those without a promise or a policy, headings left out."""
    found = Counter(line.came.value for line in lines)
    found["without"] = sum(found[came] for came in WITHOUT)
    return found


def shown(lines: Sequence[MarkedLine], show: str) -> list[MarkedLine]:
    """Return the lines asked for: those of one kind, all without a promise, or everything."""
    if show == "without":
        return [line for line in lines if line.came in WITHOUT]
    if show in set(Came):
        return [line for line in lines if line.came == show]
    return list(lines)
