"""Write into a chat room through its robot, by Apprise."""

from __future__ import annotations

import logging

from apprise import Apprise, AppriseAsset, NotifyFormat
from django.conf import settings

from tracker.messaging.channels import wire
from tracker.messaging.channels.outcomes import PutOff, Refused, Unknown
from tracker.messaging.targets import Robot, without_secrets

# What Apprise logs holds addresses, and with them tokens; whatever matters of it is raised. A filter, because whoever
# configures logging anew enables what was disabled.
logging.getLogger("apprise").addFilter(lambda record: False)
# At DEBUG it logs the path of every request, which for three of the four services is a token.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
# Bytes: the least that any of the four services takes as one message.
MOST_BYTES = 2000
__all__ = ["MOST_BYTES", "find", "send", "wire"]


def find(name: str) -> Robot | None:
    """Return the robot of this name, or None when no operator has set it."""
    return next((robot for robot in settings.TRACKER_CHAT_ROBOTS if robot.name == name), None)


def send(name: str, text: str) -> None:
    """Write `text` into the room of the robot of this name; raises `PutOff`, `Refused` or `Unknown`."""
    robot = find(name)
    if robot is None:
        raise Refused(f"No robot “{name}” is set any more.")
    try:
        plugin = Apprise.instantiate(
            robot.address,
            asset=AppriseAsset(app_id="tracker", http_redirects=False, secure_logging=True),
        )
        if plugin is None:
            raise Refused(f"The address of the robot “{name}” is none that its service could have given.")
        # A message a day needs no pause, and one plugin pauses before its first.
        plugin.request_rate_per_sec = 0
        if not plugin.notify(body=text, body_format=NotifyFormat.TEXT):
            raise Refused("The message could not be made for the robot's service.")
    except (PutOff, Refused, Unknown) as error:
        raise type(error)(without_secrets(str(error), [robot])) from None
    except Exception as error:
        # From here on nobody knows what the words of the error hold.
        raise PutOff(f"The message could not be handed over ({type(error).__name__}).") from None
