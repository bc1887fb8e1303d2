"""Check that every text fits its column, so that a long one is a sentence here and not an error of the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Model

from tracker.commitments.models import Commitment, CommitmentUnit, Indicator
from tracker.documents.models import Clause, Document, Gazette, NotCommitment
from tracker.intake.faults import Fault, Place
from tracker.intake.rows import Seed
from tracker.org.models import Post, Tenure, Unit, UnitAlias, UnitGroup, WorkdayOverride

Entry = tuple[Place, type[Model], str, str]


def check(seed: Seed) -> Iterator[Fault]:
    """Yield every text that is longer than its column."""
    for place, model, column, text in (*_organisation(seed), *_documents(seed), *_commitments(seed)):
        most = getattr(model._meta.get_field(column), "max_length", None)
        if most is not None and len(text) > most:
            yield Fault(
                place,
                f"“{text[:20]}…” has {len(text)} characters; there is room for {most}.",
                "Shorten it, and keep the whole in the note.",
            )


def _organisation(seed: Seed) -> Iterable[Entry]:
    for unit in seed.units:
        yield unit.place, Unit, "name", unit.name
        yield unit.place, Unit, "slug", unit.slug
        for alias in unit.aliases:
            yield unit.place, UnitAlias, "name", alias
    for group in seed.groups:
        # An open group's name is its stand-in's as well.
        yield group.place, Unit if group.is_open else UnitGroup, "name", group.name
        yield group.place, Unit, "slug", group.slug
    for post in seed.posts:
        yield post.place, Post, "title", post.title
        yield post.place, Post, "seat", post.seat
        yield post.place, Tenure, "holder", post.holder
        yield post.place, Tenure, "printed_post", post.printed_post
    for day in seed.overrides:
        yield day.place, WorkdayOverride, "reason", day.why


def _documents(seed: Seed) -> Iterable[Entry]:
    for gazette in seed.gazettes:
        for column in ("slug", "title", "number", "publisher", "sha256"):
            yield gazette.place, Gazette, column, getattr(gazette, column)
        for document in gazette.documents:
            for column in ("slug", "number", "title", "short", "issuer"):
                yield document.place, Document, column, getattr(document, column)
        for judged in gazette.not_commitments:
            yield judged.place, NotCommitment, "reason", judged.reason
            for phrase in judged.phrases:
                yield judged.place, NotCommitment, "phrase", phrase


def _commitments(seed: Seed) -> Iterable[Entry]:
    for gazette in seed.gazettes:
        for document in gazette.documents:
            for row in document.commitments:
                yield row.place_of("id"), Commitment, "key", row.id
                yield row.place_of("clause"), Clause, "label", row.clause
                for column in ("title", "phrase", "recurrence"):
                    yield row.place_of(column), Commitment, column, getattr(row, column)
                for printed in (*row.lead, *row.support):
                    yield row.place_of("lead"), CommitmentUnit, "printed", printed
                if row.indicator:
                    yield row.place_of("indicator"), Indicator, "name", row.indicator.name
                    yield row.place_of("indicator"), Indicator, "unit", row.indicator.unit
