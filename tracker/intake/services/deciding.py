"""Decide on the duties that ledgers propose (立项): accepted with the clause that makes them, or declined with a reason.

A commitment is what a document says in its own words. Accepting therefore asks for the clause and for a quote that stands
in the document's text, character by character; the date is what the rules read from the document's words, and where they
give none, the office states it and says why. What was loaded from a gazette's data is not touched by it, and a later load
leaves what was accepted alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid, WrongState
from tracker.audit.services import record
from tracker.commitments.models import Commitment, Kind, Proposal, Responsibility, Task
from tracker.commitments.selectors.noting import LONGEST_REMARK
from tracker.commitments.services import guard, open_tasks, register_commitments
from tracker.commitments.services.registering import CommitmentDraft
from tracker.commitments.services.remarking import remark
from tracker.commitments.working import Promise, read_words
from tracker.documents.models import Clause, Document
from tracker.documents.selectors import lines_with
from tracker.documents.services import ClauseDraft, Clauses, lock_document
from tracker.org.models import Unit
from tracker.org.selectors import workdays


@dataclass(frozen=True, slots=True)
class DutyDraft:
    """Be a proposed duty as the office completes it from the document.

    `clause` is the place as the document numbers it; `quote` and `phrase` are its own words, `phrase` "" for a duty without
    a date. `line` chooses between several lines of the gazette's text that hold the quote. `due` is stated only where the
    words give no date, `why_not` then says why. `each` tells that every lead unit owes it alone; `implied_from` what a unit
    that the text does not name is taken from.
    """

    document: Document
    clause: str
    quote: str
    title: str
    lead: tuple[Unit, ...]
    support: tuple[Unit, ...] = ()
    phrase: str = ""
    line: int | None = None
    due: date | None = None
    why_not: str = ""
    each: bool = False
    implied_from: str = ""
    asks_report: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """Hold what accepting a proposal made: the commitment and the tasks that opened."""

    commitment: Commitment
    tasks: list[Task]


@transaction.atomic
def accept_proposal(*, proposal: Proposal, duty: DutyDraft, by: Actor, now: datetime) -> Accepted:
    """Register the commitment that a proposal speaks of, and open its tasks; the row's remark goes with them.

    Raises `NotPermitted` for anybody but the supervision office, `WrongState` for a proposal that is decided, `Invalid` for
    words that do not stand in the document and for whatever else is missing.
    """
    guard.registers(by)
    proposal = _waiting(proposal)
    # Two duties of one place that is not on record yet: the second finds what the first put there.
    duty = replace(duty, document=lock_document(duty.document))
    draft = _draft(proposal, duty, by=by, now=now)
    registered = register_commitments(document=duty.document, drafts=[draft], by=by, now=now)
    (commitment,) = registered.added
    tasks = open_tasks(commitments=[commitment], workdays=workdays(), by=by, now=now)
    if note := proposal.said.get("note"):
        for task in tasks:
            remark(task=task, text=note[:LONGEST_REMARK], by=by, now=now)
    proposal.commitment, proposal.document = commitment, duty.document
    _decide(proposal, Proposal.State.ACCEPTED, "", by, now)
    record(by=by, now=now, action="intake.proposal_accepted", obj=proposal, commitment=commitment.key)
    return Accepted(commitment, tasks)


def try_acceptance(*, proposal: Proposal, duty: DutyDraft, by: Actor, now: datetime) -> Accepted:
    """Return what accepting would make, and take it back. Raises what `accept_proposal` raises."""
    with transaction.atomic():
        accepted = accept_proposal(proposal=proposal, duty=duty, by=by, now=now)
        accepted.tasks.sort(key=lambda task: (task.due or date.max, task.pk))
        transaction.set_rollback(True)
    return accepted


@transaction.atomic
def decline_proposal(*, proposal: Proposal, reason: str, by: Actor, now: datetime) -> Proposal:
    """Decline a proposal; whoever proposed it reads the reason. For the supervision office."""
    guard.registers(by)
    proposal = _waiting(proposal)
    if not reason.strip():
        raise Invalid("reason", _("Give the reason; whoever proposed it will read it."))
    _decide(proposal, Proposal.State.DECLINED, reason.strip(), by, now)
    record(by=by, now=now, action="intake.proposal_declined", obj=proposal, reason=proposal.decision_reason)
    return proposal


def _waiting(proposal: Proposal) -> Proposal:
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state != Proposal.State.PROPOSED:
        raise WrongState(_("This has already been decided."))
    return proposal


def _decide(proposal: Proposal, state: Proposal.State, reason: str, by: Actor, now: datetime) -> None:
    proposal.state, proposal.decision_reason = state, reason
    proposal.decided_at, proposal.decided_by = now, by.name
    proposal.save(
        update_fields=["state", "decision_reason", "decided_at", "decided_by", "commitment", "document"],
    )


def _draft(proposal: Proposal, duty: DutyDraft, *, by: Actor, now: datetime) -> CommitmentDraft:
    document = duty.document
    if document.repealed_on is not None:
        raise Invalid("document", _("This document is no longer in force: choose the one that took its place."))
    if not duty.title.strip():
        raise Invalid("title", _("Name the duty."))
    if not duty.lead:
        raise Invalid("lead", _("Name the unit that has the duty."))
    if both := {unit.pk for unit in duty.lead} & {unit.pk for unit in duty.support}:
        names = "、".join(unit.name for unit in duty.lead if unit.pk in both)
        raise Invalid("support", _("%(units)s cannot both lead and support it.") % {"units": names})
    line = _line_of_quote(duty)
    phrase_line = _line_of_phrase(duty, line)
    promise, certainty, why_not = _promise(duty)
    return CommitmentDraft(
        key=f"{document.slug}-proposal-{proposal.pk}",
        clause=_clause(duty, line, by=by, now=now),
        line=line,
        quote=duty.quote.strip(),
        phrase=duty.phrase.strip(),
        phrase_line=phrase_line if phrase_line != line else None,
        title=duty.title.strip(),
        kind=promise.kind,
        due=promise.due,
        start=promise.start,
        recurrence=promise.recurrence,
        relative=promise.relative,
        lead=tuple((unit, unit.name) for unit in duty.lead),
        support=tuple((unit, unit.name) for unit in duty.support),
        responsibility=Responsibility.IMPLIED if duty.implied_from.strip() else Responsibility.STATED,
        implied_from=duty.implied_from.strip(),
        certainty=certainty,
        each=duty.each and len(duty.lead) > 1,
        asks_report=duty.asks_report,
        why_not=why_not,
        note=_("Registered from %(origin)s.") % {"origin": proposal.origin},
    )


def _line_of_quote(duty: DutyDraft) -> int:
    quote = duty.quote.strip()
    if not quote:
        raise Invalid("quote", _("Copy the words of the document that make the duty."))
    found = lines_with(duty.document, quote)
    if not found:
        raise Invalid(
            "quote",
            _(
                "These words do not stand so in %(document)s. Copy them from one paragraph of its text, character by "
                "character."
            )
            % {"document": duty.document.number},
        )
    if duty.line is not None and duty.line in found:
        return duty.line
    if len(found) > 1:
        raise Invalid(
            "line",
            _("The words stand on lines %(lines)s. Say on which line this duty stands, or quote more.")
            % {"lines": "、".join(str(number) for number in found[:8])},
        )
    return found[0]


def _line_of_phrase(duty: DutyDraft, line: int) -> int:
    phrase = duty.phrase.strip()
    if not phrase:
        return line
    found = lines_with(duty.document, phrase)
    if not found:
        raise Invalid(
            "phrase",
            _("The time expression does not stand so in %(document)s. Copy it from the text, or leave it empty.")
            % {"document": duty.document.number},
        )
    # A sentence that governs several clauses stands above them.
    return line if line in found else max((one for one in found if one < line), default=found[0])


def _promise(duty: DutyDraft) -> tuple[Promise, str, str]:
    """Return what the words state about time, or what the office states in their place and why."""
    read = read_words(duty.phrase.strip(), issued_on=duty.document.issued_on, workdays=workdays())
    promise = read.promise
    if duty.due is None or duty.due == promise.due:
        return promise, read.certainty, ""
    if not duty.why_not.strip():
        raise Invalid(
            "why_not",
            _("The document's words give %(read)s, not this day. Say what the day rests on, or leave the day empty.")
            % {"read": promise.due.isoformat() if promise.due else _("no day")},
        )
    stated = Promise(
        duty.document.issued_on, Kind.ONCE, duty.phrase.strip(), due=duty.due, why_not=duty.why_not.strip()
    )
    return stated, read.certainty, duty.why_not.strip()


def _clause(duty: DutyDraft, line: int, *, by: Actor, now: datetime) -> Clause:
    label = duty.clause.strip()
    if not label:
        raise Invalid("clause", _("Give the place as the document numbers it, as 二（三）."))
    words = duty.document.gazette.text.split("\n")[line - 1]
    place = Clause.objects.filter(document=duty.document, label=label, line=line).first()
    if place is None:
        Clauses().apply([ClauseDraft(duty.document.slug, label, line, words)], by=by, now=now)
        place = Clause.objects.get(document=duty.document, label=label, line=line)
    return place
