"""The sweep takes what has come due, once, and tells those it concerns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from tests import factories as make
from tests.factories import NOW
from tracker.audit.actors import Role, system
from tracker.audit.models import AuditEntry, JobRun
from tracker.audit.selectors import verify_chain
from tracker.commitments import services as commitments
from tracker.commitments.models import Task
from tracker.escalation.models import FollowUp, StepTaken
from tracker.escalation.services import ClockWentBack, sweep
from tracker.messaging.models import Item
from tracker.notices.models import Notice
from tracker.rules import due
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

BY = system("sweep")


def at(day: date) -> datetime:
    """Return 09:00 in Shanghai of a day."""
    return datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC)


def parts(task: Task) -> list[str]:
    return list(task.steps_taken.order_by("due_on", "pk").values_list("part", flat=True))


def test_a_second_sweep_at_the_same_moment_takes_nothing() -> None:
    task = make.task(due=date(2023, 6, 2))
    make.post(task.lead, Role.UNIT_HEAD)
    first = sweep(now=NOW, by=BY)
    assert first.reminders > 0
    Task.objects.update(next_look_at=NOW)
    second = sweep(now=NOW, by=BY)
    assert (second.looked_at, second.reminders, second.steps) == (1, 0, 0)


def test_an_undisturbed_task_is_not_looked_at_before_something_can_come_due() -> None:
    task = make.task(due=date(2023, 6, 30))
    sweep(now=NOW, by=BY)
    task.refresh_from_db()
    assert task.next_look_at is not None and task.next_look_at > NOW
    assert sweep(now=task.next_look_at - timedelta(seconds=1), by=BY).looked_at == 0
    assert sweep(now=task.next_look_at, by=BY).reminders == 1


def test_the_unit_head_is_reminded_on_the_first_working_day_after_the_date() -> None:
    of = make.document()
    policy = make.policy(of)
    task = make.task(of=make.commitment(of, due=date(2023, 6, 2), policy_key=policy.key), due=date(2023, 6, 2))
    head = make.post(task.lead, Role.UNIT_HEAD)
    sweep(now=at(date(2023, 6, 2)), by=BY)
    assert "overdue:1:unit_head" not in parts(task)
    sweep(now=at(date(2023, 6, 5)), by=BY)
    taken = task.steps_taken.get(part="overdue:1:unit_head")
    assert (taken.due_on, taken.post) == (date(2023, 6, 5), head)


def test_the_record_of_a_reminder_says_whether_anybody_was_there_to_be_reminded() -> None:
    of = make.document()
    policy = make.policy(of)
    manned, empty = (
        make.task(of=make.commitment(of, due=date(2023, 6, 2), policy_key=policy.key), due=date(2023, 6, 2))
        for _ in range(2)
    )
    make.post(manned.lead, Role.UNIT_HEAD)
    sweep(now=at(date(2023, 6, 5)), by=BY)
    told = {
        entry.object_id: "nobody" in entry.detail
        for entry in AuditEntry.objects.filter(action="escalation.reminder_taken")
        if entry.detail["key"].endswith("overdue:1:unit_head")
    }
    assert told == {str(manned.pk): False, str(empty.pk): True}


def test_a_step_beyond_reminding_quotes_the_clause_it_rests_on() -> None:
    of = make.document(number="稷政发〔2023〕7号")
    office = make.post(make.unit(), Role.SUPERVISION)
    policy = make.policy(of, {"key": "office", "offset": 3})
    task = make.task(of=make.commitment(of, due=date(2023, 6, 2), policy_key=policy.key), due=date(2023, 6, 2))
    sweep(now=at(date(2023, 6, 7)), by=BY)
    taken = task.steps_taken.get(part="step:office")
    assert taken.basis == "稷政发〔2023〕7号 四（一）：负责普查工作的具体组织实施和协调"
    assert taken.effective_on == date(2023, 6, 7)
    item = Item.objects.get(key=taken.key)
    assert (item.post, item.kind, item.basis) == (office, Item.Kind.STEP, taken.basis)


def test_a_step_with_legal_weight_is_only_proposed_and_blocks_what_follows_until_signed() -> None:
    of = make.document()
    make.post(make.unit(), Role.SUPERVISION)
    policy = make.policy(
        of,
        {
            "key": "urge",
            "title": "发督促函",
            "action": "draft_notice",
            "to": "unit_head",
            "notice": "督促函",
            "needs_finding": "无正当理由",
            "needs_signature": True,
            "asks_within": 7,
        },
        {"key": "criticise", "action": "notify", "after": "rectification"},
    )
    task = make.task(of=make.commitment(of, due=date(2023, 6, 2), policy_key=policy.key), due=date(2023, 6, 2))
    for day in range(40):
        sweep(now=at(date(2023, 6, 5) + timedelta(days=day)), by=BY)
    notice = Notice.objects.get(tasks=task)
    assert (notice.state, notice.number, notice.name) == ("proposed", None, "督促函")
    assert "第四部分第（一）项规定：“负责普查工作的具体组织实施和协调”" in notice.body
    assert [part for part in parts(task) if part.startswith("step:")] == ["step:urge"]
    assert task.steps_taken.get(part="step:urge").effective_on is None


def test_a_document_without_a_clause_gets_reminders_only() -> None:
    task = make.task(due=date(2023, 6, 2))
    make.post(task.lead, Role.UNIT_HEAD)
    for day in range(60):
        sweep(now=at(date(2023, 6, 1) + timedelta(days=day)), by=BY)
    assert set(task.steps_taken.values_list("kind", flat=True)) == {"reminder"}
    assert Notice.objects.count() == 0


def test_a_missed_week_is_caught_up_in_order_and_said_to_be_late() -> None:
    task = make.task(due=date(2023, 6, 9))
    liaison = make.post(task.lead, Role.LIAISON)
    sweep(now=at(date(2023, 6, 1)), by=BY)
    sweep(now=at(date(2023, 6, 16)), by=BY)
    rows = list(task.steps_taken.filter(due_on__gt=date(2023, 6, 1)).order_by("pk"))
    assert [row.due_on for row in rows] == sorted(row.due_on for row in rows)
    assert any(row.late for row in rows)
    spoken = Item.objects.filter(task=task, post=liaison, kind=Item.Kind.REMINDER, created_at=at(date(2023, 6, 16)))
    assert spoken.count() == 1, "of several missed reminders only the newest is spoken"


def test_what_was_past_when_it_was_loaded_is_asked_about_once_and_never_followed_up() -> None:
    task = make.task(due=date(2023, 4, 30), state=State.TO_CONFIRM, backfill=True)
    liaison = make.post(task.lead, Role.LIAISON)
    for day in range(30):
        sweep(now=NOW + timedelta(days=day), by=BY)
        Task.objects.update(next_look_at=NOW)
    assert StepTaken.objects.count() == 0
    assert list(Item.objects.values_list("post", "kind")) == [(liaison.pk, "backfill")]


def test_one_task_that_cannot_be_decided_is_set_aside_and_stops_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = [make.task(due=date(2023, 6, 2)) for _ in range(5)]
    poisoned = tasks[2]
    real = due.due_actions

    def poison(snapshot: Any, *rest: Any) -> Any:
        if snapshot.id == poisoned.pk:
            raise ValueError("broken")
        return real(snapshot, *rest)

    monkeypatch.setattr(due, "due_actions", poison)
    swept = sweep(now=NOW, by=BY)
    assert swept.failed == [poisoned.key]
    assert {row.task_id for row in StepTaken.objects.all()} == {task.pk for task in tasks} - {poisoned.pk}
    poisoned.refresh_from_db()
    assert poisoned.next_look_at == NOW + timedelta(hours=1)


def test_a_sweep_refuses_a_clock_that_went_back() -> None:
    JobRun.objects.create(job="sweep", started_at=NOW, as_of=NOW, finished_at=NOW, ok=True)
    with pytest.raises(ClockWentBack):
        sweep(now=NOW - timedelta(hours=1), by=BY)
    sweep(now=NOW - timedelta(minutes=5), by=BY)


def test_recurring_commitments_that_cannot_be_opened_are_named_and_everybody_is_reminded_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make.task(due=date(2023, 6, 2))

    def refuse(**named: Any) -> Any:
        raise DatabaseError("value too long")

    monkeypatch.setattr(commitments, "open_instances", refuse)
    monkeypatch.setattr(commitments, "redate_provisional", refuse)
    swept = sweep(now=NOW, by=BY)
    assert swept.failed == ["recurring commitments", "provisional dates"]
    assert swept.reminders > 0


def test_a_sweep_that_runs_out_of_time_says_so_and_the_next_goes_on() -> None:
    make.task(due=date(2023, 6, 2))
    assert sweep(now=NOW, by=BY, seconds=-1).counts()["unfinished"]
    assert StepTaken.objects.count() == 0
    swept = sweep(now=NOW, by=BY)
    assert swept.reminders > 0 and not swept.unfinished


def test_every_step_is_audited_in_the_transaction_that_takes_it() -> None:
    make.task(due=date(2023, 6, 2))
    swept = sweep(now=NOW, by=BY)
    entries = AuditEntry.objects.filter(action__startswith="escalation.")
    assert entries.count() == swept.reminders + swept.steps
    assert verify_chain().whole


def test_an_amended_policy_is_for_tasks_opened_later() -> None:
    of = make.document()
    policy = make.policy(of, {"key": "office", "offset": 3})
    commitment = make.commitment(of, policy_key=policy.key)
    early = make.task(of=commitment)
    sweep(now=NOW, by=BY)
    amended = make.policy(of, {"key": "office", "offset": 9}, key=policy.key, version=2)
    late = make.task(of=commitment)
    sweep(now=NOW, by=BY)
    assert FollowUp.objects.get(task=early).policy == policy
    assert FollowUp.objects.get(task=late).policy == amended
    assert FollowUp.objects.get(task=early).ladder.content["steps"][0]["offset"] == 3


def test_a_sweep_costs_the_same_number_of_queries_for_one_task_as_for_many(
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(40):
        make.task(due=date(2023, 6, 2))
    with django_assert_max_num_queries(46):
        sweep(now=NOW, by=BY)


def test_a_step_that_needs_a_finding_is_told_to_the_office_alone_until_somebody_has_found_it() -> None:
    of = make.document()
    office = make.post(make.unit(), Role.SUPERVISION)
    group = make.post(make.unit("县普查领导小组"), "", position="group_head")
    policy = make.policy(
        of, {"key": "group", "action": "list", "to": "group", "body": group.unit.name, "needs_finding": "属于重大问题"}
    )
    task = make.task(of=make.commitment(of, due=date(2023, 6, 2), policy_key=policy.key), due=date(2023, 6, 2))
    sweep(now=NOW, by=BY)
    assert task.steps_taken.get(part="step:group").effective_on is None
    item = Item.objects.get(kind=Item.Kind.STEP)
    assert (item.post, item.text["say"], item.text["finding"]) == (office, "finding", "属于重大问题")
