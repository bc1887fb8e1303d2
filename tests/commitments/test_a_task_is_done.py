"""From acknowledging to closing out: who may do what, what is refused and with which words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests import factories as make
from tests.factories import NOW, TODAY
from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.audit.models import AuditEntry
from tracker.commitments import services
from tracker.commitments.models import Assignment, Evidence, Extension, ProgressReport, Review, Task
from tracker.org.models import Unit
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

Kind = ProgressReport.Kind
Decision = Review.Decision


@pytest.fixture
def unit() -> Unit:
    return make.unit("蔡村乡人民政府")


@pytest.fixture
def liaison(unit: Unit) -> Actor:
    return make.person(Role.LIAISON, unit)


@pytest.fixture
def office() -> Actor:
    return make.person(Role.SUPERVISION)


@pytest.fixture
def task(unit: Unit) -> Task:
    return make.task(unit)


def test_a_task_goes_from_assigned_to_closed_out_and_every_hand_is_recorded(
    task: Task, unit: Unit, liaison: Actor, office: Actor
) -> None:
    services.acknowledge(task=task, unit=unit, by=liaison, now=NOW)
    services.report_progress(task=task, unit=unit, kind=Kind.PROGRESS, percent=50, by=liaison, now=NOW)
    evidence = [services.EvidenceDraft(Evidence.Kind.NUMBER, "蔡政发〔2023〕11号")]
    services.apply_to_close(task=task, unit=unit, text="已设立", evidence=evidence, by=liaison, now=NOW)
    services.review(task=task, decision=Decision.CLOSED, by=office, now=NOW + timedelta(hours=1))
    task.refresh_from_db()
    assert (task.state, task.done_on, task.version) == (State.CLOSED, TODAY, 5)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == [
        "commitments.acknowledged",
        "commitments.report_progress",
        "commitments.report_close",
        "commitments.review_closed",
    ]
    assert AuditEntry.objects.get(action="commitments.report_close").detail["evidence"] == ["蔡政发〔2023〕11号"]


def test_the_unit_that_did_the_work_cannot_verify_it(task: Task, unit: Unit, liaison: Actor) -> None:
    services.apply_to_close(task=task, unit=unit, text="已设立", by=liaison, now=NOW)
    with pytest.raises(NotPermitted):
        services.review(task=task, decision=Decision.CLOSED, by=liaison, now=NOW)
    both = make.actor(make.user(make.post(unit, Role.LIAISON), make.post(make.unit(), Role.SUPERVISION)))
    with pytest.raises(NotPermitted):
        services.review(task=task, decision=Decision.CLOSED, by=both, now=NOW)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.UNIT_HEAD, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_of_another_unit_can_report_on_a_task(task: Task, unit: Unit, role: Role) -> None:
    with pytest.raises(NotPermitted):
        services.report_progress(task=task, unit=unit, kind=Kind.PROGRESS, text="x", by=make.person(role), now=NOW)
    assert ProgressReport.objects.count() == 0


def test_a_form_opened_before_somebody_elses_change_is_refused_and_nothing_is_written(
    task: Task, unit: Unit, liaison: Actor
) -> None:
    services.acknowledge(task=task, unit=unit, by=liaison, now=NOW)
    with pytest.raises(Stale):
        services.report_progress(task=task, unit=unit, kind=Kind.PROGRESS, by=liaison, now=NOW, version=1)
    assert ProgressReport.objects.count() == 0


def test_no_change_needs_no_words_unless_the_task_is_overdue(unit: Unit, liaison: Actor) -> None:
    on_time, late = make.task(unit, due=TODAY), make.task(unit, due=date(2023, 6, 2))
    services.report_progress(task=on_time, unit=unit, kind=Kind.NO_CHANGE, by=liaison, now=NOW)
    with pytest.raises(Invalid) as refused:
        services.report_progress(task=late, unit=unit, kind=Kind.NO_CHANGE, by=liaison, now=NOW)
    assert refused.value.field == "text"


def test_a_supporting_unit_reports_its_part_and_cannot_close_the_task(unit: Unit) -> None:
    helper = make.unit()
    task = make.task(unit, helper)
    by = make.person(Role.LIAISON, helper)
    services.report_part_done(task=task, unit=helper, text="资料已提供", by=by, now=NOW)
    assert task.assignments.get(unit=helper).state == Assignment.PartState.DONE
    task.refresh_from_db()
    assert task.state == State.ASSIGNED, "the lead's part is not done by a supporter's"
    with pytest.raises(NotPermitted):
        services.apply_to_close(task=task, unit=helper, text="完成", by=by, now=NOW)


def test_work_sent_back_needs_a_reason_and_goes_on(task: Task, unit: Unit, liaison: Actor, office: Actor) -> None:
    services.apply_to_close(task=task, unit=unit, text="已设立", by=liaison, now=NOW)
    with pytest.raises(Invalid):
        services.review(task=task, decision=Decision.RETURNED, by=office, now=NOW)
    services.review(task=task, decision=Decision.RETURNED, reason="缺少文号", by=office, now=NOW)
    task.refresh_from_db()
    assert (task.state, task.applied_at, task.closed_at) == (State.IN_PROGRESS, None, None)


def test_an_honest_end_short_of_the_goal_is_possible_and_keeps_its_reason(task: Task, office: Actor) -> None:
    services.review(task=task, decision=Decision.NOT_ACHIEVED, reason="项目取消", by=office, now=NOW)
    task.refresh_from_db()
    assert task.state == State.NOT_ACHIEVED
    assert task.reviews.get().reason == "项目取消"


def test_the_day_it_was_done_cannot_lie_in_the_future(task: Task, unit: Unit, liaison: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        services.apply_to_close(task=task, unit=unit, text="x", done_on=TODAY + timedelta(1), by=liaison, now=NOW)
    assert refused.value.field == "done_on"


def test_an_extension_takes_two_persons_and_keeps_the_old_date(
    task: Task, unit: Unit, liaison: Actor, office: Actor
) -> None:
    head = make.person(Role.UNIT_HEAD, unit)
    asked = services.request_extension(
        task=task, unit=unit, new_due=date(2023, 6, 16), reason="人员调整", progress="已确定人选", by=liaison, now=NOW
    )
    with pytest.raises(NotPermitted):
        services.agree_extension(extension=asked, by=liaison, now=NOW)
    with pytest.raises(WrongState):
        services.decide_extension(extension=asked, granted=True, by=office, now=NOW)
    services.agree_extension(extension=asked, by=head, now=NOW)
    services.decide_extension(extension=asked, granted=True, by=office, now=NOW)
    task.refresh_from_db()
    assert (task.due, task.due_version) == (date(2023, 6, 16), 2)
    assert list(task.deadlines.values_list("version", "due")) == [(1, date(2023, 6, 9)), (2, date(2023, 6, 16))]


def test_an_extension_the_head_does_not_agree_to_ends_in_the_unit(
    task: Task, unit: Unit, liaison: Actor, office: Actor
) -> None:
    head = make.person(Role.UNIT_HEAD, unit)
    asked = services.request_extension(
        task=task, unit=unit, new_due=date(2023, 6, 16), reason="人员调整", progress="已确定人选", by=liaison, now=NOW
    )
    with pytest.raises(Invalid) as unsaid:
        services.agree_extension(extension=asked, agreed=False, by=head, now=NOW)
    assert unsaid.value.field == "reason"
    with pytest.raises(NotPermitted):
        services.agree_extension(extension=asked, agreed=False, reason="不必", by=liaison, now=NOW)
    ended = services.agree_extension(extension=asked, agreed=False, reason="不必延期", by=head, now=NOW)
    assert (ended.state, ended.decided_by, ended.agreed_at) == (Extension.State.REFUSED, head.name, None)
    with pytest.raises(WrongState):
        services.decide_extension(extension=asked, granted=True, by=office, now=NOW)
    task.refresh_from_db()
    assert (task.due, task.due_version) == (date(2023, 6, 9), 1)


def test_an_extension_is_not_asked_for_after_the_date(unit: Unit, liaison: Actor) -> None:
    late = make.task(unit, due=date(2023, 6, 2))
    with pytest.raises(Invalid):
        services.request_extension(
            task=late, unit=unit, new_due=date(2023, 6, 16), reason="x", progress="y", by=liaison, now=NOW
        )


def test_a_suspended_task_gets_the_days_back_that_it_stood_still(task: Task, office: Actor) -> None:
    services.suspend(task=task, reason="等待上级批复", by=office, now=NOW)
    services.resume(task=task, by=office, now=NOW + timedelta(days=4))
    task.refresh_from_db()
    assert (task.state, task.due) == (State.ASSIGNED, date(2023, 6, 13))


def test_a_task_already_past_when_loaded_is_verified_like_any_other_once_the_unit_says_it_is_done(
    unit: Unit, liaison: Actor, office: Actor
) -> None:
    old = make.task(unit, due=date(2023, 4, 30), state=State.TO_CONFIRM, backfill=True)
    services.confirm_backfill(task=old, unit=unit, done=True, day=date(2023, 4, 28), text="已报送", by=liaison, now=NOW)
    services.review(task=old, decision=Decision.CLOSED, by=office, now=NOW)
    old.refresh_from_db()
    assert (old.state, old.done_on) == (State.CLOSED, date(2023, 4, 28))


def test_a_task_already_past_when_loaded_that_is_not_done_gets_the_day_its_unit_names(
    unit: Unit, liaison: Actor
) -> None:
    old = make.task(unit, due=date(2023, 4, 30), state=State.TO_CONFIRM, backfill=True)
    with pytest.raises(Invalid):
        services.confirm_backfill(task=old, unit=unit, done=False, day=TODAY, by=liaison, now=NOW)
    services.confirm_backfill(task=old, unit=unit, done=False, day=date(2023, 6, 20), by=liaison, now=NOW)
    old.refresh_from_db()
    assert (old.state, old.due) == (State.IN_PROGRESS, date(2023, 6, 20))
    assert old.deadlines.get(version=1).due == date(2023, 4, 30)


def test_only_a_leader_writes_an_instruction(task: Task, liaison: Actor) -> None:
    with pytest.raises(NotPermitted):
        services.instruct(task=task, text="请抓紧", by=liaison, now=NOW)
    said = services.instruct(task=task, text="请抓紧", by=make.person(Role.LEADER), now=NOW)
    assert said.text == "请抓紧"


def test_a_duty_of_units_not_named_is_broken_down_into_one_task_for_each(office: Actor) -> None:
    general = make.task(make.unit("县直各相关单位", kind="collective"))
    units = [make.unit(), make.unit()]
    made = services.break_down(task=general, units=units, by=office, now=NOW)
    general.refresh_from_db()
    assert general.state == State.WITHDRAWN
    assert [(one.lead, one.due, one.state) for one in made] == [
        (unit, date(2023, 6, 9), State.ASSIGNED) for unit in units
    ]


def test_a_duty_laid_only_on_units_that_have_it_already_stays_until_somebody_says_it_is_settled(office: Actor) -> None:
    """The general duty went, and the page said that it was laid on 0 units."""
    general = make.task(make.unit("县直各相关单位", kind="collective"))
    had = make.unit("县水利局")
    make.task(had, of=general.commitment)
    with pytest.raises(Invalid, match="县水利局") as refused:
        services.break_down(task=general, units=[had], by=office, now=NOW)
    assert refused.value.field == "units"
    general.refresh_from_db()
    assert (general.state, general.closed_at) == (State.ASSIGNED, None)
    assert not AuditEntry.objects.filter(action="commitments.broken_down").exists()
    assert services.break_down(task=general, units=[had], settled=True, by=office, now=NOW) == []
    general.refresh_from_db()
    assert general.state == State.WITHDRAWN
    assert AuditEntry.objects.get(action="commitments.broken_down").detail["units"] == ["县水利局"]


def test_a_duty_is_broken_down_among_the_units_that_lack_it_and_the_record_names_those(office: Actor) -> None:
    general = make.task(make.unit("县直各相关单位", kind="collective"))
    had, new = make.unit("县水利局"), make.unit("县农业农村局")
    make.task(had, of=general.commitment)
    (made,) = services.break_down(task=general, units=[had, new], by=office, now=NOW)
    assert made.lead == new
    assert AuditEntry.objects.get(action="commitments.broken_down").detail["units"] == ["县农业农村局"]


def test_a_task_returned_as_not_ones_own_keeps_running_until_the_office_has_decided(
    task: Task, unit: Unit, liaison: Actor, office: Actor
) -> None:
    claim = services.return_task(task=task, reason="应由统计局办理", by=liaison, now=NOW)
    task.refresh_from_db()
    assert task.state == State.ASSIGNED
    services.decide_return(claim=claim, accepted=True, by=office, now=NOW)
    task.refresh_from_db()
    assert task.state == State.WITHDRAWN
