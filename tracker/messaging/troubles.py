"""Say in the reader's language why a delivery or a test did not arrive.

What went wrong is kept in English as it was met, by jobs that have no reader; here its sentences are known again. What a
mail server or a robot's service answered stays in its own words.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

SENTENCES = (
    # Why sending is paused, too.
    gettext_noop("restored from %(said)s"),
    gettext_noop("Given up by %(name)s: %(said)s"),
    gettext_noop("The mail server answered %(said)s"),
    gettext_noop("The mail server cannot be reached: %(said)s"),
    gettext_noop("The mail could not be handed over: %(said)s"),
    gettext_noop("The mail server broke off or did not answer in time: %(said)s"),
    gettext_noop("Every process that tried to send this ended in it."),
    gettext_noop("Said with the digest of a later day."),
    gettext_noop("The robot's service cannot be reached (%(said)s)."),
    gettext_noop("The robot's service broke off or did not answer in time (%(said)s)."),
    gettext_noop("The robot's service sent us elsewhere (%(said)s), where nothing is sent."),
    gettext_noop("The robot's service takes nothing now: %(said)s"),
    gettext_noop("The robot's service refuses the message: %(said)s"),
    gettext_noop("What answered in the place of the robot's service did not say whether it took the message."),
    gettext_noop("No robot “%(name)s” is set any more."),
    gettext_noop("The address of the robot “%(name)s” is none that its service could have given."),
    gettext_noop("The robot's address leads to a host that is not allowed."),
    gettext_noop("The message could not be made for the robot's service."),
    gettext_noop("The message could not be handed over (%(said)s)."),
)


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"%\\\((name|said)\\\)s", r"(?P<\1>.*?)", re.escape(sentence)) + r"\Z", re.DOTALL)


_KNOWN = tuple((_pattern(sentence), sentence) for sentence in SENTENCES)


def say(kept: str) -> str:
    """Return what was kept in the language that is active; unknown words stay as they are."""
    for pattern, sentence in _KNOWN:
        if found := pattern.match(kept):
            return _(sentence) % found.groupdict()
    return kept
