"""A unit's work is read in few queries, and says the same as what reads it row by row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.factories import NOW, TODAY
from tracker.audit.actors import Role
from tracker.commitments import services
from tracker.commitments.models import Task
from tracker.commitments.selectors.my_unit import Do, Section, workload
from tracker.commitments.selectors.standing import standings_of
from tracker.escalation import selectors as escalation
from tracker.org.models import Unit
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def unit() -> Unit:
    return make.unit("蔡村乡人民政府")


@pytest.fixture
def late(unit: Unit) -> Task:
    """Return a duty that stood still for four days before its date was passed."""
    office = make.person(Role.SUPERVISION)
    document = make.document()
    make.policy(document, {"title": "提请普查办协调", "offset": 3}, key="census")
    of = make.commitment(document, due=date(2023, 5, 29), policy_key="census")
    task = make.task(unit, make.unit("县统计局"), of=of, due=date(2023, 5, 29))
    services.suspend(task=task, reason="等省里批复", by=office, now=NOW - timedelta(days=8))
    services.resume(task=Task.objects.get(pk=task.pk), by=office, now=NOW - timedelta(days=4))
    return Task.objects.get(pk=task.pk)


def test_what_comes_next_is_the_same_whether_its_grounds_are_read_once_or_again(unit: Unit, late: Task) -> None:
    Task.objects.filter(pk=late.pk).update(due=date(2023, 6, 1))
    work = workload(unit, actor=make.person(Role.LIAISON, unit), today=TODAY)
    (row,) = work.of(Section.LATE)
    plain = escalation.outlooks([Task.objects.get(pk=late.pk)], now=NOW)
    assert escalation.outlooks([row.task], now=NOW, grounds=work.grounds) == plain
    assert plain[late.pk].next is not None
    assert work.grounds.stops[late.pk]
    assert row.standing == standings_of([row.task], today=TODAY)[late.pk]


def test_a_row_asks_nothing_more_for_what_it_shows(unit: Unit, late: Task) -> None:
    Task.objects.filter(pk=late.pk).update(due=date(2023, 6, 1))
    work = workload(unit, actor=make.person(Role.LIAISON, unit), today=TODAY)
    (row,) = work.of(Section.LATE)
    with CaptureQueriesContext(connection) as asked:
        shown: tuple[Any, ...] = (
            str(row.task.lead),
            row.task.commitment.document.short,
            row.task.commitment.clause.label,
            row.task.commitment.quote,
            row.part.unit_id,
        )
    assert not asked
    assert shown[0] == "蔡村乡人民政府"


def test_extension_requests_are_read_for_the_head_who_is_to_agree_only(unit: Unit) -> None:
    of = make.commitment(due=date(2023, 6, 12))
    task = make.task(unit, of=of, due=date(2023, 6, 12), state=State.IN_PROGRESS)
    liaison, head = make.person(Role.LIAISON, unit), make.person(Role.UNIT_HEAD, unit)
    asked = services.request_extension(
        task=task, unit=unit, new_due=date(2023, 6, 30), reason="等省里批复", progress="已报送方案", by=liaison, now=NOW
    )
    assert workload(unit, actor=head, today=TODAY).to_agree == [asked]
    assert workload(unit, actor=liaison, today=TODAY).to_agree == []


def test_another_units_part_is_no_row_of_this_unit(unit: Unit) -> None:
    other = make.unit("县统计局")
    of = make.commitment(due=date(2023, 6, 7))
    make.task(unit, other, of=of, due=date(2023, 6, 7), state=State.IN_PROGRESS)
    ours = workload(unit, actor=make.person(Role.LIAISON, unit), today=TODAY)
    theirs = workload(other, actor=make.person(Role.LIAISON, other), today=TODAY)
    assert [(one.part.unit, one.leads) for rows in ours.sections.values() for one in rows] == [(unit, True)]
    assert [(one.part.unit, one.leads) for rows in theirs.sections.values() for one in rows] == [(other, False)]


def test_an_instruction_stands_before_the_unit_until_it_reports_however_far_the_date_is(unit: Unit) -> None:
    liaison, leader = make.person(Role.LIAISON, unit), make.person(Role.COUNTY_HEAD)
    far = make.task(unit, make.unit("县统计局"), of=make.commitment(due=date(2025, 12, 31)), due=date(2025, 12, 31))
    services.acknowledge(task=far, unit=unit, by=liaison, now=NOW - timedelta(days=3))
    services.instruct(task=far, text="请月底前报结果。", by=leader, now=NOW - timedelta(days=2))
    (row,) = workload(unit, actor=liaison, today=TODAY).of(Section.INSTRUCTED)
    assert row.instruction is not None and row.instruction.text == "请月底前报结果。"
    assert row.todo[0] is Do.REPORT
    services.report_progress(
        task=far, unit=unit, kind="progress", text="已报市局", by=liaison, now=NOW - timedelta(days=1)
    )
    work = workload(unit, actor=liaison, today=TODAY)
    assert work.of(Section.INSTRUCTED) == []
    assert [one.task for one in work.of(Section.LATER)] == [far]


def test_an_instruction_on_what_is_late_is_told_where_it_is_late_and_asks_for_a_report(unit: Unit, late: Task) -> None:
    liaison, leader = make.person(Role.LIAISON, unit), make.person(Role.COUNTY_HEAD)
    Task.objects.filter(pk=late.pk).update(due=date(2023, 6, 1))
    services.report_progress(
        task=Task.objects.get(pk=late.pk), unit=unit, kind="progress", text="在办", by=liaison, now=NOW
    )
    services.instruct(task=Task.objects.get(pk=late.pk), text="请说明。", by=leader, now=NOW + timedelta(hours=1))
    (row,) = workload(unit, actor=liaison, today=TODAY).of(Section.LATE)
    assert row.instruction is not None and row.todo[0] is Do.REPORT
    support = Unit.objects.get(name="县统计局")
    helper = make.person(Role.LIAISON, support)
    told = workload(support, actor=helper, today=TODAY)
    assert all(one.instruction is None for section in Section for one in told.of(section))
