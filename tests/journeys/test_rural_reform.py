"""Live what issue and clause promise, on the real gazette: a duty of the rural reform goes from its date to the decision of
an authority, each paper found, signed and issued by people; a document without a clause stays at reminders for a year.
"""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings

from tests import factories as make
from tracker.audit.actors import Actor, NotPermitted, Role, system
from tracker.audit.selectors import verify_chain
from tracker.commitments import services as commitments
from tracker.commitments.models import Commitment, Task
from tracker.documents.models import Document
from tracker.escalation.models import StepTaken
from tracker.escalation.selectors import ladder_of
from tracker.escalation.services import sweep
from tracker.interfaces.cli import seed
from tracker.messaging.models import Item
from tracker.notices import selectors, services
from tracker.notices.models import Kind, Notice
from tracker.notices.paper.content import paper
from tracker.notices.paper.docx import docx_file
from tracker.notices.paper.pdf import pdf
from tracker.org.models import Tenure, Unit
from tracker.rules.followup import State
from tracker.rules.workdays import ONE_DAY

pytestmark = [pytest.mark.django_db, pytest.mark.core]

SHIPPED = Path(settings.TRACKER_SEED_DIR)
MONDAY = date(2023, 6, 5)
OFFICE_OF_GROUP = "稷山县国家农村综合性改革试点试验推进项目工作领导小组办公室"


def at(day: date, hour: int = 1) -> datetime:
    """Return an instant of a day: 09:00 in Shanghai, an hour later for each `hour` more than 1."""
    return datetime.combine(day, time(hour), UTC)


class Reform:
    """Be the county with its gazette loaded, its supervision office, and one reform duty laid on a township."""

    def __init__(self) -> None:
        seed.apply(seed.plan(SHIPPED), by=system("load-seed"), now=at(date(2023, 5, 31)), say=lambda line: None)
        office = make.post(Unit.objects.get(name="县政府办公室"), Role.SUPERVISION, title="督查室")
        self.first, self.second = make.actor(make.user(office)), make.actor(make.user(office))
        self.township = Unit.objects.get(name="稷峰镇人民政府")
        self.head = make.person(Role.UNIT_HEAD, self.township)
        self.today = MONDAY
        # Only what this journey is about is swept: the rest of the gazette has its own tests.
        Task.objects.update(next_look_at=None)

    def lay_on_township(self) -> None:
        """Record that a project was carried out on the Monday, and lay its evaluation on the township."""
        duty = Commitment.objects.get(key="rr-evaluation-after")
        (task,) = commitments.record_event(commitment=duty, happened_on=MONDAY, by=self.first, now=at(MONDAY))
        (laid,) = commitments.break_down(task=task, units=[self.township], by=self.first, now=at(MONDAY))
        self.pk = laid.pk

    @property
    def task(self) -> Task:
        return Task.objects.select_related("commitment__document", "commitment__clause", "lead").get(pk=self.pk)

    def live_until(self, day: date) -> None:
        """Let every day through `day` pass with its sweep."""
        while self.today < day:
            self.today += ONE_DAY
            sweep(now=at(self.today), by=system("sweep"))

    def taken(self) -> dict[str, date]:
        steps = StepTaken.objects.filter(task=self.pk, kind="step").order_by("pk")
        return {row.part.removeprefix("step:rural-reform-"): row.due_on for row in steps}

    def proposed(self) -> Notice:
        """Return the one notice that waits."""
        return Notice.objects.get(tasks=self.pk, state="proposed")

    def send(self, notice: Notice, reason: str) -> Notice:
        """Find, hand in, sign by another person, issue, and look at both files; the text is frozen and verifies."""
        by = {"by": self.first, "now": at(self.today, 2)}
        notice = services.record_finding(notice=notice, holds=True, reason=reason, **by)
        notice = services.submit(notice=notice, **by)
        with pytest.raises(NotPermitted):
            services.sign(notice=notice, by=self.first, now=at(self.today, 3))
        notice = services.sign(notice=notice, by=self.second, now=at(self.today, 3))
        notice = services.issue(notice=notice, **by)
        look_at_files(notice)
        found = selectors.verify(notice.number_text, notice.code)
        assert found is not None and found.intact and found.in_force
        return notice


def look_at_files(notice: Notice) -> None:
    content = paper(notice, now=at(date(2023, 12, 29)))
    assert pdf(content).startswith(b"%PDF-")
    with zipfile.ZipFile(BytesIO(docx_file(content))) as file:
        words = file.read("word/document.xml").decode()
    assert notice.number_text.split("〕")[1].removesuffix("号") in words and "稷峰镇人民政府" in words


@pytest.fixture
def reform() -> Reform:
    return Reform()


