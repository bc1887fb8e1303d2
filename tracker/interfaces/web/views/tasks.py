"""Show one task whole: what, who, by when and why, what was said and done, and what happens next if nobody acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render

from tracker.audit import selectors as audit
from tracker.commitments.models import Assignment, Deadline, Evidence, Extension, ProgressReport, Return, Task
from tracker.commitments.selectors import open_moves, visible_tasks
from tracker.commitments.selectors.standing import standing_of, standings_of
from tracker.documents import selectors as documents
from tracker.documents.models import Document
from tracker.documents.selectors import Highlight, Line, Mark
from tracker.escalation import selectors as escalation
from tracker.escalation.selectors import Rung
from tracker.escalation.selectors.findings import questions_on
from tracker.interfaces.web import story
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.naming import names_in
from tracker.interfaces.web.views.common import own_units, visible_task
from tracker.interfaces.web.views.deeds import DEEDS
from tracker.interfaces.web.views.doing import Deed
from tracker.interfaces.web.views.steps import title_of
from tracker.interfaces.web.wording import Mark as StateMark
from tracker.interfaces.web.wording import Words, mark, reading_of, say
from tracker.notices import selectors as notices
from tracker.org.models import UnitKind
from tracker.rules.due import Status
from tracker.rules.followup import ENDED
from tracker.rules.standing import Place, Standing
from tracker.rules.transitions import Verb

SIBLINGS_SHOWN = 60
# How many characters of the lines before and after a clause are shown.
CLAUSE_AROUND = 70


@dataclass(frozen=True, slots=True)
class PartRow:
    """Be one unit's part: its state as drawn, its newest report, and all the evidence it gave."""

    part: Assignment
    mark: StateMark
    report: ProgressReport | None
    evidence: list[Evidence]
    blocks: bool


@dataclass(frozen=True, slots=True)
class Version:
    """Be one date the task has had, with the reading in a word and the working in sentences."""

    deadline: Deadline
    reading: Words
    working: list[str]
    current: bool


@dataclass(frozen=True, slots=True)
class RungRow:
    """Be one rung of the ladder as drawn: its day, its words, the person's signature it needs, the clause it rests on."""

    rung: Rung
    title: str
    on: date | None
    style: str
    signed: bool
    notes: list[str]


@page()
def task(request: WebRequest, pk: int) -> HttpResponse:
    """Show the task."""
    one = visible_task(request, pk)
    commitment = one.commitment
    document = Document.objects.select_related("gazette").get(pk=commitment.document_id)
    rungs = escalation.ladder_of(one, now=request.now)
    siblings = _siblings(one, request)
    standing = standing_of(one, today=request.today)
    units = own_units(one, request.actor)
    deeds = _deeds(one, standing, request, units)
    reports = list(one.reports.select_related("unit").prefetch_related("evidence"))
    context = {
        "task": one,
        "commitment": commitment,
        "names": names_in(commitment.note),
        "document": document,
        "mark": mark(standing),
        "clause": _clause(document, one),
        "versions": _versions(one),
        "parts": _parts(one, reports),
        "evidence": [(report, piece) for report in reports for piece in report.evidence.all()],
        "siblings": siblings,
        "siblings_done": sum(row[1].tone == "ok" for row in siblings),
        "ladder": [_rung(rung) for rung in rungs if rung.planned.status is not Status.HUSHED],
        "passed": [_rung(rung) for rung in rungs if rung.planned.status is Status.HUSHED],
        # A task at rest climbs no more: its ladder shows what was taken, whatever its document says.
        "has_policy": bool(commitment.policy_key) or any(rung.planned.step for rung in rungs),
        "ended": one.state in ENDED,
        "story": story.tell(audit.history_of(one), notices.deeds_on(one, request.actor)),
        "instructions": one.instructions.all(),
        "extensions": one.extensions.select_related("unit"),
        "suspension": one.suspensions.filter(to_day__isnull=True).first(),
        "events": commitment.events.all(),
        "deeds": [deed for deed in deeds if not deed.quiet],
        "quiet_deeds": [deed for deed in deeds if deed.quiet],
        # What needs nothing typed is done at once where it is clear for which unit.
        "own_unit": str(next(iter(units))) if len(units) == 1 else None,
        "open_deed": None,
    }
    return render(request, "web/task.html", context)


def _clause(document: Document, one: Task) -> list[Line]:
    commitment = one.commitment
    highlights = [
        Highlight(commitment.line, commitment.quote, Mark.QUOTE, commitment.pk),
        Highlight(commitment.phrase_line or commitment.line, commitment.phrase, Mark.PHRASE, commitment.pk),
    ]
    return documents.lines_around(document, commitment.line, highlights, most=CLAUSE_AROUND)


