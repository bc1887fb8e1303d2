"""Name what a service refuses; see `tracker.audit.errors`."""

from __future__ import annotations

from tracker.audit.errors import Invalid, Refusal, Stale, WrongState

CommitmentError = Refusal

__all__ = ["CommitmentError", "Invalid", "Refusal", "Stale", "WrongState"]
