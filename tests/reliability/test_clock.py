"""Clocks that are wrong, days that are special, and a service that stood still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests import factories as make
from tests.factories import NOW
from tracker import clock
from tracker.audit.actors import Role, system
from tracker.audit.models import AuditEntry
from tracker.audit.selectors import verify_chain
from tracker.commitments import services as commitments
from tracker.commitments.models import Task
from tracker.escalation import jobs
from tracker.escalation.models import StepTaken
from tracker.escalation.services import sweep
from tracker.messaging import services as messaging
from tracker.messaging.models import Digest, Item
from tracker.messaging.services import delivering
from tracker.rules.civil import SHANGHAI

pytestmark = [pytest.mark.django_db, pytest.mark.core]

BY = system("sweep")
SetClock = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def mailbox(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []


@pytest.fixture
def set_clock(settings: Settings, tmp_path: Path) -> SetClock:
    """Give a function that sets this process's clock."""
    settings.TRACKER_CLOCK_FILE = str(tmp_path / "clock.json")
    return clock.set_to


def at(day: date, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """Return an instant by the clock on the wall in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SHANGHAI)


def a_round(now: datetime) -> list[mail.EmailMessage]:
    """Do what the beat brings about, and return the mails it sent."""
    before = len(mail.outbox)
    sweep(now=now, by=BY)
    messaging.gather_digests(now=now)
    messaging.dispatch(now=now, real_now=now)
    return mail.outbox[before:]


def parts(task: Task) -> set[str]:
    return set(task.steps_taken.values_list("part", flat=True))


def test_a_clock_a_day_behind_takes_nothing_and_leaves_everything_for_the_right_one(set_clock: SetClock) -> None:
    task = make.task(due=date(2023, 6, 2))
    set_clock(NOW)
    call_command("sweep", "--only", "sweep")
    before = StepTaken.objects.count()
    set_clock(NOW - timedelta(days=1))
    with pytest.raises(CommandError, match="--clock-is-right"):
        call_command("sweep")
    assert StepTaken.objects.count() == before
    set_clock(NOW + timedelta(days=2))
    call_command("sweep", "--only", "sweep")
    assert StepTaken.objects.filter(task=task).count() > before


def test_a_clock_that_ran_a_day_ahead_takes_each_step_once_and_is_put_right_by_a_persons_word(
    set_clock: SetClock,
) -> None:
    task = make.task(due=date(2023, 6, 6))
    right, ahead = NOW, NOW + timedelta(days=2)
    set_clock(ahead)
    jobs.sweep()
    early = list(StepTaken.objects.values_list("key", flat=True))
    assert early, "what was taken too early stays taken"
    set_clock(right)
    with pytest.raises(CommandError):
        call_command("sweep", "--only", "sweep")
    call_command("sweep", "--only", "sweep", "--clock-is-right")
    call_command("sweep", "--only", "sweep")
    assert list(StepTaken.objects.values_list("key", flat=True)) == early
    set_clock(ahead)
    call_command("sweep", "--only", "sweep")
    assert list(StepTaken.objects.filter(task=task).values_list("key", flat=True)) == early
    assert verify_chain().whole


def test_a_reminder_comes_at_midnight_in_shanghai_and_not_a_second_before() -> None:
    task = make.task(due=date(2023, 6, 8))
    sweep(now=at(date(2023, 6, 6), 23, 59, 59), by=BY)
    assert "ahead:1" not in parts(task)
    sweep(now=at(date(2023, 6, 7), 0, 0, 0), by=BY)
    assert "ahead:1" in parts(task)


def test_a_task_due_on_29_february_is_reminded_the_day_before_and_late_the_day_after() -> None:
    due = date(2024, 2, 29)
    opened = datetime(2024, 2, 19, 2, 0, tzinfo=UTC)
    task = make.task(due=due, opened_at=opened)
    make.post(task.lead, Role.UNIT_HEAD)
    for day in range(19, 30):
        sweep(now=at(date(2024, 2, day)), by=BY)
    assert parts(task) == {"ahead:7", "ahead:3", "ahead:1", "ahead:0"}
    sweep(now=at(date(2024, 3, 1)), by=BY)
    assert task.steps_taken.get(part="overdue:1:liaison").due_on == date(2024, 3, 1)


def test_a_worked_sunday_counts_as_the_first_day_after_and_is_told_on() -> None:
    # 21 June 2023 is a Wednesday; the Dragon Boat Festival is off until Saturday, and Sunday the 25th is worked.
    task = make.task(due=date(2023, 6, 21))
    make.user(make.post(task.lead))
    sweep(now=at(date(2023, 6, 21)), by=BY)
    for day in (22, 23, 24):
        assert a_round(at(date(2023, 6, day))) == []
    assert "overdue:1:liaison" not in parts(task)
    (message,) = a_round(at(date(2023, 6, 25)))
    assert "overdue:1:liaison" in parts(task)
    assert "时限6月21日" in message.body


def test_three_days_without_any_process_end_in_one_digest_a_person_with_each_task_once() -> None:
    units = [make.unit() for _ in range(3)]
    people = [make.user(make.post(unit), language="en") for unit in units]
    tasks = [
        make.task(unit, due=date(2023, 6, 9 + number), title=f"任务{number}") for unit in units for number in range(3)
    ]
    a_round(at(date(2023, 6, 5)))
    missed = at(date(2023, 6, 14))
    messages = a_round(missed)
    assert sorted(message.to[0] for message in messages) == sorted(user.email for user in people)
    assert all(message.body.count(f"“任务{number}”") == 1 for message in messages for number in range(3))
    assert all("service had stood still" in message.body for message in messages)
    for task in tasks:
        days = list(task.steps_taken.order_by("pk").values_list("due_on", flat=True))
        assert days == sorted(days)
    assert StepTaken.objects.filter(taken_at=missed, superseded=True).exists()
    assert a_round(missed + timedelta(hours=1)) == []


def test_a_dispatcher_that_stood_still_over_days_sends_one_digest_with_the_newest_reminder_only() -> None:
    task = make.task(due=date(2023, 6, 9))
    user = make.user(make.post(task.lead), language="en")
    for day in (6, 8, 9, 12):
        sweep(now=at(date(2023, 6, day)), by=BY)
    messaging.gather_digests(now=at(date(2023, 6, 12)))
    messaging.dispatch(now=at(date(2023, 6, 12)), real_now=NOW)
    (message,) = mail.outbox
    assert message.to == [user.email]
    assert message.body.count(f"“{task.title}”") == 2, "the assignment, and of the reminders one"
    assert Item.objects.filter(dropped_why="overtaken").count() == Item.objects.count() - 2


def test_a_date_changed_after_a_reminder_reminds_anew_and_recalls_what_was_not_yet_said() -> None:
    task = make.task(due=date(2023, 6, 9))
    unit = task.lead
    liaison, head, office = make.user(make.post(unit)), make.person(Role.UNIT_HEAD, unit), make.person(Role.SUPERVISION)
    a_round(at(date(2023, 6, 2)))
    morning = at(date(2023, 6, 6))
    sweep(now=morning, by=BY)
    messaging.gather_digests(now=morning)
    mail.outbox.clear()
    asked = commitments.request_extension(
        task=task, unit=unit, new_due=date(2023, 6, 21), reason="人员调整", progress="已确定人选", by=head, now=morning
    )
    commitments.decide_extension(extension=asked, granted=True, by=office, now=morning)
    messaging.dispatch(now=morning, real_now=morning)
    assert liaison.email not in {message.to[0] for message in mail.outbox}
    assert Item.objects.get(key=f"{task.pk}:1:1:ahead:3").dropped_why == "date"
    for day in range(7, 22):
        sweep(now=at(date(2023, 6, day)), by=BY)
    again = task.steps_taken.filter(due_version=2)
    assert again.get(part="ahead:3").due_on == date(2023, 6, 16), "three days ahead is a Sunday"
    assert not task.steps_taken.filter(due_version=1, due_on__gt=date(2023, 6, 6)).exists()


def test_items_of_one_digest_keep_their_order() -> None:
    unit = make.unit()
    make.user(make.post(unit), language="en")
    for number in range(20):
        make.task(unit, due=date(2023, 6, 2), title=f"任务{number:02}")
    (message,) = a_round(at(date(2023, 6, 5)))
    places = [message.body.index(f"任务{number:02}") for number in range(20)]
    assert places == sorted(places)


def test_a_post_that_changed_hands_while_its_mail_was_put_off_is_told_through_its_new_holder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    old = make.user(post)
    sweep(now=NOW, by=BY)
    messaging.gather_digests(now=NOW)

    def busy(delivery: object) -> None:
        raise delivering.channels.PutOff("421 busy")

    with monkeypatch.context() as patch:
        patch.setattr(delivering.channels, "send", busy)
        messaging.dispatch(now=NOW, real_now=NOW)
    old.tenures.update(to_day=date(2023, 6, 4))
    new = make.user(post)
    later = NOW + timedelta(minutes=10)
    messaging.dispatch(now=later, real_now=later)
    assert mail.outbox == []
    a_round(later)
    assert [message.to for message in mail.outbox] == [[new.email]]
    assert Digest.objects.count() == 2


def test_the_chain_stays_whole_through_all_of_this() -> None:
    make.task(due=date(2023, 6, 2))
    for day in range(10):
        a_round(NOW + timedelta(days=day))
    assert AuditEntry.objects.exists() and verify_chain().whole
