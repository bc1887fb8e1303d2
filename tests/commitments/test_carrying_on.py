"""What somebody started goes on without the page: once, as that person, through crashes, until it is done or stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import factories as make
from tests.factories import NOW
from tracker.audit.actors import Actor, NotPermitted, Role, system
from tracker.audit.errors import WrongState
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Batch, BatchRow, Task
from tracker.commitments.services import carrying_on, many
from tracker.commitments.services.leasing import LEASE, take
from tracker.org.models import Tenure, Unit, User
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]
Outcome = BatchRow.Outcome
LAPSED = NOW + LEASE + timedelta(seconds=1)


@pytest.fixture
def unit() -> Unit:
    return make.unit()


@pytest.fixture
def liaison(unit: Unit) -> Actor:
    return make.person(Role.LIAISON, unit)


def started(unit: Unit, by: Actor, number: int = 4) -> Batch:
    tasks = [make.task(unit).pk for _ in range(number)]
    batch = many.plan_batch(action="acknowledge", tasks=tasks, by=by, now=NOW)
    return many.start_batch(batch=batch, by=by, now=NOW)


def carry_on(at: Any = NOW) -> dict[str, int]:
    return carrying_on.carry_on(now=NOW, real_now=at).counts()


def outcomes(batch: Batch) -> list[str]:
    return list(batch.rows.values_list("outcome", flat=True))


def acknowledged(by: Actor) -> int:
    return AuditEntry.objects.filter(action="commitments.acknowledged", actor_id=by.user_id).count()


def test_what_was_started_is_done_as_the_person_who_started_it_without_any_page(unit: Unit, liaison: Actor) -> None:
    batch = started(unit, liaison)
    assert carry_on()["batches_ended"] == 1
    batch.refresh_from_db()
    assert (batch.state, outcomes(batch), batch.lease_token) == (Batch.State.APPLIED, [Outcome.DONE] * 4, "")
    assert acknowledged(liaison) == 4
    assert AuditEntry.objects.get(action="commitments.batch_applied").actor_id == liaison.user_id


def test_a_plan_that_nobody_started_is_left_alone(unit: Unit, liaison: Actor) -> None:
    many.plan_batch(action="acknowledge", tasks=[make.task(unit).pk], by=liaison, now=NOW)
    assert set(carry_on().values()) == {0}
    assert Task.objects.get().state == State.ASSIGNED


def test_a_second_worker_keeps_off_while_the_first_is_alive(unit: Unit, liaison: Actor) -> None:
    batch = started(unit, liaison)
    assert take(Batch.objects.filter(pk=batch.pk), real_now=NOW) is not None
    assert set(carry_on().values()) == {0}
    assert acknowledged(liaison) == 0


def test_a_worker_that_died_in_the_middle_is_taken_over_and_no_row_is_done_twice(unit: Unit, liaison: Actor) -> None:
    batch = started(unit, liaison)
    take(Batch.objects.filter(pk=batch.pk), real_now=NOW)
    many.go_on(batch=batch, by=liaison, now=NOW, most=2)
    assert set(carry_on().values()) == {0}
    assert carry_on(LAPSED)["batches_ended"] == 1
    assert outcomes(batch) == [Outcome.DONE] * 4
    assert acknowledged(liaison) == 4


def test_a_stopped_batch_keeps_what_is_done_and_does_no_more(unit: Unit, liaison: Actor) -> None:
    batch = started(unit, liaison)
    many.go_on(batch=batch, by=liaison, now=NOW, most=1)
    stopped = many.stop_batch(batch=batch, by=liaison, now=NOW)
    assert (stopped.state, stopped.ended_at) == (Batch.State.STOPPED, NOW)
    assert set(carry_on(LAPSED).values()) == {0}
    # A worker that still holds the batch as it was does nothing either.
    assert many.go_on(batch=batch, by=liaison, now=NOW).state == Batch.State.STOPPED
    assert outcomes(batch).count(Outcome.DONE) == 1
    assert AuditEntry.objects.get(action="commitments.batch_stopped").detail["done"] == 1
    with pytest.raises(WrongState):
        many.stop_batch(batch=batch, by=liaison, now=NOW)


def test_a_stop_is_heard_between_two_rows(unit: Unit, liaison: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = started(unit, liaison)
    action = many.ACTIONS["acknowledge"]

    def stopping(task: Task, given: Any, on: dict[str, Any]) -> object:
        done = action.perform(task, given, on)
        many.stop_batch(batch=batch, by=liaison, now=NOW)
        return done

    monkeypatch.setitem(many.ACTIONS, "acknowledge", many.Action("acknowledge", action.verb, stopping))  # type: ignore[arg-type]
    carry_on()
    batch.refresh_from_db()
    assert batch.state == Batch.State.STOPPED
    assert outcomes(batch) == [Outcome.DONE] + [Outcome.READY] * 3


def test_nobody_else_stops_it(unit: Unit, liaison: Actor) -> None:
    batch = started(unit, liaison)
    with pytest.raises(NotPermitted):
        many.stop_batch(batch=batch, by=make.person(Role.LIAISON, unit), now=NOW)


def test_rights_are_asked_for_each_row_when_it_is_done(unit: Unit, liaison: Actor) -> None:
    batch = started(unit, liaison)
    many.go_on(batch=batch, by=liaison, now=NOW, most=1)
    Tenure.objects.filter(user=liaison.user_id).update(withdrawn_at=NOW)
    carry_on()
    batch.refresh_from_db()
    assert batch.state == Batch.State.APPLIED
    assert sorted(outcomes(batch)) == [Outcome.DONE, *[Outcome.REFUSED] * 3]
    assert all(row.why for row in batch.rows.filter(outcome=Outcome.REFUSED))
    assert acknowledged(liaison) == 1


def test_an_account_disabled_while_the_batch_is_done_does_no_further_slice(
    unit: Unit, liaison: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = started(unit, liaison)
    go_on = many.go_on

    def one_row_then_disabled(**given: Any) -> Batch:
        after = go_on(**given, most=1)
        User.objects.filter(pk=liaison.user_id).update(is_active=False)
        return after

    monkeypatch.setattr(many, "go_on", one_row_then_disabled)
    assert carry_on()["batches_ended"] == 1
    assert outcomes(batch) == [Outcome.DONE] + [Outcome.REFUSED] * 3
    assert acknowledged(liaison) == 1


def test_what_a_disabled_account_had_started_is_ended_with_the_reason(unit: Unit, liaison: Actor) -> None:
    batch = started(unit, liaison)
    User.objects.filter(pk=liaison.user_id).update(is_active=False)
    assert carry_on()["batches_ended"] == 1
    batch.refresh_from_db()
    assert (batch.state, set(outcomes(batch))) == (Batch.State.APPLIED, {Outcome.REFUSED})
    assert "账号已停用" in batch.rows.all()[0].why


def test_a_batch_that_was_stopped_meanwhile_is_not_ended_for_a_disabled_account(unit: Unit, liaison: Actor) -> None:
    batch = started(unit, liaison)
    many.go_on(batch=batch, by=liaison, now=NOW, most=1)
    many.stop_batch(batch=Batch.objects.get(pk=batch.pk), by=liaison, now=NOW)
    # A worker that still holds the batch as it was marks no row of it.
    refused = many.refuse_rest(batch=batch, by=system("work"), now=NOW)
    assert refused.state == Batch.State.STOPPED
    assert outcomes(batch) == [Outcome.DONE] + [Outcome.READY] * 3
    assert not AuditEntry.objects.filter(action="commitments.batch_applied").exists()


def test_one_row_that_breaks_stops_only_itself(unit: Unit, liaison: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = started(unit, liaison)
    action = many.ACTIONS["acknowledge"]
    poisoned = batch.rows.all()[1].task_id

    def perform(task: Task, given: Any, on: dict[str, Any]) -> object:
        if task.pk == poisoned:
            raise KeyError("broken")
        return action.perform(task, given, on)

    monkeypatch.setitem(many.ACTIONS, "acknowledge", many.Action("acknowledge", action.verb, perform))  # type: ignore[arg-type]
    assert carry_on()["batches_ended"] == 1
    assert outcomes(batch) == [Outcome.DONE, Outcome.REFUSED, Outcome.DONE, Outcome.DONE]
    assert "告知系统管理员" in batch.rows.get(task=poisoned).why
