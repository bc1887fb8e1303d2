"""Decide what becomes of a task when the document it comes from is repealed, replaced or amended.

What had ended stays ended: a repeal works from its day on. What the unit has applied to close is reviewed as it stands. What
was late on the day of effect was owed while the document was in force, so it stays owed unless the office says otherwise.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tracker.rules.followup import ENDED, State


class Fate(StrEnum):
    """Name what becomes of a task."""

    ENDS = "ends"
    MOVES = "moves"
    STAYS_LATE = "stays_late"  # it was late before the day of effect
    STAYS_IN_REVIEW = "stays_in_review"  # the unit has applied to close
    HAD_ENDED = "had_ended"


def fate(
    state: State, due: date | None, *, effective_on: date, new_due: date | None = None, late_too: bool = False
) -> Fate:
    """Return what becomes of a task on the civil day a change takes effect.

    With `new_due` its date moves, without one it ends. `late_too` is the office's word that the change reaches what was
    already late, too. What waits to be confirmed is asked about no longer: nobody has said that it was owed.
    """
    if state in ENDED:
        return Fate.HAD_ENDED
    if state is State.AWAITING_REVIEW:
        return Fate.STAYS_IN_REVIEW
    late = due is not None and due < effective_on and state is not State.TO_CONFIRM
    if late and not late_too:
        return Fate.STAYS_LATE
    return Fate.MOVES if new_due else Fate.ENDS


class Undoing(StrEnum):
    """Name what becomes of a task that a change had ended or moved when the change is withdrawn."""

    STANDS_AGAIN = "stands_again"
    DATE_BACK = "date_back"
    DECIDED_SINCE = "decided_since"  # it ended, or came to stand again, by another decision
    DATED_SINCE = "dated_since"  # another date was set
    IN_REVIEW = "in_review"  # the unit has applied to close


PUT_BACK = frozenset({Undoing.STANDS_AGAIN, Undoing.DATE_BACK})


def undone(became: Fate, state: State, *, newest: bool) -> Undoing:
    """Return what becomes of a task when the change that it met with `became` (`ENDS` or `MOVES`) is withdrawn.

    `newest` tells that its end, or its date, is still the one the change gave it. What was decided later stands on its own
    and is left alone: a withdrawal takes back the change and nothing else. Raises `ValueError` for a task it did not touch.
    """
    if became is Fate.ENDS:
        return Undoing.STANDS_AGAIN if state is State.WITHDRAWN and newest else Undoing.DECIDED_SINCE
    if became is not Fate.MOVES:
        raise ValueError(f"a task that {became} was not changed")
    if state in ENDED:
        return Undoing.DECIDED_SINCE
    if state is State.AWAITING_REVIEW:
        return Undoing.IN_REVIEW
    return Undoing.DATE_BACK if newest else Undoing.DATED_SINCE
