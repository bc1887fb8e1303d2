"""What a ledger that comes in may hold besides progress: remarks, answers to the backlog, unknown duties, strange files."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests import factories as make
from tests.factories import NOW
from tests.interfaces.web.county import County, text_of
from tests.interfaces.web.test_sheets import edited, out, rows_of, saved, send, sheet_of, take_in, written
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Batch, BatchRow, ProgressReport, Proposal, Task
from tracker.commitments.services import name_blocker
from tracker.commitments.services.remarking import remark
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

Outcome = BatchRow.Outcome
COLUMNS = ["事项", "依据文件", "牵头单位", "配合单位", "完成时限", "进展情况", "完成情况", "备注"]
KNOWN = ["设立普查领导小组", "稷政发〔2023〕7号", "蔡村乡人民政府"]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def apply(county: County, who: str, batch: Batch, *places: int) -> None:
    county.client(who).post(reverse("web:ledger_batch_apply", args=[batch.pk]), {"row": list(places)})


def fresh(county: County) -> Task:
    return Task.objects.get(pk=county.task.pk)


# -- remarks


def test_a_remark_goes_out_under_its_heading_and_comes_back_as_nothing_to_change(county: County) -> None:
    Task.objects.filter(pk=county.task.pk).update(provisional=True)
    name_blocker(task=county.task, blocker=county.support, note="等数据", by=county.actor("liaison"), now=NOW)
    remark(task=county.task, text="请县长周会听取", by=county.actor("office"), now=NOW)
    data = out(county.client("office"))
    row = next(row for row in sheet_of(data).iter_rows(min_row=4, values_only=True) if row[9] == county.task.pk)
    assert row[8].splitlines()[0] == "请县长周会听取"
    assert "暂定" in row[8] and "等数据" in row[8]
    assert rows_of(take_in(county.client("office"), data), Outcome.READY, Outcome.LEFT_OUT) == []


def test_words_written_before_the_trackers_own_notes_become_the_remark_alone(county: County) -> None:
    Task.objects.filter(pk=county.task.pk).update(provisional=True)
    client = county.client("liaison")
    data = out(client)
    said = sheet_of(data)["I4"].value
    batch = take_in(client, edited(data, {"I4": f"资金未到位。{said}"}))
    (row,) = rows_of(batch, Outcome.READY)
    assert [change[:4] for change in row.changes] == [["note", "I4", "", "资金未到位。"]]
    apply(county, "liaison", batch, 4)
    assert (fresh(county).remark, fresh(county).state) == ("资金未到位。", county.task.state)
    assert not ProgressReport.objects.exists()
    entry = AuditEntry.objects.get(action="commitments.remarked")
    assert (entry.actor_id, entry.detail["text"]) == (county.users["liaison"].pk, "资金未到位。")
    assert "资金未到位。" in text_of(county.get("liaison", "task", county.task.pk))


def test_a_row_with_progress_and_a_remark_does_both(county: County) -> None:
    client = county.client("liaison")
    batch = take_in(client, edited(out(client), {"G4": "名单已拟定", "I4": "待印发"}))
    apply(county, "liaison", batch, 4)
    assert ProgressReport.objects.get().text == "名单已拟定"
    assert fresh(county).remark == "待印发"


def test_a_supporting_unit_writes_no_remark_over_the_lead_units(county: County) -> None:
    client = county.client("helper")
    batch = take_in(client, edited(out(client), {"I4": "配合单位的话"}))
    (row,) = rows_of(batch, Outcome.LEFT_OUT)
    assert "蔡村乡人民政府" in row.changes[0][4]
    refused = county.do("helper", "remark", text="配合单位的话")
    assert refused.status_code == 403


def test_an_emptied_remark_is_told_and_stays_until_it_is_taken_away_on_the_page(county: County) -> None:
    remark(task=county.task, text="请县长周会听取", by=county.actor("office"), now=NOW)
    client = county.client("liaison")
    batch = take_in(client, edited(out(client), {"I4": None}))
    (row,) = rows_of(batch, Outcome.LEFT_OUT)
    assert "请在事项页办理" in row.changes[0][4]
    county.do("liaison", "remark", text="")
    assert fresh(county).remark == ""


# -- the backlog


def test_done_on_a_duty_of_the_backlog_confirms_the_day_for_the_unit(county: County) -> None:
    county.set_state(State.TO_CONFIRM)
    client = county.client("liaison")
    batch = take_in(client, edited(out(client), {"H4": "已完成 2023-05-30", "G4": "领导小组已成立"}))
    (row,) = rows_of(batch, Outcome.READY)
    assert (row.act["do"], row.ticked) == ("confirm", True)
    apply(county, "liaison", batch, 4)
    assert (fresh(county).state, fresh(county).done_on) == (State.AWAITING_REVIEW, date(2023, 5, 30))
    assert ProgressReport.objects.get().kind == ProgressReport.Kind.BACKFILL


def test_done_without_a_day_waits_for_a_tick(county: County) -> None:
    county.set_state(State.TO_CONFIRM)
    client = county.client("liaison")
    batch = take_in(client, edited(out(client), {"H4": "完成"}))
    (row,) = rows_of(batch, Outcome.READY)
    assert row.ticked is False
    assert row.act["day"] == "2023-06-05"


def test_not_done_with_its_day_is_followed_up_towards_that_day(county: County) -> None:
    county.set_state(State.TO_CONFIRM)
    client = county.client("liaison")
    batch = take_in(client, edited(out(client), {"H4": "未完成", "F4": date(2023, 8, 31)}))
    (row,) = rows_of(batch, Outcome.READY)
    assert [change[0] for change in row.changes] == ["done"]
    apply(county, "liaison", batch, 4)
    assert (fresh(county).state, fresh(county).due) == (State.IN_PROGRESS, date(2023, 8, 31))


def test_not_done_without_a_day_is_asked_for_one(county: County) -> None:
    county.set_state(State.TO_CONFIRM)
    client = county.client("liaison")
    (row,) = rows_of(take_in(client, edited(out(client), {"H4": "未完成"})), Outcome.LEFT_OUT)
    assert "2023-08-31" in row.changes[0][4]


def test_the_office_records_how_a_duty_of_the_backlog_stands_and_cannot_accept_it_itself(county: County) -> None:
    county.set_state(State.TO_CONFIRM)
    client = county.client("office")
    data = out(client, standing="all")
    place = next(row[0].row for row in sheet_of(data).iter_rows(min_row=4) if row[9].value == county.task.pk)
    batch = take_in(client, edited(data, {f"H{place}": "已办结 2023-06-01"}), "乡镇报表.xlsx")
    apply(county, "office", batch, place)
    assert fresh(county).state == State.AWAITING_REVIEW
    assert "乡镇报表.xlsx" in ProgressReport.objects.get().evidence.get().value
    county.do("office", "review", decision="closed", reason="")
    assert fresh(county).state == State.AWAITING_REVIEW


# -- duties nobody knows


def new_row(**said: str) -> list[str]:
    given = {
        "事项": "设立村级普查工作组",
        "依据文件": "稷政发〔2023〕7号",
        "牵头单位": "蔡村乡人民政府",
        "完成时限": "2023年6月8日前",
        "备注": "由各村落实",
    } | said
    return [given.get(column, "") for column in COLUMNS]


def test_a_row_of_no_known_duty_becomes_a_proposal_and_the_office_registers_it_from_the_document(
    county: County,
) -> None:
    batch = take_in(county.client("office"), written(COLUMNS, new_row()))
    page = text_of(county.get("office", "ledger_batch", batch.pk))
    assert "设立村级普查工作组" in page and "2023-06-08" in page
    apply(county, "office", batch, 2)
    proposal = Proposal.objects.get()
    assert (proposal.document, proposal.said["note"]) == (county.document, "由各村落实")
    assert Task.objects.count() == 2
    assert f'href="{reverse("web:proposal", args=[proposal.pk])}"' in text_of(
        county.get("office", "ledger_batch", batch.pk)
    )

    shown = text_of(county.get("office", "proposal", proposal.pk))
    assert "村委会于6月8日前设立普查工作组" in shown
    words = {
        "document": county.document.pk,
        "clause": "四（三）",
        "quote": "村委会于6月8日前设立普查工作组",
        "phrase": "6月8日前",
        "title": "设立村级普查工作组",
        "lead": [county.lead.pk],
    }
    seen = county.post_to("office", "proposal", proposal.pk, **words)
    assert seen.status_code == 200
    assert Task.objects.count() == 2
    accepted = county.post_to("office", "proposal", proposal.pk, accept="1", **words)
    assert accepted.status_code == 303, text_of(accepted)
    proposal.refresh_from_db()
    assert proposal.commitment is not None
    assert (proposal.state, proposal.commitment.line) == (Proposal.State.ACCEPTED, 6)
    task = proposal.commitment.tasks.get()
    assert (task.lead, task.due, task.remark) == (county.lead, date(2023, 6, 8), "由各村落实")
    assert AuditEntry.objects.filter(action="intake.proposal_accepted", actor_id=county.users["office"].pk).exists()
    # The same row now speaks of the task.
    again = take_in(county.client("office"), written(COLUMNS, new_row(进展情况="已设立12个")), "再报.xlsx")
    (row,) = rows_of(again, Outcome.READY)
    assert (row.task, row.act["do"]) == (task, "record")


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"quote": "村委会应当于6月8日前设立普查工作组"}, "quote", "稷政发〔2023〕7号"),
        ({"phrase": "6月9日前"}, "phrase", "稷政发〔2023〕7号"),
        ({"due": "2023-06-20"}, "why_not", "2023-06-08"),
        ({"quote": "普查"}, "line", "1、3、6"),
    ],
)
def test_what_does_not_stand_in_the_document_is_not_registered(
    county: County, wrong: dict[str, str], field: str, said: str
) -> None:
    batch = take_in(county.client("office"), written(COLUMNS, new_row()))
    apply(county, "office", batch, 2)
    words = {
        "document": county.document.pk,
        "clause": "四（三）",
        "quote": "村委会于6月8日前设立普查工作组",
        "phrase": "6月8日前",
        "title": "设立村级普查工作组",
        "lead": [county.lead.pk],
        "accept": "1",
    } | wrong
    refused = county.post_to("office", "proposal", Proposal.objects.get().pk, **words)
    assert refused.status_code == 422
    assert said in " ".join(refused.context["form"].errors[field])
    assert Proposal.objects.get().state == Proposal.State.PROPOSED
    assert Task.objects.count() == 2


def test_a_declined_proposal_tells_its_reason_to_whoever_proposed_it_and_is_not_ticked_again(county: County) -> None:
    data = written(COLUMNS, new_row())
    batch = take_in(county.client("liaison"), data)
    apply(county, "liaison", batch, 2)
    pk = Proposal.objects.get().pk
    assert county.post_to("liaison", "proposal_decline", pk, reason="x").status_code == 403
    county.post_to("office", "proposal_decline", pk, reason="文件未作此要求")
    assert "文件未作此要求" in text_of(county.get("liaison", "proposal", pk))
    assert county.get("helper", "proposal", pk).status_code == 404
    (row,) = rows_of(take_in(county.client("liaison"), data, "再报.xlsx"), Outcome.READY)
    assert row.ticked is False
    assert "文件未作此要求" in row.why


def test_nothing_is_proposed_twice(county: County) -> None:
    data = written(COLUMNS, new_row(), new_row())
    first = take_in(county.client("office"), data)
    assert [row.place for row in rows_of(first, Outcome.READY)] == [2]
    apply(county, "office", first, 2)
    second = take_in(county.client("office"), data, "再报.xlsx")
    assert rows_of(second, Outcome.READY) == []
    assert Proposal.objects.count() == 1


def test_a_unit_proposes_no_duty_of_others(county: County) -> None:
    (row,) = rows_of(take_in(county.client("stranger"), written(COLUMNS, new_row())))
    assert (row.outcome, row.act) == (Outcome.LEFT_OUT, {})


def test_a_unit_nobody_knows_is_named_with_those_it_may_mean_and_waits_for_a_tick(county: County) -> None:
    batch = take_in(county.client("office"), written(COLUMNS, new_row(牵头单位="蔡村乡政府", 配合单位="县统计居")))
    (row,) = rows_of(batch, Outcome.READY)
    told = {change[0]: change[4] for change in row.changes}
    assert "蔡村乡人民政府" in told["lead"] and "县统计局" in told["supports"]
    assert row.ticked is False


def test_candidates_that_were_ruled_out_are_no_cells_of_the_row(county: County) -> None:
    """Three of them were once taken for an address, a value and a fault."""
    make.task(county.lead, of=make.commitment(county.document, title="设立普查领导小组办公室"))
    batch = take_in(county.client("office"), written(COLUMNS, new_row(事项="设立普查领导小组机构")))
    (asked,) = rows_of(batch, Outcome.ASKED)
    assert len(asked.cells["may_be"]) == 3
    county.client("office").post(reverse("web:ledger_batch_again", args=[batch.pk]), {"meant-2": "none"})
    (row,) = rows_of(batch, Outcome.READY)
    assert {change[0] for change in row.changes} == {"source", "lead", "due", "note"}


def test_the_heading_of_a_section_is_no_duty(county: County) -> None:
    book = load_workbook(BytesIO(written(COLUMNS, ["一、重点工作"], KNOWN)))
    assert book.active is not None
    book.active.merge_cells("A2:H2")
    (row,) = rows_of(take_in(county.client("office"), saved(book)), Outcome.LEFT_OUT)
    assert row.place == 2


# -- what files hold


@pytest.mark.parametrize(
    "said",
    [
        "2023年6月2日",
        "2023-06-02",
        "２０２３年６月２日",
        "2023.6.2",
        45079,
        "6月2日前",
        "2023年6月2日前",
        date(2023, 6, 2),
    ],
)
def test_a_date_is_the_same_however_it_is_written(county: County, said: Any) -> None:
    data = written(["牵头单位", "完成时限", "事项"], ["蔡村乡人民政府", said, "设立普查领导小组"])
    (row,) = rows_of(take_in(county.client("office"), data))
    assert (row.outcome, row.changes) == (Outcome.UNCHANGED, [])


def test_another_date_in_words_is_read_and_told_where_it_belongs(county: County) -> None:
    data = written(["牵头单位", "完成时限", "事项"], ["蔡村乡人民政府", "2023年6月底", "设立普查领导小组"])
    (row,) = rows_of(take_in(county.client("office"), data))
    assert row.changes[0][3] == "2023-06-30"
    assert "申请延期" in row.changes[0][4]


@pytest.mark.parametrize("said", ["下个月某天", "6月2日左右", "待定", "本月底", "某日"])
def test_words_that_leave_the_day_open_are_told_at_their_cell(county: County, said: str) -> None:
    data = written(["牵头单位", "完成时限", "事项"], ["蔡村乡人民政府", said, "设立普查领导小组"])
    (row,) = rows_of(take_in(county.client("office"), data))
    ((_column, cell, _old, new, why),) = [change[:5] for change in row.changes]
    assert (cell, new) == ("B2", said)
    assert "2023-06-30" in why


def test_a_formula_that_was_never_reckoned_and_an_error_are_told_by_their_cells(county: County) -> None:
    client = county.client("liaison")
    data = edited(out(client), {"G4": '=CONCAT("已","办")', "I4": "#REF!"})
    (row,) = rows_of(take_in(client, data), Outcome.LEFT_OUT)
    assert {change[1] for change in row.changes} == {"G4", "I4"}


def test_what_was_not_read_of_a_file_is_said_on_the_plan(county: County) -> None:
    book = load_workbook(BytesIO(written([*COLUMNS, "分管领导"], [*KNOWN, "", "", "名单已印发", "", "", "张三"])))
    page = book.active
    assert page is not None
    page.row_dimensions[2].hidden = True
    other = book.create_sheet("历年")
    other.append(COLUMNS)
    batch = take_in(county.client("office"), saved(book))
    shown = text_of(county.get("office", "ledger_batch", batch.pk))
    assert "分管领导" in shown and "历年" in shown
    assert "1 个隐藏行" in shown
    assert [row.place for row in rows_of(batch, Outcome.READY)] == [2]


def archive(*names: str) -> bytes:
    to = BytesIO()
    with zipfile.ZipFile(to, "w") as made:
        for name in names:
            made.writestr(name, "<x/>")
    return to.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧格式"),
        ("序号,事项,牵头单位\n1,设立普查领导小组,蔡村乡\n".encode("gb18030"), ".csv"),
        ("序号,事项,牵头单位\n1,设立普查领导小组,蔡村乡\n".encode(), ".csv"),
        (archive("[Content_Types].xml", "xl/workbook.bin"), ".xlsb"),
        (archive("mimetype", "content.xml"), ".ods"),
        (written(["牵头单位", "完成时限", "进展情况"], ["蔡村乡人民政府", "2023-06-02", "x"]), "第 1 行"),
    ],
    ids=["xls", "csv of windows", "csv", "xlsb", "ods", "no duty column"],
)
def test_another_kind_of_file_is_told_what_to_do_with_it(county: County, data: bytes, said: str) -> None:
    answer = send(county.client("office"), data)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Batch.objects.exists()


def test_a_file_of_sixty_megabytes_is_refused_by_its_size(county: County) -> None:
    answer = send(county.client("office"), bytes(60 * 1024 * 1024))
    assert answer.status_code == 422
    assert "60 MB" in text_of(answer)
