"""Keep a table's rows as a source says they should be, by key, so that what will change can be shown before it does.

A `Register` compares drafts with rows and applies the difference: missing rows are added, differing ones changed, rows that
left the source withdrawn; nothing is ever deleted. Planning and applying share one comparison, so what was shown is what is
done, and each change is audited with its old and new values. What a row's values are is said by the subclass of each app.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from django.db import models

from tracker.audit.actors import Actor
from tracker.audit.services import Act, record_many

Values = Mapping[str, Any]

# What stands between the words of a noun, which an action's name writes as one word.
_NO_WORD = re.compile(r"\W+")

# What an audit entry or a plan shows of a row that is withdrawn or stands again.
STANDS = "stands"


class Draft(Protocol):
    """Be a row as a source wants it, before it is one."""

    @property
    def key(self) -> str:
        """Return what identifies the row for ever."""

    @property
    def text(self) -> str:
        """Return how a person names it."""

    def values(self) -> Values:
        """Return the fields compared, JSON-able and as a person reads them: names, not ids."""


class Verb(StrEnum):
    """Name what happens to a row."""

    ADDED = "added"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """Hold one field's old and new value."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Change:
    """Say what happens to one row; `fields` hold what differs, empty for an added row."""

    noun: str
    key: str
    text: str
    verb: Verb
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """Hold what applying the drafts of one noun changes, and how many rows stay as they are."""

    noun: str
    changes: tuple[Change, ...]
    unchanged: int

    def count(self, verb: Verb) -> int:
        """Return how many rows the verb happens to."""
        return sum(change.verb is verb for change in self.changes)


Row = TypeVar("Row", bound=models.Model)
Wanted = TypeVar("Wanted", bound=Draft)


class Register(Generic[Row, Wanted]):
    """Compare and apply the drafts of one noun; a subclass names the noun and knows its table.

    `held` names the keys that the source is known to have held before: of the rows it does not name now only those are
    withdrawn, for a row added by hand never was the source's.
    """

    noun: str

    def rows(self) -> dict[str, Row]:
        """Return every row by key, the withdrawn ones included."""
        raise NotImplementedError

    def values(self, row: Row) -> Values:
        """Return a row's fields in the shape of its draft's `values`."""
        raise NotImplementedError

    def stands(self, row: Row) -> bool:
        """Tell whether the row is in force."""
        return row.withdrawn_at is None  # type: ignore[attr-defined]

    def set_standing(self, row: Row, *, stands: bool, now: datetime) -> None:
        """Withdraw the row, or let it stand again."""
        row.withdrawn_at = None if stands else now  # type: ignore[attr-defined]

    def settled(self, row: Row) -> bool:
        """Tell whether people have decided on this row since: the source then says nothing about it any more."""
        return getattr(row, "by_hand", False)

    def build(self, draft: Wanted) -> Row:
        """Return a new row, its key set and nothing saved."""
        raise NotImplementedError

    def fill(self, row: Row, draft: Wanted) -> None:
        """Set the row's own columns from the draft."""
        raise NotImplementedError

    def write_related(self, pairs: Sequence[tuple[Row, Wanted]], *, now: datetime) -> None:
        """Write what hangs on these saved rows (aliases, members)."""

    def compare(self, drafts: Sequence[Wanted], held: Collection[str] = ()) -> Differences:
        """Return what applying these drafts would change."""
        return self._differences(drafts, self.rows(), held)

    def apply(self, drafts: Sequence[Wanted], held: Collection[str] = (), *, by: Actor, now: datetime) -> Differences:
        """Make the rows be what the drafts say and record each change; must run inside a transaction."""
        rows = self.rows()
        differences = self._differences(drafts, rows, held)
        wanted = {draft.key: draft for draft in drafts}
        added: list[Row] = []
        changed: list[Row] = []
        pairs: list[tuple[Row, Wanted]] = []
        touched: list[tuple[Change, Row]] = []
        for change in differences.changes:
            if change.verb is Verb.ADDED:
                row = self.build(wanted[change.key])
                added.append(row)
            else:
                row = rows[change.key]
                self.set_standing(row, stands=change.verb is Verb.CHANGED, now=now)
                changed.append(row)
            if change.verb is not Verb.WITHDRAWN:
                self.fill(row, wanted[change.key])
                pairs.append((row, wanted[change.key]))
            touched.append((change, row))
        insert(added)
        update(changed)
        self.write_related(pairs, now=now)
        record_many(by=by, now=now, acts=[self._act(change, row) for change, row in touched])
        return differences

    def _differences(self, drafts: Sequence[Wanted], rows: Mapping[str, Row], held: Collection[str]) -> Differences:
        changes: list[Change] = []
        unchanged = 0
        for draft in drafts:
            row = rows.get(draft.key)
            if row is None:
                changes.append(Change(self.noun, draft.key, draft.text, Verb.ADDED))
                continue
            if self.settled(row):
                unchanged += 1
                continue
            fields = differing(self.values(row), draft.values())
            if not self.stands(row):
                fields = (FieldChange(STANDS, False, True), *fields)
            if fields:
                changes.append(Change(self.noun, draft.key, draft.text, Verb.CHANGED, fields))
            else:
                unchanged += 1
        wanted = {draft.key for draft in drafts}
        for key, row in rows.items():
            if key in held and key not in wanted and self.stands(row) and not self.settled(row):
                gone = (FieldChange(STANDS, True, False),)
                changes.append(Change(self.noun, key, str(row), Verb.WITHDRAWN, gone))
        return Differences(self.noun, tuple(changes), unchanged)

    def _act(self, change: Change, row: Row) -> Act:
        detail = {one.name: {"old": one.old, "new": one.new} for one in change.fields}
        return Act(
            action=f"{row._meta.app_label}.{_NO_WORD.sub('_', self.noun)}_{change.verb}",
            object_type=row._meta.label_lower,
            object_id=str(row.pk),
            object_text=str(row)[:400],
            detail={"key": change.key} | detail,
        )


def differing(old: Values, new: Values) -> tuple[FieldChange, ...]:
    """Return the fields of `new` whose value is another in `old`."""
    return tuple(FieldChange(name, old[name], value) for name, value in new.items() if old[name] != value)


def insert(rows: Sequence[models.Model]) -> None:
    """Insert many rows of one model."""
    if rows:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=500)


def update(rows: Sequence[models.Model]) -> None:
    """Save every column of many rows of one model."""
    if rows:
        model = type(rows[0])
        columns = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model._default_manager.bulk_update(rows, columns, batch_size=100)
