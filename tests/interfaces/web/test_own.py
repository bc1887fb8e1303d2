"""My settings, and the address in a mail that stops its copies (RFC 8058)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from tests.factories import NOW
from tests.interfaces.web.county import County, text_of
from tests.messaging.making import item, run
from tracker.audit.models import AuditEntry
from tracker.messaging import copies
from tracker.messaging.models import Item
from tracker.org.models import Tenure, User

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def mailed(county: County, settings: Settings) -> str:
    """Give the path in the mail that the liaison got."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    item(county.task, Tenure.objects.get(user=county.users["liaison"]).post)
    run(NOW)
    (sent,) = mail.outbox
    found = re.fullmatch(r"<https?://[^/]+(/\S+)>", sent.extra_headers["List-Unsubscribe"])
    assert found is not None
    return found[1]


def wants(county: County) -> bool:
    return User.objects.get(pk=county.users["liaison"].pk).mail_copies


def test_the_settings_name_the_posts_and_say_why_the_inbox_stays_on(county: County) -> None:
    page = text_of(county.get("liaison", "own"))
    assert str(Tenure.objects.get(user=county.users["liaison"]).post) in page
    assert "姓名" in page
    assert "不能关闭" in page and "09:00至17:30以外的时间" in page and "调休上班日照常发送" in page
    assert "停发邮件副本" in page and "至少 10 个字符" in page


def test_a_message_says_how_far_off_the_date_was_on_its_own_day(county: County) -> None:
    post = Tenure.objects.get(user=county.users["liaison"]).post
    item(county.task, post, at=NOW + timedelta(days=3))
    item(county.task, post, key="earlier", at=NOW)
    page = text_of(county.get("liaison", "inbox"))
    late = (NOW.date() - county.task.due).days
    assert f"已过{late}天" in page and f"已过{late + 3}天" in page


def test_copies_are_turned_off_and_on_and_the_duties_stay(county: County) -> None:
    county.post_to("liaison", "own_copies", copies="off")
    assert not wants(county)
    assert "开启邮件副本" in text_of(county.get("liaison", "own"))
    item(county.task, Tenure.objects.get(user=county.users["liaison"]).post)
    run(NOW)
    assert mail.outbox == []
    assert Item.objects.filter(digest__isnull=False, dropped_at__isnull=True).count() == 1
    county.post_to("liaison", "own_copies", copies="on")
    assert wants(county)


def test_opening_the_address_of_a_mail_asks_first_and_changes_nothing(county: County, mailed: str) -> None:
    answer = Client().get(mailed)
    assert answer.status_code == 200 and "确定不再向" in text_of(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert Client().head(mailed).status_code == 200
    assert wants(county)


def test_one_post_without_signing_in_stops_the_copies_as_mail_programs_send_it(county: County, mailed: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(mailed, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "已停止向" in text_of(answer)
    assert not wants(county)
    assert strict.post(mailed, {"List-Unsubscribe": "One-Click"}).status_code == 200
    entry = AuditEntry.objects.get(action="org.mail_copies_off")
    assert entry.actor_id == county.users["liaison"].pk and entry.source.endswith("mail")
    assert "_auth_user_id" not in strict.session, "nobody is signed in by it"


def test_only_the_copies_of_the_one_it_was_made_for_stop(county: County, mailed: str) -> None:
    Client().post(mailed)
    others = User.objects.exclude(pk=county.users["liaison"].pk)
    assert others.filter(mail_copies=False).count() == 0


@pytest.mark.parametrize("token", ["1-forged", "x", "-", "1-", "9" * 30 + "-a", "１-a"])
def test_a_forged_address_is_not_found(county: County, token: str) -> None:
    assert Client().post(f"/copies/{token}/").status_code == 404
    assert User.objects.filter(mail_copies=False).count() == 0


def test_an_address_dies_with_the_mail_address_and_the_account_it_was_made_for(county: County, mailed: str) -> None:
    liaison = county.users["liaison"]
    User.objects.filter(pk=liaison.pk).update(email="next@example.org")
    assert Client().post(mailed).status_code == 404
    User.objects.filter(pk=liaison.pk).update(email=liaison.email, is_active=False)
    assert Client().post(mailed).status_code == 404


def test_a_signature_for_one_account_is_none_for_another(county: County) -> None:
    one, other = county.users["liaison"], county.users["head"]
    signature = copies.token(one).partition("-")[2]
    assert copies.whose(f"{other.pk}-{signature}") is None
    assert copies.whose(copies.token(one)) == one


def test_signing_out_everywhere_else_ends_the_other_browser_and_not_this_one(county: County) -> None:
    elsewhere = Client()
    elsewhere.force_login(county.users["liaison"], backend="django.contrib.auth.backends.ModelBackend")
    assert elsewhere.get("/inbox/").status_code == 200
    answer = county.client("liaison").post("/settings/sign-out/", follow=True)
    assert answer.status_code == 200 and "均已退出登录" in text_of(answer)
    assert elsewhere.get("/inbox/").status_code == 302
