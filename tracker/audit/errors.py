"""Name what a service refuses, for every app alike; each carries a sentence for the person who asked.

Who may not at all is told by `tracker.audit.actors.NotPermitted`, which goes on the audit chain; these do not.
"""

from __future__ import annotations


class Refusal(Exception):
    """Be the base of the errors below; `str()` is a sentence in the user's language saying what to do."""


class Invalid(Refusal):
    """Say that a value cannot be taken; `field` names it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class WrongState(Refusal):
    """Say that the state of the matter does not allow this now."""


class Stale(Refusal):
    """Say that somebody changed the matter after the form was opened."""
