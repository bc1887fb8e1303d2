"""Propose notices: the sweep when a step comes due, the supervision office by hand. Nothing here reaches an addressee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, Role
from tracker.audit.errors import Invalid, WrongState
from tracker.audit.services import act, record_many
from tracker.commitments.models import Task
from tracker.notices.drafting import Cause, Draft, bulletin, drafts
from tracker.notices.drafting.forms import FORMS
from tracker.notices.life import Verb
from tracker.notices.models import Deed, Kind, Matter, Notice
from tracker.notices.selectors import supervision_unit
from tracker.notices.services import guard
from tracker.notices.services.preparing import drafted_again
from tracker.org.models import Post, Unit
from tracker.org.selectors import post_of
from tracker.rules.civil import civil_day
from tracker.rules.followup import Basis
from tracker.rules.followup import State as TaskState
from tracker.rules.standing import Standing

_RUNNING = {TaskState.ASSIGNED, TaskState.IN_PROGRESS}
_FINISHED = {TaskState.CLOSED, TaskState.NOT_ACHIEVED}
_NOT_COUNTED = {TaskState.TO_CONFIRM, TaskState.WAITING, TaskState.WITHDRAWN}


@transaction.atomic
def propose(*, causes: Sequence[Cause], by: Actor, now: datetime) -> list[Notice]:
    """Draft and store a notice for each cause; one whose key is already there is the same cause again and is left out.

    The causes' tasks are locked, or nobody else could propose on them now.
    """
    if not causes:
        return []
    there = set(Notice.objects.filter(key__in=[cause.key for cause in causes]).values_list("key", flat=True))
    return _store(drafts([cause for cause in causes if cause.key not in there], now=now), by=by, now=now)


@transaction.atomic
def propose_reminder(*, task: Task, by: Actor, now: datetime, asks_within: int | None = None) -> Notice:
    """Propose a letter of reminder (提醒函) on a running, dated task; it rests on the commitment's own clause.

    `asks_within` are the working days given for an answer, seven when left out. One a task and day.
    """
    guard.office(by)
    task = _locked(task)
    if TaskState(task.state) not in _RUNNING or task.due is None:
        raise WrongState(_("A reminder is for a task that has a date and is not done."))
    if asks_within is not None and not 1 <= asks_within <= 250:
        raise Invalid("asks_within", _("Give between 1 and 250 working days."))
    post = post_of(task.lead, Role.UNIT_HEAD)
    key = f"reminder:{task.pk}:{task.due_version}:{civil_day(now):%Y%m%d}"
    return _by_hand(_cause(key, Kind.REMINDER, task, _issuer(), post=post, asks_within=asks_within), by=by, now=now)


@transaction.atomic
def propose_completion(*, task: Task, by: Actor, now: datetime) -> Notice:
    """Propose a notice of completion (办结通知) on a task that has been reviewed and ended; copies go to its other units."""
    guard.office(by)
    task = _locked(task)
    if TaskState(task.state) not in _FINISHED or task.closed_at is None:
        raise WrongState(_("A notice of completion is for a task that the office has closed."))
    key = f"completion:{task.pk}:{task.closed_at:%Y%m%d%H%M%S}"
    cause = _cause(key, Kind.COMPLETION, task, _issuer(), post=post_of(task.lead, Role.UNIT_HEAD))
    others = [part.unit.name for part in task.assignments.select_related("unit") if part.unit_id != task.lead_id]
    return _by_hand(cause, copies="、".join(others), by=by, now=now)


@transaction.atomic
def propose_on_ground(
    *,
    key: str,
    task: Task,
    kind: Kind,
    title: str,
    issuer: str,
    basis: Basis,
    needs_finding: str,
    against: str = "",
    reason: str,
    by: Actor,
    now: datetime,
) -> Notice:
    """Propose a notice because a person holds that a fact named by a clause is there, whatever the date.

    `issuer` is the canonical name of the authority the clause names, `against` whom it is against when that is not the
    task's lead, `reason` the facts the proposal rests on. It may be proposed by the supervision office or by a person of
    that authority. What is found and decided is said by others later.
    """
    unit = Unit.objects.filter(name=issuer).first()
    if unit is None or unit.pk not in by.unit_ids:
        guard.office(by)
    reason = guard.needed("reason", reason, _("Say which facts the proposal rests on."))
    task = _locked(task)
    cause = Cause(
        key=f"ground:{key}:{task.pk}:{civil_day(now):%Y%m%d}",
        kind=kind,
        name=FORMS[kind].name,
        task=task,
        title=title,
        issuer=issuer,
        basis=basis,
        needs_finding=needs_finding,
        post=None if against or kind is Kind.DECISION else post_of(task.lead, Role.UNIT_HEAD),
        tells_standing=False,
        against=against,
    )
    return _by_hand(cause, by=by, now=now, reason=reason)


@transaction.atomic
def propose_bulletin(
    *,
    tasks: Sequence[Task],
    first: date,
    last: date,
    as_of: date | None = None,
    standings: Mapping[int, Standing] | None = None,
    named: Mapping[int, Basis] | None = None,
    by: Actor,
    now: datetime,
) -> Notice:
    """Propose a bulletin (通报) on the tasks due from `first` to `last`, both inclusive, in the order they are given in.

    Tasks of other dates are left out, and so are those that wait for their unit to say how they stand, which are counted
    apart. `as_of` is the civil day the figures are of, today when left out; for a day past, `tasks` are as they were and
    `standings` say how they stood. A unit is named only for a task in `named`, with the clause that provides for it.
    Raises `Invalid` for a period that is empty or not begun.
    """
    guard.office(by)
    if last < first:
        raise Invalid("last", _("The period ends before it begins."))
    if first > civil_day(now):
        raise Invalid("first", _("The period has not begun."))
    in_period = [task for task in tasks if task.due is not None and first <= task.due <= last]
    counted = [task for task in in_period if TaskState(task.state) not in _NOT_COUNTED]
    if not counted:
        raise Invalid("first", _("No task was due in this period."))
    draft = bulletin(
        counted,
        first=first,
        last=last,
        as_of=as_of or civil_day(now),
        issuer=_issuer(),
        to_confirm=sum(TaskState(task.state) is TaskState.TO_CONFIRM for task in in_period),
        key=f"bulletin:{first:%Y%m%d}:{last:%Y%m%d}:{now:%Y%m%d%H%M%S}",
        now=now,
        standings=standings,
        named=named or {},
    )
    documents = {task.commitment.document_id for task in counted}
    if len(documents) == 1:
        draft.notice.document_id = documents.pop()
    return _store([draft], by=by, now=now)[0]


@transaction.atomic
def replace(*, notice: Notice, by: Actor, now: datetime) -> Notice:
    """Propose the notice anew after it was dismissed or withdrawn, with today's figures and text; once for each.

    The new one stands for the same step, so that its signature makes the step effective.
    """
    notice = guard.lock(notice, None)
    guard.allow(notice, Verb.REPLACE, by, now=now)
    if hasattr(notice, "replaced_by"):
        raise WrongState(_("It has been proposed anew already."))
    draft = drafted_again(notice, now=now)
    stem, _mark, count = notice.key.partition("#")
    draft.notice.key = f"{stem}#{int(count or 1) + 1}"
    draft.notice.replaces = notice
    return _store([draft], by=by, now=now)[0]


def _by_hand(cause: Cause, *, by: Actor, now: datetime, copies: str = "", reason: str = "") -> Notice:
    if Notice.objects.filter(key=cause.key).exists():
        raise WrongState(_("Such a notice has been proposed already; see the list of notices."))
    (draft,) = drafts([cause], now=now)
    draft.notice.copies = copies
    return _store([draft], by=by, now=now, reason=reason)[0]


def _store(found: Sequence[Draft], *, by: Actor, now: datetime, reason: str = "") -> list[Notice]:
    notices = [draft.notice for draft in found]
    Notice.objects.bulk_create(notices, batch_size=500)
    rows = []
    for draft in found:
        for matter in draft.matters:
            matter.notice = draft.notice
            rows.append(matter)
    Matter.objects.bulk_create(rows, batch_size=1000)
    Deed.objects.bulk_create(
        [
            Deed(notice=notice, verb=Verb.PROPOSE, at=now, by=by.name, by_id=by.user_id, by_post=by.post, text=reason)
            for notice in notices
        ],
        batch_size=1000,
    )
    record_many(by=by, now=now, acts=[act("notices.propose", one, key=one.key, basis=one.basis) for one in notices])
    return notices


def _cause(
    key: str, kind: Kind, task: Task, issuer: Unit, *, post: Post | None, asks_within: int | None = None
) -> Cause:
    name = FORMS[kind].name
    return Cause(
        key=key, kind=kind, name=name, task=task, title=name, issuer=issuer.name, asks_within=asks_within, post=post
    )


def _locked(task: Task) -> Task:
    rows = Task.objects.select_for_update(of=("self",))
    return rows.select_related("commitment__document", "commitment__clause", "lead").get(pk=task.pk)


def _issuer() -> Unit:
    unit = supervision_unit()
    if unit is None:
        raise WrongState(_("No post is registered for the supervision office; register it first."))
    return unit
