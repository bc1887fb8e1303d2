"""The calendar: a month in weeks from Monday, the same as a list, one day, and whose days somebody may look at."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests import factories as make
from tests.interfaces.web.county import County, text_of
from tracker.audit.actors import Role
from tracker.commitments.models import Task
from tracker.commitments.selectors import calendar
from tracker.org.models import WorkdayOverride
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def cells(source: str) -> dict[str, str]:
    """Return the cells of the month's grid by their day."""
    table = source[source.index('<table class="month-table') : source.index("</table>")]
    found = re.findall(r'<td class="([^"]*)">(.*?)</td>', table, re.DOTALL)
    return {re.search(r'datetime="([^"]+)"', cell)[1]: f"{kind} {cell}" for kind, cell in found}  # type: ignore[index]


def test_weeks_begin_on_monday_and_hold_the_days_around_the_month(county: County) -> None:
    source = text_of(county.get("office", "month", month="2023-06"))
    found = list(cells(source))
    assert found[0] == "2023-05-29" and found[-1] == "2023-07-02"
    assert source.index('<th scope="col">星期一') < source.index('<th scope="col" class="weekend">星期日')


def test_a_holiday_and_a_make_up_sunday_are_told_by_word(county: County) -> None:
    found = cells(text_of(county.get("office", "month", month="2023-06")))
    assert "休 端午" in found["2023-06-22"] and "rest" in found["2023-06-22"].split()[0:2]
    assert "班（端午调休）" in found["2023-06-25"]
    assert "rest" not in found["2023-06-25"].split("<")[0]


def test_the_countys_own_rest_day_is_told_with_its_reason(county: County) -> None:
    WorkdayOverride.objects.create(day=date(2023, 6, 14), is_workday=False, reason="县庆")
    assert "休 县庆" in cells(text_of(county.get("office", "month", month="2023-06")))["2023-06-14"]


def test_a_year_without_announced_holidays_says_so(county: County) -> None:
    assert "放假安排尚未公布" in text_of(county.get("office", "month", month="2031-06"))
    assert "放假安排尚未公布" not in text_of(county.get("office", "month", month="2023-06"))


def test_the_units_of_one_promise_are_one_line_that_opens_their_list(county: County) -> None:
    cell = cells(text_of(county.get("office", "month", month="2023-06")))["2023-06-02"]
    assert cell.count('class="month-line ') == 1
    assert "2 个单位" in cell and "逾期 1 个工作日" in cell
    address = re.search(r'href="(/ledger/[^"]+)"', cell)
    assert address is not None
    assert "共 2 项" in text_of(county.client("office").get(address[1].replace("&amp;", "&")))


def test_what_does_not_fit_a_day_is_counted_and_opens_the_day(county: County) -> None:
    for number in range(5):
        make.task(
            county.lead,
            of=make.commitment(county.document, title=f"事项{number}", due=date(2023, 6, 30)),
            due=date(2023, 6, 30),
        )
    cell = cells(text_of(county.get("office", "month", month="2023-06")))["2023-06-30"]
    assert cell.count('class="month-line ') == 3
    more = re.search(r'class="day-more" href="([^"]+)">还有 2 项', cell)
    assert more is not None
    page = text_of(county.client("office").get(more[1]))
    assert all(f"事项{number}" in page for number in range(5))


def test_what_does_not_fit_a_day_is_counted_in_tasks_as_the_month_is(county: County) -> None:
    for number in range(4):
        of = make.commitment(county.document, title=f"事项{number}", due=date(2023, 7, 31))
        for unit in (county.lead, county.other):
            make.task(unit, of=of, due=date(2023, 7, 31))
    page = text_of(county.get("office", "month", month="2023-07"))
    cell = cells(page)["2023-07-31"]
    assert "本月 8 项到期" in page and "8</span>" in cell
    assert cell.count('class="month-line ') == 3 and "还有 2 项" in cell


def test_a_day_beside_the_month_carries_no_year(county: County) -> None:
    beside = cells(text_of(county.get("office", "month", month="2024-01")))
    assert "2月1日" in beside["2024-02-01"] and "2024年" not in beside["2024-02-01"]


def test_a_window_is_told_on_the_day_it_opens_and_on_the_day_it_is_due(county: County) -> None:
    of = make.commitment(
        county.document, kind="window", title="公开招标", start=date(2023, 6, 1), due=date(2023, 6, 30)
    )
    make.task(county.lead, of=of, due=date(2023, 6, 30), start=date(2023, 6, 1))
    source = text_of(county.get("office", "month", month="2023-06"))
    found = cells(source)
    assert "开始：" in found["2023-06-01"] and "公开招标" in found["2023-06-01"]
    assert "公开招标" in found["2023-06-30"] and "开始：" not in found["2023-06-30"]
    assert "跨日办理" in source


