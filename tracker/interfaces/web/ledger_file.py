"""Say what the file of a ledger holds: the county's columns and the chosen further ones, as one person sees the tasks.

The same file is written while its asker waits and by the job that makes what takes longer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted
from tracker.commitments.models import Export
from tracker.commitments.selectors import lines
from tracker.commitments.selectors.standing import standings_of
from tracker.commitments.services.making import Written
from tracker.interfaces.sheets import writing
from tracker.interfaces.web.columns import Column
from tracker.interfaces.web.county_columns import COUNTY
from tracker.interfaces.web.navigation import WORKERS
from tracker.interfaces.web.templatetags.tracker_web import day
from tracker.interfaces.web.views.ledger import Asked
from tracker.interfaces.web.wording import mark
from tracker.rules.civil import civil_day

Told = Callable[[int], None]
_OF_THE_COUNTY = {column.key for column in COUNTY}


@dataclass(frozen=True, slots=True)
class Reader:
    """Be the person a file is written for, and the civil day it says how things stand on."""

    actor: Actor
    today: date


def write_export(
    export: Export, *, by: Actor, now: datetime, to: IO[bytes], told: Callable[[int, int], None]
) -> Written:
    """Write a ledger that was asked for as its asker would see it now; raises `NotPermitted` where they see none now."""
    if not by.has(*WORKERS):
        raise NotPermitted(_("You hold no post today that sees the ledger. Ask the supervision office, then ask anew."))
    asked = Asked(Reader(by, civil_day(now)), QueryDict(export.query))
    total = asked.found.count()
    told(0, total)
    rows = write(asked, by, to, told=lambda done: told(done, max(done, total)))
    return Written(rows, name_of(asked))


def write(asked: Asked, by: Actor, to: IO[bytes], *, told: Told | None = None) -> int:
    """Write the tasks an address asks for, in its order, and return how many; `told` hears how many are written so far."""
    extra = further(asked)
    columns = [writing.SheetColumn(str(one.heading), one.width, one.centred, one.hidden) for one in COUNTY]
    columns += [
        writing.SheetColumn(str(one.label).capitalize(), one.width, one.kind in {"day", "num"}) for one in extra
    ]
    note = _("As of %(day)s. %(filters)s") % {"day": day(asked.today), "filters": said(asked)}
    sheet = writing.Sheet(_("Ledger"), _title(), columns, _rows(asked, extra, by, told), note)
    return writing.write(sheet, to)


def further(asked: Asked) -> list[Column]:
    """Return the columns that stand behind the county's own."""
    return [column for column in asked.display.columns if column.key not in _OF_THE_COUNTY]


def name_of(asked: Asked) -> str:
    """Return the name the file is saved under."""
    return f"{_title()}{asked.today:%Y%m%d}.xlsx"


def said(asked: Asked) -> str:
    """Say the filter in words."""
    chosen = asked.form.chosen()
    return "；".join(f"{label}：{value}" for _name, label, value in chosen) if chosen else _("Open duties.")


def _title() -> str:
    return _("Ledger of %(county)s") % {"county": settings.TRACKER_COUNTY}


def _rows(asked: Asked, extra: list[Column], by: Actor, told: Told | None) -> Iterator[list[Any]]:
    keys = [column.key for column in COUNTY[1:]]
    more = [column.key for column in extra]
    chunks = lines.chunks(asked.found, sort=asked.display.order, groups=asked.groups, unit_ids=by.unit_ids)
    place = 0
    for chunk in chunks:
        # Where tasks stand is asked for by the chunk, and only where the column is wanted.
        standings = standings_of([line.task for line in chunk], today=asked.today) if "standing" in more else {}
        for line in chunk:
            place += 1
            cells = dict(line.cells)
            if standings:
                cells["standing"] = str(mark(standings[line.task.pk]).words)
            yield [place, *(cells[key] for key in keys), *(cells[key] for key in more)]
        if told is not None:
            told(place)
