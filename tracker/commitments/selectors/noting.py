"""Say what stands under 备注 of a line of the ledger, and find the person's own words in what such a cell says.

The column holds the remark that somebody keeps beside the task, and below it what a reader of the date and the unit must
know. The latter is reckoned each time: coming in it is passed over, in whichever language it was written and whether or not
it still holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from tracker.commitments.models import Task
from tracker.rules.followup import ENDED

LANGUAGES = ("zh-hans", "en")
LONGEST_REMARK = 2000

PROVISIONAL = gettext_noop("The date is provisional: the holidays of its year are not announced yet.")
SOFT = gettext_noop("A soft promise: the text says “strive to” or the like.")
IMPLIED = gettext_noop("The text does not name the unit; it is implied.")
UNDATED = gettext_noop("The text gives no date that can be computed.")


def note_of(task: Task) -> str:
    """Return the remark of a task and below it what is to be known: provisional, soft, implied, waiting for a unit."""
    known = " ".join(_(one) if one in _SENTENCES else one for one in _known(task))
    return "\n".join(part for part in (task.remark, known) if part)


def remark_in(text: str, task: Task) -> str:
    """Return the person's own words in a cell that was written under 备注 of this task, "" for none."""
    sentences = [task.blocker_note]
    for language in LANGUAGES:
        with override(language):
            sentences += [_(one) for one in _SENTENCES]
    for sentence in sentences:
        if sentence and sentence != task.remark:
            text = text.replace(sentence, " ")
    return "\n".join(line for part in text.splitlines() if (line := part.strip()))


_SENTENCES = (PROVISIONAL, SOFT, IMPLIED, UNDATED)


def _known(task: Task) -> Iterator[str]:
    if task.provisional:
        yield PROVISIONAL
    if task.commitment.certainty == "soft":
        yield SOFT
    if task.commitment.responsibility == "implied":
        yield IMPLIED
    if task.due is None and task.state not in ENDED:
        yield UNDATED
    if task.blocker_note:
        yield task.blocker_note
