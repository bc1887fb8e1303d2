"""Turn the rows of a seed into the drafts that each app's register compares and applies.

Clauses and units are handed in where a draft names rows: as they are in the database when a plan is applied, and as
stand-ins of the same name when it is only shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal

from tracker.audit.actors import Role
from tracker.commitments.services.registering import CommitmentDraft, IndicatorDraft
from tracker.documents.models import Clause, Document
from tracker.documents.services import ClauseDraft, DocumentDraft, GazetteDraft, NotCommitmentDraft
from tracker.intake.names import Names
from tracker.intake.rows import CommitmentRow, GazetteRow, PostRow, Seed
from tracker.org.models import Position, Unit, UnitKind
from tracker.org.registering import (
    GroupDraft,
    OverrideDraft,
    PortfolioDraft,
    PostDraft,
    TenureDraft,
    UnitDraft,
)

# The posts by which somebody supervises units.
LEADING = {Position.COUNTY_HEAD, Position.DEPUTY_HEAD}

# What the holder of a printed post may do here to begin with.
ROLES = {
    Position.COUNTY_HEAD: Role.COUNTY_HEAD,
    Position.DEPUTY_HEAD: Role.LEADER,
    Position.UNIT_HEAD: Role.UNIT_HEAD,
}


def units(seed: Seed) -> list[UnitDraft]:
    """Return the units, and for each group whose members the text does not name the unit that stands for it."""
    listed = [
        UnitDraft(row.slug, row.name, row.kind, row.parent, row.aliases, row.lines, row.doubt) for row in seed.units
    ]
    standing_in = [
        UnitDraft(row.slug, row.name, UnitKind.COLLECTIVE, lines=(row.line,) if row.line else ())
        for row in seed.groups
        if row.is_open
    ]
    return listed + standing_in


def groups(seed: Seed, names: Names) -> list[GroupDraft]:
    """Return the groups with their members down to single units."""
    return [
        GroupDraft(
            name=row.name,
            aliases=row.aliases,
            members=() if row.is_open else names.members(row.name),
            is_open=row.is_open,
            line=row.line,
            basis=row.basis,
        )
        for row in seed.groups
    ]


def posts(seed: Seed, names: Names) -> list[PostDraft]:
    """Return each post once, however many held it."""
    found: dict[str, PostDraft] = {}
    for row in seed.posts:
        draft = _post(row, names)
        found.setdefault(draft.key, draft)
    return list(found.values())


def tenures(seed: Seed, names: Names) -> list[TenureDraft]:
    """Return who held which post; a post printed without a holder has none."""
    return [
        TenureDraft(
            post=_post(row, names).key,
            holder=row.holder,
            from_day=row.from_day,
            to_day=row.to_day,
            printed_post=row.printed_post,
            line=row.line,
            note=row.note,
            kind=row.tenure,
        )
        for row in seed.posts
        if row.holder
    ]


def portfolios(seed: Seed, names: Names) -> list[PortfolioDraft]:
    """Return the division of work, each leader as the post of county head or deputy head that he or she holds."""
    leaders = {row.holder: _post(row, names).key for row in seed.posts if row.position in LEADING}
    return [
        PortfolioDraft(leaders[row.leader], names.units[row.unit].slug, row.relation, line=row.line)
        for row in seed.portfolios
    ]


def overrides(seed: Seed) -> list[OverrideDraft]:
    """Return the county's corrections to the holiday table."""
    return [OverrideDraft(row.day, row.works, row.why) for row in seed.overrides]


def gazettes(seed: Seed) -> list[GazetteDraft]:
    """Return the issues of the gazette."""
    return [
        GazetteDraft(
            slug=row.slug,
            title=row.title,
            number=row.number,
            published_on=row.published_on,
            sha256=row.sha256,
            content=row.content,
            total_number=row.total_number,
            publisher=row.publisher,
        )
        for row in seed.gazettes
    ]


