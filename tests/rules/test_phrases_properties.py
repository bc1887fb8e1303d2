"""What holds for any text: spelling does not matter, dates are never invented, and nothing makes the reader fail."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules import (
    test_phrases_points,
    test_phrases_recurrences,
    test_phrases_refusals,
    test_phrases_relatives,
    test_phrases_spans,
)
from tests.rules.phrase_cases import CHINA, reading_of
from tracker.rules.phrases import Kind, Reading, read
from tracker.rules.phrases.numerals import NotANumber, number
from tracker.rules.wording import explain

# Every phrase of the tables.
PHRASES = sorted(
    {
        row[0]
        for table in (
            test_phrases_points.ONCE,
            test_phrases_points.TARGETS,
            test_phrases_spans.WINDOWS,
            test_phrases_spans.OPEN,
            test_phrases_recurrences.RULES,
            test_phrases_relatives.WAITING,
            test_phrases_relatives.BACKWARDS,
            test_phrases_relatives.FROM_ISSUE,
            test_phrases_refusals.UNDATED,
            test_phrases_refusals.PROBLEMS,
        )
        for row in table
    }
)
ANCHORS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
# The characters expressions of time are made of, so that random text is nearly always nearly one.
NEARLY = st.text(
    "0123456789０１２年月日号季度周旬前内底末初上中下每个工作天一二三四十两半廿至到-—、，。（）起止后自从期间春节国庆间隔十四五“”年度",
    max_size=24,
)
PARTS = st.lists(
    st.sampled_from([*PHRASES, "，", "。", "力争", "完成", "每", "前", "自", "到", "2023年", "“", " "]), max_size=5
)
TEXTS = st.one_of(NEARLY, st.text(max_size=40), PARTS.map("".join))


def meaning(reading: Reading) -> tuple[object, ...]:
    relative = reading.relative
    return (
        reading.kind,
        reading.start,
        reading.due,
        reading.recurrence,
        (relative.within, relative.unit, relative.direction, relative.at_least) if relative else None,
        reading.certainty,
        reading.convention,
    )


def full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def test_the_tables_hold_at_least_two_hundred_and_fifty_phrases() -> None:
    assert len(PHRASES) >= 250


@given(st.sampled_from(PHRASES))
def test_full_width_and_half_width_mean_the_same(phrase: str) -> None:
    assert meaning(reading_of(full_width(phrase))) == meaning(reading_of(phrase))
    assert meaning(reading_of(unicodedata.normalize("NFKC", phrase))) == meaning(reading_of(phrase))


@given(
    st.sampled_from(PHRASES),
    st.lists(st.sampled_from([" ", "\u3000", "\t", "\u200b", "\n"]), min_size=1, max_size=8),
    st.data(),
)
def test_spaces_anywhere_mean_nothing(phrase: str, spaces: list[str], data: st.DataObject) -> None:
    spaced = phrase
    for space in spaces:
        at = data.draw(st.integers(0, len(spaced)))
        spaced = spaced[:at] + space + spaced[at:]
    assert meaning(reading_of(spaced)) == meaning(reading_of(phrase))


@given(st.sampled_from(PHRASES), st.sampled_from(["-", "－", "—", "——", "–", "~", "～", "〜"]))
def test_one_dash_is_as_good_as_another(phrase: str, dash: str) -> None:
    plain = phrase.replace("——", "-").replace("—", "-").replace("～", "-")
    assert meaning(reading_of(plain.replace("-", dash))) == meaning(reading_of(plain))


@given(TEXTS, ANCHORS, st.one_of(st.none(), st.integers(1949, 2100)))
@settings(max_examples=400)
def test_no_text_makes_the_reader_fail_and_what_it_says_holds_together(
    text: str, anchor: date, year: int | None
) -> None:
    reading = read(text, anchor=anchor, workdays=CHINA, year=year)
    assert reading.text == text
    assert reading.notes
    for language in ("zh-hans", "en"):
        assert all(explain(note, language) for note in reading.notes)
    if reading.start is not None and reading.due is not None:
        assert reading.start <= reading.due
    match reading.kind:
        case Kind.ONCE | Kind.TARGET:
            assert reading.due is not None and reading.start is None
        case Kind.WINDOW:
            assert reading.due is not None and reading.start is not None
        case Kind.RECURRING:
            assert reading.recurrence is not None
        case Kind.RELATIVE:
            assert reading.relative is not None
        case Kind.FROM:
            assert reading.start is not None or reading.relative is not None
        case Kind.UNDATED:
            assert (reading.start, reading.due, reading.recurrence, reading.relative) == (None, None, None, None)
    if reading.problem is not None:
        assert reading.kind is Kind.UNDATED


@given(st.dates(date(1949, 1, 1), date(2100, 12, 31)), ANCHORS)
def test_a_day_written_in_full_is_that_day_however_it_is_written(day: date, anchor: date) -> None:
    for phrase in (
        f"{day.year}年{day.month}月{day.day}日前",
        f"{day.year}年{day.month:02d}月{day.day:02d}日",
        f"{day.year} 年 {day.month} 月 {day.day} 日之前",
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}前",
        f"{day.year}.{day.month}.{day.day}前",
    ):
        assert read(phrase, anchor=anchor, workdays=CHINA).due == day, phrase


@given(st.integers(1, 12), ANCHORS)
def test_a_month_without_a_year_ends_on_or_after_the_issue_date_within_a_year(month: int, anchor: date) -> None:
    due = read(f"{month}月底前", anchor=anchor, workdays=CHINA).due
    assert due is not None
    assert 0 <= (due - anchor).days <= 366
    assert due.month == month


@given(st.integers(1, 99))
def test_chinese_numerals_and_digits_are_the_same_number(value: int) -> None:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(value, 10)
    written = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")
    assert number(written) == value


@pytest.mark.parametrize("text", ["十十", "三五", "七八", "一二三", "百百"])
def test_numerals_that_are_no_number_are_refused(text: str) -> None:
    with pytest.raises(NotANumber):
        number(text)
