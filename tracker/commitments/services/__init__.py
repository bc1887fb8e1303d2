"""Change commitments and tasks: one function a verb, keyword-only, with `by` and `now`, audited in the same transaction."""

from tracker.commitments.services.amending import amend, apply_due_amendments, cancel_amendment
from tracker.commitments.services.confirming import confirm_backfill
from tracker.commitments.services.events import record_event
from tracker.commitments.services.extending import agree_extension, decide_extension, request_extension
from tracker.commitments.services.guard import EvidenceDraft
from tracker.commitments.services.keeping import keep_sheet
from tracker.commitments.services.leading import break_down, decide_return, instruct, name_blocker, return_task
from tracker.commitments.services.measuring import (
    InvalidRows,
    ValueDraft,
    correct_value,
    record_value,
    record_values,
    set_path,
    withdraw_value,
)
from tracker.commitments.services.opening import open_instances, open_tasks
from tracker.commitments.services.recounting import correct_workday, withdraw_correction
from tracker.commitments.services.redating import redate_provisional
from tracker.commitments.services.registering import register_commitments, withdraw_commitments
from tracker.commitments.services.reporting import (
    acknowledge,
    apply_to_close,
    report_part_done,
    report_progress,
)
from tracker.commitments.services.reviewing import review
from tracker.commitments.services.suspending import resume, suspend
from tracker.commitments.services.undoing import withdraw_amendment

__all__ = [
    "EvidenceDraft",
    "InvalidRows",
    "ValueDraft",
    "acknowledge",
    "agree_extension",
    "amend",
    "apply_due_amendments",
    "apply_to_close",
    "break_down",
    "cancel_amendment",
    "confirm_backfill",
    "correct_value",
    "correct_workday",
    "decide_extension",
    "decide_return",
    "instruct",
    "keep_sheet",
    "name_blocker",
    "open_instances",
    "open_tasks",
    "record_event",
    "record_value",
    "record_values",
    "redate_provisional",
    "register_commitments",
    "report_part_done",
    "report_progress",
    "request_extension",
    "resume",
    "return_task",
    "review",
    "set_path",
    "suspend",
    "withdraw_amendment",
    "withdraw_commitments",
    "withdraw_correction",
    "withdraw_value",
]
