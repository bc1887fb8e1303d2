"""A notice on its way: proposed, prepared, signed, numbered, issued, answered; and what each step must not let through."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from tests import factories as make
from tests.notices import making
from tests.notices.making import NOW, Cast
from tracker.audit.actors import NotPermitted, Role, system
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.audit.models import AuditEntry
from tracker.escalation.services import sweep
from tracker.messaging.models import Item
from tracker.notices import selectors, services
from tracker.notices.life import State, Verb
from tracker.notices.models import STATE_LABELS, VERB_LABELS, Kind, Notice
from tracker.org.models import Post
from tracker.rules.followup import State as TaskState

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def cast() -> Cast:
    return making.cast()


def texts(notice: Notice) -> dict[str, Any]:
    return {"title": notice.title, "body": notice.body, "addressee": notice.addressee}


def test_the_same_cause_proposes_one_notice(cast: Cast) -> None:
    task = making.late_task(cast.to)
    for _time in range(2):
        services.propose(causes=[making.cause(task)], by=system("sweep"), now=NOW)
    notice = Notice.objects.get()
    assert (notice.state, notice.number, list(notice.tasks.all())) == (State.PROPOSED, None, [task])
    assert AuditEntry.objects.filter(action="notices.propose").count() == 1


def test_a_notice_is_numbered_dated_and_its_words_fixed_by_the_signature(cast: Cast) -> None:
    notice = making.signed(cast)
    assert notice.number_text == "稷督〔2023〕1号"
    assert notice.reply_by == date(2023, 6, 16), "seven working days from the day after Wednesday 7 June"
    assert "请你单位于2023年6月16日前完成整改" in notice.body
    assert f"上述情形属于“{making.FINDING}”，理由是：现场核查未开工，未说明原因。" in notice.body
    assert "【" not in notice.body
    assert notice.head == notice.issuer_name == f"稷山{making.OFFICE_OF_GROUP}"


def test_whoever_prepared_a_notice_does_not_sign_it(cast: Cast) -> None:
    notice = making.handed_in(cast)
    with pytest.raises(NotPermitted, match=r"另一人|another person"):
        services.sign(notice=notice, by=cast.first, now=NOW)
    assert services.sign(notice=notice, by=cast.second, now=NOW).state == State.SIGNED


def test_a_head_who_recorded_the_finding_does_not_sign_either(cast: Cast) -> None:
    notice = services.record_finding(
        notice=making.proposed(cast), holds=True, reason="现场核查未开工。", by=cast.head, now=NOW
    )
    notice = services.submit(notice=notice, by=cast.first, now=NOW)
    with pytest.raises(NotPermitted):
        services.sign(notice=notice, by=cast.head, now=NOW)


def test_nothing_is_handed_in_before_a_person_has_found_what_the_clause_demands(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        services.submit(notice=making.proposed(cast), by=cast.first, now=NOW)
    assert refusal.value.field == "finding"


def test_a_finding_needs_a_reason(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        services.record_finding(notice=making.proposed(cast), holds=True, reason="  ", by=cast.first, now=NOW)
    assert refusal.value.field == "reason"


def test_what_is_found_not_to_hold_dismisses_the_proposal_with_the_reason(cast: Cast) -> None:
    notice = services.record_finding(
        notice=making.proposed(cast), holds=False, reason="因汛期停工，县里已同意。", by=cast.first, now=NOW
    )
    assert notice.state == State.DISMISSED
    assert "因汛期停工" in notice.deeds.get(verb=Verb.DISMISS).text


def test_an_edit_takes_a_notice_back_from_the_signer(cast: Cast) -> None:
    notice = making.handed_in(cast)
    edited = services.edit(notice=notice, **{**texts(notice), "title": "关于开工的督促函"}, by=cast.first, now=NOW)
    assert edited.state == State.PROPOSED
    with pytest.raises(WrongState):
        services.sign(notice=edited, by=cast.second, now=NOW)


def test_a_form_opened_on_an_older_version_is_refused(cast: Cast) -> None:
    notice = making.proposed(cast)
    services.edit(notice=notice, **texts(notice), copies="县财政局", by=cast.first, now=NOW, version=notice.version)
    with pytest.raises(Stale):
        services.edit(notice=notice, **texts(notice), by=cast.second, now=NOW, version=notice.version)


def test_the_text_must_say_what_was_found_and_by_when_to_reply(cast: Cast) -> None:
    notice = making.found(cast)
    for mark in ("【认定】", "【期限】"):
        body = notice.body.replace(mark, "")
        edited = services.edit(notice=notice, title=notice.title, body=body, addressee="稷峰镇", by=cast.first, now=NOW)
        with pytest.raises(Invalid) as refusal:
            services.submit(notice=edited, by=cast.first, now=NOW)
        assert refusal.value.field == "body"
        assert mark in str(refusal.value)


def test_a_day_for_the_reply_set_by_an_editor_is_a_working_day_ahead(cast: Cast) -> None:
    notice = making.found(cast)
    for day, words in ((date(2023, 6, 7), "今天|today"), (date(2023, 6, 22), "休息日|rest day")):
        with pytest.raises(Invalid, match=words):
            services.edit(notice=notice, **texts(notice), reply_by=day, by=cast.first, now=NOW)
    notice = services.edit(notice=notice, **texts(notice), reply_by=date(2023, 6, 21), by=cast.first, now=NOW)
    notice = services.submit(notice=notice, by=cast.first, now=NOW)
    assert "2023年6月21日前" in services.sign(notice=notice, by=cast.second, now=NOW).body


def test_control_characters_never_reach_a_notice(cast: Cast) -> None:
    notice = making.proposed(cast)
    body = f"第一段\r\n第二段\x0b\x00=HYPERLINK(1)\u2028\r{notice.body}"
    edited = services.edit(
        notice=notice, title="关于\r\n开工\x07", body=body, addressee="甲\n乙：", by=cast.first, now=NOW
    )
    assert edited.body.startswith("第一段\n第二段=HYPERLINK(1)\n")
    assert (edited.title, edited.addressee) == ("关于\n开工", "甲 乙")


def test_a_notice_on_a_task_that_was_closed_since_is_not_signed(cast: Cast) -> None:
    notice = making.handed_in(cast)
    task = notice.tasks.get()
    task.state = TaskState.CLOSED
    task.save()
    with pytest.raises(WrongState, match=task.title):
        services.sign(notice=notice, by=cast.second, now=NOW)
    assert selectors.obstacle(notice)


def test_a_notice_on_a_date_that_was_moved_since_is_not_signed(cast: Cast) -> None:
    notice = making.handed_in(cast)
    notice.tasks.update(due_version=2)
    with pytest.raises(WrongState):
        services.sign(notice=notice, by=cast.second, now=NOW)


def test_an_issued_notice_is_frozen_and_carries_a_code(cast: Cast) -> None:
    notice = making.issued(cast)
    assert len(notice.digest) == 64
    assert len(notice.code) == 8
    for change in (
        lambda: services.edit(notice=notice, **texts(notice), by=cast.first, now=NOW),
        lambda: services.refresh(notice=notice, by=cast.first, now=NOW),
        lambda: services.record_finding(notice=notice, holds=True, reason="另", by=cast.first, now=NOW),
        lambda: services.dismiss(notice=notice, reason="另", by=cast.first, now=NOW),
        lambda: services.issue(notice=notice, by=cast.first, now=NOW),
    ):
        with pytest.raises(WrongState):
            change()


def test_the_addressee_receives_and_replies_and_the_office_closes(cast: Cast) -> None:
    notice = making.issued(cast)
    told = Item.objects.filter(key__startswith=f"notice:{notice.pk}:", text__say="notice_issue")
    assert {item.post.unit for item in told} == {cast.to}
    notice = services.record_receipt(notice=notice, unit=cast.to, by=cast.liaison, now=NOW)
    assert (notice.state, notice.received_at) == (State.RECEIVED, NOW)
    with pytest.raises(Invalid):
        services.close(notice=notice, by=cast.first, now=NOW)
    later = NOW + timedelta(days=5)
    notice = services.reply(notice=notice, unit=cast.to, text="已开工。", by=cast.to_head, now=later)
    assert notice.state == State.REPLIED
    assert services.close(notice=notice, by=cast.first, now=later).state == State.CLOSED
    verbs = list(notice.deeds.values_list("verb", flat=True))
    assert verbs == ["propose", "find", "submit", "sign", "issue", "receive", "reply", "close"]


def test_a_receipt_on_paper_names_who_signed_for_it(cast: Cast) -> None:
    notice = making.issued(cast)
    with pytest.raises(Invalid) as refusal:
        services.record_receipt(notice=notice, unit=cast.to, by=cast.first, now=NOW)
    assert refusal.value.field == "received_by"
    services.record_receipt(notice=notice, unit=cast.to, by=cast.first, now=NOW, received_by="办公室 李某")
    with pytest.raises(WrongState):
        services.record_receipt(notice=notice, unit=cast.to, by=cast.liaison, now=NOW)


def test_a_withdrawn_notice_keeps_its_number_and_its_step_counts_no_more(cast: Cast) -> None:
    notice = making.issued(cast)
    assert selectors.signatures([notice.step_key]) == {notice.step_key: (making.TODAY, notice.reply_by)}
    with pytest.raises(Invalid):
        services.withdraw(notice=notice, reason="", by=cast.second, now=NOW)
    notice = services.withdraw(notice=notice, reason="所述面积有误", by=cast.second, now=NOW)
    assert (notice.state, notice.number_text) == (State.WITHDRAWN, "稷督〔2023〕1号")
    assert selectors.signatures([notice.step_key]) == {}
    again = services.replace(notice=notice, by=cast.first, now=NOW)
    assert (again.step_key, again.replaces, again.number) == (notice.step_key, notice, None)
    with pytest.raises(WrongState):
        services.replace(notice=notice, by=cast.first, now=NOW)


def test_a_withdrawn_notice_is_called_as_its_paper_and_its_deed_call_it() -> None:
    with override("zh-hans"):
        assert (STATE_LABELS[State.WITHDRAWN], VERB_LABELS[Verb.WITHDRAW]) == ("已撤回", "已撤回")


def test_a_signature_lets_the_sweep_look_at_the_task_again(cast: Cast) -> None:
    notice = making.handed_in(cast)
    notice.tasks.update(next_look_at=None)
    services.sign(notice=notice, by=cast.second, now=NOW)
    assert notice.tasks.get().next_look_at == NOW


def test_a_refreshed_text_speaks_of_today_and_keeps_what_was_found(cast: Cast) -> None:
    notice = making.found(cast)
    later = NOW + timedelta(days=7)
    services.edit(notice=notice, title="另一个题目", body=notice.body, addressee="甲", by=cast.first, now=later)
    fresh = services.refresh(notice=notice, by=cast.first, now=later)
    assert "截至2023年6月14日，该事项尚未办结，已逾期12日（其中工作日8个）" in fresh.body
    assert (fresh.finding, fresh.addressee) == (making.FINDING, cast.to.name)
    assert fresh.matters.get().days_late == 12


def test_a_decision_is_signed_by_the_authoritys_own_head_alone_and_says_what_is_decided(cast: Cast) -> None:
    notice = making.proposed(cast, kind=Kind.DECISION, name="处理决定")
    with pytest.raises(Invalid) as refusal:
        services.record_finding(notice=notice, holds=True, reason="逾期未改", by=cast.first, now=NOW)
    assert refusal.value.field == "measures"
    notice = services.record_finding(
        notice=notice, holds=True, reason="逾期未改", measures="暂停拨付剩余资金。", by=cast.first, now=NOW
    )
    notice = services.submit(notice=notice, by=cast.first, now=NOW)
    with pytest.raises(NotPermitted, match=making.OFFICE_OF_GROUP[1:]):
        services.sign(notice=notice, by=cast.second, now=NOW)
    signed = services.sign(notice=notice, by=cast.head, now=NOW)
    assert "决定如下：暂停拨付剩余资金。" in signed.body


def test_a_signer_sends_back_with_a_word_what_to_change(cast: Cast) -> None:
    notice = services.send_back(notice=making.handed_in(cast), reason="写明整改标准", by=cast.head, now=NOW)
    assert notice.state == State.PROPOSED
    assert Item.objects.get(text__say="notice_sent_back").text["reason"] == "写明整改标准"


def test_the_one_who_prepared_a_notice_is_not_asked_for_the_signature(cast: Cast) -> None:
    office_head = make.post(cast.office, Role.SUPERVISION, title="督查室负责人")
    make.user(office_head)
    own = make.post(cast.office, Role.SUPERVISION, title="督查室拟稿岗")
    author = make.actor(make.user(own))
    Post.objects.filter(unit=cast.issuer).update(withdrawn_at=NOW)
    notice = making.proposed(cast)
    services.record_finding(notice=notice, holds=True, reason="无正当理由", by=author, now=NOW)
    services.submit(notice=notice, by=author, now=NOW)
    asked = set(Item.objects.filter(text__say="notice_to_sign").values_list("post_id", flat=True))
    assert office_head.pk in asked
    assert own.pk not in asked


def test_when_nobody_else_could_sign_the_author_is_told_after_all(cast: Cast) -> None:
    """The head of the issuing office prepared it; silence would leave it lying, so another signer can be looked for."""
    notice = making.proposed(cast)
    services.record_finding(notice=notice, holds=True, reason="无正当理由", by=cast.head, now=NOW)
    services.submit(notice=notice, by=cast.head, now=NOW)
    asked = Item.objects.filter(text__say="notice_to_sign").values_list("post__unit", flat=True)
    assert list(asked) == [cast.issuer.pk]


def test_a_reminder_is_for_a_running_task_and_once_a_day(cast: Cast) -> None:
    task = make.task(cast.to, due=date(2023, 6, 9))
    notice = services.propose_reminder(task=task, by=cast.first, now=NOW)
    assert (notice.kind, notice.needs_finding, notice.issuer) == (Kind.REMINDER, "", cast.office)
    with pytest.raises(WrongState):
        services.propose_reminder(task=task, by=cast.first, now=NOW)
    with pytest.raises(WrongState):
        services.propose_reminder(task=make.task(state=TaskState.CLOSED), by=cast.first, now=NOW)
    notice = services.submit(notice=notice, by=cast.first, now=NOW)
    assert services.sign(notice=notice, by=cast.second, now=NOW).number == 1


def test_a_notice_of_completion_is_for_a_task_the_office_has_closed(cast: Cast) -> None:
    other = make.unit("县审计局")
    open_task = make.task(cast.to, other)
    with pytest.raises(WrongState):
        services.propose_completion(task=open_task, by=cast.first, now=NOW)
    open_task.state, open_task.closed_at, open_task.applied_at = TaskState.CLOSED, NOW, NOW
    open_task.save()
    notice = services.propose_completion(task=open_task, by=cast.first, now=NOW)
    assert "予以销号，销号日期为2023年6月7日" in notice.body
    assert (notice.copies, notice.asks_within) == ("县审计局", None)


def test_every_deed_is_on_the_audit_chain(cast: Cast) -> None:
    making.issued(cast)
    actions = list(AuditEntry.objects.filter(action__startswith="notices.").values_list("action", flat=True))
    assert actions == [f"notices.{verb}" for verb in ("propose", "find", "submit", "sign", "issue")]
    assert AuditEntry.objects.get(action="notices.sign").detail["number"] == "稷督〔2023〕1号"


@pytest.mark.parametrize(
    ("change", "retired"),
    [
        ({"state": TaskState.CLOSED}, True),
        ({"state": TaskState.WITHDRAWN}, True),
        ({"due_version": 2}, True),
        ({"state": TaskState.AWAITING_REVIEW}, False),
        ({}, False),
    ],
)
def test_the_sweep_dismisses_an_unsigned_notice_whose_task_is_no_longer_so(
    cast: Cast, change: dict[str, Any], retired: bool
) -> None:
    notice = making.handed_in(cast)
    notice.tasks.update(**change, next_look_at=NOW)
    sweep(now=NOW, by=system("sweep"))
    found = Notice.objects.get(pk=notice.pk)
    assert (found.state == State.DISMISSED) is retired
    if retired:
        assert found.deeds.get(verb=Verb.DISMISS).text


def test_the_sweep_leaves_a_signed_notice_alone(cast: Cast) -> None:
    notice = making.signed(cast)
    notice.tasks.update(state=TaskState.CLOSED, next_look_at=NOW)
    sweep(now=NOW, by=system("sweep"))
    assert Notice.objects.get(pk=notice.pk).state == State.SIGNED
