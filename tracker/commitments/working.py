"""Reckon a commitment's dates from the words of its text, and keep the working so that every page can show why this date.

The words are read by `tracker.rules`. Where the rules do not give what the row states, the row's own date stands, with the
row's reason beside it; a row without such a reason is refused by the checks of the seed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.commitments.models import Certainty, Commitment, Kind
from tracker.rules.counting import Direction, Unit
from tracker.rules.deadline import ISSUED, Every, From, Reckoning, Unresolved, Within, deadline_of, instances, reckon
from tracker.rules.phrases import Reading, read
from tracker.rules.wording import Note, note
from tracker.rules.workdays import WorkdayCalendar

# A note as it is stored: [code, {parameter: value}].
NoteRow = list[Any]

STATED = "stated"
# The convention of a date that a change of the document has set.
AMENDED = "amended"

# How far ahead the next instance of a recurrence is looked for: no duty comes round more rarely than this.
LOOK_AHEAD = (timedelta(days=400), timedelta(days=4000))


def rows(notes: Iterable[Note]) -> list[NoteRow]:
    """Return notes in the form they are stored in."""
    return [[code, dict(parameters)] for code, parameters in notes]


def notes(rows: Iterable[Sequence[Any]]) -> tuple[Note, ...]:
    """Return stored notes as `tracker.rules.wording` says them."""
    return tuple((code, tuple(parameters.items())) for code, parameters in rows)


@dataclass(frozen=True, slots=True)
class Promise:
    """Hold what a row states about time: its words, and what a person read out of them.

    `relative` has the keys within (None where the text sets only an order), unit, of, direction. Days are civil days,
    inclusive; a recurring row's `due` is the last day on which it may fall due.
    """

    issued_on: date
    kind: str
    phrase: str
    due: date | None = None
    start: date | None = None
    recurrence: str = ""
    relative: Mapping[str, Any] | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Hold a due date, None where there is none or not yet, with its working as stored notes.

    `happened` tells that the event of a relative duty is known.
    """

    due: date | None
    start: date | None
    working: list[NoteRow]
    convention: str
    provisional: bool = False
    happened: bool = False

    def as_deadline(self) -> dict[str, Any]:
        """Return the fields of a `Deadline`."""
        return {
            "due": self.due,
            "start": self.start,
            "working": self.working,
            "convention": self.convention,
            "provisional": self.provisional,
        }


def promise_of(commitment: Commitment) -> Promise:
    """Return what a commitment states about time; its document is best loaded with it."""
    return Promise(
        issued_on=commitment.document.issued_on,
        kind=commitment.kind,
        phrase=commitment.phrase,
        due=commitment.due,
        start=commitment.start,
        recurrence=commitment.recurrence,
        relative=commitment.relative,
        why_not=commitment.why_not,
    )


def reckoning_of(commitment: Commitment, workdays: WorkdayCalendar, happened_on: date | None = None) -> Reckoned:
    """Return the date of a commitment that does not recur, with its working.

    `happened_on` is the day of the event a relative duty counts from, None while it has not happened.
    """
    promise = promise_of(commitment)
    if promise.relative is not None:
        return _relative(promise, promise.relative, workdays, happened_on)
    if commitment.amended_due is not None:
        # Another document has set the date: the phrase no longer gives it.
        return Reckoned(commitment.amended_due, promise.start, [], AMENDED)
    found = _read(promise, workdays)
    if found is None or _differences(promise, found):
        return _stated(promise)
    if isinstance(found.reckoning, Reckoning):
        one = found.reckoning
        return Reckoned(one.due, promise.start, rows(one.notes), one.convention, one.provisional)
    shown = [*found.reading.notes]
    if isinstance(found.reckoning, Unresolved) and isinstance(found.deadline, From):
        shown.append(found.reckoning.reason)
    return Reckoned(promise.due, promise.start, rows(shown), found.reading.convention)


def instances_of(commitment: Commitment, workdays: WorkdayCalendar) -> Iterator[tuple[str, Reckoned]]:
    """Yield (period, its date) of a recurring commitment in order, until it ends or no more are in sight.

    What is in sight is more than a decade beyond the document's issue or the last instance taken.
    """
    promise = promise_of(commitment)
    every, shown = _every(promise, workdays)
    given = promise.issued_on
    while True:
        batch = []
        for reach in LOOK_AHEAD:
            found = instances(every, issued=promise.issued_on, through=given + reach, workdays=workdays)
            batch = [one for one in found if one.reckoning.due > given or given == promise.issued_on]
            if batch:
                break
        if not batch:
            return
        for one in batch:
            reckoning = one.reckoning
            working = rows((*shown, *reckoning.notes))
            yield (
                one.label,
                Reckoned(reckoning.due, reckoning.start, working, reckoning.convention, reckoning.provisional),
            )
        given = batch[-1].reckoning.due


def differences(promise: Promise, workdays: WorkdayCalendar) -> dict[str, tuple[Any, Any]]:
    """Return in which fields the rules read something else than the row states: name to (stated, read).

    Empty when the rules reproduce the row from its words and the document's issue date.
    """
    return _differences(promise, _read(promise, workdays))


