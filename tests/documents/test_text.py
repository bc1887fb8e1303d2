"""A document's text is cut where highlights begin and end, and never changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests import factories as make
from tracker.documents import selectors
from tracker.documents.models import Document, NotCommitment
from tracker.documents.selectors import Highlight, Mark, segments

LINE = "（三）各乡镇于2023年6月2日前设立领导小组，村委会于6月8日前设立工作组。"


def quote(words: str, of: str = "a") -> Highlight:
    return Highlight(1, words, Mark.QUOTE, of)


def phrase(words: str, of: str = "a") -> Highlight:
    return Highlight(1, words, Mark.PHRASE, of)


def marked(*highlights: Highlight) -> list[tuple[str, set[str]]]:
    return [(one.text, {mark.value for mark in one.marks}) for one in segments(LINE, highlights)]


def test_a_phrase_is_marked_inside_its_quote() -> None:
    assert marked(quote("于2023年6月2日前设立领导小组"), phrase("2023年6月2日前"))[1:4] == [
        ("于", {"quote"}),
        ("2023年6月2日前", {"quote", "phrase"}),
        ("设立领导小组", {"quote"}),
    ]


def test_a_phrase_that_stands_twice_is_looked_for_in_its_own_quote() -> None:
    found = segments(LINE, [quote("村委会于6月8日前设立工作组", "b"), phrase("设立", "b")])
    (inside,) = [one for one in found if Mark.PHRASE in one.marks]
    assert Mark.QUOTE in inside.marks


def test_two_promises_in_the_same_words_share_the_stretch() -> None:
    found = segments(LINE, [quote("设立领导小组", "a"), quote("于2023年6月2日前设立领导小组", "b")])
    assert [one.of for one in found if one.text == "设立领导小组"] == [("a", "b")]


def test_words_that_stand_nowhere_mark_nothing() -> None:
    assert marked(quote("没有这样的话"), phrase("")) == [(LINE, set())]


@given(some.lists(some.tuples(some.integers(0, 40), some.integers(1, 40), some.sampled_from(list(Mark)))))
def test_no_character_is_lost_or_doubled(spans: list[tuple[int, int, Mark]]) -> None:
    highlights = [
        Highlight(1, LINE[start : start + length], mark, number) for number, (start, length, mark) in enumerate(spans)
    ]
    found = segments(LINE, highlights)
    assert "".join(one.text for one in found) == LINE
    assert all(one.text for one in found)


@pytest.fixture
def document(db: None) -> Document:
    made = make.document()
    made.gazette.text = "前一份文件\n一、总体要求\n\n" + LINE + "\n二、其他\n后一份文件"
    made.gazette.save()
    made.first_line, made.last_line = 2, 5
    made.save()
    return made


@pytest.mark.core
def test_only_the_documents_own_lines_that_hold_text_are_shown(document: Document) -> None:
    lines = selectors.lines(document, [])
    assert [(one.number, one.heading) for one in lines] == [(2, True), (4, False), (5, True)]
    assert lines[1].text == LINE


@pytest.mark.core
def test_a_clause_stands_between_its_neighbours_and_never_leaves_the_document(document: Document) -> None:
    around = selectors.lines_around(document, 4, [quote("设立领导小组")], most=4)
    assert [one.number for one in around] == [2, 4, 5]
    assert around[0].text == "……总体要求"
    assert around[1].text == LINE
    assert [one.number for one in selectors.lines_around(document, 2, [], most=4)] == [2, 4]


@pytest.mark.core
def test_one_row_may_name_several_time_expressions(document: Document) -> None:
    row = NotCommitment.objects.create(
        gazette=document.gazette, line=4, phrase="6月2日前 / 6月8日前", reason="cited document"
    )
    NotCommitment.objects.create(gazette=document.gazette, line=6, phrase="后", reason="past event")
    found = list(selectors.not_commitments(document))
    assert found == [row]
    assert [one.words for one in selectors.asides(found)] == ["6月2日前", "6月8日前"]
