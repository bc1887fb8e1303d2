"""Show how each unit's duties of a period came out, and draft a bulletin from it; what is behind a number is `assessed`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid
from tracker.commitments.models import Task
from tracker.commitments.selectors import assessment as selectors
from tracker.commitments.selectors import ledger, visible_tasks
from tracker.commitments.selectors.assessment import Event, Happening, Judged
from tracker.commitments.selectors.visible import SEES_ALL
from tracker.escalation import selectors as escalation
from tracker.escalation.models import EarlyWarning
from tracker.escalation.services import propose_period_bulletin
from tracker.interfaces.web.forms.assessment import AssessmentForm
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.interfaces.web.navigation import OFFICE, READERS, UNIT
from tracker.interfaces.web.parts import Chosen, Tab
from tracker.interfaces.web.wording import Mark, Words
from tracker.org import selectors as org
from tracker.org.models import Unit, UnitKind
from tracker.rules.assessment import (
    Outcome,
    Period,
    Score,
    Tally,
    half_year_of,
    month_of,
    quarter_of,
    score,
    tally,
    year_of,
)
from tracker.rules.assessment import Role as Part

OUTCOMES: dict[Outcome, Mark] = {
    Outcome.ON_TIME: Mark("ok", _("closed in time")),
    Outcome.LATE: Mark("none", _("closed late")),
    Outcome.OPEN_LATE: Mark("late", _("late and open")),
    Outcome.NOT_ACHIEVED: Mark("none", _("not achieved")),
    Outcome.AWAITING_REVIEW: Mark("wait", _("awaiting review")),
    Outcome.SUSPENDED: Mark("none", _("suspended")),
    Outcome.HELD_UP: Mark("none", _("waits for a part")),
    Outcome.UNSAID: Mark("none", _("nothing said")),
    Outcome.NOT_YET: Mark("none", _("not yet due")),
    Outcome.BACKFILL: Mark("none", _("past when loaded")),
}
LED = tuple(outcome for outcome in Outcome if outcome not in {Outcome.UNSAID, Outcome.BACKFILL})
PARTS = (Outcome.ON_TIME, Outcome.LATE, Outcome.OPEN_LATE, Outcome.UNSAID, Outcome.SUSPENDED, Outcome.NOT_YET)
HAPPENINGS: dict[Happening, Words] = {
    Happening.EXTENDED: _("more time given"),
    Happening.SENT_BACK: _("sent back by the review"),
    Happening.RETURNED: _("returned"),
    Happening.SUSPENDED: _("suspended"),
    Happening.WARNED: _("early warnings"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Be one number of the table and the list behind it."""

    label: Words
    number: int
    address: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Be one unit's line, or the county's: `unit` is None for the latter."""

    unit: Unit | None
    due: Cell
    cells: list[Cell]
    tally: Tally
    soft: Cell
    backfill: Cell
    events: list[Cell]
    score: Score | None = None
    tied: bool = False


def routes() -> list[URLPattern]:
    """Return the table and what is drafted from it."""
    return [
        path("assessment/", assessment, name="assessment"),
        path("assessment/bulletin/", bulletin, name="assessment_bulletin"),
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what is asked for, over which tasks and for which units (ids; None for all).

    `led_by` are the units of the portfolio that is asked for, None where none is.
    """

    form: AssessmentForm
    tasks: QuerySet[Task]
    units: frozenset[int] | None
    led_by: frozenset[int] | None

    @property
    def period(self) -> Period:
        return self.form.period

    @property
    def as_of(self) -> date:
        return self.form.judged_on

    def judged(self) -> list[Judged]:
        return self._judged(self.units)

    def in_sight(self) -> list[Judged]:
        """Return one row for each duty in sight, as the overview counts them."""
        return [one for one in self._judged(self.led_by) if one.own]

    def _judged(self, units: frozenset[int] | None) -> list[Judged]:
        certainty = self.form.cleaned_data.get("certainty") or ""
        return selectors.assess(self.tasks, period=self.period, as_of=self.as_of, units=units, certainty=certainty)

    def events(self) -> list[Event]:
        return selectors.events(self._certain(), period=self.period, as_of=self.as_of, units=self.units)

    def chosen(self) -> QuerySet[Task]:
        """Return the tasks the table counts, each once."""
        tasks = self._certain()
        return tasks if self.units is None else tasks.filter(lead__in=self.units)

    def warned(self) -> dict[int, list[EarlyWarning]]:
        """Return the early warnings sent in the period and until the day, by unit id."""
        units = self.units if self.units is not None else frozenset(_leads(self).values_list("pk", flat=True))
        found = escalation.early_warnings(units, self.period.first, min(self.period.last, self.as_of))
        data = self.form.cleaned_data

        def wanted(one: EarlyWarning) -> bool:
            commitment = one.indicator.commitment
            return (not data.get("document") or commitment.document.slug == data["document"]) and (
                not data.get("certainty") or commitment.certainty == data["certainty"]
            )

        return {unit: kept for unit, rows in found.items() if (kept := [one for one in rows if wanted(one)])}

    def _certain(self) -> QuerySet[Task]:
        certainty = self.form.cleaned_data.get("certainty")
        return self.tasks.filter(commitment__certainty=certainty) if certainty else self.tasks

    def address(self, **more: str) -> str:
        return f"{reverse('web:assessment_tasks')}?{urlencode(self.form.query | more)}"


