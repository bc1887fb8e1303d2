"""What a draft says: the clause, the duty, the date and how it was counted, and nothing the data does not hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests import factories as make
from tests.notices import making
from tests.notices.making import NOW, TODAY, Cast
from tracker.audit import actors
from tracker.commitments.models import Commitment, Deadline, Task
from tracker.commitments.services import record_event
from tracker.documents.models import Clause, Document
from tracker.escalation.models import EscalationPolicy, EscalationStep
from tracker.escalation.services import sweep
from tracker.notices import services
from tracker.notices.drafting import drafts
from tracker.notices.drafting.words import formal_name, placed, quoted
from tracker.notices.life import State
from tracker.notices.models import Kind, Notice
from tracker.org.models import UnitAlias
from tracker.rules.followup import State as TaskState

pytestmark = [pytest.mark.django_db, pytest.mark.core]
BY = actors.system("sweep")
TITLE = (
    "稷山县人民政府办公室关于印发《稷山县农村综合性改革试点试验项目管理办法》"
    "《稷山县农村综合性改革试点试验专项资金管理办法》的通知"
)


@pytest.fixture
def cast() -> Cast:
    return making.cast()


def rural_reform() -> Document:
    return make.document(
        title=TITLE,
        number="稷政办发〔2023〕15号",
        attachments=[
            "项目办法：稷山县农村综合性改革试点试验项目管理办法（2458—2531行）",
            "资金办法：稷山县农村综合性改革试点试验专项资金管理办法（2533—2581行）",
        ],
    )


def real_policy(document: Document) -> EscalationPolicy:
    """Store the seed's own policy of the rural-reform document."""
    written = making.policy_of("rural-reform")
    policy = EscalationPolicy.objects.create(
        key=written["policy"]["key"], document=document, title=written["policy"]["title"], overdue=[[1, "liaison"]]
    )
    for position, step in enumerate(written["steps"]):
        basis = step["basis"]
        values = {name: value for name, value in step.items() if name != "basis" and value is not None}
        EscalationStep.objects.create(
            policy=policy,
            position=position,
            basis_clause=basis["clause"],
            basis_line=basis["line"],
            basis_quote=basis["quote"],
            **values,
        )
    return policy


def reform_task(cast: Cast, policy: EscalationPolicy) -> Task:
    """Make the duty to evaluate after a project, whose end is recorded on Thursday 1 June 2023."""
    clause = Clause.objects.create(document=policy.document, label="项目办法 第十九条", line=3, text="…")
    of = Commitment.objects.create(
        key="rr-evaluation-after",
        document=policy.document,
        clause=clause,
        line=3,
        quote="事后评价在项目实施完即开展",
        phrase="在项目实施完即开展",
        title="项目实施完即开展事后评价",
        kind="relative",
        relative={"within": 0, "unit": "day", "of": "项目实施完成", "direction": "after", "event": "实施完成"},
        responsibility="stated",
        certainty="hard",
        policy_key=policy.key,
    )
    task = make.task(cast.to, of=of, due=None, state=TaskState.WAITING)
    event = datetime(2023, 6, 1, 2, tzinfo=UTC)
    record_event(commitment=of, happened_on=date(2023, 6, 1), by=cast.first, now=event)
    task.refresh_from_db()
    return task


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)


def test_the_rural_reform_ladder_is_climbed_signature_by_signature(cast: Cast) -> None:
    finance = make.unit("县财政局")
    task = reform_task(cast, real_policy(rural_reform()))
    assert task.due == date(2023, 6, 1)
    seen: dict[str, tuple[date, Notice]] = {}
    for number in range(60):
        day = date(2023, 6, 1) + timedelta(days=number)
        sweep(now=at(day), by=BY)
        for notice in Notice.objects.filter(state=State.PROPOSED).exclude(kind=Kind.DECISION):
            services.record_finding(notice=notice, holds=True, reason="现场核查未评价", by=cast.first, now=at(day))
            services.submit(notice=notice, by=cast.first, now=at(day))
            seen[notice.name] = day, services.sign(notice=notice, by=cast.head, now=at(day))
    assert list(seen) == ["督促函", "通报"]
    letter_day, letter = seen["督促函"]
    assert (letter_day, letter.reply_by) == (date(2023, 6, 6), date(2023, 6, 15))
    bulletin_day, bulletin = seen["通报"]
    assert bulletin_day == date(2023, 6, 20), "three working days after the date the letter set"
    assert "现对稷峰镇人民政府予以通报批评。" in bulletin.body
    assert (
        "2023年6月6日，稷山县国家农村综合性改革试点试验推进项目工作领导小组办公室就该事项向稷峰镇人民政府发出督促函（稷督〔2023〕1号），"
        "要求于2023年6月15日前完成整改并报告。截至2023年6月20日，没有收到回复的记录。" in bulletin.body
    )
    decision = Notice.objects.get(kind=Kind.DECISION)
    assert (decision.issuer, decision.state) == (finance, State.PROPOSED), "the software never decides"
    assert "决定如下：【处理】。" in decision.body


