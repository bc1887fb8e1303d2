"""What the county sets of a policy itself: a new version of reminders and open intervals, never of a clause's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests import factories as make
from tracker.audit.actors import Actor, NotPermitted, Role, system
from tracker.audit.errors import Invalid, Stale
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Task
from tracker.escalation import running
from tracker.escalation.ladders import content_of
from tracker.escalation.models import EscalationPolicy, FollowUp
from tracker.escalation.policies import PolicyDraft, apply_policies
from tracker.escalation.services import Settings, amend_policy, amended, settings_of, sweep
from tracker.rules.followup import Action, Addressee, After, Basis, CountingUnit, Step

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NOW = datetime(2023, 6, 5, 1, 0, tzinfo=UTC)


@pytest.fixture
def office() -> Actor:
    return make.person(Role.SUPERVISION)


@pytest.fixture
def policy() -> EscalationPolicy:
    """Make a policy of two steps: the interval of the second is the clause's own."""
    return make.policy(
        make.document(),
        {"key": "letter", "offset": 3, "asks_within": 7},
        {"key": "bulletin", "offset": 10, "interval_by": "clause"},
        key="ladder",
    )


def amend(policy: EscalationPolicy, by: Actor, **changes: Any) -> EscalationPolicy:
    settings = replace(settings_of(policy), **changes)
    return amend_policy(policy=policy, settings=settings, reason="县政府常务会议定", by=by, now=NOW)


def test_a_change_is_the_next_version_with_the_clauses_words_untouched(policy: EscalationPolicy, office: Actor) -> None:
    made = amend(policy, office, ahead=(30, 7), steps={"letter": (5, 10)})
    assert (made.version, made.ahead) == (2, [30, 7])
    before, after = (list(one.steps.all()) for one in (policy, made))
    assert [(step.offset, step.asks_within) for step in after] == [(5, 10), (10, None)]
    for old, new in zip(before, after, strict=True):
        assert (old.title, old.basis_quote, old.to, old.action) == (new.title, new.basis_quote, new.to, new.action)
    assert EscalationPolicy.objects.get(version=1).ahead is None
    detail = AuditEntry.objects.latest("pk").detail
    assert detail["reason"] == "县政府常务会议定" and detail["new"]["steps"]["letter"] == {
        "offset": 5,
        "asks_within": 10,
    }


def test_an_interval_of_the_clause_cannot_be_set(policy: EscalationPolicy, office: Actor) -> None:
    assert set(settings_of(policy).steps) == {"letter"}
    with pytest.raises(Invalid) as refused:
        amend(policy, office, steps={"bulletin": (1, None)})
    assert refused.value.field == "bulletin"
    assert EscalationPolicy.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ahead": (400,)}, "ahead"),
        ({"ahead": tuple(range(9))}, "ahead"),
        ({"overdue": ()}, "overdue"),
        ({"overdue": ((0, "liaison"),)}, "overdue"),
        ({"overdue": ((1, "everybody"),)}, "overdue"),
        ({"steps": {"letter": (121, 7)}}, "letter"),
        ({"steps": {"letter": (3, 0)}}, "letter"),
        ({}, "reason"),
    ],
)
def test_what_nobody_could_live_by_is_refused_by_its_field(
    policy: EscalationPolicy, office: Actor, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        amend(policy, office, **changes)
    assert refused.value.field == field


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPERVISION])
def test_only_the_office_sets_intervals(policy: EscalationPolicy, role: Role) -> None:
    by = system("x") if role is Role.SYSTEM else make.person(role)
    with pytest.raises(NotPermitted):
        amend(policy, by, ahead=(1,))


def test_a_version_that_is_not_the_newest_is_not_amended(policy: EscalationPolicy, office: Actor) -> None:
    amend(policy, office, ahead=(1,))
    with pytest.raises(Stale):
        amend(policy, office, ahead=(2,))


@pytest.fixture
def task(policy: EscalationPolicy) -> Task:
    """Give a task due on Friday 2 June, followed up under the first version."""
    of = make.commitment(policy.document, due=date(2023, 6, 2), policy_key="ladder")
    made = make.task(of=of, due=date(2023, 6, 2))
    sweep(now=datetime(2023, 6, 1, 1, 0, tzinfo=UTC), by=system("sweep"))
    return Task.objects.select_related("commitment__document", "commitment__clause", "lead__parent").get(pk=made.pk)


def test_what_it_would_change_on_a_task_is_seen_and_nothing_is_written(policy: EscalationPolicy, task: Task) -> None:
    settings = Settings(None, ((2, "unit_head"),), {"letter": (8, 7)})
    content = content_of(task, key="ladder", ahead=None, overdue=[[2, "unit_head"]], steps=amended(policy, settings))
    change = running.foreseen(task, policy, content, now=NOW)
    days = [{rung.planned.part: rung.planned.on for rung in rungs} for rungs in (change.now, change.then)]
    assert change.moves and days[0]["step:letter"] == date(2023, 6, 7)
    # Re-based today, the eight working days count from today: over the Dragon Boat Festival's make-up weekend not at all.
    assert days[1]["step:letter"] == date(2023, 6, 15)
    assert EscalationPolicy.objects.count() == 1 and FollowUp.objects.get(task=task).version == 1


def test_running_tasks_keep_their_version_and_are_counted(policy: EscalationPolicy, task: Task, office: Actor) -> None:
    assert running.running_counts() == {"ladder": (1, 0)}
    amend(policy, office, ahead=(1,))
    assert running.running_counts() == {"ladder": (1, 1)}
    assert FollowUp.objects.get(task=task).policy == policy


def draft(document: str, offset: int, clause_offset: int) -> PolicyDraft:
    basis = Basis("四（一）", 1, "负责普查工作的具体组织实施和协调")

    def step(key: str, days: int, by: str) -> Step:
        return Step(
            key=key, title=key, action=Action.NOTIFY, to=Addressee.SUPERVISION, offset=days, unit=CountingUnit.WORKDAY,
            after=After.DUE, interval_by=by, basis=basis,
        )  # fmt: skip

    return PolicyDraft(
        key="seeded",
        version=1,
        document=document,
        title="督办",
        note="",
        attaches="",
        ahead=(7, 1),
        overdue=((1, "liaison"),),
        steps=(step("own", offset, "county"), step("clause", clause_offset, "clause")),
    )


def test_the_countys_settings_survive_a_load_and_the_rest_follows_the_source(office: Actor) -> None:
    """A load compared the seed with the county's version and would have made the seed's the newest again."""
    slug = make.document().slug
    load = system("load-seed")
    apply_policies(drafts=[draft(slug, 3, 10)], by=load, now=NOW)
    amend(EscalationPolicy.objects.get(), office, steps={"own": (5, None)})
    assert apply_policies(drafts=[draft(slug, 3, 10)], by=load, now=NOW).changes == ()
    apply_policies(drafts=[replace(draft(slug, 4, 12), ahead=(14, 1))], by=load, now=NOW)
    newest = EscalationPolicy.objects.get(version=3)
    assert [step.offset for step in newest.steps.all()] == [5, 12]
    assert newest.ahead == [14, 1]
    assert apply_policies(drafts=[replace(draft(slug, 4, 12), ahead=(14, 1))], by=load, now=NOW).changes == ()
