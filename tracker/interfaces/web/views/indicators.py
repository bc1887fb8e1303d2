"""Show quantified targets: the list by plan and chapter, and one with its path, values, forecast and early warnings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from tracker.audit import selectors as audit
from tracker.audit.actors import NotPermitted, Role
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Indicator, IndicatorValue
from tracker.commitments.selectors import indicators as selectors
from tracker.commitments.selectors.indicators import Reading
from tracker.documents.models import Document
from tracker.documents.selectors import heading_above
from tracker.escalation import selectors as escalation
from tracker.escalation.models import EarlyWarning
from tracker.escalation.selectors import warnings as warning_selectors
from tracker.interfaces.web import curves, story, trends
from tracker.interfaces.web.forms.indicators import FilterForm
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import WORKERS
from tracker.interfaces.web.parts import Tab
from tracker.interfaces.web.trends import Row, row_of
from tracker.interfaces.web.wording import Mark, say
from tracker.rules.forecast import Trend, expected
from tracker.rules.measure import said


def routes() -> list[URLPattern]:
    """Return the addresses of the list and of one indicator."""
    return [
        path("indicators/", indicators, name="indicators"),
        path("indicators/<int:pk>/", indicator, name="indicator"),
    ]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Be the indicators of one chapter of a plan; `title` as the plan prints it."""

    mark: str
    title: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Plan:
    """Be the indicators of one plan: a document, or one of the two that a document holds."""

    document: Document
    name: str
    chapters: Sequence[Chapter]

    @property
    def count(self) -> int:
        return sum(len(chapter.rows) for chapter in self.chapters)


def readers_only(request: WebRequest) -> None:
    """Refuse whoever has nothing to do with tasks; who runs a leading group's office may have no role of their own."""
    if not request.actor.has(*WORKERS) and not request.actor.group_ids:
        raise NotPermitted(_("This page is not for the posts you hold. If you need it, ask the supervision office."))


def visible_indicator(request: WebRequest, pk: int) -> Indicator:
    """Return the indicator. Raises `Http404` when there is none, `NotPermitted` when it is not this person's to see."""
    found = selectors.visible_indicators(request.actor).select_related("commitment__document", "commitment__clause")
    one = found.filter(pk=pk).first()
    if one is not None:
        return one
    if Indicator.objects.filter(pk=pk).exists():
        raise NotPermitted(
            _(
                "This indicator belongs to other units, or was withdrawn. Ask the supervision office if you need to see it."
            )
        )
    raise Http404


@page()
def indicators(request: WebRequest) -> HttpResponse:
    """Show the indicators the reader may see, by plan and chapter; counts of each standing open their list."""
    readers_only(request)
    all_of_them = selectors.readings(selectors.visible_indicators(request.actor), today=request.today)
    documents = {one.commitment.document.slug: one.commitment.document for one in all_of_them}
    units = {unit.slug: unit.name for one in all_of_them for unit in one.leads}
    form = FilterForm(
        request.GET,
        documents=[(slug, f"{row.short} {row.number}") for slug, row in documents.items()],
        units=sorted(units.items(), key=lambda pair: pair[1]),
    )
    form.is_valid()
    asked: dict[str, str] = {name: value for name, value in form.cleaned_data.items() if value}
    found = [one for one in all_of_them if _fits(one, asked)]
    counts = Counter(one.trend for one in found)
    shown = [one for one in found if one.trend == asked.get("trend", one.trend)]
    context = {
        "plans": _plans(shown, request.today),
        "tabs": _tabs(asked, counts, len(found)),
        "form": form,
        "chosen": [
            (name, form.fields[name].label, _name_of(form, name, value))
            for name, value in asked.items()
            if name != "trend"
        ],
        "shown": len(shown),
        "any": bool(all_of_them),
        "with_data": len(found) - sum(not one.values for one in found),
        "found": len(found),
        "enters": request.actor.has(Role.SUPERVISION)
        or any(unit.pk in request.actor.unit_ids for one in all_of_them for unit in one.leads),
        "warnings": warning_selectors.count_by_state(warning_selectors.visible_warnings(request.actor)),
    }
    return render(request, "web/indicators/list.html", context)


def _fits(one: Reading, asked: dict[str, str]) -> bool:
    document, unit = asked.get("document"), asked.get("unit")
    return (not document or one.commitment.document.slug == document) and (
        not unit or any(lead.slug == unit for lead in one.leads)
    )


def _name_of(form: FilterForm, name: str, value: str) -> str:
    return str(dict(form.fields[name].choices).get(value, value))  # type: ignore[attr-defined]


def _tabs(asked: dict[str, str], counts: Counter[Trend], number: int) -> list[Tab]:
    """Return one tab a standing that occurs, all of them first."""
    others = {name: value for name, value in asked.items() if name != "trend"}
    chosen = asked.get("trend", "")

    def tab(label: Any, trend: str, count: int) -> Tab:
        query = urlencode(others | ({"trend": trend} if trend else {}))
        address = reverse("web:indicators") + (f"?{query}" if query else "")
        return Tab(label, address, current=chosen == trend, count=count)

    tabs = [tab(_("all"), "", number)]
    tabs += [
        tab(mark.words, trend, counts[Trend(trend)])
        for trend, mark in trends.TRENDS.items()
        if counts[Trend(trend)] or trend == chosen
    ]
    return tabs


