"""Hold what is known of an upload while its rows are compared, and what a row comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.audit.actors import Actor
from tracker.commitments.models import Task
from tracker.commitments.selectors.lines import Line
from tracker.commitments.selectors.matching import UnitNames
from tracker.commitments.selectors.proposals import Known
from tracker.rules.workdays import WorkdayCalendar

# What a row says: [address, value, fault] by column key; a civil day is {"day": ISO date}.
Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """Be one difference: the column, the cell's address, what the task says, what the cell says.

    `taken` tells that it would be done; else `why` says why not and where it belongs.
    """

    column: str
    address: str
    old: str
    new: str
    why: str = ""
    taken: bool = False

    def as_row(self) -> list[Any]:
        return [self.column, self.address, self.old, self.new, self.why, self.taken]


@dataclass(slots=True)
class Answer:
    """Hold what a row speaks of and would do: the task, or those that may be meant; differences; the act, empty for none."""

    task: int | None = None
    candidates: Sequence[int] = ()
    changes: list[Change] = field(default_factory=list)
    act: dict[str, Any] = field(default_factory=dict)
    why: str = ""
    ticked: bool = True


@dataclass(frozen=True, slots=True)
class Context:
    """Hold who takes the ledger in, on which civil day, all spellings of units, and the tasks the rows may speak of.

    `lines` are those tasks as the ledger tells them now; `known` the documents and the earlier proposals that a row without
    a task is held against.
    """

    by: Actor
    today: date
    units: UnitNames
    tasks: Mapping[int, Task]
    lines: Mapping[int, Line]
    workdays: WorkdayCalendar
    known: Known
