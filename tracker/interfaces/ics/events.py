"""Write one task as a calendar entry (RFC 5545), as bytes that depend on nothing but the task's version.

The words are Chinese whatever language an account has chosen: one entry serves every subscriber, and the same state must
give the same bytes. How late a task is is never written: it would change the bytes by the clock alone.
"""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import UTC, date

from django.conf import settings
from icalendar import Component, Event, Todo

from tracker.commitments.models import Kind, Task
from tracker.rules.followup import State
from tracker.rules.workdays import ONE_DAY

# Raised whenever the code below writes other bytes for the same task.
FORM = 2

MARKS = {
    State.TO_CONFIRM: "[待核实]",
    State.AWAITING_REVIEW: "[待审核]",
    State.SUSPENDED: "[已中止]",
    State.CLOSED: "[已办结]",
    State.NOT_ACHIEVED: "[未完成办结]",
    State.WITHDRAWN: "[已撤销]",
}
TODO_STATUS = {
    State.IN_PROGRESS: "IN-PROCESS",
    State.AWAITING_REVIEW: "IN-PROCESS",
    State.SUSPENDED: "IN-PROCESS",
    State.CLOSED: "COMPLETED",
    State.NOT_ACHIEVED: "COMPLETED",
    State.WITHDRAWN: "CANCELLED",
}
# More supporting units than this are counted, not named: the page behind the link names them.
UNITS_NAMED = 12

# At nine in the morning of the day before: a to-do's end is the due date itself, an event's the day after it.
_TRIGGERS = {"event": ":-PT15H", "window": ";RELATED=END:-PT39H", "todo": ";RELATED=END:-PT15H"}


def form() -> bytes:
    """Return eight bytes that change whenever the same task would be written otherwise: by this code, or by a setting."""
    parts = f"{FORM}|{settings.TRACKER_SITE_URL}|{settings.TRACKER_UID_DOMAIN}"
    return hashlib.sha256(parts.encode()).digest()[:8]


def uid(key: str) -> str:
    """Return a task's UID: made from its key alone, at a fixed domain, so that moving the site does not double it."""
    domain = settings.TRACKER_UID_DOMAIN
    return f"{uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_DNS, domain), key)}@{domain}"


def event(task: Task) -> bytes:
    """Return the task as a VEVENT: all day on its due date, or over the days of its window.

    Needs a due date, and reads the task's commitment, clause, document and assignments.
    """
    entry = Event()
    entry.add("dtstart", first_day(task))
    entry.add("dtend", _due(task) + ONE_DAY)
    status = "CANCELLED" if task.state == State.WITHDRAWN else "TENTATIVE" if task.provisional else "CONFIRMED"
    entry.add("status", status)
    entry.add("transp", "TRANSPARENT")
    return _finish(entry, task)


def todo(task: Task) -> bytes:
    """Return the task as a VTODO, due on its due date; the same terms as `event`."""
    entry = Todo()
    due = _due(task)
    # RFC 5545, 3.8.2.3: DUE must be later than DTSTART, so a start is only given where there is a window.
    if first_day(task) < due:
        entry.add("dtstart", first_day(task))
    entry.add("due", due)
    entry.add("status", TODO_STATUS.get(State(task.state), "NEEDS-ACTION"))
    if task.percent is not None:
        entry.add("percent-complete", task.percent)
    if task.state in {State.CLOSED, State.NOT_ACHIEVED} and task.closed_at is not None:
        entry.add("completed", task.closed_at.astimezone(UTC))
    return _finish(entry, task)


def alarm(*, is_window: bool, as_todo: bool) -> bytes:
    """Return an alarm for the morning of the last day before the due date; the same bytes whatever the task."""
    trigger = _TRIGGERS["todo" if as_todo else "window" if is_window else "event"]
    return f"BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:明日到期\r\nTRIGGER{trigger}\r\nEND:VALARM\r\n".encode()


def with_alarm(entry: bytes, alarm: bytes) -> bytes:
    """Return a written entry with an alarm before its last line."""
    last = entry.rindex(b"END:")
    return entry[:last] + alarm + entry[last:]


def is_window(kind: str, start: date | None, due: date) -> bool:
    """Tell whether the entry spans days: only a window does; other starts say when a duty began to count."""
    return kind == Kind.WINDOW and start is not None and start < due


def first_day(task: Task) -> date:
    """Return the first day of the entry."""
    due = _due(task)
    return task.start if task.start and is_window(task.commitment.kind, task.start, due) else due


def plain(text: str) -> str:
    """Return `text` on one line, without control characters, byte-order marks or halves of characters."""
    one_line = " ".join(text.split())
    return "".join(c for c in one_line if unicodedata.category(c) not in {"Cc", "Cs"} and c != "\ufeff")


def _due(task: Task) -> date:
    if task.due is None:
        raise ValueError("a task without a date has no place in a calendar")
    return task.due


def _finish(entry: Component, task: Task) -> bytes:
    changed = task.changed_at.astimezone(UTC)
    entry.add("uid", uid(task.key))
    entry.add("dtstamp", changed)
    entry.add("last-modified", changed)
    entry.add("created", task.opened_at.astimezone(UTC))
    entry.add("sequence", task.version - 1)
    entry.add("summary", MARKS.get(State(task.state), "") + plain(_title(task)))
    entry.add("description", "\n".join(_describe(task)))
    entry.add("class", "PRIVATE")
    entry.add("url", f"{settings.TRACKER_SITE_URL}/tasks/{task.pk}/")
    return entry.to_ical()


def _title(task: Task) -> str:
    """Return the title, with the unit where each owes the duty alone: a county's feed would repeat it otherwise."""
    return f"{task.title}（{task.lead.name}）" if task.commitment.each else task.title


def _describe(task: Task) -> Iterable[str]:
    document = task.commitment.document
    yield plain(f"依据：{document.number} {task.commitment.clause.label}")
    supporting = [part.unit.name for part in task.assignments.all() if part.role == "support"]
    yield plain(f"牵头：{task.lead.name}")
    if supporting:
        named = "、".join(supporting[:UNITS_NAMED])
        yield plain(f"配合：{named}" + (f" 等{len(supporting)}个单位" if len(supporting) > UNITS_NAMED else ""))
    if task.provisional:
        yield "日期暂定：所需年份的放假安排尚未公布"
