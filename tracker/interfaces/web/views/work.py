"""Show people what waits for them: a unit's work for its liaison and head, the desk for the supervision office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tracker.audit.actors import NotPermitted
from tracker.commitments.models import Instruction, Task
from tracker.commitments.selectors import desk as desk_selectors
from tracker.commitments.selectors import proposals
from tracker.commitments.selectors.my_unit import Do, Section, Work, workload
from tracker.commitments.selectors.standing import standings_of
from tracker.commitments.services import many
from tracker.escalation import selectors as escalation
from tracker.escalation.selectors import findings, warnings
from tracker.interfaces.web.http import WebRequest, done, page, where_next
from tracker.interfaces.web.navigation import OFFICE, UNIT
from tracker.interfaces.web.parts import Tab
from tracker.interfaces.web.views.deeds import BY_NAME, deed_for
from tracker.interfaces.web.views.doing import Deed
from tracker.interfaces.web.views.steps import NextStep, next_step
from tracker.interfaces.web.wording import Mark, Words, mark, notice_mark
from tracker.notices import selectors as notice_selectors
from tracker.notices.selectors import awaited_from
from tracker.org.models import Unit

TITLES: dict[Section, tuple[Words, Words]] = {
    Section.LATE: (_("Late"), ""),
    Section.TO_CONFIRM: (
        _("To be confirmed"),
        _("Already past when the gazette was loaded. Nothing follows from it until you say how it stands."),
    ),
    Section.INSTRUCTED: (_("Instructions to answer"), _("A report on how it stands is the answer.")),
    Section.WEEK: (_("Within a week"), ""),
    Section.TO_ACCEPT: (_("To acknowledge"), ""),
    Section.REPORTS: (_("Reports due"), _("Only where a clause of the document asks for a report.")),
    Section.WITH_OTHERS: (_("Waiting for others"), _("Nothing for you to do at the moment.")),
    Section.LATER: (_("Later"), ""),
}


@dataclass(frozen=True, slots=True)
class Row:
    """Be one row of work with its mark, its deeds (the next one first) and, when it is late, what happens next."""

    task: Task
    mark: Mark
    deeds: list[Deed[Task]]
    supports: bool = False
    unit: int | None = None
    next: NextStep | None = None
    quote: bool = False
    note: Words = ""
    instruction: Instruction | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Be one section of a work page."""

    key: str
    title: Words
    note: Words
    rows: Sequence[Row]
    pressing: bool = False
    folded: bool = False
    # How many rows of a long section stand open; the rest is folded below them.
    open: int | None = None

    @property
    def shown(self) -> Sequence[Row]:
        return self.rows[: self.open]

    @property
    def rest(self) -> Sequence[Row]:
        return self.rows[self.open :] if self.open is not None else ()


# Sections whose rows call for a deed now, and those that need none from the reader.
PRESSING = frozenset({Section.LATE, Section.TO_CONFIRM, Section.INSTRUCTED, Section.WEEK})
AT_REST = frozenset({Section.WITH_OTHERS, Section.LATER})
# A section at rest is folded when it is longer than this, and what is acknowledged at once shows no more rows.
SHORT = 6


@page(*UNIT)
def my_unit(request: WebRequest) -> HttpResponse:
    """Show the unit's work; who answers for several units chooses one in the address."""
    units = list(Unit.objects.filter(pk__in=request.actor.unit_ids))
    chosen = next((unit for unit in units if unit.slug == request.GET.get("unit")), units[0])
    work = workload(chosen, actor=request.actor, today=request.today)
    late = [one.task for one in work.of(Section.LATE)]
    outlooks = escalation.outlooks(late, now=request.now, grounds=work.grounds) if late else {}
    steps = {pk: next_step(outlook.next) for pk, outlook in outlooks.items()}
    groups = [
        Group(
            section.value,
            *TITLES[section],
            [_row(one, steps.get(one.task.pk) if one.leads else None, section) for one in work.of(section)],
            pressing=section in PRESSING,
            folded=section in AT_REST and len(work.of(section)) > SHORT,
            open=SHORT if section is Section.TO_ACCEPT and len(work.of(section)) > SHORT + 1 else None,
        )
        for section in Section
        if work.of(section)
    ]
    letters = [(notice, notice_mark(notice, request.today)) for notice in awaited_from(chosen, request.actor)]
    to_accept = [one.task for one in work.of(Section.TO_ACCEPT) if Do.ACKNOWLEDGE in one.todo]
    context = {
        "unit": chosen,
        "units": units,
        "groups": groups,
        "work": work,
        "is_head": chosen.pk in request.actor.head_ids,
        "agree": BY_NAME["agree-extension"],
        "letters": letters,
        "to_accept": to_accept,
        "jumps": [Tab(group.title, f"#{group.key}", count=len(group.rows)) for group in groups],
    }
    return render(request, "web/my_unit.html", context)


def _row(work: Work, step: NextStep | None, section: Section) -> Row:
    return Row(
        work.task,
        mark(work.standing),
        [deed_for(do) for do in work.todo],
        supports=not work.leads,
        unit=work.part.unit_id,
        next=step,
        quote=work.task.commitment.asks_report and Do.REPORT in work.todo,
        instruction=work.instruction,
    )


