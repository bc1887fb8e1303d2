"""The watchdog asks whether what should have happened did, and pings the heartbeat only when it did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from pytest_django import Settings

from tests import factories as make
from tests.factories import NOW
from tests.messaging.making import item
from tests.sinks import Sink
from tracker.audit.actors import Role, system
from tracker.audit.models import AuditEntry, JobRun
from tracker.audit.services import record
from tracker.commitments.models import Task
from tracker.escalation.models import FollowUp
from tracker.escalation.services import sweep, watch, watching
from tracker.messaging import services as messaging
from tracker.messaging.models import Delivery
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

BY = system("test")


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    server = Sink()
    server.start()
    settings.TRACKER_HEARTBEAT_URL = server.url
    yield server
    server.stop()


def all_jobs_ran(at: datetime, **counts: object) -> None:
    for job in ("sweep", "digest", "dispatch", "work"):
        JobRun.objects.create(job=job, started_at=at, finished_at=at, as_of=at, ok=True, counts=counts)


def look(now: datetime = NOW, *, since_the_jobs: timedelta = timedelta()) -> watching.Watched:
    """Let the watchdog look at `now`, the other jobs having run well shortly before."""
    all_jobs_ran(now - since_the_jobs)
    return watch(now=now, real_now=now)


def test_the_heartbeat_is_pinged_when_nothing_is_amiss(sink: Sink) -> None:
    make.task(due=date(2023, 6, 2))
    sweep(now=NOW, by=BY)
    found = look()
    assert found.whole and found.pinged
    assert sink.pings == ["/ping"]


@pytest.mark.parametrize("job", ["sweep", "digest", "dispatch", "work"])
def test_a_job_that_stands_still_keeps_the_heartbeat_from_being_pinged(sink: Sink, job: str) -> None:
    all_jobs_ran(NOW)
    JobRun.objects.filter(job=job).update(started_at=NOW - timedelta(hours=1))
    found = watch(now=NOW, real_now=NOW)
    assert found.still == [job] and not found.whole
    assert sink.pings == []


def test_a_heartbeat_address_that_does_not_answer_is_no_failure_of_the_watchdog(settings: Settings) -> None:
    settings.TRACKER_HEARTBEAT_URL = "no address"
    found = look()
    assert found.whole and not found.pinged


def test_an_overdue_task_on_which_nothing_was_taken_is_found_whatever_its_next_look_says(sink: Sink) -> None:
    forgotten = make.task(due=date(2023, 6, 2), next_look_at=None)
    make.task(due=date(2023, 6, 30), next_look_at=None)
    later = NOW + timedelta(days=1)
    found = look(later)
    assert found.silent == [forgotten.key]
    assert sink.pings == []


def test_a_task_whose_later_reminder_was_overlooked_is_found_though_earlier_ones_were_taken() -> None:
    task = make.task(due=date(2023, 6, 2))
    sweep(now=NOW, by=BY)
    Task.objects.update(next_look_at=None)
    assert look().silent == []
    assert look(NOW + timedelta(days=4)).silent == [task.key]


def test_a_task_whose_reminders_are_all_rightly_hushed_is_no_alarm() -> None:
    task = make.task(due=date(2023, 6, 2), reported_at=NOW)
    for day in range(8):
        sweep(now=NOW + timedelta(days=day), by=BY)
    assert task.steps_taken.filter(part__startswith="overdue").count() == 0
    assert look(NOW + timedelta(days=4)).silent == []


def test_a_task_without_a_policy_for_lateness_is_no_alarm_once_its_reminders_are_over() -> None:
    make.task(due=date(2023, 6, 2))
    for day in range(30):
        sweep(now=NOW + timedelta(days=day), by=BY)
    assert look(NOW + timedelta(days=60)).silent == []


@pytest.mark.parametrize(
    "state", [State.TO_CONFIRM, State.AWAITING_REVIEW, State.SUSPENDED, State.CLOSED, State.WITHDRAWN]
)
def test_a_task_whose_turn_it_is_not_is_no_alarm(state: State) -> None:
    make.task(due=date(2023, 6, 2), state=state, next_look_at=None)
    assert look(NOW + timedelta(days=30)).silent == []


def test_one_task_that_cannot_be_decided_is_named_and_hides_no_other(sink: Sink) -> None:
    broken, forgotten = (make.task(due=date(2023, 6, 2)) for _ in range(2))
    well = make.task(due=date(2023, 6, 2))
    sweep(now=NOW, by=BY)
    ladder = FollowUp.objects.get(task=broken).ladder
    ladder.pk, ladder.digest, ladder.content = None, "x", {"steps": "broken"}
    ladder.save()
    FollowUp.objects.filter(task=broken).update(ladder=ladder)
    forgotten.steps_taken.all().delete()
    later = NOW + timedelta(days=1)
    Task.objects.exclude(pk=well.pk).update(next_look_at=later + timedelta(days=9))
    assert look(later).silent == [broken.key, forgotten.key]


def test_many_overdue_tasks_are_looked_through_in_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "ROUND", 2)
    tasks = [make.task(due=date(2023, 6, 2), next_look_at=None) for _ in range(5)]
    later = NOW + timedelta(days=1)
    seen = []
    for _ in range(4):
        found = look(later)
        JobRun.objects.create(job="watchdog", started_at=later, as_of=later, ok=True, counts=found.counts())
        seen.append(found.silent)
    keys = [task.key for task in tasks]
    assert seen == [keys[:2], keys[2:4], keys[4:], keys[:2]]


def test_a_task_that_was_set_aside_stays_in_the_report_for_the_hour_it_is(sink: Sink) -> None:
    JobRun.objects.create(
        job="sweep", started_at=NOW - timedelta(minutes=40), as_of=NOW, ok=True, counts={"failed": ["a/b/"]}
    )
    assert look().set_aside == ["a/b/"]
    assert sink.pings == []
    assert look(NOW + timedelta(minutes=30)).set_aside == []


def test_a_task_whose_look_is_overdue_is_counted() -> None:
    make.task(due=date(2023, 6, 30), next_look_at=NOW - timedelta(minutes=31))
    assert look().unswept == 1


def test_a_delivery_that_waits_in_working_hours_is_counted_but_not_one_that_waits_for_the_morning() -> None:
    task = make.task(due=date(2023, 6, 30))
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    messaging.gather_digests(now=NOW)
    Task.objects.update(next_look_at=None)
    assert look().stuck == 0
    assert look(NOW + timedelta(hours=1)).stuck == 2
    evening, morning = NOW + timedelta(hours=10), NOW + timedelta(days=1, minutes=10)
    assert look(evening).stuck == look(morning).stuck == 0
    assert look(NOW + timedelta(days=1, minutes=31)).stuck == 2


def test_a_delivery_that_was_refused_is_amiss_for_a_day() -> None:
    task = make.task(due=date(2023, 6, 30))
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    messaging.gather_digests(now=NOW)
    Task.objects.update(next_look_at=None)
    Delivery.objects.update(state="sent")
    Delivery.objects.filter(channel="mail").update(state="failed")
    assert look(NOW + timedelta(hours=2)).failed == 1
    assert look(NOW + timedelta(days=2)).whole


def test_a_paused_dispatcher_is_amiss_until_somebody_resumes_it(sink: Sink) -> None:
    messaging.pause_dispatcher(reason="restored from backup", by=system("restore"), now=NOW)
    found = look()
    assert found.paused and not found.whole and sink.pings == []
    messaging.resume_dispatcher(by=make.person(Role.ADMINISTRATOR), now=NOW)
    assert look().whole


def test_posts_that_cannot_be_reached_are_counted_and_no_alarm() -> None:
    task = make.task(due=date(2023, 6, 30), next_look_at=None)
    item(task, make.post(task.lead))
    found = look()
    assert found.unreachable == 1 and found.whole


def test_old_records_of_runs_are_forgotten_and_audit_entries_never() -> None:
    for days, ok in ((91, True), (91, False), (401, False), (1, True)):
        at = NOW - timedelta(days=days)
        JobRun.objects.create(job="sweep", started_at=at, as_of=at, ok=ok)
    record(by=BY, now=NOW - timedelta(days=4000), action="org.renamed", obj=make.unit())
    watch(now=NOW, real_now=NOW)
    ages = [(NOW - run.started_at).days for run in JobRun.objects.order_by("started_at")]
    assert ages == [91, 1]
    assert AuditEntry.objects.count() == 1


def test_a_clock_that_once_ran_ahead_does_not_stop_the_jobs_from_being_seen_to_run() -> None:
    all_jobs_ran(NOW + timedelta(days=365))
    assert look(since_the_jobs=timedelta(minutes=1)).still == []
    assert watch(now=NOW + timedelta(hours=1), real_now=NOW + timedelta(hours=1)).still == [
        "sweep",
        "digest",
        "dispatch",
        "work",
    ]
