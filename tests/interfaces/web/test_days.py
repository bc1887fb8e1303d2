"""Whole days in a real Chromium: from signing in to signing out, each through the pages that person lives in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests import factories as make
from tests.interfaces.conftest import StandingClock
from tests.interfaces.web import papers
from tests.interfaces.web.browsing import PHONE, county, visit
from tests.interfaces.web.county import County
from tracker.commitments import services
from tracker.commitments.models import Extension, Instruction, Task
from tracker.notices.life import State as NoticeState
from tracker.notices.models import Notice
from tracker.rules.followup import State

__all__ = ["county", "visit"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def other_duty(county: County, title: str, due: date, **values: Any) -> Task:
    """Lay one more duty of the same document on the lead unit."""
    return make.task(county.lead, of=make.commitment(county.document, title=title, due=due, **values), due=due)


def extension_asked(county: County, task: Task) -> Extension:
    return services.request_extension(
        task=task,
        unit=county.lead,
        new_due=task.due + timedelta(days=10),
        reason="等省里批复",
        progress="材料已备齐",
        by=county.actor("liaison"),
        now=make.NOW,
    )


@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE], ids=["desk", "phone"])
def test_a_liaisons_day(visit: Any, county: County, viewport: dict[str, int]) -> None:
    """Done in a minute: acknowledge the list, say how the late one stands, no change, apply to close, ask for time."""
    monthly = other_duty(county, "每月报送普查进展", date(2023, 6, 30), asks_report=True)
    other_duty(county, "建立村级工作组台账", date(2023, 12, 31))
    budget = other_duty(county, "做好经费保障", date(2023, 6, 9))
    visitor = visit("liaison", viewport=viewport)
    page = visitor.page
    assert page.locator("h1").inner_text() == county.lead.name

    page.click("#to_accept header button")
    assert "已签收 2 项" in visitor.told()
    assert Task.objects.get(pk=monthly.pk).state == State.IN_PROGRESS

    # A report that a clause asks for: the clause stands beside the button, and nothing has to be typed.
    row = page.locator(f"#reports [data-task='{monthly.pk}']")
    assert monthly.commitment.quote in row.inner_text()
    row.get_by_role("button", name="无变化").click()
    page.get_by_text("已反馈“每月报送普查进展”无变化").wait_for()

    # The late one needs a sentence; without it the form comes back in its place.
    page.click("#late .todo a.button.primary")
    form = page.locator(f"#slot-{county.task.pk} form")
    form.locator("input[name=percent]").fill("80")
    form.locator("textarea").evaluate("field => field.removeAttribute('required')")
    form.locator("button.primary").click()
    page.locator(f"#slot-{county.task.pk} .field-error").wait_for()
    form.locator("textarea").fill("领导小组已定，文件待印发")
    form.locator("button.primary").click()
    page.get_by_text("已反馈“设立普查领导小组”").wait_for()
    assert "80%" in page.locator(f"#late [data-task='{county.task.pk}']").inner_text()

    # The document is out in the afternoon: evidence is a number.
    page.locator("#late").get_by_role("link", name="申请办结").click()
    form.locator("input[name=evidence_number]").fill("蔡政发〔2023〕3号")
    form.locator("button.primary").click()
    page.get_by_text("已申请办结“设立普查领导小组”").wait_for()
    assert page.locator("#late").count() == 0
    page.locator(f"#with_others [data-task='{county.task.pk}']").wait_for()

    # The other needs more time; on its own page.
    page.click(f"[data-task='{budget.pk}'] .todo-title")
    page.get_by_role("link", name="申请延期").click()
    page.fill("input[name=new_due]", "2023-06-20")
    page.fill("textarea[name=reason]", "预算调整需报县财政局")
    page.fill("textarea[name=progress]", "已报送预算调整申请")
    page.locator(f"#slot-{budget.pk} button.primary").click()
    visitor.told()
    assert Extension.objects.get().state == Extension.State.REQUESTED
    visitor.sign_out()
    # The browser notes the one refusal, and nothing else.
    assert [said for said in visitor.complaints if "422" not in said] == []


def test_a_unit_heads_day(visit: Any, county: County) -> None:
    """No surprise: what is late, an extension that leaves the unit only with the head's consent, and the whole story."""
    budget = other_duty(county, "做好经费保障", date(2023, 6, 9))
    extension_asked(county, budget)
    visitor = visit("head", viewport=PHONE)
    page = visitor.page
    page.get_by_text("等省里批复").first.wait_for()
    page.get_by_role("link", name="答复延期申请").first.click()
    form = page.locator(f"#slot-{budget.pk} form").first
    form.locator("button.primary").click()
    assert "已同意" in visitor.told()
    assert Extension.objects.get().state == Extension.State.AGREED
    page.locator("#late .todo-title").first.click()
    page.wait_for_url("**/tasks/*/")
    assert "接下来" in page.inner_text("main") and "经过" in page.inner_text("main")
    page.go_back()
    page.click("details.menu > summary")
    page.click(".menu-sheet a[href='/ledger/']")
    page.wait_for_url("**/ledger/")
    assert page.locator("[data-row]").count() >= 2
    visitor.sign_out()
    assert visitor.complaints == []


