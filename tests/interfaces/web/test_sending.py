"""The pages about channels and deliveries: what is seen, what the administrator does, what never shows."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests import factories as make
from tests.factories import NOW
from tests.interfaces.web.county import County, text_of
from tests.messaging.making import item
from tracker.audit.actors import system
from tracker.audit.models import AuditEntry
from tracker.messaging import channels, services, targets
from tracker.messaging.channels import PutOff, Refused, Unknown
from tracker.messaging.models import ChannelTest, Delivery
from tracker.messaging.selectors import paused

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def failing(monkeypatch: pytest.MonkeyPatch, *ends: Exception | None) -> list[Delivery]:
    """Make one mail for each end (None: sent) and let it end so."""
    left = list(ends)

    def send(delivery: Delivery) -> None:
        end = left.pop(0) if delivery.channel == "mail" and left else None
        if end is not None:
            raise end

    monkeypatch.setattr(channels, "send", send)
    for _end in ends:
        task = make.task()
        post = make.post(task.lead)
        make.user(post)
        item(task, post, key=f"{task.pk}", at=NOW)
    services.gather_digests(now=NOW)
    Delivery.objects.filter(channel="in_app").update(state="sent", sent_at=NOW)
    services.dispatch(now=NOW, real_now=NOW)
    return list(Delivery.objects.filter(channel="mail").order_by("pk"))


def test_the_channels_are_shown_with_what_waits_what_failed_and_no_token(
    county: County, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRACKER_CHAT_ROBOTS = targets.read(
        [f"{county.lead.slug}=dingtalk://SECabcdef@0123456789", "no-such-unit=feishu://another-secret"]
    )
    failing(monkeypatch, None, Refused("The mail server answered 550 no such person"), PutOff("x"))
    for who in ("administrator", "office", "auditor"):
        page = text_of(county.get(who, "channels"))
        assert "钉钉机器人（蔡村乡人民政府群）" in page and "dingtalk://••••" in page
        for secret in ("SECabcdef", "0123456789", "another-secret"):
            assert secret not in page
        assert "没有这个单位代码，不会发送" in page
        assert ("发送测试" in page) == (who == "administrator")
        assert ("暂停发送" in page) == (who == "administrator")


def test_the_administrator_tests_mail_and_reads_what_came_of_it(county: County, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    answer = county.client("administrator").post("/channels/test/", {"channel": "mail"}, follow=True)
    user = county.users["administrator"]
    assert f"邮件服务器已接收发往 {user.email} 的测试邮件" in text_of(answer)
    assert [sent.to for sent in mail.outbox] == [[user.email]]
    # Refused on the page itself: a page of its own offered the channel's key back as something typed.
    again = county.client("administrator").post("/channels/test/", {"channel": "mail"}, follow=True)
    assert again.redirect_chain == [("/channels/", 303)] and "不到一分钟" in text_of(again)
    assert len(mail.outbox) == 1 and ChannelTest.objects.count() == 1


def test_a_room_that_cannot_be_reached_is_a_sentence_on_the_page(
    county: County, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRACKER_CHAT_ROBOTS = targets.read(["office=wecombot://a-secret"])

    def send(name: str, text: str) -> None:
        raise Unknown("The robot's service broke off or did not answer in time (ReadTimeout).")

    monkeypatch.setattr("tracker.messaging.services.testing.robots.send", send)
    monkeypatch.setattr("tracker.messaging.services.testing.may_tell", lambda now: True)
    answer = county.client("administrator").post(
        "/channels/test/", {"channel": "robot", "robot": "office"}, follow=True
    )
    page = text_of(answer)
    assert "测试是否送达不明，请到接收端查看。群机器人服务中断连接或超时未答复（ReadTimeout）。" in page
    assert "a-secret" not in page


def test_sending_is_paused_and_resumed_by_the_administrator_with_a_reason_everybody_sees(county: County) -> None:
    admin = county.client("administrator")
    refused = admin.post("/channels/pause/", {"reason": ""})
    assert refused.status_code == 422 and paused() is None
    admin.post("/channels/pause/", {"reason": "邮件服务器搬迁"})
    page = text_of(county.get("office", "deliveries"))
    assert "邮件服务器搬迁" in page and "由系统管理员恢复发送" in page
    assert county.client("office").post("/channels/resume/").status_code == 403
    assert paused() is not None
    admin.post("/channels/resume/")
    assert paused() is None
    actions = AuditEntry.objects.filter(action__startswith="messaging.").values_list("action", flat=True)
    assert list(actions.order_by("pk")) == ["messaging.paused", "messaging.resumed"]


def test_after_a_restore_the_page_says_why_nothing_goes_out_and_what_to_do(county: County) -> None:
    services.pause_dispatcher(reason="restored from tracker-20230605.tar.gz", by=system("restore"), now=NOW)
    page = text_of(county.get("administrator", "channels"))
    assert "从备份恢复后默认暂停发送" in page and "恢复发送" in page
    assert "由备份 tracker-20230605.tar.gz 恢复" in page


def test_each_group_of_deliveries_has_its_rows_with_the_reason_in_chinese(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(
        monkeypatch,
        Refused("The mail server answered 550 no such person"),
        Unknown("The mail server broke off or did not answer in time: timed out"),
        PutOff("The mail server answered 451 later"),
        None,
    )
    # What went wrong is shown first.
    assert "邮件服务器答复：550 no such person" in text_of(county.get("administrator", "deliveries"))
    shown = {
        "unknown": "邮件服务器中断连接或超时未答复：timed out",
        "waiting": "邮件服务器答复：451 later",
        "sent": "已发送",
        "dead": "没有这类投递",
    }
    for group, words in shown.items():
        page = text_of(county.get("administrator", "deliveries", show=group))
        assert words in page, group
        assert ("pick" in page) == (group in {"unknown", "waiting"}), group
    assert 'type="checkbox"' not in text_of(county.get("office", "deliveries", show="failed"))


def test_a_selection_is_tried_again_or_given_up_at_once(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = failing(monkeypatch, *[Refused("The mail server answered 550 no") for _ in range(3)])
    admin = county.client("administrator")
    answer = admin.post("/deliveries/retry/", {"pick": [one.pk for one in failed[:2]]}, follow=True)
    assert "2 条投递将重新发送" in text_of(answer)
    states = Delivery.objects.filter(channel="mail").order_by("pk").values_list("state", flat=True)
    assert list(states) == ["pending", "pending", "failed"]
    refused = admin.post("/deliveries/give-up/", {"pick": [failed[2].pk], "reason": ""})
    assert refused.status_code == 422 and "请写明放弃的原因" in text_of(refused)
    admin.post("/deliveries/give-up/", {"pick": [failed[2].pk], "reason": "已调离"})
    assert list(states.all()) == ["pending", "pending", "dead"]
    assert "放弃：已调离" in text_of(county.get("office", "deliveries", show="dead"))
    assert county.client("office").post("/deliveries/retry/", {"pick": [failed[2].pk]}).status_code == 403
    assert AuditEntry.objects.filter(action="messaging.delivery_retried").count() == 2


def test_the_pages_ask_no_more_the_more_deliveries_there_are(
    county: County, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRACKER_CHAT_ROBOTS = targets.read(["office=wecombot://x"])
    counts = []
    for _ in range(2):
        failing(monkeypatch, *[Refused("The mail server answered 550 no") for _ in range(5)])
        asked = []
        for page in ("channels", "deliveries"):
            county.get("administrator", page)
            with CaptureQueriesContext(connection) as queries:
                county.get("administrator", page)
            asked.append(len(queries))
        counts.append(asked)
    assert counts[0] == counts[1]


def test_a_long_list_is_turned_by_key(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.interfaces.web.views.sending.PAGE", 2)
    failed = failing(monkeypatch, *[Refused("The mail server answered 550 no") for _ in range(3)])
    first = text_of(county.get("administrator", "deliveries"))
    assert f'value="{failed[2].pk}"' in first and f'value="{failed[0].pk}"' not in first
    second = text_of(county.get("administrator", "deliveries", show="failed", before=failed[1].pk))
    assert f'value="{failed[0].pk}"' in second and f'value="{failed[2].pk}"' not in second


def test_health_says_in_chinese_what_did_not_arrive(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, Refused("The mail server answered 550 no such person"))
    assert "邮件服务器答复：550 no such person" in text_of(county.get("administrator", "health"))


def test_a_test_to_the_inbox_stands_there(county: County) -> None:
    county.client("administrator").post("/channels/test/", {"channel": "in_app"})
    assert "这是站内消息测试" in text_of(county.get("administrator", "inbox"))
