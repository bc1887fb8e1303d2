"""Decide how one duty counts for one unit in a period, as it stood on a chosen day, and add such verdicts up.

A duty counts in the period its date lies in, and under exactly one outcome. The date is the one that was in force on the
chosen day: an extension granted before it is judged by the new date. Lateness is that of `standing`: the day the unit
applied is measured, and days on which the clock stood still are no days late. What was past when it was loaded does not
count until its unit has named a day of its own; what has no date never counts. Which rows make up a case, who may see
it and whether units are put in order by it is decided by others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from tracker.rules.followup import ENDED, State, TaskSnapshot
from tracker.rules.standing import Place, Standing, standing
from tracker.rules.workdays import WorkdayCalendar


class Outcome(StrEnum):
    """Name how a duty counts; `BACKFILL` stands beside the others and is in no sum."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN_LATE = "open_late"
    NOT_ACHIEVED = "not_achieved"
    AWAITING_REVIEW = "awaiting_review"
    SUSPENDED = "suspended"
    HELD_UP = "held_up"  # the lead's own part is done, a supporting unit's is not
    UNSAID = "unsaid"  # the duty ended before its supporting unit said anything of its part
    NOT_YET = "not_yet"
    BACKFILL = "backfill"


# What is decided one way or the other, and so makes a rate. The rest says nothing about a unit yet.
DECIDED = (Outcome.ON_TIME, Outcome.LATE, Outcome.OPEN_LATE, Outcome.NOT_ACHIEVED)
COUNTED = tuple(outcome for outcome in Outcome if outcome is not Outcome.BACKFILL)

_BY_PLACE = {
    Place.NOT_ACHIEVED: Outcome.NOT_ACHIEVED,
    Place.AWAITING_REVIEW: Outcome.AWAITING_REVIEW,
    Place.SUSPENDED: Outcome.SUSPENDED,
    Place.OVERDUE: Outcome.OPEN_LATE,
}


