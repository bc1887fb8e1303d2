"""Many tasks at once: each is tried for the preview, then done by the same single service, once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import factories as make
from tests.factories import NOW
from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, WrongState
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Batch, BatchRow, ProgressReport, Review, Task
from tracker.commitments.services import apply_to_close, many, name_blocker, review
from tracker.commitments.services.recording import record_report
from tracker.org.models import Unit, UnitKind
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]
Outcome = BatchRow.Outcome


@pytest.fixture
def unit() -> Unit:
    return make.unit()


@pytest.fixture
def liaison(unit: Unit) -> Actor:
    return make.person(Role.LIAISON, unit)


@pytest.fixture
def office() -> Actor:
    return make.person(Role.SUPERVISION)


def keys(*tasks: Task) -> list[int]:
    return [task.pk for task in tasks]


def finish(batch: Batch, by: Actor) -> Batch:
    while batch.state != Batch.State.APPLIED:
        batch = many.apply_batch(batch=batch, by=by, now=NOW)
    return batch


def outcomes(batch: Batch) -> dict[int, str]:
    return {row.task_id or 0: row.outcome for row in batch.rows.all()}


def test_a_preview_changes_nothing_and_says_who_is_left_out_and_why(unit: Unit, liaison: Actor) -> None:
    fresh, taken, suspended = make.task(unit), make.task(unit), make.task(unit, state=State.SUSPENDED)
    supporting = make.task(make.unit(), unit, state=State.IN_PROGRESS)
    taken.assignments.update(state="acknowledged")
    entries = AuditEntry.objects.count()
    batch = many.plan_batch(action="acknowledge", tasks=keys(fresh, taken, suspended, supporting), by=liaison, now=NOW)
    assert outcomes(batch) == {
        fresh.pk: Outcome.READY,
        taken.pk: Outcome.LEFT_OUT,
        suspended.pk: Outcome.LEFT_OUT,
        supporting.pk: Outcome.LEFT_OUT,
    }
    why = {row.task_id: row.why for row in batch.rows.all()}
    assert "已经签收" in why[taken.pk]
    assert "已中止" in why[suspended.pk]
    assert AuditEntry.objects.count() == entries
    assert set(Task.objects.values_list("version", flat=True)) == {1}
    row = batch.rows.get(task=fresh)
    assert row.act == {"from": State.ASSIGNED, "to": State.IN_PROGRESS}


def test_applying_does_each_through_its_own_service_and_records_each(unit: Unit, liaison: Actor) -> None:
    tasks = [make.task(unit) for _ in range(5)]
    batch = finish(many.plan_batch(action="acknowledge", tasks=keys(*tasks), by=liaison, now=NOW), liaison)
    assert set(outcomes(batch).values()) == {Outcome.DONE}
    assert AuditEntry.objects.filter(action="commitments.acknowledged", actor_id=liaison.user_id).count() == 5
    assert set(Task.objects.values_list("state", flat=True)) == {State.IN_PROGRESS}
    assert AuditEntry.objects.get(action="commitments.batch_applied").detail["done"] == 5


def test_the_same_form_sent_twice_does_nothing_the_second_time(unit: Unit, liaison: Actor) -> None:
    of = make.commitment(asks_report=True)
    task = make.task(unit, of=of)
    batch = many.plan_batch(action="no-change", tasks=keys(task), by=liaison, now=NOW)
    for _ in range(3):
        many.apply_batch(batch=batch, by=liaison, now=NOW)
    assert ProgressReport.objects.count() == 1
    assert AuditEntry.objects.filter(action="commitments.batch_applied").count() == 1


def test_long_work_is_done_in_slices_that_anybody_may_count(unit: Unit, liaison: Actor) -> None:
    tasks = [make.task(unit) for _ in range(7)]
    batch = many.plan_batch(action="acknowledge", tasks=keys(*tasks), by=liaison, now=NOW)
    batch = many.apply_batch(batch=batch, by=liaison, now=NOW, most=3)
    assert (batch.state, batch.rows.filter(outcome=Outcome.DONE).count()) == (Batch.State.APPLYING, 3)
    batch = many.apply_batch(batch=batch, by=liaison, now=NOW, most=3)
    batch = many.apply_batch(batch=batch, by=liaison, now=NOW, most=3)
    assert (batch.state, batch.rows.filter(outcome=Outcome.DONE).count()) == (Batch.State.APPLIED, 7)


def test_a_task_that_changed_after_the_preview_is_left_out_and_said(unit: Unit, liaison: Actor) -> None:
    changed, same = make.task(unit), make.task(unit)
    batch = many.plan_batch(action="acknowledge", tasks=keys(changed, same), by=liaison, now=NOW)
    name_blocker(task=changed, blocker=None, note="", by=liaison, now=NOW)
    batch = finish(batch, liaison)
    assert outcomes(batch) == {changed.pk: Outcome.STALE, same.pk: Outcome.DONE}
    assert Task.objects.get(pk=changed.pk).state == State.ASSIGNED


def test_no_change_is_taken_only_where_a_clause_asks_for_a_report(unit: Unit, liaison: Actor) -> None:
    asked, not_asked = make.task(unit, of=make.commitment(asks_report=True)), make.task(unit)
    late = make.task(unit, of=make.commitment(asks_report=True), due=date(2023, 6, 1))
    batch = many.plan_batch(action="no-change", tasks=keys(asked, not_asked, late), by=liaison, now=NOW)
    assert outcomes(batch) == {asked.pk: Outcome.READY, not_asked.pk: Outcome.LEFT_OUT, late.pk: Outcome.LEFT_OUT}


def apply(task: Task, by: Actor) -> None:
    apply_to_close(task=task, unit=task.lead, text="已印发", by=by, now=NOW)


def test_the_office_closes_what_was_applied_for_and_never_its_own_work(unit: Unit, liaison: Actor) -> None:
    home = make.unit(kind=UnitKind.COUNTY_DEPARTMENT)
    both = make.actor(make.user(make.post(home, Role.SUPERVISION), make.post(home, Role.LIAISON)))
    theirs, own, open_one = make.task(unit), make.task(home), make.task(unit)
    apply(theirs, liaison)
    apply(own, both)
    batch = many.plan_batch(action="accept", tasks=keys(theirs, own, open_one), by=both, now=NOW)
    assert outcomes(batch) == {theirs.pk: Outcome.READY, own.pk: Outcome.LEFT_OUT, open_one.pk: Outcome.LEFT_OUT}
    finish(batch, both)
    assert Task.objects.get(pk=theirs.pk).state == State.CLOSED
    assert Task.objects.get(pk=own.pk).state == State.AWAITING_REVIEW


def test_sending_back_asks_for_a_reason_once_and_keeps_it_with_each(unit: Unit, liaison: Actor, office: Actor) -> None:
    tasks = [make.task(unit), make.task(unit)]
    for task in tasks:
        apply(task, liaison)
    with pytest.raises(Invalid) as refused:
        many.plan_batch(action="send-back", tasks=keys(*tasks), by=office, now=NOW)
    assert refused.value.field == "text"
    given: dict[str, Any] = {"text": "佐证不全"}
    finish(many.plan_batch(action="send-back", tasks=keys(*tasks), parameters=given, by=office, now=NOW), office)
    assert [task.reviews.get().reason for task in tasks] == ["佐证不全", "佐证不全"]


def test_duties_of_units_not_named_are_laid_on_named_ones_and_others_are_left(office: Actor) -> None:
    collective = make.task(make.unit(kind=UnitKind.COLLECTIVE))
    named = make.task()
    units = [make.unit(), make.unit()]
    given = {"units": [unit.pk for unit in units]}
    batch = many.plan_batch(action="break-down", tasks=keys(collective, named), parameters=given, by=office, now=NOW)
    assert outcomes(batch) == {collective.pk: Outcome.READY, named.pk: Outcome.LEFT_OUT}
    finish(batch, office)
    assert set(Task.objects.filter(broken_from=collective).values_list("lead", flat=True)) == set(given["units"])


def test_more_than_the_bound_is_refused_with_what_to_do(unit: Unit, liaison: Actor, settings: Any) -> None:
    settings.TRACKER_BULK_MOST = 2
    tasks = [make.task(unit) for _ in range(3)]
    with pytest.raises(Invalid, match="分批"):
        many.plan_batch(action="acknowledge", tasks=keys(*tasks), by=liaison, now=NOW)
    assert not Batch.objects.exists()


def test_tasks_of_others_are_not_even_listed(unit: Unit, liaison: Actor) -> None:
    mine, other = make.task(unit), make.task()
    batch = many.plan_batch(action="acknowledge", tasks=keys(mine, other), by=liaison, now=NOW)
    assert outcomes(batch) == {mine.pk: Outcome.READY}


def test_an_action_of_another_role_is_refused(liaison: Actor, office: Actor) -> None:
    with pytest.raises(NotPermitted):
        many.plan_batch(action="accept", tasks=[1], by=liaison, now=NOW)
    with pytest.raises(NotPermitted):
        many.plan_batch(action="acknowledge", tasks=[1], by=office, now=NOW)
    with pytest.raises(NotPermitted):
        many.plan_batch(action="accept", tasks=[1], by=make.person(Role.AUDITOR), now=NOW)


def test_a_plan_is_its_makers_alone_and_a_dropped_one_does_nothing(unit: Unit, liaison: Actor) -> None:
    task = make.task(unit)
    batch = many.plan_batch(action="acknowledge", tasks=keys(task), by=liaison, now=NOW)
    colleague = make.person(Role.LIAISON, unit)
    with pytest.raises(NotPermitted):
        many.apply_batch(batch=batch, by=colleague, now=NOW)
    many.drop_batch(batch=batch, by=liaison, now=NOW)
    with pytest.raises(WrongState):
        many.apply_batch(batch=batch, by=liaison, now=NOW)
    assert Task.objects.get(pk=task.pk).state == State.ASSIGNED


def test_a_right_lost_between_preview_and_doing_is_heeded(unit: Unit, liaison: Actor) -> None:
    task = make.task(unit)
    batch = many.plan_batch(action="acknowledge", tasks=keys(task), by=liaison, now=NOW)
    without = Actor(name=liaison.name, user_id=liaison.user_id, roles=frozenset({Role.LIAISON}))
    assert outcomes(finish(batch, without)) == {task.pk: Outcome.REFUSED}


def test_what_the_office_records_for_a_unit_it_cannot_accept_itself(unit: Unit, office: Actor) -> None:
    task = make.task(unit)
    report = record_report(task=task, text="已印发", done_on=date(2023, 6, 2), source="台账.xlsx", by=office, now=NOW)
    task.refresh_from_db()
    assert (task.state, task.done_on, report.unit, report.by) == (
        State.AWAITING_REVIEW,
        date(2023, 6, 2),
        unit,
        office.name,
    )
    assert report.evidence.get().value == "台账.xlsx"
    with pytest.raises(NotPermitted):
        review(task=task, decision=Review.Decision.CLOSED, by=office, now=NOW)
    review(task=task, decision=Review.Decision.CLOSED, by=make.person(Role.SUPERVISION), now=NOW)
    assert Task.objects.get(pk=task.pk).state == State.CLOSED


def test_a_unit_cannot_record_in_anothers_name(unit: Unit, liaison: Actor) -> None:
    with pytest.raises(NotPermitted):
        record_report(task=make.task(unit), text="x", source="y", by=liaison, now=NOW)
