"""Draft the bulletin (通报) of a period from its assessment: what it may count, and whom it may name.

A document without an assessment clause gets reminders only, so its duties are in no bulletin. Of the others a bulletin tells
the figures. It names the unit of a late duty only where the ladder frozen on the duty provides for a bulletin, signed by
the office that issues this one, and where that step has come due: the clause's own conditions are not skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid
from tracker.commitments.models import Task
from tracker.commitments.selectors.assessment import Then, as_they_were
from tracker.escalation.cases import Case
from tracker.escalation.selectors import cases_of
from tracker.notices import services as notices
from tracker.notices.drafting.forms import kind_named
from tracker.notices.models import Kind, Notice
from tracker.notices.selectors import supervision_unit
from tracker.org import selectors as org
from tracker.rules import due
from tracker.rules.assessment import Period
from tracker.rules.followup import Action, Basis, Step
from tracker.rules.workdays import WorkdayCalendar

_REACHED = {due.Status.DUE, due.Status.TAKEN, due.Status.PROPOSED}


@transaction.atomic
def propose_period_bulletin(*, tasks: QuerySet[Task], period: Period, as_of: date, by: Actor, now: datetime) -> Notice:
    """Propose a bulletin on those of `tasks` that fell due in the period, as they stood at the end of the day `as_of`.

    Raises `NotPermitted` for others than the supervision office, `Invalid` where the period is empty or has not begun, and
    where no document with an assessment clause has a duty in it.
    """
    found = as_they_were(tasks, period=period, as_of=as_of)
    cases = {case.task.pk: case for case in cases_of([one.task for one in found], now=now)}
    counted = [one for one in found if any(step.basis for step in cases[one.task.pk].follow_up.steps)]
    if found and not counted:
        raise Invalid(
            "first",
            _(
                "None of the documents with duties in this period has an assessment clause. They get reminders only; there "
                "is nothing a bulletin could rest on."
            ),
        )
    issuer = supervision_unit()
    named = _named(counted, cases, issuer.name if issuer else "", as_of)
    return notices.propose_bulletin(
        tasks=[one.task for one in counted],
        standings={one.task.pk: one.standing for one in counted},
        named=named,
        first=period.first,
        last=period.last,
        as_of=as_of,
        by=by,
        now=now,
    )


def _named(found: Sequence[Then], cases: dict[int, Case], issuer: str, as_of: date) -> dict[int, Basis]:
    """Return, by task, the clause by which a bulletin of this issuer may name its unit."""
    workdays = org.workdays()
    named = {}
    for one in found:
        case = cases[one.task.pk]
        step = next((step for step in case.follow_up.steps if _is_bulletin(step, issuer)), None)
        if step is not None and step.basis is not None and _reached(case, step, workdays, as_of):
            named[one.task.pk] = step.basis
    return named


def _is_bulletin(step: Step, issuer: str) -> bool:
    drafts = step.action is Action.DRAFT_NOTICE and kind_named(step.notice) is Kind.BULLETIN
    return drafts and step.signed_by in {"", issuer}


def _reached(case: Case, step: Step, workdays: WorkdayCalendar, as_of: date) -> bool:
    rungs = due.ladder(case.snapshot, case.follow_up, workdays, case.taken, as_of, counted=False)
    return any(rung.step is not None and rung.step.key == step.key and rung.status in _REACHED for rung in rungs)
