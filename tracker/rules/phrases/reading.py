"""Hold the shape of a reading: what a phrase says about time, and by which convention it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.rules.counting import Direction, Unit
from tracker.rules.wording import Note, note


class Kind(StrEnum):
    """Name what sort of time a phrase gives."""

    ONCE = "once"  # a day by which something is done
    TARGET = "target"  # the day at which a goal is measured
    RECURRING = "recurring"
    RELATIVE = "relative"  # counted from an event
    WINDOW = "window"  # from a day through a day
    FROM = "from"  # from a day on, open ended
    UNDATED = "undated"  # no computable date


class Certainty(StrEnum):
    """Say whether the document binds itself to the date or only strives for it (力争, 争取, 原则上, 左右)."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Relative:
    """Hold a limit counted from an event.

    `within` is None where the text names an order but no length ("验收后"), 0 on the day of the event itself. `of` is the
    event as the text names it; empty when the text names none. `at_least` is the lower end of "1-2年". `roll` is False for
    what a rest day does not move: hours, and a probation, by whose end nothing is to be done (art. 203).
    """

    within: int | None
    unit: Unit
    of: str
    direction: Direction
    at_least: int | None = None
    roll: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what a phrase says about time.

    All days are inclusive. `start` is set for windows and open-ended duties. `due` is the day by which, None while it
    waits for an event or recurs; for a recurring duty it is the day the recurrence ends. `recurrence` is RFC 5545 RRULE
    text. `convention` names the rule of docs/rules.md that was applied and `notes` say it with its working. `problem` is
    set when the phrase could not be read; the kind is then UNDATED and no date is given.
    """

    text: str
    kind: Kind
    convention: str
    notes: tuple[Note, ...]
    certainty: Certainty = Certainty.HARD
    start: date | None = None
    due: date | None = None
    recurrence: str | None = None
    relative: Relative | None = None
    provisional: bool = False
    problem: Note | None = None


class Unreadable(ValueError):
    """Say that an expression of time cannot be read with certainty, and why."""

    def __init__(self, convention: str, **parameters: object) -> None:
        self.convention = convention
        self.note = note(f"reading.{convention}", **parameters)
        super().__init__(convention)
