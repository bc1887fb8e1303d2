"""Store commitments, the tasks they become, and everything units and verifiers say about them."""

from tracker.commitments.models.commitment import BaseEvent, Certainty, Commitment, CommitmentUnit, Kind, Responsibility
from tracker.commitments.models.indicator import Indicator, IndicatorValue
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

__all__ = [
    "Assignment",
    "BaseEvent",
    "Certainty",
    "Commitment",
    "CommitmentUnit",
    "Deadline",
    "Evidence",
    "Extension",
    "Indicator",
    "IndicatorValue",
    "Instruction",
    "Kind",
    "ProgressReport",
    "Responsibility",
    "Return",
    "Review",
    "Suspension",
    "Task",
]