@page(*READERS, *UNIT)
def assessment(request: WebRequest) -> HttpResponse:
    """Show the table: one line a unit, and the county's in which each duty counts once."""
    asked = asked_of(request)
    judged, events, warned = asked.judged(), asked.events(), asked.warned()
    ids = {one.unit_id for one in judged} | {one.unit_id for one in events} | set(warned)
    units = list(Unit.objects.filter(pk__in=ids).order_by("kind", "name"))
    led = _by_unit(judged, Part.LEAD)
    parts = _by_unit(judged, Part.SUPPORT)
    happened: defaultdict[int, list[Event]] = defaultdict(list)
    for event in events:
        happened[event.unit_id].append(event)
    lines = [
        _line(asked, unit, led[unit.pk], parts[unit.pk], happened[unit.pk], len(warned.get(unit.pk, ())))
        for unit in units
    ]
    lines = [line for line in lines if line.tally.counts or any(cell.number for cell in line.events)]
    if settings.TRACKER_RANKING:
        lines = _ranked(lines)
    own = [one for one in judged if one.own]
    named = {line.unit.pk for line in lines if line.unit}
    all_warned = len({one.pk for rows in warned.values() for one in rows})
    silent = _leads(asked).exclude(pk__in=named).order_by("kind", "name")
    context = {
        "form": asked.form,
        "period": asked.period,
        "as_of": asked.as_of,
        "presets": _presets(request, asked),
        "chosen": _filters(asked),
        "whole": _line(asked, None, own, [], events, all_warned),
        "lines": lines,
        "shared": len([one for one in judged if one.role is Part.LEAD]) - len(own),
        "outcomes": [OUTCOMES[one].words for one in LED],
        "happenings": list(HAPPENINGS.values()),
        "parts": [_part_line(asked, unit, parts[unit.pk]) for unit in units if parts[unit.pk]],
        "part_outcomes": [OUTCOMES[one].words for one in PARTS],
        "no_data": [unit.name for unit in silent],
        "ranking": settings.TRACKER_RANKING,
        "weights": settings.TRACKER_ASSESSMENT_WEIGHTS,
        "drafts": request.actor.has(*OFFICE),
        "limited": asked.units is not None,
        "unnamed": any(line.unit and line.unit.kind == UnitKind.COLLECTIVE for line in lines),
    }
    return render(request, "web/assessment.html", context)


@require_POST
@page(*OFFICE)
def bulletin(request: WebRequest) -> HttpResponse:
    """Draft a bulletin on what the table counts; where none may be, come back to it with the reason."""
    asked = asked_of(request)
    try:
        made = propose_period_bulletin(
            tasks=asked.chosen(), period=asked.period, as_of=asked.as_of, by=request.actor, now=request.now
        )
    except Invalid as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(f"{reverse('web:assessment')}?{urlencode(asked.form.query)}", status=303)
    said = gettext("The bulletin is drafted; read it, edit it, hand it in.")
    left_out = tally(one.verdict for one in asked.judged() if one.own).due - made.matters.count()
    if left_out > 0:
        said += " " + ngettext(
            "%(number)d duty is not in it: its document has no assessment clause.",
            "%(number)d duties are not in it: their documents have no assessment clause.",
            left_out,
        ) % {"number": left_out}
    return done(request, said, reverse("web:notice", args=[made.pk]))


def asked_of(request: WebRequest) -> Asked:
    """Return what a request asks for, over the tasks its actor may see."""
    tasks = visible_tasks(request.actor, withdrawn=True)
    leaders = org.leaders(on=request.today)
    form = AssessmentForm(
        request.POST if request.method == "POST" else request.GET,
        documents=[(slug, f"{number} {short}") for slug, number, short in ledger.documents_of(tasks)],
        leaders=[(str(one.post.pk), f"{one.holder} {one.post.title}") for one in leaders],
        today=request.today,
    )
    data = form.cleaned_data
    if data.get("document"):
        tasks = tasks.filter(commitment__document__slug=data["document"])
    units = units_shown(request.actor)
    led_by = next((one.unit_ids for one in leaders if str(one.post.pk) == data.get("leader")), None)
    if led_by is not None:
        units = led_by if units is None else units & led_by
    return Asked(form, tasks, units, led_by)


