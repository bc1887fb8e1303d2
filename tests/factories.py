"""Make rows for tests: small, plain, at fixed instants; whatever matters to a test is an argument of its call."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any

from tracker.audit.actors import Actor, Role
from tracker.commitments.models import Assignment, Commitment, CommitmentUnit, Deadline, Task
from tracker.documents.models import Clause, Document, Gazette
from tracker.escalation.models import EscalationPolicy, EscalationStep
from tracker.org import selectors as org
from tracker.org.models import Position, Post, Tenure, Unit, UnitKind, User
from tracker.rules.followup import State

# Monday 5 June 2023, 09:00 in Shanghai: the demonstration's first morning.
NOW = datetime(2023, 6, 5, 1, 0, tzinfo=UTC)
TODAY = date(2023, 6, 5)
ISSUED = date(2023, 5, 31)

_numbers = itertools.count(1)


def unit(name: str = "", **values: Any) -> Unit:
    """Make a unit; a township unless told otherwise."""
    number = next(_numbers)
    values.setdefault("kind", UnitKind.TOWNSHIP)
    return Unit.objects.create(name=name or f"第{number}镇人民政府", slug=f"unit-{number}", **values)


def post(of: Unit, role: Role | str = Role.LIAISON, **values: Any) -> Post:
    """Make a post of a unit with a role."""
    positions = {Role.LIAISON: Position.LIAISON, Role.UNIT_HEAD: Position.UNIT_HEAD, Role.LEADER: Position.DEPUTY_HEAD}
    number = next(_numbers)
    values.setdefault("position", positions.get(role, Position.OTHER))  # type: ignore[call-overload]
    values.setdefault("title", f"岗位{number}")
    return Post.objects.create(unit=of, role=role, key=f"post-{number}", **values)


def user(*posts: Post, name: str = "", **values: Any) -> User:
    """Make an account that holds these posts, with an address of its own."""
    number = next(_numbers)
    account = User.objects.create(
        username=f"user{number}",
        name=name or f"人员{number}",
        email=values.pop("email", f"user{number}@example.org"),
        date_joined=NOW,
        **values,
    )
    for one in posts:
        Tenure.objects.create(post=one, holder=account.name, user=account)
    return account


def actor(account: User, *, on: date = TODAY) -> Actor:
    """Return who the account is on that day."""
    return org.actor_for(account, on=on, source="test")


def person(role: Role, of: Unit | None = None) -> Actor:
    """Make a unit's (or the county office's) person of a role and return the actor."""
    return actor(user(post(of or unit(kind=UnitKind.COUNTY_DEPARTMENT), role)))


def document(**values: Any) -> Document:
    """Make a document of its own gazette."""
    number = next(_numbers)
    gazette = Gazette.objects.create(
        slug=f"gazette-{number}",
        title="稷山县人民政府公报",
        number="2023年第2期",
        published_on=date(2023, 6, 30),
        sha256="0" * 64,
        text="一\n二\n三\n",
    )
    values.setdefault("issued_on", ISSUED)
    values.setdefault("title", "关于做好普查工作的通知")
    values.setdefault("short", "经济普查")
    return Document.objects.create(
        gazette=gazette,
        slug=f"document-{number}",
        number=values.pop("number", f"稷政发〔2023〕{number}号"),
        issuer="稷山县人民政府",
        first_line=1,
        last_line=3,
        **values,
    )


def commitment(of: Document | None = None, **values: Any) -> Commitment:
    """Make a dated commitment of a document, due on 9 June 2023 unless told otherwise."""
    number = next(_numbers)
    of = of or document()
    clause, _ = Clause.objects.get_or_create(
        document=of, label="四（三）", line=2, defaults={"text": "于2023年6月9日前设立普查领导小组"}
    )
    values.setdefault("due", date(2023, 6, 9))
    values.setdefault("phrase", "2023年6月9日前")
    values.setdefault("kind", "once")
    return Commitment.objects.create(
        key=values.pop("key", f"commitment-{number}"),
        document=of,
        clause=clause,
        line=2,
        quote=values.pop("quote", "于2023年6月9日前设立普查领导小组"),
        title=values.pop("title", "设立普查领导小组"),
        responsibility=values.pop("responsibility", "stated"),
        certainty=values.pop("certainty", "hard"),
        **values,
    )


def task(
    lead: Unit | None = None,
    *supports: Unit,
    of: Commitment | None = None,
    due: date | None = date(2023, 6, 9),
    state: State = State.ASSIGNED,
    opened_at: datetime = datetime(2023, 5, 31, 8, 0, tzinfo=UTC),
    **values: Any,
) -> Task:
    """Make an open task with its first deadline and its parts; the next sweep looks at it."""
    lead = lead or unit()
    of = of or commitment(due=due)
    for place, one in enumerate((lead, *supports)):
        CommitmentUnit.objects.get_or_create(
            commitment=of,
            unit=one,
            role="support" if place else "lead",
            defaults={"printed": one.name, "position": place},
        )
    values.setdefault("changed_at", opened_at)
    values.setdefault("next_look_at", opened_at)
    made = Task.objects.create(
        key=f"{of.key}/{lead.slug}/{values.get('period', '')}",
        commitment=of,
        lead=lead,
        title=values.pop("title", of.title),
        state=state,
        due=due,
        opened_at=opened_at,
        **values,
    )
    Deadline.objects.create(task=made, version=1, due=due, set_at=opened_at, set_by="test", working=[])
    Assignment.objects.create(task=made, unit=lead, role="lead")
    for one in supports:
        Assignment.objects.create(task=made, unit=one, role="support")
    return made


def policy(of: Document, *steps: dict[str, Any], key: str = "", **values: Any) -> EscalationPolicy:
    """Make a policy of a document; each step is given by what differs from a plain notification after one working day."""
    made = EscalationPolicy.objects.create(
        key=key or f"policy-{next(_numbers)}", document=of, title="普查督办", overdue=[[1, "unit_head"]], **values
    )
    for position, step in enumerate(steps):
        plain = {
            "key": f"step-{position}",
            "title": "提请办公室协调",
            "action": "notify",
            "to": "supervision",
            "offset": 1,
            "unit": "workday",
            "after": "due",
            "basis_clause": "四（一）",
            "basis_line": 1,
            "basis_quote": "负责普查工作的具体组织实施和协调",
        }
        EscalationStep.objects.create(policy=made, position=position, **{**plain, **step})
    return made
