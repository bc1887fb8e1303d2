"""A change of a document is taken back: what stands again, and what was decided since and stays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests import factories as make
from tests.factories import NOW, TODAY
from tracker.audit.actors import Actor, NotPermitted, Role, system
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.audit.models import AuditEntry
from tracker.audit.selectors import verify_chain
from tracker.commitments import services
from tracker.commitments.models import Amendment, Task
from tracker.commitments.selectors.amending import AmendmentDraft, ProvisionDraft
from tracker.commitments.selectors.undoing import undoing
from tracker.documents.models import Document
from tracker.escalation.services import sweep
from tracker.messaging.models import Item
from tracker.messaging.sentences import sentence
from tracker.rules.amending import Fate, Undoing, undone
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

Kind = Amendment.Kind
LATER = NOW + timedelta(days=2)
AUTUMN, WINTER = date(2023, 9, 30), date(2023, 12, 31)


@pytest.fixture
def office() -> Actor:
    return make.person(Role.SUPERVISION)


def task(document: Document, due: date | None, state: State = State.ASSIGNED, **values: Any) -> Task:
    return make.task(of=make.commitment(document, due=due, **values), due=due, state=state)


def change(document: Document, office: Actor, *provisions: ProvisionDraft, at: Any = NOW, **values: Any) -> Amendment:
    plain = {
        "document": document,
        "kind": Kind.PROMISES if provisions else Kind.REPEAL,
        "effective_on": TODAY,
        "words": "原定期限作相应调整",
        "instrument_text": "稷政发〔2023〕9号",
        "provisions": provisions,
    }
    return services.amend(draft=AmendmentDraft(**{**plain, **values}), by=office, now=at)


def again(row: Task) -> Task:
    return Task.objects.get(pk=row.pk)


def withdraw(amendment: Amendment, office: Actor, **values: Any) -> Amendment:
    return services.withdraw_amendment(amendment=amendment, reason="文号录错", by=office, now=LATER, **values)


@pytest.mark.parametrize(
    ("became", "state", "newest", "expected"),
    [
        (Fate.ENDS, State.WITHDRAWN, True, Undoing.STANDS_AGAIN),
        (Fate.ENDS, State.WITHDRAWN, False, Undoing.DECIDED_SINCE),
        (Fate.ENDS, State.ASSIGNED, True, Undoing.DECIDED_SINCE),
        (Fate.MOVES, State.IN_PROGRESS, True, Undoing.DATE_BACK),
        (Fate.MOVES, State.SUSPENDED, True, Undoing.DATE_BACK),
        (Fate.MOVES, State.IN_PROGRESS, False, Undoing.DATED_SINCE),
        (Fate.MOVES, State.AWAITING_REVIEW, True, Undoing.IN_REVIEW),
        (Fate.MOVES, State.CLOSED, True, Undoing.DECIDED_SINCE),
    ],
)
def test_a_task_when_its_change_is_withdrawn(became: Fate, state: State, newest: bool, expected: Undoing) -> None:
    assert undone(became, state, newest=newest) is expected


def test_what_a_change_did_not_touch_is_not_undone() -> None:
    with pytest.raises(ValueError):
        undone(Fate.STAYS_LATE, State.ASSIGNED, newest=True)


def test_a_withdrawn_repeal_lets_the_document_its_promises_and_its_tasks_stand_again(office: Actor) -> None:
    document = make.document()
    begun = task(document, TODAY + timedelta(days=20), State.IN_PROGRESS)
    asked = task(document, TODAY - timedelta(days=20), State.TO_CONFIRM)
    closed = task(document, TODAY + timedelta(days=9), State.CLOSED)
    recurring = make.commitment(document, kind="recurring", recurrence="每季度", due=None, next_instance_on=WINTER)
    repeal = change(document, office)
    withdraw(repeal, office)
    document.refresh_from_db()
    recurring.refresh_from_db()
    assert document.repealed_on is None
    assert (again(begun).state, again(asked).state) == (State.IN_PROGRESS, State.TO_CONFIRM)
    assert again(begun).closed_at is None and again(closed).state == State.CLOSED
    assert recurring.withdrawn_at is None and recurring.ended_by is None
    # The sweep reckons its next period anew.
    assert recurring.next_instance_on == TODAY + timedelta(days=2)


def test_a_withdrawn_date_gives_the_earlier_one_back_and_keeps_every_version(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=3))
    made = change(document, office, ProvisionDraft(row.commitment, AUTUMN))
    withdraw(made, office)
    back = again(row)
    assert (back.due, back.due_version) == (TODAY + timedelta(days=3), 3)
    assert [one.due for one in back.deadlines.all()] == [TODAY + timedelta(days=3), AUTUMN, TODAY + timedelta(days=3)]
    assert back.deadlines.last().reason == "文号录错"
    row.commitment.refresh_from_db()
    assert row.commitment.amended_due is None
    made.refresh_from_db()
    assert (made.withdrawn_by, made.withdrawn_reason, made.withdrawn_at) == (office.name, "文号录错", LATER)
    assert [one["task"] for one in made.undone["date_back"]] == [row.pk]


def test_what_was_decided_since_is_shown_and_left(office: Actor) -> None:
    document = make.document()
    dated, ended, back = (task(document, TODAY + timedelta(days=number)) for number in (3, 4, 5))
    made = change(document, office, *(ProvisionDraft(row.commitment, AUTUMN) for row in (dated, ended, back)))
    later = NOW + timedelta(hours=1)
    change(document, office, ProvisionDraft(dated.commitment, WINTER), at=later)
    change(document, office, ProvisionDraft(ended.commitment), at=later)
    shown = undoing(made)
    assert {one.task.pk: one.becomes for one in shown.left} == {
        dated.pk: Undoing.DATED_SINCE,
        ended.pk: Undoing.DECIDED_SINCE,
    }
    assert [one.task.pk for one in shown.put_back] == [back.pk]
    withdraw(made, office, seen=shown.seen)
    assert (again(dated).due, again(ended).state, again(back).due) == (
        WINTER,
        State.WITHDRAWN,
        TODAY + timedelta(days=5),
    )
    dated.commitment.refresh_from_db()
    assert dated.commitment.amended_due == WINTER
    left = AuditEntry.objects.filter(action="commitments.left_as_decided")
    assert {(entry.object_id, entry.detail["why"]) for entry in left} == {
        (str(dated.pk), "dated_since"),
        (str(ended.pk), "decided_since"),
    }
    assert verify_chain().whole


def test_the_date_of_a_change_that_was_itself_withdrawn_does_not_come_back(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=3))
    first = change(document, office, ProvisionDraft(row.commitment, AUTUMN))
    second = change(document, office, ProvisionDraft(row.commitment, WINTER), at=NOW + timedelta(hours=1))
    withdraw(first, office)
    assert again(row).due == WINTER
    services.withdraw_amendment(amendment=second, reason="一并撤回", by=office, now=LATER + timedelta(hours=1))
    assert again(row).due == TODAY + timedelta(days=3)


def test_an_extension_granted_since_stays(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=3))
    made = change(document, office, ProvisionDraft(row.commitment, AUTUMN))
    unit_liaison, head = make.person(Role.LIAISON, row.lead), make.person(Role.UNIT_HEAD, row.lead)
    asked = services.request_extension(
        task=again(row),
        unit=row.lead,
        new_due=WINTER,
        reason="雨季停工",
        progress="已完成一半",
        by=unit_liaison,
        now=NOW,
    )
    services.agree_extension(extension=asked, by=head, now=NOW)
    services.decide_extension(extension=asked, granted=True, by=office, now=NOW)
    withdraw(made, office)
    assert again(row).due == WINTER


def test_a_change_of_an_ended_document_waits_for_that_to_be_withdrawn_first(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=3))
    made = change(document, office, ProvisionDraft(row.commitment))
    repeal = change(document, office, at=NOW + timedelta(hours=1))
    with pytest.raises(WrongState):
        withdraw(made, office)
    withdraw(repeal, office)
    services.withdraw_amendment(amendment=made, reason="一并撤回", by=office, now=LATER + timedelta(hours=1))
    assert again(row).state == State.ASSIGNED


def test_a_task_that_changed_since_the_preview_is_not_put_back_unseen(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=3))
    made = change(document, office, ProvisionDraft(row.commitment, AUTUMN))
    seen = undoing(made).seen
    services.suspend(task=again(row), reason="等批复", by=office, now=NOW)
    with pytest.raises(Stale):
        withdraw(made, office, seen=seen)
    assert again(row).due == AUTUMN


def test_a_change_is_withdrawn_once_with_a_reason_and_only_after_its_day(office: Actor) -> None:
    document = make.document()
    waiting = change(document, office, effective_on=TODAY + timedelta(days=30))
    with pytest.raises(WrongState):
        withdraw(waiting, office)
    services.cancel_amendment(amendment=waiting, reason="印发推迟", by=office, now=NOW)
    made = change(document, office)
    with pytest.raises(Invalid):
        services.withdraw_amendment(amendment=made, reason=" ", by=office, now=LATER)
    withdraw(made, office)
    with pytest.raises(WrongState):
        withdraw(made, office)
    # The document may be changed again.
    assert change(Document.objects.get(pk=document.pk), office, at=LATER).applied_at == LATER


@pytest.mark.parametrize("role", [Role.LIAISON, Role.UNIT_HEAD, Role.LEADER, Role.COUNTY_HEAD, Role.AUDITOR])
def test_nobody_but_the_office_withdraws_a_change(office: Actor, role: Role) -> None:
    made = change(make.document(), office)
    with pytest.raises(NotPermitted):
        withdraw(made, make.person(role))


def test_the_unit_is_told_once_that_its_duty_stands_again(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=60))
    make.user(make.post(row.lead, Role.LIAISON))
    made = change(document, office)
    sweep(now=NOW, by=system("test"))
    withdraw(made, office)
    for hours in (1, 2):
        sweep(now=LATER + timedelta(hours=hours), by=system("test"))
    (told,) = Item.objects.filter(key__contains=":withdrawn")
    assert "恢复" in sentence(told, today=TODAY) and "文号录错" in sentence(told, today=TODAY)
