"""Be the values the general parts of a page are drawn from; docs/design.md names each part and says when to use it.

A view makes them, a partial under `templates/web/parts/` draws them. Nothing here asks the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracker.interfaces.web.wording import Mark, Words


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
    """Be one of several views of the same matter; `count` stands behind the label, where there is one."""

    label: Words
    address: str
    current: bool = False
    count: int | None = None


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
    """Be one line of a preview: what it is about, what it was, what it will be, and a mark or a fault.

    A line with a `fault` is left out when the rest is done, and says what to do about it.
    """

    what: Words
    before: object = ""
    after: object = ""
    address: str = ""
    mark: Mark | None = None
    fault: Words = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """Be what would be done, shown before it is: lines, the form that does it, and the way back.

    `hidden` are the fields the form sends on, as the preview was made from them.
    """

    changes: Sequence[Change]
    action: str
    button: Words
    back: str
    hidden: Mapping[str, object] = field(default_factory=dict)
    before: Words = ""
    after: Words = ""

    @property
    def faults(self) -> int:
        return sum(bool(change.fault) for change in self.changes)

    @property
    def possible(self) -> int:
        return len(self.changes) - self.faults


@dataclass(frozen=True, slots=True)
class Progress:
    """Be the state of long work: what is being done, how many of how many, and where to ask again.

    `total` is 0 while it is not known. Once `over`, `result` is where the outcome stands; `fault` says what went wrong.
    """

    title: Words
    address: str
    done: int = 0
    total: int = 0
    over: bool = False
    result: str = ""
    fault: Words = ""

    @property
    def percent(self) -> int | None:
        return min(100, self.done * 100 // self.total) if self.total else None
