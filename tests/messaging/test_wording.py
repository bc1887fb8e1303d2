"""What a person reads: dates as Chinese writes them, a subject that says what is late, and why one is told at all."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core import mail
from django.utils import translation

from tests import factories as make
from tests.factories import NOW, TODAY
from tests.messaging.making import item, run
from tracker.messaging import sentences
from tracker.messaging.composing import ORDER, compose
from tracker.messaging.models import Item
from tracker.messaging.sentences import sentence

pytestmark = [pytest.mark.django_db, pytest.mark.core]

ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
# Everything any item has ever been queued with.
FULL = {
    "unit": "蔡村乡人民政府",
    "title": "设立普查领导小组",
    "step": "提请普查办协调",
    "reason": "等批复",
    "text": "稷督〔2023〕1号",
    "by": "副县长 王一",
    "new": "2023-06-20",
    "addressee": "普查办",
    "finding": "无正当理由",
}


def one(say: str, due: date | None = date(2023, 6, 2), **values: object) -> Item:
    """Make an item that says so, as the sweep or a notice queues it."""
    return Item(task=make.task(due=due), text={**FULL, "say": say, **values}, kind=Item.Kind.REMINDER)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("say", sorted(sentences._SAYINGS))
@pytest.mark.parametrize("due", [date(2023, 6, 2), date(2023, 6, 5), date(2024, 1, 31), None])
def test_no_sentence_shows_a_date_the_way_machines_write_it(say: str, language: str, due: date | None) -> None:
    with translation.override(language):
        said = sentence(one(say, due), today=TODAY)
    assert not ISO.search(said)
    assert "%(" not in said


def test_chinese_dates_carry_the_year_only_when_it_is_another() -> None:
    with translation.override("zh-hans"):
        assert "6月2日" in sentence(one("overdue"), today=TODAY)
        assert "2023年" not in sentence(one("overdue"), today=TODAY)
        assert "2024年1月31日" in sentence(one("assignment", date(2024, 1, 31)), today=TODAY)
        assert "延期至6月20日" in sentence(one("extension_granted"), today=TODAY)


def test_a_reminder_of_a_date_that_was_moved_since_does_not_count_days_past_it() -> None:
    with translation.override("zh-hans"):
        said = sentence(one("overdue", date(2023, 6, 30)), today=TODAY)
    assert "时限6月30日，还有25天" in said


def test_an_item_kept_with_words_instead_of_a_date_is_said_as_it_stands() -> None:
    with translation.override("zh-hans"):
        assert "延期至6月下旬" in sentence(one("extension_granted", new="6月下旬"), today=TODAY)
        assert "请签收。" in sentence(one("notice_issue", new=""), today=TODAY)


def test_a_reminder_read_after_its_date_does_not_say_that_it_is_due_today() -> None:
    with translation.override("zh-hans"):
        assert "今天到期" in sentence(one("ahead", TODAY), today=TODAY)
        late = sentence(one("ahead", date(2023, 6, 2)), today=TODAY)
    assert "今天" not in late and "6月2日" in late


def test_quotation_marks_within_a_title_become_single_ones_but_not_in_a_notices() -> None:
    with translation.override("zh-hans"):
        assert sentence(one("assignment", title="“链核”企业达到30户"), today=TODAY).startswith("“‘链核’企业达到30户”")
        assert "《关于“链核”企业的督促函》" in sentence(
            one("notice_to_sign", title="关于“链核”企业的督促函"), today=TODAY
        )


def test_every_kind_of_item_has_its_place_in_the_mail() -> None:
    assert set(ORDER) == set(Item.Kind)


@pytest.mark.usefixtures("mailbox")
def test_the_chinese_mail_says_what_is_late_why_one_gets_it_and_how_to_stop_the_copies() -> None:
    task = make.task(due=date(2023, 6, 2), title="设立普查领导小组")
    post = make.post(task.lead, title="联络员")
    user = make.user(post, name="王一")
    item(task, post)
    run(NOW)
    sent = mail.outbox[0]
    assert sent.subject == "【承诺督办】6月5日：1 项，逾期 1 项"
    body = str(sent.body)
    assert body.startswith("王一：今天（2023年6月5日）与您有关的事项如下。")
    assert "时限6月2日，已过3天" in body
    assert f"您担任：{task.lead.name}联络员" in body
    assert "只停邮件" in body
    assert not ISO.search(body)
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = sent.extra_headers["List-Unsubscribe"]
    assert address.startswith("<http") and address.endswith("/>")
    assert address[1:-1] in body
    assert str(user.email) not in address


def test_a_subject_without_anything_late_says_no_such_thing() -> None:
    task = make.task(due=date(2023, 6, 9))
    post = make.post(task.lead)
    user = make.user(post)
    one_item = item(task, post)
    assert compose([one_item], user=user, today=TODAY)[0] == "【承诺督办】6月5日：1 项"
