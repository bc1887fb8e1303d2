"""Every convention and every step of a count can be said in both languages, with the same parameters."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import tracker.rules
from tests.rules.phrase_cases import reading_of
from tests.rules.test_phrases_properties import PHRASES
from tracker.rules.wording import counting, explain, localise, note, readings

SENTENCES = {**counting.SENTENCES, **readings.SENTENCES}
DOCUMENTED = Path(tracker.rules.__file__).parents[2] / "docs" / "rules.md"


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_code_has_one_sentence_in_each_language_with_the_same_parameters(code: str) -> None:
    chinese, english = SENTENCES[code]
    assert fields(chinese) == fields(english)
    assert chinese.endswith("。")
    assert english.endswith(".")
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"\([^()]*\)", "", english)), "Chinese only in brackets"


def test_a_code_without_sentences_cannot_be_noted() -> None:
    with pytest.raises(KeyError, match="has no sentences"):
        note("reading.never_heard_of")


def test_every_convention_that_a_phrase_can_meet_is_documented() -> None:
    documented = set(re.findall(r"`([a-z_]+)`", DOCUMENTED.read_text(encoding="utf-8")))
    met = {reading_of(phrase).convention for phrase in PHRASES}
    assert met <= documented, sorted(met - documented)


def test_days_units_and_festivals_are_written_the_way_of_the_language() -> None:
    assert localise("2023-06-02", "zh-hans") == "2023年6月2日"
    assert localise("2023-06-02", "en") == "2 June 2023"
    assert localise("2023-10-07、2023-10-08", "en") == "7 October 2023, 8 October 2023"
    assert localise("workday", "zh-hans") == "个工作日"
    assert localise("春节", "en") == "Spring Festival"


def test_a_phrase_that_looks_like_a_day_and_is_none_is_left_alone() -> None:
    assert localise("2023-13-01", "en") == "2023-13-01"
    assert explain(note("reading.no_such_month", text="2023-13-01", month=13), "en").startswith("“2023-13-01”")
