"""Read what came of duties for the overview: how much was on time by month, and why what is late is late.

A month's figures are those of the assessment of the month as of today (`selectors.assessment`), added up in SQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate, TruncMonth

from tracker.commitments.models import Assignment, Extension, ProgressReport, Review, Suspension, Task
from tracker.commitments.selectors.ledger import RUNNING
from tracker.rules.assessment import Period, months
from tracker.rules.causes import Cause, read
from tracker.rules.civil import SHANGHAI
from tracker.rules.followup import State

MONTHS = 12


def measured_day() -> Expression:
    """Return the civil day by which a closed task's lateness is judged, as `rules.standing` has it.

    It is the day the unit applied to close; for what was past when it was loaded, the day the unit says it was done.
    """
    return Case(
        When(backfill=True, done_on__isnull=False, then=F("done_on")),
        default=Coalesce(TruncDate("applied_at", tzinfo=SHANGHAI), TruncDate("closed_at", tzinfo=SHANGHAI)),
        output_field=DateField(),
    )


@dataclass(frozen=True, slots=True)
class Span:
    """Count what fell due in a month, or in several, and is decided; without any there are no data."""

    period: Period
    on_time: int = 0
    late: int = 0
    open_late: int = 0
    not_achieved: int = 0

    @property
    def decided(self) -> int:
        return self.on_time + self.late + self.open_late + self.not_achieved

    @property
    def rate(self) -> int | None:
        return 100 * self.on_time // self.decided if self.decided else None


def by_month(tasks: QuerySet[Task], *, today: date) -> list[Span]:
    """Return the last `MONTHS` months, this one last, in two queries."""
    periods = months(today, MONTHS)
    named = ProgressReport.objects.filter(task=OuterRef("pk"), kind=ProgressReport.Kind.BACKFILL, done_on=None)
    of_months = (
        tasks.order_by()
        .filter(due__gte=periods[0].first, due__lte=periods[-1].last)
        .filter(Q(backfill=False) | Exists(named))
        .annotate(month=TruncMonth("due"), measured=measured_day())
    )
    in_time, running = Q(measured__lte=F("due")), Q(state__in=RUNNING, due__lt=today)
    counts = {
        row["month"]: row
        for row in of_months.values("month").annotate(
            on_time=Count("pk", filter=Q(state=State.CLOSED) & in_time),
            late=Count("pk", filter=Q(state=State.CLOSED) & ~in_time),
            not_achieved=Count("pk", filter=Q(state=State.NOT_ACHIEVED)),
            open_late=Count("pk", filter=running),
        )
    }
    held = dict(of_months.filter(running, _held_up()).values_list("month").annotate(number=Count("pk")))
    found = []
    for period in periods:
        row = counts.get(period.first)
        if row is None:
            found.append(Span(period))
            continue
        open_late = row["open_late"] - held.get(period.first, 0)
        found.append(Span(period, row["on_time"], row["late"], open_late, row["not_achieved"]))
    return found


def of_year(months: Sequence[Span], year: int) -> Span:
    """Add up those of the months, at least one, that lie in a civil year."""
    those = [month for month in months if month.period.first.year == year]
    return Span(
        Period(those[0].period.first, those[-1].period.last),
        sum(month.on_time for month in those),
        sum(month.late for month in those),
        sum(month.open_late for month in those),
        sum(month.not_achieved for month in those),
    )


def _held_up() -> Q:
    """Return the condition that the lead's own part was done in time and a supporting unit's is not done."""
    parts = Assignment.objects.filter(task=OuterRef("pk")).annotate(done_day=TruncDate("done_at", tzinfo=SHANGHAI))
    again = Review.objects.filter(
        task=OuterRef("task"), decision=Review.Decision.RETURNED, report__at__gte=OuterRef("done_at")
    )
    own = parts.filter(
        ~Exists(again), unit=OuterRef("lead"), role="lead", done_at__isnull=False, done_day__lte=OuterRef("due")
    )
    return Q(Exists(own)) & Q(Exists(parts.filter(role="support", done_at=None)))


@dataclass(frozen=True, slots=True)
class Stated:
    """Say why one late task is late, and in which words, empty where nobody said."""

    task_id: int
    cause: Cause
    words: str


def causes(tasks: QuerySet[Task], *, today: date) -> Counter[Cause]:
    """Count the causes of what is late and open, in one query."""
    rows = _stated(tasks, today).values_list("held", "words").annotate(number=Count("pk"))
    found: Counter[Cause] = Counter()
    for held, words, number in rows:
        found[_cause(held, words)] += number
    return found


def stated(tasks: QuerySet[Task], *, today: date) -> list[Stated]:
    """Return why each late task is late, the earliest date first, in one query."""
    rows = _stated(tasks, today).order_by("due", "pk").values_list("pk", "held", "words", "blocker_note")
    return [Stated(pk, _cause(held, words), note if held else words) for pk, held, words, note in rows]


def _cause(held: bool, words: str) -> Cause:
    return Cause.PART if held else read(words)


def _stated(tasks: QuerySet[Task], today: date) -> QuerySet[Any]:
    """Return the late tasks with what was said of why: the newest report since the date, else why more time was asked
    for, else why it once stood still; `held` tells that another unit was named that holds it up.
    """
    reports = ProgressReport.objects.filter(task=OuterRef("pk"), unit=OuterRef("lead")).exclude(text="")
    since = reports.annotate(day=TruncDate("at", tzinfo=SHANGHAI)).filter(day__gt=OuterRef("due"))
    asked = Extension.objects.filter(task=OuterRef("pk")).order_by("-requested_at")
    stood = Suspension.objects.filter(task=OuterRef("pk")).order_by("-from_day")
    return (
        tasks.order_by()
        .filter(state__in=RUNNING, due__lt=today)
        .annotate(
            held=Case(When(blocker__isnull=False, then=Value(True)), default=Value(False)),
            words=Case(
                When(blocker__isnull=False, then=Value("")),
                default=Coalesce(
                    Subquery(since.order_by("-at", "-pk").values("text")[:1]),
                    Subquery(asked.values("reason")[:1]),
                    Subquery(stood.values("reason")[:1]),
                    Value(""),
                ),
                output_field=CharField(),
            ),
        )
    )
