"""Write gazettes, documents, the places of their clauses, and what was judged not to be a commitment.

Each class is one `Register`: drafts name other rows by slug and are resolved only when they are applied.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from tracker.audit.actors import Actor
from tracker.audit.registers import Register, Row, Values, Wanted
from tracker.audit.services import record
from tracker.documents.models import Clause, Document, Gazette, NotCommitment
from tracker.org.models import Unit


class Permanent(Register[Row, Wanted]):
    """Keep rows that are never withdrawn: what was published stays published."""

    def stands(self, row: Row) -> bool:
        return True

    def set_standing(self, row: Row, *, stands: bool, now: datetime) -> None:
        return


@dataclass(frozen=True, slots=True)
class GazetteDraft:
    """Be one issue of the gazette before it is registered, with its whole text."""

    slug: str
    title: str
    number: str
    published_on: date
    sha256: str
    content: str = field(repr=False)
    total_number: int | None = None
    publisher: str = ""

    @property
    def key(self) -> str:
        return self.slug

    @property
    def text(self) -> str:
        return self.title

    def values(self) -> Values:
        """Return the fields compared; the digest stands for the text."""
        return {
            "title": self.title,
            "number": self.number,
            "total_number": self.total_number,
            "published_on": self.published_on.isoformat(),
            "publisher": self.publisher,
            "sha256": self.sha256,
        }


class Gazettes(Permanent[Gazette, GazetteDraft]):
    """Keep the issues of the gazette; one that left the source stays, for its documents still bind."""

    noun = "gazette"

    def rows(self) -> dict[str, Gazette]:
        return {row.slug: row for row in Gazette.objects.all()}

    def values(self, row: Gazette) -> Values:
        return {
            "title": row.title,
            "number": row.number,
            "total_number": row.total_number,
            "published_on": row.published_on.isoformat(),
            "publisher": row.publisher,
            "sha256": row.sha256,
        }

    def build(self, draft: GazetteDraft) -> Gazette:
        return Gazette(slug=draft.slug)

    def fill(self, row: Gazette, draft: GazetteDraft) -> None:
        row.title, row.number, row.published_on = draft.title, draft.number, draft.published_on
        row.total_number, row.publisher = draft.total_number, draft.publisher
        row.sha256, row.text = draft.sha256, draft.content


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """Be one document before it is registered; `first_line` and `last_line` are inclusive lines of the gazette's text."""

    gazette: str
    slug: str
    number: str
    title: str
    short: str
    issuer: str
    issued_on: date
    first_line: int
    last_line: int
    why_empty: str = ""
    note: str = ""
    leading_group: str = ""
    attachments: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.slug

    @property
    def text(self) -> str:
        return f"{self.number} {self.title}"

    def values(self) -> Values:
        return {
            "number": self.number,
            "title": self.title,
            "short": self.short,
            "issuer": self.issuer,
            "issued_on": self.issued_on.isoformat(),
            "lines": [self.first_line, self.last_line],
            "why_empty": self.why_empty,
            "note": self.note,
            "leading_group": self.leading_group,
            "attachments": list(self.attachments),
        }


class Documents(Permanent[Document, DocumentDraft]):
    """Keep the documents; one that left the source stays on record, without commitments of its own."""

    noun = "document"

    def rows(self) -> dict[str, Document]:
        return {row.slug: row for row in Document.objects.select_related("leading_group")}

    def values(self, row: Document) -> Values:
        return {
            "number": row.number,
            "title": row.title,
            "short": row.short,
            "issuer": row.issuer,
            "issued_on": row.issued_on.isoformat(),
            "lines": [row.first_line, row.last_line],
            "why_empty": row.why_empty,
            "note": row.note,
            "leading_group": row.leading_group.name if row.leading_group else "",
            "attachments": row.attachments,
        }

    def build(self, draft: DocumentDraft) -> Document:
        return Document(slug=draft.slug, gazette=self._gazettes[draft.gazette])

    def fill(self, row: Document, draft: DocumentDraft) -> None:
        row.number, row.title, row.short, row.issuer = draft.number, draft.title, draft.short, draft.issuer
        row.issued_on, row.first_line, row.last_line = draft.issued_on, draft.first_line, draft.last_line
        row.why_empty, row.note, row.attachments = draft.why_empty, draft.note, list(draft.attachments)
        row.leading_group = Unit.objects.get(name=draft.leading_group) if draft.leading_group else None

    @cached_property
    def _gazettes(self) -> dict[str, Gazette]:
        return {row.slug: row for row in Gazette.objects.defer("text")}


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    """Be one place of a document before it is registered: its label, its line, the words of that line."""

    document: str
    label: str
    line: int
    words: str

    @property
    def key(self) -> str:
        return f"{self.document}|{self.label}|{self.line}"

    @property
    def text(self) -> str:
        return f"{self.document} {self.label}"

    def values(self) -> Values:
        return {"text": self.words}


