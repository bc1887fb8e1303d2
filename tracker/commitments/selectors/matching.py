"""Find the task that a line of somebody's ledger speaks of: by its number, else by its document and its words."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches
from typing import NamedTuple

from tracker.audit.actors import Actor
from tracker.commitments.selectors.visible import visible_tasks
from tracker.org.models import Unit, UnitAlias

# How alike two titles must be to be offered as “do you mean”, and how many are offered.
ALIKE = 0.6
OFFERED = 5
# Titles are compared with at most so many others; with more, only those of the same document.
MOST_COMPARED = 5000


class Known(NamedTuple):
    """Hold of a task what it is found by."""

    pk: int
    title: str
    period: str
    lead: str
    short: str
    number: str
    long: str


@dataclass(frozen=True, slots=True)
class Match:
    """Hold the task found, or those that may be meant, the likeliest first; neither where there is none."""

    task: int | None = None
    candidates: Sequence[int] = ()


@dataclass(slots=True)
class Matcher:
    """Find tasks among those a person may see; what they are found by is read once."""

    known: list[Known]
    _by_title: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    _titles: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.known:
            self._titles[one.pk] = plain(one.title)
            self._by_title[plain(one.title)].append(one)
            if one.period:
                self._by_title[plain(f"{one.title}{one.period}")].append(one)

    def find(self, *, title: str, source: str, lead: str) -> Match:
        """Return the one task these words name exactly, else those that are alike."""
        exact = self._narrowed(self._by_title.get(plain(title), []), source, lead)
        if len(exact) == 1:
            return Match(exact[0].pk)
        if exact:
            return Match(candidates=[one.pk for one in exact[:OFFERED]])
        return Match(candidates=self._alike(title, source, lead))

    def _narrowed(self, found: list[Known], source: str, lead: str) -> list[Known]:
        of_source = [one for one in found if _same_source(one, source)] if source else found
        of_lead = [one for one in of_source if plain(one.lead) == plain(lead)] if lead else of_source
        return of_lead or of_source

    def _alike(self, title: str, source: str, lead: str) -> list[int]:
        pool = [one for one in self.known if source and _same_source(one, source)]
        pool = pool or (self.known if len(self.known) <= MOST_COMPARED else [])
        wanted = plain(title)
        matcher = SequenceMatcher(b=wanted, autojunk=False)
        scored = []
        for one in pool:
            matcher.set_seq1(self._titles[one.pk])
            if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
                continue
            score = matcher.ratio()
            if score >= ALIKE:
                scored.append((-score, plain(one.lead) != plain(lead), one.pk))
        return [pk for *_, pk in sorted(scored)[:OFFERED]]


def matcher_for(by: Actor) -> Matcher:
    """Return a matcher over the tasks the actor may see, in one query of a few narrow columns."""
    rows = visible_tasks(by).values_list(
        "pk",
        "title",
        "period",
        "lead__name",
        "commitment__document__short",
        "commitment__document__number",
        "commitment__document__title",
    )
    return Matcher([Known(*row) for row in rows])


@dataclass(slots=True)
class UnitNames:
    """Know units by all their spellings."""

    by_name: dict[str, str]

    def resolve(self, spelling: str) -> str | None:
        """Return the canonical name, None for a unit nobody knows."""
        return self.by_name.get(plain(spelling))

    def near(self, spelling: str) -> list[str]:
        """Return up to three units whose name or another spelling is near to this one."""
        close = get_close_matches(plain(spelling), self.by_name, n=6, cutoff=0.5)
        return list(dict.fromkeys(self.by_name[name] for name in close))[:3]


def unit_names() -> UnitNames:
    """Return every spelling of every unit, in two queries."""
    names = {plain(alias): unit for alias, unit in UnitAlias.objects.values_list("name", "unit__name")}
    return UnitNames(names | {plain(name): name for name in Unit.objects.values_list("name", flat=True)})


def plain(text: str) -> str:
    """Return a text without blanks and punctuation, full and half width alike, small letters: for comparing alone."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(one for one in folded if one.isalnum())


def _same_source(one: Known, source: str) -> bool:
    said = plain(source)
    return any(name and (plain(name) in said or said in plain(name)) for name in _names(one))


def _names(one: Known) -> Iterable[str]:
    return (one.number, one.short, one.long)