class Role(StrEnum):
    """Name what part a unit has in a duty."""

    LEAD = "lead"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class Period:
    """Hold a period's first and last civil day, both inclusive."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one unit's part in one duty, as it was at the end of the day that is judged by.

    `backfill` tells that the date was past when the duty was loaded and its unit has named no other. `part_done_on` is the
    civil day on which the unit said that its own part was done. `others_open` tells, for a lead, that a supporting unit's
    part was not done. A duty several units lead together is one case for each of them.
    """

    task: TaskSnapshot
    role: Role = Role.LEAD
    backfill: bool = False
    soft: bool = False
    part_done_on: date | None = None
    others_open: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Say how a case counts, and how late the unit was by then, in civil and in working days (0 when it was not).

    `soft` marks a promise that the text only strives for (力争), `provisional` a date that rests on holidays not announced
    yet.
    """

    outcome: Outcome
    role: Role = Role.LEAD
    soft: bool = False
    days_late: int = 0
    workdays_late: int = 0
    provisional: bool = False


def judge(case: Case, period: Period, as_of: date, workdays: WorkdayCalendar) -> Verdict | None:
    """Return how a case counts in the period, by what was so at the end of the civil day `as_of`.

    None where it does not count at all: no date, a date outside the period, withdrawn, or waiting for its event.
    """
    task = case.task
    if task.due is None or not period.holds(task.due) or task.state in {State.WITHDRAWN, State.WAITING}:
        return None
    if case.backfill or task.state is State.TO_CONFIRM:
        return Verdict(Outcome.BACKFILL, case.role, case.soft, provisional=task.provisional)
    outcome, measured = _as_lead(case, as_of, workdays) if case.role is Role.LEAD else _as_part(case, as_of, workdays)
    return Verdict(
        outcome, case.role, case.soft, measured.days_late, measured.workdays_late, provisional=task.provisional
    )


def _as_lead(case: Case, as_of: date, workdays: WorkdayCalendar) -> tuple[Outcome, Standing]:
    found = standing(case.task, as_of, workdays)
    if found.place is Place.CLOSED:
        return (Outcome.LATE if found.late else Outcome.ON_TIME), found
    outcome = _BY_PLACE.get(found.place, Outcome.NOT_YET)
    if outcome is Outcome.OPEN_LATE and case.others_open and case.part_done_on is not None:
        # Its own part is measured as the supporting units' are, and so is what is open now.
        own = _done(case.task, case.part_done_on, as_of, workdays)
        return (Outcome.OPEN_LATE, found) if own.late else (Outcome.HELD_UP, Standing(found.place))
    return outcome, found


def _as_part(case: Case, as_of: date, workdays: WorkdayCalendar) -> tuple[Outcome, Standing]:
    if case.part_done_on is not None:
        found = _done(case.task, case.part_done_on, as_of, workdays)
        return (Outcome.LATE if found.late else Outcome.ON_TIME), found
    found = standing(case.task, as_of, workdays)
    if case.task.state in ENDED or case.task.state is State.AWAITING_REVIEW:
        return Outcome.UNSAID, Standing(found.place)
    return _BY_PLACE.get(found.place, Outcome.NOT_YET), found


def _done(task: TaskSnapshot, on: date, as_of: date, workdays: WorkdayCalendar) -> Standing:
    return standing(replace(task, state=State.CLOSED, applied_on=on, closed_on=on), as_of, workdays)


@dataclass(frozen=True, slots=True)
class Tally:
    """Hold how many verdicts fell under each outcome, and how late what was closed late was, in working days.

    `soft` and `provisional` count what is in the sum, whatever its outcome.
    """

    counts: Mapping[Outcome, int] = field(default_factory=dict)
    soft: int = 0
    provisional: int = 0
    workdays_late: int = 0

    def of(self, outcome: Outcome) -> int:
        return self.counts.get(outcome, 0)

    @property
    def due(self) -> int:
        """Return how many fell due in the period: the sum over every outcome but `BACKFILL`."""
        return sum(self.of(outcome) for outcome in COUNTED)

    @property
    def decided(self) -> int:
        return sum(self.of(outcome) for outcome in DECIDED)

    @property
    def rate(self) -> int | None:
        """Return how much of what is decided was on time, in percent rounded down; None, no data, where nothing is.

        Rounded down, because 99.6 % is not all.
        """
        return 100 * self.of(Outcome.ON_TIME) // self.decided if self.decided else None

    @property
    def mean_late(self) -> float | None:
        """Return by how many working days what was closed late was late on average; None where nothing was."""
        late = self.of(Outcome.LATE)
        return round(self.workdays_late / late, 1) if late else None


def tally(verdicts: Iterable[Verdict]) -> Tally:
    """Add verdicts up."""
    found = list(verdicts)
    counted = [one for one in found if one.outcome is not Outcome.BACKFILL]
    late = [one.workdays_late for one in found if one.outcome is Outcome.LATE]
    return Tally(
        Counter(one.outcome for one in found),
        soft=sum(one.soft for one in counted),
        provisional=sum(one.provisional for one in counted),
        workdays_late=sum(late),
    )


@dataclass(frozen=True, slots=True)
class Weights:
    """Hold what a decided duty is worth, in percent; `soft` and `part` say how heavy a soft promise and a part weigh.

    A weight of 0 for `soft` or `part` leaves those out. Raises ValueError for a value outside 0–100.
    """

    on_time: int = 100
    late: int = 50
    open_late: int = 0
    not_achieved: int = 0
    soft: int = 50
    part: int = 0

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            if not 0 <= getattr(self, name) <= 100:
                raise ValueError(f"the weight “{name}” must be a whole number from 0 to 100")

    def worth(self, outcome: Outcome) -> int:
        return int(getattr(self, outcome.value))

    def weight(self, verdict: Verdict) -> int:
        """Return how heavy a verdict weighs, in percent of a plain one."""
        part = self.part if verdict.role is Role.SUPPORT else 100
        return part * (self.soft if verdict.soft else 100) // 100


@dataclass(frozen=True, slots=True)
class Term:
    """Be one term of a score: so many verdicts of one outcome and weight, and what each is worth (both in percent)."""

    outcome: Outcome
    weight: int
    number: int
    worth: int


@dataclass(frozen=True, slots=True)
class Score:
    """Hold a score from 0 to 100, to one decimal, with the terms it was made of, in the order of `DECIDED`."""

    points: float
    terms: tuple[Term, ...]

    @property
    def heavy(self) -> int:
        """Return what the terms weigh together, in percent of a plain verdict."""
        return sum(term.weight * term.number for term in self.terms)


def score(verdicts: Iterable[Verdict], weights: Weights) -> Score | None:
    """Return the weighted mean worth of what is decided; None where nothing is, or where all of it weighs nothing."""
    numbers = Counter((one.outcome, weights.weight(one)) for one in verdicts if one.outcome in DECIDED)
    terms = tuple(
        Term(outcome, weight, number, weights.worth(outcome))
        for (outcome, weight), number in sorted(
            numbers.items(), key=lambda item: (DECIDED.index(item[0][0]), -item[0][1])
        )
        if weight
    )
    heavy = sum(term.weight * term.number for term in terms)
    if not heavy:
        return None
    return Score(round(sum(term.worth * term.weight * term.number for term in terms) / heavy, 1), terms)


def months(last: date, number: int) -> list[Period]:
    """Return the whole calendar months up to the one that holds `last`, the oldest first."""
    found, first = [], last.replace(day=1)
    for _ in range(number):
        found.append(month_of(first))
        first = date.fromordinal(first.toordinal() - 1).replace(day=1)
    return found[::-1]


def month_of(day: date) -> Period:
    """Return the calendar month that holds a day."""
    return _span(day, 1)


def quarter_of(day: date) -> Period:
    return _span(day, 3)


def half_year_of(day: date) -> Period:
    return _span(day, 6)


def year_of(day: date) -> Period:
    return _span(day, 12)


def _span(day: date, length: int) -> Period:
    """Return the stretch of `length` months of the year that holds a day."""
    start = (day.month - 1) // length * length + 1
    end = start + length
    after = date(day.year + (end > 12), end - 12 if end > 12 else end, 1)
    return Period(date(day.year, start, 1), date.fromordinal(after.toordinal() - 1))
