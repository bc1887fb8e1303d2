"""Every reason of the follow-up can be said in both languages, with the same parameters."""

from __future__ import annotations

from string import Formatter

import pytest

from tracker.rules.followup import State
from tracker.rules.transitions import Role, Verb
from tracker.rules.wording import NAMES, explain, follow_up, indicators, note, process

SENTENCES = {**follow_up.SENTENCES, **process.SENTENCES, **indicators.SENTENCES}


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_name_the_same_parameters(code: str) -> None:
    chinese, english = SENTENCES[code]
    assert fields(chinese) == fields(english)
    assert chinese.endswith("。")
    assert english.endswith(".")
    assert explain(note(code, **dict.fromkeys(fields(chinese), "2023-06-02")), "en")


def test_every_state_role_and_verb_has_a_name_in_both_languages() -> None:
    wanted = {f"state:{one}" for one in State} | {f"role:{one}" for one in Role} | {f"verb:{one}" for one in Verb}
    assert wanted == set(process.NAMES)
    assert wanted <= set(NAMES)
