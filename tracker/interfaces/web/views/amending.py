"""Let the supervision office repeal, replace or amend a document: described, previewed, applied, kept, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tracker.audit.actors import Role
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.commitments import services
from tracker.commitments.models import Amendment, Task
from tracker.commitments.models.task import STATE_LABELS
from tracker.commitments.selectors import visible_tasks
from tracker.commitments.selectors.amending import AmendmentDraft, Effect, effect
from tracker.commitments.selectors.standing import standings_of
from tracker.commitments.selectors.undoing import undoing
from tracker.commitments.selectors.visible import SEES_ALL
from tracker.commitments.services.amending import check
from tracker.commitments.services.undoing import check_in_effect
from tracker.documents import selectors as documents
from tracker.escalation.selectors.amending import consequences
from tracker.interfaces.web.forms.amending import AmendmentForm, CancelForm, WithdrawForm
from tracker.interfaces.web.forms.refusals import refused
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.interfaces.web.wording import Mark, Words, mark
from tracker.rules.amending import Fate, Undoing
from tracker.rules.followup import State

FATES: dict[Fate, Words] = {
    Fate.ENDS: gettext_lazy("They end"),
    Fate.MOVES: gettext_lazy("They get the new date"),
    Fate.STAYS_LATE: gettext_lazy("They stay owed: late before the day of effect"),
    Fate.STAYS_IN_REVIEW: gettext_lazy("They are reviewed as they stand: the unit has applied to close"),
    Fate.HAD_ENDED: gettext_lazy("They had ended and stay as they ended"),
}
UNDOINGS: dict[Undoing, Words] = {
    Undoing.STANDS_AGAIN: gettext_lazy("They stand again"),
    Undoing.DATE_BACK: gettext_lazy("They get their earlier date back"),
    Undoing.DATED_SINCE: gettext_lazy("They keep their date: another one was set since"),
    Undoing.IN_REVIEW: gettext_lazy("They are reviewed as they stand: the unit has applied to close"),
    Undoing.DECIDED_SINCE: gettext_lazy("They stay as they are: something else was decided since"),
}


def routes() -> list[URLPattern]:
    """Return the addresses of the changes of documents."""
    return [
        path("documents/<slug:slug>/amend/", amend, name="document_amend"),
        path("amendments/<int:pk>/", amendment, name="amendment"),
        path("amendments/<int:pk>/cancel/", cancel, name="amendment_cancel"),
        path("amendments/<int:pk>/withdraw/", withdraw, name="amendment_withdraw"),
    ]


@page(Role.SUPERVISION)
def amend(request: WebRequest, slug: str) -> HttpResponse:
    """Describe a change of a document; the first sending shows what it would do, the second does just that."""
    document = get_object_or_404(documents.documents(), slug=slug)
    if request.method != "POST":
        form = AmendmentForm(document=document, initial={"effective_on": request.today})
        return _show(request, form)
    form = AmendmentForm(request.POST, document=document)
    if not form.is_valid():
        return _show(request, form, status=422)
    draft = form.draft()
    try:
        check(draft)
        found = effect(draft)
        if "apply" not in request.POST or not form.cleaned_data["seen"]:
            return _show(request, form, draft=draft, found=found)
        made = services.amend(draft=draft, seen=form.cleaned_data["seen"], by=request.actor, now=request.now)
    except Invalid as error:
        return _show(request, form, status=refused(form, error))
    except Stale as error:
        return _show(request, form, draft=draft, found=effect(draft), stale=str(error), status=409)
    said = _("The change is made.") if made.applied_at else _("The change is recorded and will be made on its day.")
    return done(request, said, reverse("web:amendment", args=[made.pk]))


@require_GET
@page()
def amendment(request: WebRequest, pk: int) -> HttpResponse:
    """Show one change of a document and what became of its duties, as it was written down when it was made."""
    return _show_amendment(request, _amendment(pk), CancelForm())


@require_POST
@page(Role.SUPERVISION)
def cancel(request: WebRequest, pk: int) -> HttpResponse:
    """Cancel a recorded change before its day."""
    one = _amendment(pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _show_amendment(request, one, form, status=422)
    services.cancel_amendment(amendment=one, reason=form.cleaned_data["reason"], by=request.actor, now=request.now)
    return done(request, _("The change is cancelled; it stays on record."), reverse("web:amendment", args=[pk]))


@page(Role.SUPERVISION)
def withdraw(request: WebRequest, pk: int) -> HttpResponse:
    """Show what taking a change back would put back and what it would leave; the sending does just that."""
    one = _amendment(pk)
    check_in_effect(one)
    if request.method != "POST":
        return _show_undoing(request, one, WithdrawForm())
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _show_undoing(request, one, form, status=422)
    try:
        services.withdraw_amendment(
            amendment=one,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            by=request.actor,
            now=request.now,
        )
    except Stale as error:
        return _show_undoing(request, one, form, stale=str(error), status=409)
    except WrongState as error:
        return _show_undoing(request, one, form, status=refused(form, error))
    said = _("The change is withdrawn; what it had changed is put back.")
    return done(request, said, reverse("web:amendment", args=[pk]))


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """Return what was written down of a task, as a page shows it."""
    due, to = (date.fromisoformat(row[name]) if row.get(name) else None for name in ("due", "to"))
    return row | {"due": due, "to": to, "state": STATE_LABELS[State(row["state"])]}


def _amendment(pk: int) -> Amendment:
    rows: QuerySet[Amendment] = Amendment.objects.select_related("document", "instrument")
    return get_object_or_404(rows, pk=pk)


def _show_amendment(request: WebRequest, one: Amendment, form: CancelForm, *, status: int = 200) -> HttpResponse:
    # A task that ended with the document is still its units' to know of.
    tasks = visible_tasks(request.actor, withdrawn=True).filter(commitment__document=one.document)
    seen = set(tasks.values_list("pk", flat=True))
    office = request.actor.has(Role.SUPERVISION)
    did, hidden = _sections(FATES, one.outcome, seen)
    context = {
        "amendment": one,
        "sections": did,
        "undone": _sections(UNDOINGS, one.undone, seen)[0],
        "hidden": hidden,
        "provisions": one.provisions.select_related("commitment__clause"),
        "opens": bool(request.actor.roles & SEES_ALL),
        "may_cancel": one.waits and office,
        "may_withdraw": one.in_effect and office,
        "form": form,
    }
    return render(request, "web/amendment.html", context, status=status)


def _sections(
    titles: Mapping[Any, Words], rows: Mapping[str, list[dict[str, Any]]], seen: set[int]
) -> tuple[list[tuple[Words, list[dict[str, Any]]]], int]:
    """Return what was written down under each title, of the tasks in `seen`, and how many others there were."""
    found = []
    for name, title in titles.items():
        shown = [_read(row) for row in rows.get(name.value, []) if row["task"] in seen]
        if shown:
            found.append((title, shown))
    return found, sum(len(some) for some in rows.values()) - sum(len(shown) for _title, shown in found)


def _show(
    request: WebRequest,
    form: AmendmentForm,
    *,
    draft: AmendmentDraft | None = None,
    found: Effect | None = None,
    stale: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "document": form.document, "draft": draft, "stale": stale}
    if found is not None and draft is not None:
        rows = [task for tasks in found.tasks.values() for task in tasks]
        standings = standings_of(rows, today=request.today)

        def drawn(task: Task) -> tuple[Task, Mark, date | None]:
            return task, mark(standings[task.pk]), found.dates.get(task.commitment_id)

        context |= {
            "effect": found,
            "consequences": consequences(found.touched, now=request.now),
            "sections": [
                (becomes.value, title, [drawn(task) for task in found.tasks[becomes]])
                for becomes, title in FATES.items()
                if found.tasks.get(becomes)
            ],
            "at_once": draft.effective_on <= request.today,
        }
    return render(request, "web/amend.html", context, status=status)


def _show_undoing(
    request: WebRequest, one: Amendment, form: WithdrawForm, *, stale: str = "", status: int = 200
) -> HttpResponse:
    found = undoing(one)
    context = {
        "amendment": one,
        "found": found,
        "sections": [
            (becomes.value, title, found.tasks[becomes])
            for becomes, title in UNDOINGS.items()
            if found.tasks.get(becomes)
        ],
        "passed": [row for row in found.put_back if row.due is not None and row.due < request.today],
        "form": form,
        "stale": stale,
    }
    return render(request, "web/amendment_withdraw.html", context, status=status)
