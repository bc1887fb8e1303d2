"""The ledger finds what is asked for and turns its pages without losing or repeating a row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests import factories as make
from tests.factories import TODAY
from tests.interfaces.web.county import County, text_of
from tracker.audit.actors import Role
from tracker.commitments.models import Task
from tracker.commitments.selectors import ledger
from tracker.org.models import Portfolio, UnitAlias
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def tasks(number: int) -> list[Task]:
    """Make tasks with dates, some of them alike, and some without one."""
    lead, of = make.unit(), make.commitment()
    dates = [None if place % 5 == 4 else TODAY + timedelta(days=place // 3) for place in range(number)]
    return [make.task(lead, of=of, due=due, period=f"2023-{place}") for place, due in enumerate(dates)]


def walk(sort: str, size: int, *, start: str = "") -> list[list[int]]:
    pages, after = [], start
    while True:
        page = ledger.page(
            Task.objects.select_related("lead", "commitment__document"), sort=sort, after=after, size=size
        )
        pages.append([task.pk for task in page.tasks])
        if page.after is None:
            return pages
        after = page.after


@pytest.mark.parametrize("sort", sorted(ledger.SORTS))
@pytest.mark.parametrize("size", [1, 4, 7, 100])
def test_pages_hold_every_task_once(sort: str, size: int) -> None:
    made = tasks(23)
    pages = walk(sort, size)
    seen = [pk for page in pages for pk in page]
    assert sorted(seen) == sorted(task.pk for task in made)
    assert all(len(page) == size for page in pages[:-1])


@pytest.mark.parametrize("sort", ["due", "-due"])
def test_tasks_without_a_date_come_last_whichever_way(sort: str) -> None:
    tasks(23)
    due = dict(Task.objects.values_list("pk", "due"))
    dates = [due[pk] for page in walk(sort, 4) for pk in page]
    dated = [one for one in dates if one]
    assert dates == dated + [None] * (len(dates) - len(dated))
    assert dated == sorted(dated, reverse=sort == "-due")


@pytest.mark.parametrize("sort", sorted(ledger.SORTS))
def test_turning_back_shows_the_page_one_came_from(sort: str) -> None:
    tasks(23)
    rows = Task.objects.select_related("lead", "commitment__document")
    forward = walk(sort, 5)
    page = ledger.page(rows, sort=sort, size=5)
    for _ in range(3):
        page = ledger.page(rows, sort=sort, size=5, after=page.after or "")
    assert [task.pk for task in page.tasks] == forward[3]
    for place in (2, 1, 0):
        page = ledger.page(rows, sort=sort, size=5, before=page.before or "")
        assert [task.pk for task in page.tasks] == forward[place]
    assert page.before is None


def test_a_row_that_appears_between_two_pages_repeats_none() -> None:
    made = tasks(10)
    first = ledger.page(Task.objects.all(), size=4)
    make.task(made[0].lead, of=made[0].commitment, due=TODAY - timedelta(days=9), period="new")
    rest = walk("due", 100, start=first.after or "")[0]
    assert not {task.pk for task in first.tasks} & set(rest)
    assert len(rest) == 6


@pytest.mark.parametrize("key", ["nonsense", "1~nonsense", "~", "x~2023-06-05", "999999~"])
def test_a_key_that_no_page_gave_breaks_nothing(county: County, key: str) -> None:
    assert county.get("office", "ledger", after=key).status_code == 200
    assert county.get("office", "ledger", before=key, sort="-changed").status_code == 200


def found(county: County, who: str = "office", **query: object) -> set[int]:
    answer = county.get(who, "ledger", **query)
    assert answer.status_code == 200
    return {row.task.pk for row in answer.context["rows"]}


def test_words_are_found_in_title_clause_quote_unit_and_number(county: County) -> None:
    UnitAlias.objects.create(unit=county.other, name="太阳乡政府")
    both = {county.task.pk, county.sibling.pk}
    assert found(county, q="领导小组") == both
    assert found(county, q="于2023年6月2日前") == both
    assert found(county, q="稷政发〔2023〕7号") == both
    assert found(county, q="经济普查") == both, "the short name that stands in the column of sources"
    assert found(county, q="蔡村") == {county.task.pk}
    assert found(county, q="太阳乡政府") == {county.sibling.pk}
    # A supporting unit is one of the units.
    assert found(county, q="统计局") == {county.task.pk}
    assert found(county, q="领导小组 蔡村") == {county.task.pk}
    assert found(county, q="没有这样的事") == set()


def test_each_filter_counts_and_all_count_together(county: County) -> None:
    soft = make.commitment(certainty="soft", kind="target", responsibility="implied", due=date(2023, 12, 31))
    other = make.task(county.other, of=soft, due=date(2023, 12, 31))
    assert found(county, certainty="soft") == {other.pk}
    assert found(county, kind="target") == {other.pk}
    assert found(county, responsibility="implied") == {other.pk}
    assert found(county, document=county.document.slug) == {county.task.pk, county.sibling.pk}
    assert found(county, unit=county.support.slug) == {county.task.pk}
    assert found(county, leader=county.post.pk) == {county.task.pk}
    assert found(county, due_from="2023-06-03") == {other.pk}
    assert found(county, due_to="2023-06-02") == {county.task.pk, county.sibling.pk}
    assert found(county, standing="overdue") == {county.task.pk, county.sibling.pk}
    assert found(county, standing="overdue", unit=county.lead.slug) == {county.task.pk}
    assert found(county, commitment=soft.pk) == {other.pk}


@pytest.mark.parametrize("standing", sorted(ledger.STANDINGS))
def test_every_standing_is_found(county: County, standing: str) -> None:
    for state in State:
        make.task(county.other, of=make.commitment(), due=TODAY, state=state)
    listed = found(county, standing=standing)
    visible = Task.objects.exclude(state=State.WITHDRAWN)
    assert listed == set(visible.filter(ledger.STANDINGS[standing](TODAY)).values_list("pk", flat=True))


def test_what_ended_in_a_year_is_counted_by_the_countrys_days(county: County) -> None:
    # 30 minutes into 2023 in Shanghai, still 2022 in Greenwich.
    from datetime import UTC, datetime

    Task.objects.filter(pk=county.task.pk).update(
        state=State.CLOSED, closed_at=datetime(2022, 12, 31, 16, 30, tzinfo=UTC)
    )
    assert found(county, standing="ended", ended_in=2023) == {county.task.pk}
    assert found(county, standing="ended", ended_in=2022) == set()


def test_a_filter_that_cannot_be_read_is_said_and_the_others_count(county: County) -> None:
    answer = county.get("office", "ledger", due_from="2023-06-31", unit=county.lead.slug)
    assert "field-error" in text_of(answer)
    assert {row.task.pk for row in answer.context["rows"]} == {county.task.pk}
    assert "截止日早于起始日。" in text_of(county.get("office", "ledger", due_from="2023-06-05", due_to="2023-06-01"))


def test_the_count_is_bounded(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "COUNT_BOUND", 1)
    assert "超过 1 项" in text_of(county.get("office", "ledger"))


def test_a_chosen_filter_can_be_taken_away_alone(county: County) -> None:
    source = text_of(county.get("office", "ledger", certainty="hard", unit=county.lead.slug))
    assert f'href="?unit={county.lead.slug}"' in source
    assert 'href="?certainty=hard"' in source


def test_a_leader_sees_the_portfolio_only(county: County) -> None:
    assert found(county, "leader") == {county.task.pk}
    second = make.post(make.unit(), Role.LEADER)
    Portfolio.objects.create(post=second, unit=county.other, relation="联系")
    stranger = make.user(second)
    county.users["contact"] = stranger
    # To keep contact with a unit is not to answer for it.
    assert found(county, "contact") == set()


def test_who_sees_more_than_can_be_named_still_sees_the_own_alone(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "FEW", 0)
    assert found(county, "liaison") == {county.task.pk}
    assert found(county, "leader") == {county.task.pk}


def test_a_unit_without_a_part_in_anything_may_be_asked_for_by_name(county: County) -> None:
    idle = make.unit("县档案馆")
    page = text_of(county.client("office").get(reverse("web:ledger"), {"unit": idle.slug, "standing": "all"}))
    assert "县档案馆" in page
    assert "不在可用的选项中" not in page
    assert "共 0 项" in page


def test_a_day_that_is_asked_for_is_written_as_days_are_everywhere(county: County) -> None:
    shown = text_of(county.get("office", "ledger", due_from="2023-06-03"))
    assert "2023年6月3日" in shown and ">2023-06-03<" not in shown
