"""Write units, groups, posts, tenures, portfolios and calendar overrides as a source gives them.

Each class is one `Register`: drafts name other rows by what a person would (a unit by its name, a post by its key), and are
resolved only when they are applied, so that a plan can be made of units that do not exist yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import F, Q

from tracker.audit.registers import Register, Values, insert
from tracker.org.models import Portfolio, Post, Tenure, Unit, UnitAlias, UnitGroup, WorkdayOverride


@dataclass(frozen=True, slots=True)
class UnitDraft:
    """Be a unit before it is registered; `parent` is a unit's name, "" for none."""

    slug: str
    name: str
    kind: str
    parent: str = ""
    aliases: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    doubt: str = ""

    @property
    def key(self) -> str:
        return self.slug

    @property
    def text(self) -> str:
        return self.name

    def values(self) -> Values:
        return {
            "name": self.name,
            "kind": self.kind,
            "parent": self.parent,
            "aliases": sorted(self.aliases),
            "lines": list(self.lines),
            "doubt": self.doubt,
        }


class Units(Register[Unit, UnitDraft]):
    """Keep the units with their spellings; a withdrawn unit is one that is no longer active."""

    noun = "unit"

    def rows(self) -> dict[str, Unit]:
        return {unit.slug: unit for unit in Unit.objects.select_related("parent").prefetch_related("aliases")}

    def values(self, row: Unit) -> Values:
        return {
            "name": row.name,
            "kind": row.kind,
            "parent": row.parent.name if row.parent else "",
            "aliases": sorted(alias.name for alias in row.aliases.all() if not alias.by_hand),
            "lines": row.lines,
            "doubt": row.doubt,
        }

    def stands(self, row: Unit) -> bool:
        return row.active

    def set_standing(self, row: Unit, *, stands: bool, now: datetime) -> None:
        row.active = stands

    def build(self, draft: UnitDraft) -> Unit:
        return Unit(slug=draft.slug)

    def fill(self, row: Unit, draft: UnitDraft) -> None:
        row.name, row.kind, row.doubt = draft.name, draft.kind, draft.doubt
        row.lines = list(draft.lines)

    def write_related(self, pairs: Sequence[tuple[Unit, UnitDraft]], *, now: datetime) -> None:
        ids = dict(Unit.objects.values_list("name", "pk"))
        # A parent may have come in the same load, so it is set when all of them are there.
        moved = []
        for unit, draft in pairs:
            parent = ids[draft.parent] if draft.parent else None
            if unit.parent_id != parent:
                unit.parent_id = parent
                moved.append(unit)
        Unit.objects.bulk_update(moved, ["parent"], batch_size=200)
        # A spelling that the office had added before the text was loaded is the text's from now on.
        printed = [name for _, draft in pairs for name in draft.aliases]
        UnitAlias.objects.filter(Q(unit__in=[unit for unit, _ in pairs], by_hand=False) | Q(name__in=printed)).delete()
        insert([UnitAlias(unit=unit, name=name) for unit, draft in pairs for name in draft.aliases])


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """Be a group of units before it is registered; `members` are unit names, none where the text names none."""

    name: str
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    is_open: bool = False
    line: int | None = None
    basis: str = ""

    @property
    def key(self) -> str:
        return self.name

    @property
    def text(self) -> str:
        return self.name

    def values(self) -> Values:
        return {
            "aliases": sorted(self.aliases),
            "members": sorted(self.members),
            "is_open": self.is_open,
            "line": self.line,
            "basis": self.basis,
        }


class Groups(Register[UnitGroup, GroupDraft]):
    """Keep the groups of units with their members."""

    noun = "group"

    def rows(self) -> dict[str, UnitGroup]:
        return {group.name: group for group in UnitGroup.objects.prefetch_related("members")}

    def values(self, row: UnitGroup) -> Values:
        return {
            "aliases": sorted(row.aliases),
            "members": sorted(unit.name for unit in row.members.all()),
            "is_open": row.is_open,
            "line": row.line,
            "basis": row.basis,
        }

    def build(self, draft: GroupDraft) -> UnitGroup:
        return UnitGroup(name=draft.name)

    def fill(self, row: UnitGroup, draft: GroupDraft) -> None:
        row.aliases, row.is_open = list(draft.aliases), draft.is_open
        row.line, row.basis = draft.line, draft.basis

    def write_related(self, pairs: Sequence[tuple[UnitGroup, GroupDraft]], *, now: datetime) -> None:
        ids = dict(Unit.objects.values_list("name", "pk"))
        member = UnitGroup.members.through
        member._default_manager.filter(unitgroup__in=[group for group, _ in pairs]).delete()
        insert(
            [
                member(unitgroup_id=group.pk, unit_id=ids[name])
                for group, draft in pairs
                for name in dict.fromkeys(draft.members)
            ]
        )


@dataclass(frozen=True, slots=True)
class PostDraft:
    """Be a post before it is registered; `unit` is the unit's slug, `seat` tells posts of one title apart."""

    unit: str
    title: str
    position: str
    role: str = ""
    seat: str = ""
    line: int | None = None

    @property
    def key(self) -> str:
        return ":".join(part for part in (self.unit, self.title, self.seat) if part)

    @property
    def text(self) -> str:
        return self.key

    def values(self) -> Values:
        return {"position": self.position, "line": self.line}


