"""What people do to a task: it happens once, it is said, and what was typed is never lost."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories as make
from tests.factories import NOW
from tests.interfaces.web import papers
from tests.interfaces.web.county import County, text_of
from tracker.audit.actors import system
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Deadline, Evidence, Extension, Instruction, ProgressReport, Return, Review, Task
from tracker.escalation.services import sweep
from tracker.interfaces.web.story import _SAYINGS, tell
from tracker.org.models import UnitKind
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

ROOT = Path(__file__).parents[3]


def now(county: County) -> Task:
    return Task.objects.get(pk=county.task.pk)


def test_a_liaison_acknowledges_with_one_click_and_comes_back_to_the_list(county: County) -> None:
    answer = county.do("liaison", "acknowledge", next="/my-unit/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my-unit/")
    assert now(county).state == State.IN_PROGRESS
    assert "已签收：“设立普查领导小组”。" in text_of(county.get("liaison", "my_unit"))


def test_the_page_of_a_task_takes_the_receipt_with_one_click(county: County) -> None:
    Task.objects.filter(pk=county.task.pk).update(due=date(2023, 12, 1))
    shown = county.get("liaison", "task", county.task.pk).content.decode()
    form = re.search(r'<form action="[^"]*/acknowledge/" method="post".*?</form>', shown, re.S)
    assert form is not None and f'name="unit" value="{county.lead.pk}"' in form[0]
    assert 'name="version"' in form[0] and "签收</button>" in form[0]


def test_a_next_page_of_another_site_is_not_followed(county: County) -> None:
    answer = county.do("liaison", "acknowledge", next="https://example.org/")
    assert answer.headers["Location"] == f"/tasks/{county.task.pk}/"


def test_a_liaison_reports_with_number_and_link(county: County) -> None:
    answer = county.do(
        "liaison",
        "report",
        text="镇长任组长，正在发文",
        percent=60,
        evidence_number="稷峰政发〔2023〕11号",
        evidence_link="https://example.org/a",
    )
    assert answer.status_code == 303
    report = ProgressReport.objects.get()
    assert (report.text, report.percent, report.unit) == ("镇长任组长，正在发文", 60, county.lead)
    assert sorted(report.evidence.values_list("kind", flat=True)) == ["link", "number"]
    assert "反馈进展：60%" in text_of(county.get("office", "task", county.task.pk))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("http://oa/docs/12", "http://oa/docs/12"),
        ("http://oa:8080/docs?id=12", "http://oa:8080/docs?id=12"),
        ("http://10.1.2.3/a", "http://10.1.2.3/a"),
        ("www.jishan.gov.cn/a", "https://www.jishan.gov.cn/a"),
    ],
)
def test_a_link_of_the_intranet_is_evidence(county: County, typed: str, kept: str) -> None:
    county.do("liaison", "report", text="已发文", evidence_link=typed)
    assert ProgressReport.objects.get().evidence.get().value == kept
    assert f'href="{kept}"' in text_of(county.get("office", "task", county.task.pk))


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "ftp://oa/a", "已办结", "http://", "http://oa oa/"])
def test_what_no_browser_should_follow_is_no_link(county: County, typed: str) -> None:
    answer = county.do("liaison", "report", text="已发文", evidence_link=typed)
    assert answer.status_code == 422
    assert "http://" in " ".join(answer.context["form"].errors["evidence_link"])
    assert not ProgressReport.objects.exists()


def test_a_late_report_without_a_word_is_asked_for_one_and_keeps_the_rest(county: County) -> None:
    answer = county.do("liaison", "report", percent=60, evidence_number="文〔2023〕1号")
    assert answer.status_code == 422
    assert 'value="60"' in text_of(answer) and 'value="文〔2023〕1号"' in text_of(answer)
    assert not ProgressReport.objects.exists()


def test_a_form_opened_before_somebody_elses_change_comes_back_with_what_was_typed(county: County) -> None:
    version = county.task.version
    county.do("head", "acknowledge")
    answer = county.post_to("liaison", "task_report", county.task.pk, version=version, text="正在研究人选")
    source = text_of(answer)
    assert answer.status_code == 409
    assert "您打开之后，该事项已有变动" in source
    assert "正在研究人选</textarea>" in source
    # Sent again knowingly, it is taken.
    assert f'name="version" value="{now(county).version}"' in source
    assert county.do("liaison", "report", text="正在研究人选").status_code == 303


def test_what_the_state_forbids_is_said_in_the_form(county: County) -> None:
    county.set_state(State.AWAITING_REVIEW)
    answer = county.do("liaison", "report", text="又做了一些")
    assert answer.status_code == 409
    assert "又做了一些</textarea>" in text_of(answer)


def test_a_day_in_the_future_is_refused_at_its_field(county: County) -> None:
    answer = county.do("liaison", "apply_to_close", text="已设立", done_on="2023-06-06")
    assert answer.status_code == 422
    assert "完成日期不能晚于今天。" in text_of(answer)


def test_a_wrong_date_is_named_and_the_text_kept(county: County) -> None:
    answer = county.do("liaison", "apply_to_close", text="已设立", done_on="2023-06-31")
    assert answer.status_code == 422
    assert 'id="task' in text_of(answer) and "已设立</textarea>" in text_of(answer)


def test_a_duty_is_reported_done_reviewed_and_closed(county: County) -> None:
    county.do("liaison", "apply_to_close", text="已设立，镇长任组长", done_on="2023-06-02")
    assert now(county).state == State.AWAITING_REVIEW
    form = text_of(county.get("office", "task_review", county.task.pk))
    assert "已设立，镇长任组长" in form
    assert county.do("office", "review", decision="closed").status_code == 303
    assert "：“设立普查领导小组”" in text_of(county.get("office", "desk"))
    assert now(county).state == State.CLOSED
    page = text_of(county.get("liaison", "task", county.task.pk))
    assert "审核通过，销号" in page and "申请办结，完成日期6月2日" in page.replace("2023年6月2日", "6月2日")


def test_a_return_without_a_reason_is_refused(county: County) -> None:
    county.do("liaison", "apply_to_close", text="已设立", done_on="2023-06-02")
    answer = county.do("office", "review", decision="returned")
    assert answer.status_code == 422
    assert "请写明理由" in text_of(answer)


def test_a_backfilled_task_is_confirmed_as_still_to_be_done(county: County) -> None:
    county.set_state(State.TO_CONFIRM)
    assert county.do("liaison", "confirm_backfill", done="no", day="2023-06-20", text="等批复").status_code == 303
    assert (now(county).state, now(county).due) == (State.IN_PROGRESS, date(2023, 6, 20))


def test_an_event_sets_the_date_and_the_page_says_which(county: County) -> None:
    of = make.commitment(
        county.document,
        kind="relative",
        due=None,
        phrase="批准之日起30个工作日内",
        relative={"within": 30, "unit": "workday", "of": "规划获批", "event": "批准", "direction": "after"},
        title="规划入库备案",
    )
    task = make.task(county.lead, of=of, due=None, state=State.WAITING)
    answer = county.do("head", "record_event", task, happened_on="2023-06-01", evidence="稷政函〔2023〕9号")
    assert answer.status_code == 303
    assert Task.objects.get(pk=task.pk).due is not None
    page = text_of(county.get("head", "task", task.pk))
    assert "登记起算事件：发生于2023年6月1日" in page and "佐证：稷政函〔2023〕9号" in page
    Deadline.objects.filter(task=task, version=1).update(set_by="system")
    page = text_of(county.get("head", "task", task.pk))
    assert "推算" in page and "system" not in page


def test_a_head_who_does_not_agree_says_why_and_the_unit_may_ask_again(county: County) -> None:
    Task.objects.filter(pk=county.task.pk).update(due=date(2023, 6, 20))
    county.do("liaison", "request_extension", new_due="2023-07-10", reason="等省里批复", progress="已报市里")
    refused = county.do("head", "agree_extension", agreed="no", reason=" ")
    assert refused.status_code == 422
    assert "请写明不同意的理由" in text_of(refused)
    assert county.do("head", "agree_extension", agreed="no", reason="人手已经补齐").status_code == 303
    page = text_of(county.get("liaison", "task", county.task.pk))
    assert "单位负责人未同意延期" in page
    assert "人手已经补齐" in page
    again = county.do("liaison", "request_extension", new_due="2023-06-30", reason="等市里批复", progress="已报市里")
    assert again.status_code == 303


def test_an_extension_goes_from_liaison_to_head_to_office_and_keeps_the_old_date(county: County) -> None:
    due = date(2023, 6, 20)
    Task.objects.filter(pk=county.task.pk).update(due=due)
    county.do("liaison", "request_extension", new_due="2023-07-10", reason="等省里批复", progress="已报市里")
    assert "等省里批复" in text_of(county.get("head", "my_unit"))
    assert "等省里批复" in text_of(county.get("head", "task_agree_extension", county.task.pk))
    assert county.do("head", "agree_extension", agreed="yes").status_code == 303
    assert "设立普查领导小组" in text_of(county.get("office", "desk"))
    assert county.do("office", "decide_extension", granted="yes").status_code == 303
    assert now(county).due == date(2023, 7, 10)
    assert Extension.objects.get().state == Extension.State.GRANTED
    assert "6月20日 → 7月10日" in text_of(county.get("auditor", "task", county.task.pk))


def test_who_asks_for_an_extension_is_told_what_it_waits_for(county: County) -> None:
    Task.objects.all().update(due=date(2023, 6, 20))
    asked = {"new_due": "2023-07-10", "reason": "等省里批复", "progress": "已报市里"}
    county.do("liaison", "request_extension", **asked)
    assert "先由单位负责人同意，再由督查室决定" in text_of(county.get("liaison", "my_unit"))
    headless = make.task(county.support, of=county.commitment, due=date(2023, 6, 20))
    county.do("helper", "request_extension", headless, **asked)
    assert "单位负责人没有账号" in text_of(county.get("helper", "my_unit"))


def test_an_extension_the_head_asks_for_goes_to_the_office_at_once(county: County) -> None:
    Task.objects.filter(pk=county.task.pk).update(due=date(2023, 6, 20))
    county.do("head", "request_extension", new_due="2023-07-10", reason="等省里批复", progress="已报市里")
    assert "单位负责人已同意，由督查室决定" in text_of(county.get("head", "my_unit"))


def test_a_leader_writes_an_instruction_that_the_unit_reads(county: County) -> None:
    assert county.do("leader", "instruct", text="请抓紧，周五前报我。").status_code == 303
    assert Instruction.objects.get().by_post
    mine = text_of(county.get("liaison", "my_unit"))
    assert "请抓紧，周五前报我。" in mine
    assert "请抓紧，周五前报我。" in text_of(county.get("liaison", "task", county.task.pk))


def test_a_unit_hands_a_task_back_and_the_office_decides(county: County) -> None:
    county.do("liaison", "return", reason="属县统计局职责")
    assert "属县统计局职责" in text_of(county.get("office", "task_decide_return", county.task.pk))
    answer = county.do("office", "decide_return", accepted="no", reason="通知写明各乡镇")
    assert answer.status_code == 303
    assert "不同意退回，仍由该单位承办" in text_of(county.get("liaison", "task", county.task.pk))


def test_the_lead_names_the_unit_it_waits_for(county: County) -> None:
    county.do("liaison", "name_blocker", blocker=county.support.pk, note="等基本单位名录")
    page = text_of(county.get("office", "task", county.task.pk))
    assert "卡点" in page and "等基本单位名录" in page
    assert county.do("helper", "part_done", text="名录已给").status_code == 303
    assert now(county).blocker is None


def test_a_task_is_suspended_and_resumed_by_the_office(county: County) -> None:
    county.do("office", "suspend", reason="上级调整方案")
    assert "上级调整方案" in text_of(county.get("liaison", "task", county.task.pk))
    assert county.do("office", "resume").status_code == 303
    assert now(county).state == State.ASSIGNED


def test_htmx_puts_the_form_in_its_place_and_a_refusal_back_into_it(county: County) -> None:
    client, address = county.client("liaison"), f"/tasks/{county.task.pk}/report/"
    form = client.get(address, headers={"HX-Request": "true"})
    assert text_of(form).startswith('<div class="inset">')
    refused = client.post(address, {"version": now(county).version}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert refused.headers["HX-Retarget"] == f"#slot-{county.task.pk}"
    assert refused.headers["HX-Reselect"] == ".inset"


def upload(county: County, name: str, content: bytes) -> int:
    file = SimpleUploadedFile(name, content)
    return county.do("liaison", "apply_to_close", done_on="2023-06-02", evidence_file=file).status_code


def test_evidence_is_what_its_bytes_say(county: County, settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert upload(county, "批复.exe", b"MZ") == 422
    assert upload(county, "批复.pdf", b"<html>") == 422
    assert upload(county, "批复.docx", b"PK\x03\x04 not an archive") == 422
    settings.TRACKER_MAX_UPLOAD = 10
    assert upload(county, "批复.pdf", b"%PDF-1.7 and more than ten bytes") == 422
    settings.TRACKER_MAX_UPLOAD = 1000
    assert upload(county, "批复.pdf", b"%PDF-1.7 the approval") == 303
    piece = Evidence.objects.get()
    answer = county.get("office", "evidence", piece.pk)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "批复" not in piece.file.path.removeprefix(str(tmp_path))


def test_an_archive_that_unpacks_to_too_much_is_refused(
    county: County, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import zipfile

    from tracker.interfaces.web.forms import uploads

    monkeypatch.setattr(uploads, "MOST_UNPACKED", 1000)
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 5000)
    assert upload(county, "a.docx", path.read_bytes()) == 422


# What the services put on the chain about something else than a task, by the words its name begins with.
NOT_ABOUT_A_TASK = (
    "commitments.amendment_",
    "commitments.batch_",
    "commitments.commitment_",
    "commitments.ledger_uploaded",
    "commitments.path_",
    "commitments.value_",
    "commitments.view_",
    "escalation.policy_",
    "escalation.warning_",
    "commitments.duty_proposed",
    "commitments.export_",
    "commitments.sheet_kept",
)


def test_every_act_on_a_task_has_words() -> None:
    """Whatever the services and the sweep put on the chain about a task, the story says in a sentence of Chinese."""
    apps = [ROOT / "tracker" / "commitments", ROOT / "tracker" / "escalation"]
    source = "".join(
        path.read_text("utf-8") for app in apps for path in app.rglob("*.py") if "migrations" not in path.parts
    )
    acts = set(
        re.findall(
            r'(?:action = |action=|note\(\s*\w+,\s*|Act\(\s*|act\(\s*|else |^\s*)"((?:commitments|escalation)\.[a-z_]+)"',
            source,
            re.MULTILINE,
        )
    )
    acts |= {f"commitments.report_{kind}" for kind in ProgressReport.Kind.values}
    acts |= {f"commitments.review_{decision}" for decision in Review.Decision.values}
    acts |= {f"commitments.extension_{state}" for state in Extension.State.values}
    acts |= {f"commitments.return_{state}" for state in (Return.State.ACCEPTED, Return.State.REFUSED)}
    acts |= {f"escalation.{kind}_taken" for kind in ("reminder", "step")}
    acts = {act for act in acts if not act.startswith(NOT_ABOUT_A_TASK)} - {"commitments.task"}
    assert len(acts) >= 25
    assert acts <= _SAYINGS.keys()


@pytest.mark.parametrize("action", sorted(_SAYINGS))
def test_the_story_is_told_in_chinese(action: str) -> None:
    entry = AuditEntry(
        at=NOW,
        action=action,
        actor_name="王某",
        detail={
            "unit": "蔡村乡",
            "due": "2023-06-02",
            "old_due": "2023-06-01",
            "new_due": "2023-06-09",
            "days": 3,
            "title": "提请协调",
            "to": "普查办",
            "finding": "无正当理由",
            "happened_on": "2023-06-01",
            "units": ["蔡村乡"],
        },
    )
    (told,) = tell([entry])
    assert re.search(r"[\u4e00-\u9fff]{2}", told.what)
    assert not re.search(r"[a-z_]{3,}", told.what)


def test_the_story_leaves_out_what_was_passed_over(county: County) -> None:
    from django.db import transaction

    from tracker.audit import actors
    from tracker.audit.services import Act, record_many

    acts = [
        Act(
            "escalation.reminder_taken", "commitments.task", str(county.task.pk), "x", {"to": "甲", "passed_over": True}
        ),
        Act("escalation.reminder_taken", "commitments.task", str(county.task.pk), "x", {"to": "乙"}),
    ]
    with transaction.atomic():
        record_many(by=actors.system("sweep"), now=NOW, acts=acts)
    page = text_of(county.get("office", "task", county.task.pk))
    assert "已提醒：乙" in page and "已提醒：甲" not in page


def test_the_story_does_not_say_reminded_where_nobody_is_registered(county: County) -> None:
    """Nobody sits at the post: a record that it was reminded would later be held against its unit."""
    from django.db import transaction

    from tracker.audit import actors
    from tracker.audit.services import Act, record_many

    detail = {"to": "蔡村乡人民政府联络员", "nobody": True}
    acts = [
        Act("escalation.reminder_taken", "commitments.task", str(county.task.pk), "x", detail),
        Act("escalation.step_taken", "commitments.task", str(county.task.pk), "x", {**detail, "title": "整改期满"}),
    ]
    with transaction.atomic():
        record_many(by=actors.system("sweep"), now=NOW, acts=acts)
    page = text_of(county.get("office", "task", county.task.pk))
    assert "已提醒：蔡村乡人民政府联络员" not in page
    assert "到期应提醒；蔡村乡人民政府联络员无人登记，未送达" in page
    assert "整改期满（蔡村乡人民政府联络员无人登记，已告知督查室）" in page


def test_all_that_waits_for_a_receipt_is_acknowledged_at_once(county: County) -> None:
    second = make.task(county.lead, of=make.commitment(county.document, title="做好经费保障", due=date(2023, 12, 31)))
    before = [now(county), second]
    answer = county.post_to(
        "liaison",
        "my_unit_acknowledge",
        unit=county.lead.slug,
        task=[*(f"{task.pk}-{task.version}" for task in before), "x-1", "7"],
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my-unit/")
    assert {task.state for task in Task.objects.filter(lead=county.lead)} == {State.IN_PROGRESS}
    assert "已签收 2 项。" in text_of(county.get("liaison", "my_unit"))
    assert AuditEntry.objects.filter(action="commitments.acknowledged").count() == 2


def test_what_changed_since_it_was_shown_is_not_acknowledged_with_the_rest(county: County) -> None:
    stale = f"{county.task.pk}-{now(county).version}"
    Task.objects.filter(pk=county.task.pk).update(version=9)
    county.post_to("liaison", "my_unit_acknowledge", unit=county.lead.slug, task=[stale])
    assert now(county).state == State.ASSIGNED
    assert "有 1 项在此期间有变动，未签收" in text_of(county.get("liaison", "my_unit"))


def test_nobody_acknowledges_for_another_unit(county: County) -> None:
    version = f"{county.task.pk}-{now(county).version}"
    assert county.post_to("stranger", "my_unit_acknowledge", unit=county.lead.slug, task=[version]).status_code == 403
    # Nor a task of the own form that is another unit's.
    own = county.users["stranger"].tenures.get().post.unit
    assert county.post_to("stranger", "my_unit_acknowledge", unit=own.slug, task=[version]).status_code == 303
    assert now(county).state == State.ASSIGNED


def test_a_slip_can_be_put_right_from_where_it_is_told(county: County) -> None:
    county.do("liaison", "acknowledge", next="/my-unit/")
    assert f'<a href="/tasks/{county.task.pk}/return/">不属于本单位？退回</a>' in text_of(
        county.get("liaison", "my_unit")
    )
    county.do("liaison", "report", text="已成立", percent=60, next="/my-unit/")
    assert f'<a href="/tasks/{county.task.pk}/report/">填错了？重新反馈</a>' in text_of(
        county.get("liaison", "my_unit")
    )


def test_a_letter_to_the_unit_waits_on_its_page(county: County) -> None:
    notice = papers.issued(county)
    source = text_of(county.get("liaison", "my_unit"))
    assert "发给本单位的文书 1" in source and f'href="/notices/{notice.pk}/"' in source
    assert "发给本单位的文书" not in text_of(county.get("stranger", "my_unit"))


def test_the_next_step_against_the_lead_is_not_announced_to_a_supporting_unit(county: County) -> None:
    assert "若无人办理" in text_of(county.get("liaison", "my_unit"))
    assert "若无人办理" not in text_of(county.get("helper", "my_unit"))


def test_a_choice_that_is_made_already_is_not_called_optional(county: County) -> None:
    page = text_of(county.get("administrator", "admin_post_appoint", county.post.pk))
    legend = page[page.index("<legend>任职方式") :].split("</legend>")[0]
    assert "选填" not in legend


def test_laying_a_duty_on_units_that_have_it_says_what_stayed_and_why(county: County) -> None:
    """The page said that the duty was laid on 0 units."""
    county.lead.kind = UnitKind.COLLECTIVE
    county.lead.save()
    make.task(county.support, of=county.task.commitment)
    answer = county.do("office", "break_down", units=[county.support.pk])
    assert answer.status_code == 422
    assert f"未作任何改动：{county.support.name}已承担本事项" in text_of(answer)
    assert now(county).state == State.ASSIGNED
    county.do("office", "break_down", units=[county.support.pk, make.unit("县水利局").pk])
    said = text_of(county.get("office", "desk"))
    assert "已分解到 1 个单位" in said and f"{county.support.name}原已承担，保持不变" in said


def test_a_duty_that_the_chosen_units_all_owe_already_is_withdrawn_where_somebody_vouches_for_it(
    county: County,
) -> None:
    county.lead.kind = UnitKind.COLLECTIVE
    county.lead.save()
    make.task(county.support, of=county.task.commitment)
    county.do("office", "break_down", units=[county.support.pk], settled="on")
    assert now(county).state == State.WITHDRAWN
    assert "均已承担" in text_of(county.get("office", "desk"))


def test_the_ladder_does_not_say_carried_out_where_nobody_was_registered(county: County) -> None:
    sweep(now=NOW, by=system("sweep"))
    assert "当时无人登记，未送达" in text_of(county.get("office", "task", county.sibling.pk))
    ladder = text_of(county.get("office", "task", county.task.pk)).partition('id="next"')[2]
    assert "已执行" in ladder and "当时无人登记" not in ladder
