"""Show the duties that ledgers propose, and let the office accept them with their clause, or decline them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker.audit.actors import NotPermitted, Role
from tracker.audit.errors import Invalid, WrongState
from tracker.commitments.comparing.cells import due_of
from tracker.commitments.comparing.fields import units_said
from tracker.commitments.models import Proposal
from tracker.commitments.selectors.ledger import for_table
from tracker.commitments.selectors.matching import Match, matcher_for, unit_names
from tracker.commitments.selectors.proposals import proposals as visible_proposals
from tracker.commitments.selectors.visible import visible_tasks
from tracker.commitments.working import ReadWords, read_words
from tracker.documents.models import Document
from tracker.intake import services
from tracker.intake.selectors import passages
from tracker.interfaces.web.county_columns import LABELS
from tracker.interfaces.web.forms.proposals import DeclineForm, ProposalForm
from tracker.interfaces.web.forms.refusals import refused
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.interfaces.web.parts import Fact
from tracker.interfaces.web.wording import say
from tracker.org.models import Unit
from tracker.org.selectors import workdays

READERS = (Role.LIAISON, Role.UNIT_HEAD, Role.SUPERVISION, Role.AUDITOR)
PAGE = 40
State = Proposal.State


def routes() -> list[URLPattern]:
    """Return the addresses of proposed duties."""
    return [
        path("proposals/", proposals, name="proposals"),
        path("proposals/<int:pk>/", proposal, name="proposal"),
        path("proposals/<int:pk>/decline/", decline, name="proposal_decline"),
    ]


@page(*READERS)
def proposals(request: WebRequest) -> HttpResponse:
    """List the proposed duties that the reader may see, those that wait for a decision first."""
    waiting = Case(When(state=State.PROPOSED, then=Value(0)), default=Value(1))
    rows = visible_proposals(request.actor).order_by(waiting, "-proposed_at", "-pk")
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": shown, "decides": request.actor.has(Role.SUPERVISION)}
    return render(request, "web/proposals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(*READERS)
def proposal(request: WebRequest, pk: int) -> HttpResponse:
    """Show one proposed duty; the office completes it: the first sending shows what it makes, the second makes it."""
    one = _proposal(request, pk)
    if request.method != "POST":
        return _show(request, one, _form(one, request))
    if not request.actor.has(Role.SUPERVISION):
        raise NotPermitted(_("The supervision office decides on what a ledger proposes."))
    if "look" in request.POST:
        # Another document was chosen: its passages are offered, and what was filled in from the first goes.
        return _show(request, one, _form(one, request, document=request.POST.get("document", "")))
    form = ProposalForm(request.POST)
    if not form.is_valid():
        return _show(request, one, form, status=422)
    by: dict[str, Any] = {"by": request.actor, "now": request.now}
    try:
        duty = form.draft()
        if "accept" not in request.POST:
            return _show(request, one, form, seen=services.try_acceptance(proposal=one, duty=duty, **by))
        accepted = services.accept_proposal(proposal=one, duty=duty, **by)
    except Invalid as error:
        return _show(request, one, form, status=refused(form, error))
    except WrongState as error:
        return _show(request, _proposal(request, pk), form, fault=str(error), status=409)
    said = _("Registered as “%(title)s”; %(number)d tasks were opened.") % {
        "title": accepted.commitment.title,
        "number": len(accepted.tasks),
    }
    return done(request, said, reverse("web:proposal", args=[pk]))


@require_POST
@page(Role.SUPERVISION)
def decline(request: WebRequest, pk: int) -> HttpResponse:
    """Decline a proposed duty with a reason."""
    one = _proposal(request, pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _show(request, one, _form(one, request), declining=form, status=422)
    services.decline_proposal(proposal=one, reason=form.cleaned_data["reason"], by=request.actor, now=request.now)
    return done(request, _("Declined; whoever proposed it finds the reason here."), reverse("web:proposals"))


def _proposal(request: WebRequest, pk: int) -> Proposal:
    one = visible_proposals(request.actor).filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


@dataclass(frozen=True, slots=True)
class Doubt:
    """Be a spelling of a unit that nobody knows, with the sentence about it."""

    spelling: str
    why: str


def _form(one: Proposal, request: WebRequest, *, document: str = "") -> ProposalForm:
    """Return the form filled with what the row said and what the document offers for it."""
    chosen = _document(document) if document else _document(str(one.document_id or ""))
    initial: dict[str, Any] = {"title": one.title, "document": chosen.pk if chosen else None}
    names = unit_names()
    for field, column in (("lead", "lead"), ("support", "supports")):
        known, _unknown = units_said(one.said.get(column, ""), names)
        initial[field] = list(Unit.objects.filter(name__in=known).values_list("pk", flat=True))
    initial["each"] = len(initial["lead"]) > 1
    if chosen is not None and (offered := passages(chosen, one.title, workdays())):
        best = offered[0]
        initial |= {"clause": best.clause, "quote": best.words, "phrase": best.phrase}
    return ProposalForm(initial=initial)


def _document(key: str) -> Document | None:
    if not key.isdecimal() or len(key) > 18:
        return None
    return Document.objects.filter(pk=int(key), repealed_on=None).select_related("gazette").first()


def _show(
    request: WebRequest,
    one: Proposal,
    form: ProposalForm,
    *,
    seen: services.Accepted | None = None,
    declining: DeclineForm | None = None,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    decides = request.actor.has(Role.SUPERVISION) and one.state == State.PROPOSED
    context: dict[str, Any] = {
        "proposal": one,
        "facts": [Fact(LABELS[key], one.said[key]) for key in LABELS if key in one.said],
        "decides": decides,
        "fault": fault,
    }
    if decides:
        chosen = _document(str(form["document"].value() or ""))
        context |= {
            "form": form,
            "declining": declining or DeclineForm(auto_id="decline-%s"),
            "chosen": chosen,
            "passages": passages(chosen, one.title, workdays()) if chosen else [],
            "doubts": _doubts(one),
            "alike": _alike(one, request),
            "seen": seen,
            "read": _read(chosen, form, one) if chosen and seen else None,
        }
    return render(request, "web/proposal.html", context, status=status)


def _doubts(one: Proposal) -> list[Doubt]:
    names = unit_names()
    return [Doubt(*pair) for column in ("lead", "supports") for pair in units_said(one.said.get(column, ""), names)[1]]


def _alike(one: Proposal, request: WebRequest) -> list[Any]:
    """Return the tasks that may be the same duty under another name."""
    match: Match = matcher_for(request.actor).find(
        title=one.title, source=one.document.number if one.document else "", lead=one.said.get("lead", "")
    )
    keys = [match.task] if match.task else list(match.candidates)
    return list(_tasks(request, keys))


def _tasks(request: WebRequest, keys: list[int]) -> Any:
    return for_table(visible_tasks(request.actor).filter(pk__in=keys)) if keys else []


@dataclass(frozen=True, slots=True)
class Dated:
    """Be the date as read from the document, in sentences, beside what the ledger wrote."""

    sentences: list[str]
    written: str
    differs: bool


def _read(document: Document, form: ProposalForm, one: Proposal) -> Dated:
    days = workdays()
    phrase = str(form["phrase"].value() or "")
    read: ReadWords = read_words(phrase, issued_on=document.issued_on, workdays=days)
    written = one.said.get("due", "")
    day = due_of(written, issued_on=document.issued_on, workdays=days) if written else None
    due = form.cleaned_data.get("due") or read.promise.due
    return Dated([say(note) for note in read.notes], written, day is not None and day != due)
