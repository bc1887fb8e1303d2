"""Lay a replay out as rows a person can read: one for each day, duty and step, its units counted together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tracker.escalation.simulation import Event
from tracker.rules.followup import Kind

COLUMNS = ("day", "document", "duty", "due", "step", "addressee", "units", "clause")


def rows(events: Iterable[Event]) -> list[tuple[str, ...]]:
    """Return one row under `COLUMNS` for each day, commitment, period and step; events come in the order of days.

    A reminder rests on no clause. Several names in one field are parted by “、”. An addressee is the post registered for
    it, a leading group or department as the step names it, or, where nobody is registered, the unit and the role meant.
    """
    found: dict[tuple[object, ...], list[Event]] = defaultdict(list)
    for event in events:
        if not event.action.superseded:
            commitment = event.task.commitment
            found[event.on, commitment.document_id, commitment.line, commitment.key, event.task.period,
                  event.action.kind, event.action.part].append(event)  # fmt: skip
    return [_row(together) for _key, together in sorted(found.items(), key=lambda pair: pair[0])]


def _row(together: list[Event]) -> tuple[str, ...]:
    event = together[0]
    task, basis = event.task, event.action.basis
    return (
        f"{event.on:%Y-%m-%d %a}",
        task.commitment.document.number or task.commitment.document.short,
        f"{task.commitment.key} {task.period}".strip(),
        f"{task.due:%Y-%m-%d}" if task.due else "",
        _step(event),
        "、".join(dict.fromkeys(_addressee(one) for one in together)),
        "、".join(dict.fromkeys(one.task.lead.name for one in together)),
        f"{basis.clause} {basis.line}" if basis else "",
    )


def _addressee(event: Event) -> str:
    if event.address.post is not None or (event.action.step and event.action.step.body):
        return event.address.text
    return f"{event.task.lead.name} ({event.action.to.replace('_', ' ')})"


def _step(event: Event) -> str:
    if event.action.kind is Kind.STEP:
        return event.action.title
    way, days, *_rest = event.action.part.split(":")
    if way == "ahead":
        return f"reminder, {_days(days, 'day')} ahead" if days != "0" else "reminder, on the date"
    return f"reminder to the {event.action.to.replace('_', ' ')}, {_days(days, 'working day')} late"


def _days(number: str, unit: str) -> str:
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"
