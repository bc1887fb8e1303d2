"""A policy's page shows the ladder with its clauses, and the office re-bases a running task from a preview."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories as make
from tests.factories import NOW, TODAY
from tests.interfaces.web.county import County, text_of
from tracker.audit.actors import system
from tracker.commitments.models import Commitment, Task
from tracker.escalation.models import EscalationPolicy, FollowUp
from tracker.escalation.services import sweep
from tracker.org.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def amended(county: County) -> County:
    """Give the county after its policy was amended under a running task."""
    User.objects.update(language="en")
    make.policy(county.document, {"title": "提请办公室协调", "offset": 5}, key="ladder")
    Commitment.objects.update(policy_key="ladder")
    sweep(now=NOW, by=system("sweep"))
    make.policy(county.document, {"title": "列入督查清单", "offset": 2}, key="ladder", version=2)
    return county


def test_every_rung_stands_beside_its_clause_and_who_set_its_interval(amended: County) -> None:
    page = text_of(amended.get("liaison", "policy", "ladder"))
    assert "列入督查清单" in page and "负责普查工作的具体组织实施和协调" in page
    assert "interval chosen by the county" in page
    assert f"{reverse('web:document', args=[amended.document.slug])}#L1" in page


def test_a_policy_that_is_not_there_is_not_found(county: County) -> None:
    assert county.get("office", "policy", "no-such-policy").status_code == 404


def test_a_closed_duty_is_not_said_to_have_no_policy_nor_what_comes_next(county: County) -> None:
    without = text_of(county.get("office", "task", county.task.pk))
    assert "文件没有考核条款：只提醒，不督办。" in without and "若无人办理" in without
    make.policy(county.document, {"key": "office", "offset": 3}, key="ladder")
    Commitment.objects.update(policy_key="ladder")
    sweep(now=NOW, by=system("sweep"))
    county.do("liaison", "apply_to_close", text="已设立，镇长任组长", done_on="2023-06-02")
    county.do("office", "review", decision="closed")
    page = text_of(county.get("office", "task", county.task.pk))
    assert "提醒与督办" in page
    assert "没有考核条款" not in page and "若无人办理" not in page


def test_only_the_office_is_offered_re_basing_and_a_unit_sees_its_own_tasks(amended: County) -> None:
    rebase = reverse("web:task_rebase", args=[amended.task.pk])
    assert rebase in text_of(amended.get("office", "policy", "ladder"))
    for_unit = text_of(amended.get("liaison", "policy", "ladder"))
    assert rebase not in for_unit
    assert reverse("web:task", args=[amended.task.pk]) in for_unit
    assert reverse("web:task", args=[amended.sibling.pk]) not in for_unit


def test_the_office_sees_what_moves_and_re_bases(amended: County) -> None:
    preview = text_of(amended.get("office", "task_rebase", amended.task.pk))
    assert "提请办公室协调" in preview and "列入督查清单" in preview
    version = Task.objects.get(pk=amended.task.pk).version
    assert FollowUp.objects.get(task=amended.task).version == 1
    answer = amended.post_to("office", "task_rebase", amended.task.pk, version=version)
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("web:task", args=[amended.task.pk]))
    row = FollowUp.objects.get(task=amended.task)
    assert row.policy is not None
    assert (row.version, row.policy.version, row.rebased_on) == (2, 2, TODAY)


def test_a_preview_opened_before_the_task_changed_is_refused_with_a_sentence(amended: County) -> None:
    answer = amended.post_to("office", "task_rebase", amended.task.pk, version=99)
    assert answer.status_code == 409
    assert "changed after you opened it" in text_of(answer)
    assert FollowUp.objects.get(task=amended.task).version == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_both_pages_are_written_in_both_languages(amended: County, language: str) -> None:
    User.objects.update(language=language)
    for route, argument in (("policy", "ladder"), ("task_rebase", amended.task.pk)):
        source = text_of(amended.get("office", route, argument))
        assert f'<html lang="{language}"' in source and source.count("<h1") == 1


def test_notes_of_a_policy_speak_of_promises_and_parts_by_their_names(amended: County) -> None:
    key, title = amended.commitment.key, amended.commitment.title
    slug, short = amended.document.slug, amended.document.short
    note = f"预警单列在 early_warning；{slug} 和 {slug}.children 各行，{key} 除外，另见 no-such-key"
    EscalationPolicy.objects.update(attaches=note)
    User.objects.update(language="zh-hans")
    expected = f"预警单列在“预警”；“{short}”各行，“{title}”除外，另见 no-such-key"
    assert expected in text_of(amended.get("office", "policy", "ladder"))
    assert expected in text_of(amended.get("office", "document", slug))
    Commitment.objects.update(note=f"同一目标另见 {key}。")
    assert f"同一目标另见“{title}”。" in text_of(amended.get("office", "task", amended.task.pk))
