"""Do one thing to the tasks that were ticked: ask for what is needed, preview, do it, show what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker.audit.actors import NotPermitted
from tracker.audit.errors import Invalid
from tracker.commitments.models import Batch, BatchRow, ProgressReport
from tracker.commitments.models.task import STATE_LABELS
from tracker.commitments.selectors import batches
from tracker.commitments.selectors.ledger import for_table
from tracker.commitments.services import importing, many
from tracker.interfaces.web.forms.tasks import Text
from tracker.interfaces.web.forms.units import UnitBoxes
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import WORKERS
from tracker.interfaces.web.parts import LEFT_OUT, Change, Changes, Progress
from tracker.interfaces.web.templatetags.tracker_web import day, period
from tracker.interfaces.web.views import watching
from tracker.interfaces.web.views.bulk_words import BUTTONS, QUESTIONS
from tracker.interfaces.web.views.ledger import Asked
from tracker.interfaces.web.views.plan import plan_context
from tracker.interfaces.web.wording import Words
from tracker.org.models import Unit
from tracker.rules.followup import State


def routes() -> list[URLPattern]:
    """Return the addresses of bulk actions and of what was planned."""
    return [
        path("ledger/bulk/<slug:action>/", bulk, name="ledger_bulk"),
        path("ledger/batches/<int:pk>/", batch, name="ledger_batch"),
        path("ledger/batches/<int:pk>/apply/", apply, name="ledger_batch_apply"),
        path("ledger/batches/<int:pk>/stop/", stop, name="ledger_batch_stop"),
        path("ledger/batches/<int:pk>/drop/", drop, name="ledger_batch_drop"),
    ]


class GivenForm(forms.Form):
    """Ask once for what is kept with each of the tasks: a text, or the units they are laid on."""

    def __init__(self, action: many.Action, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if action.needs == "text":
            self.fields["text"] = Text(label=QUESTIONS[action.name])
        if action.needs == "units":
            self.fields["units"] = forms.ModelMultipleChoiceField(
                Unit.objects.filter(active=True).exclude(kind="collective"),
                label=QUESTIONS[action.name],
                widget=UnitBoxes,
            )


@require_POST
@page(*WORKERS)
def bulk(request: WebRequest, action: str) -> HttpResponse:
    """Plan an action on the ticked tasks, or on all that the filter finds, and show what would happen."""
    chosen = many.ACTIONS.get(action)
    if chosen is None:
        raise Http404
    if chosen not in many.actions_for(request.actor):
        raise NotPermitted(_("Your posts do not allow this. Ask the supervision office who may do it."))
    back = f"{reverse('web:ledger')}?{request.POST.get('filter') or 'view=all'}"
    try:
        tasks = _chosen(request)
    except Invalid as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(back, status=303)
    given: dict[str, Any] = {"unit": request.POST["unit"]} if request.POST.get("unit", "").isdecimal() else {}
    if chosen.needs:
        form = GivenForm(chosen, request.POST if "given" in request.POST else None)
        if not form.is_valid():
            context = {
                "form": form,
                "title": BUTTONS[action],
                "tasks": tasks,
                "filter": request.POST.get("filter", ""),
                "back": back,
            }
            return render(request, "web/bulk_form.html", context, status=422 if form.is_bound else 200)
        value = form.cleaned_data[chosen.needs]
        given[chosen.needs] = value if chosen.needs == "text" else [unit.pk for unit in value]
    plan = many.plan_batch(action=action, tasks=tasks, parameters=given, by=request.actor, now=request.now)
    return HttpResponseRedirect(reverse("web:ledger_batch", args=[plan.pk]), status=303)


def _chosen(request: WebRequest) -> list[int]:
    """Return what was ticked, or all that the filter finds; too many, or none, are refused before anything is typed."""
    if not request.POST.get("all"):
        keys = [key for key in request.POST.getlist("task") if key.isdecimal() and len(key) < 19]
        ticked = list(dict.fromkeys(map(int, keys)))
        many.refuse_number(len(ticked))
        return ticked
    found = Asked(request, QueryDict(request.POST.get("filter", ""))).found
    many.refuse_number(found.count())
    return list(found.order_by("due", "pk").values_list("pk", flat=True))


@page(*WORKERS)
def batch(request: WebRequest, pk: int) -> HttpResponse:
    """Show what was planned: each row with what would happen, while it is done how far it is, then what came of it."""
    plan = _own(request, pk)
    if watching.asked_again(request):
        return watching.answer(request, _progress(plan))
    return _show(request, plan)


@require_POST
@page(*WORKERS)
def apply(request: WebRequest, pk: int) -> HttpResponse:
    """Start a plan: a short one is done at once, a long one goes on by a job while the page watches or is closed."""
    plan = _own(request, pk)
    if plan.action == many.IMPORT and plan.state == Batch.State.PLANNED:
        importing.tick(batch=plan, places=_numbers(request.POST.getlist("row")), by=request.actor, now=request.now)
    plan = many.start_batch(batch=plan, by=request.actor, now=request.now)
    at_once = settings.TRACKER_BULK_AT_ONCE
    if batches.counts(plan)[BatchRow.Outcome.READY] <= at_once:
        many.go_on(batch=plan, by=request.actor, now=request.now, most=at_once)
    return HttpResponseRedirect(reverse("web:ledger_batch", args=[pk]), status=303)


@require_POST
@page(*WORKERS)
def stop(request: WebRequest, pk: int) -> HttpResponse:
    """Stop a plan that is being done."""
    many.stop_batch(batch=_own(request, pk), by=request.actor, now=request.now)
    return HttpResponseRedirect(reverse("web:ledger_batch", args=[pk]), status=303)


@require_POST
@page(*WORKERS)
def drop(request: WebRequest, pk: int) -> HttpResponse:
    """Drop a plan."""
    plan = many.drop_batch(batch=_own(request, pk), by=request.actor, now=request.now)
    messages.success(request, _("Dropped; nothing was changed."))
    where = "web:ledger_import" if plan.action == many.IMPORT else "web:ledger"
    return HttpResponseRedirect(reverse(where) + ("" if plan.action == many.IMPORT else "?view=all"), status=303)


def _own(request: WebRequest, pk: int) -> Batch:
    plan = batches.own(request.actor).filter(pk=pk).first()
    if plan is None:
        raise Http404
    return plan


def _numbers(values: Sequence[str]) -> set[int]:
    return {int(value) for value in values if value.isdecimal() and len(value) < 9}


def _progress(plan: Batch) -> Progress | None:
    if plan.state != Batch.State.APPLYING:
        return None
    counts = batches.counts(plan)
    total = sum(counts[outcome] for outcome in batches.TO_DO)
    title = _("Taking the ledger in") if plan.action == many.IMPORT else _("Being done")
    address = reverse("web:ledger_batch", args=[plan.pk])
    return Progress(title, address, total - counts[BatchRow.Outcome.READY], total, note=watching.standstill())


def _show(request: WebRequest, plan: Batch) -> HttpResponse:
    imports = plan.action == many.IMPORT
    context: dict[str, Any] = {
        "plan": plan,
        "imports": imports,
        "title": plan.file_name if imports else BUTTONS.get(plan.action, plan.action),
        "given": plan.parameters.get("text", ""),
        "counts": batches.counts(plan),
        "unticked": batches.unticked(plan),
        "progress": _progress(plan),
        "stop": reverse("web:ledger_batch_stop", args=[plan.pk]),
        "apply": reverse("web:ledger_batch_apply", args=[plan.pk]),
        "drop": reverse("web:ledger_batch_drop", args=[plan.pk]),
    }
    if imports:
        context |= plan_context(plan)
        return render(request, "web/ledger_plan.html", context)
    rows = list(plan.rows.all())
    tasks = {task.pk: task for task in for_table(batches.tasks_of(plan))}
    applications = batches.applications(tasks) if plan.action == "accept" else {}
    planned = plan.state == Batch.State.PLANNED
    context["changes"] = Changes(
        [_change(row, tasks.get(row.task_id or 0), applications, plan, request.today) for row in rows],
        before="",
        after=_("what will happen") if planned else _("what came of it"),
        what=_("duty"),
        columns=(_("lead unit"), _("due")),
        over=not planned,
    )
    context["units"] = Unit.objects.filter(pk__in=plan.parameters.get("units", []))
    return render(request, "web/batch.html", context)


def _change(row: BatchRow, task: Any, applications: dict[int, Any], plan: Batch, today: date) -> Change:
    """Return what would happen to one task, or what came of it, as a line of the table."""
    source = f"{task.commitment.document.short} {task.commitment.clause.label}"
    application = applications.get(row.task_id or 0)
    before, after = _outcome(row, plan)
    return Change(
        task.title,
        before=before,
        after=after,
        address=reverse("web:task", args=[task.pk]),
        tag=period(task.period) if task.period else "",
        notes=[source, *([_said(application, today)] if application else [])],
        cells=(task.lead, day(task.due, today) if task.due else ""),
        fault=row.why,
        verdict=LEFT_OUT if plan.state == Batch.State.PLANNED else f"{row.get_outcome_display()}:",
    )


def _outcome(row: BatchRow, plan: Batch) -> tuple[Words, Words]:
    """Return what the row was, where that is told, and what it will be or came to."""
    before, after = (STATE_LABELS[State(row.act[name])] if row.act.get(name) else "" for name in ("from", "to"))
    if row.outcome == BatchRow.Outcome.DONE:
        return "", f"{_('done')} · {after}" if after else _("done")
    if plan.state == Batch.State.STOPPED:
        return "", _("not done: it was stopped before")
    if plan.state == Batch.State.APPLYING:
        return "", _("its turn is to come")
    if before != after:
        return before, after
    return "", BUTTONS.get(plan.action, plan.action)


def _said(application: ProgressReport, today: date) -> SafeString:
    return render_to_string("web/parts/application.html", {"application": application, "today": today})
