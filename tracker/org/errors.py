"""Name what can be wrong with a change to people, posts and registers; each carries a sentence for the person who asked."""

from __future__ import annotations


class OrgError(Exception):
    """Be the base of the errors below; `str()` is a sentence in the user's language saying what to do."""


class Invalid(OrgError):
    """Say that a value cannot be taken; `field` names it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class Stale(OrgError):
    """Say that somebody else changed the matter after the form was opened."""
