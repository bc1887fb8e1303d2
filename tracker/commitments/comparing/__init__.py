"""Decide what a line of somebody's ledger says that the task does not, and what each difference may lead to.

Progress, “done” and the remark lead to something; a date, a unit and a title never do, and the sentence beside them says
where they are changed. A line of no task may become a proposal (`new`). Both languages' words for a state count as that
state.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from tracker.commitments.comparing.cells import faults, text_of
from tracker.commitments.comparing.fields import compare_due, compare_remark, compare_units
from tracker.commitments.comparing.new import compare_new, same
from tracker.commitments.comparing.standing import compare_standing
from tracker.commitments.comparing.values import Answer, Cells, Context
from tracker.commitments.models import Task
from tracker.commitments.selectors.matching import Match, plain

__all__ = ["Answer", "Cells", "Context", "compare", "same", "text_of"]


def compare(cells: Cells, context: Context, match: Match) -> Answer:
    """Return what one row comes to. `cells` are [address, value, fault] by column key."""
    task = context.tasks.get(match.task) if match.task else None
    keyed = "key" in cells and cells["key"][1] not in (None, "") and "choice" not in cells
    if task is None:
        answer = compare_new(cells, context, match, keyed=keyed)
        answer.changes += faults(cells)
        return answer
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
    compare_units(cells, task, context, answer)
    named = compare_due(cells, task, context, answer)
    compare_standing(cells, task, context, context.lines[task.pk], answer, named)
    remark, change = compare_remark(cells, task, context)
    if change is not None:
        answer.changes.append(change)
    if remark is not None:
        answer.act = {"do": "remark"} | answer.act | {"remark": remark}
    answer.changes += faults(cells)
    if answer.act and _was_changed_since(cells, task):
        answer.ticked = False
        answer.why = _(
            "The task was changed after this file was written: look which of the two is right, then tick it."
        )
    return answer


def _same_title(said: str, task: Task) -> bool:
    return plain(said) in {plain(task.title), plain(f"{task.title}{task.period}")}


def _was_changed_since(cells: Cells, task: Task) -> bool:
    version = text_of(cells, "version")
    return version.isdecimal() and int(version) < task.version
