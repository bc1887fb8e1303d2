"""Decide what a line of somebody's ledger says that the task does not, and what each difference may lead to.

Progress and “done” lead to something; a date, a unit, a title and a remark never do, and the sentence beside them says
where they are changed. Both languages' words for a state count as that state.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from tracker.audit.actors import Actor, Role
from tracker.commitments.models import Task
from tracker.commitments.models.task import STATE_LABELS
from tracker.commitments.selectors.lines import Line, done_of, progress_of
from tracker.commitments.selectors.matching import Match, UnitNames, plain
from tracker.rules.followup import ENDED, State

LANGUAGES = ("zh-hans", "en")
LONGEST_TEXT = 4000

# What people write for “done” and for “not yet”, punctuation and case apart.
DONE = frozenset(
    {"已完成", "完成", "已办结", "办结", "已销号", "销号", "全部完成", "是", "done", "closed", "completed", "yes"}
)
NOT_YET = frozenset(
    {
        "未完成", "尚未完成", "未办结", "进行中", "正在进行", "推进中", "正在推进", "办理中", "正在办理", "实施中", "未开始",
        "持续推进", "长期坚持", "否", "notdone", "inprogress", "open", "no",
    }
)  # fmt: skip
_DAY = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")


@dataclass(frozen=True, slots=True)
class Change:
    """Be one difference: the column, the cell's address, what the task says, what the cell says.

    `taken` tells that it would be done; else `why` says why not and where it belongs.
    """

    column: str
    address: str
    old: str
    new: str
    why: str = ""
    taken: bool = False

    def as_row(self) -> list[Any]:
        return [self.column, self.address, self.old, self.new, self.why, self.taken]


@dataclass(slots=True)
class Answer:
    """Hold what a row speaks of and would do: the task, or those that may be meant; differences; the act, empty for none."""

    task: int | None = None
    candidates: Sequence[int] = ()
    changes: list[Change] = field(default_factory=list)
    act: dict[str, Any] = field(default_factory=dict)
    why: str = ""
    ticked: bool = True


@dataclass(frozen=True, slots=True)
class Context:
    """Hold who takes the ledger in, on which civil day, all spellings of units, and the tasks the rows may speak of.

    `lines` are those tasks as the ledger tells them now.
    """

    by: Actor
    today: date
    units: UnitNames
    tasks: Mapping[int, Task]
    lines: Mapping[int, Line]


Cells = Mapping[str, Any]


def compare(cells: Cells, context: Context, match: Match) -> Answer:
    """Return what one row comes to. `cells` are [address, value, fault] by column key."""
    task = context.tasks.get(match.task) if match.task else None
    keyed = "key" in cells and cells["key"][1] not in (None, "") and "choice" not in cells
    if task is None:
        return _without_task(cells, match, context, keyed)
    if keyed and (title := text_of(cells, "title")) and not _same_title(title, task):
        return Answer(
            task=None,
            why=_(
                "%(address)s names “%(title)s”, but number %(number)d is “%(task)s”. Perhaps only some columns were sorted: "
                "put the row right, or empty its number."
            )
            % {"address": cells["title"][0], "title": title, "number": task.pk, "task": task.title},
        )
    answer = Answer(task=task.pk)
    line = context.lines[task.pk]
    _compare_units(cells, task, context, answer)
    _compare_due(cells, task, answer)
    text, text_change = _progress(cells, line)
    percent, percent_change = _percent(cells, task)
    done_on, done_change = _done(cells, task, context)
    _decide(answer, task, context, line, text, percent, done_on)
    for change in (text_change, percent_change, done_change):
        if change is not None:
            answer.changes.append(change)
    if answer.act and _was_changed_since(cells, task):
        answer.ticked = False
        answer.why = _(
            "The task was changed after this file was written: look which of the two is right, then tick it."
        )
    return answer


def text_of(cells: Cells, key: str) -> str:
    """Return what a cell says as a text, "" where there is none."""
    value = cells[key][1] if key in cells else None
    if value is None:
        return ""
    if isinstance(value, dict):
        return str(value["day"])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def day_of(text: str) -> date | None:
    """Return the civil day a text names in full (2023年6月2日, 2023-06-02, 2023.6.2), None for anything else."""
    found = _DAY.search(text)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def _without_task(cells: Cells, match: Match, context: Context, keyed: bool) -> Answer:
    candidates = [pk for pk in match.candidates if pk in context.tasks]
    if candidates:
        return Answer(candidates=candidates, why=_("Say which task is meant, or that it is none of these."))
    title = text_of(cells, "title")
    if keyed:
        return Answer(
            why=_(
                "%(address)s: you may see no task of this number. Correct it, or empty it to find the task by its words."
            )
            % {"address": cells["key"][0]}
        )
    if not title:
        return Answer(why=_("The row names no duty. Write it under “duty”, or delete the row."))
    return Answer(
        why=_(
            "No task is called this. A new duty needs the clause of a document: have the document registered, and its "
            "duties appear in the ledger by themselves."
        )
    )


def _same_title(said: str, task: Task) -> bool:
    return plain(said) in {plain(task.title), plain(f"{task.title}{task.period}")}


def _compare_units(cells: Cells, task: Task, context: Context, answer: Answer) -> None:
    parts = {"lead": [task.lead.name], "supports": [p.unit.name for p in task.assignments.all() if p.role == "support"]}
    for column, names in parts.items():
        whole = text_of(cells, column)
        # A unit's own name may hold what parts names elsewhere.
        if plain(whole) == plain("".join(names)):
            continue
        said = [whole] if context.units.resolve(whole) else re.split(r"[、，,；;\n/]+", whole)
        said = [one for one in said if one.strip()]
        if not said:
            continue
        address, known = cells[column][0], []
        for one in said:
            name = context.units.resolve(one)
            if name is None:
                near = "、".join(context.units.near(one))
                why = (
                    _("No unit is called this. Do you mean %(near)s?") % {"near": near}
                    if near
                    else _("No unit is called this. Write its full name as the documents do.")
                )
                answer.changes.append(Change(column, address, "、".join(names), one.strip(), why))
            else:
                known.append(name)
        if len(known) == len(said) and set(known) != set(names):
            why = _("Not taken: a duty goes to another unit when it is returned or broken down, on the task's page.")
            answer.changes.append(Change(column, address, "、".join(names), "、".join(known), why))


def _compare_due(cells: Cells, task: Task, answer: Answer) -> None:
    said = text_of(cells, "due")
    if not said or plain(said) == plain(task.commitment.phrase):
        return
    day = day_of(said)
    old = task.due.isoformat() if task.due else ""
    if day is None:
        why = _("Not a day that can be read; the task's own date stands. Write it as 2023-06-30.")
        answer.changes.append(Change("due", cells["due"][0], old, said, why))
    elif day != task.due:
        why = _(
            "Not taken: a date is never changed by a list. Ask for an extension on the task's page; what is wrong in the "
            "document the supervision office corrects."
        )
        answer.changes.append(Change("due", cells["due"][0], old, day.isoformat(), why))


def _progress(cells: Cells, line: Line) -> tuple[str, Change | None]:
    """Return the new text, "" for none, with its difference."""
    if "progress" not in cells:
        return "", None
    address, said = cells["progress"][0], text_of(cells, "progress")
    old = progress_of(line.report)
    if fault := cells["progress"][2]:
        return "", Change("progress", address, old, "", _fault(fault))
    if plain(said) in {plain(words) for words in _in_both(lambda: progress_of(line.report))}:
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


def _done(cells: Cells, task: Task, context: Context) -> tuple[date | None, Change | None]:
    """Return the day it was done, None where nothing is applied for, with the difference."""
    said = text_of(cells, "done")
    if not said or plain(said) in {plain(words) for words in _in_both(lambda: done_of(task))}:
        return None, None
    address, old = cells["done"][0], done_of(task)
    day = day_of(said)
    word = plain(_DAY.sub("", said))
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
    if word in _state_words():
        why = _("Not taken: how a task stands follows from what is reported, not from a list.")
        return None, Change("done", address, old, said, why)
    why = _(
        "Write “done” (with its day, if it was earlier) or “not done”; anything else belongs under “how it stands”."
    )
    return None, Change("done", address, old, said, why)


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


def _was_changed_since(cells: Cells, task: Task) -> bool:
    version = text_of(cells, "version")
    return version.isdecimal() and int(version) < task.version


def _in_both(words: Callable[[], str]) -> set[str]:
    found = set()
    for language in LANGUAGES:
        with override(language):
            found.add(words())
    return found


def _state_words() -> set[str]:
    return {plain(words) for label in STATE_LABELS.values() for words in _in_both(label.__str__)}


def _fault(fault: str) -> str:
    if fault == "formula":
        return _("The cell holds a formula that was never reckoned. Open the file, save it and upload it again.")
    return _("The cell holds an error of the spreadsheet. Correct it and upload the file again.")
