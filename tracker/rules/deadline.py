"""Turn a deadline into a dated reckoning with its working shown, and a recurrence into its dated instances.

A deadline is one of five values: a fixed day, a stretch of days, an open beginning, a recurrence, or a limit counted from
an event. `reckon` answers with a day or with the reason why there is none yet; it never answers with a guess. How a
phrase becomes a deadline is decided by `phrases`, how days are counted by `counting`.

A day that the document names, or that ends a period it names, is not moved when it is a rest day; a limit counted in
calendar units is (Civil Code art. 203).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from dateutil.rrule import FR, MO, MONTHLY, SA, SU, TH, TU, WE, rrule, rrulestr

from tracker.rules.counting import Direction, Unit, count
from tracker.rules.phrases.reading import Kind, Reading, Relative
from tracker.rules.wording import Note, note
from tracker.rules.workdays import ONE_DAY, WorkdayCalendar

# The key under which the document's own issue date is handed to `reckon`, in its own word.
ISSUED = "印发"


@dataclass(frozen=True, slots=True)
class Fixed:
    """Fall due on a day."""

    on: date
    convention: str = "day"
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class By:
    """Be done within a stretch of days, both inclusive; due on its last day."""

    start: date
    end: date
    convention: str = "range"
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class From:
    """Begin on a day, open ended: nothing falls due."""

    start: date
    convention: str = "from_day"


@dataclass(frozen=True, slots=True)
class Within:
    """Fall due a number of units after (or before) an event.

    `n` is None where only the order is set. `roll` is False where a last day that is a rest day stays (a probation year).
    """

    n: int | None
    unit: Unit
    of: str
    direction: Direction = Direction.AFTER
    roll: bool = True
    convention: str = "relative_event"


@dataclass(frozen=True, slots=True)
class Every:
    """Recur by an RRULE as `phrases` writes it.

    `start` is the first day on which a period may begin and `until` the last day on which one may fall due; both
    inclusive, None for open. `after` is a limit counted from the end of each period.
    """

    rrule: str
    start: date | None = None
    until: date | None = None
    after: Within | None = None
    convention: str = "recurring"


Deadline = Fixed | By | From | Within | Every


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Hold a due date with the steps of its counting.

    `provisional` is True when the date rests on holidays that are not announced yet; it is recomputed when they are.
    """

    due: date
    start: date | None
    notes: tuple[Note, ...]
    provisional: bool
    convention: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Say why there is no date; `waits_for` names the event whose day is missing, empty when no event would give one."""

    reason: Note
    waits_for: str


@dataclass(frozen=True, slots=True)
class Instance:
    """Hold one due instance of a recurrence.

    `label` names the period: 2023-06, 2023Q3, 2023H2, 2023, 2024-2025, 2023-W23, or a day. `first` and `last` bound it.
    """

    label: str
    first: date
    last: date
    reckoning: Reckoning


def deadline_of(reading: Reading) -> Deadline | None:
    """Return the deadline a reading stands for, or None when it has no computable date.

    A limit that runs from the document's issue, named or not, becomes a Within of ISSUED.
    """
    relative = reading.relative
    if reading.recurrence is not None:
        after = _limit(relative, relative.of, reading.convention) if relative else None
        return Every(reading.recurrence, reading.start, reading.due, after, reading.convention)
    if relative is not None:
        from_issue = reading.convention in ("relative_issue", "relative_assumed", "relative_decision")
        return _limit(relative, ISSUED if from_issue else relative.of, reading.convention)
    if reading.kind is Kind.FROM and reading.start is not None:
        return From(reading.start, reading.convention)
    if reading.due is None:
        return None
    if reading.start is not None:
        return By(reading.start, reading.due, reading.convention, reading.notes)
    return Fixed(reading.due, reading.convention, reading.notes)


def _limit(relative: Relative, of: str, convention: str) -> Within:
    return Within(relative.within, relative.unit, of, relative.direction, relative.roll, convention)


def reckon(deadline: Deadline, *, events: Mapping[str, date], workdays: WorkdayCalendar) -> Reckoning | Unresolved:
    """Return the due date of a deadline with its working, or why there is none.

    `events` maps the events recorded so far to their days; the document's issue date stands under ISSUED. A recurrence
    has no single date: ask `instances`.
    """
    match deadline:
        case Fixed(on, convention, notes):
            return Reckoning(on, None, notes or (note("reckon.fixed", due=on),), False, convention)
        case By(start, end, convention, notes):
            shown = notes or (note("reading.range", first=start, last=end),)
            return Reckoning(end, start, shown, False, convention)
        case From(start, _):
            return Unresolved(note("reckon.open_ended", start=start), "")
        case Every(rule, _, _, _, _):
            return Unresolved(note("reckon.recurs", rule=rule), "")
        case Within():
            return _within(deadline, events, workdays)


def _within(limit: Within, events: Mapping[str, date], workdays: WorkdayCalendar) -> Reckoning | Unresolved:
    base = events.get(limit.of)
    if base is None:
        return Unresolved(note("reckon.waits", of=limit.of), limit.of)
    if limit.n is None:
        return Unresolved(note("reckon.no_limit", of=limit.of, day=base), "")
    try:
        counted = count(base, limit.n, limit.unit, workdays, direction=limit.direction, roll=limit.roll)
    except (OverflowError, ValueError):
        return Unresolved(note("reading.too_far", n=limit.n, unit=limit.unit), "")
    notes = (note("reckon.event", of=limit.of, day=base), *counted.notes)
    return Reckoning(counted.last, None, notes, counted.provisional, limit.convention)


# --- recurrences ---------------------------------------------------------------------------------------------------


def instances(every: Every, *, issued: date, through: date, workdays: WorkdayCalendar) -> tuple[Instance, ...]:
    """Return the instances of a recurrence that fall due on or before `through`, in order of their periods.

    The first is that of the first full period after `issued`, or from `every.start` on when the text names it. Each is due
    on the last day of its period unless the rule names a day; a 29th, 30th or 31st that a month does not have is its last
    day. Named working days honour holidays and make-up days. Raises ValueError for text that is no RRULE.
    """
    rule = _Rule.parse(every.rrule)
    earliest = every.start if every.start is not None else issued + ONE_DAY
    found: list[Instance] = []
    for period in _periods(rule, earliest):
        if period.first > through or (every.until is not None and period.first > every.until):
            break
        found.extend(_within_period(rule, period, every, workdays))
    end = through if every.until is None or every.after is not None else min(through, every.until)
    return tuple(instance for instance in found if instance.reckoning.due <= end)


@dataclass(frozen=True, slots=True)
class _Period:
    label: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Rule:
    text: str
    freq: str
    interval: int
    months: tuple[int, ...]
    days: tuple[int, ...]
    weekdays: tuple[str, ...]
    position: int | None

    @classmethod
    def parse(cls, text: str) -> _Rule:
        rrulestr(text)  # raises ValueError for text that is no RRULE
        parts = dict(part.split("=", 1) for part in text.split(";"))
        unknown = parts.keys() - {"FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS"}
        if unknown or parts["FREQ"] not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
            raise ValueError(f"{text} is not a recurrence of periods; use DAILY, WEEKLY, MONTHLY or YEARLY")
        return cls(
            text,
            parts["FREQ"],
            int(parts.get("INTERVAL", "1")),
            _numbers(parts.get("BYMONTH")),
            _numbers(parts.get("BYMONTHDAY")),
            tuple(parts["BYDAY"].split(",")) if "BYDAY" in parts else (),
            int(parts["BYSETPOS"]) if "BYSETPOS" in parts else None,
        )

    @property
    def step(self) -> relativedelta:
        """Return the length of a period."""
        match self.freq:
            case "DAILY":
                return relativedelta(days=self.interval)
            case "WEEKLY":
                return relativedelta(weeks=self.interval)
            case "MONTHLY":
                return relativedelta(months=self.span_of_months)
            case _:
                return relativedelta(years=self.interval)

    @property
    def span_of_months(self) -> int:
        """Return how many months a period has: months at equal distances name one month of each quarter or half-year."""
        if not self.months:
            return self.interval
        apart = 12 // len(self.months) if 12 % len(self.months) == 0 else 1
        even = all(later - sooner == apart for sooner, later in zip(self.months, self.months[1:], strict=False))
        return apart if even and len(self.months) > 1 else 1


def _numbers(text: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",")) if text else ()


def _periods(rule: _Rule, earliest: date) -> Iterator[_Period]:
    """Yield the periods that begin on or after `earliest`: calendar weeks, months, quarters, half-years and years.

    Periods that do not divide the year (every two years, every two weeks) are aligned with the first of them.
    """
    match rule.freq:
        case "DAILY":
            first = earliest
        case "WEEKLY":
            first = earliest + relativedelta(weekday=MO)
        case "MONTHLY":
            months = rule.span_of_months
            first = earliest.replace(month=(earliest.month - 1) // months * months + 1, day=1)
            if first < earliest:
                first += relativedelta(months=months)
        case _:
            first = earliest if (earliest.month, earliest.day) == (1, 1) else date(earliest.year + 1, 1, 1)
    while True:
        try:
            after = first + rule.step
        except (OverflowError, ValueError):
            return
        yield _Period(_label(rule, first, after - ONE_DAY), first, after - ONE_DAY)
        first = after


def _label(rule: _Rule, first: date, last: date) -> str:
    match rule.freq:
        case "DAILY":
            return first.isoformat()
        case "WEEKLY":
            year, week, _ = first.isocalendar()
            return f"{year}-W{week:02d}"
        case "YEARLY":
            return str(first.year) if rule.interval == 1 else f"{first.year}-{last.year}"
    match rule.span_of_months:
        case 1:
            return f"{first:%Y-%m}"
        case 3:
            return f"{first.year}Q{last.month // 3}"
        case 6:
            return f"{first.year}H{last.month // 6}"
        case 12:
            return str(first.year)
        case _:
            return f"{first:%Y-%m}/{last:%Y-%m}"


def _within_period(rule: _Rule, period: _Period, every: Every, workdays: WorkdayCalendar) -> list[Instance]:
    if every.after is not None:
        limit = every.after
        counted = count(period.last, limit.n or 0, limit.unit, workdays, direction=limit.direction, roll=limit.roll)
        notes = (note("reckon.period", label=period.label, first=period.first, last=period.last), *counted.notes)
        reckoning = Reckoning(counted.last, period.first, notes, counted.provisional, every.convention)
        return [Instance(period.label, period.first, period.last, reckoning)]
    days = _due_days(rule, period, workdays)
    return [_instance(period, day, len(days) > 1, every, rule, workdays) for day in days]


def _instance(
    period: _Period, due: date, several: bool, every: Every, rule: _Rule, workdays: WorkdayCalendar
) -> Instance:
    notes = [note("reckon.period", label=period.label, first=period.first, last=period.last)]
    notes.append(note("reckon.due_in_period", due=due))
    if not workdays.is_workday(due):
        notes.append(note("reading.rest_day_stays", due=due, before=workdays.previous_workday(due)))
    counted = rule.position is not None
    provisional = counted and workdays.touches_unknown(due, due)
    if provisional:
        notes.append(note("count.year_not_announced", year=due.year))
    label = f"{due:%Y-%m}" if several and rule.freq == "YEARLY" else due.isoformat() if several else period.label
    return Instance(
        label, period.first, period.last, Reckoning(due, period.first, tuple(notes), provisional, every.convention)
    )


def _due_days(rule: _Rule, period: _Period, workdays: WorkdayCalendar) -> list[date]:
    """Return the days of a period on which its instances fall due."""
    if rule.freq == "WEEKLY" and rule.weekdays:
        return [period.first + timedelta(days=_WEEKDAYS[code].weekday) for code in rule.weekdays]
    if not (rule.months or rule.days or rule.weekdays):
        return [period.last]
    months = [period.last.replace(day=1)]
    if rule.months:
        months = [month for month in _months_of(period) if month.month in rule.months]
    return sorted({day for month in months for day in _days_of_month(rule, month, workdays)})


def _months_of(period: _Period) -> Iterator[date]:
    month = period.first
    while month <= period.last:
        yield month
        month += relativedelta(months=1)


def _days_of_month(rule: _Rule, first: date, workdays: WorkdayCalendar) -> list[date]:
    last = first + relativedelta(day=31)
    if rule.weekdays and rule.position is not None:
        # The RRULE can only say Monday to Friday; the county means days on which it works.
        base = first - ONE_DAY if rule.position > 0 else last + ONE_DAY
        return [workdays.add_workdays(base, rule.position)]
    if rule.weekdays:
        nth = [_WEEKDAYS[code[-2:]](int(code[:-2])) for code in rule.weekdays]
        return [moment.date() for moment in rrule(MONTHLY, dtstart=_midnight(first), byweekday=nth, count=1)]
    if rule.days:
        return [last + timedelta(days=day + 1) if day < 0 else first + relativedelta(day=day) for day in rule.days]
    return [last]


_WEEKDAYS = {"MO": MO, "TU": TU, "WE": WE, "TH": TH, "FR": FR, "SA": SA, "SU": SU}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - rrule takes days as naive midnights
