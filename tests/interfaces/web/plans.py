"""Make what the ledger's routes need: a view kept by the liaison, a bulk action planned by the same person."""

from __future__ import annotations

from typing import Any

from tests.factories import NOW
from tests.interfaces.web.county import County
from tracker.commitments.models import LedgerView, Proposal, Task
from tracker.commitments.services import many
from tracker.commitments.services.exporting import ask_export
from tracker.commitments.services.proposing import propose_duty


def arguments(county: County) -> dict[str, list[Any]]:
    """Return what the address of each of the ledger's routes needs."""
    tasks = Task.objects.filter(lead=county.lead).values_list("pk", flat=True)
    plan = many.plan_batch(action="acknowledge", tasks=tasks, by=county.actor("liaison"), now=NOW)
    view, _ = LedgerView.objects.get_or_create(
        owner=county.users["liaison"], name="本周", defaults={"created_at": NOW, "changed_at": NOW}
    )
    one = proposal(county)
    asked = ask_export(query="standing=all", said="状态：全部", columns=[], by=county.actor("liaison"), now=NOW)
    steps = ("ledger_batch", "ledger_batch_apply", "ledger_batch_stop", "ledger_batch_drop", "ledger_batch_again")
    return {
        "ledger_view": [view.pk],
        "ledger_bulk": ["acknowledge"],
        "proposal": [one.pk],
        "proposal_decline": [one.pk],
        "ledger_export_watch": [asked.pk],
        "ledger_export_file": [asked.pk],
        "ledger_export_cancel": [asked.pk],
    } | {step: [plan.pk] for step in steps}


def proposal(county: County) -> Proposal:
    """Return the duty that the liaison proposed."""
    return Proposal.objects.first() or propose_duty(
        title="编制乡镇普查方案",
        said={"lead": "蔡村乡人民政府", "due": "2023年6月8日", "note": "乡镇自报"},
        document=county.document,
        origin="台账.xlsx 第 5 行",
        by=county.actor("liaison"),
        now=NOW,
    )
