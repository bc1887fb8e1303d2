"""The overview's figures, and how they are drawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from tests import factories as make
from tests.factories import NOW, TODAY
from tracker.commitments.models import Task
from tracker.commitments.selectors import dashboard, ledger, outcomes
from tracker.commitments.selectors.dashboard import Load, Week
from tracker.commitments.selectors.outcomes import by_month, of_year
from tracker.interfaces.web import charts
from tracker.interfaces.web.templatetags import tracker_overview
from tracker.org.models import UnitKind
from tracker.rules.assessment import Period
from tracker.rules.followup import State


def closed(
    due: date, *, done_on: date | None = None, applied: datetime | None = None, state: State = State.CLOSED
) -> Task:
    return make.task(due=due, state=state, closed_at=NOW, done_on=done_on, applied_at=applied)


@pytest.mark.django_db
@pytest.mark.core
def test_the_four_figures() -> None:
    make.task(due=date(2023, 6, 2))
    make.task(due=date(2023, 5, 31), state=State.IN_PROGRESS)
    make.task(due=TODAY)
    make.task(due=TODAY + timedelta(days=30))
    make.task(due=TODAY + timedelta(days=31))
    make.task(due=date(2023, 6, 1), state=State.AWAITING_REVIEW, applied_at=NOW)
    # Past its date, but nobody is late: it waits to be confirmed, or stands still.
    make.task(due=date(2023, 4, 30), state=State.TO_CONFIRM)
    make.task(due=date(2023, 4, 30), state=State.SUSPENDED)
    numbers = dashboard.numbers(Task.objects.all(), today=TODAY)
    assert (numbers.overdue, numbers.longest_due) == (2, date(2023, 5, 31))
    assert numbers.soon == 2
    assert (numbers.awaiting, numbers.awaiting_since) == (1, NOW)
    assert numbers.to_confirm == 1


@pytest.mark.django_db
@pytest.mark.core
def test_on_time_is_judged_by_the_day_the_unit_applied() -> None:
    closed(date(2023, 6, 2), applied=datetime(2023, 6, 2, 15, 30, tzinfo=UTC))
    # Applied for at 00:30 on 3 June in Shanghai: late, though it was still the 2nd in Greenwich, and whatever day it names.
    closed(date(2023, 6, 2), done_on=date(2023, 6, 2), applied=datetime(2023, 6, 2, 16, 30, tzinfo=UTC))
    closed(date(2023, 6, 2), done_on=date(2023, 6, 1), state=State.NOT_ACHIEVED)
    year = of_year(by_month(Task.objects.all(), today=TODAY), 2023)
    assert (year.on_time, year.late, year.not_achieved, year.rate) == (1, 1, 1, 33)


@pytest.mark.django_db
@pytest.mark.core
def test_what_is_late_and_open_lowers_the_years_rate_and_last_year_is_not_in_it() -> None:
    closed(date(2023, 6, 2), applied=datetime(2023, 6, 2, 1, 0, tzinfo=UTC))
    closed(date(2022, 12, 31), applied=datetime(2023, 1, 5, 1, 0, tzinfo=UTC))
    for _number in range(3):
        make.task(due=date(2023, 5, 31))
    make.task(due=TODAY)
    year = of_year(by_month(Task.objects.all(), today=TODAY), 2023)
    assert (year.on_time, year.open_late, year.decided, year.rate) == (1, 3, 4, 25)
    assert (year.period.first, year.period.last) == (date(2023, 1, 1), date(2023, 6, 30))


@pytest.mark.django_db
@pytest.mark.core
def test_no_data_is_no_rate() -> None:
    assert of_year(by_month(Task.objects.all(), today=TODAY), 2023).rate is None


@pytest.mark.django_db
@pytest.mark.core
def test_weeks_run_from_monday_and_name_their_fullest_day() -> None:
    for due in (date(2023, 6, 5), date(2023, 6, 30), date(2023, 6, 30), date(2023, 7, 2), date(2023, 6, 4)):
        make.task(due=due)
    weeks = dashboard.weeks_ahead(Task.objects.all(), today=TODAY)
    assert len(weeks) == 26
    assert (weeks[0].first, weeks[0].last, weeks[0].due) == (date(2023, 6, 5), date(2023, 6, 11), 1)
    assert (weeks[3].due, weeks[3].peak, weeks[3].peak_due) == (3, date(2023, 6, 30), 2)


@pytest.mark.django_db
@pytest.mark.core
def test_late_tasks_of_one_promise_are_taken_together() -> None:
    of = make.commitment(each=True, due=date(2023, 6, 2))
    for _ in range(5):
        make.task(make.unit(), of=of, due=date(2023, 6, 2))
    make.task(make.unit(), of=of, due=date(2023, 6, 2), state=State.CLOSED)
    make.task(due=date(2023, 6, 1))
    first, second = dashboard.late(Task.objects.all(), today=TODAY)
    assert (first.count, first.owed) == (1, 1)
    assert (second.count, second.owed, len(second.tasks)) == (5, 6, dashboard.LATE_SHOWN)


@pytest.mark.django_db
@pytest.mark.core
def test_a_units_load_is_cut_by_how_pressing_it_is() -> None:
    lead = make.unit()
    for due in (date(2023, 6, 2), date(2023, 6, 20), date(2023, 12, 31), None):
        make.task(lead, of=make.commitment(), due=due)
    (row,) = dashboard.by_lead(Task.objects.all(), today=TODAY)
    assert row.load == Load(overdue=1, soon=1, rest=2)
    assert dashboard.together([row], frozenset({lead.pk})) == row.load


def test_a_bar_shows_even_one_among_hundreds() -> None:
    parts = charts.bar(Load(1, 0, 400), 401)
    assert [part.tone for part in parts] == ["late", "rest"]
    assert parts[0].width == charts.LEAST
    assert parts[1].x == parts[0].width


def week(number: int, due: int) -> Week:
    first = date(2023, 6, 5) + timedelta(weeks=number)
    return Week(first, first + timedelta(days=6), due, first if due else None, due)


def test_a_week_that_stands_out_gets_a_word_and_the_others_do_not() -> None:
    chart = charts.weeks([week(0, 2), week(1, 36), *(week(n, 1) for n in range(2, 26))])
    assert chart.note is not None and chart.note.week.due == 36
    assert chart.columns[1].height == charts.COLUMN_HEIGHT
    assert charts.weeks([week(n, 3) for n in range(26)]).note is None


def test_a_single_duty_does_not_fill_the_chart() -> None:
    chart = charts.weeks([week(0, 1), *(week(n, 0) for n in range(1, 26))])
    assert chart.columns[0].height == charts.COLUMN_HEIGHT / charts.LEAST_SCALE


def test_a_week_is_named_by_its_days_and_a_month_only_where_it_changes() -> None:
    assert tracker_overview.days_of(week(0, 1)) == "6月5日—11日"
    assert tracker_overview.days_of(week(3, 1)) == "6月26日—7月2日"
    with translation.override("en"):
        assert tracker_overview.days_of(week(0, 1)) == "5–11 Jun"
        assert tracker_overview.days_of(week(3, 1)) == "26 Jun – 2 Jul"


def test_the_list_of_months_begins_with_the_first_that_says_something() -> None:
    periods = [Period(date(2023, month, 1), date(2023, month, 28)) for month in range(1, 7)]
    said = [outcomes.Span(one, on_time=1 if one.first.month == 4 else 0) for one in periods]
    chart = charts.months([(one, "") for one in said])
    assert [column.month.period.first.month for column in chart.listed] == [4, 5, 6]


def test_an_empty_chart_has_no_peak() -> None:
    chart = charts.weeks([week(n, 0) for n in range(26)])
    assert chart.total == 0
    assert not any(column.peak for column in chart.columns)


def test_each_month_is_named_once_below_the_weeks() -> None:
    chart = charts.weeks([week(n, 1) for n in range(26)])
    assert [column.month.month for column in chart.columns if column.month] == [6, 7, 8, 9, 10, 11]


@pytest.mark.django_db
@pytest.mark.core
def test_a_units_bar_opens_the_tasks_it_leads_and_no_others() -> None:
    lead, other = make.unit(), make.unit()
    led = make.task(lead, of=make.commitment())
    make.task(other, lead, of=make.commitment())
    (row,) = [row for row in dashboard.by_lead(Task.objects.all(), today=TODAY) if row.id == lead.pk]
    found = ledger.found(Task.objects.all(), ledger.Query(lead=lead.slug), today=TODAY)
    assert (row.load.open, list(found)) == (1, [led])


@pytest.mark.django_db
@pytest.mark.core
def test_what_is_not_broken_down_yet_is_no_units_lateness_and_stands_last() -> None:
    unnamed = make.unit("县直各相关单位", kind=UnitKind.COLLECTIVE)
    for lead in (unnamed, unnamed, make.unit("蔡村乡人民政府")):
        make.task(lead, of=make.commitment(), due=date(2023, 6, 2))
    rows = dashboard.by_lead(Task.objects.all(), today=TODAY)
    assert [(row.name, row.load, row.unnamed, row.past) for row in rows] == [
        ("蔡村乡人民政府", Load(1, 0, 0), False, 0),
        ("县直各相关单位", Load(0, 0, 2), True, 2),
    ]
    found = ledger.found(Task.objects.all(), ledger.Query(standing="unnamed"), today=TODAY)
    assert {task.lead_id for task in found} == {unnamed.pk}


@pytest.mark.django_db
@pytest.mark.core
def test_each_late_date_of_a_recurring_promise_keeps_its_own_tasks() -> None:
    of = make.commitment(each=True, due=date(2023, 6, 2))
    first = [make.task(make.unit(), of=of, due=date(2023, 5, 2)) for _ in range(4)]
    second = [make.task(make.unit(), of=of, due=date(2023, 6, 2)) for _ in range(2)]
    make.task(due=date(2023, 6, 2))
    may, june, _other = dashboard.late(Task.objects.all(), today=TODAY)
    assert (may.tasks, may.count) == (first[: dashboard.LATE_SHOWN], 4)
    assert (june.tasks, june.count) == (second, 2)


@pytest.mark.django_db
@pytest.mark.core
def test_what_falls_due_next_is_each_portfolios_own() -> None:
    ours, theirs, third = make.unit(), make.unit(), make.unit()
    for lead, due, title in (
        (ours, date(2023, 6, 20), "报送方案"),
        (theirs, date(2023, 6, 12), "完成检查"),
        (theirs, date(2023, 6, 20), "总结"),
        (third, date(2023, 6, 20), "验收"),
    ):
        make.task(lead, of=make.commitment(due=due, title=title), due=due)
    rows = dashboard.by_lead(Task.objects.all(), today=TODAY)
    groups = [frozenset({ours.pk}), frozenset({theirs.pk, third.pk}), frozenset({0})]
    first, second, none = dashboard.next_of_each(Task.objects.all(), rows, groups)
    assert first == dashboard.Next(date(2023, 6, 20), "报送方案")
    assert second == dashboard.Next(date(2023, 6, 12), "完成检查")
    assert none is None
