"""Show documents: their full text with every commitment in its place, and what they say happens to whoever is late."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from tracker.audit.actors import Role
from tracker.commitments.selectors import visible_tasks
from tracker.commitments.selectors.amending import amendments_by, amendments_of
from tracker.commitments.selectors.dashboard import numbers
from tracker.commitments.selectors.promises import Promise, promises_of
from tracker.documents import selectors
from tracker.documents.selectors import Highlight, Mark
from tracker.escalation import selectors as escalation
from tracker.interfaces.web import clauses
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.naming import names_in, notes_of
from tracker.interfaces.web.navigation import WORKERS


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
    seen = visible_tasks(request.actor)
    promises = promises_of(one, seen)
    asides = list(selectors.not_commitments(one))
    policies = escalation.policies_of(one.pk)
    lines = selectors.lines(one, [*_highlights(promises), *selectors.asides(asides)])
    marked = clauses.marked_lines(lines, promises, asides, policies)
    show = request.GET.get("show", "")
    context = {
        "document": one,
        "lines": clauses.shown(marked, show),
        "counts": clauses.counts(marked),
        "show": show,
        "promises": [promise for promise in promises if promise.commitment.withdrawn_at is None],
        "ended": sum(1 for promise in promises if promise.commitment.withdrawn_at is not None),
        "policies": policies,
        "names": {promise.commitment.key: promise.commitment.title for promise in promises}
        | {policy.key: policy.title for policy in policies}
        | names_in(*notes_of(policies)),
        "numbers": numbers(seen.filter(commitment__document=one), today=request.today),
        "amendments": amendments_of(one),
        "amends": amendments_by(one),
        "may_see_tasks": request.actor.has(*WORKERS),
        "may_amend": request.actor.has(Role.SUPERVISION) and one.repealed_on is None,
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
