"""Load a seed, and decide on the duties that ledgers propose: keyword-only, with `by` and `now`, audited."""

from tracker.intake.services.deciding import Accepted, DutyDraft, accept_proposal, decline_proposal, try_acceptance
from tracker.intake.services.loading import Loaded, Say, apply_plan

__all__ = [
    "Accepted",
    "DutyDraft",
    "Loaded",
    "Say",
    "accept_proposal",
    "apply_plan",
    "decline_proposal",
    "try_acceptance",
]
