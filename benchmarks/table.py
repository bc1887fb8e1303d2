"""Collect what was measured and print it as one table: what, figure, floor, ratio, aim, met or missed."""

from __future__ import annotations

import sys
import unicodedata
from dataclasses import dataclass, field

HEADINGS = ("what", "figure", "floor", "ratio", "aim", "")


@dataclass(frozen=True, slots=True)
class Line:
    """Be one line of the table; `figure` and `floor` are for reading, `ratio` is what is judged by `aim`."""

    what: str
    figure: str
    floor: str = ""
    ratio: float | None = None
    aim: float | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the line as text."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        aim = "" if self.aim is None else f"≤ {self.aim:g} ×"
        judged = "" if self.ratio is None or self.aim is None else "met" if self.ratio <= self.aim else "missed"
        return (self.what, self.figure, self.floor, ratio, aim, judged)


@dataclass(slots=True)
class Table:
    """Hold the lines, in groups with a title each."""

    groups: list[tuple[str, list[Line]]] = field(default_factory=list)

    def group(self, title: str) -> None:
        """Begin a group."""
        self.groups.append((title, []))

    def add(self, line: Line) -> None:
        """Add a line to the last group and tell it at once."""
        self.groups[-1][1].append(line)
        say("    " + "  ".join(cell for cell in line.cells() if cell))

    def text(self) -> str:
        """Return the table."""
        rows = [HEADINGS, *(line.cells() for _, lines in self.groups for line in lines)]
        widths = [max(_width(row[place]) for row in rows) for place in range(len(HEADINGS))]
        out = [_row(HEADINGS, widths)]
        for title, lines in self.groups:
            if lines:
                out += ["", title, *(_row(line.cells(), widths) for line in lines)]
        return "\n".join(out)

    def totals(self) -> str:
        """Return how many aims were met and missed, as one sentence."""
        judged = [line.cells()[-1] for _, lines in self.groups for line in lines]
        return f"{judged.count('met')} aims met, {judged.count('missed')} missed."


def say(text: str) -> None:
    """Tell how far the run is, beside the table and not in it."""
    print(text, file=sys.stderr, flush=True)


def shown(seconds: float) -> str:
    """Return a duration as a person reads it."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1 or unit == "µs":
            return f"{seconds * factor:.3g} {unit}" if seconds * factor < 1000 else f"{seconds * factor:,.0f} {unit}"
    return ""


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *rest = (
        cell + " " * (width - _width(cell)) if place in (0, 5) else " " * (width - _width(cell)) + cell
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join((first, *rest)).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
