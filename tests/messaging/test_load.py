"""How much a unit is told and asked in a month: messages that went, what they carried, and no person counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests import factories as make
from tests.factories import NOW
from tests.messaging.making import item, run
from tests.messaging.rooms import ChatServer
from tracker.audit.actors import Role
from tracker.commitments.models import Commitment, Task
from tracker.commitments.selectors.asked import count_reports_asked, reports_asked
from tracker.messaging import services, targets
from tracker.messaging.models import Delivery
from tracker.messaging.selectors.load import Told, items_told, messages_told, told
from tracker.org.models import Unit
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("mailbox")]
JUNE = (date(2023, 6, 1), date(2023, 6, 30))
FIRST = date(2023, 6, 1)


def asked_task(lead: Unit, due: date) -> Task:
    """Make a task whose clause asks for a report."""
    task = make.task(lead, due=due)
    Commitment.objects.filter(pk=task.commitment_id).update(asks_report=True)
    return task


def test_a_units_messages_are_counted_by_digest_mail_and_robot_with_what_they_carried(
    settings: Settings, chat: ChatServer
) -> None:
    task = make.task(due=date(2023, 6, 2))
    unit = task.lead
    settings.TRACKER_CHAT_ROBOTS = targets.read([f"{unit.slug}=wecombot://x"])
    liaison, head = make.post(unit), make.post(unit, Role.UNIT_HEAD)
    make.user(liaison)
    make.user(head, email="")
    other = make.task(unit, due=date(2023, 6, 2))
    for number, (of, post) in enumerate([(task, liaison), (other, liaison), (task, head)]):
        item(of, post, key=str(number))
    elsewhere = make.task(due=date(2023, 6, 2))
    post = make.post(elsewhere.lead)
    make.user(post)
    item(elsewhere, post, key="elsewhere")
    run(NOW)
    assert told(*JUNE) == {
        (unit.pk, FIRST): Told(digests=2, mails=1, robot=1, items=3),
        (elsewhere.lead_id, FIRST): Told(digests=1, mails=1, robot=0, items=1),
    }
    assert told(*JUNE, units=[elsewhere.lead_id]) == {(elsewhere.lead_id, FIRST): Told(1, 1, 0, 1)}
    assert told(date(2023, 7, 1), date(2023, 7, 31)) == {}


def test_the_lists_behind_the_figures_hold_as_much_as_the_figures_say(settings: Settings, chat: ChatServer) -> None:
    task = make.task(due=date(2023, 6, 2))
    settings.TRACKER_CHAT_ROBOTS = targets.read([f"{task.lead.slug}=wecombot://x"])
    post = make.post(task.lead)
    make.user(post)
    for days in range(3):
        item(task, post, key=str(days), at=NOW + timedelta(days=days))
        run(NOW + timedelta(days=days))
    (figures,) = told(*JUNE, units=[task.lead_id]).values()
    messages = messages_told(*JUNE, units=[task.lead_id])
    assert len([one for one in messages if not one.by_robot]) == figures.digests == 3
    assert len([one for one in messages if one.by_mail]) == figures.mails == 3
    assert len([one for one in messages if one.by_robot]) == figures.robot == 3
    assert items_told(*JUNE, units=[task.lead_id]).count() == figures.items == 3
    assert sum(one.items or 0 for one in messages) == figures.items


def test_what_never_went_is_not_counted() -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    services.gather_digests(now=NOW)
    assert told(*JUNE) == {}
    Delivery.objects.update(state="failed")
    assert told(*JUNE) == {} and messages_told(*JUNE) == []


def test_only_reports_that_a_clause_asks_for_are_counted_for_everybody_with_a_part() -> None:
    support = make.unit()
    asked = make.task(make.unit(), support, due=date(2023, 6, 30))
    Commitment.objects.filter(pk=asked.commitment_id).update(asks_report=True)
    make.task(asked.lead, due=date(2023, 6, 20))
    july = make.task(asked.lead, of=Commitment.objects.get(pk=asked.commitment_id), due=date(2023, 7, 31), period="7")
    assert count_reports_asked(*JUNE) == {(asked.lead_id, FIRST): 1, (support.pk, FIRST): 1}
    assert count_reports_asked(FIRST, date(2023, 12, 31), units=[asked.lead_id]) == {
        (asked.lead_id, FIRST): 1,
        (asked.lead_id, date(2023, 7, 1)): 1,
    }
    Task.objects.filter(pk=july.pk).update(state=State.WITHDRAWN)
    assert [part.task for part in reports_asked(FIRST, date(2023, 12, 31), units=[asked.lead_id])] == [asked]


def test_the_count_asks_as_many_questions_however_many_units_there_are() -> None:
    counts = []
    for _ in range(2):
        for _ in range(4):
            task = make.task(due=date(2023, 6, 2))
            post = make.post(task.lead)
            make.user(post)
            item(task, post, key=f"{task.pk}")
        run(NOW)
        with CaptureQueriesContext(connection) as asked:
            told(*JUNE)
            count_reports_asked(*JUNE)
        counts.append(len(asked))
    assert counts == [5, 5]