class Clauses(Permanent[Clause, ClauseDraft]):
    """Keep the places that commitments and policies stand at; a place no commitment stands at any more stays a place."""

    noun = "clause"

    def rows(self) -> dict[str, Clause]:
        clauses = Clause.objects.select_related("document")
        return {f"{row.document.slug}|{row.label}|{row.line}": row for row in clauses}

    def values(self, row: Clause) -> Values:
        return {"text": row.text}

    def build(self, draft: ClauseDraft) -> Clause:
        return Clause(document=self._documents[draft.document], label=draft.label, line=draft.line)

    def fill(self, row: Clause, draft: ClauseDraft) -> None:
        row.text = draft.words

    @cached_property
    def _documents(self) -> dict[str, Document]:
        return {row.slug: row for row in Document.objects.select_related("leading_group")}


@dataclass(frozen=True, slots=True)
class NotCommitmentDraft:
    """Be a time expression judged not to be a commitment, before the judgement is registered."""

    gazette: str
    line: int
    phrase: str
    reason: str

    @property
    def key(self) -> str:
        return f"{self.gazette}|{self.line}|{self.phrase}"

    @property
    def text(self) -> str:
        return f"{self.line} {self.phrase}"

    def values(self) -> Values:
        return {"reason": self.reason}


class NotCommitments(Register[NotCommitment, NotCommitmentDraft]):
    """Keep the judgements that a time expression is no commitment."""

    noun = "not-commitment"

    def rows(self) -> dict[str, NotCommitment]:
        found = NotCommitment.objects.select_related("gazette").defer("gazette__text")
        return {f"{row.gazette.slug}|{row.line}|{row.phrase}": row for row in found}

    def values(self, row: NotCommitment) -> Values:
        return {"reason": row.reason}

    def build(self, draft: NotCommitmentDraft) -> NotCommitment:
        return NotCommitment(gazette_id=self._gazettes[draft.gazette], line=draft.line, phrase=draft.phrase)

    def fill(self, row: NotCommitment, draft: NotCommitmentDraft) -> None:
        row.reason = draft.reason

    @cached_property
    def _gazettes(self) -> dict[str, int]:
        return dict(Gazette.objects.values_list("slug", "pk"))


def lock_document(document: Document) -> Document:
    """Return the document as it stands, kept for this transaction from any other change of what of it is in force."""
    # Not its key: rows that only point at it are still written meanwhile.
    return Document.objects.select_for_update(no_key=True).get(pk=document.pk)


def end_document(*, document: Document, on: date, superseded_by: Document | None, by: Actor, now: datetime) -> Document:
    """Record from which day on a document is no longer in force, and what took its place if anything did.

    Runs inside the change that ends its duties (`commitments.services.amend`), which decides who may. Raises `ValueError`
    when it has ended already.
    """
    if document.repealed_on is not None:
        raise ValueError(f"{document} ended on {document.repealed_on}")
    document.repealed_on, document.superseded_by = on, superseded_by
    document.save(update_fields=["repealed_on", "superseded_by"])
    by_what = superseded_by.number if superseded_by else ""
    record(by=by, now=now, action="documents.ended", obj=document, on=on.isoformat(), superseded_by=by_what)
    return document


def reinstate_document(*, document: Document, reason: str, by: Actor, now: datetime) -> Document:
    """Record that a document is in force again because the change that ended it was a mistake.

    Runs inside the withdrawal of that change (`commitments.services.withdraw_amendment`), which decides who may.
    """
    document.repealed_on, document.superseded_by = None, None
    document.save(update_fields=["repealed_on", "superseded_by"])
    record(by=by, now=now, action="documents.reinstated", obj=document, reason=reason)
    return document
