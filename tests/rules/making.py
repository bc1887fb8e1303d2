"""Make the tasks, policies and instants that the tests of the follow-up share; every date is fixed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tracker.rules.civil import SHANGHAI
from tracker.rules.followup import (
    Action,
    Addressee,
    After,
    Basis,
    CountingUnit,
    FollowUp,
    State,
    Step,
    TaskSnapshot,
)
from tracker.rules.workdays import WorkdayCalendar

CHINA = WorkdayCalendar.china()

RESEARCH = Basis("四（一）", 1314, "负责普查组织实施中")
OVERDUE = ((1, Addressee.LIAISON), (3, Addressee.UNIT_HEAD))

# The ladder of the census notice: remind the head, ask the office to coordinate, put it to the leading group.
CENSUS_STEPS = (
    Step("census-head", "提醒单位负责人", Action.REMIND, Addressee.UNIT_HEAD, 1, basis=RESEARCH),
    Step("census-office", "提请普查办协调", Action.NOTIFY, Addressee.GROUP_OFFICE, 3, body="普查办", basis=RESEARCH),
    Step("census-group", "提请领导小组研究", Action.LIST, Addressee.GROUP, 6, body="领导小组", basis=RESEARCH),
)

# The ladder of the rural-reform measures, art. 21: a letter, rectification within a time, public criticism.
RURAL_BASIS = Basis("第二十一条", 2514, "对于经督促仍不按期整改的，应由综改办予以通报批评")
LETTER = Step(
    "letter",
    "发督促函",
    Action.DRAFT_NOTICE,
    Addressee.LIAISON,
    3,
    notice="督促函",
    asks_within=7,
    needs_finding="无正当理由",
    needs_signature=True,
    basis=RURAL_BASIS,
)
RECTIFY = Step(
    "rectify",
    "限期整改",
    Action.DRAFT_NOTICE,
    Addressee.UNIT_HEAD,
    1,
    after=After.RECTIFICATION,
    notice="限期整改通知",
    asks_within=7,
    needs_finding="无正当理由",
    needs_signature=True,
    basis=RURAL_BASIS,
)
CRITICISE = Step(
    "criticise",
    "通报批评",
    Action.PROPOSE_FINDING,
    Addressee.SUPERVISION,
    1,
    after=After.RECTIFICATION,
    needs_finding="无正当理由",
    needs_signature=True,
    interval_by="clause",
    basis=RURAL_BASIS,
)
RURAL_STEPS = (LETTER, RECTIFY, CRITICISE)


def at(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """Return an instant in Asia/Shanghai."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def a_task(**values: Any) -> TaskSnapshot:
    """Return the census duty of 2 June 2023, laid on a township by the notice of 31 May, changed as told."""
    made: dict[str, Any] = {
        "id": 7,
        "state": State.ASSIGNED,
        "due": date(2023, 6, 2),
        "opened_on": date(2023, 5, 31),
    }
    return TaskSnapshot(**(made | values))


def a_follow_up(**values: Any) -> FollowUp:
    """Return the reminders of a week-scale duty without a policy, changed as told."""
    made: dict[str, Any] = {"policy": "", "version": 1, "ahead": (7, 3, 1, 0), "overdue": OVERDUE}
    return FollowUp(**(made | values))


def a_step(key: str, offset: int, **values: Any) -> Step:
    """Return a step that notifies the unit head so many working days after the due date, changed as told."""
    made: dict[str, Any] = {
        "title": f"步骤{key}",
        "action": Action.NOTIFY,
        "to": Addressee.UNIT_HEAD,
        "unit": CountingUnit.WORKDAY,
        "basis": RESEARCH,
    }
    return Step(key=key, offset=offset, **(made | values))
