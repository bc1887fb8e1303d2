"""A step whose clause asks for a finding is told to the office alone until a person has found, and then carried out once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests import factories as make
from tests.notices.making import Cast, cast
from tracker.audit.actors import NotPermitted, Role, system
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.audit.models import AuditEntry
from tracker.commitments import services as commitments
from tracker.commitments.models import Extension, Review, Task
from tracker.escalation.models import Finding, StepTaken
from tracker.escalation.selectors import ladder_of
from tracker.escalation.selectors.findings import questions, questions_on
from tracker.escalation.services import rebase, record_finding, sweep
from tracker.messaging.models import Item
from tracker.notices import services as notices
from tracker.notices.models import Notice
from tracker.org.models import Position, Post, UnitKind
from tracker.rules.due import Status
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

GROUP = "县第五次全国经济普查领导小组"
WEIGHTY = "属于普查组织实施中的重大问题"
DUE = date(2023, 6, 2)


def at(month: int, day: int, hour: int = 1, minute: int = 0) -> datetime:
    """Return an instant of 2023: 09:00 in Shanghai unless told otherwise."""
    return datetime(2023, month, day, hour, minute, tzinfo=UTC)


class Census:
    """Be the census duty of 2 June with its clause's ladder, swept until the finding waits on 14 June."""

    def __init__(self) -> None:
        self.cast: Cast = cast()
        group = make.unit(GROUP, kind=UnitKind.LEADING_GROUP)
        self.group: Post = make.post(group, "", title="组长", position=Position.GROUP_HEAD)
        of = make.document()
        self.rung: dict[str, Any] = {
            "key": "group", "title": "列入县普查领导小组研究事项", "action": "list", "to": "group", "body": GROUP,
            "offset": 5, "after": "previous", "needs_finding": WEIGHTY,
        }  # fmt: skip
        assess: dict[str, Any] = {"key": "assess", "title": "列入年度考核", "offset": 3, "after": "previous"}
        make.policy(of, {"key": "office", "offset": 3}, self.rung, assess, key="census")
        self.pk = make.task(self.cast.to, of=make.commitment(of, due=DUE, policy_key="census"), due=DUE).pk
        for day in (7, 14):
            sweep(now=at(6, day), by=system("sweep"))

    @property
    def task(self) -> Task:
        return Task.objects.get(pk=self.pk)

    @property
    def step(self) -> StepTaken:
        return StepTaken.objects.get(task=self.pk, part="step:group", due_version=self.task.due_version)

    def find(self, *, holds: bool = True, now: datetime | None = None, **values: Any) -> Finding:
        return record_finding(
            **{"task": self.task, "step": "group", "holds": holds, "reason": "九个乡镇均未设立", "by": self.cast.first,
               "now": now or at(6, 15), **values}
        )  # fmt: skip

    def told(self) -> list[tuple[str, str]]:
        items = Item.objects.filter(task=self.pk, key__contains="step:group").order_by("pk")
        return [(item.text["say"], str(item.post)) for item in items]


@pytest.fixture
def census() -> Census:
    return Census()


def test_the_office_alone_hears_of_it_until_somebody_has_found(census: Census) -> None:
    assert census.told() == [("finding", "县政府办公室督查室")]
    assert census.step.effective_on is None
    (question,) = questions(census.cast.first, now=at(6, 15))
    assert (question.task.pk, question.step.needs_finding) == (census.pk, WEIGHTY)
    assert questions(census.cast.to_head, now=at(6, 15)) == [question]
    assert questions(census.cast.stranger, now=at(6, 15)) == []


def test_found_it_takes_effect_that_day_and_goes_to_its_addressee_once(census: Census) -> None:
    finding = census.find()
    assert census.step.effective_on == date(2023, 6, 15)
    assert census.told()[1:] == [("found", str(census.group))]
    assert (finding.finding, finding.by_post) == (WEIGHTY, census.cast.first.post)
    sweep(now=at(6, 15, 2), by=system("sweep"))
    with pytest.raises(WrongState, match="2023年6月15日"):
        census.find(now=at(6, 16))
    assert len(census.told()) == 2
    assert questions_on(census.task, now=at(6, 16)) == []


def test_found_after_a_re_basing_it_is_told_under_the_step_that_was_taken(census: Census) -> None:
    rungs = [{"key": "office", "offset": 3}, {**census.rung, "title": "报县普查领导小组研究"}]
    make.policy(census.task.commitment.document, *rungs, key="census", version=2)
    rebase(task=census.task, by=census.cast.first, now=at(6, 15))
    census.find(now=at(6, 16))
    item = Item.objects.get(task=census.pk, text__say="found")
    assert item.key == f"{census.step.key}:found" and item.text["step"] == "报县普查领导小组研究"


def test_what_counts_from_it_counts_from_the_day_it_was_found(census: Census) -> None:
    census.find()
    for day in (16, 19):
        sweep(now=at(6, day), by=system("sweep"))
        assert not StepTaken.objects.filter(part="step:assess").exists()
    sweep(now=at(6, 20), by=system("sweep"))
    assert StepTaken.objects.get(part="step:assess").due_on == date(2023, 6, 20)


