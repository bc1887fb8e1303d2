"""Compare how a task stands: its progress, whether it is done, and what a duty of the backlog is answered with."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tracker.audit.actors import Role
from tracker.commitments.comparing.cells import DONE, NOT_YET, day_of, in_both, state_words, text_of, without_day
from tracker.commitments.comparing.values import Answer, Cells, Change, Context
from tracker.commitments.models import Task
from tracker.commitments.selectors.lines import Line, done_of, progress_of
from tracker.commitments.selectors.matching import plain
from tracker.rules.followup import ENDED, State

LONGEST_TEXT = 4000


def compare_standing(
    cells: Cells, task: Task, context: Context, line: Line, answer: Answer, named: date | None
) -> None:
    """Add the differences of progress and of done, and set the act they come to; `named` is another day under 完成时限."""
    text, text_change = _progress(cells, line)
    percent, percent_change = _percent(cells, task)
    if task.state == State.TO_CONFIRM:
        done_change = _backfill(cells, task, context, answer, text, named)
        percent_change = _later(percent_change)
    else:
        done_on, done_change = _done(cells, task, context)
        _decide(answer, task, context, line, text, percent, done_on)
    answer.changes += [one for one in (text_change, percent_change, done_change) if one is not None]


def _progress(cells: Cells, line: Line) -> tuple[str, Change | None]:
    """Return the new text, "" for none, with its difference."""
    if "progress" not in cells or cells["progress"][2]:
        return "", None
    address, said = cells["progress"][0], text_of(cells, "progress")
    old = progress_of(line.report)
    if plain(said) in {plain(words) for words in in_both(lambda: progress_of(line.report))}:
        return "", None
    if not said:
        return "", Change("progress", address, old, "", _("An empty cell takes nothing back; what was reported stays."))
    if len(said) > LONGEST_TEXT:
        why = _("The text is too long; at most %(most)d characters are taken.") % {"most": LONGEST_TEXT}
        return "", Change("progress", address, old, said[:200], why)
    return said, Change("progress", address, old, said, taken=True)


def _percent(cells: Cells, task: Task) -> tuple[int | None, Change | None]:
    said = text_of(cells, "percent")
    if not said:
        return None, None
    address, old = cells["percent"][0], "" if task.percent is None else str(task.percent)
    value = cells["percent"][1]
    try:
        number = float(said.rstrip("%％"))
    except ValueError:
        number = -1.0
    if isinstance(value, float) and 0 < number < 1:
        # A cell formatted as percent holds its hundredth.
        number *= 100
    if not 0 <= number <= 100:
        return None, Change("percent", address, old, said, _("Progress is a whole number from 0 to 100."))
    percent = round(number)
    if percent == task.percent:
        return None, None
    return percent, Change("percent", address, old, str(percent), taken=True)


def _later(percent: Change | None) -> Change | None:
    """Return the difference of a figure as not taken: a duty of the backlog is answered for first."""
    if percent is None or not percent.taken:
        return percent
    return Change("percent", percent.address, percent.old, percent.new, _("Not taken: say first how the duty stands."))


def _done(cells: Cells, task: Task, context: Context) -> tuple[date | None, Change | None]:
    """Return the day it was done, None where nothing is applied for, with the difference."""
    said = text_of(cells, "done")
    if not said or plain(said) in {plain(words) for words in in_both(lambda: done_of(task))}:
        return None, None
    address, old = cells["done"][0], done_of(task)
    day = day_of(said)
    word = plain(without_day(said))
    ended = task.state in ENDED
    if word in NOT_YET:
        if not ended and task.state != State.AWAITING_REVIEW:
            return None, None
        why = _("Not taken: what is closed or under review is opened again on the task's page only.")
        return None, Change("done", address, old, said, why)
    if word in DONE:
        if ended or task.state == State.AWAITING_REVIEW:
            return None, None
        if day and day > context.today:
            return None, Change("done", address, old, said, _("The day it was done cannot lie in the future."))
        why = _("Applied for, not closed: a second person reviews it.")
        return day or context.today, Change("done", address, old, said, why, taken=True)
    if word in state_words():
        why = _("Not taken: how a task stands follows from what is reported, not from a list.")
        return None, Change("done", address, old, said, why)
    return None, Change("done", address, old, said, _unread())


def _unread() -> str:
    return _(
        "Write “done” (with its day, if it was earlier) or “not done”; anything else belongs under “how it stands”."
    )


def _decide(
    answer: Answer, task: Task, context: Context, line: Line, text: str, percent: int | None, done_on: date | None
) -> None:
    """Set what would be done: one act, by the unit's own people for the unit, by the office in the unit's name."""
    if not text and percent is None and done_on is None:
        return
    own = {part.unit_id: part.role for part in task.assignments.all() if part.unit_id in context.by.unit_ids}
    words = text or progress_of(line.report)
    act: dict[str, Any] = {"text": words if done_on else text, "percent": percent}
    if done_on:
        act |= {"done_on": done_on.isoformat(), "text": words or _("Reported as done in the unit's ledger.")}
    if task.lead_id in own:
        answer.act = act | {"do": "close" if done_on else "report", "unit": task.lead_id}
    elif own:
        if done_on:
            answer.why = _("Only the lead unit applies to close; say on the task's page that your part is done.")
            return
        answer.act = act | {"do": "report", "unit": next(iter(own))}
    elif context.by.has(Role.SUPERVISION):
        answer.act = act | {"do": "record"}
    else:
        answer.why = _("None of your units has a part in it.")


def _backfill(
    cells: Cells, task: Task, context: Context, answer: Answer, text: str, named: date | None
) -> Change | None:
    """Set the answer to a duty that was past when it was loaded (存量待核实): done on a day, or to be done by a day."""
    said = text_of(cells, "done")
    address, old = cells["done"][0] if "done" in cells else "", done_of(task)
    word = plain(without_day(said))
    if not said or plain(said) in {plain(words) for words in in_both(lambda: done_of(task))}:
        if text or named:
            answer.why = _(
                "This duty was past its date when its document was loaded: say first, under “whether done”, “done” with "
                "its day, or “not done” with the day by which it will be, as in 未完成 2023-08-31."
            )
        return None
    if word not in DONE | NOT_YET:
        return Change("done", address, old, said, _unread())
    done, day = word in DONE, day_of(said)
    if done and day is None:
        day = context.today
        answer.ticked = False
        answer.why = _("No day is given: today is taken. Write the day behind the word, or tick it as it is.")
    day = day or named
    if day is None or (not done and day <= context.today):
        why = _("Write behind it the day by which it will be done, a day after today, as in 未完成 2023-08-31.")
        return Change("done", address, old, said, why)
    if done and day > context.today:
        return Change("done", address, old, said, _("The day it was done cannot lie in the future."))
    if not _may_answer(task, context):
        answer.why = _("Only the lead unit and the supervision office say how it stands.")
        return Change("done", address, old, said)
    answer.act = {"do": "record_backfill", "text": text, "done": done, "day": day.isoformat()}
    if task.lead_id in context.by.unit_ids:
        answer.act |= {"do": "confirm", "unit": task.lead_id}
    if done:
        why = _("Confirms that it was done on %(day)s; a second person reviews it.") % {"day": day.isoformat()}
    else:
        why = _(
            "Confirms that it is not done; it is followed up towards %(day)s, and its first date stays on record."
        ) % {"day": day.isoformat()}
        # What the unit names is the answer itself, not a change of a date.
        answer.changes = [one for one in answer.changes if one.column != "due" or day_of(one.new) != day]
    return Change("done", address, old, said, why, taken=True)


def _may_answer(task: Task, context: Context) -> bool:
    return task.lead_id in context.by.unit_ids or context.by.has(Role.SUPERVISION)
