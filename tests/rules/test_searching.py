"""What is typed into the search is read however wide its characters are, and found in a text where it stands."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.searching import PaperNumber, ask, holds, paper_number, snippet, variants

WHOLE = PaperNumber("稷政办发", 2023, 15)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("稷政办发〔2023〕15号", WHOLE),
        ("稷政办发[2023]15号", WHOLE),
        ("稷政办发(2023)15号", WHOLE),
        ("稷政办发（２０２３）１５号", WHOLE),
        ("稷政办发【2023】15号", WHOLE),
        ("稷政办发 〔2023〕 15 号", WHOLE),
        ("稷政办发〔2023〕第15号", WHOLE),
        ("稷政办发〔2023〕15", WHOLE),
        ("稷政办发15号", PaperNumber("稷政办发", None, 15)),
        ("〔2023〕15号", PaperNumber("", 2023, 15)),
        ("15号", PaperNumber("", None, 15)),
        ("１５号", PaperNumber("", None, 15)),
        ("第15号", PaperNumber("", None, 15)),
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str, expected: PaperNumber) -> None:
    assert ask(typed).number == expected


@pytest.mark.parametrize("typed", ["15", "海绵城市", "2023年", "稷政办发", "", "15号 普查", "五号"])
def test_what_is_no_number_is_read_as_words(typed: str) -> None:
    assert ask(typed).number is None


def test_words_are_parted_by_spaces_of_any_width_and_each_counts_once() -> None:
    assert ask("普查　领导小组  普查").words == ("普查", "领导小组")


def test_no_more_words_count_than_a_question_may_have() -> None:
    assert len(ask(" ".join(f"词{number}" for number in range(30))).words) == 6


def test_narrow_brackets_are_looked_for_as_they_are_printed() -> None:
    assert variants("四(三)") == ("四(三)", "四（三）")
    assert variants("普查") == ("普查",)


def test_a_word_is_found_through_the_spaces_of_a_printed_line() -> None:
    assert holds("于 2023 年 6 月 2 日前设立", ["2023年6月2日"])
    assert holds("ＰＰＰ项目", ["ppp"])
    assert holds("第四条（三）", ["四条(三)"])
    assert not holds("设立普查领导小组", ["普查", "水利"])


def test_a_figure_is_no_part_of_a_longer_one() -> None:
    assert holds("稷政发〔2023〕7号", ["7号"]) and not holds("稷政发〔2023〕17号", ["7号"])
    assert not any(piece.hit for piece in snippet("6月12日前", ["2日前"]))


def test_a_snippet_tells_apart_what_was_asked_for_in_the_words_of_the_text() -> None:
    pieces = snippet("赵 鹏 县水利局局长", ["赵鹏"])
    assert [(piece.text, piece.hit) for piece in pieces] == [("赵 鹏", True), (" 县水利局局长", False)]


def test_a_snippet_is_cut_about_the_first_hit_and_says_so() -> None:
    pieces = snippet("前" * 100 + "普查" + "后" * 200, ["普查"], around=10)
    assert [piece.text for piece in pieces if piece.hit] == ["普查"]
    assert (pieces[0].text, pieces[-1].text) == ("…", "…")
    assert sum(len(piece.text) for piece in pieces) < 60


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=4), max_size=3))
def test_a_snippet_of_a_short_text_loses_and_adds_nothing(text: str, words: list[str]) -> None:
    plain = " ".join(text.split())
    assert "".join(piece.text for piece in snippet(text, words, around=100)) == plain


@given(st.text(alphabet="稷政办发普查0123456789〔〕()（） 号", max_size=20))
def test_what_was_typed_is_read_alike_in_every_width(typed: str) -> None:
    assert ask(typed) == ask(unicodedata.normalize("NFKC", typed))


@given(st.text(max_size=40))
def test_anything_can_be_typed(typed: str) -> None:
    asked = ask(typed)
    assert asked.number is None or paper_number(asked.words[0]) == asked.number
