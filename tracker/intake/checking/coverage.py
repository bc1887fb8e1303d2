"""Check that the text is whole, and that nothing in it that speaks of time was passed over in silence."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator

from tracker.intake.expressions import uncovered
from tracker.intake.faults import Fault, Place
from tracker.intake.rows import GazetteRow, Seed

AROUND = 12


def check(seed: Seed) -> Iterator[Fault]:
    """Yield what is wrong with the gazettes' texts and with the account of their time expressions."""
    for gazette in seed.gazettes:
        yield from _text(gazette)
        yield from _documents(gazette)
        yield from _judgements(gazette)
        yield from _expressions(gazette)
        yield from _counts(gazette)


def _text(gazette: GazetteRow) -> Iterator[Fault]:
    digest = hashlib.sha256(gazette.content.encode()).hexdigest()
    if digest != gazette.sha256:
        yield Fault(
            gazette.place,
            f"source.txt is not the text this seed was read from: its SHA-256 is {digest}.",
            "Put the published text back; if it is a new one, read it again and then correct “sha256”.",
        )


def _documents(gazette: GazetteRow) -> Iterator[Fault]:
    last = 0
    for document in gazette.documents:
        if document.last_line > len(gazette.lines):
            yield Fault(
                document.place,
                f"{document.short} ends on line {document.last_line}; the text has {len(gazette.lines)} lines.",
                "Correct “lines”.",
            )
        if document.first_line <= last:
            yield Fault(document.place, f"{document.short} begins inside the document before it.", "Correct “lines”.")
        last = max(last, document.last_line)


def _judgements(gazette: GazetteRow) -> Iterator[Fault]:
    seen: dict[tuple[int, str], Place] = {}
    for row in gazette.not_commitments:
        words = gazette.words(row.line)
        for phrase in row.phrases:
            if phrase not in words:
                yield Fault(
                    row.place,
                    f"“{phrase}” does not stand on line {row.line} of the text.",
                    "Copy the words as they stand there, or correct “line”.",
                )
            if (row.line, phrase) in seen:
                first = seen[row.line, phrase]
                yield Fault(row.place, f"“{phrase}” of line {row.line} stands twice ({first}).", "Keep one.")
            seen[row.line, phrase] = row.place


def _expressions(gazette: GazetteRow) -> Iterator[Fault]:
    covered: dict[int, list[str]] = defaultdict(list)
    for document in gazette.documents:
        for row in document.commitments:
            covered[row.line].append(row.quote)
            covered[row.read_line].append(row.phrase)
    for judged in gazette.not_commitments:
        covered[judged.line].extend(judged.phrases)
    place = Place(f"{gazette.slug}/not_commitments.yaml")
    for number, words in enumerate(gazette.lines, start=1):
        for expression in uncovered(words, covered[number]):
            at = words.index(expression)
            around = words[max(0, at - AROUND) : at + len(expression) + AROUND]
            yield Fault(
                place,
                f"Line {number} of the text says “{expression}” (…{around}…), and no row quotes it.",
                "Quote it in a commitment, or list it here with the reason why it is none.",
            )


def _counts(gazette: GazetteRow) -> Iterator[Fault]:
    documents = {document.slug: document for document in gazette.documents}
    counted = set()
    for row in gazette.counts:
        document = documents.get(row.document)
        if document is None:
            yield Fault(row.place, f"“{row.document}” is no document of this gazette.", "Correct the slug.")
            continue
        if row.document in counted:
            yield Fault(row.place, f"{row.document} is counted twice.", "Keep one.")
        counted.add(row.document)
        present = document.counts()
        for kind in sorted({*present, *row.counts}):
            found, wanted = present.get(kind, 0), row.counts.get(kind, 0)
            if found != wanted:
                yield Fault(
                    row.place,
                    f"{row.document} holds {found} rows of kind {kind}; the count kept by hand says {wanted}.",
                    "Find out which is right: a row may be missing, doubled, or of another kind.",
                )
    for slug in documents.keys() - counted:
        yield Fault(
            Place(f"{gazette.slug}/counts.yaml"),
            f"{slug} has no count kept by hand.",
            "Count its commitments by kind from the text and add a line.",
        )
