"""Be the process in which an uploaded file is parsed: limited in memory and time, with nothing but the file to work on.

Reads one line of JSON (what is looked for) and then the file from standard input; writes one JSON answer.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from tracker.interfaces.sheets.reading import MEMORY, SECONDS, Unreadable

# A heading stands within the first rows of a sheet, and a list has no more columns than this.
HEADING_WITHIN = 30
MOST_COLUMNS = 60
_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")


def limit() -> None:
    """Bound memory and processor time where the system can."""
    try:
        import resource
    except ImportError:  # not on this system; the parent's patience still bounds the time
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main() -> int:
    limit()
    asked = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        answer = parse(data, asked)
    except Unreadable as error:
        answer = {"why": error.why, "detail": error.detail}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))
    return 0


def parse(data: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the list of the first visible sheet that has the heading looked for."""
    # Rows are counted before the cells are kept: a sheet may say that it has a million of them.
    counting = load_workbook(BytesIO(data), read_only=True, data_only=True)
    for page in counting.worksheets:
        used = sum(1 for row in page.iter_rows(max_col=MOST_COLUMNS, values_only=True) if any(_has(one) for one in row))
        if used > asked["most"] + HEADING_WITHIN:
            raise Unreadable("too_many_rows", str(used))
    book = load_workbook(BytesIO(data), data_only=True)
    formulas = load_workbook(BytesIO(data), read_only=True, data_only=False)
    known = {_plain(name): key for key, names in asked["headings"].items() for name in names}
    answer: dict[str, Any] = {}
    nearly = ""
    for page in book.worksheets:
        if page.sheet_state != "visible":
            continue
        rows = _filled(page)
        found = _heading(rows, known, set(asked["one_of"]))
        if found is None:
            continue
        number, columns, unknown = found
        if not set(asked["one_of"]) & set(columns):
            nearly = nearly or str(number)
        elif answer:
            answer["others"].append(page.title)
        else:
            records = _records(rows, number, columns, _formulas(formulas[page.title], columns))
            if len(records) > asked["most"]:
                raise Unreadable("too_many_rows", str(len(records)))
            hidden = sum(1 for place, _cells in records if page.row_dimensions[place].hidden)
            answer = {"sheet": page.title, "columns": list(columns), "unknown": unknown, "records": records}
            answer |= {"hidden": hidden, "others": []}
    if not answer:
        raise Unreadable("no_column" if nearly else "no_heading", nearly)
    return answer


def _filled(page: Any) -> list[list[Any]]:
    """Return the cells' values with what is merged written into each of the cells it covers."""
    width = min(page.max_column or 1, MOST_COLUMNS)
    rows = [[cell.value for cell in row] for row in page.iter_rows(max_col=width)]
    for area in page.merged_cells.ranges:
        value = (
            rows[area.min_row - 1][area.min_col - 1] if area.min_row <= len(rows) and area.min_col <= width else None
        )
        for row in rows[area.min_row - 1 : area.max_row]:
            for place in range(area.min_col - 1, min(area.max_col, width)):
                row[place] = value
    return rows


def _heading(
    rows: list[list[Any]], known: dict[str, str], one_of: set[str]
) -> tuple[int, dict[str, int], list[str]] | None:
    """Return the number of the heading row, the place of each column, and the headings nobody knows.

    A row that names none of `one_of` is returned only where no other looks like a heading.
    """
    best: tuple[int, dict[str, int], list[str]] | None = None
    for number, row in enumerate(rows[:HEADING_WITHIN], 1):
        columns: dict[str, int] = {}
        unknown = []
        for place, value in enumerate(row):
            if not isinstance(value, str) or not value.strip():
                continue
            key = known.get(_plain(value))
            if key is None:
                unknown.append(value.strip()[:60])
            elif key not in columns:
                columns[key] = place
            elif row[place - 1] != value:
                # A second column of the same meaning; a heading merged over two columns is one.
                unknown.append(value.strip()[:60])
        # Below a heading of two rows the lower one says more; a title that is merged across names one column at most.
        if len(columns) < 3:
            continue
        if best is None:
            best = number, columns, unknown
            continue
        rank, least = ((bool(one_of & set(one)), len(one)) for one in (columns, best[1]))
        if rank > least or (rank == least and number == best[0] + 1):
            best = number, columns, unknown
    return best


def _records(
    rows: list[list[Any]], heading: int, columns: dict[str, int], formulas: set[tuple[int, str]]
) -> list[list[Any]]:
    records = []
    for number, row in enumerate(rows[heading:], heading + 1):
        cells = {}
        for key, place in columns.items():
            value = row[place] if place < len(row) else None
            cells[key] = [f"{get_column_letter(place + 1)}{number}", *_said(value, (number, key) in formulas)]
        if any(_has(value) for key, (_address, value, _fault) in cells.items() if key != "place"):
            records.append([number, cells])
    return records


def _formulas(page: Any, columns: dict[str, int]) -> set[tuple[int, str]]:
    """Return which cells hold a formula, by row and column key."""
    found = set()
    for number, row in enumerate(page.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
        for key, place in columns.items():
            value = row[place] if place < len(row) else None
            if isinstance(value, str) and value.startswith("="):
                found.add((number, key))
    return found


def _said(value: Any, is_formula: bool) -> tuple[Any, str]:
    if isinstance(value, str) and value.strip().upper() in _ERRORS:
        return None, "error"
    if value is None:
        return None, "formula" if is_formula else ""
    if isinstance(value, datetime):
        return {"day": value.date().isoformat()}, ""
    if isinstance(value, date):
        return {"day": value.isoformat()}, ""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return str(value), ""
    return value, ""


def _has(value: Any) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def _plain(name: str) -> str:
    """Return a heading without blanks, brackets and case: 完成时限（年月日） is 完成时限."""
    text = "".join(name.split()).lower()
    for opening in ("（", "("):
        text = text.split(opening)[0]
    return text.strip("：:*＊")


if __name__ == "__main__":
    sys.exit(main())
