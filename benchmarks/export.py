"""Measure a long ledger written as a file, beside its SQL and the library alone writing the same cells without a style."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook

from benchmarks.measuring import best, recorded, replay
from benchmarks.patterns import NOW, TODAY
from benchmarks.stage import Stage
from benchmarks.table import Line, shown
from tracker.audit.actors import Role
from tracker.commitments.models import Export
from tracker.interfaces.web.ledger_file import write_export
from tracker.org import selectors as org

MOST_ROWS = 10_000


def measure(stage: Stage) -> None:
    """Write the whole ledger of the counties of at most `MOST_ROWS` tasks, as the job does."""
    stage.table.group("export")
    for size in stage.sizes:
        if size <= MOST_ROWS:
            _measure(stage, size)


def _measure(stage: Stage, size: int) -> None:
    user = stage.original(size).world.accounts[Role.SUPERVISION]
    actor = org.actor_for(user, on=TODAY)
    export = Export(query="standing=all")

    def made() -> tuple[BytesIO, int]:
        to = BytesIO()
        written = write_export(export, by=actor, now=NOW, to=to, told=lambda done, of: None)
        return to, written.rows

    with recorded() as statements:
        file, rows = made()
    cells = _cells(file)
    took, bare, alone = best(made, lambda: replay(statements), lambda: _alone(cells), runs=3 if stage.thorough else 1)
    what = f"ledger of {rows:,} rows as a file ({len(statements)} queries)"
    stage.table.add(Line(what, shown(took), f"SQL {shown(bare)} + cells {shown(alone)}", took / (bare + alone)))


def _cells(file: BytesIO) -> list[tuple[Any, ...]]:
    (sheet,) = load_workbook(file, read_only=True).worksheets
    return list(sheet.iter_rows(values_only=True))


def _alone(rows: list[tuple[Any, ...]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(BytesIO())
