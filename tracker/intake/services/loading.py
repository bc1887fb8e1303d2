"""Load a seed: make the database say what the seed says, in one transaction, with every change audited.

Only a seed that `checking` found no fault with may be loaded; policies are loaded by `tracker.escalation`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.models import AuditHead
from tracker.audit.registers import Differences, Draft, Verb
from tracker.audit.services import record
from tracker.commitments.models import Commitment, Task
from tracker.commitments.services import guard, open_tasks, register_commitments, withdraw_commitments
from tracker.commitments.services.naming import show_new_names
from tracker.commitments.services.registering import CommitmentDraft, Commitments, follow_issue_date
from tracker.documents.models import Clause, Document
from tracker.documents.services import Documents
from tracker.intake import drafts
from tracker.intake.models import SeedLoad
from tracker.intake.names import Names
from tracker.intake.planning import Held, Plan, stages
from tracker.intake.rows import Seed
from tracker.org.models import Unit
from tracker.org.selectors import workdays

Say = Callable[[str], object]

# The fields that a task shows of rows that are not its own, by noun.
NAMES_SHOWN = {"unit": {"name"}, "document": {"number"}, "commitment": {"clause"}}


@dataclass(frozen=True, slots=True)
class Loaded:
    """Hold what a load did: the changes of each noun, the tasks opened, and its record, None when nothing changed."""

    differences: tuple[Differences, ...]
    tasks_opened: int
    load: SeedLoad | None


def nothing(_: str) -> None:
    """Say nothing."""


@transaction.atomic
def apply_plan(*, plan: Plan, by: Actor, now: datetime, say: Say = nothing) -> Loaded:
    """Load the plan's seed and open the tasks its commitments call for; `say` is told each stage.

    A plan that changes nothing writes nothing. Raises `NotPermitted` for anybody but the supervision office and the loader.
    """
    guard.registers(by)
    if not plan.changes_anything:
        return Loaded(plan.differences, 0, None)
    _wait_for_others()
    seed, names = plan.seed, Names(plan.seed)
    held = Held.read(seed)
    done: list[Differences] = []
    remembered: dict[str, list[Draft]] = {}
    for stage in stages(seed, names):
        say(f"{stage.register.noun}: {len(stage.drafts)} rows")
        done.append(stage.register.apply(stage.drafts, held.of(stage.register.noun), by=by, now=now))
        remembered[stage.register.noun] = list(stage.drafts)
    wanted = _commitment_drafts(seed, names)
    every = [draft for rows in wanted.values() for draft in rows]
    remembered[Commitments.noun] = list(every)
    differences = Commitments().compare(every, held.of(Commitments.noun))
    done.append(differences)
    touched: list[Commitment] = []
    documents = {document.slug: document for document in Document.objects.filter(slug__in=wanted)}
    for slug, rows in wanted.items():
        say(f"commitments of {slug}: {len(rows)} rows")
        registered = register_commitments(document=documents[slug], drafts=rows, by=by, now=now)
        touched += [*registered.added, *registered.changed]
    touched += _follow_issue_dates(done, by=by, now=now)
    reason = _("The row was taken out of the gazette's data.")
    gone = [change.key for change in differences.changes if change.verb is Verb.WITHDRAWN]
    withdraw_commitments(commitments=list(Commitment.objects.filter(key__in=gone)), reason=reason, by=by, now=now)
    _show_new_names(done, now)
    say(f"tasks of {len(touched)} commitments")
    tasks = open_tasks(commitments=touched, workdays=workdays(), by=by, now=now)
    if not any(one.changes for one in done):
        # Whoever was before us in the queue has loaded the same seed.
        return Loaded(tuple(done), 0, None)
    load = SeedLoad.objects.create(
        at=now,
        by=by.name,
        digest=seed.digest,
        counts={one.noun: {verb.value: one.count(verb) for verb in Verb} for one in done} | {"tasks": len(tasks)},
        keys=held.with_drafts(remembered),
    )
    record(by=by, now=now, action="intake.seed_loaded", obj=load, digest=load.digest, counts=load.counts)
    return Loaded(tuple(done), len(tasks), load)


def _wait_for_others() -> None:
    """Let one load run at a time (a second then finds nothing left to do), and none while a task is being changed.

    Taken in the order in which every other change takes them, commitments, tasks, the chain: a sweep that held a task
    and waited for the chain, while a load held the chain and waited for the task, would end one of them.
    """
    for rows in (Commitment.objects.all(), Task.objects.all()):
        list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    AuditHead.objects.select_for_update().get(pk=1)


def _follow_issue_dates(done: Sequence[Differences], *, by: Actor, now: datetime) -> list[Commitment]:
    """Date anew what hangs on the issue date of a document, where that was corrected."""
    changes = {change.key: change for one in done if one.noun == Documents.noun for change in one.changes}
    corrected = {
        key: date.fromisoformat(field.old)
        for key, change in changes.items()
        if change.verb is Verb.CHANGED
        for field in change.fields
        if field.name == "issued_on"
    }
    moved: list[Commitment] = []
    for document in Document.objects.filter(slug__in=corrected).order_by("first_line"):
        moved += follow_issue_date(document=document, before=corrected[document.slug], by=by, now=now)
    return moved


def _show_new_names(done: Sequence[Differences], now: datetime) -> None:
    """Let the tasks follow what they show of rows that are not theirs."""
    renamed = {
        one.noun: {
            change.key for change in one.changes if NAMES_SHOWN[one.noun] & {each.name for each in change.fields}
        }
        for one in done
        if one.noun in NAMES_SHOWN
    }
    show_new_names(units=renamed["unit"], documents=renamed["document"], commitments=renamed["commitment"], now=now)


def _commitment_drafts(seed: Seed, names: Names) -> dict[str, list[CommitmentDraft]]:
    clauses = {f"{row.document.slug}|{row.label}|{row.line}": row for row in Clause.objects.select_related("document")}
    units = {row.name: row for row in Unit.objects.all()}
    return dict(drafts.commitments(seed, names, clauses, units))
