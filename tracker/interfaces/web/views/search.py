"""Search everything at once: duties, clauses, documents, units and people, notices, indicators, as the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tracker.commitments.models import Indicator, Task
from tracker.commitments.selectors import ledger, visible_tasks
from tracker.commitments.selectors.indicators import visible_indicators
from tracker.commitments.selectors.standing import standings_of
from tracker.documents import searching as documents
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import WORKERS
from tracker.interfaces.web.wording import Mark, Words, mark, notice_mark
from tracker.notices import searching as notices
from tracker.org import searching as org
from tracker.rules.searching import Asked, Piece, ask, holds, snippet

MOST = 8
MOST_LINES = 12
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """Be one thing found: where it leads, its title and a stretch of its text with what was asked for told apart."""

    address: str
    title: Sequence[Piece]
    beside: Words = ""
    text: Sequence[Piece] = ()
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Be one kind of thing with what was found of it; `more` leads to the rest where there is a page for it."""

    name: str
    title: Words
    hits: list[Hit]
    cut: bool
    more: str = ""


def routes() -> list[URLPattern]:
    """Return the address of the search."""
    return [path("search/", search, name="search")]


@require_GET
@page()
def search(request: WebRequest) -> HttpResponse:
    """Show what is found for the words in the address; without words, how to ask."""
    typed = request.GET.get("q", "")[:LONGEST]
    asked = ask(typed)
    found: list[Section] = []
    if asked.words:
        works = request.actor.has(*WORKERS)
        sections = [
            _duties(request, asked) if works else None,
            _lines(asked),
            _documents(asked),
            _units(asked),
            _people(request, asked),
            _notices(request, asked) if works else None,
            _indicators(request, asked) if works else None,
        ]
        found = [section for section in sections if section is not None and section.hits]
        if asked.number:
            # Whoever types a number means the paper that bears it.
            found.sort(key=lambda section: section.name not in {"documents", "notices"})
    context = {
        "searched": typed,
        "asked": asked,
        "sections": found,
        "ledger": _ledger(asked) if request.actor.has(*WORKERS) else "",
    }
    return render(request, "web/search.html", context)


def _ledger(asked: Asked) -> str:
    return f"{reverse('web:ledger')}?{urlencode({'q': asked.text, 'standing': 'all'})}"


def _duties(request: WebRequest, asked: Asked) -> Section:
    query = ledger.Query(text=asked.text, standing="all")
    # What runs comes before what has ended, the nearest date first; databases differ in where they put what has none.
    found = ledger.found(visible_tasks(request.actor), query, today=request.today)
    order = (F("closed_at").asc(nulls_first=True), F("due").asc(nulls_last=True), "pk")
    rows = list(ledger.for_table(found).order_by(*order)[: MOST + 1])
    standings = standings_of(rows, today=request.today)

    def hit(task: Task) -> Hit:
        row = task.commitment
        beside = f"{task.lead} · {row.document.number} {row.clause.label}"
        text = [] if holds(task.title, asked.words) else snippet(row.quote, asked.words)
        return Hit(
            reverse("web:task", args=[task.pk]),
            _whole(task.title, asked),
            beside,
            text,
            mark(standings[task.pk]),
        )

    return Section("duties", _("Duties"), [hit(row) for row in rows[:MOST]], len(rows) > MOST, _ledger(asked))


def _lines(asked: Asked) -> Section:
    rows = documents.lines(asked, most=MOST_LINES + 1)
    hits = [
        Hit(
            f"{reverse('web:document', args=[row.document.slug])}#L{row.number}",
            snippet(row.text, asked.words),
            _("%(number)s %(short)s, line %(line)s")
            % {"number": row.document.number, "short": row.document.short, "line": row.number},
        )
        for row in rows[:MOST_LINES]
    ]
    return Section("clauses", _("Clauses"), hits, len(rows) > MOST_LINES)


def _documents(asked: Asked) -> Section:
    rows = list(documents.documents(asked)[: MOST + 1])
    hits = [
        Hit(
            reverse("web:document", args=[row.slug]),
            _whole(row.title, asked),
            row.issuer,
            snippet(row.number, asked.words),
        )
        for row in rows[:MOST]
    ]
    return Section("documents", _("Documents"), hits, len(rows) > MOST, reverse("web:documents"))


def _units(asked: Asked) -> Section:
    rows = list(org.units(asked).prefetch_related("aliases")[: MOST + 1])
    hits = []
    for row in rows[:MOST]:
        spelled = "、".join(alias.name for alias in row.aliases.all() if holds(alias.name, asked.words))
        text = snippet(spelled, asked.words) if spelled else []
        hits.append(Hit(reverse("web:unit", args=[row.slug]), _whole(row.name, asked), row.get_kind_display(), text))
    more = f"{reverse('web:units')}?{urlencode({'q': asked.text})}"
    return Section("units", _("Units"), hits, len(rows) > MOST, more)


def _people(request: WebRequest, asked: Asked) -> Section:
    rows = list(org.people(asked, on=request.today)[: MOST + 1])
    hits = [
        Hit(
            reverse("web:post", args=[row.post_id]),
            _whole(row.holder, asked),
            "",
            snippet(str(row.post), asked.words),
        )
        for row in rows[:MOST]
    ]
    return Section("people", _("Posts and people"), hits, len(rows) > MOST, reverse("web:units"))


def _notices(request: WebRequest, asked: Asked) -> Section:
    rows = list(notices.notices(asked, request.actor)[: MOST + 1])
    hits = [
        Hit(
            reverse("web:notice", args=[row.pk]),
            _whole(row.heading, asked),
            row.addressee,
            _whole(f"{row.series}{row.number}号", asked) if row.series and row.number else [],
            notice_mark(row, request.today),
        )
        for row in rows[:MOST]
    ]
    return Section("notices", _("Notices"), hits, len(rows) > MOST, reverse("web:notices"))


def _indicators(request: WebRequest, asked: Asked) -> Section:
    named = org.in_all(("name", "commitment__title"), asked.words)
    found = visible_indicators(request.actor).filter(named).select_related("commitment__document")
    rows: list[Indicator] = list(
        found.defer("commitment__document__gazette").order_by("commitment__line", "pk")[: MOST + 1]
    )
    hits = [
        Hit(
            reverse("web:indicator", args=[row.pk]),
            _whole(row.name, asked),
            row.commitment.document.short,
            [] if holds(row.name, asked.words) else snippet(row.commitment.title, asked.words),
        )
        for row in rows[:MOST]
    ]
    return Section("indicators", _("Indicators"), hits, len(rows) > MOST, reverse("web:indicators"))


def _whole(text: str, asked: Asked) -> list[Piece]:
    """Return a title uncut, with what was asked for told apart."""
    return snippet(text, asked.words, around=len(text))
