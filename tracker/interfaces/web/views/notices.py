"""Show notices: what is proposed, what waits for a signature, what is out; one as it prints; the register; verification."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tracker.audit.actors import Role
from tracker.audit.errors import Invalid, WrongState
from tracker.commitments.models import Task
from tracker.commitments.selectors import visible_tasks
from tracker.escalation.grounds import Ground, grounds_for
from tracker.escalation.services import propose_ground, propose_period_bulletin
from tracker.interfaces.web.forms import notices as forms
from tracker.interfaces.web.forms.refusals import refused
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.interfaces.web.navigation import OFFICE, WORKERS
from tracker.interfaces.web.parts import Act
from tracker.interfaces.web.views import notice_doing
from tracker.interfaces.web.views.administration.frame import crumbs
from tracker.interfaces.web.views.common import visible_task
from tracker.interfaces.web.views.doing import Deed
from tracker.interfaces.web.views.notice_deeds import DEEDS
from tracker.interfaces.web.views.notice_doing import printed, visible_notice
from tracker.interfaces.web.wording import Mark, Words, notice_mark
from tracker.notices import selectors, services
from tracker.notices.life import State, Verb
from tracker.notices.models import Letterhead, Notice
from tracker.notices.paper.content import file_name
from tracker.notices.paper.docx import docx_file
from tracker.notices.paper.pdf import pdf
from tracker.org.models import Unit
from tracker.rules.assessment import Period
from tracker.rules.followup import State as TaskState

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
LIST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """Be one notice in a list: its state as drawn, how late its reply is, and what stands against its signature."""

    notice: Notice
    mark: Mark
    units: list[str]
    obstacle: str


@dataclass(frozen=True, slots=True)
class Group:
    """Be one list of notices with its heading."""

    name: str
    title: Words
    note: Words
    rows: list[Row]


def routes() -> list[URLPattern]:
    """Return the addresses of the pages of notices."""
    return [
        path("notices/", notices, name="notices"),
        path("notices/register/", register, name="notice_register"),
        path("notices/letterheads/", letterheads, name="notice_letterheads"),
        path("notices/verify/", verify, name="notice_verify"),
        path("notices/bulletin/", bulletin, name="notice_bulletin"),
        path("notices/<int:pk>/", notice, name="notice"),
        path("notices/<int:pk>/paper.<str:ending>", file, name="notice_file"),
        path("tasks/<int:pk>/notices/", task_notices, name="task_notices"),
        path("tasks/<int:pk>/notices/<str:what>/", propose, name="task_notice_propose"),
        *notice_doing.routes(),
    ]


@require_GET
@page(*WORKERS)
def notices(request: WebRequest) -> HttpResponse:
    """Show what waits: proposals, signatures, and what is out and not yet answered; or everything that has ended."""
    actor, today = request.actor, request.today
    if request.GET.get("show") == "ended":
        ended = selectors.visible_notices(actor).filter(state__in=[State.CLOSED, State.DISMISSED, State.WITHDRAWN])
        groups = [
            Group("ended", _("Ended"), _("Closed, dismissed or withdrawn; the newest first."), _rows(ended, today))
        ]
    else:
        groups = [
            Group(
                "reply-overdue",
                _("Reply overdue"),
                _("The day set for the reply is past and none is on record."),
                _rows(selectors.reply_overdue(actor, on=today), today),
            ),
            Group(
                "to-issue",
                _("To issue"),
                _("Signed and numbered; nobody outside has it yet."),
                _rows(selectors.to_issue(actor), today),
            ),
            Group(
                "to-sign",
                _("To sign"),
                _("Signed by another person than those who prepared it."),
                _rows(selectors.to_sign(actor, on=today), today, check=True),
            ),
            Group(
                "proposed",
                _("Proposed"),
                _("Drafted by the software; a person edits, finds and hands in, or dismisses."),
                _rows(selectors.proposed(actor), today, check=True),
            ),
            Group(
                "unreceived",
                _("Issued, no receipt yet"),
                _("The addressee records the receipt, or the office enters who signed for it on paper."),
                _rows(selectors.unreceived(actor, on=today), today),
            ),
            Group(
                "out",
                _("Under way"),
                _("Received; the reply or the closing is still awaited."),
                _rows(selectors.under_way(actor, on=today), today),
            ),
        ]
    context = {
        "groups": [group for group in groups if group.rows],
        "ended": request.GET.get("show") == "ended",
        "prepares": actor.has(Role.SUPERVISION),
    }
    return render(request, "web/notices/list.html", context)


@require_GET
@page()
def notice(request: WebRequest, pk: int) -> HttpResponse:
    """Show a notice as it prints, what it rests on, what was done to it and what can be done now."""
    shown = visible_notice(request, pk)
    verbs = selectors.open_verbs(shown, request.actor, on=request.today)
    obstacle = selectors.obstacle(shown) if shown.state in {State.PROPOSED, State.TO_SIGN} else ""
    offered = _offered(shown, verbs, obstacle)
    content, pages = printed(shown, request)
    context = {
        "notice": shown,
        "mark": notice_mark(shown, request.today),
        "paper": content,
        "pages": pages,
        "deeds": [deed for deed in offered if deed is offered[0] or not deed.quiet],
        "quiet_deeds": [deed for deed in offered[1:] if deed.quiet],
        "may_replace": Verb.REPLACE in verbs and not hasattr(shown, "replaced_by"),
        "story": sorted(shown.deeds.all(), key=lambda deed: deed.pk, reverse=True),
        "obstacle": obstacle,
        "waits_for_other": _waits_for_other(shown, request),
        "tasks": _tasks_seen(shown, request),
        "awaited": _awaited_units(shown),
    }
    return render(request, "web/notices/notice.html", context)


@require_GET
@page()
def file(request: WebRequest, pk: int, ending: str) -> HttpResponseBase:
    """Send the notice as a file."""
    if ending not in TYPES:
        raise WrongState(_("A notice can be had as .pdf or .docx."))
    shown = visible_notice(request, pk)
    content, _pages = printed(shown, request)
    data = pdf(content) if ending == "pdf" else docx_file(content)
    return FileResponse(
        BytesIO(data), as_attachment=True, filename=file_name(shown, ending), content_type=TYPES[ending]
    )


@require_GET
@page(*WORKERS)
def register(request: WebRequest) -> HttpResponse:
    """Show the register of numbers, sequence by sequence."""
    year = request.GET.get("year", "")
    found = selectors.register(request.actor, year=int(year) if year.isdecimal() and len(year) == 4 else None)
    context = {
        "sequences": [(sequence, _marked(sequence.notices, request.today)) for sequence in found],
        "sets": request.actor.has(Role.SUPERVISION, Role.ADMINISTRATOR),
    }
    return render(request, "web/notices/register.html", context)


@page(Role.SUPERVISION, Role.ADMINISTRATOR)
def letterheads(request: WebRequest) -> HttpResponse:
    """Show how units' notices are headed and numbered, and set it."""
    form = forms.LetterheadForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                data = form.cleaned_data
                services.set_letterhead(
                    unit=data["unit"],
                    head=data["head"],
                    prefix=data["number_prefix"],
                    by=request.actor,
                    now=request.now,
                )
            except Invalid as error:
                refused(form, error, fields={"prefix": "number_prefix"})
            else:
                return done(request, _("The letterhead is set."), reverse("web:notice_letterheads"))
        status = 422
    context = {
        "form": form,
        "letterheads": Letterhead.objects.select_related("unit"),
        "crumbs": _way_back(request),
    }
    return render(request, "web/notices/letterheads.html", context, status=status)


