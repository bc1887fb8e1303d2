"""Resolve what a seed calls bodies: spellings to canonical names, groups to their members.

Which names are wrong is decided by `checking`; here an unknown name simply resolves to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracker.intake.rows import GroupRow, Seed, UnitRow


class Names:
    """Know every unit and group of a seed by each of its spellings."""

    def __init__(self, seed: Seed) -> None:
        self.units: dict[str, UnitRow] = {unit.name: unit for unit in seed.units}
        self.groups: dict[str, GroupRow] = {group.name: group for group in seed.groups}
        self._spellings: dict[str, str] = {}
        rows: list[UnitRow | GroupRow] = [*seed.units, *seed.groups]
        for row in rows:
            for spelling in (row.name, *row.aliases):
                self._spellings.setdefault(spelling, row.name)

    def canonical(self, spelling: str) -> str | None:
        """Return the canonical name of a unit or group, None for a spelling nobody listed."""
        return self._spellings.get(spelling)

    def is_group(self, spelling: str) -> bool:
        """Tell whether the spelling names a group."""
        return self.canonical(spelling) in self.groups

    def members(self, spelling: str) -> tuple[str, ...]:
        """Return the unit names a spelling stands for, each once: itself, a group's members, or an open group's own name.

        A group of groups is followed down; one that holds itself ends there.
        """
        return tuple(dict.fromkeys(self._down(spelling, frozenset())))

    def expand(self, spellings: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return (unit name, as printed) for a list of spellings in order, each unit once."""
        found: dict[str, str] = {}
        for spelling in spellings:
            for name in self.members(spelling):
                found.setdefault(name, spelling)
        return tuple(found.items())

    def _down(self, spelling: str, above: frozenset[str]) -> Iterable[str]:
        name = self.canonical(spelling)
        if name in self.units:
            yield name
        elif name in self.groups and name not in above:
            group = self.groups[name]
            if group.is_open:
                yield name
            for member in group.members:
                yield from self._down(member, above | {name})
