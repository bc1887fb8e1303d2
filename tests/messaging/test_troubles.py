"""What went wrong is said in the reader's language, and what a server answered in its own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from tracker.messaging import troubles

pytestmark = pytest.mark.core


@pytest.mark.parametrize("sentence", troubles.SENTENCES)
def test_every_trouble_is_said_in_chinese(sentence: str) -> None:
    kept = sentence % {"name": "甲", "said": "550 (5.1.1) no: such"}
    with translation.override("zh-hans"):
        said = troubles.say(kept)
    assert said != kept and re.search(r"[一-鿿]{3}", said)
    assert ("550 (5.1.1) no: such" in said) == ("%(said)s" in sentence)
    with translation.override("en"):
        assert troubles.say(kept) == kept


def test_words_of_an_unforeseen_error_stay_as_they_are() -> None:
    assert troubles.say("KeyError: 'no such sentence'") == "KeyError: 'no such sentence'"


def test_whatever_the_channels_raise_is_known_again() -> None:
    channels = Path(troubles.__file__).parent / "channels"
    raised = []
    for name in ("mail.py", "robots.py", "wire.py"):
        source = (channels / name).read_text("utf-8")
        raised += re.findall(r'(?:PutOff|Refused|Unknown)\(f?"([^"]+)"', source)
    assert len(raised) > 10
    texts = [re.sub(r"\{[^}]*\}", "x", text) for text in raised]
    assert [text for text in texts if not any(known.match(text) for known, _sentence in troubles._KNOWN)] == []
