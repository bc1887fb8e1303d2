"""Every page renders for everybody it is for, in both languages; how often it asks the database stands in `test_queries`."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from tests import factories as make
from tests.factories import NOW, TODAY
from tests.interfaces.web import measured, offices, plans, records
from tests.interfaces.web.county import County, text_of
from tracker.audit.models import JobRun
from tracker.commitments.models import Task
from tracker.org.models import User
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

PAGES = {
    "home": ("nobody",),
    "dashboard": ("leader", "office", "county_head", "auditor"),
    "dashboard_leader": ("leader", "office"),
    "dashboard_unit": ("liaison", "leader", "office"),
    "dashboard_document": ("helper", "leader", "office"),
    "dashboard_causes": ("liaison", "office"),
    "meeting_sheet": ("head", "leader", "office"),
    "meeting_kept": ("head", "leader", "office"),
    "assessment": ("liaison", "leader", "office"),
    "assessment_tasks": ("liaison", "leader", "office"),
    "my_unit": ("liaison", "head", "helper"),
    "desk": ("office",),
    "ledger": ("liaison", "leader", "office", "auditor"),
    "ledger_views": ("liaison", "office"),
    "ledger_view": ("liaison",),
    "ledger_import": ("liaison", "office"),
    "ledger_batch": ("liaison",),
    "ledger_exports": ("liaison", "office"),
    "ledger_export_watch": ("liaison",),
    "proposals": ("liaison", "office", "auditor"),
    "proposal": ("liaison", "office"),
    "task": ("liaison", "helper", "leader", "office", "auditor"),
    "indicators": ("liaison", "leader", "office", "auditor"),
    "indicator": ("liaison", "leader", "office", "auditor"),
    "indicator_entry": ("liaison", "office"),
    "warnings": ("liaison", "office"),
    "documents": ("liaison", "administrator"),
    "document": ("liaison", "office", "administrator"),
    "amendment": ("liaison", "office"),
    "amendment_withdraw": ("office",),
    "inbox": ("liaison", "leader", "office"),
    "calendar": ("liaison", "leader", "office"),
    "month": ("liaison", "leader", "office"),
    "day": ("liaison", "office"),
    "search": ("liaison", "office", "administrator"),
    "units": ("liaison", "office", "administrator"),
    "unit": ("liaison", "office", "administrator"),
    "post": ("liaison", "office", "administrator"),
    "hand_over": ("leader", "office"),
    "unanswered": ("liaison", "office", "administrator"),
    "password": ("liaison", "nobody"),
    "own": ("liaison", "nobody"),
    "channels": ("administrator", "office"),
    "deliveries": ("administrator", "auditor"),
    "load": ("liaison", "office", "leader"),
    "load_unit": ("liaison", "office"),
    "load_list": ("liaison", "office"),
    "administration": ("office", "auditor", "administrator"),
    "admin_users": ("office", "administrator"),
    "admin_user": ("auditor", "administrator"),
    "admin_user_new": ("administrator",),
    "admin_user_act": ("administrator",),
    "admin_posts": ("office", "auditor", "administrator"),
    "admin_post": ("office", "auditor", "administrator"),
    "admin_post_new": ("office", "administrator"),
    "admin_post_appoint": ("office", "administrator"),
    "admin_tenure_end": ("office",),
    "admin_tenure_correct": ("administrator",),
    "admin_units": ("office", "administrator"),
    "admin_unit": ("office", "administrator"),
    "admin_portfolio": ("office",),
    "admin_groups": ("office", "auditor"),
    "admin_group": ("office",),
    "admin_policies": ("office", "administrator"),
    "admin_policy": ("office",),
    "admin_workdays": ("office", "administrator"),
    "admin_workday_new": ("office",),
    "admin_series": ("office", "administrator"),
    "remarks": ("liaison", "office", "nobody"),
    "audit": ("office", "auditor", "administrator"),
    "health": ("administrator",),
    "design": ("liaison", "administrator"),
}
VISITS = [(page, who) for page, people in PAGES.items() for who in people]


def arguments(county: County, page: str) -> list[object]:
    found: dict[str, list[object]] = {
        "task": [county.task.pk],
        "document": [county.document.slug],
        "dashboard_leader": [county.post.pk],
        "dashboard_unit": [county.lead.slug],
        "dashboard_document": [county.document.slug],
        "meeting_sheet": [county.lead.slug],
        "day": ["2023-06-02"],
        "load_unit": [county.lead.slug],
        "load_list": ["messages"],
        "unit": [county.lead.slug],
        "post": [county.post.pk],
        "hand_over": [county.post.pk],
    }
    if page in {"indicators", "indicator", "indicator_entry", "warnings"}:
        one = measured.first(county)
        return [one.pk] if page == "indicator" else []
    if page in {"ledger_view", "ledger_batch", "ledger_export_watch"}:
        return plans.arguments(county)[page]
    if page in {"amendment", "amendment_withdraw", "meeting_kept"}:
        return records.arguments(county)[page]
    if page == "proposal":
        return [plans.proposal(county).pk]
    return found.get(page) or offices.arguments(county, page) or []


@pytest.mark.parametrize(("page", "who"), VISITS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_renders(county: County, page: str, who: str, language: str) -> None:
    User.objects.update(language=language)
    answer = county.get(who, page, *arguments(county, page))
    assert answer.status_code == 200
    source = text_of(answer)
    assert f'<html lang="{language}"' in source
    # The policy lets no inline style or script through, so none may be written.
    assert not re.search(r"\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=|<style", source)
    assert source.count("<h1") == 1
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def fill(county: County, number: int) -> None:
    """Lay more duties on both units, late and to come, in each state."""
    states = [State.ASSIGNED, State.IN_PROGRESS, State.AWAITING_REVIEW, State.TO_CONFIRM, State.WAITING]
    for place in range(number):
        due = TODAY + timedelta(days=place % 40 - 10)
        of = make.commitment(county.document, due=due)
        one = make.task(county.lead, county.support, of=of, due=due, state=states[place % 5])
        Task.objects.filter(pk=one.pk).update(applied_at=NOW)
    for _ in range(5):
        make.task(make.unit(), of=county.commitment, due=county.commitment.due)


def test_the_first_page_is_that_of_the_post(county: County) -> None:
    first = {who: county.get(who, "home").headers.get("Location") for who in ("liaison", "head", "office", "leader")}
    assert first == {"liaison": "/my-unit/", "head": "/my-unit/", "office": "/dashboard/", "leader": "/dashboard/"}
    assert county.get("administrator", "home").headers["Location"] == "/health/"


def test_who_holds_no_post_is_told_what_to_do(county: County) -> None:
    assert "请系统管理员登记您的岗位" in text_of(county.get("nobody", "home"))


def test_the_task_page_says_why_it_is_this_date_and_shows_the_clause_in_its_place(county: County) -> None:
    deadline = county.task.deadlines.get()
    deadline.convention = "day"
    deadline.working = [["reading.day", {"text": "2023年6月2日前", "last": "2023-06-02"}]]
    deadline.save()
    source = text_of(county.get("office", "task", county.task.pk))
    assert '<mark class="quote phrase">2023年6月2日前</mark>' in source
    assert '<mark class="quote">设立普查领导小组</mark>' in source
    assert "“前”含当日" in source
    assert "当日（含）为限：2023年6月2日" in source
    assert "2023年6月2日 星期五" in source
    assert f'href="/documents/{county.document.slug}/#L6"' in source


def test_the_task_page_shows_the_step_that_comes_next_with_its_clause(county: County) -> None:
    make.policy(county.document, {"title": "提请普查办协调", "offset": 3}, key="census")
    county.commitment.policy_key = "census"
    county.commitment.save()
    source = text_of(county.get("office", "task", county.task.pk))
    assert "提请普查办协调" in source
    assert "负责普查工作的具体组织实施和协调" in source
    assert "6月7日" in source


def test_every_date_a_task_has_had_stays_visible(county: County) -> None:
    county.task.deadlines.create(
        version=2,
        due=date(2023, 6, 20),
        working=[],
        convention="extended",
        reason="等批复",
        set_at=NOW,
        set_by="督查室",
    )
    Task.objects.filter(pk=county.task.pk).update(due=date(2023, 6, 20), due_version=2)
    source = text_of(county.get("office", "task", county.task.pk))
    assert "2023年6月20日 星期二" in source
    assert "2023年6月2日 星期五" in source
    assert "等批复" in source


def test_the_document_marks_promises_and_what_was_judged_to_be_none(county: County) -> None:
    source = text_of(county.get("office", "document", county.document.slug))
    assert '<mark class="quote phrase">2023年6月2日前</mark>' in source
    assert 'title="所引文件的文号">稷政发〔2023〕7号</span>' in source
    assert "文件没有考核条款：只提醒，不督办。" in source
    assert 'id="L6"' in source


def test_a_document_without_a_promise_says_why(county: County) -> None:
    county.document.why_empty = "名录，没有职责"
    county.document.save()
    assert "名录，没有职责" in text_of(county.get("liaison", "documents"))


def test_the_dashboards_figures_open_their_lists(county: County) -> None:
    source = text_of(county.get("office", "dashboard"))
    tiles = re.findall(r'<a class="tile[^"]*" href="([^"]+)".*?<strong class="figure">(\d+)', source, re.DOTALL)
    assert [number for _, number in tiles] == ["2", "0", "0", "0"]
    # The fourth is a share: its list holds what it is a share of, the two that are late and open.
    behind = text_of(county.client("office").get(tiles[3][0].replace("&amp;", "&")))
    assert '<span class="count">2</span>' in behind
    for address, number in tiles[:3]:
        listed = text_of(county.client("office").get(address.replace("&amp;", "&")))
        assert f"共 {number} 项" in listed


def test_a_late_promise_of_several_units_is_one_row(county: County) -> None:
    source = text_of(county.get("office", "dashboard"))
    assert "2 个单位中 2 个逾期" in source
    assert source.count("设立普查领导小组") == 1


def test_the_frame_says_when_jobs_stand_still(county: County) -> None:
    from tracker import clock

    assert "后台作业没有运行" in text_of(county.get("office", "dashboard"))
    JobRun.objects.create(job="sweep", started_at=clock.real_now(), as_of=NOW, ok=True)
    assert "后台作业没有运行" not in text_of(county.get("office", "dashboard"))


def test_a_person_of_two_units_chooses_between_them(county: County) -> None:
    from tracker.audit.actors import Role
    from tracker.org.models import Tenure

    second = make.post(county.other, Role.LIAISON)
    Tenure.objects.create(post=second, holder="x", user=county.users["liaison"])
    page = text_of(county.get("liaison", "my_unit", unit=county.other.slug))
    assert f"<h1>{county.other}</h1>" in page
    assert "太阳乡" in page and "蔡村乡" in page


def test_the_pages_of_the_navigation_are_those_one_may_open(county: County) -> None:
    for who in ("liaison", "leader", "office", "auditor", "administrator"):
        source = text_of(county.get(who, "inbox"))
        side = source[source.index('<nav class="nav"') : source.index("</nav>")]
        addresses = re.findall(r'href="([^"]+)"', side)
        assert len(addresses) >= 3
        assert {county.client(who).get(address).status_code for address in addresses} == {200}


def test_a_reading_that_gives_no_date_is_named_and_explained_once(county: County) -> None:
    deadline = county.task.deadlines.get()
    deadline.convention, deadline.due = "undated_regular", None
    deadline.working = [["reading.undated_regular", {"text": "定期"}]]
    deadline.save()
    source = text_of(county.get("office", "task", county.task.pk))
    assert "<strong>没有可计算的日期</strong>" in source
    assert source.count("记为不定日期的经常性职责") == 1
