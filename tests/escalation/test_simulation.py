"""A simulation says what sweeps would do, or did, and leaves the database as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import models

from tests import factories as make
from tests.escalation.test_sequences import Life
from tracker.audit.actors import system
from tracker.commitments.models import Task
from tracker.escalation.models import StepTaken
from tracker.escalation.services import sweep
from tracker.escalation.simulation import Simulation, simulate
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
    assert played(behaviour, now=at(date(2023, 6, 20)), signed=True).events
    assert everything() == before
    assert life.task.steps_taken.exists()


def test_all_on_time_is_told_of_no_lateness() -> None:
    Life()
    parts = {event.action.part for event in played(Behaviour.ALL_ON_TIME, now=at(FIRST)).events}
    assert parts and all(part.startswith("ahead:") for part in parts)
