"""Look for the words of a document that a proposed duty may rest on, so that whoever decides need not search for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.commitments.selectors.matching import plain
from tracker.commitments.working import read_words
from tracker.documents.models import Clause, Document
from tracker.documents.selectors import label_above
from tracker.intake.expressions import expressions
from tracker.rules.workdays import WorkdayCalendar

# How much of a duty's name a sentence must share to be offered, and how many are offered.
ALIKE = 0.3
OFFERED = 4
_SENTENCE = re.compile(r"[^。；;]+[。；;]?")
_ENDING = re.compile(r"(?:底|末)?(?:之前|以前|前|内|起)?")


@dataclass(frozen=True, slots=True)
class Passage:
    """Be a sentence of a document: its line, its words, the clause it stands in, and the time expression it holds."""

    line: int
    words: str
    clause: str
    phrase: str


def passages(document: Document, title: str, workdays: WorkdayCalendar) -> list[Passage]:
    """Return the sentences of a document that share most with the name of a duty, the likeliest first."""
    wanted = _pairs(title)
    if not wanted:
        return []
    lines = document.gazette.text.split("\n")
    scored = []
    for number in range(document.first_line, min(document.last_line, len(lines)) + 1):
        for match in _SENTENCE.finditer(lines[number - 1]):
            words = match.group().strip()
            share = len(wanted & _pairs(words)) / len(wanted)
            if share >= ALIKE:
                scored.append((-share, len(words), number, words))
    labels = dict(Clause.objects.filter(document=document).order_by("-pk").values_list("line", "label"))
    return [
        Passage(
            number,
            words.rstrip("。；;"),
            labels.get(number) or label_above(lines, number, first=document.first_line),
            _phrase(words, document, workdays),
        )
        for _share, _length, number, words in sorted(scored)[:OFFERED]
    ]


def _phrase(words: str, document: Document, workdays: WorkdayCalendar) -> str:
    """Return the first time expression of a sentence that the rules read a date or a recurrence from, "" for none."""
    for (start, end), _text in expressions(words):
        ending = _ENDING.match(words, end)
        phrase = words[start : ending.end() if ending else end]
        promise = read_words(phrase, issued_on=document.issued_on, workdays=workdays).promise
        if promise.due or promise.recurrence or promise.relative:
            return phrase
    return ""


def _pairs(text: str) -> set[str]:
    words = plain(text)
    return {words[place : place + 2] for place in range(len(words) - 1)}
