"""A document is repealed, replaced or amended: what ends, what moves, what stays, and that a load does not bring it back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests import factories as make
from tests.factories import NOW, TODAY
from tracker.audit.actors import Actor, NotPermitted, Role, system
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.audit.models import AuditEntry
from tracker.audit.selectors import verify_chain
from tracker.commitments import services
from tracker.commitments.models import Amendment, Commitment, Indicator, Task
from tracker.commitments.selectors.amending import AmendmentDraft, ProvisionDraft, effect
from tracker.commitments.selectors.indicators import path_of
from tracker.commitments.services.registering import Commitments
from tracker.documents.models import Document
from tracker.escalation.services import sweep
from tracker.messaging.models import Item
from tracker.messaging.sentences import sentence
from tracker.rules.amending import Fate, fate
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

Kind = Amendment.Kind
WORDS = "废止的行政规范性文件，自本通知公布之日起不再执行"


@pytest.fixture
def office() -> Actor:
    return make.person(Role.SUPERVISION)


def draft(document: Document, **values: Any) -> AmendmentDraft:
    values.setdefault("instrument_text", "稷政发〔2023〕9号")
    plain = {"document": document, "kind": Kind.REPEAL, "effective_on": TODAY, "words": WORDS, "clause": "一"}
    return AmendmentDraft(**{**plain, **values})


def task(of: Document, due: date | None, state: State = State.ASSIGNED, **values: Any) -> Task:
    return make.task(of=make.commitment(of, due=due, **values), due=due, state=state)


def again(row: Task) -> Task:
    return Task.objects.get(pk=row.pk)


@pytest.mark.parametrize(
    ("state", "due", "new_due", "late_too", "expected"),
    [
        (State.ASSIGNED, date(2023, 6, 30), None, False, Fate.ENDS),
        (State.ASSIGNED, date(2023, 6, 5), None, False, Fate.ENDS),
        (State.ASSIGNED, None, None, False, Fate.ENDS),
        (State.WAITING, None, None, False, Fate.ENDS),
        (State.SUSPENDED, date(2023, 7, 1), None, False, Fate.ENDS),
        (State.IN_PROGRESS, date(2023, 6, 4), None, False, Fate.STAYS_LATE),
        (State.IN_PROGRESS, date(2023, 6, 4), None, True, Fate.ENDS),
        (State.IN_PROGRESS, date(2023, 6, 4), date(2023, 9, 1), True, Fate.MOVES),
        (State.IN_PROGRESS, date(2023, 6, 30), date(2023, 9, 1), False, Fate.MOVES),
        (State.TO_CONFIRM, date(2023, 4, 30), None, False, Fate.ENDS),
        (State.AWAITING_REVIEW, date(2023, 6, 30), None, True, Fate.STAYS_IN_REVIEW),
        (State.CLOSED, date(2023, 6, 30), None, True, Fate.HAD_ENDED),
        (State.NOT_ACHIEVED, date(2023, 6, 30), date(2023, 9, 1), True, Fate.HAD_ENDED),
    ],
)
def test_a_task_on_the_day_of_effect(
    state: State, due: date | None, new_due: date | None, late_too: bool, expected: Fate
) -> None:
    assert fate(state, due, effective_on=TODAY, new_due=new_due, late_too=late_too) is expected


def test_a_repeal_ends_what_is_open_and_leaves_what_had_ended(office: Actor) -> None:
    document = make.document()
    ahead, late = task(document, TODAY + timedelta(days=20)), task(document, TODAY - timedelta(days=3))
    closed = task(document, TODAY + timedelta(days=9), State.CLOSED)
    elsewhere = task(make.document(), TODAY + timedelta(days=9))
    amendment = services.amend(draft=draft(document), by=office, now=NOW)
    assert again(ahead).state == State.WITHDRAWN and again(ahead).closed_at == NOW
    assert again(late).state == State.ASSIGNED
    assert again(closed).state == State.CLOSED
    assert again(elsewhere).state == State.ASSIGNED
    document.refresh_from_db()
    assert document.repealed_on == TODAY and document.superseded_by is None
    assert [one["task"] for one in amendment.outcome["ends"]] == [ahead.pk]
    assert [one["task"] for one in amendment.outcome["stays_late"]] == [late.pk]


def test_the_preview_is_what_is_done(office: Actor) -> None:
    document = make.document()
    rows = [task(document, TODAY + timedelta(days=number)) for number in range(-3, 4)]
    found = effect(draft(document))
    expected = {becomes: {one.pk for one in found.tasks.get(becomes, [])} for becomes in (Fate.ENDS, Fate.STAYS_LATE)}
    services.amend(draft=draft(document), by=office, now=NOW, seen=found.seen)
    assert {row.pk for row in rows if again(row).state == State.WITHDRAWN} == expected[Fate.ENDS]
    assert {row.pk for row in rows if again(row).state == State.ASSIGNED} == expected[Fate.STAYS_LATE]
    assert len(expected[Fate.ENDS]) == 4


def test_what_has_changed_since_the_preview_is_not_applied_unseen(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=3))
    seen = effect(draft(document)).seen
    services.suspend(task=row, reason="等批复", by=office, now=NOW)
    with pytest.raises(Stale):
        services.amend(draft=draft(document), by=office, now=NOW, seen=seen)
    assert not Amendment.objects.exists()


def test_each_ended_task_says_why_on_the_chain(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=3))
    services.amend(draft=draft(document), by=office, now=NOW)
    entry = AuditEntry.objects.get(action="commitments.ended_with_document")
    assert (entry.object_id, entry.actor_id) == (str(row.pk), office.user_id)
    assert entry.detail == {"by_what": "稷政发〔2023〕9号", "clause": "一", "reason": WORDS}
    assert {"commitments.amendment_recorded", "commitments.amendment_applied", "documents.ended"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )
    assert verify_chain().whole


def test_a_replacement_names_the_document_that_took_its_place(office: Actor) -> None:
    document, new = make.document(), make.document()
    services.amend(draft=draft(document, kind=Kind.REPLACE, instrument=new), by=office, now=NOW)
    document.refresh_from_db()
    assert document.superseded_by == new


def test_ending_some_promises_leaves_the_others_and_the_document(office: Actor) -> None:
    document = make.document()
    one, other = task(document, TODAY + timedelta(days=3)), task(document, TODAY + timedelta(days=3))
    services.amend(
        draft=draft(document, kind=Kind.PROMISES, provisions=(ProvisionDraft(one.commitment),)), by=office, now=NOW
    )
    document.refresh_from_db()
    assert (again(one).state, again(other).state, document.repealed_on) == (State.WITHDRAWN, State.ASSIGNED, None)


def test_another_date_is_a_new_version_and_the_first_stays(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=3))
    change = draft(document, kind=Kind.PROMISES, provisions=(ProvisionDraft(row.commitment, date(2023, 9, 30)),))
    services.amend(draft=change, by=office, now=NOW)
    moved = again(row)
    assert (moved.due, moved.due_version, moved.state) == (date(2023, 9, 30), 2, State.ASSIGNED)
    first, second = moved.deadlines.all()
    assert first.due == TODAY + timedelta(days=3)
    assert (second.convention, second.reason) == ("amended", WORDS)
    assert second.working == [["amendment.redated", {"by": "稷政发〔2023〕9号", "new": "2023-09-30"}]]


def test_what_was_late_before_stays_so_and_is_not_written_down_as_moved(office: Actor) -> None:
    document = make.document()
    of = make.commitment(document, due=TODAY - timedelta(days=3))
    late = make.task(of=of, due=of.due)
    moved = draft(document, kind=Kind.PROMISES, provisions=(ProvisionDraft(of, new_due=date(2023, 9, 1)),))
    amendment = services.amend(draft=moved, by=office, now=NOW)
    assert again(late).due == of.due
    assert [(one["task"], "to" in one) for one in amendment.outcome["stays_late"]] == [(late.pk, False)]


def test_a_recorded_repeal_waits_for_its_day_and_the_sweep_makes_it(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=60))
    services.amend(draft=draft(document, effective_on=TODAY + timedelta(days=2)), by=office, now=NOW)
    sweep(now=NOW + timedelta(days=1), by=system("test"))
    assert again(row).state == State.ASSIGNED
    # What is opened until then is reached as well.
    later = task(document, TODAY + timedelta(days=70))
    sweep(now=NOW + timedelta(days=2), by=system("test"))
    assert (again(row).state, again(later).state) == (State.WITHDRAWN, State.WITHDRAWN)
    before = AuditEntry.objects.count()
    sweep(now=NOW + timedelta(days=2, hours=1), by=system("test"))
    assert AuditEntry.objects.count() == before


def test_a_recorded_repeal_may_be_cancelled_until_its_day(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=60))
    waiting = services.amend(draft=draft(document, effective_on=TODAY + timedelta(days=2)), by=office, now=NOW)
    with pytest.raises(Invalid):
        services.cancel_amendment(amendment=waiting, reason=" ", by=office, now=NOW)
    services.cancel_amendment(amendment=waiting, reason="印发推迟", by=office, now=NOW)
    sweep(now=NOW + timedelta(days=3), by=system("test"))
    assert again(row).state == State.ASSIGNED
    made = services.amend(draft=draft(document), by=office, now=NOW)
    with pytest.raises(WrongState):
        services.cancel_amendment(amendment=made, reason="改主意", by=office, now=NOW)


def test_reminders_stop_with_the_task(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=3))
    make.user(make.post(row.lead, Role.LIAISON))
    sweep(now=NOW, by=system("test"))
    assert Item.objects.filter(task=row).exists()
    services.amend(draft=draft(document), by=office, now=NOW)
    before = set(Item.objects.values_list("pk", flat=True))
    for day in range(1, 12):
        sweep(now=NOW + timedelta(days=day), by=system("test"))
    # The unit is told once that it is over, with the reason, and nothing else any more.
    (told,) = Item.objects.exclude(pk__in=before)
    assert sentence(told, today=TODAY).endswith(f"稷政发〔2023〕9号，“{WORDS}”")
    assert told.path == f"/amendments/{Amendment.objects.get().pk}/"


def test_the_unit_is_told_of_another_date_and_whoever_kept_theirs_is_not(office: Actor) -> None:
    document = make.document()
    of = make.commitment(document, due=TODAY + timedelta(days=20), each=True)
    ahead = make.task(of=of, due=TODAY + timedelta(days=20))
    late = make.task(of=of, due=TODAY - timedelta(days=1))
    for one in (ahead, late):
        make.user(make.post(one.lead, Role.LIAISON))
    services.amend(
        draft=draft(document, kind=Kind.PROMISES, provisions=(ProvisionDraft(of, date(2023, 9, 30)),)),
        by=office,
        now=NOW,
    )
    sweep(now=NOW, by=system("test"))
    (told,) = Item.objects.filter(key__contains="amendment:")
    assert told.task_id == ahead.pk and "9月30日" in sentence(told, today=TODAY)


def test_a_recurring_promise_opens_no_further_period(office: Actor) -> None:
    document = make.document()
    row = make.commitment(document, kind="recurring", recurrence="每季度", due=None, next_instance_on=date(2023, 7, 1))
    services.amend(draft=draft(document), by=office, now=NOW)
    row.refresh_from_db()
    assert row.next_instance_on is None
    assert services.open_instances(now=datetime(2023, 12, 1, tzinfo=UTC), by=system("test")) == []


def test_loading_the_gazette_again_does_not_bring_back_what_was_ended(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=3)).commitment
    services.amend(draft=draft(document), by=office, now=NOW)
    register = Commitments()
    ended = Commitment.objects.get(pk=row.pk)
    assert register.stands(ended)
    register.set_standing(ended, stands=True, now=NOW)
    assert ended.withdrawn_at == NOW


def test_the_measures_of_ended_promises_are_named_in_the_preview() -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=3))
    measure = Indicator.objects.create(commitment=row.commitment, name="覆盖率", op=">=", value=90, unit="%")
    assert effect(draft(document)).indicators == (measure,)
    assert (
        effect(
            draft(document, kind=Kind.PROMISES, provisions=(ProvisionDraft(row.commitment, date(2023, 9, 30)),))
        ).indicators
        == ()
    )


@pytest.mark.parametrize(
    "role", [Role.LIAISON, Role.UNIT_HEAD, Role.LEADER, Role.COUNTY_HEAD, Role.AUDITOR, Role.ADMINISTRATOR]
)
def test_nobody_but_the_office_changes_a_document(role: Role) -> None:
    with pytest.raises(NotPermitted):
        services.amend(draft=draft(make.document()), by=make.person(role), now=NOW)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"instrument_text": " "}, "instrument"),
        ({"words": ""}, "words"),
        ({"kind": Kind.REPLACE}, "instrument"),
        ({"effective_on": date(2023, 5, 30)}, "effective_on"),
        ({"kind": Kind.PROMISES}, "provisions"),
    ],
)
def test_what_is_missing_is_named(office: Actor, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.amend(draft=draft(make.document(), **values), by=office, now=NOW)
    assert refused.value.field == field


def test_a_promise_that_recurs_has_no_single_date_to_set(office: Actor) -> None:
    document = make.document()
    row = make.commitment(document, kind="recurring", recurrence="每季度")
    with pytest.raises(Invalid) as refused:
        services.amend(
            draft=draft(document, kind=Kind.PROMISES, provisions=(ProvisionDraft(row, date(2023, 9, 30)),)),
            by=office,
            now=NOW,
        )
    assert refused.value.field == f"due_{row.pk}"


def test_a_document_ends_once(office: Actor) -> None:
    document = make.document()
    services.amend(draft=draft(document), by=office, now=NOW)
    with pytest.raises(WrongState):
        services.amend(draft=draft(document), by=office, now=NOW)


def test_a_document_that_ended_after_it_was_read_does_not_end_again(office: Actor) -> None:
    document = make.document()
    task(document, date(2023, 6, 30))
    read_before = Document.objects.get(pk=document.pk)
    services.amend(draft=draft(document), by=office, now=NOW)
    with pytest.raises(WrongState):
        services.amend(draft=draft(read_before), by=office, now=NOW)
    assert Amendment.objects.count() == 1


def test_two_repeals_do_not_wait_for_one_document(office: Actor) -> None:
    document = make.document()
    services.amend(draft=draft(document, effective_on=TODAY + timedelta(days=2)), by=office, now=NOW)
    with pytest.raises(WrongState):
        services.amend(draft=draft(document), by=office, now=NOW)


def moved(row: Task, day: date, **values: Any) -> ProvisionDraft:
    return ProvisionDraft(row.commitment, day, **values)


def test_one_act_gives_each_promise_its_own_date_and_ends_others(office: Actor) -> None:
    document = make.document()
    first, second, third, fourth = (task(document, TODAY + timedelta(days=number)) for number in range(3, 7))
    change = draft(
        document,
        kind=Kind.PROMISES,
        provisions=(
            moved(first, date(2023, 9, 30), clause="第一条"),
            moved(second, date(2023, 12, 31), clause="第二条"),
            ProvisionDraft(third.commitment),
        ),
    )
    shown = effect(change)
    assert [one.pk for one in shown.tasks[Fate.MOVES]] == [first.pk, second.pk]
    assert [one.pk for one in shown.tasks[Fate.ENDS]] == [third.pk]
    services.amend(draft=change, by=office, now=NOW, seen=shown.seen)
    assert (again(first).due, again(second).due) == (date(2023, 9, 30), date(2023, 12, 31))
    assert (again(third).state, again(fourth).state) == (State.WITHDRAWN, State.ASSIGNED)
    document.refresh_from_db()
    assert document.repealed_on is None
    clauses = {
        entry.object_id: entry.detail["clause"] for entry in AuditEntry.objects.filter(action__endswith="with_document")
    }
    # A promise without a clause of its own falls under the one the act names for all.
    assert clauses == {str(first.pk): "第一条", str(second.pk): "第二条", str(third.pk): "一"}


def test_a_fault_in_one_provision_applies_none(office: Actor) -> None:
    document = make.document()
    first, second = (task(document, TODAY + timedelta(days=number)) for number in (3, 4))
    change = draft(
        document,
        kind=Kind.PROMISES,
        provisions=(moved(first, date(2023, 9, 30)), moved(second, TODAY - timedelta(days=1))),
    )
    with pytest.raises(Invalid) as refused:
        services.amend(draft=change, by=office, now=NOW)
    assert refused.value.field == f"due_{second.commitment_id}"
    assert again(first).due == TODAY + timedelta(days=3) and not Amendment.objects.exists()


def test_a_promise_is_named_once_in_an_act(office: Actor) -> None:
    document = make.document()
    row = task(document, TODAY + timedelta(days=3))
    twice = (moved(row, date(2023, 9, 30)), ProvisionDraft(row.commitment))
    with pytest.raises(Invalid):
        services.amend(draft=draft(document, kind=Kind.PROMISES, provisions=twice), by=office, now=NOW)


def test_a_moved_target_is_looked_at_anew_and_its_path_leads_to_the_new_day(office: Actor) -> None:
    document = make.document()
    row = task(document, date(2025, 12, 31), kind="target")
    measure = Indicator.objects.create(commitment=row.commitment, name="覆盖率", op=">=", value=90, unit="%")
    change = draft(document, kind=Kind.PROMISES, provisions=(moved(row, date(2030, 12, 31)),))
    made = services.amend(draft=change, by=office, now=NOW)
    measure = Indicator.objects.select_related("commitment").get()
    assert measure.next_look_at == NOW
    assert path_of(measure, None).target.on == date(2030, 12, 31)
    # The day of the text itself stays what it was.
    assert measure.commitment.due == date(2025, 12, 31)
    later = NOW + timedelta(days=1)
    services.withdraw_amendment(amendment=made, reason="文号录错", by=office, now=later)
    measure = Indicator.objects.select_related("commitment").get()
    assert (measure.next_look_at, path_of(measure, None).target.on) == (later, date(2025, 12, 31))
