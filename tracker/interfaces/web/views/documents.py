"""Show documents: their full text with every commitment in its place, and what they say happens to whoever is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from tracker.commitments.selectors import visible_tasks
from tracker.commitments.selectors.promises import Promise, promises_of
from tracker.documents import selectors
from tracker.documents.models import NotCommitment
from tracker.documents.selectors import Highlight, Line, Mark
from tracker.escalation import selectors as escalation
from tracker.interfaces.web.http import WebRequest, page


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """Be one line with what stands in its margin: the promises that begin on it, and what was judged to be none."""

    line: Line
    promises: Sequence[Promise]
    asides: Sequence[NotCommitment]


@page()
def documents(request: WebRequest) -> HttpResponse:
    """List the documents with how many promises each holds."""
    found = selectors.documents().annotate(
        promises=Count("commitments", filter=Q(commitments__withdrawn_at__isnull=True), distinct=True)
    )
    counts = dict(
        visible_tasks(request.actor).order_by().values_list("commitment__document").annotate(number=Count("pk"))
    )
    return render(
        request, "web/documents.html", {"documents": [(document, counts.get(document.pk, 0)) for document in found]}
    )


@page()
def document(request: WebRequest, slug: str) -> HttpResponse:
    """Show one document; the tasks in its margin are those the reader may see."""
    one = get_object_or_404(selectors.with_text(), slug=slug)
    promises = promises_of(one, visible_tasks(request.actor))
    asides = list(selectors.not_commitments(one))
    lines = selectors.lines(one, [*_highlights(promises), *selectors.asides(asides)])
    context = {
        "document": one,
        "lines": _margins(lines, promises, asides),
        "promises": promises,
        "asides_count": len(asides),
        "policies": escalation.policies_of(one.pk),
    }
    return render(request, "web/document.html", context)


def _highlights(promises: Iterable[Promise]) -> list[Highlight]:
    found = []
    for promise in promises:
        row = promise.commitment
        found.append(Highlight(row.line, row.quote, Mark.QUOTE, promise))
        if row.phrase:
            found.append(Highlight(row.phrase_line or row.line, row.phrase, Mark.PHRASE, promise))
    return found


def _margins(lines: Sequence[Line], promises: Iterable[Promise], asides: Iterable[NotCommitment]) -> list[MarkedLine]:
    promised: dict[int, list[Promise]] = defaultdict(list)
    for promise in promises:
        promised[promise.commitment.line].append(promise)
    put_aside: dict[int, list[NotCommitment]] = defaultdict(list)
    for aside in asides:
        put_aside[aside.line].append(aside)
    return [MarkedLine(line, promised[line.number], put_aside[line.number]) for line in lines]
