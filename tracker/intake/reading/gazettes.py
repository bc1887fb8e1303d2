"""Read the folders of gazettes: the text, its documents with their commitments, what is none, and the counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from tracker.commitments.models import Certainty, Kind, Responsibility
from tracker.intake.faults import Fault, Place
from tracker.intake.nodes import Fields, lines_of, read_file, read_text
from tracker.intake.rows import (
    CommitmentRow,
    CountRow,
    DocumentRow,
    GazetteRow,
    IndicatorRow,
    NotCommitmentRow,
    RelativeRow,
)
from tracker.rules.reminder import Size

# Files of a gazette's folder that hold no document.
OTHER_FILES = {"gazette.yaml", "not_commitments.yaml", "counts.yaml"}
# Stands between two time expressions of one line in not_commitments.yaml; the gazette's own text never has it.
BETWEEN = " / "
UNITS = ("workday", "day", "week", "month", "year")
FIELDS = (
    "id",
    "clause",
    "line",
    "quote",
    "phrase",
    "phrase_line",
    "title",
    "kind",
    "due",
    "start",
    "recurrence",
    "relative",
    "lead",
    "support",
    "responsibility",
    "certainty",
    "indicator",
    "policy",
    "note",
    "each",
    "asks_report",
    "why_not",
    "conflicts_with",
    "weight",
    "implied_from",
)
NEVER = date(1, 1, 1)


def read_gazettes(root: Path, faults: list[Fault]) -> tuple[GazetteRow, ...]:
    """Return every gazette: each folder of the seed that holds a gazette.yaml."""
    found = []
    for folder in sorted(path.parent for path in root.glob("*/gazette.yaml")):
        gazette = _gazette(root, folder.name, faults)
        if gazette is not None:
            found.append(gazette)
    if not found and not list(root.glob("*/gazette.yaml")):
        faults.append(
            Fault(Place("."), "The seed holds no gazette.", "Add a folder with gazette.yaml and source.txt in it.")
        )
    return tuple(found)


def _gazette(root: Path, folder: str, faults: list[Fault]) -> GazetteRow | None:
    top = read_file(root, f"{folder}/gazette.yaml", faults, "the gazette")
    content = read_text(root, f"{folder}/source.txt", faults)
    if top is None or content is None:
        return None
    gazette = GazetteRow(
        place=top.place,
        slug=top.text("slug", required=True),
        title=top.text("title", required=True),
        number=top.text("number", required=True),
        total_number=top.whole("total_number"),
        published_on=top.day("published_on", required=True) or NEVER,
        publisher=top.text("publisher"),
        sha256=top.text("sha256", required=True),
        content=content,
    )
    if gazette.slug != folder:
        top.fault("slug", f"The folder is called “{folder}” and the gazette “{gazette.slug}”.", "Give both one name.")
    top.finish()
    return replace(
        gazette,
        documents=_documents(root, folder, faults),
        not_commitments=_not_commitments(root, folder, faults),
        counts=_counts(root, folder, faults),
    )


def _documents(root: Path, folder: str, faults: list[Fault]) -> tuple[DocumentRow, ...]:
    found: dict[str, DocumentRow] = {}
    more: list[tuple[str, Place, tuple[CommitmentRow, ...]]] = []
    for path in sorted((root / folder).glob("*.yaml")):
        if path.name in OTHER_FILES:
            continue
        top = read_file(root, f"{folder}/{path.name}", faults, "a document")
        if top is None:
            continue
        # Asked in this order so that a wrong field is answered with the right list of fields.
        continues = top.text("continues")
        header = None if continues else top.fields("document", "the document", required=True)
        rows = tuple(_commitment(row) for row in top.rows("commitments", "the commitment"))
        if not top.has("commitments"):
            top.fault("commitments", "The file has no “commitments”.", "Write “commitments: []” if there are none.")
        top.finish()
        if continues:
            more.append((continues, top.place, rows))
        elif header is not None:
            document = _document(header, path.stem, rows)
            found[document.slug] = document
    for slug, place, rows in more:
        if slug in found:
            found[slug] = replace(found[slug], commitments=found[slug].commitments + rows)
        else:
            faults.append(Fault(place, f"It continues “{slug}”, which is no document here.", "Name a document's slug."))
    return tuple(sorted(found.values(), key=lambda document: document.first_line))


def _document(row: Fields, stem: str, commitments: tuple[CommitmentRow, ...]) -> DocumentRow:
    lines = row.wholes("lines", required=True)
    if len(lines) != 2 or lines[0] > lines[1]:
        row.fault("lines", "“lines” must hold the document's first and last line.", "Write them as [1280, 1409].")
        lines = (0, 0)
    document = DocumentRow(
        place=row.place,
        slug=row.text("slug", required=True),
        number=row.text("number", required=True),
        title=row.text("title", required=True),
        short=row.text("short", required=True),
        issuer=row.text("issuer", required=True),
        issued_on=row.day("issued_on", required=True) or NEVER,
        first_line=lines[0],
        last_line=lines[1],
        why_empty=row.text("why_empty"),
        note=row.text("note"),
        leading_group=row.text("leading_group"),
        attachments=row.texts("attachments"),
        commitments=commitments,
    )
    if document.slug != stem:
        row.fault("slug", f"The file is called “{stem}” and the document “{document.slug}”.", "Give both one name.")
    if not commitments and not document.why_empty:
        row.fault("why_empty", "The document holds no commitment.", "Say in “why_empty” why it holds none.")
    row.finish()
    return document


def _commitment(row: Fields) -> CommitmentRow:
    commitment = CommitmentRow(
        place=row.place,
        at=lines_of(row, FIELDS),
        id=row.text("id", required=True),
        clause=row.text("clause", required=True),
        line=row.whole("line", required=True, least=1) or 0,
        quote=row.text("quote", required=True),
        phrase=row.text("phrase"),
        phrase_line=row.whole("phrase_line", least=1),
        title=row.text("title", required=True),
        kind=row.choice("kind", Kind.values),
        due=row.day("due"),
        start=row.day("start"),
        recurrence=row.text("recurrence"),
        relative=_relative(row.fields("relative", "the relative limit")),
        lead=row.texts("lead", required=True),
        support=row.texts("support"),
        responsibility=row.choice("responsibility", Responsibility.values),
        implied_from=row.text("implied_from"),
        certainty=row.choice("certainty", Certainty.values),
        indicator=_indicator(row.fields("indicator", "the indicator")),
        policy=row.text("policy"),
        each=row.flag("each", None),
        asks_report=bool(row.flag("asks_report")),
        why_not=row.text("why_not"),
        conflicts_with=row.text("conflicts_with"),
        weight=row.choice("weight", ["", *(size.value for size in Size)], "") if row.has("weight") else "",
        note=row.text("note"),
    )
    row.finish()
    return commitment


def _relative(row: Fields | None) -> RelativeRow | None:
    if row is None:
        return None
    relative = RelativeRow(
        within=row.whole("within"),
        unit=row.choice("unit", UNITS, "day"),
        of=row.text("of", required=True),
        direction=row.choice("direction", ("after", "before"), "after"),
        event=row.text("event", required=True),
    )
    row.finish()
    return relative


def _indicator(row: Fields | None) -> IndicatorRow | None:
    if row is None:
        return None
    name, op = row.text("name", required=True), row.choice("op", (">=", "<=", "="))
    value, unit = row.number("value"), row.text("unit")
    row.finish()
    return None if value is None else IndicatorRow(name, op, value, unit)


def _not_commitments(root: Path, folder: str, faults: list[Fault]) -> tuple[NotCommitmentRow, ...]:
    top = read_file(root, f"{folder}/not_commitments.yaml", faults, "what is no commitment")
    if top is None:
        return ()
    found = []
    for row in top.rows("not_commitments", "the entry", required=True):
        found.append(
            NotCommitmentRow(
                place=row.place,
                line=row.whole("line", required=True, least=1) or 0,
                phrases=tuple(part.strip() for part in row.text("phrase", required=True).split(BETWEEN)),
                reason=row.text("reason", required=True),
            )
        )
        row.finish()
    top.finish()
    return tuple(found)


def _counts(root: Path, folder: str, faults: list[Fault]) -> tuple[CountRow, ...]:
    top = read_file(root, f"{folder}/counts.yaml", faults, "the counts")
    if top is None:
        return ()
    found = []
    for row in top.rows("counts", "the count", required=True):
        document = row.text("document", required=True)
        counts = {kind: row.whole(kind) or 0 for kind in Kind.values}
        found.append(CountRow(row.place, document, {kind: n for kind, n in sorted(counts.items()) if n}))
        row.finish()
    top.finish()
    return tuple(found)
