"""Place a paper's elements on pages, by the measures of the standard; what draws them only draws.

Coordinates are points from the sheet's upper left corner; a text's `y` is its baseline. The text runs on the grid of 22
lines to a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from tracker.notices.drafting.forms import Layout
from tracker.notices.paper import sheet
from tracker.notices.paper.breaking import Line, balanced, broken
from tracker.notices.paper.content import Level, Paper, Paragraph, Table
from tracker.notices.paper.fonts import advance
from tracker.notices.paper.sheet import Face

# How far below the top of its square a Chinese character's baseline lies, in parts of its size.
_ASCENT = 0.86
_FACES = {Level.HEADING: Face.HEADING, Level.SUBHEADING: Face.SUBHEADING, Level.TEXT: Face.BODY}
# The columns of the list of tasks, in parts of the text's width.
COLUMNS = (0.075, 0.2, 0.265, 0.175, 0.185, 0.1)
_CELL_PADDING = 4.0


@dataclass(frozen=True, slots=True)
class Text:
    """Be one piece of a line; `width` is what it is drawn to, which may be more or less than its natural width."""

    x: float
    y: float
    text: str
    size: float
    face: Face
    width: float
    color: tuple[int, int, int] = sheet.BLACK


@dataclass(frozen=True, slots=True)
class Rule:
    """Be one straight line, across where `height` is 0, down otherwise."""

    x: float
    y: float
    width: float
    thickness: float
    color: tuple[int, int, int] = sheet.BLACK
    height: float = 0.0


@dataclass(slots=True)
class Page:
    """Hold what stands on one page."""

    texts: list[Text] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


def laid_out(paper: Paper) -> list[Page]:
    """Return the pages of a paper.

    The imprint does not stand on a page of its own: the room for the seal is made a row less, or where that is not enough
    the last lines go over with the signature.
    """
    for seal_rows in (sheet.SEAL_ROWS, sheet.SEAL_ROWS - 1):
        setter = _Setter(paper, seal_rows=seal_rows)
        pages = setter.pages()
        if not setter.imprint_alone:
            return pages
    return _Setter(paper, together=True).pages()


def measure(face: Face, size: float, character: str) -> float:
    """Return the room a character takes in running text: a cell of the grid for a wide one, its own width for a narrow one.

    Both are set a trifle closer than they were cut, as 28 characters of size 3 are a little wider than the text.
    """
    return (advance(face, character) + _TIGHTENING) * size


# 156 mm / 28 is 0.987 of the size 3.
_TIGHTENING = sheet.CELL / sheet.SIZE_3 - 1


def head_lines(name: str) -> tuple[float, list[str]]:
    """Return the size of the issuer's name and its lines: as large as fits on one line, or on two."""
    one_line = sum(advance(Face.TITLE, character) for character in name.replace("\n", ""))
    size = sheet.TEXT_WIDTH / one_line
    if "\n" not in name and size >= sheet.HEAD_SMALLEST:
        return min(sheet.HEAD_LARGEST, size), [name]
    lines = balanced(name, one_line / 2 + 2, lambda character: advance(Face.TITLE, character))
    return min(sheet.HEAD_LARGEST, sheet.TEXT_WIDTH / max(line.width for line in lines)), [line.text for line in lines]


def title_lines(title: str) -> list[Line]:
    """Return the lines of a title, balanced (7.3.1)."""
    return balanced(title, sheet.TEXT_WIDTH, lambda character: measure(Face.TITLE, sheet.SIZE_2, character))


@dataclass(frozen=True, slots=True)
class Signature:
    """Hold the lines of the signer's name and the date, and where their common centre stands on the sheet."""

    lines: list[Line]
    date_width: float
    centre: float


def signature_of(paper: Paper) -> Signature:
    """Return the signature: the name centred on the date, and the date four characters from the margin (7.3.5.1).

    A long name is moved in, and its date with it, so that two characters stay free at the margin.
    """
    room = sheet.TEXT_WIDTH - 4 * sheet.CELL
    lines = balanced(paper.signer, room, lambda character: measure(Face.BODY, sheet.SIZE_3, character))
    date_width = sum(measure(Face.BODY, sheet.SIZE_3, character) for character in paper.dated)
    right = sheet.LEFT + sheet.TEXT_WIDTH
    widest = max(line.width for line in lines)
    centre = min(right - 4 * sheet.CELL - date_width / 2, right - 2 * sheet.CELL - widest / 2)
    return Signature(lines, date_width, centre)


