"""Find documents by number, title or issuer, and lines of their text by the words that stand in them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from tracker.documents.models import Document, Gazette
from tracker.org.searching import in_all
from tracker.rules.searching import Asked, PaperNumber, holds


@dataclass(frozen=True, slots=True)
class FoundLine:
    """Be one line of a document in which every word stands."""

    document: Document
    number: int
    text: str


def numbered(number: PaperNumber, prefix: str = "") -> Q:
    """Return the condition that a document has this number; `prefix` leads to the document, "commitment__document__"."""
    field = f"{prefix}number"
    condition = Q(**{f"{field}__endswith": f"〕{number.number}号"})
    if number.prefix:
        condition &= Q(**{f"{field}__startswith": number.prefix})
    if number.year:
        condition &= Q(**{f"{field}__contains": f"〔{number.year}〕"})
    return condition


def documents(asked: Asked) -> QuerySet[Document]:
    """Return the documents of this number, or with every word in number, title or issuer."""
    words = ("title", "short", "issuer")
    if asked.number:
        condition = in_all(words, asked.words) | numbered(asked.number)
    else:
        condition = in_all((*words, "number"), asked.words)
    return Document.objects.filter(condition).defer("gazette__text").order_by("-issued_on", "first_line")


def lines(asked: Asked, *, most: int) -> list[FoundLine]:
    """Return the first `most` lines of documents in which every word stands, in the order of the text.

    The texts are read whole: a gazette is some thousand lines, and a word of two characters has no trigram an index could
    be entered by. Two queries.
    """
    texts = {row.pk: row.text.split("\n") for row in Gazette.objects.order_by("-published_on")}
    found: list[FoundLine] = []
    rows = Document.objects.filter(gazette__in=texts).order_by("-gazette__published_on", "first_line")
    for document in rows:
        text = texts[document.gazette_id]
        for number in range(document.first_line, min(document.last_line, len(text)) + 1):
            if text[number - 1].strip() and holds(text[number - 1], asked.words):
                found.append(FoundLine(document, number, text[number - 1]))
                if len(found) == most:
                    return found
    return found
