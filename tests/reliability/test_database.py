"""A database that is stopped in the middle of a sweep, and rows that it will not take."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from tests import factories as make
from tests.conftest import Launch
from tests.elsewhere import working_on
from tests.factories import NOW
from tests.reliability.making import overdue
from tests.servers import PostgresServer, postgres_programs
from tests.waiting import wait_until
from tracker.audit.actors import system
from tracker.audit.models import AuditEntry
from tracker.audit.selectors import verify_chain
from tracker.commitments.models import Task
from tracker.escalation.models import StepTaken
from tracker.escalation.services import sweep
from tracker.messaging.models import Item

pytestmark = pytest.mark.reliability

BY = system("sweep")


@pytest.fixture
def stoppable(environment: dict[str, str], own_postgres: PostgresServer) -> Iterator[PostgresServer]:
    """Let this process work on a database server of its own, which holds what the test database holds."""
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL is a server that can be stopped.")
    programs = postgres_programs()
    dump = subprocess.run(
        [programs / "pg_dump", "--dbname", environment["TRACKER_DATABASE_URL"]], capture_output=True, check=True
    )
    psql = [programs / "psql", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", own_postgres.url("postgres")]
    subprocess.run(psql, input=dump.stdout, stdout=subprocess.DEVNULL, check=True)
    with working_on(own_postgres.url("postgres")):
        yield own_postgres


@pytest.mark.django_db(transaction=True)
def test_a_database_stopped_in_mid_sweep_has_whole_chunks_and_the_next_sweep_takes_the_rest(
    environment: dict[str, str], stoppable: PostgresServer, launch: Launch, tmp_path: Path
) -> None:
    tasks = overdue(800, [make.unit()])
    (tmp_path / "go").touch()
    environment["TRACKER_DATABASE_URL"] = stoppable.url("postgres")
    sweeper = launch("-m", "tests.reliability.crowd", str(tmp_path), "sweep", environment=environment)
    wait_until(StepTaken.objects.exists, "the sweep has begun")
    stoppable.kill()
    connection.close()
    assert sweeper.wait(60) != 0, "a sweep without a database ends, to be begun anew"
    stoppable.start()
    taken = StepTaken.objects.values("task").distinct().count()
    assert taken % 20 == 0 and 0 < taken < len(tasks)
    assert verify_chain().whole
    assert sweep(now=NOW + timedelta(minutes=1), by=BY).looked_at == len(tasks) - taken
    per_task = StepTaken.objects.count() / len(tasks)
    assert per_task == int(per_task)
    assert AuditEntry.objects.filter(action__startswith="escalation.").count() == StepTaken.objects.count()
    assert verify_chain().whole


@pytest.mark.core
@pytest.mark.django_db
def test_one_row_that_the_database_refuses_is_set_aside_and_the_other_ninety_nine_are_written() -> None:
    tasks = overdue(100, [make.unit()])
    poisoned = tasks[57]
    with connection.cursor() as cursor:
        for statement in refusing(poisoned.pk):
            cursor.execute(statement)
    swept = sweep(now=NOW, by=BY)
    assert swept.failed == [poisoned.key]
    assert swept.looked_at == 99
    assert set(StepTaken.objects.values_list("task", flat=True)) == {task.pk for task in tasks} - {poisoned.pk}
    assert not Item.objects.filter(task=poisoned).exists()
    assert AuditEntry.objects.filter(action__startswith="escalation.").count() == StepTaken.objects.count()
    assert verify_chain().whole
    poisoned.refresh_from_db()
    assert poisoned.next_look_at == NOW + timedelta(hours=1)
    assert sweep(now=NOW + timedelta(minutes=59), by=BY).looked_at == 0

    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER poison {'ON escalation_steptaken' if connection.vendor == 'postgresql' else ''}")
    assert sweep(now=NOW + timedelta(hours=1), by=BY).looked_at == 1
    assert StepTaken.objects.filter(task=poisoned).exists()


def refusing(task: int) -> list[str]:
    """Return the statements that let the database refuse to record a step of this task."""
    if connection.vendor == "postgresql":
        return [
            "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF NEW.task_id = {task} THEN RAISE EXCEPTION 'poisoned'; END IF; RETURN NEW; END $$",
            "CREATE TRIGGER poison BEFORE INSERT ON escalation_steptaken FOR EACH ROW EXECUTE FUNCTION poison()",
        ]
    return [
        f"CREATE TRIGGER poison BEFORE INSERT ON escalation_steptaken WHEN NEW.task_id = {task} "
        "BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
    ]


@pytest.mark.core
@pytest.mark.django_db
def test_a_row_whose_frozen_ladder_is_broken_is_set_aside_and_the_others_are_taken() -> None:
    tasks = overdue(10, [make.unit()])
    poisoned = tasks[4]
    sweep(now=NOW, by=BY)
    ladder = poisoned.follow_up.ladder
    ladder.pk, ladder.digest, ladder.content = None, "broken", {"ahead": [1], "steps": None}
    ladder.save()
    type(poisoned.follow_up).objects.filter(task=poisoned).update(ladder=ladder)
    later = NOW + timedelta(days=2)
    Task.objects.update(next_look_at=later)
    swept = sweep(now=later, by=BY)
    assert swept.failed == [poisoned.key] and swept.looked_at == 9