def units_shown(actor: Actor) -> frozenset[int] | None:
    """Return the ids of the units whose lines an actor sees, None for all: only such as the actor sees all the duties of.

    Whoever heads a leading group sees the duties of its documents, whichever unit has them.
    """
    if actor.roles & SEES_ALL or actor.group_ids:
        return None
    return actor.portfolio_ids | actor.unit_ids


def _leads(asked: Asked) -> QuerySet[Unit]:
    """Return the units that lead any duty in sight."""
    units = Unit.objects.filter(assignments__role="lead", assignments__task__in=asked.tasks.order_by().values("pk"))
    return (units if asked.units is None else units.filter(pk__in=asked.units)).distinct()


def _by_unit(judged: Iterable[Judged], role: Part) -> defaultdict[int, list[Judged]]:
    found: defaultdict[int, list[Judged]] = defaultdict(list)
    for one in judged:
        if one.role is role:
            found[one.unit_id].append(one)
    return found


def _line(
    asked: Asked,
    unit: Unit | None,
    judged: Sequence[Judged],
    parts: Sequence[Judged],
    events: Sequence[Event],
    warned: int,
) -> Line:
    whole = tally(one.verdict for one in judged)
    of = {"unit": unit.slug, "role": Part.LEAD.value} if unit else {"role": "own"}
    cells = _cells(asked, whole, LED, of)
    happened = [
        Cell(
            words,
            warned if what is Happening.WARNED else sum(one.what is what for one in events),
            asked.address(event=what.value, **({"unit": unit.slug} if unit else {})),
        )
        for what, words in HAPPENINGS.items()
    ]
    named = unit is not None and unit.kind != UnitKind.COLLECTIVE
    verdicts = [one.verdict for one in (*judged, *parts)]
    return Line(
        unit,
        Cell(_("fell due"), whole.due, asked.address(outcome="due", **of)),
        cells,
        whole,
        Cell(_("soft"), whole.soft, asked.address(outcome="due", soft="1", **of)),
        Cell(OUTCOMES[Outcome.BACKFILL].words, whole.of(Outcome.BACKFILL), asked.address(outcome="backfill", **of)),
        happened,
        score(verdicts, settings.TRACKER_ASSESSMENT_WEIGHTS) if named and settings.TRACKER_RANKING else None,
    )


def _cells(asked: Asked, whole: Tally, outcomes: Sequence[Outcome], of: Mapping[str, str]) -> list[Cell]:
    return [
        Cell(
            OUTCOMES[outcome].words,
            whole.of(outcome),
            asked.address(outcome=outcome.value, **of),
            tone="late" if outcome is Outcome.OPEN_LATE else "",
        )
        for outcome in outcomes
    ]


def _part_line(asked: Asked, unit: Unit, judged: Sequence[Judged]) -> Line:
    whole = tally(one.verdict for one in judged)
    of = {"unit": unit.slug, "role": Part.SUPPORT.value}
    cells = _cells(asked, whole, PARTS, of)
    due = Cell(_("parts due"), whole.due, asked.address(outcome="due", **of))
    soft = Cell(_("soft"), whole.soft, asked.address(outcome="due", soft="1", **of))
    backfill = Cell(
        OUTCOMES[Outcome.BACKFILL].words, whole.of(Outcome.BACKFILL), asked.address(outcome="backfill", **of)
    )
    return Line(unit, due, cells, whole, soft, backfill, [])


def _ranked(lines: list[Line]) -> list[Line]:
    """Return the lines by score, the highest first; those without one stay behind in the order of the county."""
    scored = sorted((line for line in lines if line.score), key=lambda line: -line.score.points)  # type: ignore[union-attr]
    found = []
    for _points, same in groupby(scored, key=lambda line: line.score and line.score.points):
        group = list(same)
        found += [
            Line(one.unit, one.due, one.cells, one.tally, one.soft, one.backfill, one.events, one.score, len(group) > 1)
            for one in group
        ]
    return found + [line for line in lines if line.score is None]


def _presets(request: WebRequest, asked: Asked) -> list[Tab]:
    today = request.today
    kept = {name: value for name, value in asked.form.query.items() if name not in {"first", "last", "as_of"}}
    found = []
    for label, period in (
        (_("This month"), month_of(today)),
        (_("This quarter"), quarter_of(today)),
        (_("This half-year"), half_year_of(today)),
        (_("This year"), year_of(today)),
    ):
        query = kept | {"first": period.first.isoformat(), "last": period.last.isoformat()}
        found.append(Tab(label, f"?{urlencode(query)}", period == asked.period))
    return found


def _filters(asked: Asked) -> list[Chosen]:
    """Return the filters that are set, each with the address without it."""
    form, found = asked.form, []
    for name in ("document", "leader", "certainty"):
        if value := form.cleaned_data.get(name):
            words = dict(form.fields[name].choices).get(value, value)  # type: ignore[attr-defined]
            query = {key: one for key, one in form.query.items() if key != name}
            found.append(Chosen(form.fields[name].label or name, words, f"?{urlencode(query)}"))
    return found