def test_the_letter_of_urging_says_all_a_letter_must_and_no_more(cast: Cast) -> None:
    task = reform_task(cast, real_policy(rural_reform()))
    for number in range(10):
        sweep(now=at(date(2023, 6, 1) + timedelta(days=number)), by=BY)
    letter = Notice.objects.get()
    assert letter.title == "关于“项目实施完即开展事后评价”事项的督促函"
    assert letter.body.split("\n") == [
        "《稷山县人民政府办公室关于印发〈稷山县农村综合性改革试点试验项目管理办法〉〈稷山县农村综合性改革试点试验专项资金管理办法〉的通知》"
        "（稷政办发〔2023〕15号）所附《稷山县农村综合性改革试点试验项目管理办法》第十九条提出：“事后评价在项目实施完即开展”。"
        "2023年5月31日，“项目实施完即开展事后评价”事项交由你单位办理，完成时限为2023年6月1日（原文为“在项目实施完即开展”）。",
        "时限的确定：“项目实施完成”的日期为2023年6月1日。限于2023年6月1日当日。",
        "截至2023年6月6日，该事项尚未办结，已逾期5日（其中工作日3个）。至该日，没有收到你单位反馈进展的记录。",
        "该文件所附《稷山县农村综合性改革试点试验项目管理办法》第二十一条规定：“若发现不符合方案规定的情形，综改办、项目主管部门应向"
        "项目实施单位发督促函要求其限期全面整改”。经审查，【认定】。",
        "现予督促。请你单位（由稷峰镇人民政府镇长负责）于【期限】前完成整改，并将整改情况书面报告"
        "稷山县国家农村综合性改革试点试验推进项目工作领导小组办公室。",
        "特此函告。",
    ]
    assert (letter.addressee, letter.to_post and letter.to_post.title) == ("稷峰镇人民政府", "镇长")
    (matter,) = letter.matters.all()
    assert (matter.task, matter.due, matter.days_late, matter.workdays_late) == (task, date(2023, 6, 1), 5, 3)


def draft_of(cast: Cast, task: Task, **values: Any) -> Notice:
    (draft,) = drafts([making.cause(task, **values)], now=NOW)
    return draft.notice


def test_a_moved_date_is_told_with_the_first_one(cast: Cast) -> None:
    task = making.late_task(cast.to)
    Deadline.objects.create(task=task, version=2, due=date(2023, 6, 5), set_at=NOW, set_by="甲", working=[])
    task.due, task.due_version = date(2023, 6, 5), 2
    task.save()
    assert "原定完成时限为2023年6月2日（原文为“2023年6月9日前”），后调整为2023年6月5日" in draft_of(cast, task).body


def test_how_working_days_were_counted_is_told_with_the_statute(cast: Cast) -> None:
    task = making.late_task(cast.to)
    working = [
        ["count.from_next_day", {"start": "2023-05-05", "first": "2023-05-06"}],
        ["count.makeup", {"days": "2023-05-06"}],
        ["count.workday_reached", {"n": "20", "last": "2023-06-02"}],
    ]
    task.deadlines.update(working=working)
    assert (
        "时限的确定：自2023年5月5日起算，当日不计入，从2023年5月6日开始计算（《民法典》第二百零一条）。"
        "2023年5月6日为调休上班，计为工作日。第20个工作日为2023年6月2日。" in draft_of(cast, task).body
    )


def test_remarks_and_rules_of_the_reading_are_not_printed(cast: Cast) -> None:
    task = making.late_task(cast.to)
    task.deadlines.update(
        working=[
            ["reading.recurring", {"rule": "FREQ=MONTHLY"}],
            ["stated.limit", {"why": "见第1849行"}],
            ["reckon.period", {"label": "2023-05", "first": "2023-05-01", "last": "2023-05-31"}],
        ]
    )
    body = draft_of(cast, task).body
    assert "时限的确定：本期为2023年5月1日至2023年5月31日。\n" in body
    assert "FREQ" not in body
    assert "1849" not in body


def test_the_last_report_is_told_by_its_day(cast: Cast) -> None:
    task = making.late_task(cast.to, reported_at=datetime(2023, 6, 5, 23, 30, tzinfo=UTC))
    assert "你单位最近一次反馈进展的日期为2023年6月6日。" in draft_of(cast, task).body


def test_a_clause_that_does_not_say_criticism_makes_no_criticism(cast: Cast) -> None:
    body = draft_of(cast, making.late_task(cast.to), kind=Kind.BULLETIN, name="通报").body
    assert "通报批评" not in body
    assert f"现对{cast.to.name}予以通报。" in body