def test_a_reform_duty_goes_from_its_date_to_the_decision_of_the_authority(reform: Reform) -> None:
    reform.lay_on_township()
    task = reform.task
    assert (task.due, task.state, task.commitment.document.number) == (MONDAY, State.ASSIGNED, "稷政办发〔2023〕15号")

    # A working day late its office is told, three working days late a letter of urging is drafted; nobody outside hears.
    reform.live_until(date(2023, 6, 8))
    assert reform.taken() == {"report": date(2023, 6, 6), "letter": date(2023, 6, 8)}
    letter = reform.proposed()
    assert (letter.kind, letter.name, letter.issuer_name) == (Kind.URGING, "督促函", OFFICE_OF_GROUP)
    assert not selectors.visible_notices(reform.head).exists()
    reform.live_until(date(2023, 6, 12))
    letter = reform.send(letter, "现场核查，事后评价尚未开展，实施单位未说明原因。")
    assert (letter.number_text, letter.reply_by) == ("稷督〔2023〕1号", date(2023, 6, 21))
    assert "限期全面整改" in letter.body and "2023年6月21日前完成整改" in letter.body
    assert selectors.visible_notices(reform.head).get() == letter
    services.record_receipt(notice=letter, unit=reform.township, by=reform.head, now=at(reform.today, 5))

    # The day for rectification passes: asked for on the day, criticised three working days after it (the feast apart).
    reform.live_until(date(2023, 6, 21))
    assert reform.taken()["rectification"] == date(2023, 6, 21)
    assert selectors.waiting(reform.first, on=date(2023, 6, 22)).overdue == 1
    reform.live_until(date(2023, 6, 27))
    assert reform.taken()["criticism"] == date(2023, 6, 27)
    bulletin = reform.send(reform.proposed(), "整改期满，未收到审计结果和整改报告。")
    assert (bulletin.kind, bulletin.number_text) == (Kind.BULLETIN, "稷督〔2023〕2号")
    assert "予以通报批评" in bulletin.body and "督促函（稷督〔2023〕1号）" in bulletin.body
    assert "已逾期22日" in bulletin.body and "没有收到回复的记录" in bulletin.body

    # Only the finance bureau's own head decides on the funds, and the software says no word of what is decided.
    reform.live_until(date(2023, 7, 4))
    assert reform.taken()["hold-funds"] == date(2023, 7, 4)
    decision = reform.proposed()
    assert (decision.kind, decision.issuer_name, decision.measures) == (Kind.DECISION, "稷山县财政局", "")
    finance = finance_head()
    by = {"by": reform.first, "now": at(reform.today, 2)}
    decision = services.record_finding(
        notice=decision, holds=True, reason="经督促、通报批评仍不整改", measures="暂停拨付该项目第二批专项资金", **by
    )
    decision = services.submit(notice=decision, **by)
    with pytest.raises(NotPermitted, match="稷山县财政局"):
        services.sign(notice=decision, by=reform.second, now=at(reform.today, 3))
    decision = services.issue(notice=services.sign(notice=decision, by=finance, now=at(reform.today, 3)), **by)
    look_at_files(decision)
    assert "暂停拨付该项目第二批专项资金" in decision.body

    # The work is done after all: closed, and nothing more comes, the last rung neither.
    commitments.apply_to_close(
        task=reform.task, unit=reform.township, text="已完成评价", done_on=reform.today, by=reform.head,
        now=at(reform.today, 5),
    )  # fmt: skip
    commitments.review(task=reform.task, decision="closed", by=reform.second, now=at(reform.today, 6))
    steps = reform.taken()
    reform.live_until(date(2023, 8, 31))
    assert (reform.taken(), reform.task.state) == (steps, State.CLOSED)
    assert not Notice.objects.filter(tasks=reform.pk, state="proposed").exists()
    assert verify_chain().whole


def test_every_rung_of_that_ladder_stands_under_its_clause(reform: Reform) -> None:
    reform.lay_on_township()
    steps = [rung.planned for rung in ladder_of(reform.task, now=at(MONDAY)) if rung.planned.step]
    assert len(steps) == 6
    text = reform.task.commitment.document.gazette.text.replace("\n", "")
    for planned in steps:
        assert planned.basis is not None and planned.basis.quote in text
        assert planned.step is not None and (planned.step.action in {"notify"} or planned.step.needs_finding)


def test_a_document_without_a_clause_never_goes_beyond_reminders_for_a_year(reform: Reform) -> None:
    plans = Document.objects.get(slug="spatial-plans")
    assert not plans.policies.exists()
    tasks = Task.objects.filter(commitment__document=plans)
    assert tasks.filter(due=date(2023, 6, 30)).count() == 28
    tasks.update(next_look_at=at(MONDAY))
    day = MONDAY
    while day < MONDAY + timedelta(days=366):
        sweep(now=at(day), by=system("sweep"))
        day += timedelta(days=7)
    taken = StepTaken.objects.filter(task__in=tasks)
    assert set(taken.values_list("kind", flat=True)) == {"reminder"}
    last = taken.order_by("-taken_at").values_list("taken_at", flat=True)[0]
    assert last < at(date(2023, 9, 1)), "reminders end; nothing is said for ever"
    assert not Notice.objects.filter(tasks__in=tasks).exists()
    assert not Item.objects.filter(task__in=tasks).exclude(kind__in=["assignment", "reminder"]).exists()
    assert tasks.filter(state=State.ASSIGNED, due=date(2023, 6, 30)).exists()


def finance_head() -> Actor:
    """Give the head of the finance bureau, who holds the post by the gazette, an account."""
    tenure = Tenure.objects.get(holder="杨志军", post__unit__name="县财政局", post__role=Role.UNIT_HEAD)
    tenure.user = make.user(name="杨志军")
    tenure.save(update_fields=["user"])
    return make.actor(tenure.user, on=date(2023, 7, 4))