def test_found_not_to_hold_it_rests_with_the_reason_in_the_history(census: Census) -> None:
    census.find(holds=False, reason="已于6月9日设立，只是没有报告")
    for day in (16, 20, 30):
        sweep(now=at(6, day), by=system("sweep"))
    assert census.told() == [("finding", "县政府办公室督查室")]
    assert not StepTaken.objects.filter(part="step:assess").exists()
    assert questions(census.cast.first, now=at(6, 30)) == []
    entry = AuditEntry.objects.get(action="escalation.not_found")
    assert entry.detail["reason"] == "已于6月9日设立，只是没有报告" and entry.detail["finding"] == WEIGHTY
    rungs = {rung.planned.part: rung.planned for rung in ladder_of(census.task, now=at(6, 30))}
    assert rungs["step:group"].status is Status.DECLINED
    assert (rungs["step:assess"].status, rungs["step:assess"].earliest) == (Status.BLOCKED, None)


def test_facts_that_change_may_be_found_to_hold_later(census: Census) -> None:
    census.find(holds=False)
    with pytest.raises(WrongState):
        census.find(holds=False, now=at(6, 16))
    (question,) = questions_on(census.task, now=at(6, 19))
    assert question.before is not None and question.before.holds is False
    census.find(now=at(6, 19), reason="复查仍未设立")
    assert census.step.effective_on == date(2023, 6, 19)
    assert list(Finding.objects.values_list("holds", flat=True)) == [False, True]


@pytest.mark.parametrize("who", ["liaison", "to_head", "leader", "auditor", "stranger", "head"])
def test_nobody_but_the_office_finds(census: Census, who: str) -> None:
    with pytest.raises(NotPermitted):
        census.find(by=getattr(census.cast, who))
    assert not Finding.objects.exists()


def test_a_finding_without_a_reason_or_on_a_stale_page_is_refused(census: Census) -> None:
    with pytest.raises(Invalid):
        census.find(reason="  ")
    with pytest.raises(Stale):
        census.find(version=census.task.version + 1)
    with pytest.raises(WrongState):
        census.find(step="office")
    assert not Finding.objects.exists()


def test_nothing_is_found_on_a_task_that_is_closed_or_with_its_verifier(census: Census) -> None:
    commitments.apply_to_close(
        task=census.task, unit=census.cast.to, text="已设立", done_on=date(2023, 6, 14), by=census.cast.liaison,
        now=at(6, 15),
    )  # fmt: skip
    assert questions(census.cast.first, now=at(6, 15)) == []
    with pytest.raises(WrongState):
        census.find(now=at(6, 15, 2))
    commitments.review(task=census.task, decision=Review.Decision.CLOSED, by=census.cast.second, now=at(6, 16))
    with pytest.raises(WrongState):
        census.find(now=at(6, 19))
    assert census.task.state == State.CLOSED and census.told() == [("finding", "县政府办公室督查室")]


def test_a_new_date_lets_the_question_of_the_old_one_rest(census: Census) -> None:
    task = census.task
    Extension.objects.create(
        task=task, unit=task.lead, state="agreed", old_due=task.due, new_due=date(2023, 7, 7), reason="等批复",
        progress="已报", requested_at=at(6, 2), requested_by="x",
    )  # fmt: skip
    commitments.decide_extension(
        extension=Extension.objects.get(), granted=True, reason="同意", by=census.cast.first, now=at(6, 15)
    )
    assert questions(census.cast.first, now=at(6, 15)) == []
    with pytest.raises(WrongState):
        census.find(now=at(6, 15))


def test_the_addressee_is_whoever_holds_the_post_on_the_day_of_the_finding(census: Census) -> None:
    census.group.withdrawn_at = at(6, 14, 5)
    census.group.save()
    census.find()
    (item,) = Item.objects.filter(key__endswith=":found")
    assert item.post.role == Role.SUPERVISION and item.text["nobody"] is True


def test_a_dismissed_notice_shows_as_such_in_the_ladder_and_opens_no_way(census: Census) -> None:
    of = make.document()
    letter = {
        "key": "letter", "action": "draft_notice", "to": "unit_head", "notice": "督促函", "needs_finding": "无正当理由",
        "needs_signature": True, "signed_by": census.cast.issuer.name, "asks_within": 5,
    }  # fmt: skip
    make.policy(of, letter, {"key": "ask", "offset": 1, "after": "rectification"}, key="letters")
    task = make.task(census.cast.to, of=make.commitment(of, due=DUE, policy_key="letters"), due=DUE)
    sweep(now=at(6, 14, 3), by=system("sweep"))
    notices.dismiss(notice=Notice.objects.get(), reason="已说明情况", by=census.cast.first, now=at(6, 15))
    rungs = {rung.planned.part: rung.planned for rung in ladder_of(task, now=at(6, 16))}
    assert rungs["step:letter"].status is Status.DECLINED
    assert rungs["step:ask"].earliest is None
