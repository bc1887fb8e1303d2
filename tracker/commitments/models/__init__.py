"""Store commitments, the tasks they become, and everything units and verifiers say about them."""

from tracker.commitments.models.amendment import Amendment, Provision
from tracker.commitments.models.batch import Batch, BatchRow
from tracker.commitments.models.commitment import BaseEvent, Certainty, Commitment, CommitmentUnit, Kind, Responsibility
from tracker.commitments.models.export import Export
from tracker.commitments.models.indicator import Indicator, IndicatorPath, IndicatorValue
from tracker.commitments.models.meeting import KeptSheet
from tracker.commitments.models.proposal import Proposal
from tracker.commitments.models.record import (
    Evidence,
    Extension,
    Instruction,
    ProgressReport,
    Return,
    Review,
    Suspension,
)
from tracker.commitments.models.task import Assignment, Deadline, Task
from tracker.commitments.models.view import FirstView, LedgerView

__all__ = [
    "Amendment",
    "Assignment",
    "BaseEvent",
    "Batch",
    "BatchRow",
    "Certainty",
    "Commitment",
    "CommitmentUnit",
    "Deadline",
    "Evidence",
    "Export",
    "Extension",
    "FirstView",
    "Indicator",
    "IndicatorPath",
    "IndicatorValue",
    "Instruction",
    "KeptSheet",
    "Kind",
    "LedgerView",
    "ProgressReport",
    "Proposal",
    "Provision",
    "Responsibility",
    "Return",
    "Review",
    "Suspension",
    "Task",
]
