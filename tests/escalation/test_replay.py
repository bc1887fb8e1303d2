"""The whole gazette replayed with nobody acting gives the steps a person has read and agreed to (docs/replay.md)."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tracker.audit import actors
from tracker.commitments.models import Commitment, Task
from tracker.escalation.models import StepTaken
from tracker.escalation.replaying import replay
from tracker.escalation.services import sweep
from tracker.escalation.simulation import Simulation
from tracker.interfaces.cli import seed
from tracker.interfaces.cli.demonstration import REGISTERED
from tracker.interfaces.cli.replay import COLUMNS, rows
from tracker.org import selectors as org
from tracker.rules.civil import SHANGHAI, civil_day
from tracker.rules.followup import Kind

pytestmark = [pytest.mark.django_db, pytest.mark.core]

GOLDEN = Path(__file__).parent / "golden"
SHIPPED = Path(__file__).parents[2] / "tasks_seed"
FIRST, LAST = date(2023, 4, 14), date(2023, 12, 31)
BY = actors.system("sweep")


@pytest.fixture
def gazette(db: None) -> None:
    """Load the shipped gazette as of the day its first documents were issued."""
    seed.apply(
        seed.plan(SHIPPED),
        by=actors.system("load-seed"),
        now=REGISTERED,
        say=lambda line: None,
    )


def played(*, last: date = LAST, assume_signed: bool = False) -> Simulation:
    return replay(Commitment.objects.all(), first=FIRST, last=last, assume_signed=assume_signed)


def golden(name: str) -> list[tuple[str, ...]]:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)]


@pytest.mark.usefixtures("gazette")
def test_the_year_2023_goes_as_it_was_reviewed() -> None:
    assert [COLUMNS, *rows(played().events)] == golden("replay-2023.csv")


@pytest.mark.usefixtures("gazette")
def test_the_first_quarter_of_2024_goes_as_it_was_reviewed_when_every_proposal_is_signed() -> None:
    events = played(last=date(2024, 3, 31), assume_signed=True).events
    assert [COLUMNS, *rows(event for event in events if event.on.year == 2024)] == golden("replay-2024-q1-signed.csv")


@pytest.mark.usefixtures("gazette")
def test_every_replayed_step_has_its_clause_its_time_and_a_working_day() -> None:
    workdays = org.workdays()
    for event in played(last=date(2024, 3, 31), assume_signed=True).events:
        told = (event.on, event.task.key, event.action.part)
        assert workdays.is_workday(event.on), told
        assert event.on > civil_day(event.task.opened_at), told
        if event.action.kind is Kind.STEP:
            assert event.task.commitment.policy_key, told
            assert event.action.basis is not None and event.action.basis.quote, told
            assert event.task.due is not None and event.on > event.task.due, told


@pytest.mark.usefixtures("gazette")
def test_a_document_without_a_policy_stays_at_reminders() -> None:
    events = [event for event in played().events if not event.task.commitment.policy_key]
    assert {event.task.commitment.document.slug for event in events} > {"spatial-plans", "document-cleanup"}
    assert {event.action.kind for event in events} == {Kind.REMINDER}


@pytest.mark.usefixtures("gazette")
def test_replaying_writes_nothing() -> None:
    before = _everything()
    played(assume_signed=True)
    assert _everything() == before


@pytest.mark.usefixtures("gazette")
def test_daily_sweeps_take_exactly_what_the_replay_says() -> None:
    told = {(event.task.key, event.action.part, event.on, event.action.superseded) for event in played().events}
    day = FIRST
    while day <= LAST:
        sweep(now=max(REGISTERED, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)), by=BY)
        day += timedelta(days=1)
    taken = {
        (key, part, civil_day(at), superseded)
        for key, part, at, superseded in StepTaken.objects.values_list("task__key", "part", "taken_at", "superseded")
    }
    assert taken == told
    assert Task.objects.count() == played().tasks


def _everything() -> dict[str, tuple[int, object]]:
    """Return for every table how many rows it has and its highest key."""
    return {
        model._meta.label: (
            model._default_manager.count(),
            model._default_manager.aggregate(top=models.Max("pk"))["top"],
        )
        for model in apps.get_models()
    }
