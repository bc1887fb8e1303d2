"""Hold the frozen shapes that a follow-up decision is made from.

This module decides nothing. `reminder`, `escalation` and `due` read these values; the Django apps build them from rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from tracker.rules.wording import Note


class State(StrEnum):
    """Name where a task is in the county's process (transitions.py holds the allowed moves)."""

    WAITING = "waiting"  # relative duty whose base event has not been recorded
    TO_CONFIRM = "to_confirm"  # 存量待核实: already past due when it was loaded
    ASSIGNED = "assigned"  # 交办
    IN_PROGRESS = "in_progress"  # 签收 and after
    AWAITING_REVIEW = "awaiting_review"  # 申请办结
    SUSPENDED = "suspended"  # 中止
    CLOSED = "closed"  # 销号
    NOT_ACHIEVED = "not_achieved"  # 未完成办结
    WITHDRAWN = "withdrawn"  # the row left the seed, or its document was repealed


ENDED = frozenset({State.CLOSED, State.NOT_ACHIEVED, State.WITHDRAWN})
QUIET = ENDED | {State.WAITING, State.TO_CONFIRM, State.SUSPENDED}


class CountingUnit(StrEnum):
    """Name the unit an interval is counted in."""

    DAY = "day"
    WORKDAY = "workday"


class Action(StrEnum):
    """Name what a step does."""

    REMIND = "remind"
    NOTIFY = "notify"
    LIST = "list"  # put on a leader's or an office's list
    DRAFT_NOTICE = "draft_notice"
    PROPOSE_FINDING = "propose_finding"


class Addressee(StrEnum):
    """Name the role a step speaks to; a role becomes a post, and a post a person, outside rules."""

    LIAISON = "liaison"
    UNIT_HEAD = "unit_head"
    DEPUTY_HEAD = "deputy_head"  # 分管副县长, by the division-of-work notice
    GROUP_OFFICE = "group_office"  # office of the leading group the document names
    GROUP = "group"  # the leading group itself
    COMPETENT_DEPARTMENT = "competent_department"
    SUPERVISION = "supervision"
    COUNTY_HEAD = "county_head"


class After(StrEnum):
    """Name the day an interval is counted from."""

    DUE = "due"
    PREVIOUS = "previous"  # the day the step before took effect
    RECTIFICATION = "rectification"  # the date by which the last notice asked for rectification


@dataclass(frozen=True, slots=True)
class Basis:
    """Quote the clause a step rests on: its number in the document, its line in the source text, its words."""

    clause: str
    line: int
    quote: str


@dataclass(frozen=True, slots=True)
class Step:
    """Describe one rung of an escalation policy.

    `offset` is counted in `unit` after `after`; at least 1, or 0 for a step that only speaks, on the very date set for
    rectification. `basis` may be None only for `Action.REMIND`. `interval_by` says who set the offset: "clause" or
    "county". `asks_within` is the rectification period in working days that a drafted notice gives. A step with
    `needs_finding` or `needs_signature` is a proposal until a person acts.
    """

    key: str
    title: str
    action: Action
    to: Addressee
    offset: int
    unit: CountingUnit = CountingUnit.WORKDAY
    after: After = After.DUE
    body: str = ""  # canonical unit name, for GROUP_OFFICE, GROUP, COMPETENT_DEPARTMENT
    notice: str = ""  # 督促函, 限期整改通知 …
    asks_within: int | None = None
    needs_finding: str = ""  # e.g. 无正当理由
    needs_signature: bool = False
    signed_by: str = ""  # canonical unit name
    interval_by: str = "county"
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Hold the reminders and the policy frozen when a task opened.

    `ahead` are days before the due date, the due date itself being 0. `overdue` are pairs of working days after it
    and the role reminded. `version` rises when a running task is explicitly re-based on an amended policy, and
    `rebased_on` is the civil day of that; None for a follow-up still as it was frozen at the opening.
    """

    policy: str
    version: int
    ahead: tuple[int, ...]
    overdue: tuple[tuple[int, Addressee], ...]
    steps: tuple[Step, ...] = ()
    rebased_on: date | None = None


class Stop(NamedTuple):
    """Hold a spell in which a task's clock stood still: from `first` up to the day before `resumed`.

    `resumed` is None while it still stands. Suspensions, reviews that ended in a return, the wait for a backfill to be
    confirmed and the time between closing and reopening are such spells.
    """

    first: date
    resumed: date | None


@dataclass(frozen=True, slots=True)
class TaskSnapshot:
    """Hold what a decision needs to know of one due instance.

    `due` is None while undated or waiting. `due_version` starts at 1 and rises at each change of date; `dated_on`
    is the civil day the present date was set, None while it is the first one. `opened_on` is the civil day
    follow-up began: nothing that would have come due before it is made up for. `reported_on` is the last day the
    lead reported in this period (`reminder` says which reminders that silences). `applied_on` is the civil day of
    the last application to close (for a backfill confirmed as done, the day the unit says the work was done):
    lateness is judged by it, so that a slow review is never the unit's. `stopped` are the spells in which the clock
    stood still, in order.
    """

    id: int
    state: State
    due: date | None
    opened_on: date
    start: date | None = None
    due_version: int = 1
    provisional: bool = False
    asks_report: bool = False
    reported_on: date | None = None
    closed_on: date | None = None
    applied_on: date | None = None
    dated_on: date | None = None
    stopped: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """Record that a step was taken on `on`; `effective_on` stays None while a proposal waits for its signature.

    A step that proposes nothing takes effect on the day it is taken, whether or not `effective_on` repeats it. A
    proposal that was declined, on `declined_on`, takes no effect. `rectify_by` is the date the issued notice set for
    rectification.
    """

    on: date
    effective_on: date | None = None
    rectify_by: date | None = None
    declined_on: date | None = None


TakenSteps = Mapping[str, Taken]


class Kind(StrEnum):
    """Name what has come due: a reminder, or a step of the escalation policy."""

    REMINDER = "reminder"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class DueAction:
    """Say what has come due: to whom, since which day, resting on which clause, and how the day was counted.

    `key` is unique for (task, due-date version, follow-up version, reminder or step) and `part` is its last
    portion: "ahead:7", "overdue:3:unit_head", "step:census-office". `title` is the step's own title, empty for a
    reminder. `superseded` marks a reminder that a later one to the same addressee has overtaken: it is recorded as
    passed over and not spoken.
    """

    key: str
    part: str
    task_id: int
    kind: Kind
    action: Action
    to: Addressee
    due_on: date
    title: str
    step: Step | None
    basis: Basis | None
    counting: tuple[Note, ...]
    late: bool  # more than one civil day after due_on
    superseded: bool = False
