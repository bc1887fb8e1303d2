"""Say what is wrong with a seed: in which file, on which line, what it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Name a line of a file of the seed; `file` is relative to the seed's directory, `line` counts from 1, 0 is the file."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Hold one thing that is wrong and what to do about it, each a sentence."""

    place: Place
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what} {self.remedy}".rstrip()


class BadSeed(Exception):
    """Say that a seed cannot be loaded; `faults` hold every reason found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
