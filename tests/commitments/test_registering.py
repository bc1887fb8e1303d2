"""Commitments are registered, corrected and withdrawn; their open tasks follow, and nothing that was is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests import factories
from tests.commitments import drafts
from tracker.audit import actors
from tracker.audit.actors import NotPermitted, Role
from tracker.audit.models import AuditEntry
from tracker.audit.selectors import verify_chain
from tracker.commitments import services
from tracker.commitments.models import Commitment, Indicator, IndicatorValue, Task
from tracker.commitments.services.registering import CommitmentDraft, IndicatorDraft, Registered
from tracker.documents.models import Document
from tracker.org.models import Unit, UnitKind
from tracker.rules.followup import State
from tracker.rules.workdays import WorkdayCalendar

pytestmark = [pytest.mark.django_db, pytest.mark.core]

# Wednesday 31 May 2023, 16:00 in Shanghai.
NOW = datetime(2023, 5, 31, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
CHINA = WorkdayCalendar.china()
BY = actors.system("test")


@pytest.fixture
def document() -> Document:
    return factories.document(issued_on=date(2023, 5, 31))


@pytest.fixture
def units() -> list[Unit]:
    return [factories.unit(name) for name in ("稷峰镇人民政府", "蔡村乡人民政府", "清河镇人民政府")]


def register(document: Document, *rows: CommitmentDraft, now: datetime = NOW) -> Registered:
    made = services.register_commitments(document=document, drafts=rows, by=BY, now=now)
    services.open_tasks(commitments=[*made.added, *made.changed], workdays=CHINA, by=BY, now=now)
    return made


def states(key: str) -> dict[str, str]:
    return {task.key.removeprefix(f"{key}/"): task.state for task in Task.objects.filter(commitment__key=key)}


def test_a_new_row_is_added_and_the_same_row_again_is_unchanged(document: Document, units: list[Unit]) -> None:
    row = drafts.draft(document, units[0], support=(units[1],), key="row")
    assert [one.key for one in register(document, row).added] == ["row"]
    again = register(document, row)
    assert (again.added, again.changed, again.unchanged) == ((), (), 1)
    lines = Commitment.objects.get().units.values_list("unit__name", "role", "printed", "position")
    assert list(lines) == [(units[0].name, "lead", units[0].name, 0), (units[1].name, "support", units[1].name, 0)]


def test_a_changed_date_is_a_new_version_beside_the_old_one(document: Document, units: list[Unit]) -> None:
    register(document, drafts.draft(document, units[0], key="row"))
    changed = drafts.draft(document, units[0], key="row", phrase="2023年6月底前", due=date(2023, 6, 30))
    assert [one.key for one in register(document, changed, now=LATER).changed] == ["row"]
    task = Task.objects.get()
    assert (task.due, task.due_version, task.version, task.next_look_at) == (date(2023, 6, 30), 2, 2, LATER)
    assert [(one.version, one.due) for one in task.deadlines.all()] == [(1, date(2023, 6, 9)), (2, date(2023, 6, 30))]
    entry = AuditEntry.objects.get(action="commitments.commitment_changed")
    assert entry.detail["due"] == {"old": "2023-06-09", "new": "2023-06-30"}
    assert verify_chain().whole


def test_a_changed_title_leaves_an_extended_date_alone(document: Document, units: list[Unit]) -> None:
    register(document, drafts.draft(document, units[0], key="row"))
    Task.objects.update(due=date(2023, 7, 20), due_version=2)
    register(document, drafts.draft(document, units[0], key="row", title="设立普查机构"), now=LATER)
    task = Task.objects.get()
    assert (task.title, task.due) == ("设立普查机构", date(2023, 7, 20))


def test_a_note_that_changes_leaves_the_tasks_untouched(document: Document, units: list[Unit]) -> None:
    register(document, drafts.draft(document, units[0], key="row"))
    assert register(document, drafts.draft(document, units[0], key="row", note="见附件"), now=LATER).changed
    assert Task.objects.get().version == 1


def test_an_ended_task_is_history_and_does_not_follow(document: Document, units: list[Unit]) -> None:
    register(document, drafts.draft(document, units[0], key="row"))
    Task.objects.update(state=State.CLOSED, closed_at=NOW)
    register(document, drafts.draft(document, units[0], key="row", phrase="2023年6月底前", due=date(2023, 6, 30)))
    assert Task.objects.get().due == date(2023, 6, 9)


def test_a_task_thought_past_is_assigned_when_its_date_is_corrected(document: Document, units: list[Unit]) -> None:
    past = drafts.draft(document, units[0], key="row", phrase="2023年5月8日前", due=date(2023, 5, 8))
    register(document, past)
    assert Task.objects.get().state == State.TO_CONFIRM
    register(document, drafts.draft(document, units[0], key="row"), now=LATER)
    assert Task.objects.get().state == State.ASSIGNED


def test_a_row_that_turns_out_to_wait_for_an_event_waits(document: Document, units: list[Unit]) -> None:
    register(document, drafts.draft(document, units[0], key="row"))
    register(document, drafts.within_30_workdays(document, units[0], key="row"), now=LATER)
    task = Task.objects.get()
    assert (task.state, task.due, task.due_version) == (State.WAITING, None, 2)
    register(document, drafts.draft(document, units[0], key="row"), now=LATER)
    task.refresh_from_db()
    assert (task.state, task.due) == (State.ASSIGNED, date(2023, 6, 9))


def test_a_unit_that_is_no_longer_named_is_let_go_and_comes_back_when_it_is(
    document: Document, units: list[Unit]
) -> None:
    first, second, third = units
    register(document, drafts.draft(document, first, second, key="row", each=True))
    register(document, drafts.draft(document, second, third, key="row", each=True), now=LATER)
    assert states("row") == {
        f"{first.slug}/": State.WITHDRAWN,
        f"{second.slug}/": State.ASSIGNED,
        f"{third.slug}/": State.ASSIGNED,
    }
    register(document, drafts.draft(document, *units, key="row", each=True), now=LATER)
    assert set(states("row").values()) == {State.ASSIGNED}
    assert Task.objects.count() == 3


def test_a_joint_task_gets_the_parts_the_row_now_names(document: Document, units: list[Unit]) -> None:
    first, second, third = units
    register(document, drafts.draft(document, first, support=(second,), key="row"))
    part = Task.objects.get().assignments.get(unit=first)
    part.state = "acknowledged"
    part.save()
    register(document, drafts.draft(document, first, third, key="row"), now=LATER)
    parts = Task.objects.get().assignments.order_by("pk").values_list("unit", "role", "state")
    assert list(parts) == [(first.pk, "lead", "acknowledged"), (third.pk, "lead", "assigned")]


def test_a_quarter_that_becomes_a_month_lets_the_quarters_go(document: Document, units: list[Unit]) -> None:
    register(document, drafts.quarterly(document, units[0], key="row"))
    monthly = drafts.draft(document, units[0], key="row", kind="recurring", phrase="每月", recurrence="FREQ=MONTHLY")
    register(document, monthly, now=LATER)
    found = states("row")
    assert found.pop(f"{units[0].slug}/2023Q3") == State.WITHDRAWN
    assert list(found) == [f"{units[0].slug}/2023-{month:02}" for month in (6, 7, 8, 9, 10, 11)]


def test_a_named_day_within_the_period_moves_the_open_instances(document: Document, units: list[Unit]) -> None:
    monthly = drafts.draft(document, units[0], key="row", kind="recurring", phrase="每月", recurrence="FREQ=MONTHLY")
    register(document, monthly)
    by_the_fifth = drafts.draft(
        document, units[0], key="row", kind="recurring", phrase="每月5日前", recurrence="FREQ=MONTHLY;BYMONTHDAY=5"
    )
    register(document, by_the_fifth, now=LATER)
    june = Task.objects.get(period="2023-06")
    assert (june.due, june.due_version) == (date(2023, 6, 5), 2)


def test_tasks_the_office_broke_down_follow_the_date_and_stay(document: Document, units: list[Unit]) -> None:
    whole = factories.unit("各村", kind=UnitKind.COLLECTIVE)
    register(document, drafts.draft(document, whole, each=True, key="row"))
    office = factories.person(Role.SUPERVISION)
    services.break_down(task=Task.objects.get(), units=units[:2], by=office, now=NOW)
    changed = drafts.draft(document, whole, each=True, key="row", phrase="2023年6月底前", due=date(2023, 6, 30))
    register(document, changed, now=LATER)
    named = Task.objects.filter(broken_from__isnull=False)
    assert {(task.state, task.due) for task in named} == {(State.ASSIGNED, date(2023, 6, 30))}
    assert Task.objects.get(lead=whole).state == State.WITHDRAWN


def test_withdrawing_ends_the_open_tasks_with_the_reason_and_deletes_nothing(
    document: Document, units: list[Unit]
) -> None:
    made = register(document, drafts.draft(document, units[0], units[1], key="row", each=True))
    done = Task.objects.get(lead=units[0])
    Task.objects.filter(pk=done.pk).update(state=State.CLOSED)
    services.withdraw_commitments(commitments=made.added, reason="文件已废止", by=BY, now=LATER)
    row = Commitment.objects.get()
    assert (row.withdrawn_at, row.withdrawn_reason) == (LATER, "文件已废止")
    assert states("row") == {f"{units[0].slug}/": State.CLOSED, f"{units[1].slug}/": State.WITHDRAWN}
    services.withdraw_commitments(commitments=[row], reason="再一次", by=BY, now=LATER)
    row.refresh_from_db()
    assert row.withdrawn_reason == "文件已废止"


def test_a_task_the_office_let_go_does_not_come_back_with_its_row(document: Document, units: list[Unit]) -> None:
    made = register(document, drafts.draft(document, units[0], key="row"))
    Task.objects.update(state=State.WITHDRAWN, closed_at=NOW)
    services.withdraw_commitments(commitments=made.added, reason="误读", by=BY, now=LATER)
    register(document, drafts.draft(document, units[0], key="row"), now=LATER)
    assert Commitment.objects.get().withdrawn_at is None
    assert Task.objects.get().state == State.WITHDRAWN


def test_a_measure_that_is_no_longer_named_keeps_its_values(document: Document, units: list[Unit]) -> None:
    def target(indicator: IndicatorDraft | None) -> CommitmentDraft:
        return drafts.draft(
            document, units[0], key="row", kind="target", phrase="到2025年", due=date(2025, 12, 31), indicator=indicator
        )

    register(document, target(IndicatorDraft("合格率", ">=", Decimal("98.5"), "%")))
    measure = Indicator.objects.get()
    IndicatorValue.objects.create(
        indicator=measure, day=date(2023, 12, 31), value=Decimal(97), source="年报", at=NOW, by="x"
    )
    register(document, target(None), now=LATER)
    measure.refresh_from_db()
    assert (measure.withdrawn_at, measure.values.count()) == (LATER, 1)
    assert register(document, target(None)).unchanged == 1
    register(document, target(IndicatorDraft("合格率", ">=", Decimal("99"), "%")), now=LATER)
    measure.refresh_from_db()
    assert (measure.value, measure.withdrawn_at) == (Decimal(99), None)


def test_only_the_office_and_the_loader_register_and_withdraw(document: Document, units: list[Unit]) -> None:
    made = register(document, drafts.draft(document, units[0]))
    liaison = factories.person(Role.LIAISON, units[0])
    with pytest.raises(NotPermitted):
        services.register_commitments(document=document, drafts=[], by=liaison, now=NOW)
    with pytest.raises(NotPermitted):
        services.withdraw_commitments(commitments=made.added, reason="x", by=liaison, now=NOW)


def test_a_draft_at_a_clause_of_another_document_is_refused(document: Document, units: list[Unit]) -> None:
    row = drafts.draft(factories.document(), units[0])
    with pytest.raises(ValueError, match="stands at a clause of"):
        services.register_commitments(document=document, drafts=[row], by=BY, now=NOW)
