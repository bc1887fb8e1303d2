"""Say what is printed of a notice, part by part, before anything is placed on a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.conf import settings

from tracker.notices.drafting.forms import FORMS, Layout
from tracker.notices.drafting.marks import TABLE, filled, reply_date
from tracker.notices.drafting.words import say
from tracker.notices.life import State
from tracker.notices.models import Kind, Notice
from tracker.notices.selectors import letterhead
from tracker.org import selectors as org
from tracker.rules.civil import civil_day
from tracker.rules.standing import Place

DRAFT = "草稿　未签发"
TO_ISSUE = "已签发　待印发"
WITHDRAWN = "已撤回"

_HEADING = re.compile(r"^[一二三四五六七八九十]+、[^。；]*$")
_SUBHEADING = re.compile(r"^（[一二三四五六七八九十]+）[^。；]{1,40}$")
_COLUMNS = ("序号", "责任单位", "事项", "依据文件", "完成时限", "逾期")


class Level(StrEnum):
    """Name what a paragraph is: 7.3.3 gives 黑体 to the first level of headings and 楷体 to the second."""

    HEADING = "heading"
    SUBHEADING = "subheading"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Be one paragraph of the text."""

    text: str
    level: Level = Level.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """Be the list of tasks in a bulletin; the first row names the columns."""

    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Paper:
    """Hold every element of a notice in the order of the standard.

    `mark` says at the top what the paper is not; `number` has a blank for the number it has not got. `signed_on` is None
    until it is signed. `note` stands in brackets below the date.
    """

    layout: Layout
    mark: str
    head: str
    number: str
    title: str
    addressee: str
    blocks: tuple[Block, ...]
    signer: str
    signed_on: date | None
    note: str
    copies: str
    printed_by: str
    printed_on: date | None
    made_at: datetime

    @property
    def dated(self) -> str:
        """Return the date as it is printed, with blanks until it is signed."""
        return say(self.signed_on) if self.signed_on else "　　年　月　日"

    @property
    def printed(self) -> str:
        """Return the day of printing as it is printed, with blanks until it is issued."""
        return f"{say(self.printed_on) if self.printed_on else '　　年　月　日'}印发"


def paper(notice: Notice, *, now: datetime) -> Paper:
    """Return what is printed of a notice; before it is signed, as it would be if it were signed at `now`."""
    signed_on = civil_day(notice.signed_at) if notice.signed_at else None
    own = letterhead(notice.issuer) if signed_on is None else None
    head = notice.head or (own.head if own else notice.issuer_name)
    prefix = own.prefix_in(civil_day(now).year) if own else settings.TRACKER_NOTICE_PREFIX
    number = notice.number_text or f"{prefix}〔{civil_day(now).year}〕　号"
    reply_by = notice.reply_by if signed_on else reply_date(notice, civil_day(now), org.workdays())
    form = FORMS[Kind(notice.kind)]
    is_letter = form.layout is Layout.LETTER
    return Paper(
        layout=form.layout,
        mark=_mark(notice),
        head=head,
        number=number,
        title=notice.title,
        addressee=f"{notice.addressee}：",
        blocks=_blocks(notice, filled(notice, reply_by=reply_by)),
        signer=notice.issuer_name,
        signed_on=signed_on,
        note=f"（文书核验码：{notice.code_text}）" if notice.code else "",
        copies=notice.copies,
        printed_by="" if is_letter else notice.issuer_name,
        printed_on=None if is_letter or notice.issued_at is None else civil_day(notice.issued_at),
        made_at=notice.issued_at or notice.signed_at or now,
    )


def file_name(notice: Notice, ending: str) -> str:
    """Return a name for the file that no system refuses: number and title, or “草稿” and title."""
    stem = f"{notice.number_text or '草稿'} {notice.heading}"
    safe = re.sub(r'[\x00-\x1f\\/:*?"<>|]+', "_", stem).strip(" .")
    return f"{safe[:80].rstrip()}.{ending}"


def _mark(notice: Notice) -> str:
    state = State(notice.state)
    if state is State.WITHDRAWN:
        return WITHDRAWN
    if notice.signed_at is None:
        return DRAFT
    return TO_ISSUE if notice.issued_at is None else ""


def _blocks(notice: Notice, text: str) -> tuple[Block, ...]:
    return tuple(_table(notice) if line == TABLE else _paragraph(line) for line in text.split("\n"))


def _paragraph(line: str) -> Paragraph:
    if _HEADING.match(line):
        return Paragraph(line, Level.HEADING)
    if _SUBHEADING.match(line):
        return Paragraph(line, Level.SUBHEADING)
    return Paragraph(line)


def _table(notice: Notice) -> Table:
    matters = notice.matters.filter(standing=Place.OVERDUE, listed=True).select_related(
        "task__commitment__document", "unit"
    )
    rows = [
        (
            str(number),
            matter.unit.name,
            matter.task.title,
            matter.task.commitment.document.number,
            say(matter.due) if matter.due else "",
            f"{matter.days_late}日",
        )
        for number, matter in enumerate(matters.order_by("position"), 1)
    ]
    return Table((_COLUMNS, *rows))
