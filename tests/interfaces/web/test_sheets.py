"""The ledger goes out as Excel and comes in again: unchanged it changes nothing, edited it plans exactly the edits."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from tests import factories as make
from tests.factories import NOW, TODAY
from tests.interfaces.conftest import StandingClock
from tests.interfaces.web.county import County, text_of
from tracker.audit import actors
from tracker.audit.actors import Actor, Role
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Batch, BatchRow, ProgressReport, Task
from tracker.commitments.services import name_blocker, report_progress
from tracker.interfaces.cli import seed
from tracker.org.models import Unit, User
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

SHIPPED = Path(__file__).parents[3] / "tasks_seed"
Outcome = BatchRow.Outcome
HEADINGS = ["序号", "事项", "依据文件", "牵头单位", "配合单位", "完成时限", "进展情况", "完成情况", "备注", "编号"]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def out(client: Client, **query: Any) -> bytes:
    answer = client.get(reverse("web:ledger_export"), query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def send(client: Client, data: bytes, name: str = "台账.xlsx") -> Any:
    return client.post(reverse("web:ledger_import"), {"file": SimpleUploadedFile(name, data)})


def take_in(client: Client, data: bytes, name: str = "台账.xlsx") -> Batch:
    answer = send(client, data, name)
    assert answer.status_code == 303, text_of(answer)
    return Batch.objects.get(pk=int(answer["Location"].split("/")[-2]))


def sheet_of(data: bytes) -> Any:
    return load_workbook(BytesIO(data)).active


def edited(data: bytes, edits: dict[str, Any]) -> bytes:
    """Return the file with these cells set, by address, as somebody would in Excel."""
    book = load_workbook(BytesIO(data))
    for address, value in edits.items():
        book.active[address] = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    to = BytesIO()
    book.save(to)
    return to.getvalue()


def written(*rows: list[Any], above: int = 0) -> bytes:
    """Return a ledger somebody else made: `above` rows of title, then these rows."""
    book = Workbook()
    page = book.active
    assert page is not None
    for _ in range(above):
        page.append(["稷山县重点工作台账"])
    if above:
        page.merge_cells(start_row=1, end_row=above, start_column=1, end_column=6)
    for row in rows:
        page.append(row)
    return saved(book)


def report(task: Task, unit: Unit, text: str, by: Actor) -> None:
    report_progress(task=task, unit=unit, kind=ProgressReport.Kind.PROGRESS, text=text, by=by, now=NOW)


def rows_of(batch: Batch, *outcomes: str) -> list[BatchRow]:
    found = batch.rows.filter(outcome__in=outcomes) if outcomes else batch.rows.all()
    return list(found.select_related("task"))


# -- out


def test_the_ledger_goes_out_in_the_countys_columns_with_real_dates_and_numbers(county: County) -> None:
    Task.objects.filter(pk=county.task.pk).update(percent=40, provisional=True)
    answer = county.get("office", "ledger_export", col=["lead", "due", "percent"])
    assert "filename*=UTF-8''%E7%A8%B7%E5%B1%B1%E5%8E%BF" in answer["Content-Disposition"]
    page = sheet_of(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert [cell.value for cell in page[3]][:10] == HEADINGS
    row = next(row for row in page.iter_rows(min_row=4, values_only=True) if row[9] == county.task.pk)
    assert row[1:5] == (
        "设立普查领导小组",
        "经济普查 稷政发〔2023〕7号 四（三）",
        "蔡村乡人民政府",
        "县统计局",
    )
    assert row[5].date() == date(2023, 6, 2)
    assert "暂定" in row[8]
    assert row[-1] == 40
    assert (page.freeze_panes, page.print_title_rows, page.page_setup.orientation) == ("A4", "$3:$3", "landscape")
    assert page.auto_filter.ref == "A3:L5"
    assert page.column_dimensions["K"].hidden


def test_no_cell_of_the_file_begins_a_formula(county: County) -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
    for text in texts:
        task = make.task(county.lead, of=make.commitment(title=f"{text}事项"))
        report_progress(
            task=task,
            unit=county.lead,
            kind=ProgressReport.Kind.PROGRESS,
            text=f"{text}进展",
            by=county.actor("liaison"),
            now=NOW,
        )
    data = out(county.client("office"))
    page = sheet_of(data)
    cells = [cell for row in page.iter_rows(min_row=4) for cell in row if isinstance(cell.value, str)]
    begun = [cell for cell in cells if cell.value.startswith(("=", "+", "-", "@"))]
    assert len(begun) >= 8
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in begun)
    assert b"<f>" not in zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml")


def test_the_file_holds_what_the_filter_finds_and_the_person_may_see(county: County) -> None:
    def numbers(who: str, **query: Any) -> list[int]:
        return [row[9] for row in sheet_of(out(county.client(who), **query)).iter_rows(min_row=4, values_only=True)]

    assert sorted(numbers("office")) == sorted([county.task.pk, county.sibling.pk])
    assert numbers("liaison") == [county.task.pk]
    assert numbers("leader") == [county.task.pk]
    assert numbers("stranger") == []
    assert numbers("office", unit=county.other.slug) == [county.sibling.pk]


def test_each_export_is_on_record_with_its_filter_and_how_many(county: County) -> None:
    out(county.client("office"), unit=county.lead.slug, col=["lead", "percent"])
    entry = AuditEntry.objects.get(action="commitments.ledger_exported")
    assert entry.actor_id == county.users["office"].pk
    assert entry.detail == {"filters": f"unit={county.lead.slug}", "rows": 1, "columns": ["percent"]}


def test_too_many_exports_within_an_hour_are_refused(county: County, settings: Any) -> None:
    settings.TRACKER_EXPORTS_PER_HOUR = 2
    for _ in range(2):
        out(county.client("office"))
    refused = county.get("office", "ledger_export")
    assert refused.status_code == 422
    assert "一小时内已导出 2 次" in text_of(refused)
    assert county.get("liaison", "ledger_export").status_code == 200


def test_a_supporting_unit_reads_its_own_progress(county: County) -> None:
    report_progress(
        task=county.task,
        unit=county.support,
        kind=ProgressReport.Kind.PROGRESS,
        text="统计局已派员",
        by=county.actor("helper"),
        now=NOW,
    )
    (row,) = sheet_of(out(county.client("helper"))).iter_rows(min_row=4, values_only=True)
    assert row[6] == "统计局已派员"
    assert [r[6] for r in sheet_of(out(county.client("liaison"))).iter_rows(min_row=4, values_only=True)] == [None]


# -- out and in again


@pytest.fixture
def gazette(db: None, standing_clock: StandingClock) -> dict[str, Client]:
    """Load the whole gazette as of 5 June 2023, with somebody of the office and a liaison, signed in."""
    seed.apply(seed.plan(SHIPPED), by=actors.system("load-seed"), now=NOW, say=lambda line: None)
    people = {
        "office": make.user(make.post(make.unit(kind="county_department"), Role.SUPERVISION)),
        "liaison": make.user(make.post(Unit.objects.get(name="县住房和城乡建设管理局"), Role.LIAISON)),
    }
    return {name: signed_in(user) for name, user in people.items()}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_whole_gazette_taken_out_and_in_unchanged_changes_nothing(gazette: dict[str, Client]) -> None:
    for who, standing in (("office", "all"), ("liaison", "open")):
        client = gazette[who]
        batch = take_in(client, out(client, standing=standing))
        assert rows_of(batch, *(set(Outcome.values) - {Outcome.UNCHANGED})) == []
        assert batch.rows.count() == client.get("/ledger/", {"standing": standing}).context["count"].number > 20
        assert "没有需要改动的内容" in text_of(client.get(reverse("web:ledger_batch", args=[batch.pk])))


def test_six_edits_are_planned_as_exactly_six(gazette: dict[str, Client]) -> None:
    client = gazette["office"]
    data = out(client, standing="running", sort="due")
    page = sheet_of(data)
    edits: dict[str, Any] = {
        "G4": "方案已报县政府审定",
        "G9": "完成招标，进场施工",
        "H12": "已完成",
        "H13": "已办结 2023-06-01",
        "F15": date(2023, 12, 31),
        "D18": "县住建局（新）",
    }
    batch = take_in(client, edited(data, edits), "六处修改.xlsx")
    planned = {change[1]: change for row in rows_of(batch) for change in row.changes}
    assert set(planned) == set(edits)
    assert {address for address, change in planned.items() if change[5]} == {"G4", "G9", "H12", "H13"}
    assert planned["F15"][3] == "2023-12-31"
    assert "申请延期" in planned["F15"][4]
    assert "没有这个单位" in planned["D18"][4]
    assert [row.place for row in rows_of(batch, Outcome.READY)] == [4, 9, 12, 13]
    assert batch.rows.exclude(outcome=Outcome.UNCHANGED).count() == 6

    shown = text_of(client.get(reverse("web:ledger_batch", args=[batch.pk])))
    assert "方案已报县政府审定" in shown and "F15" in shown
    client.post(reverse("web:ledger_batch_apply", args=[batch.pk]), {"row": [4, 9, 12, 13]})
    tasks = {place: Task.objects.get(pk=page[f"J{place}"].value) for place in (4, 9, 12, 13, 15)}
    assert tasks[4].reports.get().text == "方案已报县政府审定"
    assert tasks[4].reports.get().unit == tasks[4].lead
    assert "六处修改.xlsx" in tasks[4].reports.get().evidence.get().value
    # Done is applied for; nothing closes by a list, and no date moves.
    assert (tasks[12].state, tasks[13].state) == (State.AWAITING_REVIEW, State.AWAITING_REVIEW)
    assert (tasks[12].done_on, tasks[13].done_on) == (TODAY, date(2023, 6, 1))
    assert tasks[15].due == page["F15"].value.date()
    # The same file once more plans nothing but what it could not do.
    once_more = take_in(client, edited(data, edits), "六处修改.xlsx")
    assert rows_of(once_more, Outcome.READY, Outcome.ASKED) == []


# -- in


def test_a_liaison_reports_for_the_own_unit_and_the_page_shows_the_file_until_it_is_done(county: County) -> None:
    client = county.client("liaison")
    data = out(client)
    batch = take_in(client, edited(data, {"G4": "领导小组名单已拟定"}))
    assert batch.file_name in text_of(county.get("liaison", "ledger_import"))
    assert county.get("office", "ledger_batch", batch.pk).status_code == 404
    client.post(reverse("web:ledger_batch_apply", args=[batch.pk]), {"row": [4]})
    report = ProgressReport.objects.get()
    assert (report.text, report.unit, report.by_id) == ("领导小组名单已拟定", county.lead, county.users["liaison"].pk)
    assert batch.file_name not in text_of(county.get("liaison", "ledger_import"))
    # Sent twice, done once.
    client.post(reverse("web:ledger_batch_apply", args=[batch.pk]), {"row": [4]})
    assert ProgressReport.objects.count() == 1


def test_only_what_is_ticked_is_done_and_the_rest_is_kept(county: County) -> None:
    client = county.client("office")
    data = out(client)
    batch = take_in(client, edited(data, {"G4": "甲", "G5": "乙"}))
    client.post(reverse("web:ledger_batch_apply", args=[batch.pk]), {"row": [5]})
    assert ProgressReport.objects.get().text == "乙"
    batch.refresh_from_db()
    assert batch.state == Batch.State.PLANNED
    county.post_to("office", "ledger_batch_drop", batch.pk)
    batch.refresh_from_db()
    assert (batch.state, bool(batch.file)) == (Batch.State.DROPPED, False)
    assert ProgressReport.objects.count() == 1


def test_the_countys_own_table_is_found_under_its_title_by_other_names(county: County) -> None:
    data = written(
        ["序号", "重点任务", "文件依据", "责任单位", "时间节点", "工作进展"],
        [1, "设立普查 领导小组", "稷政发〔2023〕7号", "蔡村乡人民政府", "2023年6月2日", "名单已印发"],
        [2, "设立普查领导小组", "经济普查", "太阳乡人民政府", "2023.6.2", ""],
        ["填表人：张三", None, None, None, None, None],
        above=2,
    )
    batch = take_in(county.client("office"), data)
    (row,) = rows_of(batch, Outcome.READY)
    assert (row.task, row.place) == (county.task, 4)
    assert [change[:4] for change in row.changes] == [["progress", "F4", "", "名单已印发"]]
    assert [row.place for row in rows_of(batch, Outcome.UNCHANGED)] == [5]


def test_a_doubtful_row_asks_and_is_decided_by_the_person(county: County) -> None:
    data = written(
        ["事项", "依据文件", "牵头单位", "进展情况"],
        ["成立普查工作领导小组", "稷政发〔2023〕7号", "蔡村乡人民政府", "已成立"],
        ["与普查毫无关系的一件事情", "别的文件", "蔡村乡人民政府", "x"],
    )
    client = county.client("office")
    batch = take_in(client, data)
    (asked,) = rows_of(batch, Outcome.ASKED)
    assert asked.cells["may_be"][0] == county.task.pk
    (new,) = rows_of(batch, Outcome.READY)
    assert (new.act["do"], new.task) == ("propose", None)
    again = reverse("web:ledger_batch_again", args=[batch.pk])
    # What was not offered is not taken.
    client.post(again, {"meant-2": "999999"})
    assert rows_of(batch, Outcome.ASKED)
    client.post(again, {"meant-2": str(county.task.pk)})
    ready, _new = rows_of(batch, Outcome.READY)
    assert (ready.task, ready.place) == (county.task, 2)


def test_rows_sorted_apart_from_their_numbers_are_not_taken(county: County) -> None:
    other = make.task(county.lead, of=make.commitment(title="编制专项规划"), due=date(2023, 6, 30))
    client = county.client("office")
    data = out(client)
    page = sheet_of(data)
    place = next(row[0].row for row in page.iter_rows(min_row=4) if row[9].value == other.pk)
    batch = take_in(client, edited(data, {f"J{place}": county.task.pk, f"G{place}": "错位的进展"}))
    row = next(row for row in rows_of(batch) if row.place == place)
    assert row.outcome == Outcome.LEFT_OUT
    assert f"B{place}" in row.why


def test_a_task_changed_after_the_file_was_written_is_not_ticked(county: County) -> None:
    client = county.client("office")
    data = out(client)
    name_blocker(task=county.task, blocker=county.support, note="等数据", by=county.actor("liaison"), now=NOW)
    place = next(row[0].row for row in sheet_of(data).iter_rows(min_row=4) if row[9].value == county.task.pk)
    batch = take_in(client, edited(data, {f"G{place}": "旧表上的话"}))
    (row,) = rows_of(batch, Outcome.READY)
    assert row.ticked is False
    assert "导出之后有变动" in row.why


def test_a_task_changed_after_the_plan_is_shown_again(county: County) -> None:
    client = county.client("office")
    data = out(client)
    batch = take_in(client, edited(data, {"G4": "甲"}))
    (row,) = rows_of(batch, Outcome.READY)
    assert row.task is not None
    name_blocker(task=row.task, blocker=None, note="", by=county.actor("office"), now=NOW)
    client.post(reverse("web:ledger_batch_apply", args=[batch.pk]), {"row": [4]})
    assert [row.outcome for row in rows_of(batch, Outcome.STALE)] == [Outcome.STALE]
    client.post(reverse("web:ledger_batch_again", args=[batch.pk]))
    (row,) = rows_of(batch, Outcome.READY)
    client.post(reverse("web:ledger_batch_apply", args=[batch.pk]), {"row": [4]})
    assert ProgressReport.objects.get().text == "甲"


def test_faults_are_told_by_cell(county: County) -> None:
    client = county.client("office")
    data = out(client, col=["percent"])
    edits = {"H4": "差不多了", "G5": None, "L4": 140, "F5": "抓紧办", "E5": "县统计居"}
    batch = take_in(client, edited(data, edits))
    told = {change[1]: change[4] for row in rows_of(batch) for change in row.changes}
    assert "已完成" in told["H4"]
    assert "0 至 100" in told["L4"]
    assert "无法识别为日期" in told["F5"]
    assert "县统计局" in told["E5"]


def test_the_supporting_unit_cannot_have_the_task_closed(county: County) -> None:
    client = county.client("helper")
    batch = take_in(client, edited(out(client), {"H4": "已完成"}))
    (row,) = rows_of(batch)
    assert row.outcome == Outcome.LEFT_OUT
    assert "只有牵头单位" in row.why


def test_a_unit_reaches_no_task_of_another_by_its_number(county: County) -> None:
    data = written(["编号", "事项", "进展情况"], [county.sibling.pk, "设立普查领导小组", "代人填报"])
    batch = take_in(county.client("liaison"), data)
    (row,) = rows_of(batch)
    assert (row.outcome, row.task) == (Outcome.LEFT_OUT, None)


def bomb() -> bytes:
    to = BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    return to.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7", "不是 Excel 工作簿"),
        (b"PK\x03\x04broken", "已损坏"),
        (bomb(), "解压后过大"),
        (b"", "不是 Excel 工作簿"),
    ],
    ids=["pdf", "broken", "bomb", "empty"],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(county: County, data: bytes, said: str) -> None:
    answer = send(county.client("office"), data)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Batch.objects.exists()


def test_a_table_without_a_heading_or_with_too_many_rows_is_refused(county: County, settings: Any) -> None:
    answer = send(county.client("office"), written(["甲", "乙"], ["1", "2"]))
    assert "没有找到表头" in text_of(answer)
    settings.TRACKER_IMPORT_ROWS = 3
    rows = [["设立普查领导小组", "经济普查", "蔡村乡人民政府"]] * 50
    answer = send(county.client("office"), written(["事项", "依据文件", "牵头单位"], *rows))
    assert "一次最多读取 3 行" in text_of(answer)


def test_whoever_reports_nothing_takes_nothing_in(county: County) -> None:
    for who in ("leader", "auditor", "county_head"):
        assert county.get(who, "ledger_import").status_code == 403
