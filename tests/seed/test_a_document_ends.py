"""A document of the shipped gazette is repealed: on real rows, what was shown is done and a load does not bring it back."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests import factories as make
from tracker.audit import actors
from tracker.audit.actors import Role
from tracker.commitments import services
from tracker.commitments.models import Amendment, Task
from tracker.commitments.selectors.amending import AmendmentDraft, effect
from tracker.documents.models import Document
from tracker.escalation.selectors.amending import consequences
from tracker.escalation.services import sweep
from tracker.interfaces.cli import seed
from tracker.interfaces.cli.demonstration import REGISTERED
from tracker.rules.amending import Fate
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

SHIPPED = Path(__file__).parents[2] / "tasks_seed"
NOW = datetime(2023, 6, 5, 2, 0, tzinfo=UTC)
BY = actors.system("test")


def test_the_census_notice_is_repealed_three_days_after_its_first_date() -> None:
    seed.apply(seed.plan(SHIPPED), by=BY, now=REGISTERED, say=lambda line: None)
    # Issued on 31 May; the leading groups are late since 2 June, the village groups due on the 8th.
    for day in (31, 1, 5):
        sweep(now=datetime(2023, 5 if day == 31 else 6, day, 2, 0, tzinfo=UTC), by=BY)
    census = Document.objects.get(slug="census")
    draft = AmendmentDraft(
        document=census,
        kind=Amendment.Kind.REPEAL,
        effective_on=date(2023, 6, 5),
        words="原通知自本通知印发之日起废止",
        instrument_text="稷政发〔2023〕20号",
    )
    shown = effect(draft)
    assert {becomes: len(tasks) for becomes, tasks in shown.tasks.items() if tasks} == {
        Fate.ENDS: 15,
        Fate.STAYS_LATE: 9,
    }
    assert {task.commitment.key for task in shown.tasks[Fate.STAYS_LATE]} == {"census-leading-groups"}
    stopped = consequences(shown.touched, now=NOW)
    assert stopped.reminders > 0 and stopped.steps == 2
    elsewhere = Counter(Task.objects.exclude(commitment__document=census).values_list("state", flat=True))

    office = make.person(Role.SUPERVISION)
    services.amend(draft=draft, seen=shown.seen, by=office, now=NOW)

    states = Counter(Task.objects.filter(commitment__document=census).values_list("state", flat=True))
    assert states == {State.WITHDRAWN: 15, State.ASSIGNED: 9}
    assert Counter(Task.objects.exclude(commitment__document=census).values_list("state", flat=True)) == elsewhere
    assert not seed.plan(SHIPPED).changes_anything
