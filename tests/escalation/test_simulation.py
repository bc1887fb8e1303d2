"""A simulation says what sweeps would do, or did, and leaves the database as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import models

from tests import factories as make
from tests.escalation.test_sequences import Life
from tracker.audit.actors import Role, system
from tracker.commitments.models import Task
from tracker.escalation.models import StepTaken
from tracker.escalation.services import sweep
from tracker.escalation.simulation import Simulation, simulate
from tracker.messaging.models import Item
from tracker.messaging.sentences import sentence
from tracker.notices.models import Notice
from tracker.rules.simulate import Behaviour

pytestmark = [pytest.mark.django_db, pytest.mark.core]

FIRST, LAST = date(2023, 5, 29), date(2023, 8, 31)


def at(day: date, hour: int = 1) -> datetime:
    """Return an instant of a day: 09:00 in Shanghai, an hour later for each `hour` more than 1."""
    return datetime(day.year, day.month, day.day, hour, 0, tzinfo=UTC)


def everything() -> dict[str, tuple[int, object]]:
    """Return for every table how many rows it has and its highest key."""
    found = {}
    for model in apps.get_models():
        rows = model._default_manager
        found[model._meta.label] = (rows.count(), rows.aggregate(top=models.Max("pk"))["top"])
    return found


def played(behaviour: Behaviour, *, now: datetime, signed: bool = False) -> Simulation:
    tasks = list(Task.objects.select_related("commitment__document", "commitment__clause", "lead__parent"))
    return simulate(tasks, first=FIRST, last=LAST, behaviour=behaviour, assume_signed=signed, now=now)


def live(life: Life, acts: dict[date, str]) -> None:
    """Let every day pass with its sweep, and the act of that day an hour after it."""
    day = FIRST
    while day <= LAST:
        sweep(now=at(day), by=system("sweep"))
        if day in acts:
            life.acts()[acts[day]](at(day, 2))
        day += timedelta(days=1)


def test_as_history_was_is_what_the_sweeps_took() -> None:
    life = Life()
    live(
        life,
        {
            date(2023, 6, 1): "report",
            date(2023, 6, 5): "ask for extension",
            date(2023, 6, 6): "grant extension",
            date(2023, 6, 14): "suspend",
            date(2023, 6, 19): "resume",
            date(2023, 7, 10): "apply to close",
            date(2023, 7, 12): "return for rework",
            date(2023, 7, 28): "apply to close",
            date(2023, 8, 1): "close",
        },
    )
    told = [(event.on, event.action.key) for event in played(Behaviour.AS_HISTORY, now=at(LAST, 3)).events]
    taken = StepTaken.objects.order_by("due_on", "pk").values_list("due_on", "key")
    assert sorted(told) == sorted(taken)
    assert len(told) > 6


@pytest.mark.parametrize("behaviour", list(Behaviour))
def test_simulating_writes_nothing(behaviour: Behaviour) -> None:
    life = Life()
    sweep(now=at(date(2023, 6, 20)), by=system("sweep"))
    make.task(due=date(2023, 7, 7))
    before = everything()
    found = played(behaviour, now=at(date(2023, 6, 20)), signed=True)
    assert found.events
    # Every text is made, and nothing of it is kept.
    for event in found.events:
        found.draft(event)
        assert all(sentence(item, today=event.on) for item in event.items)
    assert found.busiest() is not None
    assert everything() == before
    assert life.task.steps_taken.exists()


def test_all_on_time_is_told_of_no_lateness() -> None:
    Life()
    parts = {event.action.part for event in played(Behaviour.ALL_ON_TIME, now=at(FIRST)).events}
    assert parts and all(part.startswith("ahead:") for part in parts)


def future(*, signed: bool) -> Simulation:
    tasks = list(Task.objects.select_related("commitment__document", "commitment__clause", "lead__parent"))
    return simulate(tasks, first=FIRST, last=LAST, assume_signed=signed, now=at(FIRST, 0))


def test_the_messages_of_a_simulation_are_those_that_sweeps_queue() -> None:
    life = Life()
    told = [item.key for event in future(signed=False).events for item in event.items]
    live(life, {})
    queued = Item.objects.exclude(kind__in=["assignment"]).order_by("pk")
    assert sorted(told) == sorted(queued.values_list("key", flat=True))
    assert len(told) > 5


def test_the_drafts_of_a_simulation_are_those_that_sweeps_propose() -> None:
    life = Life()
    played_ahead = future(signed=False)
    drafted = [played_ahead.draft(event) for event in played_ahead.events if event.cause]
    live(life, {})
    stored = Notice.objects.order_by("pk")
    assert [(one.key, one.title, one.body, one.addressee) for one in drafted if one] == [
        (one.key, one.title, one.body, one.addressee) for one in stored
    ]
    assert len(drafted) == 1 and "已逾期" in stored[0].body


def test_a_later_paper_speaks_of_the_one_the_simulation_sent_before() -> None:
    Life()
    ahead = future(signed=True)
    letter, bulletin = [event for event in ahead.events if event.cause]
    text = ahead.draft(bulletin)
    assert text is not None and "督促函（编号待签发时取）" in text.body and "没有收到回复的记录" in text.body
    assert ahead.notices() == {"督促函": 1, "通报": 1}
    assert letter.on < bulletin.on


def test_as_history_was_follows_what_people_signed_and_declined() -> None:
    life = Life()
    live(life, {date(2023, 6, 20): "sign", date(2023, 7, 10): "decline"})
    told = [(event.on, event.action.key) for event in played(Behaviour.AS_HISTORY, now=at(LAST, 3), signed=True).events]
    taken = StepTaken.objects.order_by("due_on", "pk").values_list("due_on", "key")
    assert sorted(told) == sorted(taken)
    assert {key.rpartition(":")[2] for _on, key in told} >= {"letter", "ask", "criticism"}


def test_the_busiest_day_is_a_persons_whatever_posts_the_person_holds() -> None:
    leads = [make.unit(), make.unit()]
    make.user(*(make.post(lead, Role.UNIT_HEAD, title="主任") for lead in leads), name="薛文艳")
    for lead in leads:
        make.task(lead, of=make.commitment(), due=date(2023, 6, 9))
    busiest = future(signed=False).busiest()
    assert busiest is not None and (busiest.who, busiest.number) == ("薛文艳", 2)
