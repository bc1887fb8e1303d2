"""Make drafts of commitments for tests; whatever matters to a test is an argument of its call."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from tracker.commitments.services.registering import CommitmentDraft
from tracker.documents.models import Clause, Document
from tracker.org.models import Unit

_numbers = itertools.count(1)


def draft(of: Document, *leads: Unit, support: tuple[Unit, ...] = (), **values: Any) -> CommitmentDraft:
    """Make a draft of a commitment due on 9 June 2023 unless told otherwise."""
    clause, _ = Clause.objects.get_or_create(
        document=of, label="一", line=2, defaults={"text": "于2023年6月9日前设立机构"}
    )
    if values.get("kind", "once") == "once":
        values.setdefault("due", date(2023, 6, 9))
        values.setdefault("phrase", "2023年6月9日前")
    return CommitmentDraft(
        key=values.pop("key", f"row-{next(_numbers)}"),
        clause=clause,
        line=2,
        quote=values.pop("quote", "于2023年6月9日前设立机构"),
        title=values.pop("title", "设立机构"),
        kind=values.pop("kind", "once"),
        lead=tuple((unit, unit.name) for unit in leads),
        support=tuple((unit, unit.name) for unit in support),
        **values,
    )


def quarterly(of: Document, *leads: Unit, **values: Any) -> CommitmentDraft:
    """Make a draft of a duty that comes round every quarter."""
    return draft(of, *leads, kind="recurring", phrase="每季度", recurrence="FREQ=MONTHLY;INTERVAL=3", **values)


def within_30_workdays(of: Document, *leads: Unit, **values: Any) -> CommitmentDraft:
    """Make a draft of a duty that is due 30 working days after an approval."""
    return draft(
        of,
        *leads,
        kind="relative",
        phrase="批准之日起30个工作日内",
        relative={"within": 30, "unit": "workday", "of": "方案获批", "direction": "after", "event": "批准"},
        **values,
    )