@require_GET
@page()
def verify(request: WebRequest) -> HttpResponse:
    """Tell whether a paper is genuine, by the number and the code printed on it; for anybody signed in."""
    asked = "number" in request.GET
    form = forms.VerifyForm(request.GET if asked else None)
    found = None
    if asked and form.is_valid():
        found = selectors.verify(form.cleaned_data["number"], form.cleaned_data["code"])
    context = {"form": form, "asked": asked and form.is_valid(), "found": found}
    if found is not None:
        context["pages"] = printed(found.notice, request)[1]
        context["mark"] = notice_mark(found.notice, request.today)
    return render(request, "web/notices/verify.html", context)


@page(*OFFICE)
def bulletin(request: WebRequest) -> HttpResponse:
    """Propose a bulletin on a period."""
    form = forms.BulletinForm(request.POST or None, today=request.today)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            tasks = visible_tasks(request.actor, withdrawn=True)
            if data["document"]:
                tasks = tasks.filter(commitment__document=data["document"])
            try:
                made = propose_period_bulletin(
                    tasks=tasks,
                    period=Period(data["first"], data["last"]),
                    as_of=min(data["last"], request.today),
                    by=request.actor,
                    now=request.now,
                )
            except Invalid as error:
                refused(form, error)
            else:
                said = _("The bulletin is drafted; read it, edit it, hand it in.")
                return done(request, said, reverse("web:notice", args=[made.pk]))
        status = 422
    return render(request, "web/notices/bulletin.html", {"form": form}, status=status)


@require_GET
@page(*WORKERS)
def task_notices(request: WebRequest, pk: int) -> HttpResponse:
    """Show the notices on one task, and what the office may propose on it by hand."""
    return _task_page(request, visible_task(request, pk))


