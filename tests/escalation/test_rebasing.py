"""An amended policy reaches a running task only when the supervision office re-bases it, and plays nothing twice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests import factories as make
from tracker.audit.actors import NotPermitted, Role, system
from tracker.audit.errors import Stale, WrongState
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Task
from tracker.escalation.models import EscalationPolicy
from tracker.escalation.running import outdated, rebasing, runs_of
from tracker.escalation.services import rebase, sweep
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

BY = system("sweep")


def at(month: int, day: int) -> datetime:
    """Return 09:00 in Shanghai of a day of 2023."""
    return datetime(2023, month, day, 1, 0, tzinfo=UTC)


@pytest.fixture
def task() -> Task:
    """Give a task due on Friday 2 June 2023, followed up under the first version of its policy."""
    of = make.document()
    make.policy(of, {"key": "office", "offset": 3}, {"key": "leader", "offset": 5}, key="ladder")
    made = make.task(of=make.commitment(of, due=date(2023, 6, 2), policy_key="ladder"), due=date(2023, 6, 2))
    make.post(made.lead, Role.UNIT_HEAD)
    sweep(now=at(6, 1), by=BY)
    return Task.objects.get(pk=made.pk)


def amend(task: Task, *steps: dict[str, object]) -> EscalationPolicy:
    return make.policy(task.commitment.document, *steps, key="ladder", version=2)


def parts(task: Task) -> list[tuple[str, date]]:
    return list(task.steps_taken.filter(kind="step").order_by("due_on", "pk").values_list("part", "due_on"))


def test_an_amended_policy_leaves_a_running_task_as_it_was(task: Task) -> None:
    newest = amend(task, {"key": "office", "offset": 9})
    sweep(now=at(6, 7), by=BY)
    assert parts(task) == [("step:office", date(2023, 6, 7))]
    assert list(outdated(newest, Task.objects.all())) == [task]
    assert [(run.key, run.version, run.tasks) for run in runs_of(newest, Task.objects.all())] == [("ladder", 1, 1)]


def test_what_was_taken_before_counts_and_the_rest_counts_from_the_re_basing(task: Task) -> None:
    sweep(now=at(6, 7), by=BY)
    newest = amend(task, {"key": "office", "offset": 3}, {"key": "leader", "offset": 4})
    rebase(task=task, by=make.person(Role.SUPERVISION), now=at(6, 8))
    sweep(now=at(6, 13), by=BY)
    assert parts(task) == [("step:office", date(2023, 6, 7))]
    sweep(now=at(6, 14), by=BY)
    assert parts(task) == [("step:office", date(2023, 6, 7)), ("step:leader", date(2023, 6, 14))]
    assert not outdated(newest, Task.objects.all()).exists()


def test_re_basing_is_on_record_with_both_versions(task: Task) -> None:
    amend(task, {"key": "office", "offset": 9})
    office = make.person(Role.SUPERVISION)
    rebase(task=task, by=office, now=at(6, 5))
    entry = AuditEntry.objects.get(action="escalation.rebased")
    assert (entry.actor_id, entry.detail["old_version"], entry.detail["policy_version"]) == (office.user_id, 1, 2)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.UNIT_HEAD, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_but_the_supervision_office_re_bases(task: Task, role: Role) -> None:
    amend(task, {"key": "office", "offset": 9})
    with pytest.raises(NotPermitted):
        rebase(task=task, by=make.person(role, task.lead), now=at(6, 5))


def test_a_task_under_the_newest_version_is_not_re_based(task: Task) -> None:
    assert rebasing(task, now=at(6, 5)) is None
    with pytest.raises(WrongState):
        rebase(task=task, by=make.person(Role.SUPERVISION), now=at(6, 5))


def test_an_ended_task_and_an_outdated_form_are_refused(task: Task) -> None:
    amend(task, {"key": "office", "offset": 9})
    office = make.person(Role.SUPERVISION)
    with pytest.raises(Stale):
        rebase(task=task, by=office, now=at(6, 5), version=task.version + 1)
    Task.objects.filter(pk=task.pk).update(state=State.CLOSED)
    with pytest.raises(WrongState):
        rebase(task=task, by=office, now=at(6, 5))


def test_the_preview_says_what_re_basing_then_does(task: Task) -> None:
    sweep(now=at(6, 7), by=BY)
    amend(task, {"key": "office", "offset": 3}, {"key": "leader", "offset": 4})
    change = rebasing(Task.objects.get(pk=task.pk), now=at(6, 8))
    assert change is not None and change.moves
    (foreseen,) = [rung.planned for rung in change.then if rung.planned.part == "step:leader"]
    assert [rung.planned.on for rung in change.now if rung.planned.part == "step:leader"] == [date(2023, 6, 9)]
    rebase(task=task, by=make.person(Role.SUPERVISION), now=at(6, 8))
    sweep(now=at(6, 20), by=BY)
    assert parts(task)[-1] == ("step:leader", foreseen.on)
