"""A short ledger is downloaded at once; a long one is asked for, watched, written by the job and fetched by its asker."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import NOW
from tests.interfaces.conftest import StandingClock
from tests.interfaces.web.county import County, text_of
from tracker import clock
from tracker.audit.models import AuditEntry, JobRun
from tracker.commitments.models import Export, Task
from tracker.commitments.services.exporting import TAKEN_OUT
from tracker.interfaces.web.jobs import work
from tracker.org.models import Tenure

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("standing_clock")]
State = Export.State


@pytest.fixture(autouse=True)
def long_from_two_rows_on(tmp_path: Path, settings: Any, standing_clock: StandingClock) -> None:
    settings.TRACKER_EXPORT_DIR = tmp_path
    settings.TRACKER_EXPORT_AT_ONCE = 1


def ask(county: County, who: str, query: str = "standing=all&col=due&col=percent") -> Export:
    answer = county.client(who).post(f"{reverse('web:ledger_export')}?{query}&after=9~&view=all")
    assert answer.status_code == 303
    return Export.objects.get(pk=int(answer["Location"].split("/")[-2]))


def test_a_long_list_says_so_before_it_is_asked_for_and_changes_nothing(county: County) -> None:
    page = text_of(county.get("office", "ledger_export", standing="all"))
    assert "清单共 2 项" in page and "后台导出" in page
    assert not Export.objects.exists() and not AuditEntry.objects.filter(action=TAKEN_OUT).exists()


def test_a_list_as_long_as_may_be_waited_for_is_downloaded_at_once(county: County, settings: Any) -> None:
    settings.TRACKER_EXPORT_AT_ONCE = 2
    answer = county.get("office", "ledger_export", standing="all")
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.get(action=TAKEN_OUT).detail["rows"] == 2


def test_the_job_writes_what_was_asked_for_and_its_asker_fetches_it(county: County) -> None:
    Task.objects.filter(pk=county.task.pk).update(percent=40)
    one = ask(county, "office")
    assert one.query == "col=due&col=percent&standing=all"
    assert "取消导出" in text_of(county.get("office", "ledger_export_watch", one.pk))
    work()
    page = text_of(county.get("office", "ledger_export_watch", one.pk))
    assert reverse("web:ledger_export_file", args=[one.pk]) in page
    answer = county.get("office", "ledger_export_file", one.pk)
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    rows = list(load_workbook(BytesIO(data)).active.iter_rows(min_row=4, values_only=True))  # type: ignore[union-attr]
    assert {(row[9], row[-1]) for row in rows} == {(county.task.pk, 40), (county.sibling.pk, None)}
    assert "filename*=UTF-8''%E7%A8%B7" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "可下载" in text_of(county.get("office", "ledger_exports"))


def test_the_file_holds_what_its_asker_may_see_when_it_is_written(county: County) -> None:
    one = ask(county, "office")
    Tenure.objects.filter(user=county.users["office"]).update(user=None)
    Tenure.objects.filter(user=county.users["liaison"]).update(user=county.users["office"])
    work()
    answer = county.get("office", "ledger_export_file", one.pk)
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    rows = list(load_workbook(BytesIO(data)).active.iter_rows(min_row=4, values_only=True))  # type: ignore[union-attr]
    assert [row[9] for row in rows] == [county.task.pk]


def test_who_holds_no_post_any_more_gets_no_file_but_the_reason(county: County) -> None:
    one = ask(county, "office")
    Tenure.objects.filter(user=county.users["office"]).update(withdrawn_at=NOW)
    work()
    one.refresh_from_db()
    assert one.state == State.FAILED and "没有可以查看台账的岗位" in one.why
    Tenure.objects.filter(user=county.users["office"]).update(withdrawn_at=None)
    page = text_of(county.get("office", "ledger_export_watch", one.pk))
    assert one.why in page and "重新导出" in page


def test_nobody_else_sees_fetches_or_cancels_it(county: County) -> None:
    one = ask(county, "office")
    work()
    for route in ("ledger_export_watch", "ledger_export_file"):
        assert county.get("leader", route, one.pk).status_code == 404
    assert county.post_to("leader", "ledger_export_cancel", one.pk).status_code == 404
    assert "尚无后台导出记录" in text_of(county.get("leader", "ledger_exports"))


def test_the_bar_asks_how_far_it_is_and_loads_the_page_once_it_is_there(county: County) -> None:
    JobRun.objects.create(job="work", started_at=clock.real_now(), as_of=NOW, ok=True)
    one = ask(county, "office")
    Export.objects.update(rows_done=2000, rows_all=8000)
    address = reverse("web:ledger_export_watch", args=[one.pk])
    bar = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "progress"}
    part = text_of(county.client("office").get(address, **bar))
    assert 'value="25"' in part and "<h1" not in part
    work()
    assert county.client("office").get(address, **bar).headers["HX-Refresh"] == "true"


def test_a_page_that_waits_for_a_worker_that_does_not_run_says_so(county: County) -> None:
    one = ask(county, "office")
    assert "后台程序没有运行" in text_of(county.get("office", "ledger_export_watch", one.pk))


def test_a_cancelled_file_is_not_written(county: County) -> None:
    one = ask(county, "office")
    assert county.post_to("office", "ledger_export_cancel", one.pk).status_code == 303
    work()
    assert "您已取消" in text_of(county.get("office", "ledger_export_watch", one.pk))
    assert county.post_to("office", "ledger_export_cancel", one.pk).status_code == 409


def test_a_file_that_is_gone_from_the_server_is_said_to_be(county: County, tmp_path: Path) -> None:
    one = ask(county, "office")
    work()
    for file in tmp_path.iterdir():
        file.unlink()
    answer = county.get("office", "ledger_export_file", one.pk)
    assert answer.status_code == 409 and "重新导出" in text_of(answer)


def test_a_ring_that_finds_nothing_is_recorded_once_a_minute_at_most(county: County) -> None:
    work()
    work()
    assert JobRun.objects.filter(job="work").count() == 1
    ask(county, "office")
    work()
    run = JobRun.objects.filter(job="work").latest("pk")
    assert JobRun.objects.filter(job="work").count() == 2
    assert run.counts["files_made"] == 1
