"""Prepare a notice for signature: edit its text, record what was found, hand it in, send it back, or let it be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid, WrongState
from tracker.commitments.models import Task
from tracker.notices import selectors
from tracker.notices.drafting import Draft, cause_again, drafts
from tracker.notices.drafting.marks import DATE, FINDING, MEASURES, filled, reply_date, unfilled
from tracker.notices.drafting.words import say
from tracker.notices.life import State, Verb
from tracker.notices.models import Kind, Matter, Notice
from tracker.notices.services import guard
from tracker.notices.services.telling import tell_sent_back, tell_to_sign
from tracker.org import selectors as org
from tracker.rules.civil import civil_day
from tracker.rules.followup import ENDED
from tracker.rules.followup import State as TaskState

# Columns that a fresh draft writes anew; who signs, whom it goes to and what has been found stay.
_DRAFTED = ("title", "body", "as_of", "addressee")


@transaction.atomic
def edit(
    *,
    notice: Notice,
    title: str,
    body: str,
    addressee: str,
    copies: str = "",
    reply_by: date | None = None,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Notice:
    """Change the words before the signature; a notice that waited for it goes back to those who prepare it.

    A line of `body` is a paragraph; line breaks in `title` are kept. `reply_by` is a later working day, None to count from
    the day after signing. Raises `Invalid`, `NotPermitted`, `WrongState`, `Stale`.
    """
    notice = guard.lock(notice, version)
    guard.allow(notice, Verb.EDIT, by, now=now)
    if reply_by is not None:
        _check_reply_by(reply_by, now=now)
    before = {name: getattr(notice, name) for name in ("title", "body", "addressee", "copies", "reply_by")}
    notice.title = guard.needed("title", title, _("Write the title."), most=300)
    notice.body = guard.needed("body", body, _("Write the text."), most=20_000)
    notice.addressee = guard.needed("addressee", addressee, _("Write whom the notice is addressed to."), most=300)
    notice.addressee = guard.one_line(notice.addressee).rstrip("：:")
    notice.copies = guard.one_line(copies).rstrip("。.")[:300]
    notice.reply_by = reply_by
    old = {name: str(value or "") for name, value in before.items() if getattr(notice, name) != value}
    guard.done(notice, Verb.EDIT, by=by, now=now, before=old)
    return notice


@transaction.atomic
def refresh(*, notice: Notice, by: Actor, now: datetime, version: int | None = None) -> Notice:
    """Draft the text anew with today's figures; what was edited into it is lost, what was found stays."""
    notice = guard.lock(notice, version)
    guard.allow(notice, Verb.REFRESH, by, now=now)
    draft = drafted_again(notice, now=now)
    for name in _DRAFTED:
        setattr(notice, name, getattr(draft.notice, name))
    notice.matters.all().delete()
    for matter in draft.matters:
        matter.notice = notice
    Matter.objects.bulk_create(draft.matters)
    guard.done(notice, Verb.REFRESH, by=by, now=now)
    return notice


