"""Read early warnings: what is proposed, what was decided, what has ended; each function says who may see what it returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from tracker.commitments.models import CommitmentUnit
from tracker.escalation.models import EarlyWarning
from tracker.org.models import Unit
from tracker.rules.civil import start_of_day
from tracker.rules.workdays import ONE_DAY


def early_warnings(
    units: Collection[Unit] | Collection[int], first: date, last: date
) -> dict[int, list[EarlyWarning]]:
    """Return, by unit id, the early warnings that were sent to these units from `first` to `last`, oldest first.

    Both are civil days in Asia/Shanghai, inclusive, and mean the day of sending. Of what the software only proposed, and
    of what the office set aside, nothing is returned: a finding that nobody has decided on is no fact about a unit. A
    warning that has ended since stays in the period it was sent in. An indicator with several lead units counts for each.
    Units without one are left out of the answer. Two queries for any number of units; each row comes with its indicator,
    commitment and document. Who may see them is the caller's matter.
    """
    keys = {unit.pk if isinstance(unit, Unit) else unit for unit in units}
    leads = CommitmentUnit.objects.filter(unit__in=keys, role="lead")
    rows = list(
        with_sources(EarlyWarning.objects.all())
        .filter(
            Q(decided_at__gte=start_of_day(first)) & Q(decided_at__lt=start_of_day(last + ONE_DAY)),
            decision=EarlyWarning.Decision.SENT,
            indicator__commitment__in=leads.values("commitment"),
        )
        .order_by("decided_at", "pk")
    )
    by_commitment: dict[int, list[int]] = defaultdict(list)
    named = leads.filter(commitment__in={row.indicator.commitment_id for row in rows})
    for commitment, unit in named.order_by("position").values_list("commitment_id", "unit_id"):
        by_commitment[commitment].append(unit)
    found: dict[int, list[EarlyWarning]] = defaultdict(list)
    for row in rows:
        for unit in by_commitment[row.indicator.commitment_id]:
            found[unit].append(row)
    return dict(found)


def with_sources(warnings: QuerySet[EarlyWarning]) -> QuerySet[EarlyWarning]:
    """Return early warnings with the indicator, commitment, clause and document each speaks of, in the same query."""
    return warnings.select_related(
        "indicator__commitment__document", "indicator__commitment__clause", "policy"
    ).defer("indicator__commitment__clause__text")
