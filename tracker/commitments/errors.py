"""Name what can be wrong with a request to change a task; each carries a sentence for the person who asked."""

from __future__ import annotations


class CommitmentError(Exception):
    """Be the base of the errors below; `str()` is a sentence in the user's language saying what to do."""


class Invalid(CommitmentError):
    """Say that a value cannot be taken; `field` names it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class WrongState(CommitmentError):
    """Say that the task's state does not allow this now."""


class Stale(CommitmentError):
    """Say that somebody changed the task after the form was opened."""
