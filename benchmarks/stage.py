"""Hold what the measurements share: the counties, one of each size, the databases they are copied from, the table."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.management import call_command

from benchmarks import county, world
from benchmarks.county import County
from benchmarks.ground import Ground
from benchmarks.measuring import seconds
from benchmarks.table import Table, say, shown
from benchmarks.world import World

MOST_DUE = 2_000
EMPTY, WORLD, COPY = "empty", "world", "copy"


@dataclass(slots=True)
class Stage:
    """Be one run: where it measures, at which sizes, how thoroughly, and what it has found."""

    ground: Ground
    sizes: tuple[int, ...]
    thorough: bool
    table: Table = field(default_factory=Table)
    _world: World | None = None
    _counties: dict[int, County] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make the empty database that every other one is copied from."""
        self.ground.create(EMPTY)
        self.ground.use(EMPTY)
        say(f"tables made in {shown(seconds(lambda: call_command('migrate', verbosity=0)))}")

    def due(self, size: int) -> int:
        """Return how many tasks have something to take this morning.

        It is a fifth, at most `MOST_DUE`; and of the two largest counties the same, for that is the comparison.
        """
        before = self.sizes[-2] if size == self.sizes[-1] and len(self.sizes) > 1 else size
        return min(MOST_DUE, before // 5)

    def county(self, size: int) -> County:
        """Return the county of a size; it is built when first asked for, and left in use then."""
        if size not in self._counties:
            made = self._made_world()
            name = _name(size)
            self.ground.copy(WORLD, name)
            self.ground.use(name)

            def build() -> None:
                self._counties[size] = county.build(made, size, due=self.due(size))
                self.ground.settle()

            say(f"county of {size:,} open tasks built in {shown(seconds(build))}")
        return self._counties[size]

    def _made_world(self) -> World:
        if self._world is None:
            self.ground.copy(EMPTY, WORLD)
            self.ground.use(WORLD)
            self._world = world.make()
        return self._world

    def fresh(self, size: int) -> County:
        """Put a fresh copy of a county in use."""
        found = self.county(size)
        self.ground.copy(_name(size), COPY)
        self.ground.use(COPY)
        return found

    def fresh_empty(self) -> None:
        """Put a fresh copy of the empty database in use."""
        self.ground.copy(EMPTY, COPY)
        self.ground.use(COPY)

    def original(self, size: int) -> County:
        """Put the county itself in use, for measurements that only read."""
        found = self.county(size)
        self.ground.use(_name(size))
        return found


def _name(size: int) -> str:
    return f"county_{size}"
