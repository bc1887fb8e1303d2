"""Check units, groups, posts, portfolios and the county's days: every name is one body, every reference resolves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from tracker.intake.drafts import LEADING
from tracker.intake.faults import Fault
from tracker.intake.names import Names
from tracker.intake.rows import GroupRow, OverrideRow, PortfolioRow, PostRow, Seed, UnitRow

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def check(seed: Seed, names: Names) -> Iterator[Fault]:
    """Yield what is wrong with the seed's organisation."""
    yield from _spellings(seed)
    yield from _slugs(seed)
    for unit in seed.units:
        if unit.parent and unit.parent not in names.units:
            yield Fault(
                unit.place, f"The parent “{unit.parent}” of {unit.name} is no unit.", "Name a unit, or write ''."
            )
    for group in seed.groups:
        yield from _group(group, names)
    yield from _posts(seed, names)
    yield from _portfolios(seed, names)
    days: dict[date, OverrideRow] = {}
    for one in seed.overrides:
        first = days.setdefault(one.day, one)
        if first is not one:
            yield Fault(one.place, f"{one.day} stands twice (first at {first.place}).", "Keep one of them.")


def _spellings(seed: Seed) -> Iterator[Fault]:
    meant: dict[str, UnitRow | GroupRow] = {}
    rows: list[UnitRow | GroupRow] = [*seed.units, *seed.groups]
    for row in rows:
        for spelling in (row.name, *row.aliases):
            other = meant.setdefault(spelling, row)
            if other is not row:
                yield Fault(
                    row.place,
                    f"“{spelling}” of {row.name} already means {other.name} ({other.place}).",
                    "One spelling means one body: merge the two, or drop the alias.",
                )
        if len(set(row.aliases)) != len(row.aliases) or row.name in row.aliases:
            yield Fault(row.place, f"{row.name} lists a spelling twice.", "Name each once, and not its own name.")


def _slugs(seed: Seed) -> Iterator[Fault]:
    used: dict[str, UnitRow | GroupRow] = {}
    rows: list[UnitRow | GroupRow] = [*seed.units, *(group for group in seed.groups if group.slug)]
    for row in rows:
        if not SLUG.fullmatch(row.slug):
            yield Fault(
                row.place, f"The slug “{row.slug}” is not usable.", "Use a-z, 0-9 and hyphens; it stays for ever."
            )
        other = used.setdefault(row.slug, row)
        if other is not row:
            yield Fault(row.place, f"{row.name} has the slug of {other.name} ({other.place}).", "Give it its own.")


def _group(group: GroupRow, names: Names) -> Iterator[Fault]:
    for member in group.members:
        if member not in names.units and member not in names.groups:
            known = names.canonical(member)
            remedy = f"Write {known}." if known else "Add it to the units, or correct the name."
            yield Fault(group.place, f"“{member}” of {group.name} is no unit.", remedy)
    if group.is_open and group.members:
        yield Fault(group.place, f"{group.name} is open and has members.", "Drop “open”, or the members.")
    if not group.is_open and not group.members:
        yield Fault(group.place, f"{group.name} has no members.", "Name them, or write “open: true”.")
    if group.is_open and not group.slug:
        yield Fault(
            group.place,
            f"{group.name} is open and has no “slug”.",
            "Give it one: a unit stands for it until the office names its members.",
        )
    if group.line is None:
        yield Fault(group.place, f"{group.name} does not say which line names it.", "Add “line”.")


def _posts(seed: Seed, names: Names) -> Iterator[Fault]:
    tenures: dict[tuple[object, ...], PostRow] = {}
    for post in seed.posts:
        if post.unit not in names.units:
            known = names.canonical(post.unit)
            remedy = f"Write {known}." if known else "Add it to units.yaml, or correct the name."
            yield Fault(post.place, f"The unit “{post.unit}” of the post {post.title} is unknown.", remedy)
        if not post.holder and not post.printed_post:
            yield Fault(post.place, f"The post {post.title} names neither holder nor post.", "Add “holder”.")
        key = (post.unit, post.title, post.seat, post.holder, post.from_day)
        first = tenures.setdefault(key, post)
        if first is not post:
            yield Fault(
                post.place,
                f"{post.holder or post.printed_post} stands twice as {post.unit} {post.title} (first at {first.place}).",
                "Keep one, or tell the two apart with “seat”.",
            )


def _portfolios(seed: Seed, names: Names) -> Iterator[Fault]:
    leaders = {post.holder for post in seed.posts if post.position in LEADING}
    seen: dict[tuple[str, str, str], PortfolioRow] = {}
    for one in seed.portfolios:
        if one.leader not in leaders:
            yield Fault(
                one.place, f"“{one.leader}” holds no post of a county leader.", "Add the post, or correct the name."
            )
        if one.unit not in names.units:
            known = names.canonical(one.unit)
            remedy = f"Write {known}." if known else "Add it to units.yaml, or correct the name."
            yield Fault(one.place, f"The unit “{one.unit}” is unknown.", remedy)
        first = seen.setdefault((one.leader, one.relation, one.unit), one)
        if first is not one:
            yield Fault(one.place, f"{one.leader} {one.relation} {one.unit} stands twice ({first.place}).", "Keep one.")
