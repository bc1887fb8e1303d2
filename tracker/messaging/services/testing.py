"""Send a test through one channel: to the administrator's own inbox or mail, or into a robot's room.

A test is no duty and no message of the working day; its text says so, and who had it sent. What it did is written down.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.audit.services import record
from tracker.messaging import channels
from tracker.messaging.channels import mail, robots
from tracker.messaging.dates import day
from tracker.messaging.hours import may_tell
from tracker.messaging.models import ChannelTest, Delivery, Item
from tracker.org import selectors as org
from tracker.org.models import User
from tracker.rules.civil import SHANGHAI, civil_day

log = logging.getLogger(__name__)

Channel = Delivery.Channel
Outcome = ChannelTest.Outcome
# A room or a mail server is not to be tried more often than somebody can look what came of it.
PAUSE = timedelta(minutes=1)
MOST_AN_HOUR = 10


def send_test(*, channel: str, robot: str = "", by: Actor, now: datetime) -> ChannelTest:
    """Send a test and return how it ended; `robot` is the robot's name where the channel is one.

    Raises `NotPermitted` for anybody but an administrator, and `Invalid` with a sentence where the test cannot be sent now:
    no such channel, too soon after the last, no address, or people would be written to outside working hours.
    """
    test = _begin(channel=channel, robot=robot, by=by, now=now)
    try:
        _send(test, by=by, now=now)
    except channels.PutOff as error:
        return _end(test, Outcome.PUT_OFF, str(error), by=by, now=now)
    except channels.Refused as error:
        return _end(test, Outcome.REFUSED, str(error), by=by, now=now)
    except channels.Unknown as error:
        return _end(test, Outcome.UNKNOWN, str(error), by=by, now=now)
    except Exception as error:
        # A fault of the settings is what a test is for: it is told like any other outcome.
        log.exception("The test of %s could not be sent.", test)
        return _end(test, Outcome.PUT_OFF, f"{type(error).__name__}: {error}", by=by, now=now)
    return _end(test, Outcome.SENT, "", by=by, now=now)


@transaction.atomic
def _begin(*, channel: str, robot: str, by: Actor, now: datetime) -> ChannelTest:
    if not by.has(Role.ADMINISTRATOR) or by.user_id is None:
        raise NotPermitted(_("Only the administrator tests channels. Ask the administrator."))
    # Locked, so that two tests sent at once see each other.
    user = User.objects.select_for_update().get(pk=by.user_id)
    if channel not in Channel.values or (channel == Channel.ROBOT) == (robots.find(robot) is None):
        raise Invalid("channel", _("No such channel is set. Open the page of channels again."))
    if channel == Channel.MAIL and not user.email:
        raise Invalid("channel", _("Your account has no mail address; give it one first."))
    if channel == Channel.ROBOT and not may_tell(now):
        raise Invalid("channel", _("A room is written to in working hours on working days only, tests included."))
    tests = ChannelTest.objects.filter(at__lte=now)
    if tests.filter(channel=channel, robot=robot, at__gt=now - PAUSE).exists():
        raise Invalid("channel", _("This channel was tested less than a minute ago. See what came of it first."))
    if tests.filter(user=user, at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise Invalid("channel", _("Ten tests an hour are enough. Go on later."))
    test = ChannelTest.objects.create(channel=channel, robot=robot, user=user, at=now)
    record(by=by, now=now, action="messaging.channel_tested", obj=test, channel=channel, robot=robot)
    return test


def _send(test: ChannelTest, *, by: Actor, now: datetime) -> None:
    match test.channel:
        case Channel.ROBOT:
            with translation.override(settings.LANGUAGE_CODE):
                robots.send(test.robot, "\n".join(_words(by, now)))
        case Channel.MAIL:
            subject, text = _words(by, now)
            mail.hand_over(subject=subject, body=f"{text}\n", to=test.user.email)
        case _:
            _put_into_inbox(test, by=by, now=now)


def _words(by: Actor, now: datetime) -> tuple[str, str]:
    at = f"{day(civil_day(now))} {now.astimezone(SHANGHAI):%H:%M}"
    return (
        _("[Commitments] Test"),
        _("This is a test of the commitment tracker, sent by %(name)s on %(at)s. Nothing has to be done.")
        % {"name": by.name, "at": at},
    )


def _put_into_inbox(test: ChannelTest, *, by: Actor, now: datetime) -> None:
    posts = org.posts_of(test.user, on=civil_day(now))
    if not posts:
        raise channels.Refused(_("You hold no post, and what is in the inbox is said to posts."))
    Item.objects.create(
        key=f"test:{test.pk}",
        kind=Item.Kind.SYSTEM,
        post=posts[0],
        text={"say": "test", "by": by.name},
        created_at=now,
    )


@transaction.atomic
def _end(test: ChannelTest, outcome: Outcome, said: str, *, by: Actor, now: datetime) -> ChannelTest:
    test.outcome, test.said, test.ended_at = outcome, said[:2000], now
    test.save(update_fields=["outcome", "said", "ended_at"])
    record(by=by, now=now, action="messaging.channel_test_ended", obj=test, outcome=str(outcome), said=test.said)
    return test
