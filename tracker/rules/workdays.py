"""Decide which days are working days, and count them.

A calendar is a value: holidays, 调休 make-up days and the years the State Council has announced. It reads no file and no
clock; the county's own changes are laid over it with `with_overrides`. A year that is not announced yet is counted by
weekends alone and the answer is marked provisional. What a count is for (a statutory limit, a reminder) is decided by
the callers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import groupby

from chinese_calendar import constants

from tracker.rules.wording import Note, note

ONE_DAY = timedelta(days=1)

# The package files each day under an English name; here a festival goes by its Chinese one, as the notices print it.
FESTIVALS: Mapping[str, str] = {holiday.value: holiday.chinese for holiday in constants.Holiday}


@dataclass(frozen=True, slots=True)
class DayCount:
    """Hold a count of days with its working shown.

    `first` is the first day counted and `last` the day the count ends on, both inclusive. `notes` say which days were
    passed over and why. `provisional` is True when the count touches a year whose holidays are not announced.
    """

    first: date
    last: date
    notes: tuple[Note, ...]
    provisional: bool


@dataclass(frozen=True)
class WorkdayCalendar:
    """Know the rest days and working days of the State Council's yearly notices.

    `holidays` maps each day off to its festival, weekends inside the holiday included. `makeup` maps each weekend day
    that is worked to the festival it makes up for. Years from `known_from` through `known_through` are announced.
    """

    holidays: Mapping[date, str] = field(hash=False)
    makeup: Mapping[date, str] = field(hash=False)
    known_from: int
    known_through: int

    @classmethod
    def china(cls) -> WorkdayCalendar:
        """Return the State Council's calendar as the installed chinesecalendar package carries it."""
        return _china()

    def with_overrides(
        self,
        *,
        rest: Mapping[date, str] | None = None,
        work: Mapping[date, str] | None = None,
        known_through: int | None = None,
    ) -> WorkdayCalendar:
        """Return this calendar with the county's own days laid over it.

        `rest` makes days off (date to reason) and `work` makes working days (date to reason); a day named here no longer
        follows the State Council's notice. `known_through` raises the last announced year; it is never lowered. Raises
        ValueError when a day is in both.
        """
        rest, work = dict(rest or {}), dict(work or {})
        if both := sorted(rest.keys() & work.keys()):
            raise ValueError(f"{both[0]} is given both as a rest day and as a working day; keep one of them")
        return WorkdayCalendar(
            holidays={day: name for day, name in self.holidays.items() if day not in work} | rest,
            makeup={day: name for day, name in self.makeup.items() if day not in rest} | work,
            known_from=self.known_from,
            known_through=max(self.known_through, known_through or self.known_through),
        )

    def known(self, day: date) -> bool:
        """Return whether the holidays of this day's year are announced, or the day itself has been entered."""
        return self.known_from <= day.year <= self.known_through or day in self.holidays or day in self.makeup

    def is_workday(self, day: date) -> bool:
        """Return whether people work on this day; for a year not announced, Monday to Friday are taken as working days."""
        return day in self.makeup or (day.weekday() < 5 and day not in self.holidays)

    def next_workday(self, day: date) -> date:
        """Return the first working day on or after `day`."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def previous_workday(self, day: date) -> date:
        """Return the last working day on or before `day`."""
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def add_workdays(self, day: date, days: int) -> date:
        """Return the working day that lies `days` working days after `day`, counted from the next day (Civil Code art. 201).

        A negative number counts backwards from the day before. Zero returns `day` itself, whatever day it is.
        """
        if days == 0:
            return day
        # Seven days hold five working days, and every weekday off pushes the end by at most one more.
        reach = 2 * (abs(days) + len(self._weekdays_off)) + 14
        if days > 0:
            wanted = self._worked_through(day.toordinal()) + days
            span = range(day.toordinal() + 1, day.toordinal() + reach)
            return date.fromordinal(span[bisect_left(span, wanted, key=self._worked_through)])
        wanted = self._worked_through(day.toordinal() - 1) + days
        span = range(day.toordinal() - reach, day.toordinal())
        return date.fromordinal(span[bisect_right(span, wanted, key=self._worked_through)])

    def workdays_between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start` up to and including `end`; negative when `end` is earlier."""
        return self._worked_through(end.toordinal()) - self._worked_through(start.toordinal())

    def count_workdays(self, start: date, days: int) -> DayCount:
        """Count `days` working days from the day after `start`, or back from the day before it, and show the working.

        `days` is not zero.
        """
        last = self.add_workdays(start, days)
        first = start + ONE_DAY if days > 0 else start - ONE_DAY
        low, high = min(first, last), max(first, last)
        notes = [
            note("count.from_next_day" if days > 0 else "count.from_day_before", start=start, first=first),
            *self.explain(low, high),
            note("count.workday_reached", n=abs(days), last=last),
        ]
        return DayCount(first, last, tuple(notes), self.touches_unknown(low, high))

    def touches_unknown(self, first: date, last: date) -> bool:
        """Return whether any day from `first` to `last` inclusive lies in a year not announced."""
        return first.year < self.known_from or last.year > self.known_through

    def explain(self, first: date, last: date) -> tuple[Note, ...]:
        """Say which days from `first` to `last` inclusive are passed over, and which weekend days are worked.

        One note per holiday, one for ordinary weekends, one for make-up days, one for each unannounced year.
        """
        notes: list[Note] = []
        weekends: list[date] = []
        made_up: list[date] = []
        off: list[tuple[date, str]] = []
        for day in days_from(first, last):
            if day in self.makeup:
                made_up.append(day)
            elif day in self.holidays:
                off.append((day, self.holidays[day]))
            elif day.weekday() >= 5:
                weekends.append(day)
        for name, group in groupby(off, key=lambda entry: entry[1]):
            run = [day for day, _ in group]
            if len(run) == 1:
                notes.append(note("count.holiday_day", name=name, day=run[0]))
            else:
                notes.append(note("count.holiday", name=name, first=run[0], last=run[-1], n=len(run)))
        if weekends:
            notes.append(note("count.weekends", n=len(weekends)))
        if made_up:
            notes.append(note("count.makeup", days="、".join(day.isoformat() for day in made_up)))
        years = range(first.year, last.year + 1)
        unknown = [year for year in years if not self.known_from <= year <= self.known_through]
        notes.extend(note("count.year_not_announced", year=year) for year in unknown)
        return tuple(notes)

    def holiday_span(self, name: str, year: int) -> tuple[date, date] | None:
        """Return the first and last day off around a festival of `year`, or None while that year is not announced.

        `name` is a value of FESTIVALS. A holiday that runs into another (中秋 with 国庆) is returned whole. 元旦 of a year
        may begin in the December before.
        """
        # 31 December 2022 is a day off for 元旦 2023: a December day belongs to the year that follows.
        named = [
            day for day, label in self.holidays.items() if label == name and (day + timedelta(days=20)).year == year
        ]
        if not named:
            return None
        first, last = min(named), max(named)
        while first - ONE_DAY in self.holidays:
            first -= ONE_DAY
        while last + ONE_DAY in self.holidays:
            last += ONE_DAY
        return first, last

    @cached_property
    def _weekdays_off(self) -> list[int]:
        return sorted(day.toordinal() for day in self.holidays if day.weekday() < 5 and day not in self.makeup)

    @cached_property
    def _weekends_on(self) -> list[int]:
        return sorted(day.toordinal() for day in self.makeup if day.weekday() >= 5)

    def _worked_through(self, ordinal: int) -> int:
        """Count the working days from the beginning of time through this day. Ordinal 1 was a Monday."""
        weeks, rest = divmod(ordinal, 7)
        return (
            weeks * 5
            + min(rest, 5)
            - bisect_right(self._weekdays_off, ordinal)
            + bisect_right(self._weekends_on, ordinal)
        )


def days_from(first: date, last: date) -> Iterable[date]:
    """Yield every day from `first` to `last` inclusive."""
    return (date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1))


@cache
def _china() -> WorkdayCalendar:
    years = [day.year for day in constants.holidays]
    return WorkdayCalendar(
        holidays={day: FESTIVALS[name] for day, name in constants.holidays.items()},
        makeup={day: FESTIVALS[name] for day, name in constants.workdays.items()},
        known_from=min(years),
        known_through=max(years),
    )
