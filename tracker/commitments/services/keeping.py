"""Keep a unit's sheet before a meeting as it reads now, so that the next meeting sees what was promised at the last."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted
from tracker.audit.errors import Invalid
from tracker.audit.services import record
from tracker.commitments.models import KeptSheet, Task
from tracker.commitments.selectors.meeting import sheet
from tracker.commitments.selectors.visible import SEES_ALL, visible_tasks
from tracker.org.models import Unit
from tracker.rules.civil import civil_day

MOST = 160


@transaction.atomic
def keep_sheet(*, unit: Unit, meeting: str, held_on: date, since: date, by: Actor, now: datetime) -> KeptSheet:
    """Freeze a unit's sheet for a meeting; `since` is the day from which closed duties stand on it.

    Whoever may see the sheet may keep it. Raises `NotPermitted`, and `Invalid` without a meeting or for a day gone by.
    """
    if not (by.roles & SEES_ALL or unit.pk in by.portfolio_ids | by.unit_ids):
        raise NotPermitted(
            _("%(unit)s is not one you answer for. Ask the supervision office if you need its sheet.") % {"unit": unit}
        )
    name, today = " ".join(meeting.split()), civil_day(now)
    if not name or len(name) > MOST:
        raise Invalid("meeting", _("Name the meeting in at most %(most)d characters.") % {"most": MOST})
    if held_on < today:
        raise Invalid("held_on", _("The meeting is over; a sheet is kept before it."))
    found = sheet(unit, visible_tasks(by), today=today, since=min(since, today))
    promises = [
        _said(one.task)
        | {
            "what": one.what.value,
            "on": one.on.isoformat(),
            "by": one.by,
            "text": one.text,
            "until": one.until.isoformat() if one.until else None,
        }
        for one in found.promises
    ]
    lists = {"late": found.late, "soon": found.soon, "closed": found.closed}
    kept = KeptSheet.objects.create(
        unit=unit,
        meeting=name,
        held_on=held_on,
        day=today,
        since=min(since, today),
        facts={"promises": promises, "promises_in_all": found.promises_in_all}
        | {key: [_said(task) for task in cut.rows] for key, cut in lists.items()}
        | {f"{key}_in_all": cut.in_all for key, cut in lists.items()},
        at=now,
        by=by.name,
        by_post=by.post,
    )
    record(by=by, now=now, action="commitments.sheet_kept", obj=kept, unit=unit.name, meeting=name, day=str(held_on))
    return kept


def _said(task: Task) -> dict[str, Any]:
    return {
        "task": task.pk,
        "title": task.title,
        "where": f"{task.commitment.document.number} {task.commitment.clause.label}",
        "due": task.due.isoformat() if task.due else None,
        "percent": task.percent,
    }
