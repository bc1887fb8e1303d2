"""Send one delivery through its channel, and say what became of it in one of three ways when it did not go."""

from __future__ import annotations

from tracker.messaging.channels import mail, robots
from tracker.messaging.channels.outcomes import PutOff, Refused, Unknown
from tracker.messaging.models import Delivery

__all__ = ["PutOff", "Refused", "Unknown", "send"]


def send(delivery: Delivery) -> None:
    """Send a claimed delivery; returning means sent.

    Raises `PutOff` (try later), `Refused` (never will), `Unknown` (it may have gone). The inbox needs no sending: the
    items are there.
    """
    if delivery.channel == Delivery.Channel.MAIL:
        mail.send(delivery)
    elif delivery.channel == Delivery.Channel.ROBOT:
        robots.send(delivery.address, delivery.body)
