"""Whatever units, verifiers and signers do, in whatever order: no step twice, none skipped, early, or at rest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import factories as make
from tests.notices.making import OFFICE_OF_GROUP, Cast, cast
from tracker.audit.actors import NotPermitted, system
from tracker.audit.errors import Invalid, WrongState
from tracker.audit.selectors import verify_chain
from tracker.commitments import services
from tracker.commitments.models import Deadline, Extension, ProgressReport, Review, Task
from tracker.escalation.models import Finding
from tracker.escalation.selectors.findings import questions_on
from tracker.escalation.services import rebase, record_finding, sweep
from tracker.messaging.models import Item
from tracker.notices import services as notices
from tracker.notices.models import Notice
from tracker.org import selectors as org
from tracker.org.models import Position, UnitKind
from tracker.rules.civil import civil_day
from tracker.rules.due import SILENT
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

START = datetime(2023, 5, 29, 1, 0, tzinfo=UTC)
DUE = date(2023, 6, 9)
GROUP = "县第五次全国经济普查领导小组"
WEIGHTY: dict[str, Any] = {
    "action": "draft_notice",
    "to": "unit_head",
    "needs_finding": "无正当理由",
    "needs_signature": True,
    "signed_by": OFFICE_OF_GROUP,
}
STEPS: tuple[dict[str, Any], ...] = (
    {"key": "report", "offset": 1},
    {"key": "letter", "offset": 3, "notice": "督促函", "asks_within": 5, **WEIGHTY},
    {"key": "ask", "offset": 0, "after": "rectification"},
    {"key": "criticism", "offset": 2, "after": "rectification", "notice": "通报", **WEIGHTY},
)
# A ladder whose middle step waits for a finding without a paper; it is a short one, for nothing after it comes before.
FINDING: tuple[dict[str, Any], ...] = (
    {"key": "report", "offset": 1},
    {"key": "group", "offset": 2, "action": "list", "to": "group", "body": GROUP, "needs_finding": "属于重大问题"},
    {"key": "assess", "offset": 3, "after": "previous"},
)


class Life:
    """Be one task with everybody who may act on it, and the acts by name; an act that is refused changes nothing."""

    def __init__(self, steps: tuple[dict[str, Any], ...] = STEPS) -> None:
        self.cast: Cast = cast()
        self.steps = steps
        make.post(make.unit(GROUP, kind=UnitKind.LEADING_GROUP), "", title="组长", position=Position.GROUP_HEAD)
        of = make.document()
        make.policy(of, *steps, key="ladder")
        self.pk = make.task(self.cast.to, of=make.commitment(of, due=DUE, policy_key="ladder"), due=DUE).pk
        self.versions = 1
        self.document = of

    @property
    def task(self) -> Task:
        return Task.objects.get(pk=self.pk)

    def acts(self) -> dict[str, Callable[[datetime], object]]:
        return {
            "nothing": lambda now: None,
            "report": self._report,
            "ask for extension": self._ask,
            "grant extension": lambda now: self._decide(now, granted=True),
            "refuse extension": lambda now: self._decide(now, granted=False),
            "suspend": lambda now: services.suspend(task=self.task, reason="暴雨", by=self.cast.first, now=now),
            "resume": lambda now: services.resume(task=self.task, by=self.cast.first, now=now),
            "apply to close": lambda now: services.apply_to_close(
                task=self.task, unit=self.cast.to, text="已完成", done_on=civil_day(now), by=self.cast.liaison, now=now
            ),
            "return for rework": lambda now: self._review(now, Review.Decision.RETURNED),
            "close": lambda now: self._review(now, Review.Decision.CLOSED),
            "sign": self._sign,
            "decline": self._decline,
            "find to hold": lambda now: self._find(now, holds=True),
            "find not to hold": lambda now: self._find(now, holds=False),
            "re-base": self._rebase,
        }

    def _report(self, now: datetime) -> object:
        kind = ProgressReport.Kind.PROGRESS
        return services.report_progress(
            task=self.task, unit=self.cast.to, kind=kind, text="在推进", by=self.cast.liaison, now=now
        )

    def _ask(self, now: datetime) -> None:
        old = self.task.due
        assert old is not None
        extension = services.request_extension(
            task=self.task, unit=self.cast.to, new_due=old + timedelta(days=14), reason="等批复", progress="过半",
            by=self.cast.liaison, now=now,
        )  # fmt: skip
        services.agree_extension(extension=extension, by=self.cast.to_head, now=now)

    def _decide(self, now: datetime, *, granted: bool) -> None:
        extension = Extension.objects.filter(task=self.pk, state=Extension.State.AGREED).first()
        if extension is not None:
            services.decide_extension(
                extension=extension,
                granted=granted,
                reason="同意" if granted else "理由不足",
                by=self.cast.first,
                now=now,
            )

    def _review(self, now: datetime, decision: Review.Decision) -> object:
        return services.review(task=self.task, decision=decision, reason="查看", by=self.cast.second, now=now)

    def _waiting(self) -> Notice | None:
        return Notice.objects.filter(state="proposed").order_by("-pk").first()

    def _sign(self, now: datetime) -> None:
        notice = self._waiting()
        if notice is not None:
            notice = notices.record_finding(notice=notice, holds=True, reason="未说明", by=self.cast.first, now=now)
            notice = notices.submit(notice=notice, by=self.cast.first, now=now)
            notices.issue(notice=notices.sign(notice=notice, by=self.cast.head, now=now), by=self.cast.first, now=now)

    def _decline(self, now: datetime) -> None:
        notice = self._waiting()
        if notice is not None:
            notices.record_finding(notice=notice, holds=False, reason="有正当理由", by=self.cast.first, now=now)

    def _find(self, now: datetime, *, holds: bool) -> None:
        for question in questions_on(self.task, now=now):
            found = {"step": question.step.key, "holds": holds, "reason": "已核实"}
            record_finding(task=self.task, by=self.cast.first, now=now, **found)

    def _rebase(self, now: datetime) -> None:
        self.versions += 1
        steps = [{**step, "offset": step["offset"] + self.versions % 3} for step in self.steps]
        make.policy(self.document, *steps, key="ladder", version=self.versions)
        rebase(task=self.task, by=self.cast.first, now=now)


NAMES = ("nothing", "report", "ask for extension", "grant extension", "refuse extension", "suspend", "resume",
         "apply to close", "return for rework", "close", "sign", "decline", "find to hold",
         "find not to hold", "re-base")  # fmt: skip
EVENTS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(NAMES)), min_size=4, max_size=14)


def by_sweep(life: Life, now: datetime) -> None:
    """Sweep, and see that nothing is taken from a task at rest and nothing by a second sweep."""
    before, state = life.task.steps_taken.count(), State(life.task.state)
    sweep(now=now, by=system("sweep"))
    after = life.task.steps_taken.count()
    if state in SILENT:
        assert after == before, state
    Task.objects.filter(pk=life.pk).update(next_look_at=now)
    sweep(now=now, by=system("sweep"))
    assert life.task.steps_taken.count() == after


def check(life: Life) -> None:
    """See that each date's steps were taken once, in the ladder's order, on working days after it, none before its day."""
    workdays = org.workdays()
    dues = dict(Deadline.objects.filter(task=life.pk).values_list("version", "due"))
    taken: dict[int, list[str]] = {}
    for row in life.task.steps_taken.order_by("taken_at", "pk"):
        assert row.due_on <= civil_day(row.taken_at)
        if row.kind == "step":
            assert row.due_on > dues[row.due_version] and workdays.is_workday(row.due_on)
            taken.setdefault(row.due_version, []).append(row.part)
    order = [f"step:{step['key']}" for step in life.steps]
    for parts in taken.values():
        assert parts == order[: len(parts)]
    for row in life.task.steps_taken.filter(part="step:group"):
        held = row.findings.filter(holds=True)
        assert held.count() == (row.effective_on is not None), "it takes effect when it is found, and once"
        assert all(row.effective_on == civil_day(finding.at) for finding in held)
        told = Item.objects.filter(task=life.pk, text__say="found", key__startswith=row.key)
        assert told.count() == held.count()
        followed = life.task.steps_taken.filter(part="step:assess", due_version=row.due_version)
        assert all(row.effective_on and one.due_on > row.effective_on for one in followed)
    assert verify_chain().whole


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a failing sequence is short enough; shrinking it takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.sampled_from([STEPS, FINDING]), events=EVENTS)
def test_any_sequence_of_acts_keeps_the_ladder(
    steps: tuple[dict[str, Any], ...], events: list[tuple[int, str]]
) -> None:
    with transaction.atomic():
        life, now = Life(steps), START
        acts = life.acts()
        by_sweep(life, now)
        for gap, name in events:
            now += timedelta(days=gap, minutes=10)
            by_sweep(life, now)
            with suppress(NotPermitted, WrongState, Invalid), transaction.atomic():
                acts[name](now)
            by_sweep(life, now)
        check(life)
        transaction.set_rollback(True)


def test_every_act_of_the_sequences_is_possible() -> None:
    """Guard the test above: a story in which each act but the findings is done at least once and none is refused."""
    life, now = Life(), START
    acts = life.acts()
    assert set(acts) == set(NAMES)
    story = [
        (1, "report"), (1, "ask for extension"), (0, "refuse extension"), (0, "ask for extension"), (0, "grant extension"),
        (1, "suspend"), (3, "resume"), (30, "nothing"), (1, "sign"), (1, "re-base"), (20, "decline"),
        (1, "apply to close"), (1, "return for rework"), (1, "apply to close"), (1, "close"), (30, "nothing"),
    ]  # fmt: skip
    for gap, name in story:
        now += timedelta(days=gap, minutes=10)
        by_sweep(life, now)
        acts[name](now)
        by_sweep(life, now)
    check(life)
    assert life.task.state == State.CLOSED
    assert life.task.steps_taken.filter(part="step:ask").exists()


def test_the_findings_of_the_sequences_are_possible() -> None:
    """Guard them, too: found not to hold, then to hold, and what follows is taken."""
    life, now = Life(FINDING), START
    for gap, name in [(30, "nothing"), (1, "find not to hold"), (2, "find to hold"), (9, "nothing")]:
        now += timedelta(days=gap, minutes=10)
        by_sweep(life, now)
        life.acts()[name](now)
        by_sweep(life, now)
        check(life)
    assert list(Finding.objects.order_by("pk").values_list("holds", flat=True)) == [False, True]
    assert life.task.steps_taken.filter(part="step:assess").exists()


def test_a_task_that_is_not_suspended_is_not_resumed() -> None:
    life = Life()
    with pytest.raises(WrongState):
        services.resume(task=life.task, by=life.cast.first, now=START)
