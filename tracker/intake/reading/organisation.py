"""Read units.yaml, posts.yaml and workdays.yaml."""

from __future__ import annotations

from pathlib import Path

from tracker.intake.faults import Fault
from tracker.intake.nodes import Fields, read_file
from tracker.intake.rows import GroupRow, OverrideRow, PortfolioRow, PostRow, UnitRow
from tracker.org.models import Position, Tenure, UnitKind
from tracker.rules.workdays import ONE_DAY

# A unit of this kind stands for a group whose members the text does not name; it is made, never listed.
KINDS = [kind for kind in UnitKind.values if kind != UnitKind.COLLECTIVE]
RELATIONS = ("主持", "分管", "主管", "联系", "协助")
SEATED = {Position.GROUP_MEMBER, Position.GROUP_DEPUTY}


def read_units(root: Path, faults: list[Fault]) -> tuple[tuple[UnitRow, ...], tuple[GroupRow, ...]]:
    """Return the units and the groups of units.yaml."""
    top = read_file(root, "units.yaml", faults, "a list of units")
    if top is None:
        return (), ()
    units = tuple(_unit(row) for row in top.rows("units", "the unit", required=True))
    groups = tuple(_group(row) for row in top.rows("groups", "the group"))
    top.finish()
    return units, groups


def _unit(row: Fields) -> UnitRow:
    unit = UnitRow(
        place=row.place,
        name=row.text("name", required=True),
        slug=row.text("slug", required=True),
        kind=row.choice("kind", KINDS),
        parent=row.text("parent"),
        aliases=row.texts("aliases"),
        lines=row.wholes("lines"),
        doubt=row.text("doubt"),
    )
    row.finish()
    return unit


def _group(row: Fields) -> GroupRow:
    group = GroupRow(
        place=row.place,
        name=row.text("name", required=True),
        slug=row.text("slug"),
        aliases=row.texts("aliases"),
        members=row.texts("members"),
        is_open=bool(row.flag("open")),
        line=row.whole("line", least=1),
        basis=row.text("basis"),
    )
    row.finish()
    return group


def read_posts(root: Path, faults: list[Fault]) -> tuple[tuple[PostRow, ...], tuple[PortfolioRow, ...]]:
    """Return the holders of posts and the portfolios of posts.yaml."""
    top = read_file(root, "posts.yaml", faults, "a list of posts")
    if top is None:
        return (), ()
    posts = tuple(_post(row) for row in top.rows("posts", "the post", required=True))
    portfolios = tuple(_portfolio(row) for row in top.rows("portfolios", "the portfolio"))
    top.finish()
    return posts, portfolios


def _post(row: Fields) -> PostRow:
    first, out = row.day("from"), row.day("to")
    if first and out and out <= first:
        row.fault(
            "to", "“to” is not after “from”.", "“to” is the first day out of the post, “from” the first day in it."
        )
    position, printed = row.choice("role", Position.values), row.text("printed_post")
    post = PostRow(
        place=row.place,
        unit=row.text("unit", required=True),
        title=row.text("title", required=True),
        position=position,
        # Somebody sits on a leading group by a post, and leaves the seat with it.
        seat=row.text("seat") or (printed if position in SEATED else ""),
        holder=row.text("holder"),
        printed_post=printed,
        tenure=row.choice("tenure", Tenure.Kind.values, Tenure.Kind.HOLDER.value),
        line=row.whole("line", least=1),
        from_day=first,
        to_day=out - ONE_DAY if out else None,
        note=row.text("note"),
    )
    row.finish()
    return post


def _portfolio(row: Fields) -> PortfolioRow:
    portfolio = PortfolioRow(
        place=row.place,
        leader=row.text("leader", required=True),
        relation=row.choice("relation", RELATIONS),
        unit=row.text("unit", required=True),
        line=row.whole("line", least=1),
    )
    row.finish()
    return portfolio


def read_workdays(root: Path, faults: list[Fault]) -> tuple[OverrideRow, ...]:
    """Return the county's corrections of workdays.yaml."""
    top = read_file(root, "workdays.yaml", faults, "a list of days")
    if top is None:
        return ()
    found = []
    for row in top.rows("days", "the day"):
        day = row.day("day", required=True)
        works = bool(row.flag("works", None))
        if not row.has("works"):
            row.fault("works", "The day has no “works”.", "Write true for a working day, false for a rest day.")
        why = row.text("why", required=True)
        if day is not None:
            found.append(OverrideRow(row.place, day, works, why))
        row.finish()
    top.finish()
    return tuple(found)