class _Setter:
    """Set one paper, from the top of the first page down."""

    def __init__(self, paper: Paper, *, seal_rows: int = sheet.SEAL_ROWS, together: bool = False) -> None:
        self._paper, self._seal_rows, self._together = paper, seal_rows, together
        self.imprint_alone = False
        self._pages = [Page()]
        self._y = sheet.TOP

    def pages(self) -> list[Page]:
        paper = self._paper
        if paper.layout is Layout.LETTER:
            self._letter_head()
        else:
            self._document_head()
        self._title()
        self._addressee()
        self._text()
        self._signature()
        self._imprint()
        self._number_pages()
        return self._pages

    # The head

    def _document_head(self) -> None:
        if self._paper.mark:
            self._put(sheet.LEFT, sheet.TOP, self._paper.mark, sheet.SIZE_3, Face.HEADING)
        y = self._head(sheet.HEAD_TOP)
        y += 2 * sheet.PITCH
        self._centre(y, self._paper.number, sheet.SIZE_3, Face.BODY)
        y += sheet.SIZE_3 + sheet.RED_LINE_GAP
        self._page.rules.append(Rule(sheet.LEFT, y, sheet.TEXT_WIDTH, sheet.RED_LINE, sheet.RED))
        self._y = y + 2 * sheet.PITCH

    def _letter_head(self) -> None:
        left = (sheet.WIDTH - sheet.LETTER_LINE_WIDTH) / 2
        y = self._head(sheet.LETTER_HEAD_TOP) + sheet.RED_LINE_GAP
        self._double_rule(left, y, thick_first=True)
        self._double_rule(left, sheet.LETTER_LINE_LOW, thick_first=False)
        # 10.1: the number stands at the right margin below the first line, seven eighths of a character from it.
        y += 4 + sheet.SIZE_3 * 7 / 8
        width = self._natural(self._paper.number, sheet.SIZE_3, Face.BODY)
        self._put(sheet.LEFT + sheet.TEXT_WIDTH - width, y, self._paper.number, sheet.SIZE_3, Face.BODY)
        if self._paper.mark:
            self._put(sheet.LEFT, y, self._paper.mark, sheet.SIZE_3, Face.HEADING)
        self._y = y + sheet.SIZE_3 + 2 * sheet.PITCH

    def _head(self, top: float) -> float:
        """Set the issuer's name in red; return its lower edge."""
        size, lines = head_lines(self._paper.head)
        for line in lines:
            self._centre(top, line, size, Face.TITLE, color=sheet.RED)
            top += size * sheet.HEAD_LEADING
        return top - size * (sheet.HEAD_LEADING - 1)

    def _double_rule(self, x: float, y: float, *, thick_first: bool) -> None:
        weights = (2.25, 0.75) if thick_first else (0.75, 2.25)
        for offset, weight in zip((0.0, 3.5), weights, strict=True):
            self._page.rules.append(Rule(x, y + offset, sheet.LETTER_LINE_WIDTH, weight, sheet.RED))

    # Title, addressee, text

    def _title(self) -> None:
        for line in title_lines(self._paper.title):
            self._room(1)
            self._centre(self._y + _above(sheet.SIZE_2), line.text, sheet.SIZE_2, Face.TITLE)
            self._y += sheet.PITCH
        self._y += sheet.PITCH

    def _addressee(self) -> None:
        self._paragraph(self._paper.addressee, Face.BODY, indent=0)

    def _text(self) -> None:
        blocks = self._paper.blocks
        for place, block in enumerate(blocks):
            if isinstance(block, Table):
                self._table(block)
                continue
            if block.level is not Level.TEXT:
                # A heading does not stand at a page's foot alone.
                self._room(2)
            self._paragraph(block.text, _FACES[block.level], indent=2, keep=self._rows_after(place))

    def _rows_after(self, place: int) -> int:
        """Return how many rows the last two lines of a paragraph take with them to the next page.

        The signature never stands on a page without text, and one short line is none.
        """
        rest = self._paper.blocks[place + 1 :]
        if not rest:
            return self._signature_rows()
        if len(rest) == 1 and isinstance(rest[0], Paragraph) and len(self._lines(rest[0].text, Face.BODY, 2)) == 1:
            return 1 + self._signature_rows()
        return 0

    def _lines(self, text: str, face: Face, indent: int) -> list[Line]:
        shift = indent * sheet.CELL
        return broken(text, sheet.TEXT_WIDTH, lambda c: measure(face, sheet.SIZE_3, c), indent=shift)

    def _paragraph(self, text: str, face: Face, *, indent: int, keep: int = 0) -> None:
        shift = indent * sheet.CELL
        lines = self._lines(text, face, indent)
        for place, line in enumerate(lines):
            rest = len(lines) - place
            self._room(rest + keep if keep and rest <= 2 else 1)
            x = sheet.LEFT + (shift if place == 0 else 0)
            width = line.width if line.last else sheet.LEFT + sheet.TEXT_WIDTH - x
            self._put(x, self._y + _above(sheet.SIZE_3), line.text, sheet.SIZE_3, face, width=width)
            self._y += sheet.PITCH

    # The list of tasks

    def _table(self, table: Table) -> None:
        head, *rows = table.rows
        self._y += _CELL_PADDING
        self._row(head, Face.HEADING, opens=True)
        for row in rows:
            if self._row_height(row, Face.BODY) > self._left_on_page():
                self._new_page()
                self._row(head, Face.HEADING, opens=True)
            self._row(row, Face.BODY)
        self._y = self._on_grid(self._y + _CELL_PADDING)

    def _row(self, cells: Sequence[str], face: Face, *, opens: bool = False) -> None:
        height = self._row_height(cells, face)
        if opens and height + 2 * sheet.TABLE_PITCH > self._left_on_page():
            self._new_page()
        x, top = sheet.LEFT, self._y
        if opens:
            self._page.rules.append(Rule(x, top, sheet.TEXT_WIDTH, 0.5))
        for part, lines in zip(COLUMNS, self._cells(cells, face), strict=True):
            width = part * sheet.TEXT_WIDTH
            self._page.rules.append(Rule(x, top, 0, 0.5, height=height))
            y = top + (height - len(lines) * sheet.TABLE_PITCH) / 2 + (sheet.TABLE_PITCH - sheet.SIZE_5) / 2
            for line in lines:
                at = x + (width - line.width) / 2 if len(lines) == 1 else x + _CELL_PADDING
                self._put(at, y, line.text, sheet.SIZE_5, face, width=line.width)
                y += sheet.TABLE_PITCH
            x += width
        self._page.rules.append(Rule(x, top, 0, 0.5, height=height))
        self._page.rules.append(Rule(sheet.LEFT, top + height, sheet.TEXT_WIDTH, 0.5))
        self._y += height

    def _row_height(self, cells: Sequence[str], face: Face) -> float:
        return max(len(lines) for lines in self._cells(cells, face)) * sheet.TABLE_PITCH + 2 * _CELL_PADDING

    def _cells(self, cells: Sequence[str], face: Face) -> list[list[Line]]:
        return [
            broken(
                text,
                part * sheet.TEXT_WIDTH - 2 * _CELL_PADDING,
                lambda c: advance(face, c) * sheet.SIZE_5,
            )
            for text, part in zip(cells, COLUMNS, strict=True)
        ]

    # Signature, imprint, page numbers

    def _signature_rows(self) -> int:
        """Return the rows the signature takes: room for the seal, the name, the date and the note, maybe the imprint too."""
        rows = self._seal_rows + len(signature_of(self._paper).lines) + 1 + (1 if self._paper.note else 0)
        return rows + (ceil(self._imprint_height() / sheet.PITCH) if self._together else 0)

    def _signature(self) -> None:
        """Set name and date with the room a seal needs."""
        self._room(self._signature_rows())
        self._y += self._seal_rows * sheet.PITCH
        signature = signature_of(self._paper)
        for line in [*signature.lines, Line(self._paper.dated, signature.date_width)]:
            x = signature.centre - line.width / 2
            self._put(x, self._y + _above(sheet.SIZE_3), line.text, sheet.SIZE_3, Face.BODY)
            self._y += sheet.PITCH
        if self._paper.note:
            self._put(
                sheet.LEFT + 2 * sheet.CELL, self._y + _above(sheet.SIZE_3), self._paper.note, sheet.SIZE_3, Face.BODY
            )
            self._y += sheet.PITCH

    def _imprint(self) -> None:
        """Set the imprint at the foot of the last page (7.4); a letter's has neither lines nor printer (10.1)."""
        copies, printed = self._copies_lines(), self._printer_lines()
        height = self._imprint_height()
        if not height:
            return
        if height > self._left_on_page():
            self._new_page()
            self.imprint_alone = True
        y = sheet.TOP + sheet.TEXT_HEIGHT - height
        if printed:
            self._page.rules.append(Rule(sheet.LEFT, y, sheet.TEXT_WIDTH, sheet.THICK))
        lead = self._natural("抄送：", sheet.SIZE_4, Face.BODY)
        for place, line in enumerate(copies):
            x = sheet.LEFT + sheet.SIZE_4 + (lead if place else 0)
            self._put(x, y + _above(sheet.SIZE_4, sheet.IMPRINT_PITCH), line.text, sheet.SIZE_4, Face.BODY)
            y += sheet.IMPRINT_PITCH
        if not printed:
            return
        if copies:
            self._page.rules.append(Rule(sheet.LEFT, y, sheet.TEXT_WIDTH, sheet.THIN))
        for line in printed:
            baseline = y + _above(sheet.SIZE_4, sheet.IMPRINT_PITCH)
            self._put(sheet.LEFT + sheet.SIZE_4, baseline, line.text, sheet.SIZE_4, Face.BODY)
            y += sheet.IMPRINT_PITCH
        width = self._natural(self._paper.printed, sheet.SIZE_4, Face.BODY)
        right = sheet.LEFT + sheet.TEXT_WIDTH - sheet.SIZE_4
        self._put(right - width, baseline, self._paper.printed, sheet.SIZE_4, Face.BODY)
        self._page.rules.append(Rule(sheet.LEFT, y, sheet.TEXT_WIDTH, sheet.THICK))

    def _printer_lines(self) -> list[Line]:
        if not self._paper.printed_by:
            return []
        room = sheet.TEXT_WIDTH - 3 * sheet.SIZE_4 - self._natural(self._paper.printed, sheet.SIZE_4, Face.BODY)
        return balanced(self._paper.printed_by, room, lambda c: measure(Face.BODY, sheet.SIZE_4, c))

    def _imprint_height(self) -> float:
        return (len(self._copies_lines()) + len(self._printer_lines())) * sheet.IMPRINT_PITCH

    def _copies_lines(self) -> list[Line]:
        if not self._paper.copies:
            return []
        lead = self._natural("抄送：", sheet.SIZE_4, Face.BODY)
        room = sheet.TEXT_WIDTH - 2 * sheet.SIZE_4 - lead
        lines = broken(f"{self._paper.copies}。", room, lambda c: measure(Face.BODY, sheet.SIZE_4, c))
        return [Line(f"抄送：{lines[0].text}", lines[0].width + lead), *lines[1:]]

    def _number_pages(self) -> None:
        """Number the pages, odd ones at the right and even ones at the left (7.5); a letter's first page has no number."""
        y = sheet.TOP + sheet.TEXT_HEIGHT + sheet.PAGE_NUMBER_BELOW
        for number, page in enumerate(self._pages, 1):
            if number == 1 and self._paper.layout is Layout.LETTER:
                continue
            text = f"— {number} —"
            width = self._natural(text, sheet.SIZE_4, Face.FIGURES)
            right = sheet.LEFT + sheet.TEXT_WIDTH - sheet.SIZE_4 - width
            x = right if number % 2 else sheet.LEFT + sheet.SIZE_4
            page.texts.append(Text(x, y + sheet.SIZE_4 * _ASCENT, text, sheet.SIZE_4, Face.FIGURES, width))

    # Places

    @property
    def _page(self) -> Page:
        return self._pages[-1]

    def _left_on_page(self) -> float:
        return sheet.TOP + sheet.TEXT_HEIGHT - self._y + 0.01

    def _room(self, rows: int) -> None:
        """Begin a new page unless so many rows fit on this one."""
        if rows * sheet.PITCH > self._left_on_page() and self._y > sheet.TOP:
            self._new_page()

    def _new_page(self) -> None:
        self._pages.append(Page())
        self._y = sheet.TOP

    def _on_grid(self, y: float) -> float:
        """Return the next line of the grid at or below `y`."""
        rows = -(-(y - sheet.TOP - 0.01) // sheet.PITCH)
        return sheet.TOP + rows * sheet.PITCH

    def _natural(self, text: str, size: float, face: Face) -> float:
        return sum(measure(face, size, character) for character in text)

    def _centre(
        self, top: float, text: str, size: float, face: Face, *, color: tuple[int, int, int] = sheet.BLACK
    ) -> None:
        width = self._natural(text, size, face)
        self._put(sheet.LEFT + (sheet.TEXT_WIDTH - width) / 2, top, text, size, face, color=color)

    def _put(
        self,
        x: float,
        top: float,
        text: str,
        size: float,
        face: Face,
        *,
        width: float | None = None,
        color: tuple[int, int, int] = sheet.BLACK,
    ) -> None:
        natural = self._natural(text, size, face) if width is None else width
        self._page.texts.append(Text(x, top + size * _ASCENT, text, size, face, natural, color))


def _above(size: float, pitch: float = sheet.PITCH) -> float:
    """Return the room above a line's characters that centres them in its row."""
    return (pitch - size) / 2
