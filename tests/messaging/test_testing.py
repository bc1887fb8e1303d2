"""Each channel can be tried out: by the administrator, not too often, and what came of it is a sentence on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from tests import factories as make
from tests.factories import NOW
from tests.messaging.making import run
from tests.messaging.rooms import ChatServer
from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.audit.models import AuditEntry
from tracker.messaging import selectors, services, targets
from tracker.messaging.models import ChannelTest, Digest
from tracker.org.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("mailbox")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def admin(settings: Settings) -> Actor:
    settings.TRACKER_CHAT_ROBOTS = targets.read(["office=wecombot://a-secret-key"])
    return make.person(Role.ADMINISTRATOR)


def test_a_test_mail_goes_to_who_asked_for_it_and_says_what_it_is(admin: Actor) -> None:
    test = services.send_test(channel="mail", by=admin, now=NOW)
    assert (test.outcome, test.said) == ("sent", "")
    (sent,) = mail.outbox
    assert sent.to == [User.objects.get(pk=admin.user_id).email]
    assert sent.subject == "【承诺督办】测试"
    assert f"由{admin.name}于2023年6月5日 09:00发出" in sent.body and "无需处理" in sent.body


def test_a_test_of_a_room_is_written_into_it(admin: Actor, chat: ChatServer) -> None:
    assert services.send_test(channel="robot", robot="office", by=admin, now=NOW).outcome == "sent"
    assert admin.name in chat.texts[0] and "测试" in chat.texts[0]


def test_a_room_that_refuses_is_told_without_its_address(admin: Actor, chat: ChatServer) -> None:
    chat.answers = [(200, {"errcode": 93000, "errmsg": "invalid webhook url a-secret-key"})]
    test = services.send_test(channel="robot", robot="office", by=admin, now=NOW)
    assert test.outcome == "refused"
    assert "93000 invalid webhook url" in test.said and "a-secret-key" not in test.said


def test_a_test_of_the_inbox_appears_there_and_in_no_digest(admin: Actor) -> None:
    assert services.send_test(channel="in_app", by=admin, now=NOW).outcome == "sent"
    assert selectors.unread(admin) == 1
    run(NOW + MINUTE)
    assert mail.outbox == [] and Digest.objects.count() == 0


def test_a_test_is_on_the_audit_chain_with_what_came_of_it(admin: Actor) -> None:
    services.send_test(channel="mail", by=admin, now=NOW)
    entries = list(AuditEntry.objects.order_by("pk").values_list("action", "actor_name"))
    assert entries == [("messaging.channel_tested", admin.name), ("messaging.channel_test_ended", admin.name)]


@pytest.mark.parametrize("role", [Role.SUPERVISION, Role.LIAISON, Role.AUDITOR, Role.LEADER])
def test_nobody_but_the_administrator_tests_channels(role: Role, admin: Actor) -> None:
    with pytest.raises(NotPermitted):
        services.send_test(channel="mail", by=make.person(role), now=NOW)
    assert mail.outbox == [] and ChannelTest.objects.count() == 0


def test_a_channel_is_tested_once_a_minute_and_ten_times_an_hour_at_most(admin: Actor) -> None:
    services.send_test(channel="mail", by=admin, now=NOW)
    with pytest.raises(Invalid, match="不到一分钟"):
        services.send_test(channel="mail", by=admin, now=NOW + timedelta(seconds=59))
    for number in range(1, 10):
        services.send_test(channel="mail", by=admin, now=NOW + number * MINUTE)
    with pytest.raises(Invalid, match="十次"):
        services.send_test(channel="in_app", by=admin, now=NOW + 20 * MINUTE)
    assert len(mail.outbox) == 10
    services.send_test(channel="mail", by=admin, now=NOW + 71 * MINUTE)


def test_a_room_is_not_tested_at_night_but_the_own_mail_is(admin: Actor, chat: ChatServer) -> None:
    night = datetime(2023, 6, 5, 14, 0, tzinfo=UTC)
    with pytest.raises(Invalid, match="工作时间"):
        services.send_test(channel="robot", robot="office", by=admin, now=night)
    assert chat.posts == []
    assert services.send_test(channel="mail", by=admin, now=night).outcome == "sent"


@pytest.mark.parametrize(("channel", "robot"), [("robot", "other"), ("robot", ""), ("mail", "office"), ("fax", "")])
def test_what_is_no_channel_is_refused_with_a_sentence(admin: Actor, channel: str, robot: str) -> None:
    with pytest.raises(Invalid):
        services.send_test(channel=channel, robot=robot, by=admin, now=NOW)


def test_an_account_without_a_mail_address_is_told_so(admin: Actor) -> None:
    User.objects.update(email="")
    with pytest.raises(Invalid, match="没有邮箱"):
        services.send_test(channel="mail", by=admin, now=NOW)


def test_a_fault_of_the_settings_is_told_like_any_other_outcome(admin: Actor, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = None
    test = services.send_test(channel="mail", by=admin, now=NOW)
    assert (test.outcome, test.ended_at) == ("put_off", NOW)
    assert test.said.startswith("TypeError")