def _versions(one: Task) -> list[Version]:
    return [
        Version(
            deadline,
            reading_of(deadline.convention),
            [say(note) for note in deadline.working],
            deadline.version == one.due_version,
        )
        for deadline in sorted(one.deadlines.all(), key=lambda deadline: -deadline.version)
    ]


PART_MARKS = {
    Assignment.PartState.ASSIGNED: "none",
    Assignment.PartState.ACKNOWLEDGED: "wait",
    Assignment.PartState.DONE: "ok",
}


def _parts(one: Task, reports: Sequence[ProgressReport]) -> list[PartRow]:
    rows = []
    for part in one.assignments.all():
        own = [report for report in reports if report.unit_id == part.unit_id]
        rows.append(
            PartRow(
                part,
                StateMark(PART_MARKS[Assignment.PartState(part.state)], part.get_state_display()),
                own[0] if own else None,
                [piece for report in own for piece in report.evidence.all()],
                part.unit_id == one.blocker_id,
            )
        )
    return rows


def _siblings(one: Task, request: WebRequest) -> list[tuple[Task, StateMark]]:
    """Return the other units' tasks of the same promise and period that the reader may see, with their marks."""
    if not one.commitment.each:
        return []
    others = visible_tasks(request.actor).filter(commitment=one.commitment_id, period=one.period)
    tasks = list(others.select_related("lead", "commitment").defer("ics").order_by("lead__name")[:SIBLINGS_SHOWN])
    standings = standings_of(tasks, today=request.today)
    return [(task, mark(standings[task.pk])) for task in tasks]


def _rung(rung: Rung) -> RungRow:
    planned = rung.planned
    style = {
        Status.TAKEN: "done",
        Status.PROPOSED: "due",
        Status.DECLINED: "hushed",
        Status.DUE: "due",
        Status.HELD: "hushed",
    }.get(planned.status, "")
    signed = bool(planned.step and planned.step.needs_signature)
    return RungRow(
        rung,
        title_of(planned),
        planned.on or planned.earliest,
        f"{style} sign" if signed else style,
        signed,
        [say(note) for note in planned.notes],
    )


def _deeds(one: Task, standing: Standing, request: WebRequest, units: frozenset[int]) -> list[Deed[Task]]:
    """Return what the reader may do to the task now, in the order in which it is offered.

    Who is late is asked how it stands, not for a receipt; a report acknowledges the task by itself.
    """
    moves = open_moves(one, request.actor, own_units=units)
    parts = {part.unit_id: part for part in one.assignments.all() if part.unit_id in units}
    leads = one.lead_id in units or not units
    requests = set(one.extensions.values_list("state", flat=True))
    claimed = one.returns.filter(state=Return.State.CLAIMED).exists()
    fits: dict[str, bool] = {
        "acknowledge": any(part.state == Assignment.PartState.ASSIGNED for part in parts.values()),
        "part-done": any(part.role != "lead" and part.state != Assignment.PartState.DONE for part in parts.values()),
        "apply-to-close": leads,
        "confirm-backfill": leads and bool(units),
        "request-extension": leads and one.due is not None and request.today <= one.due,
        "name-blocker": leads and len(one.assignments.all()) > 1,
        "agree-extension": Extension.State.REQUESTED in requests,
        "decide-extension": Extension.State.AGREED in requests,
        "no-change": one.commitment.asks_report,
        "remark": leads,
        "return": leads and not claimed,
        "decide-return": claimed,
        "break-down": one.lead.kind == UnitKind.COLLECTIVE,
        "record-finding": Verb.RECORD_FINDING in moves and bool(questions_on(one, now=request.now)),
    }
    found = [deed for deed in DEEDS if deed.verb in moves and fits.get(deed.name, True)]
    if standing.place is Place.OVERDUE:
        found = [deed for deed in found if deed.name != "acknowledge"]
        found.sort(key=lambda deed: deed.name != "report")
    return found


@page()
def evidence(request: WebRequest, pk: int) -> FileResponse:
    """Hand out a file that was given as evidence, to whoever may see its task, never to be shown in place."""
    piece = Evidence.objects.select_related("report").filter(pk=pk, kind=Evidence.Kind.FILE).first()
    if piece is None or not piece.file:
        raise Http404
    visible_task(request, piece.report.task_id)
    try:
        file = piece.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(file, as_attachment=True, filename=piece.value, content_type="application/octet-stream")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
