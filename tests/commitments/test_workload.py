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
from tracker.commitments.selectors.my_unit import Section, workload
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