@require_POST
@page(*UNIT)
def acknowledge_all(request: WebRequest) -> HttpResponse:
    """Acknowledge at once what the unit was shown; what changed meanwhile is left and said."""
    unit = Unit.objects.filter(pk__in=request.actor.unit_ids, slug=request.POST.get("unit", "")).first()
    if unit is None:
        raise NotPermitted(
            _("You are neither liaison nor head of this unit. Ask its liaison, or the supervision office.")
        )
    taken, left = many.do_at_once(
        action="acknowledge",
        versions=shown_versions(request),
        parameters={"unit": unit.pk},
        by=request.actor,
        now=request.now,
    )
    said = ngettext("%(number)d duty acknowledged.", "%(number)d duties acknowledged.", len(taken)) % {
        "number": len(taken)
    }
    if left:
        said += " " + ngettext(
            "%(number)d has changed meanwhile and is left for you to look at.",
            "%(number)d have changed meanwhile and are left for you to look at.",
            len(left),
        ) % {"number": len(left)}
    return done(request, said, where_next(request, reverse("web:my_unit")))


def shown_versions(request: WebRequest) -> dict[int, int]:
    """Return the tasks a form was sent about, each with the version that was shown; what is no number is passed over."""
    pairs = (value.partition("-") for value in request.POST.getlist("task"))
    return {int(pk): int(version) for pk, _dash, version in pairs if pk.isdecimal() and version.isdecimal()}


@page(*OFFICE)
def desk(request: WebRequest) -> HttpResponse:
    """Show the supervision office what waits for its decision."""
    found = desk_selectors.desk(request.actor)
    questions = findings.questions(request.actor, now=request.now)
    asked = [one.task for one in questions]
    tasks = [*found.to_review, *found.to_decide, *found.returned, *found.to_lay, *found.waiting, *asked]
    standings = standings_of(tasks, today=request.today)

    def rows(of: Sequence[Task], *deeds: str) -> list[Row]:
        return [Row(task, mark(standings[task.pk]), [BY_NAME[name] for name in deeds]) for task in of]

    groups = [
        Group("review", _("To review"), _("Oldest application first."), rows(found.to_review, "review"), pressing=True),
        Group(
            "extensions",
            _("Extensions to decide"),
            _("The unit head has agreed."),
            rows(found.to_decide, "decide-extension"),
            pressing=True,
        ),
        Group("returned", _("Handed back by a unit"), "", rows(found.returned, "decide-return"), pressing=True),
        Group(
            "findings",
            _("Findings to decide"),
            _("A step has come due that its clause allows only where a person has found what it asks for."),
            [
                Row(
                    one.task,
                    mark(standings[one.task.pk]),
                    [BY_NAME["record-finding"]],
                    note=gettext("%(step)s: to be found “%(finding)s”")
                    % {"step": one.step.title, "finding": one.step.needs_finding},
                )
                for one in questions
            ],
            pressing=True,
            open=SHORT if len(questions) > SHORT + 1 else None,
        ),
        Group(
            "unnamed",
            _("Units not named in the text"),
            _("Nobody can answer for these until they are assigned to named units."),
            rows(found.to_lay, "break-down"),
            open=SHORT if len(found.to_lay) > SHORT + 1 else None,
        ),
        Group(
            "events",
            _("Waiting for an event"),
            _("The date is counted from the event; record it once it has happened."),
            rows(found.waiting, "record-event"),
            open=SHORT if len(found.waiting) > SHORT + 1 else None,
        ),
    ]
    shown = [group for group in groups if group.rows]
    context = {"groups": shown, "found": found, "jumps": _jumps(request, shown)}
    return render(request, "web/desk.html", context)


def _jumps(request: WebRequest, groups: Sequence[Group]) -> list[Tab]:
    """Return what waits for the office as links to its lists, the most urgent first; what does not wait is left out."""
    waiting, notices = notice_selectors.waiting(request.actor, on=request.today), reverse("web:notices")
    papers = [
        Tab(_("replies overdue"), f"{notices}#reply-overdue", count=waiting.overdue),
        Tab(_("notices to sign"), f"{notices}#to-sign", count=waiting.to_sign),
        Tab(_("notices to issue"), f"{notices}#to-issue", count=waiting.to_issue),
        Tab(_("proposals to complete"), f"{notices}#proposed", count=waiting.to_complete),
        Tab(_("issued without receipt"), f"{notices}#unreceived", count=waiting.unreceived),
        Tab(_("early warnings to decide"), reverse("web:warnings"), count=warnings.to_decide(request.actor)),
        Tab(_("proposed duties to decide"), reverse("web:proposals"), count=proposals.to_decide()),
    ]
    here = [Tab(group.title, f"#{group.key}", count=len(group.rows)) for group in groups if group.pressing]
    later = [Tab(group.title, f"#{group.key}", count=len(group.rows)) for group in groups if not group.pressing]
    return [tab for tab in (papers[0], *here, *papers[1:], *later) if tab.count]
