"""Read a list out of an Excel file somebody uploaded, in a child process that may not take the machine with it.

The heading is found by its names and their synonyms, wherever the table begins: under a title, under merged cells, over two
rows. A cell that is merged over several rows counts for each of them. What a cell holds is handed on as it is, with its
address; what it means is the caller's to decide.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

# An archive that unpacks to more than this, to so many files, or by so much, was made to fill a disk (zip bomb).
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ENTRIES = 2000
MOST_RATIO = 200
# What the child may take: memory in bytes, seconds of the processor, seconds by the clock.
MEMORY = 1024 * 1024 * 1024
SECONDS = 40
PATIENCE = 60

# What every workbook before 2007, and every one that is locked by a password, begins with (MS-CFB, 2.2).
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Value = str | int | float | date | None


class Unreadable(Exception):
    """Say that a file holds no list that can be read; `why` is a code, `detail` what belongs to it.

    Codes: not_excel, old_excel (.xls, or locked by a password), text (.csv), other_office (.xlsb, .ods), damaged, too_much,
    no_heading, no_column (detail: the row that looks like a heading), too_many_rows (detail: how many), too_long.
    """

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why} {detail}".strip())
        self.why, self.detail = why, detail


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold one cell: its address (D7) and what it holds; `fault` is set where it is an error or a formula not reckoned."""

    address: str
    value: Value
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Be one row: its number in the sheet and its cells by column key, only those whose column the sheet has."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """Be the list that was read: its tab, the keys of its columns, the headings nobody knows, its rows.

    `hidden` is how many of its rows the sheet hides, `others` are the visible tabs that hold a list too and were not read.
    """

    sheet: str
    columns: Sequence[str]
    unknown: Sequence[str]
    records: Sequence[Record] = field(default_factory=list)
    hidden: int = 0
    others: Sequence[str] = ()


def read(data: bytes, headings: Mapping[str, Sequence[str]], *, one_of: Sequence[str], most_rows: int) -> Table:
    """Return the list in the bytes of an .xlsx file.

    `headings` are the names of each column by its key; a heading row has at least three of them and one of `one_of`.
    Raises `Unreadable`.
    """
    check_archive(data)
    asked = {
        "headings": {key: list(names) for key, names in headings.items()},
        "one_of": list(one_of),
        "most": most_rows,
    }
    line = json.dumps(asked, ensure_ascii=True).encode() + b"\n"
    root = Path(__file__).resolve().parents[3]
    try:
        child = subprocess.run(
            [sys.executable, "-m", "tracker.interfaces.sheets.child"],
            input=line + data,
            capture_output=True,
            timeout=PATIENCE,
            cwd=root,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("too_long") from error
    if child.returncode != 0:
        raise Unreadable("too_much" if child.returncode < 0 or b"MemoryError" in child.stderr else "damaged")
    answer = json.loads(child.stdout)
    if "why" in answer:
        raise Unreadable(answer["why"], answer["detail"])
    records = [
        Record(number, {key: Cell(address, _value(value), fault) for key, (address, value, fault) in cells.items()})
        for number, cells in answer["records"]
    ]
    return Table(answer["sheet"], answer["columns"], answer["unknown"], records, answer["hidden"], answer["others"])


def check_archive(data: bytes) -> None:
    """Refuse what is no workbook or unpacks to too much, by the archive's own table of contents."""
    if not data.startswith(b"PK\x03\x04"):
        raise Unreadable(_kind_of(data[:4096]))
    try:
        entries = zipfile.ZipFile(BytesIO(data)).infolist()
    except zipfile.BadZipFile as error:
        raise Unreadable("damaged") from error
    names = {entry.filename for entry in entries}
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise Unreadable("other_office" if names & {"xl/workbook.bin", "content.xml"} else "not_excel")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked / packed > MOST_RATIO:
        raise Unreadable("too_much")


def _kind_of(head: bytes) -> str:
    """Return the code for a file that is no archive: an old workbook or a locked one, a text, or something else."""
    if head.startswith(_OLD_OFFICE):
        return "old_excel"
    for encoding in ("utf-8", "gb18030"):
        try:
            # The head may end in the middle of a character.
            text = head.decode(encoding) if len(head) < 4096 else head[:-4].decode(encoding, errors="ignore")
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and any(mark in text for mark in (",", "\t", "，")) and not text.startswith("%PDF"):
            return "text"
    return "not_excel"


def _value(value: Any) -> Value:
    if isinstance(value, dict):
        return date.fromisoformat(value["day"])
    plain: Value = value
    return plain
