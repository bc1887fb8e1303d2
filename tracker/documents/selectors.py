"""Read documents, and their text with places marked in it.

What is marked is decided by the caller: this module knows only lines, words and where words stand in a line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from django.db.models import QuerySet

from tracker.documents.models import Document, NotCommitment

# Numbered headings of official documents: 一、 （一） 第一章, alone on a short line without a full stop.
_NUMERAL = "[一二三四五六七八九十百]+"
_HEADING = re.compile(rf"^\s*(?:{_NUMERAL}、|[（(]{_NUMERAL}[)）]|第{_NUMERAL}[章节条])[^。；]{{0,30}}$")


class Mark(StrEnum):
    """Name what a marked stretch of text is."""

    QUOTE = "quote"  # the words of a commitment
    PHRASE = "phrase"  # its time expression
    ASIDE = "aside"  # a time expression that was judged not to be a commitment


@dataclass(frozen=True, slots=True)
class Highlight:
    """Ask for `words` to be marked where they stand on a line; `of` is the caller's own handle on why."""

    line: int
    words: str
    mark: Mark
    of: Hashable


@dataclass(frozen=True, slots=True)
class Segment:
    """Be a stretch of a line that is marked alike throughout; `of` are the handles of all highlights that cover it."""

    text: str
    marks: frozenset[Mark]
    of: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Be one line of the gazette's text under its number, counted from 1."""

    number: int
    segments: tuple[Segment, ...]
    heading: bool

    @property
    def text(self) -> str:
        return "".join(segment.text for segment in self.segments)


def documents() -> QuerySet[Document]:
    """Return all documents with their gazette's name; its long text is left out."""
    return Document.objects.select_related("gazette", "superseded_by").defer("gazette__text")


def with_text() -> QuerySet[Document]:
    """Return all documents with their gazette and its text."""
    return Document.objects.select_related("gazette", "superseded_by")


def not_commitments(document: Document) -> QuerySet[NotCommitment]:
    """Return the time expressions of a document that were read and judged not to be commitments."""
    return NotCommitment.objects.filter(
        gazette=document.gazette_id,
        line__gte=document.first_line,
        line__lte=document.last_line,
        withdrawn_at=None,
    )


def asides(found: Iterable[NotCommitment]) -> list[Highlight]:
    """Return the highlights of time expressions that are no commitments; one row may name several, cut by “ / ”."""
    return [Highlight(row.line, words, Mark.ASIDE, row) for row in found for words in row.phrase.split(" / ")]


def lines(document: Document, highlights: Iterable[Highlight]) -> list[Line]:
    """Return the lines of a document that hold text, in order, with the highlights set."""
    return _marked(document, document.first_line, document.last_line, highlights)


def lines_around(document: Document, line: int, highlights: Iterable[Highlight], *, most: int) -> list[Line]:
    """Return the line whole, and of its neighbours in the document the nearest words, at most `most` characters each."""
    text = _text_of(document)
    first = next((n for n in range(line - 1, document.first_line - 1, -1) if text[n - 1].strip()), line)
    last = next((n for n in range(line + 1, min(document.last_line, len(text)) + 1) if text[n - 1].strip()), line)
    return [_cut(one, line, most) for one in _marked(document, first, last, highlights)]


def _cut(one: Line, line: int, most: int) -> Line:
    text = one.text.strip()
    if one.number == line or len(text) <= most or any(segment.marks for segment in one.segments):
        return one
    kept = f"……{text[-most:]}" if one.number < line else f"{text[:most]}……"
    return Line(one.number, (Segment(kept, frozenset(), ()),), one.heading)


def _text_of(document: Document) -> list[str]:
    return document.gazette.text.split("\n")


def _marked(document: Document, first: int, last: int, highlights: Iterable[Highlight]) -> list[Line]:
    by_line: dict[int, list[Highlight]] = defaultdict(list)
    for highlight in highlights:
        by_line[highlight.line].append(highlight)
    text = _text_of(document)
    return [
        Line(number, segments(text[number - 1], by_line[number]), bool(_HEADING.match(text[number - 1])))
        for number in range(first, min(last, len(text)) + 1)
        if text[number - 1].strip()
    ]


def segments(text: str, highlights: Sequence[Highlight]) -> tuple[Segment, ...]:
    """Cut a line where highlights begin and end; what stands in none is a segment without marks.

    A phrase is looked for inside the quote it belongs to before it is looked for in the whole line. Words that do not
    stand on the line mark nothing.
    """
    quotes = {one.of: text.find(one.words) for one in highlights if one.mark is Mark.QUOTE and one.words}
    spans: list[tuple[int, int, Highlight]] = []
    for one in highlights:
        if not one.words:
            continue
        start = -1
        if one.mark is Mark.PHRASE and quotes.get(one.of, -1) >= 0:
            start = text.find(one.words, quotes[one.of])
        if start < 0:
            start = text.find(one.words)
        if start >= 0:
            spans.append((start, start + len(one.words), one))
    cuts = sorted({0, len(text), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    found = []
    for start, end in pairwise(cuts):
        over = [one for first, last, one in spans if first <= start and end <= last]
        handles = tuple(dict.fromkeys(one.of for one in over))
        found.append(Segment(text[start:end], frozenset(one.mark for one in over), handles))
    return tuple(found)


def lines_with(document: Document, words: str) -> list[int]:
    """Return the numbers of the document's lines that hold these words, counted from 1 in the gazette's text."""
    text = _text_of(document)
    last = min(document.last_line, len(text))
    return [number for number in range(document.first_line, last + 1) if words in text[number - 1]]


def label_above(lines: Sequence[str], line: int, *, first: int) -> str:
    """Return the place of a line as its document numbers it, from the numbered lines above: 二（三）1, 第八条; "" for none.

    Lines are counted from 1; `first` is the document's first.
    """
    found: dict[int, str] = {}
    for number in range(line, first - 1, -1):
        plain = lines[number - 1].strip().translate(_BRACKETS)
        for level, pattern in enumerate(_NUMBERED):
            match = pattern.match(plain)
            if match and not any(above in found for above in range(level + 1)):
                found[level] = match.group(1)
        if 0 in found:
            break
    return "".join(found[level] for level in sorted(found))


def heading_above(lines: Sequence[str], line: int, *marks: str) -> str:
    """Return the words of the heading that the outermost of `marks` (二、 then （一）) lead to above a line; "" for none.

    Lines are counted from 1. A section is looked for only below the heading of its own chapter; where it has no heading of
    its own the chapter's is returned.
    """
    first, words = 0, ""
    for mark in marks:
        wanted = mark.translate(_BRACKETS)
        for place in range(line - 2, first - 1, -1):
            plain = lines[place].strip().translate(_BRACKETS)
            if plain.startswith(wanted) and _HEADING.match(plain):
                first, words = place + 1, plain.removeprefix(wanted).strip()
                break
        else:
            return words
    return words


_BRACKETS = str.maketrans("()", "（）")
# How official documents number their parts, the outermost first: 第三条 or 三、, then （二）, then 1.
_NUMBERED = (
    re.compile(rf"(第{_NUMERAL}条|{_NUMERAL}(?=、))"),
    re.compile(rf"(（{_NUMERAL}）)"),
    re.compile(r"(\d+)\s*[.．、]"),
)
