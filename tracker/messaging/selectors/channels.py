"""Read how the channels fare, and which deliveries wait, failed or were given up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from tracker.messaging.models import ChannelTest, Delivery, Switch
from tracker.messaging.targets import OFFICE, Robot
from tracker.org.models import Unit

State = Delivery.State
Channel = Delivery.Channel
WAITING = (State.PENDING, State.SENDING)
# The groups of the page of deliveries: what waits, what may have gone, what was refused, what was given up, what went.
GROUPS: dict[str, tuple[State, ...]] = {
    "waiting": WAITING,
    "unknown": (State.UNKNOWN,),
    "failed": (State.FAILED,),
    "dead": (State.DEAD,),
    "sent": (State.SENT,),
}


def troubled_deliveries() -> QuerySet[Delivery]:
    """Return the deliveries that did not arrive or whose outcome is unknown, newest first."""
    states = [State.UNKNOWN, State.FAILED, State.DEAD]
    return Delivery.objects.filter(state__in=states).select_related("digest__user")


def paused() -> Switch | None:
    """Return the switch that an operator, or a restore from backup, has stopped all sending with; None while it is on."""
    return Switch.objects.filter(name=Switch.PAUSED, on=True).first()


@dataclass(frozen=True, slots=True)
class ChannelState:
    """Hold how one channel fares: what waits and failed, when it last went, the newest trouble and the newest test.

    `robot` is None but for a robot's channel; `unit` is the unit whose room it is, None for the office's. `astray` tells a
    robot named after no unit: its room is told nothing.
    """

    channel: Channel
    robot: Robot | None
    unit: Unit | None
    waiting: int
    failed: int
    last_sent_at: datetime | None
    trouble: Delivery | None
    test: ChannelTest | None

    @property
    def astray(self) -> bool:
        return self.robot is not None and self.robot.name != OFFICE and self.unit is None


def channel_states() -> list[ChannelState]:
    """Return every channel that is set, in five queries: the inbox, mail, and each robot."""
    robots: tuple[Robot, ...] = settings.TRACKER_CHAT_ROBOTS
    units = {unit.slug: unit for unit in Unit.objects.filter(slug__in=[robot.name for robot in robots])}
    bad = Q(state__in=[State.FAILED, State.DEAD, State.UNKNOWN]) | (Q(state=State.PENDING) & ~Q(error=""))
    rows = (
        Delivery.objects.order_by()
        .values("channel", "digest__robot")
        .annotate(
            waiting=Count("pk", filter=Q(state__in=[*WAITING, State.UNKNOWN])),
            failed=Count("pk", filter=Q(state__in=[State.FAILED, State.DEAD])),
            sent=Max("sent_at"),
            trouble=Max("pk", filter=bad),
        )
    )
    figures: dict[tuple[str, str], dict[str, Any]] = {(row["channel"], row["digest__robot"]): {**row} for row in rows}
    troubles = Delivery.objects.select_related("digest__user").in_bulk(
        [row["trouble"] for row in figures.values() if row["trouble"]]
    )
    newest = ChannelTest.objects.order_by().values("channel", "robot").annotate(newest=Max("pk")).values("newest")
    tests = {
        (test.channel, test.robot): test for test in ChannelTest.objects.filter(pk__in=newest).select_related("user")
    }

    def state(channel: Channel, robot: Robot | None) -> ChannelState:
        key = (channel.value, robot.name if robot else "")
        row: dict[str, Any] = figures.get(key, {})
        return ChannelState(
            channel,
            robot,
            units.get(robot.name) if robot else None,
            row.get("waiting", 0),
            row.get("failed", 0),
            row.get("sent"),
            troubles.get(row.get("trouble") or 0),
            tests.get(key),
        )

    return [
        state(Channel.IN_APP, None),
        state(Channel.MAIL, None),
        *(state(Channel.ROBOT, robot) for robot in robots),
    ]


def deliveries(group: str) -> QuerySet[Delivery]:
    """Return the deliveries of one of `GROUPS`, newest first; those by the inbox, which cannot fail, are left out."""
    rows = Delivery.objects.filter(state__in=GROUPS[group]).exclude(channel=Channel.IN_APP)
    return rows.select_related("digest__user").order_by("-pk")


def delivery_counts() -> dict[str, int]:
    """Return how many deliveries each of `GROUPS` has."""
    rows = Delivery.objects.exclude(channel=Channel.IN_APP).order_by().values_list("state").annotate(Count("pk"))
    by_state: dict[str, int] = defaultdict(int, dict(rows))
    return {name: sum(by_state[state] for state in states) for name, states in GROUPS.items()}


def posts_told(found: Iterable[Delivery]) -> dict[int, list[str]]:
    """Return to which posts these deliveries speak, by the digest's id, in one query."""
    from_items = Delivery.objects.filter(pk__in=[one.pk for one in found], digest__items__isnull=False)
    rows = from_items.order_by("digest__items__post").values_list(
        "digest", "digest__items__post__unit__name", "digest__items__post__title"
    )
    told: dict[int, list[str]] = defaultdict(list)
    for digest, unit, title in rows.distinct():
        told[digest].append(title if title.startswith(unit) else f"{unit}{title}")
    return told
