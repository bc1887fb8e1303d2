"""Say how tasks went from their opening on, as their records tell it, so that a simulation can follow history.

A day's acts come after that day's sweep, so what was done on a day holds from the next one on. What people decided on
proposals is part of it: signed, dismissed, withdrawn, found or not found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Any

from tracker.commitments.models import Deadline, Kind, ProgressReport, Review, Suspension
from tracker.escalation.cases import Case
from tracker.escalation.models import Finding
from tracker.notices.life import Verb
from tracker.notices.selectors import turns
from tracker.rules import simulate as playing
from tracker.rules.civil import civil_day
from tracker.rules.followup import State, TaskSnapshot
from tracker.rules.workdays import ONE_DAY

_DECIDED = {
    Review.Decision.RETURNED: State.IN_PROGRESS,
    Review.Decision.CLOSED: State.CLOSED,
    Review.Decision.NOT_ACHIEVED: State.NOT_ACHIEVED,
}


def historic_cases(cases: Sequence[Case], *, today: date) -> list[playing.Case]:
    """Return each case as it opened, with the pictures it took on later and what was decided on its steps until today.

    The last picture is the task as it stands now.
    """
    acts = _acts({case.task.pk: case for case in cases})
    decisions = _decisions([case.task.pk for case in cases])
    return [_played(case, acts[case.task.pk], decisions[case.task.pk], today) for case in cases]


def _played(
    case: Case, acts: list[tuple[date, dict[str, Any]]], decisions: list[playing.Decision], today: date
) -> playing.Case:
    opened = replace(
        case.snapshot, state=_opening_state(case), due=None, start=None, due_version=1, dated_on=None, reported_on=None,
        applied_on=None, closed_on=None,
    )  # fmt: skip
    changes: list[tuple[date, TaskSnapshot]] = []
    picture = opened
    for day, fields in sorted(acts, key=lambda act: act[0]):
        if fields.get("due_version") == 1:
            picture = opened = replace(opened, due=fields["due"], start=fields["start"])
        else:
            picture = replace(picture, **fields)
            changes.append((day + ONE_DAY, picture))
    if picture != case.snapshot:
        changed_on = civil_day(case.task.changed_at) + ONE_DAY
        changes.append((max(changed_on, changes[-1][0] if changes else changed_on), case.snapshot))
    return playing.Case(
        opened, case.follow_up, None, tuple(changes), tuple(sorted(decisions, key=_holds_from)), known_until=today
    )


_holds_from = attrgetter("holds_from")


def _decisions(ids: list[int]) -> defaultdict[int, list[playing.Decision]]:
    """Return what people decided on the steps of each task."""
    found: defaultdict[int, list[playing.Decision]] = defaultdict(list)
    for turn in turns(ids):
        day = civil_day(turn.at)
        if turn.verb is Verb.SIGN:
            _add(found, turn.step_key, day, effective_on=day, rectify_by=turn.reply_by)
        else:
            _add(found, turn.step_key, day, declined_on=day if turn.verb is Verb.DISMISS else None)
    made = Finding.objects.filter(step__task__in=ids).order_by("pk").values_list("step__key", "at", "holds")
    for key, at, holds in made:
        day = civil_day(at)
        _add(found, key, day, **{"effective_on" if holds else "declined_on": day})
    return found


def _add(found: defaultdict[int, list[playing.Decision]], key: str, day: date, **stands: date | None) -> None:
    task, due_version, _follow_up, part = key.split(":", 3)
    found[int(task)].append(playing.Decision(day + ONE_DAY, int(due_version), part, **stands))


def _opening_state(case: Case) -> State:
    if case.task.backfill:
        return State.TO_CONFIRM
    return State.WAITING if case.task.commitment.kind == Kind.RELATIVE else State.ASSIGNED


def _acts(cases: dict[int, Case]) -> defaultdict[int, list[tuple[date, dict[str, Any]]]]:
    """Return what was done to each task: the day, and what of its picture changed by it."""
    found: defaultdict[int, list[tuple[date, dict[str, Any]]]] = defaultdict(list)
    for one in Deadline.objects.filter(task__in=cases).order_by("version"):
        fields: dict[str, Any] = {"due": one.due, "start": one.start, "due_version": one.version}
        if one.version > 1:
            fields["dated_on"] = civil_day(one.set_at)
            if cases[one.task_id].task.commitment.kind == Kind.RELATIVE:
                fields["state"] = State.ASSIGNED
        found[one.task_id].append((civil_day(one.set_at), fields))
    for report in ProgressReport.objects.filter(task__in=cases).order_by("at"):
        day = civil_day(report.at)
        if report.unit_id == cases[report.task_id].task.lead_id:
            fields = {"reported_on": day}
            if report.kind == ProgressReport.Kind.CLOSE:
                fields |= {"state": State.AWAITING_REVIEW, "applied_on": day}
            found[report.task_id].append((day, fields))
    for review in Review.objects.filter(task__in=cases).order_by("at"):
        found[review.task_id].append((civil_day(review.at), {"state": _DECIDED[Review.Decision(review.decision)]}))
    for spell in Suspension.objects.filter(task__in=cases).order_by("pk"):
        found[spell.task_id].append((spell.from_day, {"state": State.SUSPENDED}))
        if spell.to_day:
            found[spell.task_id].append((spell.to_day, {"state": State(spell.state_before)}))
    return found
