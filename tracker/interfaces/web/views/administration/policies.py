"""Keep what a policy leaves to the county: reminders and the intervals no clause sets. A clause's words are not edited."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tracker.audit.actors import Role
from tracker.commitments.models import Task
from tracker.commitments.selectors import visible_tasks
from tracker.escalation import running
from tracker.escalation.ladders import content_of
from tracker.escalation.services import amend_policy, amended, settings_of
from tracker.interfaces.web.forms import administration as forms
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import RECORDS
from tracker.interfaces.web.parts import Act, Change
from tracker.interfaces.web.views.administration.frame import crumbs
from tracker.interfaces.web.views.asking import Ask, answer
from tracker.interfaces.web.views.steps import title_of
from tracker.rules.followup import ENDED

EXAMPLES = 20


def routes() -> list[URLPattern]:
    return [
        path("administration/policies/", policies, name="admin_policies"),
        path("administration/policies/<slug:key>/", policy, name="admin_policy"),
    ]


@require_GET
@page(*RECORDS)
def policies(request: WebRequest) -> HttpResponse:
    """List the policies with their document, version and running tasks."""
    counts = running.running_counts()
    rows = [(one, *counts.get(one.key, (0, 0)), _own(one)) for one in running.newest_policies()]
    context = {"rows": rows, "may_change": request.actor.has(Role.SUPERVISION)}
    return render(request, "web/administration/policies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.SUPERVISION)
def policy(request: WebRequest, key: str) -> HttpResponseBase:
    """Make the next version of a policy with other settings of the county's, after showing what they change on a task."""
    one = running.policy_named(key)
    if one is None or one.withdrawn_at is not None:
        raise Http404
    tasks = _examples(request, key)
    choices = [(str(task.pk), f"{task.title} · {task.lead}") for task in tasks]
    form = forms.PolicyForm(request.POST or None, policy=one, tasks=choices, initial={"seen": str(one.version)})

    def do() -> str:
        seen = form.cleaned_data["seen"]
        opened_on = one if seen in {"", str(one.version)} else type(one)(key=one.key, version=0)
        made = amend_policy(
            policy=opened_on,
            settings=form.settings(),
            reason=form.cleaned_data["reason"],
            by=request.actor,
            now=request.now,
        )
        return _(
            "Version %(version)d is for tasks that open from now on; running ones keep theirs until they are re-based."
        ) % {"version": made.version}

    def preview() -> list[Change]:
        before, after = settings_of(one), form.settings()
        changes = []
        if before.ahead != after.ahead:
            changes.append(Change(_("reminders before the date, in days"), _ahead(before.ahead), _ahead(after.ahead)))
        if before.overdue != after.overdue:
            changes.append(Change(_("reminders after the date"), _overdue(before.overdue), _overdue(after.overdue)))
        titles = {step.key: step.title for step in one.steps.all()}
        changes += [
            Change(titles[step], _interval(before.steps[step]), _interval(value))
            for step, value in after.steps.items()
            if value != before.steps[step]
        ]
        return changes

    def ladders() -> list[Any]:
        chosen = next((task for task in tasks if str(task.pk) == form.cleaned_data["task"]), None)
        if chosen is None:
            return []
        after = form.settings()
        content = content_of(
            chosen,
            key=one.key,
            ahead=after.ahead,
            overdue=[[days, to] for days, to in after.overdue],
            steps=amended(one, after),
        )
        change = running.foreseen(chosen, one, content, now=request.now)
        return [
            (heading, [(rung, title_of(rung.planned)) for rung in rungs])
            for heading, rungs in (
                (_("%(task)s: as it runs now") % {"task": chosen.title}, change.now),
                (_("under the new version, if it were re-based"), change.then),
            )
        ]

    simulation = f"{reverse('web:simulation')}?document={one.document.slug}"
    ask = Ask(
        form=form,
        title=_("Settings of a policy"),
        note=_("%(policy)s · version %(version)d. What the clause itself sets is not shown here: it cannot be changed.")
        % {"policy": one.title, "version": one.version},
        button=_("Make the next version"),
        back=reverse("web:admin_policies"),
        act=do,
        preview=preview,
        ladders=ladders,
        crumbs=crumbs(
            (_("Escalation policies"), reverse("web:admin_policies")),
            (one.title, reverse("web:policy", args=[one.key])),
        ),
        fields={step.key: f"step_{step.key}" for step in one.steps.all()},
        link=Act(_("Simulate the document's tasks"), simulation),
    )
    return answer(request, ask)


def _own(one: Any) -> bool:
    return bool(one.county)


def _examples(request: WebRequest, key: str) -> list[Task]:
    rows = visible_tasks(request.actor).filter(commitment__policy_key=key, due__isnull=False).exclude(state__in=ENDED)
    related = ("commitment__document", "commitment__clause", "lead__parent", "follow_up__policy", "follow_up__ladder")
    return list(rows.select_related(*related).defer("ics").order_by("due", "pk")[:EXAMPLES])


def _ahead(days: tuple[int, ...] | None) -> str:
    return _("by the size of the promise") if days is None else "、".join(map(str, days))


def _overdue(pairs: tuple[tuple[int, str], ...]) -> str:
    return "；".join(f"{days} {forms.addressee(to)}" for days, to in pairs)


def _interval(value: tuple[int, int | None]) -> str:
    offset, asks_within = value
    return (
        str(offset)
        if asks_within is None
        else _("%(offset)d, %(days)d to rectify") % {"offset": offset, "days": asks_within}
    )