def documents(seed: Seed) -> list[DocumentDraft]:
    """Return the documents of every gazette."""
    return [
        DocumentDraft(
            gazette=gazette.slug,
            slug=row.slug,
            number=row.number,
            title=row.title,
            short=row.short,
            issuer=row.issuer,
            issued_on=row.issued_on,
            first_line=row.first_line,
            last_line=row.last_line,
            why_empty=row.why_empty,
            note=row.note,
            leading_group=row.leading_group,
            attachments=row.attachments,
        )
        for gazette in seed.gazettes
        for row in gazette.documents
    ]


def clauses(seed: Seed) -> list[ClauseDraft]:
    """Return the places that commitments stand at, each once."""
    found = {
        clause.key: clause
        for gazette in seed.gazettes
        for document in gazette.documents
        for row in document.commitments
        if (clause := _clause(gazette, document.slug, row))
    }
    return list(found.values())


def not_commitments(seed: Seed) -> list[NotCommitmentDraft]:
    """Return the time expressions judged not to be commitments, one draft for each expression."""
    return [
        NotCommitmentDraft(gazette.slug, row.line, phrase, row.reason)
        for gazette in seed.gazettes
        for row in gazette.not_commitments
        for phrase in row.phrases
    ]


def commitments(
    seed: Seed, names: Names, rows_of_clauses: Mapping[str, Clause], rows_of_units: Mapping[str, Unit]
) -> Iterator[tuple[str, list[CommitmentDraft]]]:
    """Yield (document slug, its commitments); clauses are looked up by their draft's key, units by name."""
    for gazette in seed.gazettes:
        for document in gazette.documents:
            drafts = []
            for row in document.commitments:
                clause = rows_of_clauses[_clause(gazette, document.slug, row).key]
                drafts.append(_commitment(row, names, clause, rows_of_units))
            yield document.slug, drafts


def clause_stand_ins(seed: Seed) -> dict[str, Clause]:
    """Return unsaved clauses by key, good for comparing only."""
    return {
        draft.key: Clause(document=Document(slug=draft.document), label=draft.label, line=draft.line)
        for draft in clauses(seed)
    }


def unit_stand_ins(seed: Seed) -> dict[str, Unit]:
    """Return unsaved units by name, good for comparing only."""
    return {draft.name: Unit(slug=draft.slug, name=draft.name, kind=draft.kind) for draft in units(seed)}


def _post(row: PostRow, names: Names) -> PostDraft:
    return PostDraft(
        unit=names.units[row.unit].slug,
        title=row.title,
        position=row.position,
        role=ROLES.get(Position(row.position), ""),
        seat=row.seat,
        line=row.line,
    )


def _clause(gazette: GazetteRow, document: str, row: CommitmentRow) -> ClauseDraft:
    return ClauseDraft(document, row.clause, row.line, gazette.words(row.line))


def _commitment(row: CommitmentRow, names: Names, clause: Clause, units: Mapping[str, Unit]) -> CommitmentDraft:
    lead = names.expand(row.lead)
    leading = {name for name, _ in lead}
    each = any(names.is_group(spelling) for spelling in row.lead) if row.each is None else row.each
    return CommitmentDraft(
        key=row.id,
        clause=clause,
        line=row.line,
        quote=row.quote,
        phrase=row.phrase,
        phrase_line=row.phrase_line,
        title=row.title,
        kind=row.kind,
        due=row.due,
        start=row.start,
        recurrence=row.recurrence,
        relative=asdict(row.relative) if row.relative else None,
        lead=tuple((units[name], printed) for name, printed in lead),
        # A group in support may hold the lead itself.
        support=tuple((units[name], printed) for name, printed in names.expand(row.support) if name not in leading),
        responsibility=row.responsibility,
        implied_from=row.implied_from,
        certainty=row.certainty,
        each=each,
        asks_report=row.asks_report,
        policy_key=row.policy,
        why_not=row.why_not,
        conflicts_with=row.conflicts_with,
        weight=row.weight,
        note=row.note,
        indicator=IndicatorDraft(
            row.indicator.name, row.indicator.op, Decimal(str(row.indicator.value)), row.indicator.unit
        )
        if row.indicator
        else None,
    )