def test_a_supervision_notice_is_in_sections_and_a_name_of_its_own_stays(cast: Cast) -> None:
    notice = draft_of(cast, making.late_task(cast.to), kind=Kind.SUPERVISION, name="整改通知书")
    assert notice.title.endswith("的整改通知书")
    headings = [line for line in notice.body.split("\n") if line[1] == "、"]
    assert headings == ["一、事项和时限", "二、办理情况", "三、督办依据", "四、办理要求"]


def test_a_bulletin_of_a_period_counts_every_task_once_and_ranks_nobody(cast: Cast) -> None:
    of = make.commitment(make.document(), due=making.LATE)
    others = [make.unit() for _number in range(3)]
    late = [making.late_task(unit, of=of) for unit in others]
    done = making.late_task(cast.to, of=of, state=TaskState.CLOSED, closed_at=NOW, applied_at=at(making.LATE))
    asked = make.task(make.unit(), of=of, due=making.LATE, state=TaskState.TO_CONFIRM, backfill=True)
    outside = make.task(make.unit(), of=of, due=date(2023, 7, 3))
    notice = services.propose_bulletin(
        tasks=[*late, done, asked, outside], first=date(2023, 4, 1), last=date(2023, 6, 30), by=cast.first, now=NOW
    )
    assert notice.title == "关于2023年第二季度到期承诺事项办理情况的通报"
    assert "到期的承诺事项共4项，涉及4个单位。截至2023年6月7日，其中按期办结1项，逾期未办结3项。" in notice.body
    assert "另有1项在导入时已过完成时限，待责任单位核实，不计入上述数字。" in notice.body
    assert [matter.task for matter in notice.matters.all()] == [*late, done]
    assert notice.needs_finding == ""
    assert "批评" not in notice.body


def test_a_bulletin_is_received_when_every_unit_it_lists_has_received_it(cast: Cast) -> None:
    other = make.unit()
    tasks = [making.late_task(unit) for unit in (cast.to, other)]
    notice = services.propose_bulletin(
        tasks=tasks, first=date(2023, 6, 1), last=date(2023, 6, 30), by=cast.first, now=NOW
    )
    notice = services.submit(notice=notice, by=cast.first, now=NOW)
    notice = services.issue(notice=services.sign(notice=notice, by=cast.second, now=NOW), by=cast.first, now=NOW)
    first = services.record_receipt(notice=notice, unit=cast.to, by=cast.liaison, now=NOW)
    assert first.state == State.ISSUED
    second = services.record_receipt(notice=notice, unit=other, by=cast.first, now=NOW, received_by="王某")
    assert second.state == State.RECEIVED
    assert services.close(notice=second, by=cast.first, now=NOW).state == State.CLOSED


@pytest.mark.parametrize(
    ("name", "formal"),
    [
        ("县财政局", "稷山县财政局"),
        ("县政府办公室", "稷山县人民政府办公室"),
        ("县委宣传部", "中共稷山县委宣传部"),
        ("稷峰镇人民政府", "稷峰镇人民政府"),
        ("稷山县人民政府", "稷山县人民政府"),
        ("国网稷山供电公司", "国网稷山供电公司"),
    ],
)
def test_a_units_formal_name_begins_with_the_county(name: str, formal: str) -> None:
    assert formal_name(name) == formal


def test_a_known_full_spelling_is_the_formal_name(cast: Cast) -> None:
    UnitAlias.objects.create(unit=cast.issuer, name="稷山县综改办")
    UnitAlias.objects.create(unit=cast.issuer, name="综改办")
    assert making.proposed(cast).issuer_name == "稷山县综改办"


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("项目办法 第二十一条", "所附《稷山县农村综合性改革试点试验项目管理办法》第二十一条"),
        ("项目办法 第二十一条(1)", "所附《稷山县农村综合性改革试点试验项目管理办法》第二十一条(1)"),
        ("四（五）", "第四部分第（五）项"),
        ("五（四）3", "第五部分第（四）项第3点"),
        ("三", "第三部分"),
        ("第二十一条", "第二十一条"),
        ("附件 县住建局", "附件县住建局"),
    ],
)
def test_a_clause_is_cited_as_a_text_refers_to_it(label: str, said: str) -> None:
    assert placed(rural_reform(), label) == said


def test_a_short_name_that_an_attachment_spells_out_is_understood() -> None:
    plans = make.document(
        attachments=["稷山县妇女发展“十四五”规划（67–599行）", "稷山县儿童发展“十四五”规划（601–1106行）"]
    )
    assert placed(plans, "妇女规划 三（五）") == "所附《稷山县妇女发展“十四五”规划》第三部分第（五）项"


def test_quotation_marks_inside_a_quote_become_single() -> None:
    assert quoted("聚焦打造“三无”“三可”营商环境 ") == "“聚焦打造‘三无’‘三可’营商环境”"


def test_the_draft_of_a_day_is_the_draft_of_that_civil_day(cast: Cast) -> None:
    assert draft_of(cast, making.late_task(cast.to)).as_of == TODAY
