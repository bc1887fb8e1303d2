"""Read what somebody typed into the search: words, however wide their characters are, and the number of a paper.

Full-width and half-width forms are one (NFKC), case does not count, and spaces inside a printed line do not part a word. A
number may be typed whole (稷政办发〔2023〕15号), without its year (稷政办发15号), alone (15号), or with any brackets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_WORDS = 6
_OPENING, _CLOSING = "[(【［〘{〈<", "])】］〙}〉>"
_YEAR = re.compile(rf"[〔{re.escape(_OPENING)}]\s*(\d{{4}})\s*[〕{re.escape(_CLOSING)}]")
_NUMBER = re.compile(r"^(?P<prefix>\D*?)(?:〔(?P<year>\d{4})〕)?第?(?P<number>\d{1,4})号?$")
# How the punctuation that NFKC narrows is printed in a Chinese text.
_WIDE = str.maketrans("(),:;!?", "（），：；！？")


@dataclass(frozen=True, slots=True)
class PaperNumber:
    """Hold what was typed of a paper's number: the agency's letters or "", the year or None, the number."""

    prefix: str
    year: int | None
    number: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what is asked for: the words, all of which must be found, and the number where they are one."""

    words: tuple[str, ...]
    number: PaperNumber | None

    @property
    def text(self) -> str:
        """Return the words as they are handed on to another page."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Piece:
    """Be a stretch of a snippet; `hit` tells that it was asked for."""

    text: str
    hit: bool


def ask(typed: str) -> Asked:
    """Read what was typed; at most `MOST_WORDS` words count."""
    plain = _YEAR.sub(r"〔\1〕", unicodedata.normalize("NFKC", typed))
    # A number may be typed with spaces between its parts; it is one word all the same.
    joined = re.sub(r"\s*(〔\d{4}〕)\s*(第?)\s*(\d{1,4})\s*(号?)", r"\1\2\3\4", plain)
    words = tuple(dict.fromkeys(joined.split()))[:MOST_WORDS]
    return Asked(words, paper_number(words[0]) if len(words) == 1 else None)


def paper_number(word: str) -> PaperNumber | None:
    """Return the number a word is, or None; a bare figure is one only with 号 behind it or a year before it."""
    found = _NUMBER.match(_YEAR.sub(r"〔\1〕", unicodedata.normalize("NFKC", word)))
    if found is None or not (found["year"] or word.endswith("号")):
        return None
    return PaperNumber(found["prefix"], int(found["year"]) if found["year"] else None, int(found["number"]))


def variants(word: str) -> tuple[str, ...]:
    """Return the ways a word may stand in a stored text: with narrow punctuation, and with that of Chinese print."""
    return tuple(dict.fromkeys((word, word.translate(_WIDE))))


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text as it is compared, and for each of its characters the place it stands at in `text`."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKC", character).lower():
            if not letter.isspace():
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def holds(text: str, words: Iterable[str]) -> bool:
    """Tell whether every word stands in the text, spaces and width left aside."""
    folded = _plain(text)
    return all(_looked_for(word).search(folded) for word in words)


def _looked_for(word: str) -> re.Pattern[str]:
    """Return what a word is looked for by: one that begins with a figure is no part of a longer one, 7号 none of 17号."""
    plain = _plain(word)
    return re.compile((r"(?<!\d)" if plain[:1].isdecimal() else "") + re.escape(plain))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def snippet(text: str, words: Sequence[str], *, around: int = 36) -> list[Piece]:
    """Return the text about the first word that stands in it, cut to `around` characters either side, hits told apart.

    A text without any of the words is cut from its beginning.
    """
    text = " ".join(text.split())
    spans = _spans(text, words)
    first = max(spans[0][0] - around, 0) if spans else 0
    last = min((spans[0][1] if spans else 0) + around * 2, len(text))
    pieces = [Piece("…", False)] if first else []
    place = first
    for start, end in spans:
        if start >= last:
            break
        if start > place:
            pieces.append(Piece(text[place:start], False))
        if end > place:
            pieces.append(Piece(text[max(start, place) : end], True))
            place = end
    if place < last:
        pieces.append(Piece(text[place:last], False))
    if max(place, last) < len(text):
        pieces.append(Piece("…", False))
    return pieces


def _spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    folded, places = _folded(text)
    found = []
    for word in words:
        for match in _looked_for(word).finditer(folded):
            if match.end() > match.start():
                found.append((places[match.start()], places[match.end() - 1] + 1))
    return sorted(found)
