"""Tasks are opened once, each for whom and for when its commitment says, and recurring ones as their time comes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.commitments import drafts
from tracker.audit import actors
from tracker.audit.actors import NotPermitted, Role
from tracker.audit.models import AuditEntry
from tracker.commitments import services
from tracker.commitments.models import Commitment, Task
from tracker.commitments.services.registering import CommitmentDraft
from tracker.documents.models import Document
from tracker.org.models import Unit, UnitKind
from tracker.rules.followup import State
from tracker.rules.workdays import WorkdayCalendar

pytestmark = [pytest.mark.django_db, pytest.mark.core]

# Wednesday 31 May 2023, 16:00 in Shanghai.
NOW = datetime(2023, 5, 31, 8, 0, tzinfo=UTC)
CHINA = WorkdayCalendar.china()
BY = actors.system("test")


@pytest.fixture
def document() -> Document:
    return factories.document(issued_on=date(2023, 5, 31))


@pytest.fixture
def units() -> list[Unit]:
    return [factories.unit(name) for name in ("稷峰镇人民政府", "蔡村乡人民政府", "清河镇人民政府")]


def register(document: Document, *rows: CommitmentDraft) -> list[Commitment]:
    return list(services.register_commitments(document=document, drafts=rows, by=BY, now=NOW).added)


def open_(*rows: Commitment, now: datetime = NOW) -> list[Task]:
    return services.open_tasks(commitments=rows, workdays=CHINA, by=BY, now=now)


def parts(task: Task) -> list[tuple[str, str]]:
    return list(task.assignments.order_by("pk").values_list("unit__name", "role"))


def test_a_joint_duty_is_one_task_that_the_first_leads_and_the_others_share(
    document: Document, units: list[Unit]
) -> None:
    first, second, third = units
    (task,) = open_(*register(document, drafts.draft(document, first, second, support=(third, first), key="joint")))
    assert (task.key, task.lead, task.state) == (f"joint/{first.slug}/", first, State.ASSIGNED)
    assert parts(task) == [(first.name, "lead"), (second.name, "lead"), (third.name, "support")]
    assert (task.due, task.next_look_at, task.opened_at) == (date(2023, 6, 9), NOW, NOW)
    assert task.deadlines.get().working


def test_a_duty_of_each_unit_is_one_task_a_unit(document: Document, units: list[Unit]) -> None:
    tasks = open_(*register(document, drafts.draft(document, *units, key="each", each=True)))
    assert [task.key for task in tasks] == [f"each/{unit.slug}/" for unit in units]
    assert all(parts(task) == [(task.lead.name, "lead")] for task in tasks)


def test_what_is_already_past_waits_to_be_confirmed(document: Document, units: list[Unit]) -> None:
    rows = register(document, drafts.draft(document, units[0]))
    (on_the_day,) = open_(rows[0], now=datetime(2023, 6, 9, 8, 0, tzinfo=UTC))
    assert (on_the_day.state, on_the_day.backfill) == (State.ASSIGNED, False)
    rows = register(document, drafts.draft(document, units[0]))
    (after,) = open_(rows[0], now=datetime(2023, 6, 10, 8, 0, tzinfo=UTC))
    assert (after.state, after.backfill) == (State.TO_CONFIRM, True)


def test_a_relative_duty_waits_for_its_event(document: Document, units: list[Unit]) -> None:
    (task,) = open_(*register(document, drafts.within_30_workdays(document, units[0])))
    assert (task.state, task.due, task.due_version) == (State.WAITING, None, 1)


def test_an_undated_duty_and_one_without_end_are_assigned_without_a_date(document: Document, units: list[Unit]) -> None:
    undated = drafts.draft(document, units[0], kind="undated", phrase="定期")
    lasting = drafts.draft(document, units[0], kind="from", phrase="自2024年起", start=date(2024, 1, 1))
    tasks = open_(*register(document, undated, lasting))
    assert [(task.state, task.due, task.start) for task in tasks] == [
        (State.ASSIGNED, None, None),
        (State.ASSIGNED, None, date(2024, 1, 1)),
    ]


def test_opening_twice_opens_nothing(document: Document, units: list[Unit]) -> None:
    rows = register(document, drafts.quarterly(document, units[0]), drafts.draft(document, *units, each=True))
    assert len(open_(*rows)) == 4
    entries = AuditEntry.objects.count()
    assert open_(*rows) == []
    assert AuditEntry.objects.count() == entries


def test_a_withdrawn_commitment_opens_nothing(document: Document, units: list[Unit]) -> None:
    rows = register(document, drafts.draft(document, units[0]))
    services.withdraw_commitments(commitments=rows, reason="误读", by=BY, now=NOW)
    assert open_(*rows) == []


def test_nobody_but_the_office_and_the_loader_opens_tasks(document: Document, units: list[Unit]) -> None:
    rows = register(document, drafts.draft(document, units[0]))
    with pytest.raises(NotPermitted):
        services.open_tasks(commitments=rows, workdays=CHINA, by=factories.person(Role.UNIT_HEAD, units[0]), now=NOW)


def periods(row: Commitment) -> list[str]:
    return list(row.tasks.order_by("due").values_list("period", flat=True))


def test_a_recurring_duty_is_opened_half_a_year_ahead(document: Document, units: list[Unit]) -> None:
    (row,) = register(document, drafts.quarterly(document, units[0], key="q"))
    tasks = open_(row)
    # 31 December is 214 days ahead on 31 May.
    assert [task.key for task in tasks] == [f"q/{units[0].slug}/2023Q3"]
    row.refresh_from_db()
    assert row.next_instance_on == date(2023, 12, 31) - timedelta(days=184)


def test_later_instances_open_as_their_time_comes_and_only_once(document: Document, units: list[Unit]) -> None:
    (row,) = register(document, drafts.quarterly(document, *units, each=True))
    open_(row)
    assert services.open_instances(now=datetime(2023, 6, 29, 8, 0, tzinfo=UTC), by=BY) == []
    opened = services.open_instances(now=datetime(2023, 6, 30, 8, 0, tzinfo=UTC), by=BY)
    assert [(task.period, task.lead) for task in opened] == [("2023Q4", unit) for unit in units]
    assert services.open_instances(now=datetime(2023, 6, 30, 9, 0, tzinfo=UTC), by=BY) == []


def test_a_yearly_duty_always_has_its_next_instance_open(document: Document, units: list[Unit]) -> None:
    yearly = drafts.draft(document, units[0], kind="recurring", phrase="每年", recurrence="FREQ=YEARLY")
    (row,) = register(document, yearly)
    open_(row)
    assert periods(row) == ["2024"]
    services.open_instances(now=datetime(2024, 12, 31, 8, 0, tzinfo=UTC), by=BY)
    assert periods(row) == ["2024"]
    services.open_instances(now=datetime(2024, 12, 31, 17, 0, tzinfo=UTC), by=BY)
    assert periods(row) == ["2024", "2025"]


def test_a_long_outage_leaves_no_instance_out(document: Document, units: list[Unit]) -> None:
    (row,) = register(document, drafts.quarterly(document, units[0]))
    open_(row)
    services.open_instances(now=datetime(2024, 8, 1, 8, 0, tzinfo=UTC), by=BY)
    assert periods(row) == ["2023Q3", "2023Q4", "2024Q1", "2024Q2", "2024Q3", "2024Q4"]
    states = dict(row.tasks.values_list("period", "state"))
    # Nobody is chased for what they were never told.
    assert states["2024Q1"] == State.TO_CONFIRM and states["2024Q3"] == State.ASSIGNED


def test_of_the_periods_past_at_the_first_opening_only_the_last_is_asked_about(
    document: Document, units: list[Unit]
) -> None:
    (row,) = register(document, drafts.quarterly(document, units[0]))
    open_(row, now=datetime(2024, 8, 1, 8, 0, tzinfo=UTC))
    assert periods(row) == ["2024Q2", "2024Q3", "2024Q4"]
    assert row.tasks.get(period="2024Q2").backfill


def test_a_recurrence_that_has_ended_opens_no_more(document: Document, units: list[Unit]) -> None:
    ends = drafts.quarterly(document, units[0], due=date(2023, 12, 31), why_not="止于2023年底。")
    (row,) = register(document, ends)
    open_(row)
    services.open_instances(now=datetime(2023, 7, 30, 8, 0, tzinfo=UTC), by=BY)
    row.refresh_from_db()
    assert periods(row) == ["2023Q3", "2023Q4"] and row.next_instance_on is None


def test_an_instance_that_cannot_be_reckoned_keeps_no_other_from_opening(document: Document, units: list[Unit]) -> None:
    good, bad = register(document, drafts.quarterly(document, units[0]), drafts.quarterly(document, units[1]))
    open_(good, bad)
    Commitment.objects.filter(pk=bad.pk).update(recurrence="FREQ=SOMETIMES")
    (opened,) = services.open_instances(now=datetime(2023, 6, 30, 8, 0, tzinfo=UTC), by=BY)
    bad.refresh_from_db()
    assert (opened.commitment, bad.next_instance_on) == (good, date(2023, 7, 1))


def test_opening_instances_costs_what_is_due_and_not_what_exists(document: Document, units: list[Unit]) -> None:
    rows = register(document, *[drafts.quarterly(document, unit) for unit in units for _ in range(10)])
    open_(*rows)
    with CaptureQueriesContext(connection) as queries:
        services.open_instances(now=NOW + timedelta(days=1), by=BY)
    reads = [query for query in queries.captured_queries if "SELECT" in query["sql"]]
    assert len(reads) == 1


def test_a_group_not_named_one_by_one_is_one_addressee_until_the_office_names_its_members(
    document: Document, units: list[Unit]
) -> None:
    whole = factories.unit("全县各村（居）民委员会", kind=UnitKind.COLLECTIVE)
    (general,) = open_(*register(document, drafts.draft(document, whole, each=True, key="villages")))
    office = factories.person(Role.SUPERVISION)
    named = services.break_down(task=general, units=units[:2], by=office, now=NOW)
    assert [task.key for task in named] == [f"villages/{unit.slug}/" for unit in units[:2]]
    assert all(task.broken_from == general for task in named)


def test_a_document_not_issued_yet_binds_nobody_until_it_is(units: list[Unit]) -> None:
    coming = factories.document(issued_on=date(2023, 6, 25))
    rows = register(coming, drafts.draft(coming, units[0], phrase="2023年12月31日前", due=date(2023, 12, 31)))
    assert open_(*rows) == []
    assert services.open_instances(now=datetime(2023, 6, 24, 8, 0, tzinfo=UTC), by=BY) == []
    (task,) = services.open_instances(now=datetime(2023, 6, 25, 8, 0, tzinfo=UTC), by=BY)
    assert (task.state, task.due) == (State.ASSIGNED, date(2023, 12, 31))
    rows[0].refresh_from_db()
    assert rows[0].next_instance_on is None
