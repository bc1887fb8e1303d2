"""Decide which posts are told of what the sweep found: the actions taken, and the states that wait for somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from tracker.commitments.models import Amendment, Assignment, Commitment, Extension, Instruction, Review, Task
from tracker.escalation.addressing import Address, AddressBook
from tracker.messaging.models import Item
from tracker.notices.drafting import Cause, cause_of
from tracker.org.models import Post, Unit
from tracker.rules.amending import PUT_BACK, Fate
from tracker.rules.escalation import PROPOSES, is_found_by_hand
from tracker.rules.followup import Addressee, DueAction, Kind, State

OPEN = [State.ASSIGNED.value, State.IN_PROGRESS.value]
ESCALATES = {Item.Kind.STEP, Item.Kind.NOTICE}
DONE = Assignment.PartState.DONE


def open_parts(tasks: Sequence[Task]) -> dict[int, list[Assignment]]:
    """Return, by task id, the parts that are not done yet, each with its unit."""
    found: dict[int, list[Assignment]] = defaultdict(list)
    parts = Assignment.objects.filter(task__in=[task.pk for task in tasks]).exclude(state=DONE)
    for part in parts.prefetch_related("unit"):
        found[part.task_id].append(part)
    return found


class Telling:
    """Collect items and causes of notices for a chunk of tasks; what they need is read once for all of them.

    `parts` are the open parts of the tasks, and `book` knows their units as well as the leads. Keys make each item once:
    the same cause, looked at again, makes the same key.
    """

    def __init__(
        self, tasks: Sequence[Task], parts: Mapping[int, Sequence[Assignment]], book: AddressBook, *, now: datetime
    ) -> None:
        self.items: list[Item] = []
        self.causes: list[Cause] = []
        self._parts, self._book, self._now = parts, book, now
        changed = [task.pk for task in tasks if task.version > 1]
        self._returned = _by_task(Review.objects.filter(task__in=changed, decision=Review.Decision.RETURNED))
        self._instructions = _by_task(Instruction.objects.filter(task__in=changed))
        self._extensions = _by_task(Extension.objects.filter(task__in=changed))
        self._amendments = _amendments(tasks)

    def of_state(self, task: Task, *, opened: bool) -> None:
        """Tell what a task's state asks of somebody: take it on, say how it stands, verify it, go on with it."""
        if opened and task.state == State.TO_CONFIRM:
            self._add("backfill", Item.Kind.BACKFILL, task, self._liaison(task), [State.TO_CONFIRM.value])
        elif opened and task.state in OPEN:
            for part in self._parts.get(task.pk, ()):
                post = self._book.liaison(part.unit)
                self._add(f"assigned:{part.pk}", Item.Kind.ASSIGNMENT, task, post, OPEN, unit=part.unit, role=part.role)
        if task.state == State.AWAITING_REVIEW and task.applied_at:
            code = f"review:{task.applied_at:%Y%m%d%H%M%S}"
            self._add(code, Item.Kind.REVIEW, task, self._book.supervision, [State.AWAITING_REVIEW.value], say="review")
        for review in self._returned[task.pk]:
            self._add(
                f"returned:{review.pk}", Item.Kind.REVIEW, task, self._liaison(task), OPEN, say="returned",
                reason=review.reason,
            )  # fmt: skip
        for instruction in self._instructions[task.pk]:
            head = self._book.address(task.lead, Addressee.UNIT_HEAD).post
            for name, post in (("head", head), ("liaison", self._liaison(task))):
                self._add(
                    f"instruction:{instruction.pk}:{name}", Item.Kind.INSTRUCTION, task, post, [], say="instruction",
                    text=instruction.text, by=f"{instruction.by_post} {instruction.by}".strip(),
                )  # fmt: skip
        for extension in self._extensions[task.pk]:
            self._of_extension(task, extension)
        for amendment in self._amendments[task.pk]:
            self._of_amendment(task, amendment)

    def of_action(self, task: Task, action: DueAction, address: Address) -> None:
        """Tell the addressee of a reminder or step; a proposal goes to whoever may sign it, and to nobody else."""
        if action.superseded:
            return
        if action.step is not None and action.action in PROPOSES:
            self.causes.append(cause_of(task, action, address.post))
            signer = self._book.address(task.lead, Addressee.SUPERVISION).post
            self._add(
                action.key, Item.Kind.NOTICE, task, signer, OPEN, say="proposal", action=action, title=action.title
            )
            return
        if action.step is not None and is_found_by_hand(action.step):
            # Nobody beyond the office hears of it before a person has found what the clause asks to be found.
            self._add(
                action.key, Item.Kind.STEP, task, self._book.supervision, OPEN, say="finding", action=action,
                title=action.title, finding=action.step.needs_finding,
            )  # fmt: skip
            return
        if action.kind is Kind.STEP:
            self._add(
                action.key, Item.Kind.STEP, task, address.post, OPEN, say="step", action=action, title=action.title,
                addressee=address.text,
            )  # fmt: skip
            return
        say = "ahead" if action.part.startswith("ahead") else "overdue"
        self._add(action.key, Item.Kind.REMINDER, task, address.post, OPEN, say=say, action=action)
        if say == "ahead":
            for part in self._parts.get(task.pk, ()):
                if part.unit_id != task.lead_id:
                    post = self._book.liaison(part.unit)
                    self._add(
                        f"{action.key}:{part.pk}", Item.Kind.REMINDER, task, post, OPEN, say=say, action=action,
                        unit=part.unit, role=part.role,
                    )  # fmt: skip

    def of_finding(self, task: Task, action: DueAction, address: Address) -> None:
        """Tell the addressee of a step that a person found to be called for."""
        assert action.step is not None
        self._add(
            action.key, Item.Kind.STEP, task, address.post, OPEN, say="found", action=action, title=action.title,
            addressee=address.text, finding=action.step.needs_finding,
        )  # fmt: skip

    def _of_extension(self, task: Task, extension: Extension) -> None:
        new = extension.new_due.isoformat()
        if extension.state == Extension.State.REQUESTED:
            post = self._book.address(task.lead, Addressee.UNIT_HEAD).post
        elif extension.state == Extension.State.AGREED:
            post = self._book.supervision
        else:
            post = self._liaison(task)
        self._add(
            f"extension:{extension.pk}:{extension.state}", Item.Kind.REVIEW, task, post, [],
            say=f"extension_{extension.state}", new=new, reason=extension.decision_reason or extension.reason,
        )  # fmt: skip

    def _of_amendment(self, task: Task, amendment: Amendment) -> None:
        """Tell the unit that a change of the document ended the task or moved its date, or that this was taken back."""
        ended = task.state == State.WITHDRAWN
        code, reason, say = f"amendment:{amendment.pk}", amendment.words, "ended" if ended else "moved"
        if amendment.withdrawn_at is not None:
            code, reason, say = f"{code}:withdrawn", amendment.withdrawn_reason, "stands_again"
        values: dict[str, Any] = {"path": f"/amendments/{amendment.pk}/"} if ended else {"new": str(task.due or "")}
        self._add(
            code, Item.Kind.ASSIGNMENT, task, self._liaison(task), [State.WITHDRAWN.value] if ended else [], say=say,
            by=amendment.by_what, reason=reason, **values,
        )  # fmt: skip

    def _liaison(self, task: Task) -> Post | None:
        return self._book.liaison(task.lead)

    def _add(
        self,
        code: str,
        kind: Item.Kind,
        task: Task,
        post: Post | None,
        stands_while: list[str],
        *,
        say: str = "",
        unit: Unit | None = None,
        action: DueAction | None = None,
        **values: Any,
    ) -> None:
        # A step that reaches no registered post is told to the supervision office; a reminder is not, or the office would
        # be flooded with other people's: the record of the step says that nobody was there to be told.
        told = post or (self._book.supervision if kind in ESCALATES else None)
        if told is None:
            return
        text = {"say": say or kind.value, "unit": (unit or task.lead).name, "title": task.title, **values}
        if values.get("title"):
            text |= {"step": values["title"], "title": task.title}
        if post is None:
            text["nobody"] = True
        self.items.append(
            Item(
                key=code if action else f"{task.pk}:{code}",
                kind=kind,
                post=told,
                unit_id=unit.pk if unit else task.lead_id,
                task=task,
                due_version=task.due_version if action else 0,
                stands_while=stands_while,
                text=text,
                basis=_basis(task, action),
                due_on=action.due_on if action else None,
                late=bool(action and action.late),
                created_at=self._now,
            )
        )