def test_recurring_provisional_and_soft_duties_are_marked(county: County) -> None:
    of = make.commitment(county.document, certainty="soft", kind="recurring", due=date(2023, 6, 28))
    make.task(county.lead, of=of, due=date(2023, 6, 28), period="2023-Q2", provisional=True)
    cell = cells(text_of(county.get("office", "month", month="2023-06")))["2023-06-28"]
    assert "2023-Q2" in cell and "暂定" in cell and "弹性" in cell


def test_a_liaison_is_shown_the_own_units_days_and_nobody_elses(county: County) -> None:
    of = make.commitment(county.document, title="别家的事", due=date(2023, 6, 9))
    make.task(make.unit(), of=of, due=date(2023, 6, 9))
    source = text_of(county.get("liaison", "month", month="2023-06"))
    assert "设立普查领导小组" in source and "别家的事" not in source
    # Asked for by its address, the whole county is still only what this person may see.
    assert "别家的事" not in text_of(county.get("liaison", "month", month="2023-06", whose="county:"))
    assert "别家的事" not in text_of(county.get("liaison", "day", "2023-06-09"))
    assert "别家的事" in text_of(county.get("office", "day", "2023-06-09"))


def test_a_month_is_narrowed_to_a_unit_a_portfolio_and_a_document(county: County) -> None:
    other = make.document(short="另一文件")
    make.task(
        make.unit("县水利局"), of=make.commitment(other, title="另一件事", due=date(2023, 6, 9)), due=date(2023, 6, 9)
    )
    every = text_of(county.get("office", "month", month="2023-06"))
    assert "另一件事" in every
    for narrowed in (
        {"document": county.document.slug},
        {"whose": f"portfolio:{county.post.key}"},
        {"whose": f"unit:{county.lead.slug}"},
    ):
        source = text_of(county.get("office", "month", month="2023-06", **narrowed))
        assert "设立普查领导小组" in source and "另一件事" not in source, narrowed


@pytest.mark.parametrize("person", ["county_head", "office", "auditor"])
def test_who_may_see_the_whole_county_is_shown_its_days_without_asking(county: County, person: str) -> None:
    of = make.commitment(county.document, title="别家的事", due=date(2023, 6, 9))
    make.task(make.unit(), of=of, due=date(2023, 6, 9))
    source = text_of(county.get(person, "month", month="2023-06"))
    assert "设立普查领导小组" in source and "别家的事" in source
    assert '<option value="" selected>全县</option>' in source


@pytest.mark.parametrize("text", ["", "2023-13", "abc", "0001-01", "2023-06-05"])
def test_a_month_that_cannot_be_read_is_this_one(county: County, text: str) -> None:
    assert "2023年6月" in text_of(county.get("office", "month", month=text))


def test_a_day_that_is_none_is_not_found(county: County) -> None:
    assert county.get("office", "day", "2023-02-30").status_code == 404


def test_an_empty_month_says_what_to_do(county: County) -> None:
    source = text_of(county.get("office", "month", month="2024-02", view="agenda"))
    assert "本月没有到期事项" in source


def test_a_span_that_is_cut_says_so(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "MOST_TASKS", 1)
    found = calendar.span(Task.objects.all(), first=date(2023, 6, 1), last=date(2023, 6, 30), most=3)
    assert found.cut and found.tasks == 1


def test_what_has_ended_stands_last_on_its_day_and_is_counted(county: County) -> None:
    Task.objects.filter(pk=county.task.pk).update(state=State.CLOSED)
    (entry,) = (
        calendar.span(Task.objects.all(), first=date(2023, 6, 2), last=date(2023, 6, 2), most=3)
        .days[date(2023, 6, 2)]
        .entries
    )
    assert (entry.count, entry.ended, entry.task.pk) == (2, 1, county.sibling.pk)


def test_the_calendar_and_the_subscriptions_lead_to_each_other(county: County) -> None:
    assert 'href="/subscriptions/"' in text_of(county.get("office", "month"))
    assert 'href="/month/"' in text_of(county.get("office", "calendar"))


def test_a_person_without_a_unit_may_choose_among_all_units(county: County) -> None:
    make.user(make.post(make.unit(), Role.LIAISON))
    source = text_of(county.get("auditor", "month"))
    assert f'<option value="unit:{county.lead.slug}">' in source
