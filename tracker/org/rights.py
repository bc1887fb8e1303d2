"""Say which roles may be joined in one person, and who may fill which post.

The administrator keeps accounts and posts and changes no task; the auditor reads everything and changes nothing; whoever
acts is neither. So each of the two stands alone. Who acts on a task may hold several acting roles: that nobody verifies
the work of the own unit, or signs what the same person prepared, is decided task by task (`rules.transitions`).
"""

from __future__ import annotations

from collections.abc import Iterable

from tracker.audit.actors import Role

ALONE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})

# Posts that the supervision office fills itself: it hears first who the new liaison of a unit is.
FILLED_BY_OFFICE = frozenset({"", Role.LIAISON.value, Role.UNIT_HEAD.value})


def clash(roles: Iterable[Role]) -> tuple[Role, Role] | None:
    """Return two of `roles` that one person may not hold together, the one that stands alone first; None when all may."""
    held = sorted(set(roles))
    for one in held:
        if one in ALONE and len(held) > 1:
            return one, next(other for other in held if other is not one)
    return None
