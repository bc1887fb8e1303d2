"""Say who acts: a frozen value built at the edge and handed to every service as `by`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from tracker.rules.transitions import Role

__all__ = ["ROLE_LABELS", "Actor", "NotPermitted", "Role", "system"]

ROLE_LABELS = {
    Role.LIAISON: _("liaison"),
    Role.UNIT_HEAD: _("unit head"),
    Role.SUPERVISION: _("supervision office"),
    Role.LEADER: _("county leader"),
    Role.COUNTY_HEAD: _("county head"),
    Role.AUDITOR: _("auditor"),
    Role.ADMINISTRATOR: _("administrator"),
    Role.SYSTEM: _("system"),
}


class NotPermitted(Exception):
    """Raised when the actor may not do this; the sentence is for the actor to read."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Hold who acts at this moment.

    `unit_ids` are the units whose liaison or head the person is, `liaison_ids` and `head_ids` tell the two apart: who is
    head of one unit and liaison of another decides nothing as a head in the other. `portfolio_ids` are the units a leader
    supervises, itself not a right to change their tasks; `group_ids` the leading groups that the person heads or runs the
    office of; `post_ids` the posts held, to which what is to be read is sent. `source` says from where: an address, "jobs",
    "command".
    """

    name: str
    post: str = ""
    user_id: int | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    liaison_ids: frozenset[int] = field(default_factory=frozenset)
    head_ids: frozenset[int] = field(default_factory=frozenset)
    portfolio_ids: frozenset[int] = field(default_factory=frozenset)
    group_ids: frozenset[int] = field(default_factory=frozenset)
    post_ids: frozenset[int] = field(default_factory=frozenset)
    source: str = ""

    @property
    def unit_ids(self) -> frozenset[int]:
        """Return the units whose liaison or head the actor is."""
        return self.liaison_ids | self.head_ids

    def has(self, *roles: Role) -> bool:
        """Tell whether the actor holds any of `roles`."""
        return not self.roles.isdisjoint(roles)

    def roles_at(self, unit_ids: Collection[int]) -> frozenset[Role]:
        """Return the roles the actor has in a matter of these units: as liaison or as head only where that is the post."""
        elsewhere = set()
        if self.liaison_ids.isdisjoint(unit_ids):
            elsewhere.add(Role.LIAISON)
        if self.head_ids.isdisjoint(unit_ids):
            elsewhere.add(Role.UNIT_HEAD)
        return self.roles - elsewhere


def system(source: str) -> Actor:
    """Return the actor that jobs and commands act as; `source` names the job or command."""
    return Actor(name="system", post="", roles=frozenset({Role.SYSTEM}), source=source)