def test_the_offices_day(visit: Any, county: County) -> None:
    """One list that is true: review, decide, sign and issue a notice, find it in the ledger and on the chain."""
    budget = other_duty(county, "做好经费保障", date(2023, 6, 9))
    services.agree_extension(extension=extension_asked(county, budget), by=county.actor("head"), now=make.NOW)
    services.apply_to_close(
        task=county.sibling,
        unit=county.other,
        text="已设立",
        done_on=date(2023, 6, 2),
        by=make.actor(make.user(make.post(county.other, "liaison"))),
        now=make.NOW,
    )
    notice = papers.handed_in(county)
    visitor = visit("office")
    page = visitor.page
    page.click(".nav a[href='/desk/']")

    page.click("#review .todo a.button.primary")
    page.check("input[name=decision][value=closed]")
    page.click(f"#slot-{county.sibling.pk} button.primary")
    visitor.told()
    assert Task.objects.get(pk=county.sibling.pk).state == State.CLOSED

    page.click("#extensions .todo a.button.primary")
    page.check("input[name=granted][value=yes]")
    page.click(f"#slot-{budget.pk} button.primary")
    page.locator("#extensions").wait_for(state="detached")
    assert Task.objects.get(pk=budget.pk).due == date(2023, 6, 19)

    page.goto(f"{visitor.address}/notices/{notice.pk}/")
    for verb in ("sign", "issue"):
        page.click(f"main a[href*='/{verb}/']")
        page.click("main form button.primary")
        visitor.told()
    notice = Notice.objects.get(pk=notice.pk)
    assert notice.state == NoticeState.ISSUED and notice.number

    page.keyboard.press("/")
    page.keyboard.type("经费")
    page.keyboard.press("Enter")
    page.get_by_text("做好经费保障").first.wait_for()
    visitor.open("/audit/")
    page.get_by_text("commitments.review_closed").first.wait_for()
    visitor.sign_out()
    assert visitor.complaints == []


def test_a_leaders_day(visit: Any, county: County, standing_clock: StandingClock) -> None:
    """From the figure to the list to the task, an instruction on it, and the unit reads it the next morning."""
    visitor = visit("leader")
    page = visitor.page
    page.wait_for_url("**/dashboard/")
    tile = page.locator("a.tile.late")
    assert tile.locator(".figure").inner_text() == "1"
    tile.click()
    page.wait_for_url("**/ledger/?*")
    assert page.locator("[data-row]").count() == 1
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tasks/{county.task.pk}/")
    page.get_by_role("link", name="批示").first.click()
    page.fill(f"#slot-{county.task.pk} textarea", "请蔡村乡本周内设立，周五报我。")
    page.click(f"#slot-{county.task.pk} button.primary")
    visitor.told()
    assert Instruction.objects.get().text == "请蔡村乡本周内设立，周五报我。"
    page.locator(".flash.warning", has_text="请蔡村乡本周内设立").wait_for()
    visitor.sign_out()

    standing_clock.instant += timedelta(days=1)
    liaison = visit("liaison", viewport=PHONE)
    liaison.page.click(f"[data-task='{county.task.pk}'] .todo-title")
    liaison.page.locator(".flash.warning", has_text="请蔡村乡本周内设立").wait_for()
    liaison.sign_out()
    assert visitor.complaints == [] and liaison.complaints == []
