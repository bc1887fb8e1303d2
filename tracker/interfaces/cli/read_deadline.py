"""Answer on the command line what a deadline phrase means: one phrase explained, or many as JSON lines.

`tracker read-deadline "6月底前" --anchor 2023-05-05` needs no database and no Django. The reading itself is decided by
`tracker.rules.phrases`; this module only takes the question and words the answer.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NoReturn, TextIO

from tracker.rules.phrases import Reading, Relative, read
from tracker.rules.wording import Language, explain, localise, say_date
from tracker.rules.workdays import WorkdayCalendar

USAGE_ERROR = 2

_LANGUAGES: dict[str, Language] = {"zh": "zh-hans", "zh-hans": "zh-hans", "en": "en"}


class _UsageError(Exception):
    """Carry the sentence that tells the caller what to write instead."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _UsageError(message)


def main(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """Run the command and return its exit code: 0, or 2 when it was called wrongly.

    With `--batch` every line of `stdin` is a JSON object with `text`, `anchor` and optionally `year`, and every line gets
    exactly one JSON line in answer, an error line where it cannot be read.
    """
    _speak_utf8(stdin, stdout)
    parser = _parser()
    try:
        asked = parser.parse_args(list(argv))
        language = _LANGUAGES[asked.lang]
        if asked.batch:
            if asked.text is not None or asked.anchor is not None:
                raise _UsageError(
                    "--batch reads its phrases and anchors from standard input; give none on the command line"
                )
            return _answer_batch(stdin, stdout, language)
        if asked.text is None:
            raise _UsageError('give one phrase, such as "6月底前", or --batch to read JSON lines')
        if asked.anchor is None:
            raise _UsageError("give the issue date of the document with --anchor, such as --anchor 2023-05-05")
        anchor = _date(asked.anchor)
        year = _year(asked.year)
    except _UsageError as error:
        # Standard error and not the answer's stream: a caller parsing the answer must not meet a sentence there.
        print(f"tracker read-deadline: {error}\n{parser.format_usage()}", end="", file=sys.stderr)
        return USAGE_ERROR
    reading = read(asked.text, anchor=anchor, workdays=WorkdayCalendar.china(), year=year)
    if asked.json:
        _write(stdout, answer(reading, language))
    else:
        stdout.write(_explained(reading, anchor, language))
    return 0


def answer(reading: Reading, language: Language = "zh-hans") -> dict[str, Any]:
    """Return a reading as the object a JSON line holds: dates ISO or null, `why` a sentence, `error` when unreadable."""
    line: dict[str, Any] = {
        "text": reading.text,
        "kind": reading.kind.value,
        "start": reading.start.isoformat() if reading.start else None,
        "due": reading.due.isoformat() if reading.due else None,
        "recurrence": reading.recurrence,
        "relative": _relative(reading.relative),
        "certainty": reading.certainty.value,
        "convention": reading.convention,
        "why": _why(reading, language),
    }
    if reading.provisional:
        line["provisional"] = True
    if reading.problem is not None:
        line["error"] = explain(reading.problem, language)
    return line


def _parser() -> _Parser:
    parser = _Parser(
        prog="tracker read-deadline",
        description="Say what the time in a phrase of a Chinese government document means.",
        epilog='Example: tracker read-deadline "6月底前" --anchor 2023-05-05',
    )
    parser.add_argument("text", nargs="?", help='the phrase, such as "6月底前"')
    parser.add_argument("--anchor", help="the issue date of the document, as YYYY-MM-DD")
    parser.add_argument("--year", help="the year that the clause before the phrase names, if it names one")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    parser.add_argument("--lang", choices=sorted(_LANGUAGES), default="zh", help="language of the explanation")
    parser.add_argument(
        "--batch",
        action="store_true",
        help='read JSON lines {"text": …, "anchor": …} on standard input and answer each with one JSON line',
    )
    return parser


def _date(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a civil day has no time zone
    except ValueError:
        raise _UsageError(f"{text!r} is not a date; write the anchor as YYYY-MM-DD, such as 2023-05-05") from None


def _year(value: object) -> int | None:
    if value is None or value == "":
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise _UsageError(f"{value!r} is not a year; write it with four digits, such as 2023")
    return int(text)


def _answer_batch(stdin: TextIO, stdout: TextIO, language: Language) -> int:
    workdays = WorkdayCalendar.china()
    for number, line in enumerate(stdin, start=1):
        _write(stdout, _answer_line(line, number, workdays, language))
        stdout.flush()
    return 0


def _answer_line(line: str, number: int, workdays: WorkdayCalendar, language: Language) -> dict[str, Any]:
    asked: object = None
    try:
        asked = json.loads(line)
        if not isinstance(asked, dict):
            raise _UsageError('it is not a JSON object; write {"text": "6月底前", "anchor": "2023-05-05"}')
        text, anchor = asked.get("text"), asked.get("anchor")
        if not isinstance(text, str):
            raise _UsageError('"text" is missing or is not a string')
        if not isinstance(anchor, str):
            raise _UsageError('"anchor" is missing or is not a string; write the issue date as "YYYY-MM-DD"')
        reading = read(text, anchor=_date(anchor), workdays=workdays, year=_year(asked.get("year")))
    except _UsageError as error:
        return _refusal(asked, f"line {number}: {error}")
    except (ValueError, RecursionError):
        return _refusal(asked, f"line {number}: it is not JSON; write one object a line")
    return answer(reading, language)


def _refusal(asked: object, sentence: str) -> dict[str, Any]:
    text = asked.get("text") if isinstance(asked, dict) else None
    return {
        "text": text if isinstance(text, str) else None,
        "kind": "undated",
        "start": None,
        "due": None,
        "recurrence": None,
        "relative": None,
        "certainty": None,
        "convention": "unreadable_line",
        "why": sentence,
        "error": sentence,
    }


def _write(stdout: TextIO, line: dict[str, Any]) -> None:
    said = json.dumps(line, ensure_ascii=False)
    try:
        said.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can carry and UTF-8 cannot
        said = json.dumps(line)
    stdout.write(said + "\n")


def _relative(relative: Relative | None) -> dict[str, Any] | None:
    if relative is None:
        return None
    said: dict[str, Any] = {
        "within": relative.within,
        "unit": relative.unit.value,
        "of": relative.of,
        "direction": relative.direction.value,
    }
    if relative.at_least is not None:
        said["at_least"] = relative.at_least
    return said


def _why(reading: Reading, language: Language) -> str:
    sentences = [explain(note, language) for note in reading.notes]
    return (" " if language == "en" else "").join(sentences)


_LABELS: dict[str, tuple[str, str]] = {
    "text": ("短语", "phrase"),
    "anchor": ("印发日", "issue date"),
    "kind": ("类别", "kind"),
    "start": ("开始", "start"),
    "due": ("到期", "due"),
    "recurrence": ("周期", "recurrence"),
    "relative": ("相对期限", "relative"),
    "certainty": ("约束力", "certainty"),
    "convention": ("读法", "convention"),
}
_KINDS: dict[str, tuple[str, str]] = {
    "once": ("一次性期限", "once"),
    "target": ("目标", "target"),
    "recurring": ("周期性", "recurring"),
    "relative": ("相对期限", "relative"),
    "window": ("时段", "window"),
    "from": ("自某日起", "from"),
    "undated": ("无确定日期", "undated"),
}
_CERTAINTIES: dict[str, tuple[str, str]] = {"hard": ("硬性", "hard"), "soft": ("弹性", "soft")}


def _explained(reading: Reading, anchor: date, language: Language) -> str:
    """Return a reading for people: its parts one a line, then each step of why."""
    column = 1 if language == "en" else 0
    parts: list[tuple[str, str]] = [
        ("text", reading.text),
        ("anchor", say_date(anchor, language)),
        ("kind", _KINDS[reading.kind.value][column]),
    ]
    if reading.start:
        parts.append(("start", say_date(reading.start, language)))
    if reading.due:
        parts.append(("due", say_date(reading.due, language)))
    if reading.recurrence:
        parts.append(("recurrence", reading.recurrence))
    if reading.relative:
        parts.append(("relative", _say_relative(reading.relative, language)))
    parts.append(("certainty", _CERTAINTIES[reading.certainty.value][column]))
    parts.append(("convention", reading.convention))
    colon = ": " if language == "en" else "："
    lines = [f"{_LABELS[name][column]}{colon}{value}" for name, value in parts]
    lines.extend(f"  - {explain(note, language)}" for note in reading.notes)
    return "\n".join(lines) + "\n"


def _say_relative(relative: Relative, language: Language) -> str:
    unit = localise(relative.unit.value, language)
    if relative.within is None:
        return f"after “{relative.of}”" if language == "en" else f"“{relative.of}”之后"
    if language == "en":
        of = f" “{relative.of}”" if relative.of else ""
        return f"{relative.within} {unit} {relative.direction.value}{of}"
    before = relative.direction.value == "before"
    return f"“{relative.of}”{'之前' if before else '之后'}{relative.within}{unit}" + ("" if before else "以内")


def _speak_utf8(*streams: TextIO) -> None:
    """Use UTF-8 whatever the locale; a byte that is none becomes a mark instead of ending the batch."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")