_NUMERAL = "[一二三四五六七八九十]+"
_PLACE = re.compile(rf"^(?:(?P<plan>\S+规划)\s*)?(?P<chapter>{_NUMERAL})(?P<section>[（(]{_NUMERAL}[)）])?")


_MARKS = re.compile(rf"[（(]{_NUMERAL}[)）]|{_NUMERAL}")


def _place(one: Reading) -> tuple[str, str]:
    """Return the plan a label names, where its document holds several, and the chapter."""
    match = _PLACE.match(one.commitment.clause.label)
    if match is None:
        return "", one.commitment.clause.label
    return match["plan"] or "", match["chapter"] + (match["section"] or "")


def _plans(found: Sequence[Reading], today: date) -> list[Plan]:
    texts = _texts(found)
    plans = []
    for (document, name), group in groupby(found, key=lambda one: (one.commitment.document, _place(one)[0])):
        chapters = []
        for mark, rows in groupby(group, key=lambda one: _place(one)[1]):
            several = list(rows)
            lines = texts.get(document.gazette_id, [])
            marks = [f"{part}、" if part[0] not in "（(" else part for part in _MARKS.findall(mark)]
            title = heading_above(lines, several[0].commitment.line, *marks)
            chapters.append(Chapter(mark, title, [row_of(one, today) for one in several]))
        plans.append(Plan(document, name, chapters))
    return plans


def _texts(found: Iterable[Reading]) -> dict[int, list[str]]:
    """Return the lines of the gazettes that these indicators stand in, in one query."""
    wanted = {one.commitment.document_id for one in found}
    rows = Document.objects.filter(pk__in=wanted).order_by().values_list("gazette_id", "gazette__text").distinct()
    return {pk: text.splitlines() for pk, text in rows} if wanted else {}


@dataclass(frozen=True, slots=True)
class ValueRow:
    """Be one value as shown: in words, beside what the path asked for on its day; `counts` unless it was corrected."""

    value: IndicatorValue
    words: str
    expected: str
    counts: bool


@dataclass(frozen=True, slots=True)
class WarningRow:
    """Be one early warning as shown, with what may be done about it."""

    warning: EarlyWarning
    mark: Mark
    trend: Mark
    reasons: Sequence[str]
    decides: bool


def warning_row(warning: EarlyWarning, *, decides: bool) -> WarningRow:
    """Return an early warning as it is drawn; it can be decided while it runs and nobody has."""
    return WarningRow(
        warning,
        trends.warning_mark(warning),
        trends.TRENDS[warning.trend],
        [say(note) for note in warning.notes],
        decides and trends.warning_state(warning) == "proposed",
    )


@page()
def indicator(request: WebRequest, pk: int) -> HttpResponse:
    """Show one indicator."""
    one = visible_indicator(request, pk)
    (reading,) = selectors.readings(Indicator.objects.filter(pk=one.pk), today=request.today)
    warnings = warning_selectors.warnings_of(one, request.actor)
    policies = escalation.policies_of(one.commitment.document_id)
    policy = next((row for row in policies if row.key == one.commitment.policy_key), None)
    tone = curves.tone_of(reading.trend)
    path = reading.set_path
    context = {
        "reading": reading,
        "indicator": one,
        "commitment": one.commitment,
        "document": one.commitment.document,
        "mark": trends.trend_mark(reading),
        "target": trends.target_words(one),
        "path": trends.path_words(reading, request.today),
        "set_path": path,
        "milestones": [(date.fromisoformat(day), said(float(value), one.unit)) for day, value in path.milestones]
        if path
        else [],
        "older_paths": path is not None and path.version > 1,
        "reasons": [say(note) for note in reading.outlook.notes],
        "rules": trends.rules_shown(),
        "charts": [
            (name, curves.curve(reading, frame, today=request.today, tone=tone))
            for name, frame in (("wide", curves.WIDE), ("narrow", curves.NARROW))
        ],
        "ahead": _ahead(reading),
        "values": _values(reading),
        "policy": policy,
        "clause": warning_selectors.basis_of(policy.early_warning, one.commitment)
        if policy and policy.early_warning
        else None,
        "warnings": [warning_row(row, decides=warning_selectors.may_decide(row, request.actor)) for row in warnings],
        "enters": selectors.may_enter(one, request.actor),
        "sets_path": selectors.may_set_path(one, request.actor),
        "story": story.tell(_told(audit.history_of(one), {row.turn for row in warnings})),
    }
    return render(request, "web/indicators/indicator.html", context)


def _told(entries: Iterable[AuditEntry], turns: Collection[int]) -> list[AuditEntry]:
    """Leave out what concerns early warnings that the reader does not see."""
    return [
        entry
        for entry in entries
        if not entry.action.startswith("escalation.warning_") or entry.detail.get("turn") in turns
    ]


def _ahead(reading: Reading) -> dict[str, str] | None:
    ahead, unit = reading.outlook.forecast, reading.indicator.unit
    if ahead is None:
        return None
    return {name: said(getattr(ahead, name), unit, digits=2) for name in ("value", "low", "high")}


def _values(reading: Reading) -> list[ValueRow]:
    unit = reading.indicator.unit
    rows = []
    for value in selectors.history_of(reading.indicator):
        wanted = expected(reading.path, value.day)
        rows.append(
            ValueRow(
                value,
                said(value.value, unit),
                said(wanted, unit, digits=2) if wanted is not None else "",
                value.superseded_at is None,
            )
        )
    return rows
