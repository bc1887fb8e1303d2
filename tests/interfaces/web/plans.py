"""Make what the ledger's routes need: a view kept by the liaison, a bulk action planned by the same person."""

from __future__ import annotations

from typing import Any

from tests.factories import NOW
from tests.interfaces.web.county import County
from tracker.commitments.models import LedgerView, Task
from tracker.commitments.services import many


def arguments(county: County) -> dict[str, list[Any]]:
    """Return what the address of each of the ledger's routes needs."""
    tasks = Task.objects.filter(lead=county.lead).values_list("pk", flat=True)
    plan = many.plan_batch(action="acknowledge", tasks=tasks, by=county.actor("liaison"), now=NOW)
    view, _ = LedgerView.objects.get_or_create(
        owner=county.users["liaison"], name="本周", defaults={"created_at": NOW, "changed_at": NOW}
    )
    steps = ("ledger_batch", "ledger_batch_apply", "ledger_batch_drop", "ledger_batch_again")
    return {"ledger_view": [view.pk], "ledger_bulk": ["acknowledge"]} | {step: [plan.pk] for step in steps}
