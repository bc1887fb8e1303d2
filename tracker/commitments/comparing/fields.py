"""Compare what a list never changes by itself, units and dates, and what it does change: the remark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from tracker.audit.actors import Role
from tracker.commitments.comparing.cells import due_of, text_of
from tracker.commitments.comparing.values import Answer, Cells, Change, Context
from tracker.commitments.models import Task
from tracker.commitments.selectors.matching import UnitNames, plain
from tracker.commitments.selectors.noting import LONGEST_REMARK, remark_in

_BETWEEN = re.compile(r"[、，,；;\n/]+")


def compare_units(cells: Cells, task: Task, context: Context, answer: Answer) -> None:
    """Add the differences of lead and supporting units; none of them is taken."""
    parts = {"lead": [task.lead.name], "supports": [p.unit.name for p in task.assignments.all() if p.role == "support"]}
    for column, names in parts.items():
        # A unit's own name may hold what parts names elsewhere.
        if plain(text_of(cells, column)) == plain("".join(names)):
            continue
        known, unknown = units_in(cells, column, context.units)
        for spelling, why in unknown:
            answer.changes.append(Change(column, cells[column][0], "、".join(names), spelling, why))
        if known and not unknown and set(known) != set(names):
            why = _("Not taken: a duty goes to another unit when it is returned or broken down, on the task's page.")
            answer.changes.append(Change(column, cells[column][0], "、".join(names), "、".join(known), why))


def units_in(cells: Cells, column: str, units: UnitNames) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the units that a cell names, canonical, and each spelling nobody knows with the names it may mean."""
    return units_said(text_of(cells, column), units)


def units_said(whole: str, units: UnitNames) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the units that a text names, canonical, and each spelling nobody knows with a sentence on what it may mean."""
    said: Sequence[str] = [whole] if units.resolve(whole) else _BETWEEN.split(whole)
    known, unknown = [], []
    for one in (one.strip() for one in said):
        if not one:
            continue
        if name := units.resolve(one):
            known.append(name)
            continue
        near = "、".join(units.near(one))
        unknown.append(
            (
                one,
                _("No unit is called this. Do you mean %(near)s?") % {"near": near}
                if near
                else _("No unit is called this. Write its full name as the documents do."),
            )
        )
    return known, unknown


def compare_due(cells: Cells, task: Task, context: Context, answer: Answer) -> date | None:
    """Add the difference of the date, which is not taken; return the day the cell names where it is another."""
    said = text_of(cells, "due")
    if not said or plain(said) == plain(task.commitment.phrase):
        return None
    day = due_of(said, issued_on=task.commitment.document.issued_on, workdays=context.workdays)
    address, old = cells["due"][0], task.due.isoformat() if task.due else ""
    if day is None:
        why = _("Not a day that can be read; the task's own date stands. Write it as 2023-06-30.")
        answer.changes.append(Change("due", address, old, said, why))
    elif day != task.due:
        why = _(
            "Not taken: a date is never changed by a list. Ask for an extension on the task's page; what is wrong in the "
            "document the supervision office corrects."
        )
        answer.changes.append(Change("due", address, old, day.isoformat(), why))
        return day
    return None


def compare_remark(cells: Cells, task: Task, context: Context) -> tuple[str | None, Change | None]:
    """Return the new remark, None for none, with its difference."""
    if "note" not in cells or cells["note"][2]:
        return None, None
    address, said = cells["note"][0], remark_in(text_of(cells, "note"), task)
    if plain(said) == plain(task.remark):
        return None, None
    if not said:
        # A list that somebody else keeps says nothing by an empty cell; one that was taken out here does.
        if "version" not in cells:
            return None, None
        why = _("An empty cell takes nothing back; take the remark away on the task's page.")
        return None, Change("note", address, task.remark, "", why)
    if len(said) > LONGEST_REMARK:
        why = _("The text is too long; at most %(most)d characters are taken.") % {"most": LONGEST_REMARK}
        return None, Change("note", address, task.remark, said[:200], why)
    if task.lead_id not in context.by.unit_ids and not context.by.has(Role.SUPERVISION):
        why = _("The remark is kept by the lead unit, %(unit)s, and the supervision office.") % {"unit": task.lead}
        return None, Change("note", address, task.remark, said, why)
    return said, Change("note", address, task.remark, said, taken=True)