@transaction.atomic
def record_finding(
    *,
    notice: Notice,
    holds: bool,
    reason: str,
    finding: str = "",
    measures: str = "",
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Notice:
    """Record whether what the clause demands (“无正当理由”) has been found, with the reason; it is a person's word.

    `finding` is the part of the clause's words that applies, all of them when left out; `measures` what an authority
    decides, for a decision alone. Found not to hold, the notice is dismissed. Raises `Invalid`, `NotPermitted`,
    `WrongState`, `Stale`.
    """
    notice = guard.lock(notice, version)
    guard.allow(notice, Verb.FIND, by, now=now)
    if not (notice.needs_finding or notice.kind == Kind.DECISION):
        raise WrongState(_("This notice needs no finding."))
    reason = guard.needed("reason", reason, _("Give the reason: facts that a reader can check."), most=2000)
    if not holds:
        return _dismiss(notice, _("Not found: %(reason)s") % {"reason": reason}, by=by, now=now)
    notice.finding = guard.needed("finding", finding or notice.needs_finding, _("Say what was found."), most=300)
    notice.finding = guard.one_line(notice.finding)
    notice.finding_reason = guard.one_line(reason)
    if notice.kind == Kind.DECISION:
        notice.measures = guard.one_line(
            guard.needed("measures", measures, _("Say what is decided; the software never does."), most=2000)
        )
    guard.done(
        notice, Verb.FIND, by=by, now=now, text=notice.finding_reason, finding=notice.finding, measures=notice.measures
    )
    return notice


@transaction.atomic
def submit(*, notice: Notice, by: Actor, now: datetime, version: int | None = None) -> Notice:
    """Hand a notice in for signature; what it must say has to be there, and what must be found has to be recorded.

    Raises `Invalid` naming what is missing, `NotPermitted`, `WrongState`, `Stale`.
    """
    notice = guard.lock(notice, version)
    guard.allow(notice, Verb.SUBMIT, by, now=now)
    check_whole(notice, now=now)
    deed = guard.done(notice, Verb.SUBMIT, by=by, now=now)
    tell_to_sign(notice, deed, now=now)
    return notice


@transaction.atomic
def send_back(*, notice: Notice, reason: str, by: Actor, now: datetime, version: int | None = None) -> Notice:
    """Send a notice that waits for a signature back to those who prepare it, saying what to change."""
    notice = guard.lock(notice, version)
    guard.allow(notice, Verb.SEND_BACK, by, now=now)
    reason = guard.needed("reason", reason, _("Say what is to be changed."), most=2000)
    deed = guard.done(notice, Verb.SEND_BACK, by=by, now=now, text=reason)
    tell_sent_back(notice, deed, now=now)
    return notice


@transaction.atomic
def dismiss(*, notice: Notice, reason: str, by: Actor, now: datetime, version: int | None = None) -> Notice:
    """Decline a proposal with the reason; steps that count from it wait until the date changes or it is proposed anew."""
    notice = guard.lock(notice, version)
    guard.allow(notice, Verb.DISMISS, by, now=now)
    return _dismiss(notice, guard.needed("reason", reason, _("Give the reason."), most=2000), by=by, now=now)


@transaction.atomic
def retire(*, tasks: Sequence[Task], by: Actor, now: datetime) -> list[Notice]:
    """Dismiss the unsigned notices that speak of these tasks as they no longer are: moved to another date, or ended.

    A task that only waits for its review keeps them: the review may return it. The tasks are locked.
    """
    stand = {task.pk: task for task in tasks}
    open_ones = Matter.objects.filter(
        task__in=stand, notice__state__in=[State.PROPOSED, State.TO_SIGN], notice__tells_standing=True
    ).select_related("notice")
    retired = []
    for matter in open_ones.exclude(notice__kind=Kind.COMPLETION):
        task, notice = stand[matter.task_id], matter.notice
        if notice.of_period:
            continue
        if TaskState(task.state) in ENDED:
            reason = _("The task is “%(state)s” now.") % {"state": task.get_state_display()}
        elif matter.due_version != task.due_version:
            reason = _("The date of the task was changed.")
        else:
            continue
        retired.append(_dismiss(notice, reason, by=by, now=now))
    return retired


def check_whole(notice: Notice, *, now: datetime) -> None:
    """Make sure nothing stands against the signature and the text says all it has to; raises `WrongState` or `Invalid`."""
    if why := selectors.obstacle(notice):
        raise WrongState(why)
    if notice.needs_finding and not notice.finding:
        raise Invalid(
            "finding", _("Record first whether this has been found: %(what)s") % {"what": notice.needs_finding}
        )
    reply_by = reply_date(notice, civil_day(now), org.workdays())
    if notice.reply_by is not None:
        _check_reply_by(notice.reply_by, now=now)
    if notice.finding and FINDING not in notice.body and notice.finding not in notice.body:
        raise Invalid(
            "body", _("The text does not say what was found; put %(mark)s where it belongs.") % {"mark": FINDING}
        )
    if notice.measures and MEASURES not in notice.body and notice.measures not in notice.body:
        raise Invalid(
            "body", _("The text does not say what is decided; put %(mark)s where it belongs.") % {"mark": MEASURES}
        )
    if reply_by and DATE not in notice.body and say(reply_by) not in notice.body:
        raise Invalid(
            "body", _("The text does not say by when to reply; put %(mark)s where the date belongs.") % {"mark": DATE}
        )
    if left := unfilled(filled(notice, reply_by=reply_by)):
        raise Invalid(
            "body", _("Nothing is there to fill %(marks)s with; take it out of the text.") % {"marks": "、".join(left)}
        )


def drafted_again(notice: Notice, *, now: datetime) -> Draft:
    """Return the notice drafted anew, not saved; a bulletin of a period is made anew by hand instead."""
    if notice.of_period:
        raise WrongState(_("A bulletin is not drafted anew; dismiss it and make one for the period."))
    matter = notice.matters.select_related("task__commitment__document", "task__commitment__clause", "task__lead").get()
    (draft,) = drafts([cause_again(notice, matter.task)], now=now)
    draft.notice.copies = notice.copies
    return draft


def _dismiss(notice: Notice, reason: str, *, by: Actor, now: datetime) -> Notice:
    notice.state = State.DISMISSED
    guard.done(notice, Verb.DISMISS, by=by, now=now, text=reason)
    return notice


def _check_reply_by(day: date, *, now: datetime) -> None:
    workdays = org.workdays()
    if day <= civil_day(now):
        raise Invalid("reply_by", _("The day for a reply must be after today."))
    if not workdays.is_workday(day):
        raise Invalid(
            "reply_by",
            _("%(day)s is a rest day; the next working day is %(next)s.")
            % {"day": day.isoformat(), "next": workdays.next_workday(day).isoformat()},
        )