def _basis(task: Task, action: DueAction | None) -> str:
    number = task.commitment.document.number
    if action is not None and action.basis is not None:
        return f"{number} {action.basis.clause}：{action.basis.quote}"
    return f"{number} {task.commitment.clause.label}：{task.commitment.quote}"


def _amendments(tasks: Sequence[Task]) -> dict[int, list[Amendment]]:
    """Return by task id the changes of documents that ended the task, moved its date, or were taken back and gave it back.

    No question where there is none.
    """
    found: dict[int, list[Amendment]] = defaultdict(list)
    ended = {task.commitment.ended_by_id for task in tasks if task.state == State.WITHDRAWN}
    changed = {task.commitment_id for task in tasks if task.version > 1 and task.state in OPEN}
    if not changed and not any(ended):
        return found
    documents = Commitment.objects.filter(pk__in=changed).values("document")
    which = Q(pk__in=[pk for pk in ended if pk]) | Q(provisions__commitment__in=changed)
    which |= Q(withdrawn_at__isnull=False, document__in=documents)
    for amendment in Amendment.objects.filter(which, applied_at__isnull=False).select_related("instrument").distinct():
        if amendment.withdrawn_at is None:
            rows = [row for becomes in (Fate.ENDS, Fate.MOVES) for row in amendment.outcome.get(becomes, [])]
        else:
            rows = [row for becomes in PUT_BACK for row in amendment.undone.get(becomes, [])]
        for row in rows:
            found[row["task"]].append(amendment)
    return found


def _by_task(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.task_id].append(row)
    return found
