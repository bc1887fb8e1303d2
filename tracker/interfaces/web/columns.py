"""Name the columns a ledger can show, in their order: on the page, in a saved view, in the file taken out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tracker.interfaces.web.wording import Words


@dataclass(frozen=True, slots=True)
class Column:
    """Be one column: its key in addresses, its heading, the sorts its heading turns between, its width in a file.

    `kind` chooses how its cell is set: text, sub (small), day, num.
    """

    key: str
    label: Words
    sorts: tuple[str, ...] = ()
    width: float = 14
    kind: str = "text"


COLUMNS: tuple[Column, ...] = (
    Column("lead", _("lead unit"), ("unit", "-unit"), 20),
    Column("supports", _("supporting units"), (), 26, "sub"),
    Column("source", _("source"), ("document",), 28),
    Column("clause", _("words of the clause"), (), 44, "sub"),
    Column("start", _("begins"), (), 12, "day"),
    Column("due", _("due"), ("due", "-due"), 12, "day"),
    Column("standing", _("standing"), ("state",), 16),
    Column("percent", _("progress in percent"), ("-percent", "percent"), 8, "num"),
    Column("progress", _("how it stands"), (), 40, "sub"),
    Column("reported", _("last report"), ("-reported", "reported"), 12, "day"),
    Column("kind", _("kind"), (), 10),
    Column("certainty", _("certainty"), (), 8),
    Column("responsibility", _("responsibility"), (), 10),
    Column("changed", _("last change"), ("-changed",), 12, "day"),
    Column("ended", _("ended on"), ("-ended",), 12, "day"),
    Column("key", _("task number"), (), 8, "num"),
)
BY_KEY = {column.key: column for column in COLUMNS}
USUAL = ("lead", "source", "due", "standing", "percent")


def columns_of(keys: Iterable[str]) -> list[Column]:
    """Return the columns of these keys in the order of the ledger; what is not known is left out."""
    wanted = set(keys)
    return [column for column in COLUMNS if column.key in wanted]
