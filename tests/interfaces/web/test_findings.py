"""The office's desk says what waits, and a finding is decided from there and from the task's page, in words people read."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests import factories as make
from tests.interfaces.web import papers
from tests.interfaces.web.county import County, text_of
from tracker.audit.actors import system
from tracker.commitments.models import Commitment
from tracker.escalation.models import Finding, StepTaken
from tracker.escalation.services import sweep
from tracker.notices.models import Notice
from tracker.org.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.core]

WEIGHTY = "属于普查组织实施中的重大问题"


@pytest.fixture
def asked(county: County) -> County:
    """Give the county on a morning on which the finding on its late task waits."""
    User.objects.update(language="en")
    step = {"key": "group", "title": "列入研究事项", "action": "list", "to": "unit_head", "needs_finding": WEIGHTY}
    make.policy(county.document, step, key="ladder")
    Commitment.objects.filter(pk=county.commitment.pk).update(policy_key="ladder")
    sweep(now=datetime(2023, 6, 5, 0, 30, tzinfo=UTC), by=system("sweep"))
    assert StepTaken.objects.filter(part="step:group", task=county.task).exists()
    return county


def test_the_desk_asks_for_the_finding_and_the_form_says_what_it_is_about(asked: County) -> None:
    desk = text_of(asked.get("office", "desk"))
    assert "Findings to decide" in desk and WEIGHTY in desk
    form = text_of(asked.get("office", "task_record_finding", asked.task.pk))
    assert "列入研究事项" in form and "负责普查工作的具体组织实施和协调" in form


def test_found_from_the_page_it_takes_effect_and_the_story_says_so(asked: County) -> None:
    answer = asked.do("office", "record_finding", step="group", holds="yes", reason="两个乡镇均未设立")
    assert answer.status_code == 303
    assert Finding.objects.get().holds is True
    page = text_of(asked.get("office", "task", asked.task.pk))
    assert f"Found: “{WEIGHTY}”" in page and "两个乡镇均未设立" in page
    assert "Decide on the finding" not in page


def test_not_found_it_leaves_the_desk_and_the_reason_stays(asked: County) -> None:
    asked.do("office", "record_finding", step="group", holds="no", reason="已设立，只是没有报告")
    asked.do("office", "record_finding", asked.sibling, step="group", holds="no", reason="已设立")
    assert "Findings to decide" not in text_of(asked.get("office", "desk"))
    page = text_of(asked.get("office", "task", asked.task.pk))
    assert "Not found" in page and "已设立，只是没有报告" in page and "not found, or not sent" in page


def test_a_step_that_waits_for_its_finding_is_called_so_on_the_overview_the_task_and_the_desk(asked: County) -> None:
    """The overview said that nothing more came by itself, the ladder that a person's decision was waited for."""
    User.objects.update(language="zh-hans")
    assert "<strong>待认定</strong> · 列入研究事项" in text_of(asked.get("office", "dashboard"))
    assert "待认定" in text_of(asked.get("office", "desk"))
    ladder = text_of(asked.get("office", "task", asked.task.pk)).partition('id="next"')[2].partition("</section>")[0]
    assert '<div class="small muted">待认定 · ' in ladder


def test_a_finding_without_a_reason_comes_back_in_the_form(asked: County) -> None:
    answer = asked.do("office", "record_finding", step="group", holds="yes", reason="")
    assert answer.status_code == 422 and not Finding.objects.exists()


def test_a_task_nobody_has_to_find_on_says_so(county: County) -> None:
    User.objects.update(language="en")
    answer = county.do("office", "record_finding", step="group", holds="yes", reason="x")
    assert answer.status_code == 422
    assert "No step of this task waits for a finding." in text_of(answer)


def test_the_desk_counts_the_papers_that_wait_the_most_urgent_first(county: County) -> None:
    User.objects.update(language="en")
    notice = papers.issued(county)
    Notice.objects.filter(pk=notice.pk).update(reply_by=date(2023, 6, 2))
    papers.proposed(county, key="2:1:1:step:notice", step_key="2:1:1:step:notice")
    desk = text_of(county.get("office", "desk"))
    overdue, proposed = desk.index("/notices/#reply-overdue"), desk.index("/notices/#proposed")
    assert overdue < proposed
    assert "/notices/#to-sign" not in desk
    lists = text_of(county.get("office", "notices"))
    assert 'id="reply-overdue"' in lists and 'id="proposed"' in lists and 'id="unreceived"' not in lists
