"""Decide what a row without a task comes to: a task to be chosen, a proposal of a duty, or a sentence that says why not.

A row becomes no duty by itself: a duty needs the clause of a document that makes it. It becomes a proposal, which the
supervision office completes from the document.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from tracker.audit.actors import Role
from tracker.commitments.comparing.cells import due_of, text_of
from tracker.commitments.comparing.fields import units_in
from tracker.commitments.comparing.values import Answer, Cells, Change, Context
from tracker.commitments.models import Proposal
from tracker.commitments.models.proposal import LONGEST_TEXT, LONGEST_TITLE
from tracker.commitments.selectors.matching import Match, plain
from tracker.documents.models import Document

# What of a row a proposal keeps, and the columns of which one at least tells a duty from the heading of a section.
KEPT = ("source", "lead", "supports", "due", "progress", "done", "percent", "note")
TELLING = ("source", "lead", "supports", "due")


def compare_new(cells: Cells, context: Context, match: Match, *, keyed: bool) -> Answer:
    """Return what a row comes to that names no task for certain; `keyed` tells that it gives a number."""
    candidates = [pk for pk in match.candidates if pk in context.tasks]
    if candidates:
        return Answer(candidates=candidates, why=_("Say which task is meant, or that it is none of these."))
    title = text_of(cells, "title")
    if keyed:
        return Answer(
            why=_(
                "%(address)s: you may see no task of this number. Correct it, or empty it to find the task by its words."
            )
            % {"address": cells["key"][0]}
        )
    if not title:
        return Answer(why=_("The row names no duty. Write it under “duty”, or delete the row."))
    said = {key: text for key in KEPT if (text := text_of(cells, key))}
    if not {said[key] for key in TELLING if key in said} - {title}:
        return Answer(
            why=_(
                "Taken for the heading of a section: it names neither a document nor a unit nor a date. If it is a duty, "
                "fill these in."
            )
        )
    if why := _too_long(title, said):
        return Answer(why=why)
    return _propose(cells, context, title, said)


def _too_long(title: str, said: dict[str, str]) -> str:
    if len(title) > LONGEST_TITLE:
        return _(
            "The duty is named in more than %(most)d characters. Shorten it, and put the rest under “remarks”."
        ) % {"most": LONGEST_TITLE}
    if any(len(text) > LONGEST_TEXT for text in said.values()):
        return _("The text is too long; at most %(most)d characters are taken.") % {"most": LONGEST_TEXT}
    return ""


def _propose(cells: Cells, context: Context, title: str, said: dict[str, str]) -> Answer:
    answer = Answer()
    document = _document(cells, context, answer)
    known = [name for column in ("lead", "supports") for name in _units(cells, column, context, answer)]
    _due(cells, context, document, answer)
    for key in ("progress", "done", "percent", "note"):
        if key in said:
            answer.changes.append(Change(key, cells[key][0], "", said[key], taken=True))
    own = context.known.unit_names(context.by.unit_ids)
    if not context.by.has(Role.SUPERVISION) and own.isdisjoint(known):
        answer.changes = []
        answer.why = _(
            "No task is called this, and none of your units stands in the row; the supervision office proposes "
            "duties of others."
        )
        return answer
    earlier = context.known.earlier(title, said.get("lead", ""), document)
    if earlier is not None and earlier.state != Proposal.State.DECLINED:
        answer.changes = []
        answer.why = (
            _("It waits for a decision since %(day)s already; nothing is proposed twice.")
            if earlier.state == Proposal.State.PROPOSED
            else _("It was accepted already, as “%(title)s”. Write that title to report on it.")
        ) % {"day": f"{earlier.proposed_at:%Y-%m-%d}", "title": earlier.commitment or earlier.title}
        return answer
    if earlier is not None:
        answer.ticked = False
        answer.why = _("Declined before: %(reason)s Tick it to propose it anew.") % {"reason": earlier.decision_reason}
    answer.act = {"do": "propose", "title": title, "said": said, "document": document.pk if document else None}
    return answer


def _document(cells: Cells, context: Context, answer: Answer) -> Document | None:
    said = text_of(cells, "source")
    if not said:
        return None
    document = context.known.document(said)
    why = (
        _("Found: %(document)s") % {"document": document}
        if document
        else _(
            "No document is called this. It is chosen when the proposal is decided; if it is missing, load it first."
        )
    )
    answer.changes.append(Change("source", cells["source"][0], "", said, why, taken=True))
    return document


def _units(cells: Cells, column: str, context: Context, answer: Answer) -> list[str]:
    if not text_of(cells, column):
        return []
    known, unknown = units_in(cells, column, context.units)
    if unknown:
        # Somebody looks at it first: a misspelt unit is found by nobody.
        answer.ticked = False
    why = " ".join(f"{spelling}：{sentence}" for spelling, sentence in unknown)
    answer.changes.append(Change(column, cells[column][0], "", text_of(cells, column), why, taken=not unknown))
    return known


def _due(cells: Cells, context: Context, document: Document | None, answer: Answer) -> None:
    said = text_of(cells, "due")
    if not said:
        return
    issued_on = document.issued_on if document else context.today
    day = due_of(said, issued_on=issued_on, workdays=context.workdays)
    why = (
        _("Read as %(day)s; the words of the document decide.") % {"day": day.isoformat()}
        if day
        else _("No day can be read from it; the words of the document decide.")
    )
    answer.changes.append(Change("due", cells["due"][0], "", said, why, taken=True))


def same(title: str, lead: str) -> tuple[str, str]:
    """Return by what two new rows are told to be the same."""
    return plain(title), plain(lead)
