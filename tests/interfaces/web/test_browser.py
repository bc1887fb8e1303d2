"""A real Chromium lives through what people do: with scripts and without, on a desk and on a phone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import factories as make
from tests.interfaces.web.browsing import DESK, PASSWORD, PHONE, county, visit
from tests.interfaces.web.county import County
from tracker.commitments.models import ProgressReport, Task
from tracker.org.models import UnitKind, User
from tracker.rules.followup import State

__all__ = ["county", "visit"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_liaison_reports_in_place(visit: Any, county: County) -> None:
    visitor = visit("liaison")
    page = visitor.page
    assert page.url.endswith("/my-unit/")
    page.click("#late .todo a.button.primary")
    form = page.locator(f"#slot-{county.task.pk} form")
    form.wait_for()
    # The cursor is where one types, the page has not changed.
    assert page.evaluate("document.activeElement.name") == "text"
    assert page.url.endswith("/my-unit/")
    form.locator("textarea").fill("镇长任组长，正在发文")
    form.locator("input[name=percent]").fill("60")
    form.locator("button.primary").click()
    page.locator(".flash.success").wait_for()
    assert "已反馈“设立普查领导小组”" in page.inner_text(".flash.success")
    assert page.url.endswith("/my-unit/")
    # The row stands marked where it is now, and what was done can be put right from where it is told.
    assert "current" in page.locator(f"[data-task='{county.task.pk}']").get_attribute("class")
    assert page.locator(".flash.success a").get_attribute("href") == f"/tasks/{county.task.pk}/report/"
    report = ProgressReport.objects.get()
    assert (report.text, report.percent) == ("镇长任组长，正在发文", 60)
    assert visitor.complaints == []


def test_what_is_refused_comes_back_into_its_place(visit: Any, county: County) -> None:
    page = visit("liaison").page
    page.click("#late .todo a.button.primary")
    form = page.locator(f"#slot-{county.task.pk} form")
    form.locator("textarea").fill("写到一半")
    Task.objects.filter(pk=county.task.pk).update(version=7)
    form.locator("button.primary").click()
    page.locator(f"#slot-{county.task.pk} .flash.warning").wait_for()
    assert form.locator("textarea").input_value() == "写到一半"
    form.locator("button.primary").click()
    page.locator(".flash.success").wait_for()
    assert ProgressReport.objects.get().text == "写到一半"


def test_without_scripts_the_same_is_done_on_pages(visit: Any, county: County) -> None:
    page = visit("liaison", scripts=False).page
    page.click("#late .todo a.button.primary")
    assert f"/tasks/{county.task.pk}/report/" in page.url
    page.fill("textarea[name=text]", "镇长任组长")
    page.click("main button.primary")
    assert page.url.endswith("/my-unit/")
    assert "已反馈" in page.inner_text(".flash")
    # The menu of a phone opens without a script, too.
    page.set_viewport_size(PHONE)
    page.click("details.menu > summary")
    page.click(".menu-sheet a[href='/ledger/']")
    assert page.url.endswith("/ledger/")


def test_a_duty_is_closed_between_two_people(visit: Any, county: County) -> None:
    liaison, office = visit("liaison").page, visit("office").page
    liaison.goto(f"{liaison.url.split('/my-unit')[0]}/tasks/{county.task.pk}/")
    liaison.click("main .actions a[href*='apply-to-close']")
    liaison.fill(f"#slot-{county.task.pk} textarea", "已设立，镇长任组长")
    liaison.click(f"#slot-{county.task.pk} button.primary")
    liaison.locator(".flash.success").wait_for()
    office.goto(f"{office.url.split('/dashboard')[0]}/desk/")
    office.click("#review .todo a.button.primary")
    office.check("input[name=decision][value=closed]")
    office.click(f"#slot-{county.task.pk} button.primary")
    office.locator(".flash.success").wait_for()
    assert Task.objects.get(pk=county.task.pk).state == State.CLOSED


def test_keys_move_through_a_list_and_open_a_row(visit: Any, county: County) -> None:
    page = visit("office").page
    page.goto(f"{page.url.split('/dashboard')[0]}/ledger/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator("[data-row].current").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*/")


def test_x_ticks_the_row_the_keys_have_come_to_and_takes_the_tick_back(visit: Any, county: County) -> None:
    page = visit("office").page
    page.goto(f"{page.url.split('/dashboard')[0]}/ledger/")
    page.keyboard.press("j")
    row = page.locator("[data-row].current")
    box = row.locator("input[type=checkbox]")
    page.keyboard.press("x")
    assert box.is_checked()
    assert page.locator("[data-bulk]").is_visible()
    page.keyboard.press("x")
    assert not box.is_checked()
    # The keys go on working while a box has the focus.
    box.focus()
    page.keyboard.press("x")
    assert box.is_checked()
    page.keyboard.press("j")
    assert not page.locator("[data-row].current input[type=checkbox]").is_checked()


def test_who_works_by_keys_goes_on_where_the_form_was(visit: Any, county: County) -> None:
    page = visit("liaison").page
    page.click("#late .todo a.button.primary")
    form = page.locator(f"#slot-{county.task.pk} form")
    form.locator("textarea").fill("正在发文")
    form.locator("input[name=evidence_link]").fill("ftp://oa/a")
    form.locator("button.primary").click()
    form.locator(".field-error").wait_for()
    assert page.evaluate("document.activeElement.name") == "evidence_link"
    form.locator("input[name=evidence_link]").fill("")
    form.locator("button.primary").press("Enter")
    page.locator(".flash.success").wait_for()
    assert page.evaluate("document.activeElement.matches(`[data-task] [data-open]`)")


def test_a_form_on_a_page_of_its_own_leaves_its_address_when_it_is_done(visit: Any, county: County) -> None:
    visitor = visit("liaison")
    page = visitor.page
    visitor.open(f"/tasks/{county.task.pk}/report/")
    page.locator("main form.form textarea").fill("正在发文")
    page.locator("main form.form button.primary").click()
    page.locator(".flash.success").wait_for()
    assert page.url.endswith(f"/tasks/{county.task.pk}/")


def test_the_month_is_turned_by_its_own_keys_and_the_search_reached_from_it(visit: Any, county: County) -> None:
    page = visit("office").page
    page.goto(f"{page.url.split('/dashboard')[0]}/month/?month=2023-06")
    page.keyboard.press("n")
    page.wait_for_url("**month=2023-07**")
    page.keyboard.press("p")
    page.wait_for_url("**month=2023-06**")
    page.keyboard.press("j")
    page.keyboard.press("/")
    page.keyboard.type("普查")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    assert page.locator("#duties [data-row]").count() == 2
    # On a phone the same address shows the days as a list.
    page.set_viewport_size(PHONE)
    page.goto(f"{page.url.split('/search')[0]}/month/?month=2023-06")
    assert page.locator(".agenda").is_visible() and not page.locator(".month-table").is_visible()


def test_typed_text_is_not_left_without_a_word(visit: Any, county: County) -> None:
    page = visit("liaison").page
    page.click("#late .todo a.button.primary")
    page.locator(f"#slot-{county.task.pk} textarea").press_sequentially("写到一半")
    with page.expect_event("dialog") as asked:
        page.evaluate("setTimeout(() => { location.href = '/ledger/' })")
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_is_wider_than_the_screen_or_breaks_a_rule(
    visit: Any, county: County, viewport: dict[str, int]
) -> None:
    task, document = f"/tasks/{county.task.pk}/", f"/documents/{county.document.slug}/"
    paths = {
        "office": [
            "/dashboard/",
            "/desk/",
            "/ledger/",
            task,
            "/documents/",
            document,
            "/inbox/",
            "/audit/",
            "/health/",
        ],
        "liaison": ["/my-unit/", f"{task}report/", "/subscriptions/"],
    }
    for who, pages in paths.items():
        visitor = visit(who, viewport=viewport)
        for path in pages:
            visitor.open(path)
            wide = visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide == 0, path
        # The content security policy complains on the console.
        assert visitor.complaints == []


def test_a_finger_hits_what_it_aims_at(visit: Any, county: County) -> None:
    """Buttons and links of the navigation are at least 24 pixels high, those of a phone 36 (WCAG 2.2, 2.5.8)."""
    for viewport, least in ((DESK, 24), (PHONE, 36)):
        page = visit("liaison", viewport=viewport).page
        heights = page.eval_on_selector_all(
            "main .button, .nav a", "found => found.map(one => one.getBoundingClientRect().height).filter(Boolean)"
        )
        assert heights and min(heights) >= least


def test_what_was_typed_when_the_session_ended_is_in_the_form_again_after_signing_in(
    visit: Any, county: County
) -> None:
    visitor = visit("liaison")
    page = visitor.page
    page.click("#late .todo a.button.primary")
    form = page.locator(f"#slot-{county.task.pk} form")
    form.locator("textarea").fill("写了很长的一段，正要提交")
    page.context.clear_cookies(name="sessionid")
    form.locator("button.primary").click()
    page.locator("#again-name").fill(county.users["liaison"].username)
    page.locator("#again-password").fill(PASSWORD)
    page.click("form[action='/login/'] button.primary")
    page.wait_for_url(f"**/tasks/{county.task.pk}/report/")
    assert page.locator("main textarea[name=text]").input_value() == "写了很长的一段，正要提交"
    page.click("main form button.primary")
    assert "已反馈" in visitor.told()
    assert ProgressReport.objects.get().text == "写了很长的一段，正要提交"


def test_what_was_typed_into_any_form_is_put_back_with_one_click(visit: Any, county: County) -> None:
    visitor = visit("liaison")
    visitor.open("/subscriptions/")
    page = visitor.page
    page.fill("main form input[name=label]", "办公室手机")
    page.context.clear_cookies(name="sessionid")
    page.click("main form.form button.primary")
    page.fill("#again-name", county.users["liaison"].username)
    page.fill("#again-password", PASSWORD)
    page.click("form[action='/login/'] button.primary")
    page.wait_for_url("**/subscriptions/")
    assert page.locator("main form input[name=label]").input_value() != "办公室手机"
    page.click("[data-restore]")
    assert page.locator("main form input[name=label]").input_value() == "办公室手机"


def test_who_is_about_to_be_signed_out_is_told_and_can_stay(visit: Any, county: County) -> None:
    visitor = visit("liaison")
    page = visitor.page
    assert page.locator("#idle").is_hidden()
    page.clock.install()
    page.reload()
    page.clock.fast_forward("07:45:00")
    assert page.locator("#idle").is_hidden()
    page.clock.fast_forward("00:06:00")
    page.locator("#idle").wait_for()
    page.click("[data-stay]")
    page.locator("#idle").wait_for(state="hidden")
    page.clock.fast_forward("00:20:00")
    assert page.locator("#idle").is_hidden()


def test_keys_are_shown_on_a_sheet_and_lead_to_pages(visit: Any, county: County) -> None:
    page = visit("office").page
    page.keyboard.press("?")
    page.locator("dialog#keys[open]").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/ledger/")


OVERLAPS = """() => [...document.querySelectorAll(".todo")].filter(row =>
    row.querySelector(".todo-when .state").getBoundingClientRect().right
    > row.querySelector(".todo-title").getBoundingClientRect().left).length"""


def test_a_long_state_in_english_leaves_the_title_beside_it_free(visit: Any, county: County) -> None:
    User.objects.update(language="en")
    Task.objects.filter(pk=county.task.pk).update(due=date(2023, 5, 8))
    page = visit("liaison").page
    assert "working days late" in page.inner_text("#late .todo-when")
    assert page.evaluate(OVERLAPS) == 0


@pytest.fixture
def undivided(county: County) -> County:
    county.lead.kind = UnitKind.COLLECTIVE
    county.lead.save()
    for name in ("化峪镇人民政府", "翟店镇人民政府"):
        make.unit(name, kind=UnitKind.TOWNSHIP)
    return county


def test_units_are_found_by_typing_and_ticked_by_keys(visit: Any, undivided: County) -> None:
    visitor = visit("office")
    page = visitor.page
    visitor.open(f"/tasks/{undivided.task.pk}/break-down/")

    def shown() -> set[str]:
        return {text.strip() for text in page.locator(".unit-boxes .choices label:visible").all_inner_texts()}

    field = page.locator("[data-narrow] input")
    field.fill("化峪")
    assert shown() == {"化峪镇人民政府"}
    # Enter in the field sends nothing; the fold and then its box are next by keys.
    field.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator(".unit-boxes input:checked").count() == 1
    # What is ticked stays in sight while the next is looked for.
    field.fill("没有这样的单位")
    assert shown() == {"化峪镇人民政府"}
    field.fill("翟店")
    assert shown() == {"化峪镇人民政府", "翟店镇人民政府"}
    page.get_by_label("翟店镇人民政府").check()
    page.locator("main button.primary").click()
    assert "已分解到 2 个单位" in visitor.told()
    assert visitor.complaints == []


def test_units_are_ticked_below_their_kinds_without_scripts(visit: Any, undivided: County) -> None:
    visitor = visit("office", scripts=False)
    page = visitor.page
    visitor.open(f"/tasks/{undivided.task.pk}/break-down/")
    assert page.locator("[data-narrow]").is_hidden()
    box = page.get_by_label("化峪镇人民政府")
    assert box.is_hidden()
    page.locator(".unit-boxes details", has_text="化峪镇人民政府").locator("summary").press("Enter")
    box.check()
    page.locator("main button.primary").click()
    assert "已分解到 1 个单位" in visitor.told()
