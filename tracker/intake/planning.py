"""Say what loading a seed would change: rows added, changed (old and new value of each field), withdrawn, unchanged.

A plan only reads. It is made by the same comparison that applying it makes again, so that what was shown is what is done
unless somebody changed the data in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracker.audit.registers import Differences, Draft, Register
from tracker.commitments.models import Commitment
from tracker.commitments.services.registering import Commitments
from tracker.documents.services import Clauses, Documents, Gazettes, NotCommitments
from tracker.intake import drafts
from tracker.intake.faults import BadSeed, Fault
from tracker.intake.models import SeedLoad
from tracker.intake.names import Names
from tracker.intake.rows import GroupRow, Seed, UnitRow
from tracker.org.models import Unit
from tracker.org.registering import Groups, Overrides, Portfolios, Posts, Tenures, Units


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold a seed with what loading it would change, one entry for each noun."""

    seed: Seed
    differences: tuple[Differences, ...]

    @property
    def changes_anything(self) -> bool:
        """Tell whether applying the plan would change a row."""
        return any(one.changes for one in self.differences)


@dataclass(frozen=True, slots=True)
class Stage:
    """Pair a noun's register with its drafts, in the order in which they can be applied."""

    register: Register
    drafts: Sequence[Draft]


def stages(seed: Seed, names: Names) -> list[Stage]:
    """Return everything but the commitments, each noun after those it names."""
    return [
        Stage(Units(), drafts.units(seed)),
        Stage(Groups(), drafts.groups(seed, names)),
        Stage(Posts(), drafts.posts(seed, names)),
        Stage(Tenures(), drafts.tenures(seed, names)),
        Stage(Portfolios(), drafts.portfolios(seed, names)),
        Stage(Overrides(), drafts.overrides(seed)),
        Stage(Gazettes(), drafts.gazettes(seed)),
        Stage(Documents(), drafts.documents(seed)),
        Stage(Clauses(), drafts.clauses(seed)),
        Stage(NotCommitments(), drafts.not_commitments(seed)),
    ]


def plan_seed(seed: Seed) -> Plan:
    """Return what loading a checked seed would change.

    Raises `BadSeed` where a unit is known under another slug: slugs stand in addresses and calendars and stay for ever.
    """
    if faults := list(_moved_slugs(seed)):
        raise BadSeed(faults)
    names, held = Names(seed), Held.read(seed)
    found = [stage.register.compare(stage.drafts, held.of(stage.register.noun)) for stage in stages(seed, names)]
    clauses, units = drafts.clause_stand_ins(seed), drafts.unit_stand_ins(seed)
    wanted = [draft for _, rows in drafts.commitments(seed, names, clauses, units) for draft in rows]
    found.append(Commitments().compare(wanted, held.of(Commitments.noun)))
    return Plan(seed, tuple(found))


def _moved_slugs(seed: Seed) -> Iterator[Fault]:
    slugs = dict(Unit.objects.values_list("name", "slug"))
    rows: list[UnitRow | GroupRow] = [*seed.units, *(group for group in seed.groups if group.is_open)]
    for row in rows:
        known = slugs.get(row.name, row.slug)
        if known != row.slug:
            yield Fault(
                row.place,
                f"{row.name} is registered under the slug “{known}”, not “{row.slug}”.",
                f"A slug stays for ever: write “{known}”.",
            )


class Held:
    """Know which rows the last load held, so that a row that left the seed is told from one the office added.

    A gazette that is not in this seed at all is another's to load: what was held of it is neither withdrawn nor forgotten.
    """

    def __init__(self, keys: Mapping[str, Collection[str]], elsewhere: Mapping[str, Collection[str]]) -> None:
        self._keys, self._elsewhere = keys, elsewhere

    @classmethod
    def read(cls, seed: Seed) -> Held:
        """Read what the last load held."""
        load = SeedLoad.objects.order_by("-at", "-pk").first()
        keys: dict[str, list[str]] = load.keys if load else {}
        here = {gazette.slug for gazette in seed.gazettes}
        away = set(
            Commitment.objects.filter(key__in=keys.get(Commitments.noun, []))
            .exclude(document__gazette__slug__in=here)
            .values_list("key", flat=True)
        )
        elsewhere = {
            Commitments.noun: away,
            NotCommitments.noun: {key for key in keys.get(NotCommitments.noun, []) if key.split("|")[0] not in here},
        }
        return cls({noun: set(own) - elsewhere.get(noun, set()) for noun, own in keys.items()}, elsewhere)

    def of(self, noun: str) -> Collection[str]:
        """Return the keys of a noun that the last load held and this seed answers for."""
        return self._keys.get(noun, ())

    def with_drafts(self, drafts_of: Mapping[str, Sequence[Draft]]) -> dict[str, list[str]]:
        """Return the keys to remember after a load of these drafts."""
        return {
            noun: sorted({draft.key for draft in rows} | set(self._elsewhere.get(noun, ())))
            for noun, rows in drafts_of.items()
        }
