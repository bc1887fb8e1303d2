"""Make what every county of the benchmark has, whatever its size: real policies, invented units, posts and documents."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from benchmarks.filling import Filler
from benchmarks.patterns import OPENED_AT, Pattern, patterns
from tracker.audit.actors import Role, system
from tracker.documents.models import Clause, Document, Gazette
from tracker.escalation.ladders import current_policies
from tracker.escalation.models import EscalationPolicy, Ladder
from tracker.escalation.policies import PolicyDraft, apply_policies
from tracker.intake.faults import Fault
from tracker.intake.reading.policies import read_policies
from tracker.intake.rows import PolicyRow
from tracker.org import selectors as org
from tracker.org.models import Portfolio, Position, Post, Tenure, Unit, UnitKind, User

UNITS = 200
TOWNSHIPS = 7
DEPUTIES = 7
CLAUSES = 20
PLAIN_DOCUMENTS = 10
SINCE = date(2021, 7, 1)
ISSUED = date(2023, 1, 3)
CLAUSE = "各乡（镇）人民政府、县直有关部门要按照职责分工，压实工作责任，按期完成第{number}项任务并报县政府办公室"


@dataclass(slots=True)
class World:
    """Hold what promises are made of.

    `units` are those that owe something, `liaisons` and `heads` their posts by unit id. `accounts` has one account for each
    role. `clauses` are by the key of their document's policy, "" for documents without one. `ladders` are ids by digest.
    """

    units: list[Unit] = field(default_factory=list)
    liaisons: dict[int, Post] = field(default_factory=dict)
    heads: dict[int, Post] = field(default_factory=dict)
    accounts: dict[str, User] = field(default_factory=dict)
    clauses: dict[str, list[Clause]] = field(default_factory=dict)
    ladders: dict[str, int] = field(default_factory=dict)
    pool: list[Pattern] = field(default_factory=list)


def make() -> World:
    """Fill the empty, migrated database in use and return what it holds."""
    world = World()
    read = _read_policies()
    with Filler() as filler:
        _Organisation(filler, world).add(read)
        _documents(filler, world, read)
    contents: dict[str, dict[str, object]] = {}
    world.pool = list(patterns([*_policies(read), None], contents, org.workdays()))
    with Filler() as filler:
        for pk, (digest, content) in enumerate(contents.items(), 1):
            world.ladders[digest] = pk
            filler.save(Ladder(pk=pk, digest=digest, content=content))
    return world


def _read_policies() -> tuple[PolicyRow, ...]:
    faults: list[Fault] = []
    found = read_policies(Path(settings.TRACKER_SEED_DIR), faults)
    if faults:
        raise RuntimeError(f"The seed's policies cannot be read: {faults[0]}")
    return found


def _policies(read: tuple[PolicyRow, ...]) -> list[EscalationPolicy]:
    drafts = [
        PolicyDraft(
            key=row.key,
            version=row.version,
            document=row.document,
            title=row.title,
            note=row.note,
            attaches=row.attaches,
            ahead=row.ahead,
            overdue=tuple((days, to.value) for days, to in row.follow_up.overdue),
            steps=row.follow_up.steps,
        )
        for row in read
    ]
    apply_policies(drafts=drafts, by=system("bench"), now=OPENED_AT)
    return list(current_policies(row.key for row in read).values())


class _Organisation:
    """Add the county government, its office, the bodies that policies name, and the units that owe something."""

    def __init__(self, filler: Filler, world: World) -> None:
        self._filler, self._world = filler, world
        self._units, self._posts, self._portfolios = count(1), count(1), count(1)

    def add(self, read: tuple[PolicyRow, ...]) -> None:
        government = self._unit("稷山县人民政府", UnitKind.COUNTY_DEPARTMENT)
        office = self._unit("县政府办公室", UnitKind.COUNTY_DEPARTMENT)
        self._post(office, "督查室", Position.OTHER, Role.SUPERVISION)
        self._post(government, "县长", Position.COUNTY_HEAD, Role.COUNTY_HEAD)
        deputies = [
            self._post(government, f"副县长（{number}）", Position.DEPUTY_HEAD, Role.LEADER)
            for number in range(DEPUTIES)
        ]
        named = {name for row in read for step in row.follow_up.steps for name in (step.body, step.signed_by)}
        for name in sorted(named - {"", government.name, office.name}):
            if name.endswith("办公室"):
                self._post(self._unit(name, UnitKind.GROUP_OFFICE), "主任", Position.GROUP_OFFICE_HEAD)
            else:
                self._post(self._unit(name, UnitKind.LEADING_GROUP), "组长", Position.GROUP_HEAD)
        for number in range(UNITS):
            kind = UnitKind.TOWNSHIP if number < TOWNSHIPS else UnitKind.COUNTY_DEPARTMENT
            unit = self._unit(f"第{number + 1}单位", kind)
            self._world.units.append(unit)
            self._world.liaisons[unit.pk] = self._post(unit, "联络员", Position.LIAISON, Role.LIAISON)
            self._world.heads[unit.pk] = self._post(unit, "负责人", Position.UNIT_HEAD, Role.UNIT_HEAD)
            deputy = deputies[number % DEPUTIES]
            self._filler.save(
                Portfolio(pk=next(self._portfolios), post=deputy, unit=unit, relation="分管", from_day=SINCE)
            )

    def _unit(self, name: str, kind: str) -> Unit:
        pk = next(self._units)
        unit = Unit(pk=pk, slug=f"unit-{pk}", name=name, kind=kind)
        self._filler.save(unit)
        return unit

    def _post(self, unit: Unit, title: str, position: str, role: str = "") -> Post:
        """Add a post with the account of who holds it, and return it."""
        pk = next(self._posts)
        post = Post(pk=pk, key=f"post-{pk}", unit=unit, title=title, position=position, role=role)
        user = User(
            pk=pk,
            username=f"user{pk}",
            name=f"人员{pk}",
            email=f"user{pk}@example.org",
            password=UNUSABLE_PASSWORD_PREFIX,
            date_joined=OPENED_AT,
        )
        self._filler.save(post, user, Tenure(pk=pk, post=post, holder=user.name, user=user, from_day=SINCE))
        self._world.accounts.setdefault(role, user)
        return post


def _documents(filler: Filler, world: World, read: tuple[PolicyRow, ...]) -> None:
    gazette = Gazette(
        pk=1,
        slug="bench",
        title="县人民政府公报",
        number="2023年第1期",
        published_on=ISSUED,
        sha256="0" * 64,
        text="一\n",
    )
    filler.save(gazette)
    clauses = count(1)
    policies: dict[str, list[str]] = defaultdict(list)
    for row in read:
        policies[row.document].append(row.key)
    for number in range(PLAIN_DOCUMENTS):
        policies[f"plain-{number}"].append("")
    for number, (slug, keys) in enumerate(policies.items(), 1):
        document = Document(
            pk=number,
            gazette=gazette,
            slug=slug,
            number=f"稷政发〔2023〕{number}号",
            title=f"关于做好第{number}项重点工作的通知",
            short=f"重点工作{number}",
            issuer="稷山县人民政府",
            issued_on=ISSUED,
            first_line=number,
            last_line=number,
        )
        found = [
            Clause(
                pk=next(clauses),
                document=document,
                label=f"{place}（一）",
                line=place,
                text=CLAUSE.format(number=place),
            )
            for place in range(1, CLAUSES + 1)
        ]
        filler.save(document, *found)
        for key in keys:
            world.clauses.setdefault(key, []).extend(found)