@dataclass(frozen=True, slots=True)
class ReadWords:
    """Hold what the rules read from words: the promise that states just that, how firm it is, the notes of the reading."""

    promise: Promise
    certainty: Certainty
    notes: tuple[Note, ...]


def read_words(phrase: str, *, issued_on: date, workdays: WorkdayCalendar) -> ReadWords:
    """Return what the rules read from words of a document issued on a day; words without a date give an undated promise."""
    found = _read(Promise(issued_on, Kind.UNDATED, phrase), workdays)
    if found is None:
        return ReadWords(Promise(issued_on, Kind.UNDATED, ""), Certainty.HARD, ())
    given, reading = _given(found), found.reading
    relative = None
    if given["relative"]:
        within, unit, direction = given["relative"]
        event = reading.relative.of if reading.relative else ""
        relative = {"within": within, "unit": unit, "of": event or phrase, "direction": direction}
    kind = Kind(reading.kind.value)
    if kind == Kind.RELATIVE and relative is None:
        # A limit that runs from the document's own issue is a day.
        kind = Kind.ONCE if given["due"] else Kind.UNDATED
    promise = Promise(
        issued_on,
        kind,
        phrase,
        due=given["due"],
        start=given["start"],
        recurrence=given["recurrence"] or "",
        relative=relative,
    )
    return ReadWords(promise, Certainty(reading.certainty.value), tuple(reading.notes))


@dataclass(frozen=True, slots=True)
class _Found:
    reading: Reading
    deadline: object
    reckoning: Reckoning | Unresolved | None


def _read(promise: Promise, workdays: WorkdayCalendar) -> _Found | None:
    """Read the row's words, None where it has none."""
    if not promise.phrase:
        return None
    reading = read(promise.phrase, anchor=promise.issued_on, workdays=workdays)
    deadline = deadline_of(reading)
    if deadline is None:
        return _Found(reading, None, None)
    reckoning = reckon(deadline, events={ISSUED: promise.issued_on}, workdays=workdays)
    return _Found(reading, deadline, reckoning)


def _differences(promise: Promise, found: _Found | None) -> dict[str, tuple[Any, Any]]:
    stated = _comparable(promise)
    given = _given(found) if found else {name: None for name in stated}
    return {name: (value, given[name]) for name, value in stated.items() if value != given[name]}


def _comparable(promise: Promise) -> dict[str, Any]:
    limit = promise.relative
    return {
        "due": promise.due,
        "start": promise.start,
        "recurrence": promise.recurrence or None,
        "relative": (limit["within"], limit["unit"], limit["direction"]) if limit else None,
    }


def _given(found: _Found) -> dict[str, Any]:
    reading, deadline = found.reading, found.deadline
    limit = None
    if isinstance(deadline, Within) and deadline.of != ISSUED:
        limit = (deadline.n, deadline.unit.value, deadline.direction.value)
    due = found.reckoning.due if isinstance(found.reckoning, Reckoning) else reading.due
    start = found.reckoning.start if isinstance(found.reckoning, Reckoning) else reading.start
    return {"due": due, "start": start, "recurrence": reading.recurrence, "relative": limit}


def _relative(
    promise: Promise, limit: Mapping[str, Any], workdays: WorkdayCalendar, happened_on: date | None
) -> Reckoned:
    within = Within(limit["within"], Unit(limit["unit"]), limit["of"], Direction(limit["direction"]))
    events = {} if happened_on is None else {limit["of"]: happened_on}
    answer = reckon(within, events=events, workdays=workdays)
    found = _read(promise, workdays)
    convention, shown = STATED, [note("stated.limit", why=promise.why_not)]
    if found is not None and not _differences(promise, found):
        convention, shown = found.reading.convention, [*found.reading.notes]
    happened = happened_on is not None
    if isinstance(answer, Unresolved):
        return Reckoned(None, promise.start, rows([*shown, answer.reason]), convention, happened=happened)
    if convention != STATED:
        # The counting says all that the reading said, now that there is a day to count from.
        shown = []
    working = rows([*shown, *answer.notes])
    return Reckoned(answer.due, promise.start, working, convention, answer.provisional, happened=happened)


def _every(promise: Promise, workdays: WorkdayCalendar) -> tuple[Every, list[Note]]:
    found = _read(promise, workdays)
    if found is not None and isinstance(found.deadline, Every) and not _differences(promise, found):
        return found.deadline, [*found.reading.notes]
    stated = Every(promise.recurrence, promise.start, promise.due, convention=STATED)
    return stated, [note("stated.recurrence", why=promise.why_not)]


def _stated(promise: Promise) -> Reckoned:
    """Return what the row states, and why the rules do not say so themselves."""
    shown: list[Note] = []
    if promise.due:
        shown.append(note("stated.due", due=promise.due, why=promise.why_not))
    elif promise.start:
        shown.append(note("stated.start", start=promise.start, why=promise.why_not))
    elif promise.kind == Kind.UNDATED:
        shown.append(note("stated.no_date"))
    return Reckoned(promise.due, promise.start, rows(shown), STATED)
