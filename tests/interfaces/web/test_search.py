"""The search finds everything at once, and nobody finds what they may not see."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.interfaces.web.county import County, text_of
from tracker.commitments.models import Indicator, Task
from tracker.notices import services as notices
from tracker.org.models import Post, Tenure, UnitAlias

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def sections(source: str) -> dict[str, str]:
    """Return what was found by the name of its section."""
    found = re.findall(r'<section class="block" id="(\w+)">(.*?)</section>', source, re.DOTALL)
    return dict(found)


def found(county: County, who: str, words: str) -> dict[str, str]:
    return sections(text_of(county.get(who, "search", q=words)))


def test_a_word_of_two_characters_finds_duty_clause_and_document_with_the_word_marked(county: County) -> None:
    result = found(county, "office", "普查")
    assert list(result) == ["duties", "clauses", "documents"]
    assert "设立<mark>普查</mark>领导小组" in result["duties"]
    assert f'href="/documents/{county.document.slug}/#L6"' in result["clauses"]
    assert "关于做好<mark>普查</mark>工作的通知" in result["documents"]


@pytest.mark.parametrize(
    "typed",
    ["稷政发〔2023〕7号", "稷政发[2023]7号", "稷政发（2023）7号", "稷政发７号", "稷政发7号", "〔2023〕7号", "7号"],
)
def test_a_document_is_found_by_its_number_however_it_is_typed(county: County, typed: str) -> None:
    result = found(county, "office", typed)
    assert next(iter(result)) == "documents"
    assert f'href="/documents/{county.document.slug}/"' in result["documents"]
    assert "设立普查领导小组" in re.sub("</?mark>", "", result["duties"])


def test_a_number_finds_no_other_number_that_ends_alike(county: County) -> None:
    other = make.document(number="稷政发〔2023〕17号")
    assert other.slug not in found(county, "office", "7号")["documents"]


def test_a_liaison_finds_only_the_own_duties_but_every_document(county: County) -> None:
    result = found(county, "stranger", "普查")
    assert "duties" not in result and "clauses" in result and "documents" in result
    own = found(county, "liaison", "普查")["duties"]
    assert f"/tasks/{county.task.pk}/" in own and f"/tasks/{county.sibling.pk}/" not in own


def test_an_administrator_finds_no_duty_notice_or_indicator(county: County) -> None:
    Indicator.objects.create(commitment=county.commitment, name="普查覆盖率", op=">=", value=90, unit="%")
    assert set(found(county, "administrator", "普查")) == {"clauses", "documents"}
    assert "indicators" in found(county, "office", "普查")
    assert "indicators" not in found(county, "stranger", "普查")


def test_what_runs_comes_first_by_its_date_and_what_has_none_after_it(county: County) -> None:
    ended, undated = county.sibling, make.task(make.unit("清河镇人民政府"), of=county.commitment, due=None)
    Task.objects.filter(pk=ended.pk).update(state="closed", closed_at=make.NOW)
    result = found(county, "office", "普查")["duties"]
    order = [int(pk) for pk in re.findall(r"/tasks/(\d+)/", result)]
    assert order.index(county.task.pk) < order.index(undated.pk) < order.index(ended.pk)


def test_a_unit_is_found_by_its_spelling_and_a_person_by_name(county: County) -> None:
    UnitAlias.objects.create(unit=county.lead, name="蔡村")
    post = Post.objects.filter(unit=county.lead).first()
    assert post is not None
    Tenure.objects.create(post=post, holder="马军")
    assert f"/units/{county.lead.slug}/" in found(county, "liaison", "蔡村")["units"]
    assert f"/posts/{post.pk}/" in found(county, "liaison", "马军")["people"]


def test_who_has_left_a_post_is_not_found_in_it(county: County) -> None:
    post = make.post(county.lead)
    from datetime import date

    Tenure.objects.create(post=post, holder="李茂虎", to_day=date(2023, 5, 7))
    assert "people" not in found(county, "office", "李茂虎")


def test_a_proposed_notice_is_found_by_the_office_and_not_by_its_addressee(county: County) -> None:
    made = notices.propose_reminder(task=county.task, by=county.actor("office"), now=make.NOW)
    words = made.heading[:6]
    assert f"/notices/{made.pk}/" in found(county, "office", words)["notices"]
    assert "notices" not in found(county, "liaison", words)


def test_all_words_must_be_found(county: County) -> None:
    assert "duties" in found(county, "office", "普查 领导小组")
    assert found(county, "office", "普查 水库") == {}


def test_nothing_found_says_how_to_ask_better(county: County) -> None:
    source = text_of(county.get("office", "search", q="不存在的词"))
    assert "请减少词语或缩短词语" in source and "稷政办发〔2023〕15号" in source


def test_without_words_the_page_says_what_can_be_found(county: County) -> None:
    assert "请在上方输入要查找的内容" in text_of(county.get("office", "search"))


def test_what_was_typed_cannot_become_markup(county: County) -> None:
    source = text_of(county.get("office", "search", q='<script>alert("普查")</script>'))
    assert "<script>alert" not in source


def test_the_ledger_finds_the_same_words_one_click_away(county: County) -> None:
    source = text_of(county.get("office", "search", q="稷政发[2023]7号"))
    address = re.search(r'href="(/ledger/\?[^"]+)"', source)
    assert address is not None
    assert "共 2 项" in text_of(county.client("office").get(address[1].replace("&amp;", "&")))


def test_the_search_asks_so_many_questions_whatever_it_finds(county: County) -> None:
    def asked(words: str) -> int:
        county.get("office", "search", q=words)
        with CaptureQueriesContext(connection) as queries:
            county.get("office", "search", q=words)
        return len(queries)

    before = asked("普查")
    for number in range(12):
        make.task(make.unit(f"普查{number}办公室"), of=make.commitment(county.document, title=f"普查事项{number}"))
    assert asked("普查") <= before + 1  # units are found now: their spellings are one question more
    assert before <= 24
