"""Work out the geometry of the charts; templates draw it as SVG, with a table behind each for readers of screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.commitments.selectors.dashboard import Load, Week
from tracker.commitments.selectors.outcomes import Span

BAR_WIDTH = 1000
# Even one task among hundreds must be seen.
LEAST = 8


@dataclass(frozen=True, slots=True)
class Stretch:
    """Be one part of a bar: its tone, where it begins and how wide it is, of `BAR_WIDTH`."""

    tone: str
    x: int
    width: int


def bar(load: Load, longest: int) -> list[Stretch]:
    """Return the parts of a bar whose full width stands for `longest` tasks."""
    parts, x = [], 0
    for tone, number in (("late", load.overdue), ("soon", load.soon), ("rest", load.rest)):
        if number:
            width = max(round(BAR_WIDTH * number / max(longest, 1)), LEAST)
            parts.append(Stretch(tone, x, width))
            x += width
    return parts


CHART_WIDTH = 1140
COLUMN_HEIGHT = 108
# A column of full height stands for no fewer duties than these, or one duty would look like a rush.
LEAST_SCALE = 5
TOP = 24
BASE = TOP + COLUMN_HEIGHT
CHART_HEIGHT = BASE + 44
COLUMN = 27
# A week that holds so many times the average of the others is worth a word.
STANDS_OUT = 3


@dataclass(frozen=True, slots=True)
class Column:
    """Be one week of the chart; `month` is the day whose month begins below it, None where none does."""

    week: Week
    x: float
    y: float
    height: float
    middle: float
    peak: bool
    month: date | None


@dataclass(frozen=True, slots=True)
class WeekChart:
    """Hold the columns and, where one week stands out, the place of the words beside it."""

    columns: list[Column]
    note: Column | None
    note_x: float
    note_anchor: str
    width: int = CHART_WIDTH
    height: int = CHART_HEIGHT
    base: int = BASE
    column: int = COLUMN

    @property
    def total(self) -> int:
        return sum(column.week.due for column in self.columns)


def weeks(found: Sequence[Week]) -> WeekChart:
    """Return the chart of the weeks ahead; a single duty does not fill it."""
    most = max((week.due for week in found), default=0)
    step = CHART_WIDTH / max(len(found), 1)
    columns, month = [], None
    for place, week in enumerate(found):
        height = round(COLUMN_HEIGHT * week.due / max(most, LEAST_SCALE), 1)
        height = max(height, 2) if week.due else 1
        x = round(place * step + (step - COLUMN) / 2, 1)
        begins = None if week.first.month == month else week.first
        month = week.first.month
        outstanding = week.due == most and most > 0
        columns.append(Column(week, x, BASE - height, height, round(x + COLUMN / 2, 1), outstanding, begins))
    others = (sum(week.due for week in found) - most) / max(len(found) - 1, 1)
    note = (
        next((column for column in columns if column.peak), None) if most >= 5 and most > STANDS_OUT * others else None
    )
    left = note is not None and note.x > CHART_WIDTH * 0.6
    place_of_note = 0.0 if note is None else note.x - 10 if left else note.x + COLUMN + 10
    return WeekChart(columns, note, place_of_note, "end" if left else "start")


MONTHS_WIDTH = 560
MONTH_COLUMN = 26
MONTH_HEIGHT = 96
MONTHS_BASE = TOP + MONTH_HEIGHT


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """Be one month of the chart with the list behind it; a month without data has no column but a dash."""

    month: Span
    address: str
    x: float
    y: float
    height: float
    middle: float
    names_year: bool


@dataclass(frozen=True, slots=True)
class MonthChart:
    """Hold the months' columns; half of the height is one half."""

    columns: list[MonthColumn]
    width: int = MONTHS_WIDTH
    height: int = MONTHS_BASE + 60
    base: int = MONTHS_BASE
    top: int = TOP
    half: int = MONTHS_BASE - MONTH_HEIGHT // 2
    column: int = MONTH_COLUMN

    @property
    def listed(self) -> list[MonthColumn]:
        """Return the months from the first with data on: a list need not begin with months that say nothing."""
        begins = next((place for place, column in enumerate(self.columns) if column.month.rate is not None), 0)
        return self.columns[begins:]

    @property
    def told(self) -> int:
        """Return how many months have data."""
        return sum(column.month.rate is not None for column in self.columns)


def months(found: Sequence[tuple[Span, str]], *, width: int = MONTHS_WIDTH) -> MonthChart:
    """Return the chart of the rates by month, each with the address of its list."""
    step = width / max(len(found), 1)
    columns = []
    for place, (month, address) in enumerate(found):
        height = 0.0 if month.rate is None else max(round(MONTH_HEIGHT * month.rate / 100, 1), 1)
        x = round(place * step + (step - MONTH_COLUMN) / 2, 1)
        first = month.period.first
        columns.append(
            MonthColumn(
                month,
                address,
                x,
                MONTHS_BASE - height,
                height,
                round(x + MONTH_COLUMN / 2, 1),
                place == 0 or first.month == 1,
            )
        )
    return MonthChart(columns, width)
