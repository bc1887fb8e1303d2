"""A date counted over holidays not announced yet is counted again when they are: once, and only if it can be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import factories
from tests.commitments import drafts
from tracker.audit.actors import Actor, Role, system
from tracker.audit.models import AuditEntry
from tracker.commitments import services
from tracker.commitments.models import Task
from tracker.commitments.services import redating
from tracker.documents.models import Document
from tracker.rules.workdays import WorkdayCalendar

pytestmark = [pytest.mark.django_db, pytest.mark.core]

CHINA = WorkdayCalendar.china()
NEXT = CHINA.known_through + 1
BY = system("sweep")
# Mid-December of the last year that is known: thirty working days from here reach into the next.
EVENT = date(CHINA.known_through, 12, 15)
NOW = datetime(CHINA.known_through, 12, 15, 8, 0, tzinfo=UTC)


@pytest.fixture
def document() -> Document:
    return factories.document(issued_on=date(2023, 5, 31))


@pytest.fixture
def office() -> Actor:
    return factories.person(Role.SUPERVISION)


@pytest.fixture
def task(document: Document, office: Actor) -> Task:
    """Give a task due thirty working days after an approval, on a provisional date."""
    draft = drafts.within_30_workdays(document, factories.unit())
    (row,) = services.register_commitments(document=document, drafts=[draft], by=BY, now=NOW).added
    services.open_tasks(commitments=[row], workdays=CHINA, by=BY, now=NOW)
    (task,) = services.record_event(commitment=row, happened_on=EVENT, by=office, now=NOW)
    assert task.provisional and task.due is not None and task.due.year == NEXT
    return task


def announce(monkeypatch: pytest.MonkeyPatch, *days_off: date) -> None:
    """Let the State Council announce the next year with these days off."""
    calendar = CHINA.with_overrides(known_through=NEXT, rest=dict.fromkeys(days_off, "元旦"))
    monkeypatch.setattr(redating, "county_workdays", lambda: calendar)


def first_weekdays(number: int) -> list[date]:
    days = (date(NEXT, 1, 1) + timedelta(days=place) for place in range(2 * number + 7))
    return [day for day in days if day.weekday() < 5][:number]


def test_a_date_that_moves_stays_visible_beside_the_new_one(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    announce(monkeypatch, *first_weekdays(3))
    old = task.due
    (moved,) = services.redate_provisional(now=NOW, by=BY).moved
    assert moved.due is not None and old is not None and moved.due > old
    assert not moved.provisional
    assert [one.due for one in moved.deadlines.all()][1:] == [old, moved.due]
    entry = AuditEntry.objects.get(action="commitments.holidays_announced")
    assert entry.detail == {"old_due": str(old), "due": str(moved.due)}


def test_a_date_that_comes_out_the_same_only_becomes_certain_and_nothing_is_followed_up_anew(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(monkeypatch)
    redated = services.redate_provisional(now=NOW, by=BY)
    assert redated.moved == [] and redated.confirmed == [task]
    version, due = task.due_version, task.due
    task.refresh_from_db()
    assert (task.provisional, task.due_version, task.due) == (False, version, due)
    deadline = task.deadlines.get(version=version)
    assert not deadline.provisional
    assert "count.year_not_announced" not in [code for code, _ in deadline.working]


def test_days_for_which_a_task_was_suspended_are_added_again(
    task: Task, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.suspend(task=task, reason="等待上级批复", by=office, now=NOW)
    services.resume(task=task, by=office, now=NOW + timedelta(days=14))
    task.refresh_from_db()
    extended = task.due
    announce(monkeypatch, *first_weekdays(5))
    (moved,) = services.redate_provisional(now=NOW + timedelta(days=20), by=BY).moved
    assert moved.due is not None and extended is not None
    assert moved.due >= extended + timedelta(days=5)
    deadline = moved.deadlines.get(version=moved.due_version)
    assert [code for code, _ in deadline.working][-1] == "suspension.days_added"


def test_one_row_that_cannot_be_reckoned_is_named_and_keeps_no_other(
    task: Task, document: Document, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = drafts.within_30_workdays(document, factories.unit())
    (row,) = services.register_commitments(document=document, drafts=[draft], by=BY, now=NOW).added
    services.open_tasks(commitments=[row], workdays=CHINA, by=BY, now=NOW)
    (broken,) = services.record_event(commitment=row, happened_on=EVENT, by=office, now=NOW)
    row.relative = {"within": "?"}
    row.save()
    announce(monkeypatch)
    redated = services.redate_provisional(now=NOW, by=BY)
    assert redated.confirmed == [task]
    assert redated.failed == [broken.key]


def test_nothing_is_reckoned_while_no_year_has_become_known(task: Task) -> None:
    redated = services.redate_provisional(now=NOW, by=BY)
    assert (redated.moved, redated.confirmed, redated.failed) == ([], [], [])
    task.refresh_from_db()
    assert task.provisional
