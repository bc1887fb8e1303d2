"""The pages of notices: what waits, one as it prints, every deed between two persons, the register, verification."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from urllib.parse import unquote

import docx
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from tests import factories as make
from tests.interfaces.web import papers
from tests.interfaces.web.county import County, text_of
from tracker.audit.actors import Role
from tracker.notices.life import State
from tracker.notices.models import Kind, Letterhead, Notice
from tracker.org.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def body_of(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def send(county: County, who: str, verb: str, notice: Notice, **data: object) -> HttpResponse:
    """Send a deed's form on the notice as it is now."""
    version = Notice.objects.get(pk=notice.pk).version
    return county.post_to(who, f"notice_{verb}", notice.pk, **{"version": version, **data})


def now_of(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


@pytest.fixture
def second(county: County) -> str:
    """Give the supervision office a second person, and return who that is."""
    county.users["second"] = make.user(county.office.posts.get(role=Role.SUPERVISION))
    return "second"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("made", [papers.proposed, papers.handed_in, papers.issued, papers.dismissed])
def test_every_page_renders_in_both_languages(county: County, language: str, made: object) -> None:
    User.objects.update(language=language)
    notice = made(county)  # type: ignore[operator]
    for route, args in (
        ("notices", []),
        ("notice", [notice.pk]),
        ("notice_register", []),
        ("notice_letterheads", []),
        ("notice_bulletin", []),
        ("notice_verify", []),
        ("task_notices", [county.task.pk]),
        ("task", [county.task.pk]),
    ):
        page = county.get("office", route, *args)
        assert page.status_code == 200, route
        assert ("Notices" in text_of(page)) is (language == "en")


def test_a_notice_goes_through_two_persons_to_the_addressee_and_back(county: County, second: str) -> None:
    notice = papers.proposed(county)
    assert notice.heading in text_of(county.get("office", "notices"))
    answer = send(county, "office", "find", notice, holds="yes", finding=papers.NEEDED, reason="现场核查未设立")
    assert answer.status_code == 303
    assert send(county, "office", "submit", notice).status_code == 303
    assert "/sign/" not in text_of(county.get("office", "notice", notice.pk)), "whoever prepared it does not sign it"
    assert send(county, "office", "sign", notice).status_code == 403
    assert "/sign/" in text_of(county.get(second, "notice", notice.pk))
    assert send(county, second, "sign", notice).status_code == 303
    assert county.get("liaison", "notice", notice.pk).status_code == 403, "it is not issued yet"
    assert send(county, "office", "issue", notice).status_code == 303
    number = now_of(notice).number_text
    assert number == "稷督〔2023〕1号"
    assert number in text_of(county.get("liaison", "notices"))
    assert number in text_of(county.get("liaison", "task", county.task.pk))
    assert send(county, "liaison", "receive", notice, unit=county.lead.pk).status_code == 303
    answer = send(county, "head", "reply", notice, unit=county.lead.pk, text="已设立", reference="蔡政字〔2023〕3号")
    assert answer.status_code == 303
    page = text_of(county.get("office", "notice", notice.pk))
    assert "已设立" in page
    assert "蔡政字〔2023〕3号" in page
    assert send(county, "office", "close", notice).status_code == 303
    assert now_of(notice).state == State.CLOSED
    page = text_of(county.get("auditor", "notice_register"))
    assert "稷督〔2023〕" in page
    assert notice.heading in page


def test_what_is_refused_comes_back_with_what_was_typed(county: County) -> None:
    notice = papers.found(county)
    answer = send(
        county, "office", "edit", notice, title="改了题目", body="没有期限", addressee="甲", reply_by="2023-06-10"
    )
    assert answer.status_code == 422, "a Saturday"
    page = text_of(answer)
    assert "改了题目" in page
    assert "2023-06-12" in page, "the next working day is named"
    answer = send(county, "office", "find", papers_again(county), holds="yes", finding="", reason="")
    assert answer.status_code == 422


def papers_again(county: County) -> Notice:
    return papers.proposed(county, key="2:1:1:step:notice")


def test_an_edit_on_an_older_version_keeps_what_was_typed(county: County) -> None:
    notice = papers.proposed(county)
    form = {"title": "甲的题目", "body": notice.body, "addressee": "甲"}
    assert send(county, "office", "edit", notice, **form).status_code == 303
    answer = county.post_to("office", "notice_edit", notice.pk, version=1, **{**form, "title": "乙的题目"})
    assert answer.status_code == 409
    assert "乙的题目" in text_of(answer)
    assert now_of(notice).title == "甲的题目"


def test_the_preview_is_drawn_line_by_line_without_style_or_script(county: County) -> None:
    notice = papers.issued(county)
    page = text_of(county.get("office", "notice", notice.pk))
    assert page.count('<svg class="sheet"') == page.count("<figcaption>") >= 1
    assert ">稷督〔2023〕1号</text>" in page
    assert "蔡村乡人民政府：</text>" in page
    assert " style=" not in page
    assert notice.code_text in page


def test_a_notice_is_had_as_pdf_and_as_docx_under_its_number(county: County) -> None:
    notice = papers.issued(county)
    answer = county.get("liaison", "notice_file", notice.pk, "pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "稷督〔2023〕1号" in unquote(answer.headers["Content-Disposition"])
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len(PdfReader(BytesIO(body_of(answer))).pages) >= 1
    answer = county.get("liaison", "notice_file", notice.pk, "docx")
    words = "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(body_of(answer))).paragraphs)
    assert papers.CLAUSE in words
    assert notice.code_text in words
    assert county.get("liaison", "notice_file", notice.pk, "exe").status_code == 409


def test_a_draft_is_no_file_for_the_addressee(county: County) -> None:
    notice = papers.handed_in(county)
    assert county.get("liaison", "notice_file", notice.pk, "pdf").status_code == 403
    assert county.get("stranger", "notice", notice.pk).status_code == 403
    assert county.get("office", "notice", 999_999).status_code == 404


def test_anybody_signed_in_verifies_a_paper(county: County) -> None:
    notice = papers.issued(county)

    def asked(number: str, code: str) -> str:
        return text_of(county.get("stranger", "notice_verify", number=number, code=code))

    assert "属实。" in asked("稷督(2023)1号", notice.code.lower())
    assert notice.issuer_name in asked("稷督〔2023〕1号", notice.code_text)
    assert notice.heading not in asked("稷督〔2023〕1号", "AAAA-AAAA")
    Notice.objects.filter(pk=notice.pk).update(body="改过的文本")
    assert "被改动" in asked("稷督〔2023〕1号", notice.code)


def test_the_office_proposes_on_a_task_by_hand(county: County) -> None:
    county.document.policies.create(
        key="seven",
        title="普查",
        findings=[
            {
                "key": "recover",
                "title": "追回普查经费",
                "against": county.lead.name,
                "needs_finding": "挪用普查经费",
                "signed_by": county.office.name,
                "basis": {"clause": "四（四）", "line": 7, "quote": "做好经费保障。"},
            }
        ],
    )
    county.commitment.policy_key = "seven"
    county.commitment.save()
    assert "追回普查经费" in text_of(county.get("office", "task_notices", county.task.pk))
    assert "追回普查经费" not in text_of(county.get("liaison", "task_notices", county.task.pk))
    answer = county.post_to("office", "task_notice_propose", county.task.pk, "ground", ground="recover", reason="")
    assert answer.status_code == 422
    answer = county.post_to(
        "office", "task_notice_propose", county.task.pk, "ground", ground="recover", reason="审计发现挪用"
    )
    assert answer.status_code == 303
    notice = Notice.objects.get(kind=Kind.DECISION)
    assert (notice.needs_finding, notice.tells_standing, notice.to_unit) == ("挪用普查经费", False, county.lead)
    assert "四（四）" not in notice.body
    assert "第四部分第（四）项规定：“做好经费保障”。" in notice.body
    assert "逾期" not in notice.body, "it does not rest on the task's being late"
    assert county.post_to("office", "task_notice_propose", county.task.pk, "reminder").status_code == 303
    assert Notice.objects.filter(kind=Kind.REMINDER).count() == 1


def test_the_office_drafts_a_bulletin_of_a_period(county: County) -> None:
    answer = county.post_to("office", "notice_bulletin", first="2023-06-05", last="2023-06-01")
    assert answer.status_code == 422
    answer = county.post_to("office", "notice_bulletin", first="2023-04-01", last="2023-06-30")
    assert answer.status_code == 422
    assert "都没有考核条款" in text_of(answer)
    step = {"title": "通报", "action": "draft_notice", "notice": "通报", "needs_signature": True, "offset": 1}
    county.commitment.policy_key = make.policy(county.document, step).key
    county.commitment.save()
    answer = county.post_to("office", "notice_bulletin", first="2023-04-01", last="2023-06-30")
    assert answer.status_code == 303
    notice = Notice.objects.get(kind=Kind.BULLETIN)
    assert list(notice.matters.values_list("unit__name", flat=True)) == sorted([county.lead.name, county.other.name])
    page = text_of(county.get("office", "notice", notice.pk))
    assert "责任单位</text>" in page


def test_the_history_of_the_task_tells_when_its_notice_was_signed_and_issued(county: County) -> None:
    notice = papers.issued(county)
    story = text_of(county.get("liaison", "task", county.task.pk)).partition('id="story"')[2]
    for done in ("签发并编号", "印发"):
        assert f"{notice.name} {notice.number_text}：{done}" in story


def test_the_history_of_a_task_tells_nothing_of_a_notice_its_reader_may_not_see(county: County) -> None:
    notice = papers.handed_in(county)
    told = f"{notice.name}：送签"
    assert told not in text_of(county.get("liaison", "task", county.task.pk))
    assert told in text_of(county.get("office", "task", county.task.pk))


def test_a_letterhead_is_set_on_its_page(county: County) -> None:
    form = {"unit": county.office.pk, "number_prefix": "稷督1", "head": "稷山县人民政府督查室"}
    assert county.post_to("office", "notice_letterheads", **form).status_code == 422
    assert county.post_to("office", "notice_letterheads", **{**form, "number_prefix": "稷政督"}).status_code == 303
    assert Letterhead.objects.get().prefix == "稷政督"
    assert papers.signed(county).number_text == "稷政督〔2023〕1号"


def test_a_reply_that_is_late_is_said_to_be(county: County, standing_clock: object) -> None:
    notice = papers.issued(county)
    assert notice.reply_by == date(2023, 6, 14)
    standing_clock.instant = standing_clock.instant.replace(day=16)  # type: ignore[attr-defined]
    page = text_of(county.get("office", "notices"))
    assert "回复逾期2天" in page


def test_a_dismissed_notice_is_proposed_anew_once(county: County) -> None:
    notice = papers.dismissed(county)
    assert county.post_to("office", "notice_replace", notice.pk).status_code == 303
    assert county.post_to("office", "notice_replace", notice.pk).status_code == 409
    assert Notice.objects.get(replaces=notice).state == State.PROPOSED


@pytest.mark.parametrize("route", ["notices", "notice_register"])
def test_a_list_asks_no_more_the_more_there_is(county: County, route: str) -> None:
    counts = []
    for number in range(2):
        for more in range(1 + 5 * number):
            papers.proposed(county, key=f"{number}{more}:1:1:step:notice")
        county.get("office", route)
        with CaptureQueriesContext(connection) as asked:
            county.get("office", route)
        counts.append(len(asked))
    assert counts[1] <= counts[0]


def test_an_authority_the_clause_names_proposes_what_it_decides_on_and_nothing_else(county: County) -> None:
    def finding(key: str, title: str, signed_by: str) -> dict[str, object]:
        basis = {"clause": "四（四）", "line": 7, "quote": "做好经费保障。"}
        return {
            "key": key, "title": title, "against": county.lead.name, "needs_finding": "挪用", "signed_by": signed_by,
            "basis": basis,
        }  # fmt: skip

    found = [finding("recover", "追回普查经费", county.support.name), finding("stop", "暂停拨付", county.office.name)]
    county.document.policies.create(key="eight", title="普查", findings=found)
    county.commitment.policy_key = "eight"
    county.commitment.save()
    page = text_of(county.get("helper", "task_notices", county.task.pk))
    assert "追回普查经费" in page and "暂停拨付" not in page
    assert reverse("web:task_notices", args=[county.task.pk]) in text_of(county.get("helper", "task", county.task.pk))
    sent = county.post_to("helper", "task_notice_propose", county.task.pk, "ground", ground="stop", reason="查实")
    assert sent.status_code == 422
    sent = county.post_to("helper", "task_notice_propose", county.task.pk, "ground", ground="recover", reason="查实")
    assert sent.status_code == 303
    assert county.client("helper").get(sent.headers["Location"]).status_code == 200
    assert county.post_to("helper", "task_notice_propose", county.task.pk, "reminder").status_code == 403
