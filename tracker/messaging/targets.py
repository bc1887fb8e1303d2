"""Read the chat robots an operator has set: plain Python, so that the settings can refuse what is wrong at the start.

A robot is named: `office` for the supervision office's room, else the slug of the unit whose room it is. Nothing of its
address but the kind is ever shown, for whoever has the address can write into the room.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

OFFICE = "office"

# The names Apprise has for the robots that county rooms use; each writes to one fixed host. Nothing else of Apprise's more
# than a hundred services may be reached, and no option of an address may be set: options turn off certificate checks,
# follow redirects or call persons by telephone number.
_ADDRESSES = {
    "wecombot": re.compile(r"wecombot://([A-Za-z0-9_-]+)/?"),
    "dingtalk": re.compile(r"dingtalk://(?:([A-Za-z0-9]+)@)?([A-Za-z0-9]+)/?"),
    "feishu": re.compile(r"feishu://([A-Za-z0-9_-]+)/?"),
    "lark": re.compile(r"lark://([A-Za-z0-9-]+)/?"),
}
KINDS = tuple(_ADDRESSES)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


@dataclass(frozen=True, slots=True)
class Robot:
    """Be one chat robot: its name, the kind of its room, and its address, which no text about it shows."""

    name: str
    kind: str
    address: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def masked(self) -> str:
        """Return the address as it may be shown."""
        return f"{self.kind}://••••"


def read(given: Iterable[str]) -> tuple[Robot, ...]:
    """Return the robots that `name=address` pairs set, in their order.

    Raises ValueError with a sentence for whoever sets them; it quotes no address.
    """
    found: dict[str, Robot] = {}
    for place, text in enumerate(given, start=1):
        name, equals, address = text.partition("=")
        name, address = name.strip(), address.strip()
        if not equals or not _NAME.fullmatch(name):
            raise ValueError(
                f"Entry {place} must be written name=address, where the name is “{OFFICE}” or the slug of a unit."
            )
        if name in found:
            raise ValueError(f"“{name}” is set twice; a room has one robot.")
        kind = address.partition("://")[0].lower()
        if kind not in _ADDRESSES:
            raise ValueError(f"The address of “{name}” must begin with one of {', '.join(KINDS)}, and ://.")
        match = _ADDRESSES[kind].fullmatch(f"{kind}{address[len(kind) :]}")
        if match is None:
            raise ValueError(
                f"The address of “{name}” must be {kind}:// and the robot's token"
                f"{' (with its secret and @ before it, where it signs)' if kind == 'dingtalk' else ''}; nothing may follow."
            )
        found[name] = Robot(name, kind, match.group(0), tuple(part for part in match.groups() if part))
    return tuple(found.values())


def without_secrets(text: str, robots: Iterable[Robot]) -> str:
    """Return a text in which no token of these robots can be read."""
    for robot in robots:
        for secret in robot.secrets:
            text = text.replace(secret, "••••")
    return text
