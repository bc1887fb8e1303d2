"""A corrected working day moves the dates that were counted over it, shown before it is done, and no other."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests import factories
from tests.commitments import drafts
from tracker.audit.actors import Actor, NotPermitted, Role, system
from tracker.audit.errors import Invalid
from tracker.audit.models import AuditEntry
from tracker.commitments import services
from tracker.commitments.models import Task
from tracker.commitments.services.recounting import moved_by
from tracker.org import selectors as org
from tracker.org.models import WorkdayOverride

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NOW = datetime(2023, 6, 5, 1, 0, tzinfo=UTC)
TODAY = date(2023, 6, 5)
BY = system("sweep")
FRIDAY = date(2023, 6, 16)
NOTICE = "稷政办函〔2023〕1号"


@pytest.fixture
def office() -> Actor:
    return factories.person(Role.SUPERVISION)


@pytest.fixture
def task(office: Actor) -> Task:
    """Give a task due thirty working days after an approval on 1 June 2023."""
    document = factories.document(issued_on=date(2023, 5, 31))
    draft = drafts.within_30_workdays(document, factories.unit())
    (row,) = services.register_commitments(document=document, drafts=[draft], by=BY, now=NOW).added
    services.open_tasks(commitments=[row], workdays=org.workdays(), by=BY, now=NOW)
    (task,) = services.record_event(commitment=row, happened_on=date(2023, 6, 1), by=office, now=NOW)
    # Two of the Dragon Boat Festival's three days off are weekdays; Sunday the 25th is worked.
    assert task.due == date(2023, 7, 14)
    return task


def correct(by: Actor, day: date = FRIDAY) -> list[Task]:
    moved = services.correct_workday(day=day, is_workday=False, reason="县庆", source=NOTICE, by=by, now=NOW)
    return [one.task for one in moved]


def test_a_day_off_more_moves_what_was_counted_over_it_by_one_working_day(task: Task, office: Actor) -> None:
    (shown,) = moved_by(org.workdays_with(FRIDAY, is_workday=False, reason="县庆"), today=TODAY)
    assert shown.reckoned.due == date(2023, 7, 17)
    assert Task.objects.get(pk=task.pk).due == task.due
    assert correct(office) == [task]
    moved = Task.objects.get(pk=task.pk)
    assert (moved.due, moved.due_version) == (date(2023, 7, 17), task.due_version + 1)
    newest = moved.deadlines.latest("version")
    assert newest.reason == f"2023-06-16 县庆（{NOTICE}）"
    assert task.due in {one.due for one in moved.deadlines.all()}
    assert AuditEntry.objects.filter(action="commitments.workdays_corrected").count() == 1


def test_a_day_after_the_date_moves_nothing(task: Task, office: Actor) -> None:
    assert correct(office, date(2023, 8, 18)) == []
    assert Task.objects.get(pk=task.pk).due == task.due


def test_a_date_that_a_person_has_set_stays(task: Task, office: Actor) -> None:
    Task.objects.filter(pk=task.pk).update(due=date(2023, 7, 20))
    assert correct(office) == []
    assert Task.objects.get(pk=task.pk).due == date(2023, 7, 20)


def test_a_correction_that_is_taken_back_moves_the_date_back(task: Task, office: Actor) -> None:
    correct(office)
    moved = services.withdraw_correction(
        correction=WorkdayOverride.objects.get(), reason="通知作废", by=office, now=NOW
    )
    assert [one.task for one in moved] == [task]
    again = Task.objects.get(pk=task.pk)
    assert again.due == task.due and again.deadlines.latest("version").reason == "2023-06-16 通知作废"


def test_a_fixed_date_does_not_move_and_its_steps_are_looked_at_again(office: Actor) -> None:
    fixed = factories.task(due=date(2023, 6, 30), next_look_at=datetime(2023, 6, 25, tzinfo=UTC))
    assert correct(office) == []
    fixed.refresh_from_db()
    assert (fixed.due, fixed.next_look_at) == (date(2023, 6, 30), NOW)


def test_nothing_moves_for_who_may_not_or_without_a_notice(task: Task, office: Actor) -> None:
    with pytest.raises(NotPermitted):
        correct(factories.person(Role.ADMINISTRATOR))
    with pytest.raises(Invalid):
        services.correct_workday(day=FRIDAY, is_workday=False, reason="县庆", source="", by=office, now=NOW)
    assert Task.objects.get(pk=task.pk).due == task.due
    assert not WorkdayOverride.objects.exists()
