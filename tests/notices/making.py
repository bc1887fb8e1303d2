"""Make notices for tests, as far on their way as a test needs them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from devtools.paths import ROOT
from tests import factories as make
from tracker.audit.actors import Actor, Role, system
from tracker.commitments.models import Task
from tracker.notices import services
from tracker.notices.drafting import Cause
from tracker.notices.models import Kind, Notice
from tracker.org.models import Position, Unit, UnitKind
from tracker.rules.followup import Basis

# Wednesday 7 June 2023, 09:30 in Shanghai.
NOW = datetime(2023, 6, 7, 1, 30, tzinfo=UTC)
TODAY = date(2023, 6, 7)
LATE = date(2023, 6, 2)

OFFICE_OF_GROUP = "县国家农村综合性改革试点试验推进项目工作领导小组办公室"
CLAUSE = "若发现不符合方案规定的情形，综改办、项目主管部门应向项目实施单位发督促函要求其限期全面整改"
FINDING = "无正当理由，项目未及时建设实施或竣工完成（第二十一条第(4)项），或者属于该条所列其他情形"


@dataclass(frozen=True, slots=True)
class Cast:
    """Hold the people of a test: two of the supervision office, the head who signs, and the addressee's."""

    office: Unit
    first: Actor
    second: Actor
    issuer: Unit
    head: Actor
    to: Unit
    liaison: Actor
    to_head: Actor
    stranger: Actor
    auditor: Actor
    leader: Actor


def cast() -> Cast:
    """Make everybody who has to do with a notice, and some who have not."""
    office = make.unit("县政府办公室", kind=UnitKind.COUNTY_DEPARTMENT)
    issuer = make.unit(OFFICE_OF_GROUP, kind=UnitKind.GROUP_OFFICE)
    to = make.unit("稷峰镇人民政府")
    supervision = make.post(office, Role.SUPERVISION, title="督查室")
    head = make.post(issuer, Role.UNIT_HEAD, title="主任", position=Position.GROUP_OFFICE_HEAD)
    leader = make.person(Role.LEADER)
    return Cast(
        office=office,
        first=make.actor(make.user(supervision)),
        second=make.actor(make.user(supervision)),
        issuer=issuer,
        head=make.actor(make.user(head)),
        to=to,
        liaison=make.person(Role.LIAISON, to),
        to_head=make.actor(make.user(make.post(to, Role.UNIT_HEAD, title="镇长"))),
        stranger=make.person(Role.LIAISON),
        auditor=make.person(Role.AUDITOR),
        leader=replace(leader, portfolio_ids=frozenset({to.pk})),
    )


def late_task(lead: Unit, **values: Any) -> Task:
    """Make a task that was due on Friday 2 June 2023 and is not done."""
    of = values.pop("of", None) or make.commitment(make.document(title="关于农村改革的通知"), due=LATE)
    return make.task(lead, of=of, due=LATE, **values)


def cause(task: Task, *, key: str = "1:1:1:step:letter", kind: Kind = Kind.URGING, **values: Any) -> Cause:
    """Say why a letter of urging is to be drafted, as a step of the rural-reform policy does."""
    plain: dict[str, Any] = {
        "name": "督促函",
        "title": "发督促函，要求限期全面整改",
        "issuer": OFFICE_OF_GROUP,
        "step_key": key,
        "basis": Basis("四（一）", 1, CLAUSE),
        "needs_finding": FINDING,
    }
    return Cause(key=key, kind=kind, task=task, **{**plain, **values})


def proposed(cast: Cast, *, now: datetime = NOW, **values: Any) -> Notice:
    """Make a proposal as the sweep does."""
    task = values.pop("task", None) or late_task(cast.to)
    (notice,) = services.propose(causes=[cause(task, **values)], by=system("sweep"), now=now)
    return notice


def found(cast: Cast, **values: Any) -> Notice:
    """Make a proposal whose finding the first person of the office has recorded."""
    now = values.get("now", NOW)
    return services.record_finding(
        notice=proposed(cast, **values), holds=True, reason="现场核查未开工，未说明原因。", by=cast.first, now=now
    )


def handed_in(cast: Cast, **values: Any) -> Notice:
    """Make a notice that waits for its signature."""
    return services.submit(notice=found(cast, **values), by=cast.first, now=values.get("now", NOW))


def signed(cast: Cast, **values: Any) -> Notice:
    """Make a notice that the head of the unit has signed."""
    return services.sign(notice=handed_in(cast, **values), by=cast.head, now=values.get("now", NOW))


def issued(cast: Cast, **values: Any) -> Notice:
    """Make a notice that is out."""
    return services.issue(notice=signed(cast, **values), by=cast.first, now=values.get("now", NOW))


def policy_of(slug: str) -> dict[str, Any]:
    """Return a policy of the seed as it is written."""
    path: Path = ROOT / "tasks_seed" / "policies" / f"{slug}.yaml"
    return dict(yaml.safe_load(path.read_text("utf-8")))
