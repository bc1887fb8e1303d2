"""The assessment's page: every number opens a list of just so many rows, and nobody is ranked unless the county asks."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime

import pytest
from pytest_django import Settings

from tests import factories as make
from tests.interfaces.web.county import County, text_of
from tracker.audit.actors import Actor, Role
from tracker.commitments import services
from tracker.commitments.models import Assignment, Review, Task
from tracker.notices.models import Kind, Notice
from tracker.org.models import Unit, UnitKind
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def at(number: int) -> datetime:
    return datetime(2023, 6, number, 1, 0, tzinfo=UTC)


@pytest.fixture
def lived(county: County) -> County:
    """Return the county after some of its duties were closed, extended, sent back or left alone."""
    liaison, head, office = county.actor("liaison"), county.actor("head"), county.actor("office")

    def duty(due: date, **values: object) -> Task:
        return make.task(county.lead, county.support, of=make.commitment(county.document, due=due, **values), due=due)

    def close(task: Task, by: Actor, on: int) -> None:
        services.apply_to_close(task=task, unit=county.lead, text="已办", by=by, now=at(on))
        services.review(task=task, decision=Review.Decision.CLOSED, by=office, now=at(on))

    close(duty(date(2023, 6, 2)), liaison, 2)
    close(duty(date(2023, 6, 1), certainty="soft"), liaison, 5)
    sent_back = duty(date(2023, 6, 3))
    services.apply_to_close(task=sent_back, unit=county.lead, text="已办", by=liaison, now=at(2))
    services.review(task=sent_back, decision=Review.Decision.RETURNED, reason="缺少文号", by=office, now=at(5))
    extended = duty(date(2023, 6, 4))
    asked = services.request_extension(
        task=extended, unit=county.lead, new_due=date(2023, 6, 20), reason="等批复", progress="已报", by=head, now=at(2)
    )
    services.decide_extension(extension=asked, granted=True, by=office, now=at(3))
    services.suspend(task=duty(date(2023, 6, 28)), reason="等待省级方案", by=office, now=at(4))
    backfill = make.commitment(county.document, due=date(2023, 5, 2))
    make.task(county.other, of=backfill, due=date(2023, 5, 2), state=State.TO_CONFIRM, backfill=True)
    Assignment.objects.create(task=sent_back, unit=county.other, role="lead")
    return county


LINK = re.compile(r'<a href="(/assessment/tasks/\?[^"]+)"[^>]*>(\d+)</a>')


@pytest.mark.parametrize("who", ["office", "leader", "liaison", "helper"])
def test_every_number_opens_a_list_of_just_so_many_rows(lived: County, who: str) -> None:
    page = text_of(lived.get(who, "assessment", first="2023-04-01", last="2023-06-30"))
    links = [(html.unescape(address), int(number)) for address, number in LINK.findall(page)]
    assert len(links) >= 5
    for address, number in links:
        answer = lived.client(who).get(address)
        assert answer.status_code == 200
        source = text_of(answer)
        assert source.count("<tr data-row>") == number, address
        assert f'<span class="count">{number}</span>' in source


def test_the_numbers_of_a_unit_add_up_to_what_fell_due(lived: County) -> None:
    lines = lived.get("office", "assessment").context["lines"]
    (line,) = [line for line in lines if line.unit == lived.lead]
    assert sum(cell.number for cell in line.cells) == line.due.number == 6
    assert [cell.number for cell in line.events] == [1, 1, 0, 1, 0]
    assert (line.tally.rate, line.soft.number, line.tally.mean_late) == (25, 1, 2.0)


def test_a_unit_whose_duties_are_not_decided_has_no_rate(lived: County) -> None:
    waiting = make.unit("县水利局")
    make.task(waiting, of=make.commitment(lived.document), due=date(2023, 6, 30))
    source = text_of(lived.get("office", "assessment"))
    row = source[source.index("县水利局") :].split("</tr>")[0]
    assert "无数据" in row or "暂无数据" in row
    assert "100%" not in row and "0%" not in row


def test_a_group_that_nobody_has_named_is_counted_and_late_as_nobody(lived: County, settings: Settings) -> None:
    settings.TRACKER_RANKING = True
    group = make.unit("县直各有关单位", kind=UnitKind.COLLECTIVE)
    make.task(group, of=make.commitment(lived.document, due=date(2023, 6, 2)), due=date(2023, 6, 2))
    answer = lived.get("office", "assessment")
    (line,) = [line for line in answer.context["lines"] if line.unit == group]
    assert (line.tally.due, line.score) == (1, None)
    source = text_of(answer)
    row = source[source.index("县直各有关单位") :].split("</tr>")[0]
    assert "尚未分解" in row and "late-text" not in row
    assert "不算任何单位逾期" in source
    listed = text_of(lived.get("office", "assessment_tasks", outcome="open_late", unit=group.slug, role="lead"))
    assert "尚未分解" in listed


def test_an_earlier_day_shows_the_period_as_it_was_then(lived: County) -> None:
    (line,) = [
        line
        for line in lived.get("office", "assessment", as_of="2023-06-04").context["lines"]
        if line.unit == lived.lead
    ]
    # The one closed on 5 June was still open and late, and the one sent back on that day was still with the verifier.
    assert [cell.number for cell in line.cells[:5]] == [1, 0, 2, 0, 1]


def test_a_day_to_come_is_refused_and_today_is_taken(lived: County) -> None:
    answer = lived.get("office", "assessment", as_of="2023-07-01")
    assert answer.context["as_of"] == date(2023, 6, 5)
    assert "请选今天或者更早的一天" in text_of(answer)


def test_units_are_in_the_countys_order_and_there_is_no_score_by_default(lived: County) -> None:
    answer = lived.get("office", "assessment")
    units = [line.unit for line in answer.context["lines"]]
    assert units == list(Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("kind", "name"))
    assert all(line.score is None for line in answer.context["lines"])
    assert "不打分、不排名" in text_of(answer)
    assert "得分" not in text_of(answer)


def test_where_the_county_asks_for_it_the_score_shows_how_it_was_made_and_ties_are_told(
    lived: County, settings: Settings
) -> None:
    settings.TRACKER_RANKING = True
    for name in ("县水利局", "县林业局"):
        unit = make.unit(name)
        task = make.task(unit, of=make.commitment(lived.document, due=date(2023, 6, 2)), due=date(2023, 6, 2))
        by = make.person(Role.LIAISON, unit)
        services.apply_to_close(task=task, unit=unit, text="已办", by=by, now=at(2))
        services.review(task=task, decision=Review.Decision.CLOSED, by=lived.actor("office"), now=at(2))
    answer = lived.get("office", "assessment")
    lines = [line for line in answer.context["lines"] if line.score]
    points = [line.score.points for line in lines]
    assert points == sorted(points, reverse=True)
    assert [line.tied for line in lines[:2]] == [True, True]
    (own,) = [line for line in lines if line.unit == lived.lead]
    # One in time (100), one soft and late (half of 50), two late and open (nothing), over 1 + ½ + 2.
    assert own.score.points == pytest.approx(35.7)
    source = text_of(answer)
    assert "1×100 + 1×50%×50 + 2×0 ÷ 1 + 1×50% + 2" in source
    assert "并列" in source


def test_people_of_a_unit_see_their_own_line_only(lived: County) -> None:
    assert [line.unit for line in lived.get("liaison", "assessment").context["lines"]] == [lived.lead]
    assert lived.get("stranger", "assessment").context["lines"] == []
    other = lived.get("liaison", "assessment_tasks", unit=lived.other.slug, role="lead", outcome="due")
    assert other.context["count"] == 0


def test_a_bulletin_without_a_clause_is_refused_with_the_reason(lived: County) -> None:
    answer = lived.post_to("office", "assessment_bulletin")
    assert answer.headers["Location"].startswith("/assessment/?")
    assert "都没有考核条款" in text_of(lived.client("office").get(answer.headers["Location"]))
    assert not Notice.objects.exists()


def test_a_bulletin_tells_the_tables_figures_and_names_nobody_the_clause_does_not_let_it_name(lived: County) -> None:
    make.policy(lived.document, {"title": "提请普查办协调"}, key="census")
    lived.document.commitments.update(policy_key="census")
    answer = lived.post_to("office", "assessment_bulletin")
    notice = Notice.objects.get(kind=Kind.BULLETIN)
    assert answer.headers["Location"] == f"/notices/{notice.pk}/"
    assert (
        "到期的承诺事项共7项，涉及2个单位。截至2023年6月5日，其中按期办结1项，逾期办结1项，中止1项，逾期未办结3项，未到期1项。"
        in notice.body
    )
    assert "【清单】" not in notice.body
    assert lived.lead.name not in notice.body
    assert set(notice.matters.values_list("listed", flat=True)) == {False}


def test_what_a_bulletin_leaves_out_is_said(lived: County) -> None:
    make.policy(lived.document, {"title": "提请普查办协调"}, key="census")
    lived.document.commitments.update(policy_key="census")
    make.task(make.unit("县水利局"), of=make.commitment(due=date(2023, 6, 20)), due=date(2023, 6, 20))
    answer = lived.post_to("office", "assessment_bulletin")
    assert "有 1 项没有列入" in text_of(lived.client("office").get(answer.headers["Location"]))
