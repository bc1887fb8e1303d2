"""Be the values the general parts of a page are drawn from; docs/design.md names each part and says when to use it.

A view makes them, a partial under `templates/web/parts/` draws them. Nothing here asks the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from tracker.interfaces.web.wording import Mark, Words

WHAT, NOW, AFTERWARDS = gettext_lazy("what"), gettext_lazy("now"), gettext_lazy("afterwards")
LEFT_OUT = gettext_lazy("left out:")
LEAVE = gettext_lazy("Leave it as it is")


@dataclass(frozen=True, slots=True)
class Act:
    """Be a link drawn as a button: where it leads, a heroicon of the micro set, and how loud it is.

    At most one act of a page is `primary`. `download` tells that the address answers with a file.
    """

    label: Words
    address: str
    icon: str = ""
    primary: bool = False
    quiet: bool = False
    download: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """Be one of several views of the same matter; `count` stands behind the label, where there is one.

    `default` tells where this view is shown when none was chosen: "on-a-desk" or "on-a-phone".
    """

    label: Words
    address: str
    current: bool = False
    count: int | None = None
    default: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """Be a figure that opens its list.

    `figure` is None where there are no data: a dash is drawn, and no tone but `none`. `tone` chooses the shape before the
    label (late, soon, ok, wait, none; "" for no shape). `unit` is set small behind the figure.
    """

    label: Words
    figure: int | str | None
    note: Words = ""
    address: str = ""
    tone: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Be one line of a list of definitions; an empty value is drawn as a dash."""

    name: Words
    value: object
    address: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Be a filter that is set: what it is, what it says, and the address without it."""

    label: Words
    value: Words
    without: str


@dataclass(frozen=True, slots=True)
class Pager:
    """Be the way through a list that is turned by key: addresses, empty where there is nothing in that direction."""

    words: Words = ""
    first: str = ""
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Be one line of what changes: what it is about, what it was, what it will be, and a mark or a fault.

    `notes` stand small below what it is about, `cells` in the further columns. A line with a `fault` is left out when the
    rest is done, and says what to do about it; `verdict` is the word before the fault.
    """

    what: Words
    before: object = ""
    after: object = ""
    address: str = ""
    mark: Mark | None = None
    fault: Words = ""
    verdict: Words = LEFT_OUT
    tag: Words = ""
    notes: Sequence[Words] = ()
    cells: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """Be a table of changes with the words of its columns; with no word for `before` both stand in one.

    `what` heads the first column, `columns` the further cells of each line. `over` tells that it was done: a fault is then
    one that was met.
    """

    rows: Sequence[Change]
    before: Words = NOW
    after: Words = AFTERWARDS
    what: Words = WHAT
    columns: Sequence[Words] = ()
    over: bool = False

    @property
    def lines(self) -> list[tuple[Change, list[tuple[Words, object]]]]:
        """Return each line with its further cells, each under the words of its column."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Preview:
    """Be what would be done, shown before it is: the changes, the form that does it, and the way back.

    `hidden` are the pairs of name and value the form sends on, as the preview was made from them; `leave` are the words
    of the way back.
    """

    changes: Changes
    action: str
    button: Words
    back: str
    hidden: Sequence[tuple[str, object]] = ()
    leave: Words = LEAVE

    @property
    def faults(self) -> int:
        """Return how many lines are left out."""
        return sum(bool(change.fault) for change in self.changes.rows)

    @property
    def possible(self) -> int:
        """Return how many lines would be done."""
        return len(self.changes.rows) - self.faults


@dataclass(frozen=True, slots=True)
class Progress:
    """Be the state of long work: what is being done, how many of how many, and where to ask again.

    `total` is 0 while it is not known. Once `over`, `result` is where the outcome stands; `fault` says what went wrong,
    `note` what holds it up while it is not over.
    """

    title: Words
    address: str
    done: int = 0
    total: int = 0
    over: bool = False
    result: str = ""
    fault: Words = ""
    note: Words = ""

    @property
    def percent(self) -> int | None:
        return min(100, self.done * 100 // self.total) if self.total else None
