"""Rows are ticked, an action is previewed, done and shown; without JavaScript as with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories as make
from tests.factories import NOW
from tests.interfaces.web.county import County, text_of
from tracker import clock
from tracker.audit.models import JobRun
from tracker.commitments.models import Batch, Evidence, Task
from tracker.commitments.services import EvidenceDraft, apply_to_close
from tracker.interfaces.web.jobs import work
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def tick(county: County, who: str, action: str, *tasks: Task, **data: Any) -> Any:
    return county.post_to(who, "ledger_bulk", action, task=[task.pk for task in tasks], **data)


def followed(county: County, who: str, answer: Any) -> str:
    assert answer.status_code == 303
    return text_of(county.client(who).get(answer["Location"]))


def test_a_liaison_acknowledges_what_was_ticked_after_seeing_it(county: County) -> None:
    more = [make.task(county.lead) for _ in range(3)]
    answer = tick(county, "liaison", "acknowledge", county.task, *more)
    shown = followed(county, "liaison", answer)
    assert "尚未作任何改动" in shown and "签收 · 4 项" in shown and "已交办 → <strong>办理中</strong>" in shown
    assert Task.objects.filter(state=State.IN_PROGRESS).count() == 0
    plan = Batch.objects.get()
    done = county.post_to("liaison", "ledger_batch_apply", plan.pk)
    assert "已办理 4 项" in followed(county, "liaison", done)
    assert Task.objects.filter(state=State.IN_PROGRESS).count() == 4


def test_all_that_the_filter_finds_is_taken_not_only_the_page(county: County) -> None:
    for _ in range(60):
        make.task(county.lead, of=county.commitment, period=str(_))
    query = f"unit={county.lead.slug}"
    assert "查到的全部 61 项" in text_of(county.get("liaison", "ledger", unit=county.lead.slug))
    answer = tick(county, "liaison", "acknowledge", county.task, all="1", filter=query)
    assert "签收 · 61 项" in followed(county, "liaison", answer)
    plan = Batch.objects.get()
    # More than is done while one waits: the page watches how far it is, whoever closes it stops nothing.
    county.post_to("liaison", "ledger_batch_apply", plan.pk)
    work()
    assert "已办理 61 项" in text_of(county.get("liaison", "ledger_batch", plan.pk))


def long_plan(county: County, settings: Any) -> Batch:
    """Start what is too long to be done at once: three tasks where one may be."""
    settings.TRACKER_BULK_AT_ONCE = 1
    tasks = [make.task(county.lead, of=county.commitment, period=str(place)) for place in range(3)]
    tick(county, "liaison", "acknowledge", *tasks)
    plan = Batch.objects.get()
    county.post_to("liaison", "ledger_batch_apply", plan.pk)
    return plan


def test_the_page_only_watches_and_says_when_nobody_is_at_it(county: County, settings: Any) -> None:
    plan = long_plan(county, settings)
    page = text_of(county.get("liaison", "ledger_batch", plan.pk))
    assert "后台程序没有运行" in page and "停止" in page
    # Without scripts the page looks again by itself.
    assert '<noscript><meta http-equiv="refresh"' in page
    JobRun.objects.create(job="work", started_at=clock.real_now(), as_of=NOW, ok=True)
    page = text_of(county.get("liaison", "ledger_batch", plan.pk))
    assert "后台程序没有运行" not in page and "已办 0 / 3" in page
    address = reverse("web:ledger_batch", args=[plan.pk])
    bar = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "progress"}
    asked = county.client("liaison").get(address, **bar)
    assert "已办 0 / 3" in text_of(asked) and "<h1" not in text_of(asked)
    work()
    assert county.client("liaison").get(address, **bar).headers["HX-Refresh"] == "true"
    assert "已办理 3 项" in text_of(county.get("liaison", "ledger_batch", plan.pk))


def test_what_is_stopped_stays_undone_and_the_page_says_how_much(county: County, settings: Any) -> None:
    plan = long_plan(county, settings)
    assert county.post_to("liaison", "ledger_batch_stop", plan.pk).status_code == 303
    work()
    page = text_of(county.get("liaison", "ledger_batch", plan.pk))
    assert "已停止：办理 0 项，其余 3 项未办理" in page and "未办理：办到之前已停止" in page
    assert county.post_to("liaison", "ledger_batch_stop", plan.pk).status_code == 409


def test_too_many_go_back_to_the_ledger_with_what_to_do(county: County, settings: Any) -> None:
    settings.TRACKER_BULK_MOST = 1
    answer = tick(
        county, "office", "suspend", county.task, county.sibling, given="1", text="等待批复", filter="kind=once"
    )
    assert answer["Location"] == "/ledger/?kind=once"
    assert "一次最多办理 1 项" in followed(county, "office", answer)


def test_too_many_of_what_the_filter_finds_are_refused_with_their_number_before_a_reason_is_asked(
    county: County, settings: Any
) -> None:
    settings.TRACKER_BULK_MOST = 1
    found = Task.objects.count()
    assert found > 1
    answer = tick(county, "office", "suspend", all="1", filter="standing=all")
    assert answer["Location"] == "/ledger/?standing=all"
    assert f"选了 {found} 项" in followed(county, "office", answer)


def test_nothing_ticked_says_so(county: County) -> None:
    assert "请至少勾选一项" in followed(county, "liaison", tick(county, "liaison", "acknowledge"))


def test_a_reason_is_asked_for_once_and_what_was_ticked_is_kept(county: County) -> None:
    asked = tick(county, "office", "suspend", county.task, county.sibling)
    assert asked.status_code == 200
    source = text_of(asked)
    assert "中止原因" in source
    assert all(f'name="task" value="{task.pk}"' in source for task in (county.task, county.sibling))
    refused = tick(county, "office", "suspend", county.task, given="1", text="")
    assert refused.status_code == 422
    shown = followed(county, "office", tick(county, "office", "suspend", county.task, given="1", text="等待批复"))
    assert "等待批复" in shown and "已中止" in shown


def test_the_office_reads_each_units_words_and_evidence_before_it_closes(county: County) -> None:
    evidence = [EvidenceDraft(Evidence.Kind.NUMBER, "蔡政发〔2023〕3号")]
    apply_to_close(
        task=county.task, unit=county.lead, text="已印发通知", evidence=evidence, by=county.actor("liaison"), now=NOW
    )
    shown = followed(county, "office", tick(county, "office", "accept", county.task, county.sibling))
    assert "已印发通知" in shown and "蔡政发〔2023〕3号" in shown
    assert "审核销号 · 1 项" in shown
    assert "不办理：" in shown and "事项当前为“已交办”" in shown


def test_an_action_of_another_post_is_refused_and_an_unknown_one_is_none(county: County) -> None:
    assert tick(county, "liaison", "accept", county.task).status_code == 403
    assert tick(county, "office", "explode", county.task).status_code == 404


def test_the_bar_offers_what_the_post_allows(county: County) -> None:
    def offered(who: str) -> set[str]:
        return {act.address.split("/")[-2] for act in county.get(who, "ledger").context["bulk"]}

    assert offered("liaison") == {"acknowledge", "no-change"}
    assert offered("head") == {"acknowledge", "no-change", "agree-extension"}
    assert offered("leader") == {"instruct"}
    assert offered("auditor") == set()
    assert "accept" in offered("office") and "acknowledge" not in offered("office")


def test_a_preview_asks_no_more_the_more_rows_it_has(county: County) -> None:
    counts = []
    for number in (5, 30):
        tasks = [make.task(county.lead, county.support) for _ in range(number)]
        tick(county, "liaison", "acknowledge", *tasks)
        address = reverse("web:ledger_batch", args=[Batch.objects.latest("pk").pk])
        county.client("liaison").get(address)
        with CaptureQueriesContext(connection) as asked:
            county.client("liaison").get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_upload_that_is_being_done_is_watched_and_stopped_the_same_way(county: County) -> None:
    of = {"user": county.users["liaison"], "action": "import", "file_name": "台账.xlsx", "made_at": NOW}
    plan = Batch.objects.create(state=Batch.State.APPLYING, **of)
    plan.rows.create(place=4, task=county.task, version=1, outcome="ready", act={"do": "progress"})
    page = text_of(county.get("liaison", "ledger_batch", plan.pk))
    assert "已办 0 / 1" in page and reverse("web:ledger_batch_stop", args=[plan.pk]) in page
    county.post_to("liaison", "ledger_batch_stop", plan.pk)
    # What is left of an upload can be decided anew.
    assert Batch.objects.get().state == Batch.State.PLANNED