class Posts(Register[Post, PostDraft]):
    """Keep the posts; who holds them is for `Tenures`."""

    noun = "post"

    def rows(self) -> dict[str, Post]:
        return {post.key: post for post in Post.objects.select_related("unit")}

    def values(self, row: Post) -> Values:
        return {"position": row.position, "line": row.line}

    def build(self, draft: PostDraft) -> Post:
        # What the holder may do here is the office's to change afterwards, so it is set once and never compared.
        unit = self._units[draft.unit]
        return Post(key=draft.key, unit=unit, title=draft.title, seat=draft.seat, role=draft.role)

    def fill(self, row: Post, draft: PostDraft) -> None:
        row.position, row.line = draft.position, draft.line

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {unit.slug: unit for unit in Unit.objects.all()}


@dataclass(frozen=True, slots=True)
class TenureDraft:
    """Be a tenure before it is registered; `post` is the post's key, both days are inclusive."""

    post: str
    holder: str
    from_day: date | None = None
    to_day: date | None = None
    printed_post: str = ""
    line: int | None = None
    note: str = ""
    kind: str = Tenure.Kind.HOLDER.value

    @property
    def key(self) -> str:
        return _key(self.post, self.holder, self.from_day)

    @property
    def text(self) -> str:
        return f"{self.holder} {self.post}"

    def values(self) -> Values:
        return {
            "to_day": _iso(self.to_day),
            "printed_post": self.printed_post,
            "line": self.line,
            "note": self.note,
            "kind": self.kind,
        }


class Tenures(Register[Tenure, TenureDraft]):
    """Keep who held which post from when until when."""

    noun = "tenure"

    def rows(self) -> dict[str, Tenure]:
        # Of a withdrawn entry and the one in its place, which may share a key, the latter counts.
        tenures = Tenure.objects.select_related("post__unit").order_by(F("withdrawn_at").desc(nulls_last=True), "pk")
        return {_key(tenure.post.key, tenure.holder, tenure.from_day): tenure for tenure in tenures}

    def values(self, row: Tenure) -> Values:
        return {
            "to_day": _iso(row.to_day),
            "printed_post": row.printed_post,
            "line": row.line,
            "note": row.note,
            "kind": row.kind,
        }

    def build(self, draft: TenureDraft) -> Tenure:
        return Tenure(post=self._posts[draft.post], holder=draft.holder, from_day=draft.from_day)

    def fill(self, row: Tenure, draft: TenureDraft) -> None:
        row.to_day, row.printed_post, row.line, row.note = draft.to_day, draft.printed_post, draft.line, draft.note
        row.kind = draft.kind

    @cached_property
    def _posts(self) -> dict[str, Post]:
        return {post.key: post for post in Post.objects.select_related("unit")}


@dataclass(frozen=True, slots=True)
class PortfolioDraft:
    """Be a portfolio before it is registered; `post` is a post's key, `unit` a unit's slug."""

    post: str
    unit: str
    relation: str
    from_day: date | None = None
    to_day: date | None = None
    line: int | None = None

    @property
    def key(self) -> str:
        return _key(self.post, self.unit, self.relation, self.from_day)

    @property
    def text(self) -> str:
        return f"{self.post} {self.relation} {self.unit}"

    def values(self) -> Values:
        return {"to_day": _iso(self.to_day), "line": self.line}


class Portfolios(Register[Portfolio, PortfolioDraft]):
    """Keep which leader's post supervises, runs or keeps contact with which unit."""

    noun = "portfolio"

    def rows(self) -> dict[str, Portfolio]:
        return {
            _key(row.post.key, row.unit.slug, row.relation, row.from_day): row
            for row in Portfolio.objects.select_related("post__unit", "unit").order_by(
                F("withdrawn_at").desc(nulls_last=True), "pk"
            )
        }

    def values(self, row: Portfolio) -> Values:
        return {"to_day": _iso(row.to_day), "line": row.line}

    def build(self, draft: PortfolioDraft) -> Portfolio:
        return Portfolio(
            post=self._posts[draft.post],
            unit=self._units[draft.unit],
            relation=draft.relation,
            from_day=draft.from_day,
        )

    def fill(self, row: Portfolio, draft: PortfolioDraft) -> None:
        row.to_day, row.line = draft.to_day, draft.line

    @cached_property
    def _posts(self) -> dict[str, Post]:
        return {post.key: post for post in Post.objects.select_related("unit")}

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {unit.slug: unit for unit in Unit.objects.all()}


@dataclass(frozen=True, slots=True)
class OverrideDraft:
    """Be one of the county's own corrections to the holiday table before it is registered."""

    day: date
    is_workday: bool
    reason: str

    @property
    def key(self) -> str:
        return self.day.isoformat()

    @property
    def text(self) -> str:
        return f"{self.day} {self.reason}"

    def values(self) -> Values:
        return {"is_workday": self.is_workday, "reason": self.reason}


class Overrides(Register[WorkdayOverride, OverrideDraft]):
    """Keep the county's corrections to the holiday table."""

    noun = "calendar override"

    def rows(self) -> dict[str, WorkdayOverride]:
        return {row.day.isoformat(): row for row in WorkdayOverride.objects.all()}

    def settled(self, row: WorkdayOverride) -> bool:
        return bool(row.source)

    def values(self, row: WorkdayOverride) -> Values:
        return {"is_workday": row.is_workday, "reason": row.reason}

    def build(self, draft: OverrideDraft) -> WorkdayOverride:
        return WorkdayOverride(day=draft.day)

    def fill(self, row: WorkdayOverride, draft: OverrideDraft) -> None:
        row.is_workday, row.reason = draft.is_workday, draft.reason


def _key(*parts: str | date | None) -> str:
    return "|".join("" if part is None else str(part) for part in parts)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
