"""Build a county of any size: its promises, their tasks, and what the months since January have left on them.

A fifth of the open tasks is past its date, and on those everything has been taken that the sweeps up to yesterday would
have taken: the tables that a sweep reads and adds to are as full as they would be. How many tasks have something to do
this morning is given, and does not follow the size: half of them are past their date, half before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, cycle

from benchmarks.filling import Filler
from benchmarks.patterns import OPENED_AT, OPENED_ON, Pattern, effective_day
from benchmarks.world import CLAUSE, UNITS, World
from tracker.audit.chain import GENESIS, digest
from tracker.audit.models import AuditEntry, AuditHead
from tracker.commitments.models import Assignment, Commitment, CommitmentUnit, Deadline, Task
from tracker.commitments.working import rows
from tracker.documents.models import Clause
from tracker.escalation.models import FollowUp, StepTaken
from tracker.messaging.models import Item
from tracker.org.models import Unit
from tracker.rules.civil import start_of_day
from tracker.rules.followup import DueAction, State

UNITS_OWING = 8  # how many units owe one promise, each for itself
SUPPORTING = (0, 1, 3, 0)  # how many support it, task by task
OVERDUE = 0.2
FEW, MANY = 5, 7  # every fifth promise is soft, every seventh asks for reports


@dataclass(frozen=True, slots=True)
class County:
    """Say what was built: how many open tasks there are, and how many of them have something to take this morning."""

    world: World
    size: int
    due: int


def build(world: World, size: int, *, due: int) -> County:
    """Fill the database in use, which holds the world and nothing else, with `size` open tasks, `due` of them due."""
    with Filler() as filler:
        _Promises(filler, world).add(size, due)
    return County(world, size, due)


class _Promises:
    """Add promises with their tasks, and what has been taken, told and recorded on them."""

    def __init__(self, filler: Filler, world: World) -> None:
        self._filler, self._world = filler, world
        self._clauses = {key: cycle(found) for key, found in world.clauses.items()}
        self._commitments, self._named, self._tasks, self._assignments = count(1), count(1), count(1), count(1)
        self._taken, self._items = count(1), count(1)
        last = AuditEntry.objects.order_by("-pk").first()
        self._entries = last.pk if last else 0
        self._hash = last.hash if last else GENESIS

    def add(self, size: int, due: int) -> None:
        """Add `size` tasks, taking the patterns of each kind in turn."""
        overdue, late = round(size * OVERDUE), due // 2
        wanted = {
            (True, True): late,
            (False, True): due - late,
            (True, False): overdue - late,
            (False, False): size - overdue - (due - late),
        }
        for kind, number in wanted.items():
            fitting = [one for one in self._world.pool if (one.is_overdue, one.speaks) == kind]
            for pattern in cycle(_mixed(fitting)):
                if number <= 0:
                    break
                self._promise(pattern, min(number, UNITS_OWING))
                number -= UNITS_OWING
        AuditHead.objects.update(hash=self._hash, entries=self._entries)

    def _promise(self, pattern: Pattern, tasks: int) -> None:
        pk = next(self._commitments)
        clause = next(self._clauses[pattern.policy_key])
        commitment = Commitment(
            pk=pk,
            key=f"promise-{pk}",
            document=clause.document,
            clause=clause,
            line=clause.line,
            quote=CLAUSE.format(number=pk),
            phrase=f"{pattern.due:%Y年%m月%d日}前",
            phrase_line=clause.line,
            title=f"按期完成第{pk}项任务并报送落实情况",
            kind="once",
            due=pattern.due,
            responsibility="stated",
            certainty="hard" if pk % FEW else "soft",
            each=True,
            asks_report=pk % MANY == 0,
            policy_key=pattern.policy_key,
        )
        self._filler.save(commitment)
        for number in range(tasks):
            self._task(commitment, clause, pattern, number)

    def _task(self, commitment: Commitment, clause: Clause, pattern: Pattern, number: int) -> None:
        pk = next(self._tasks)
        lead, *supporting = self._parts(pk)
        state = State.IN_PROGRESS if pk % 3 else State.ASSIGNED
        due = pattern.due.isoformat()
        self._filler.add(
            Task,
            id=pk,
            key=f"{commitment.key}/{lead.slug}/",
            commitment_id=commitment.pk,
            lead_id=lead.pk,
            title=commitment.title,
            state=state.value,
            due=pattern.due,
            opened_at=OPENED_AT,
            changed_at=OPENED_AT,
            next_look_at=pattern.next_look_at,
        )
        self._filler.add(
            Deadline,
            id=pk,
            task_id=pk,
            version=1,
            due=pattern.due,
            working=[["stated.due", {"due": due, "why": commitment.phrase}]],
            convention="stated",
            set_at=OPENED_AT,
            set_by="system",
        )
        self._filler.add(
            FollowUp,
            id=pk,
            task_id=pk,
            policy_id=pattern.policy_id,
            ladder_id=self._world.ladders[pattern.ladder],
            opened_on=OPENED_ON,
        )
        for place, unit in enumerate((lead, *supporting)):
            role = "support" if place else "lead"
            self._filler.add(
                CommitmentUnit,
                id=next(self._named),
                commitment_id=commitment.pk,
                unit_id=unit.pk,
                role=role,
                printed=unit.name,
                position=number * 4 + place,
            )
            self._filler.add(
                Assignment,
                id=next(self._assignments),
                task_id=pk,
                unit_id=unit.pk,
                role=role,
                state="acknowledged" if state is State.IN_PROGRESS else "assigned",
            )
        self._record(OPENED_AT, "commitments.assigned", pk, commitment.title, {"unit": lead.name, "due": due})
        number_of_document = clause.document.number
        for on, action in pattern.done:
            self._action(pk, lead, commitment, number_of_document, action, start_of_day(on) + timedelta(hours=9))

    def _action(
        self, task: int, lead: Unit, commitment: Commitment, document: str, action: DueAction, at: datetime
    ) -> None:
        post = self._world.heads[lead.pk] if action.step else self._world.liaisons[lead.pk]
        key = f"{task}:1:1:{action.part}"
        basis = f"{document} {action.basis.clause}：{action.basis.quote}" if action.basis else ""
        self._filler.add(
            StepTaken,
            id=next(self._taken),
            key=key,
            task_id=task,
            due_version=1,
            kind=action.kind.value,
            part=action.part,
            action=action.action.value,
            to=action.to.value,
            title=action.title,
            due_on=action.due_on,
            taken_at=at,
            effective_on=effective_day(action, action.due_on),
            late=action.late,
            superseded=action.superseded,
            counting=rows(action.counting),
            basis=basis,
            post_id=post.pk,
            addressee=str(post),
        )
        if not action.superseded:
            self._filler.add(
                Item,
                id=next(self._items),
                key=key,
                kind="step" if action.step else "reminder",
                post_id=post.pk,
                unit_id=lead.pk,
                task_id=task,
                due_version=1,
                stands_while=[State.ASSIGNED, State.IN_PROGRESS],
                text={"say": "overdue", "unit": lead.name, "title": commitment.title},
                basis=basis or commitment.quote,
                due_on=action.due_on,
                created_at=at,
                read_at=at + timedelta(hours=1),
            )
        detail = {"key": key, "due_on": action.due_on.isoformat(), "to": str(post), "title": action.title}
        self._record(at, f"escalation.{action.kind}_taken", task, commitment.title, detail)

    def _record(self, at: datetime, action: str, task: int, title: str, detail: dict[str, str]) -> None:
        self._entries += 1
        entry = AuditEntry(
            id=self._entries,
            at=at,
            actor_name="system",
            source="sweep",
            action=action,
            object_type="commitments.task",
            object_id=str(task),
            object_text=title,
            detail=detail,
            previous_hash=self._hash,
        )
        entry.hash = self._hash = digest(entry)
        self._filler.save(entry)

    def _parts(self, task: int) -> list[Unit]:
        """Return the lead and the supporting units of the task."""
        return [self._world.units[(task + 31 * place) % UNITS] for place in range(1 + SUPPORTING[task % 4])]


def _mixed(found: list[Pattern]) -> list[Pattern]:
    """Return the patterns in an order in which neighbours differ in policy and date."""
    return sorted(found, key=lambda one: (one.due.toordinal() * 7919 % 1009, one.policy_key))
