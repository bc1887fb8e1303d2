"""What was put on record once and has a page of its own: a kept sheet, a change of a document in effect."""

from __future__ import annotations

from datetime import date

from tests.factories import TODAY
from tests.interfaces.web.county import County
from tracker.commitments.models import Amendment, KeptSheet


def arguments(county: County) -> dict[str, list[object]]:
    """Make one of each and return the arguments of their pages."""
    at = county.task.opened_at
    kept = KeptSheet.objects.create(
        unit=county.lead, meeting="县政府常务会议", held_on=TODAY, day=TODAY, since=TODAY, at=at, by="x"
    )
    made = Amendment.objects.create(
        document=county.document,
        kind="promises",
        instrument_text="稷政发〔2023〕9号",
        words="改期",
        effective_on=date(2023, 6, 2),
        recorded_at=at,
        recorded_by="x",
        applied_at=at,
    )
    return {"amendment": [made.pk], "amendment_withdraw": [made.pk], "meeting_kept": [kept.pk]}
