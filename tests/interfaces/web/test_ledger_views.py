"""The ledger is grouped, its columns are chosen, and views of it are kept."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from tests import factories as make
from tests.factories import TODAY
from tests.interfaces.web.county import County, text_of
from tracker.audit.models import AuditEntry
from tracker.commitments.models import FirstView, LedgerView, Task
from tracker.commitments.selectors import ledger
from tracker.commitments.selectors.grouping import GROUPINGS, groups_of
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def fill(county: County) -> None:
    """Lay duties on several units, of two documents, in every state, with and without dates."""
    units = [county.lead, county.other, *(make.unit() for _ in range(3))]
    states = list(State)
    other = make.document(short="旱作节水")
    for place in range(40):
        due = None if place % 7 == 6 else TODAY + timedelta(days=place * 5 - 60)
        of = make.commitment(other if place % 3 else county.document, due=due)
        make.task(units[place % 5], of=of, due=due, state=states[place % len(states)])


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("size", [1, 4, 7, 100])
def test_grouped_pages_hold_every_task_once_group_after_group(county: County, by: str, size: int) -> None:
    fill(county)
    tasks = Task.objects.exclude(state=State.WITHDRAWN)
    rows = ledger.for_table(tasks)
    groups = groups_of(tasks, by, today=TODAY)
    seen: list[Task] = []
    after = ""
    while True:
        page = ledger.page(rows, after=after, size=size, groups=groups)
        seen += page.tasks
        if page.after is None:
            break
        after = page.after
    assert sorted(task.pk for task in seen) == sorted(tasks.values_list("pk", flat=True))
    # Each group stands in one piece, in the groups' order, with as many as was counted.
    order = [groups.value_of(task) for task in seen]
    assert order == [group.value for group in groups for _ in range(group.count)]
    for group in groups:
        assert {task.pk for task in seen if groups.value_of(task) == group.value} == set(
            tasks.filter(group.where).values_list("pk", flat=True)
        )


@pytest.mark.parametrize("by", GROUPINGS)
def test_turning_back_through_groups_shows_the_page_one_came_from(county: County, by: str) -> None:
    fill(county)
    tasks = ledger.for_table(Task.objects.exclude(state=State.WITHDRAWN))
    groups = groups_of(tasks, by, today=TODAY)
    pages = [ledger.page(tasks, size=6, groups=groups)]
    while pages[-1].after:
        pages.append(ledger.page(tasks, size=6, after=pages[-1].after, groups=groups))
    for earlier, later in itertools.pairwise(pages):
        back = ledger.page(tasks, size=6, before=later.before or "", groups=groups)
        assert [task.pk for task in back.tasks] == [task.pk for task in earlier.tasks]


def test_a_page_of_groups_shows_each_groups_name_and_count_and_jumps_to_it(county: County) -> None:
    fill(county)
    answer = county.get("office", "ledger", group="document", standing="all")
    headings = {row.group.name: row.group.count for row in answer.context["rows"] if row.group}
    assert "经济普查 稷政发〔2023〕7号" in headings
    last = answer.context["groups"][-1]
    jumped = county.client("office").get(f"/ledger/{last.address}")
    assert jumped.context["rows"][0].group.name == last.name
    assert jumped.context["page"].before is not None


def test_months_and_standings_are_named_in_words(county: County) -> None:
    fill(county)
    months = [group.name for group in county.get("office", "ledger", group="month").context["groups"]]
    assert "2023年6月" in months
    assert months[-1] == "没有日期"
    standings = [str(group.name) for group in county.get("office", "ledger", group="standing").context["groups"]]
    assert standings[0] == "已逾期"


def test_only_the_chosen_columns_are_shown(county: County) -> None:
    source = text_of(county.get("office", "ledger", col=["lead", "clause"]))
    assert 'data-label="条款原文"' in source
    assert 'data-label="牵头单位"' in source
    assert 'data-label="到期"' not in source


def test_support_clause_and_waiting_are_filters(county: County) -> None:
    def found(**query: str) -> set[int]:
        return {row.task.pk for row in county.get("office", "ledger", **query).context["rows"]}

    assert found(support=county.support.slug) == {county.task.pk}
    assert found(support=county.lead.slug) == set()
    assert found(waiting_for="acknowledgement") == {county.task.pk, county.sibling.pk}
    assert found(waiting_for="review") == set()
    assert found(clause="四（三）") == {county.task.pk, county.sibling.pk}
    assert found(clause="五（一）") == set()
    Task.objects.filter(pk=county.task.pk).update(blocker=county.support)
    assert found(waiting_for="other_unit") == {county.task.pk}
    assert found(changed_from="2023-06-01") == set()


def keep(county: County, who: str, **data: object) -> LedgerView:
    answer = county.post_to(who, "ledger_views", **data)
    assert answer.status_code == 303, text_of(answer)
    return LedgerView.objects.get(name=data["name"])


def test_a_kept_view_opens_with_its_filter_columns_groups_and_order(county: County) -> None:
    query = "standing=overdue&col=lead&col=due&group=unit&sort=-due&after=1~2023-06-02"
    view = keep(county, "liaison", name="本周 逾期", query=query)
    assert (view.query, view.columns, view.group, view.sort) == ("standing=overdue", ["lead", "due"], "unit", "-due")
    source = text_of(county.get("liaison", "ledger", view="all"))
    address = f"/ledger/?col=due&amp;col=lead&amp;group=unit&amp;sort=-due&amp;standing=overdue&amp;view={view.pk}"
    assert address in source
    opened = county.client("liaison").get(address.replace("&amp;", "&"))
    assert [column.key for column in opened.context["columns"]] == ["lead", "due"]
    assert opened.context["view_changed"] is False
    assert AuditEntry.objects.filter(action="commitments.view_saved", object_id=str(view.pk)).exists()


def test_a_private_view_is_its_owners_and_a_shared_one_is_everybodys(county: County) -> None:
    own = keep(county, "liaison", name="我的视图甲", query="kind=once")
    assert own.name not in text_of(county.get("head", "ledger"))
    assert county.get("head", "ledger_view", own.pk).status_code == 404
    shared = keep(county, "office", name="全县逾期", query="standing=overdue", shared="on")
    assert shared.name in text_of(county.get("head", "ledger"))
    assert county.post_to("head", "ledger_view", shared.pk, do="delete").status_code == 403
    assert county.post_to("liaison", "ledger_view", own.pk, do="share").status_code == 403
    assert LedgerView.objects.count() == 2


def test_a_unit_cannot_share_a_view_by_sending_the_field(county: County) -> None:
    assert keep(county, "liaison", name="混入", query="", shared="on").shared is False


def test_the_ledger_opens_with_the_chosen_view_until_it_is_gone(county: County) -> None:
    view = keep(county, "office", name="待审核", query="standing=awaiting_review", first="on")
    opened = county.get("office", "ledger")
    assert opened.status_code == 302
    assert opened["Location"] == f"/ledger/?standing=awaiting_review&view={view.pk}"
    assert county.get("office", "ledger", view="all").status_code == 200
    county.post_to("office", "ledger_view", view.pk, do="delete")
    assert county.get("office", "ledger").status_code == 200
    assert not FirstView.objects.exists()


def test_a_view_is_renamed_shared_and_taken_back(county: County) -> None:
    view = keep(county, "office", name="旧名", query="kind=once")
    county.post_to("office", "ledger_view", view.pk, do="rename", name="新名")
    county.post_to("office", "ledger_view", view.pk, do="share")
    view.refresh_from_db()
    assert (view.name, view.shared) == ("新名", True)
    other = keep(county, "office", name="又一个", query="", shared="on")
    refused = county.post_to("office", "ledger_view", other.pk, do="rename", name="新名")
    assert refused.status_code == 422
    assert "新名" in text_of(refused)


def test_a_view_that_asks_for_what_is_gone_shows_the_rest_and_says_so(county: County) -> None:
    view = keep(county, "office", name="旧视图", query=f"document=gone&unit={county.lead.slug}&sort=due")
    LedgerView.objects.filter(pk=view.pk).update(columns=["lead", "colour"], group="mood")
    opened = county.client("office").get(
        f"/ledger/?document=gone&unit={county.lead.slug}&col=lead&col=colour&view={view.pk}"
    )
    assert opened.status_code == 200
    assert {row.task.pk for row in opened.context["rows"]} == {county.task.pk}
    assert opened.context["view_broken"] is True
    assert [column.key for column in opened.context["columns"]] == ["lead"]
