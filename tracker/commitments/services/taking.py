"""Do what one row of an uploaded ledger comes to: a report, an answer to the backlog, a remark, a proposal of a duty.

A row is one act, or one act and a remark; whichever of the two is refused, neither is done.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.commitments.models import BatchRow, ProgressReport, Task
from tracker.commitments.services.confirming import confirm_backfill, record_backfill
from tracker.commitments.services.proposing import propose_duty
from tracker.commitments.services.recording import record_report
from tracker.commitments.services.remarking import remark
from tracker.commitments.services.reporting import apply_to_close, report_progress
from tracker.documents.models import Document
from tracker.org.models import Unit


def take_row(row: BatchRow, task: Task | None, *, file_name: str, by: Actor, now: datetime) -> None:
    """Call the services that the act of a row stands for, on the version of the task that it was planned on."""
    act = row.act
    source = _("%(file)s, row %(row)d") % {"file": file_name, "row": row.place}
    if act["do"] == "propose":
        propose_duty(
            title=act["title"],
            said=act["said"],
            document=Document.objects.filter(pk=act["document"]).first() if act["document"] else None,
            origin=source,
            row=row if row.pk else None,
            by=by,
            now=now,
        )
        return
    if task is None:
        raise ValueError(f"row {row.place} speaks of no task")
    version = row.version
    if act["do"] != "remark":
        _report(act, task, source, {"by": by, "now": now, "version": version})
        # The report has raised the version; nobody else could, for it is this transaction's.
        version = None
    if "remark" in act:
        remark(task=task, text=act["remark"], by=by, now=now, version=version)


def _report(act: dict[str, Any], task: Task, source: str, on: dict[str, Any]) -> None:
    day = date.fromisoformat(act["done_on"]) if act.get("done_on") else None
    text, percent = act["text"], act.get("percent")
    if act["do"] == "record":
        record_report(task=task, text=text, percent=percent, done_on=day, source=source, **on)
        return
    if act["do"] == "record_backfill":
        named = date.fromisoformat(act["day"])
        record_backfill(task=task, done=act["done"], day=named, text=text, source=source, **on)
        return
    unit = Unit.objects.get(pk=act["unit"])
    match act["do"]:
        case "confirm":
            named = date.fromisoformat(act["day"])
            confirm_backfill(task=task, unit=unit, done=act["done"], day=named, text=text, **on)
        case "close":
            apply_to_close(task=task, unit=unit, text=text, done_on=day, **on)
        case _:
            kind = ProgressReport.Kind.PROGRESS
            report_progress(task=task, unit=unit, kind=kind, text=text, percent=percent, **on)