@require_POST
@page(*WORKERS)
def propose(request: WebRequest, pk: int, what: str) -> HttpResponse:
    """Propose a reminder, a notice of completion, or what a clause provides for when a fact is found."""
    task = visible_task(request, pk)
    by: dict[str, Any] = {"by": request.actor, "now": request.now}
    try:
        if what == "reminder":
            made = services.propose_reminder(task=task, **by)
        elif what == "completion":
            made = services.propose_completion(task=task, **by)
        else:
            form = _ground_form(task, request)
            if not form.is_valid():
                return _task_page(request, task, form=form, status=422)
            made = propose_ground(task=task, key=form.cleaned_data["ground"], reason=form.cleaned_data["reason"], **by)
    except Invalid as error:
        form = _ground_form(task, request)
        return _task_page(request, task, form=form, status=refused(form, error))
    return done(request, _("Drafted; read it, edit it, hand it in."), reverse("web:notice", args=[made.pk]))


def _way_back(request: WebRequest) -> list[Act]:
    """Return the way back from the letterheads: an administrator sees no notices and comes from the administration."""
    if request.actor.has(*WORKERS):
        return [
            Act(_("Notices"), reverse("web:notices")),
            Act(_("Register of numbers"), reverse("web:notice_register")),
        ]
    return crumbs((_("Numbers of notices"), reverse("web:admin_series")))


def _rows(found: Iterable[Notice], today: date, *, check: bool = False) -> list[Row]:
    rows = selectors.for_list(found)[:LIST]  # type: ignore[arg-type]
    return [
        Row(
            one,
            notice_mark(one, today),
            _units(one),
            selectors.obstacle(one) if check else "",
        )
        for one in rows
    ]


def _marked(found: Sequence[Notice], today: date) -> list[Row]:
    return [Row(one, notice_mark(one, today), _units(one), "") for one in found]


def _units(notice: Notice) -> list[str]:
    return [notice.to_unit.name] if notice.to_unit else [notice.addressee]


def _offered(notice: Notice, verbs: frozenset[Verb], obstacle: str) -> list[Deed[Notice]]:
    """Return the deeds that are open, the one that is to be done next at the head."""

    def place(deed: Deed[Notice]) -> int:
        if obstacle and deed.verb is Verb.DISMISS:
            return 0
        # What is recorded already can be corrected, but the next thing is to hand in.
        recorded = deed.verb is Verb.FIND and bool(notice.finding)
        return 1 if deed.first and not recorded and not obstacle else 2

    return sorted((deed for deed in DEEDS if deed.verb in verbs), key=place)


def _waits_for_other(notice: Notice, request: WebRequest) -> bool:
    """Tell whether the reader prepared the notice that now waits for another person's signature."""
    return notice.state == State.TO_SIGN and request.actor.user_id in selectors.preparers(notice)


def _tasks_seen(notice: Notice, request: WebRequest) -> list[tuple[Task, bool]]:
    """Return the notice's tasks, each with whether the reader may open it."""
    tasks = [matter.task for matter in notice.matters.all()]
    seen = set(visible_tasks(request.actor).filter(pk__in=[task.pk for task in tasks]).values_list("pk", flat=True))
    return [(task, task.pk in seen) for task in tasks]


def _awaited_units(notice: Notice) -> list[str]:
    """Return the units of a bulletin that have not received it yet."""
    if notice.state != State.ISSUED or notice.to_unit is not None:
        return []
    got = selectors.receipts(notice)
    return [unit.name for pk, unit in selectors.addressees(notice).items() if pk not in got]


def _grounds(task: Task, request: WebRequest) -> list[Ground]:
    """Return what the reader may propose on the task by its clauses: the office all, an authority what it decides on."""
    found = list(grounds_for(task))
    if not found or request.actor.has(Role.SUPERVISION):
        return found
    own = set(Unit.objects.filter(pk__in=request.actor.unit_ids).values_list("name", flat=True))
    return [ground for ground in found if ground.signed_by in own]


def _ground_form(task: Task, request: WebRequest) -> forms.GroundForm:
    form = forms.GroundForm(request.POST or None)
    choices = [(ground.key, ground.title) for ground in _grounds(task, request)]
    form.fields["ground"].choices = choices  # type: ignore[attr-defined]
    return form


def _task_page(
    request: WebRequest, task: Task, *, form: forms.GroundForm | None = None, status: int = 200
) -> HttpResponse:
    running = TaskState(task.state) in {TaskState.ASSIGNED, TaskState.IN_PROGRESS}
    office = request.actor.has(Role.SUPERVISION)
    context = {
        "task": task,
        "rows": _marked(list(selectors.of_task(task, request.actor)), request.today),
        "may_remind": office and running and task.due is not None,
        "may_complete": office and TaskState(task.state) in {TaskState.CLOSED, TaskState.NOT_ACHIEVED},
        "grounds": _grounds(task, request),
        "form": form or _ground_form(task, request),
    }
    return render(request, "web/notices/task.html", context, status=status)
