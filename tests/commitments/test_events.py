"""One click records the event a duty waits for; the date is counted from it with every step shown, and can be corrected."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import factories
from tests.commitments import drafts
from tracker.audit import actors
from tracker.audit.actors import NotPermitted, Role
from tracker.audit.errors import Invalid, WrongState
from tracker.audit.models import AuditEntry
from tracker.commitments import services
from tracker.commitments.models import BaseEvent, Commitment, Task
from tracker.commitments.services.registering import CommitmentDraft
from tracker.commitments.working import notes
from tracker.documents.models import Document
from tracker.org.models import Unit
from tracker.rules.followup import State
from tracker.rules.wording import explain
from tracker.rules.workdays import WorkdayCalendar

pytestmark = [pytest.mark.django_db, pytest.mark.core]

# Wednesday 31 May 2023 and Wednesday 5 July 2023, 16:00 in Shanghai.
OPENED = datetime(2023, 5, 31, 8, 0, tzinfo=UTC)
NOW = datetime(2023, 7, 5, 8, 0, tzinfo=UTC)
APPROVED = date(2023, 7, 3)


@pytest.fixture
def document() -> Document:
    return factories.document(issued_on=date(2023, 5, 31))


@pytest.fixture
def unit() -> Unit:
    return factories.unit("县统计局")


def opened(document: Document, row: CommitmentDraft) -> Commitment:
    by = actors.system("test")
    (made,) = services.register_commitments(document=document, drafts=[row], by=by, now=OPENED).added
    services.open_tasks(commitments=[made], workdays=WorkdayCalendar.china(), by=by, now=OPENED)
    return made


@pytest.fixture
def filing(document: Document, unit: Unit) -> Commitment:
    return opened(document, drafts.within_30_workdays(document, unit))


def test_an_approval_dates_the_filing_on_its_thirtieth_working_day(filing: Commitment) -> None:
    office = factories.person(Role.SUPERVISION)
    (task,) = services.record_event(
        commitment=filing, happened_on=APPROVED, evidence="稷政函〔2023〕9号", by=office, now=NOW
    )
    assert (task.state, task.due, task.due_version) == (State.ASSIGNED, date(2023, 8, 14), 2)
    deadline = task.deadlines.get(version=2)
    assert [explain(note) for note in notes(deadline.working)] == [
        "“方案获批”的日期为2023年7月3日。",
        "自2023年7月3日起算，当日不计入，从2023年7月4日开始计算（《民法典》第二百零一条）。",
        "周末休息日12天不计入。",
        "第30个工作日为2023年8月14日。",
    ]
    event = BaseEvent.objects.get()
    assert (event.happened_on, event.evidence, event.recorded_by) == (APPROVED, "稷政函〔2023〕9号", office.name)
    entry = AuditEntry.objects.get(action="commitments.event_recorded")
    assert entry.detail["happened_on"] == "2023-07-03" and entry.detail["due"] == "2023-08-14"


def test_the_lead_unit_s_head_may_record_it(filing: Commitment, unit: Unit) -> None:
    head = factories.person(Role.UNIT_HEAD, unit)
    (task,) = services.record_event(commitment=filing, happened_on=APPROVED, by=head, now=NOW)
    assert task.state == State.ASSIGNED


def test_the_lead_unit_s_liaison_may_not_for_the_event_sets_the_date(filing: Commitment, unit: Unit) -> None:
    with pytest.raises(NotPermitted):
        services.record_event(commitment=filing, happened_on=APPROVED, by=factories.person(Role.LIAISON, unit), now=NOW)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.UNIT_HEAD, Role.LEADER, Role.COUNTY_HEAD, Role.AUDITOR])
def test_nobody_else_may(filing: Commitment, role: Role) -> None:
    with pytest.raises(NotPermitted):
        services.record_event(commitment=filing, happened_on=APPROVED, by=factories.person(role), now=NOW)
    assert not BaseEvent.objects.exists()


def test_a_supporting_unit_s_liaison_may_not(document: Document, unit: Unit) -> None:
    helper = factories.unit()
    row = opened(document, drafts.within_30_workdays(document, unit, support=(helper,)))
    with pytest.raises(NotPermitted):
        services.record_event(commitment=row, happened_on=APPROVED, by=factories.person(Role.LIAISON, helper), now=NOW)


def test_an_event_cannot_lie_in_the_future_nor_before_the_document(filing: Commitment) -> None:
    office = factories.person(Role.SUPERVISION)
    for day in (date(2023, 7, 6), date(2023, 5, 30)):
        with pytest.raises(Invalid) as caught:
            services.record_event(commitment=filing, happened_on=day, by=office, now=NOW)
        assert caught.value.field == "happened_on"
    assert Task.objects.get().state == State.WAITING


def test_a_correction_counts_anew_and_keeps_every_earlier_date(filing: Commitment) -> None:
    office = factories.person(Role.SUPERVISION)
    services.record_event(commitment=filing, happened_on=APPROVED, by=office, now=NOW)
    (task,) = services.record_event(
        commitment=filing, happened_on=date(2023, 6, 20), by=office, now=NOW + timedelta(hours=1)
    )
    assert [(one.version, one.due) for one in task.deadlines.all()] == [
        (1, None),
        (2, date(2023, 8, 14)),
        (3, date(2023, 8, 2)),
    ]
    assert BaseEvent.objects.count() == 2


def test_a_closed_task_keeps_the_date_it_was_closed_under(filing: Commitment) -> None:
    office = factories.person(Role.SUPERVISION)
    services.record_event(commitment=filing, happened_on=APPROVED, by=office, now=NOW)
    Task.objects.update(state=State.CLOSED)
    assert services.record_event(commitment=filing, happened_on=date(2023, 6, 20), by=office, now=NOW) == []
    assert Task.objects.get().due == date(2023, 8, 14)


def test_a_duty_before_its_event_may_be_told_the_day_it_is_set_for(document: Document, unit: Unit) -> None:
    relative = {"within": 1, "unit": "week", "of": "飞防作业开始", "direction": "before", "event": "作业开始"}
    row = opened(document, drafts.draft(document, unit, kind="relative", phrase="提前一周", relative=relative))
    (task,) = services.record_event(
        commitment=row, happened_on=date(2023, 7, 20), by=factories.person(Role.SUPERVISION), now=NOW
    )
    assert task.due == date(2023, 7, 13)


def test_an_event_without_a_limit_opens_the_duty_without_a_date(document: Document, unit: Unit) -> None:
    relative = {"within": None, "unit": "day", "of": "验收", "direction": "after", "event": "验收"}
    row = opened(document, drafts.draft(document, unit, kind="relative", phrase="验收后", relative=relative))
    (task,) = services.record_event(
        commitment=row, happened_on=APPROVED, by=factories.person(Role.SUPERVISION), now=NOW
    )
    assert (task.state, task.due) == (State.ASSIGNED, None)


def test_a_fixed_or_withdrawn_commitment_waits_for_no_event(document: Document, unit: Unit, filing: Commitment) -> None:
    office = factories.person(Role.SUPERVISION)
    fixed = opened(document, drafts.draft(document, unit))
    services.withdraw_commitments(commitments=[filing], reason="x", by=office, now=NOW)
    for row in (fixed, filing):
        with pytest.raises(WrongState):
            services.record_event(commitment=row, happened_on=APPROVED, by=office, now=NOW)
