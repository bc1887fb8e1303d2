"""Read the proposals of duties, and hold what a row without a task is held against: documents, earlier proposals, units."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from tracker.audit.actors import Actor, Role
from tracker.commitments.models import Proposal
from tracker.commitments.selectors.matching import plain
from tracker.documents.models import Document
from tracker.org.models import Unit


def proposals(actor: Actor) -> QuerySet[Proposal]:
    """Return the proposals the actor may see: all of them for the office and the auditor, else the own ones."""
    rows = Proposal.objects.select_related("document", "commitment__document").defer("row")
    if actor.has(Role.SUPERVISION, Role.AUDITOR):
        return rows
    return rows.filter(Q(proposed_by_id=actor.user_id)) if actor.user_id else rows.none()


def to_decide() -> int:
    """Return how many proposals wait for the office."""
    return Proposal.objects.filter(state=Proposal.State.PROPOSED).count()


@dataclass(frozen=True, slots=True)
class Known:
    """Hold the documents in force, what was proposed so far, and the names of units by key."""

    documents: Sequence[Document]
    proposed: Sequence[Proposal]
    units: dict[int, str]

    def document(self, said: str) -> Document | None:
        """Return the one document these words name: by its number first, then by its title; None for none or several."""
        words = plain(said)
        for name in ("number", "title", "short"):
            found = [one for one in self.documents if (known := plain(getattr(one, name))) and known in words]
            if not found and name == "title":
                found = [one for one in self.documents if len(words) > 4 and words in plain(one.title)]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def earlier(self, title: str, lead: str, document: Document | None) -> Proposal | None:
        """Return the newest proposal of the same duty of the same unit and document, None where there is none."""
        for one in self.proposed:
            same_document = one.document_id == (document.pk if document else None)
            if same_document and (plain(one.title), plain(one.said.get("lead", ""))) == (plain(title), plain(lead)):
                return one
        return None

    def unit_names(self, keys: Collection[int]) -> set[str]:
        """Return the names of units."""
        return {self.units[key] for key in keys if key in self.units}


def known() -> Known:
    """Read what rows without a task are held against, in three queries."""
    return Known(
        list(Document.objects.filter(repealed_on=None).select_related("gazette").defer("gazette__text")),
        list(Proposal.objects.select_related("commitment").order_by("-proposed_at", "-pk")),
        dict(Unit.objects.values_list("pk", "name")),
    )
