"""Write a list as an Excel file row by row: a title, a frozen heading, real dates and numbers, and never a formula.

Rows are streamed to the disk as they come, so that a hundred thousand take no more memory than ten. A text that begins
like a formula (= + - @, tab, carriage return) is stored as text and marked to be shown as it is, so that no program
reckons it (CWE-1236).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

# What a program takes for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# A cell holds no more (Excel's own bound), and no control characters at all (XML 1.0, 2.2).
LONGEST_TEXT = 32767
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_A4 = 9

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """Be a column: its heading, its width in characters, and how its cells are set.

    `centred` for short things such as dates and numbers; `hidden` for what only the way back needs.
    """

    heading: str
    width: float
    centred: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """Be a list to write: the name of its tab, the title over it, a line under the title, its columns and rows.

    Cells are texts, whole or decimal numbers, civil days, or None.
    """

    name: str
    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Any]]
    note: str = ""


def write(sheet: Sheet, to: IO[bytes]) -> int:
    """Write the list as one .xlsx file and return how many rows it has."""
    book = Workbook(write_only=True)
    page = book.create_sheet(_tab(sheet.name))
    styles = _Styles(page)
    last = get_column_letter(len(sheet.columns))
    heading_row = 3 if sheet.note else 2
    page.freeze_panes = f"A{heading_row + 1}"
    for place, column in enumerate(sheet.columns, 1):
        dimension = page.column_dimensions[get_column_letter(place)]
        dimension.width, dimension.hidden = column.width, column.hidden
    _set_up_print(page, heading_row)
    page.row_dimensions[1].height = 34
    page.row_dimensions[heading_row].height = 26
    page.append([styles.text(sheet.title, "title")])
    if sheet.note:
        page.append([styles.text(sheet.note, "note")])
    page.append(styles.text(column.heading, "heading") for column in sheet.columns)
    number = 0
    for row in sheet.rows:
        number += 1
        # Drawn one by one: the cell of a style is written before it is filled again.
        page.append(styles.cell(value, column) for value, column in zip(row, sheet.columns, strict=True))
    page.auto_filter.ref = f"A{heading_row}:{last}{heading_row + max(number, 1)}"
    for place in range(1, heading_row):
        page.merged_cells.add(f"A{place}:{last}{place}")
    book.save(to)
    return number


def attachment(name: str) -> str:
    """Return the Content-Disposition that saves under a name in any script (RFC 6266, RFC 5987)."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_") or "list.xlsx"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _tab(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", name)[:31]


def _set_up_print(page: Any, heading_row: int) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{heading_row}:{heading_row}"
    page.print_options.horizontalCentered = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top = page.page_margins.bottom = 0.6
    page.oddFooter.center.text = "&P / &N"


class _Styles:
    """Fill cells in their style. There is one cell a style, filled anew for each value: a new one would cost more than it.

    What is returned has to be written before the next is asked for.
    """

    def __init__(self, page: Any) -> None:
        self._page = page
        line = Side(style="thin", color="BFBFBF")
        self._border = Border(left=line, right=line, top=line, bottom=line)
        self._made: dict[tuple[str, bool, bool], Any] = {}

    def text(self, text: str, kind: str = "cell", *, centred: bool = False) -> Any:
        """Return a cell that holds a text as it is, whatever it looks like."""
        cell = self._cell(kind, centred, text.startswith(FORMULA_STARTS))
        cell.value = _NOT_XML.sub("", text)[:LONGEST_TEXT]
        # The library takes what begins with “=” for a formula.
        cell.data_type = "s"
        return cell

    def cell(self, value: Any, column: SheetColumn) -> Any:
        if isinstance(value, str):
            return self.text(value, centred=column.centred)
        is_day = isinstance(value, date) and not isinstance(value, datetime)
        cell = self._cell("day" if is_day else "cell", column.centred, quoted=False)
        cell.value = value
        return cell

    def _cell(self, kind: str, centred: bool, quoted: bool) -> Any:
        key = (kind, centred, quoted)
        cell = self._made.get(key)
        if cell is None:
            self._made[key] = cell = WriteOnlyCell(self._page)
            self._style(cell, *key)
        return cell

    def _style(self, cell: Any, kind: str, centred: bool, quoted: bool) -> None:
        across = "center" if centred or kind in {"title", "heading"} else None
        cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=kind != "title")
        if kind == "title":
            cell.font = Font(name="宋体", size=16, bold=True)
            return
        if kind == "note":
            cell.font = Font(name="宋体", size=9, color="595959")
            return
        cell.border = self._border
        cell.font = Font(name="黑体", size=10, bold=True) if kind == "heading" else Font(name="宋体", size=10)
        if kind == "heading":
            cell.fill = PatternFill("solid", fgColor="EDEDED")
        if kind == "day":
            cell.number_format = "yyyy-mm-dd"
        # What looks like a formula is shown and edited as the text it is.
        cell.quotePrefix = quoted
