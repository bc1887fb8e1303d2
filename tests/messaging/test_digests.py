"""One message a person a working day, none without content, none without cause when it goes out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from tests import factories as make
from tests.factories import NOW, TODAY
from tests.messaging.making import item, run
from tracker.audit.actors import Role, system
from tracker.commitments.models import Task
from tracker.messaging import services
from tracker.messaging.models import Delivery, Digest, Item
from tracker.messaging.selectors import unreachable_posts
from tracker.messaging.services import gathering
from tracker.org.models import Tenure, User
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("mailbox")]


def test_a_person_gets_one_message_a_working_day_however_much_there_is() -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    make.user(post)
    for number in range(5):
        item(task, post, key=f"a{number}")
    run(NOW)
    item(task, post, key="later the same day")
    run(NOW + timedelta(hours=2))
    assert len(mail.outbox) == 1
    run(NOW + timedelta(days=1))
    assert len(mail.outbox) == 2
    assert Item.objects.filter(digest__isnull=True).count() == 0


def test_nothing_due_means_no_message() -> None:
    make.user(make.post(make.unit()))
    run(NOW)
    assert mail.outbox == [] and Digest.objects.count() == 0


@pytest.mark.parametrize(
    ("when", "sent"),
    [
        (datetime(2023, 6, 5, 0, 30, tzinfo=UTC), 0),  # Monday 08:30
        (datetime(2023, 6, 5, 12, 0, tzinfo=UTC), 0),  # Monday 20:00
        (datetime(2023, 6, 4, 2, 0, tzinfo=UTC), 0),  # Sunday
        (datetime(2023, 6, 22, 2, 0, tzinfo=UTC), 0),  # Dragon Boat Festival, a Thursday
        (datetime(2023, 6, 25, 2, 0, tzinfo=UTC), 1),  # a Sunday that is worked (调休)
        (datetime(2023, 6, 5, 1, 0, tzinfo=UTC), 1),  # Monday 09:00
    ],
)
def test_messages_keep_working_hours_rest_days_and_make_up_days(when: datetime, sent: int) -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    run(when)
    assert len(mail.outbox) == sent


def test_a_report_between_gathering_and_sending_stops_the_reminder() -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    services.gather_digests(now=NOW)
    Task.objects.filter(pk=task.pk).update(reported_at=NOW + timedelta(minutes=1))
    services.dispatch(now=NOW + timedelta(minutes=2), real_now=NOW)
    assert mail.outbox == []
    assert Item.objects.get().dropped_why == "reported"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"skipped"}


def test_a_task_closed_or_given_a_new_date_meanwhile_is_not_spoken_of() -> None:
    closed, moved = make.task(due=date(2023, 6, 2)), make.task(due=date(2023, 6, 2))
    post = make.post(make.unit())
    make.user(post)
    item(closed, post, key="closed", due_version=1)
    item(moved, post, key="moved", due_version=1)
    services.gather_digests(now=NOW)
    Task.objects.filter(pk=closed.pk).update(state=State.CLOSED)
    Task.objects.filter(pk=moved.pk).update(due_version=2)
    services.dispatch(now=NOW, real_now=NOW)
    assert mail.outbox == []
    assert set(Item.objects.values_list("key", "dropped_why")) == {("closed", "state"), ("moved", "date")}


def test_an_item_of_a_post_that_changed_hands_goes_to_the_new_holder() -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    old, new = make.user(post, name="旧任"), make.user(name="新任")
    item(task, post)
    services.gather_digests(now=NOW)
    Tenure.objects.filter(user=old).update(to_day=date(2023, 6, 4))
    Tenure.objects.create(post=post, holder=new.name, user=new, from_day=date(2023, 6, 5))
    services.dispatch(now=NOW, real_now=NOW)
    assert mail.outbox == []
    run(NOW + timedelta(minutes=5))
    assert [message.to for message in mail.outbox] == [[new.email]]


def test_the_mail_says_what_is_late_since_when_and_on_which_clause_in_the_readers_language() -> None:
    task = make.task(due=date(2023, 6, 2), title="设立普查领导小组")
    post = make.post(task.lead)
    make.user(post, language="en")
    item(task, post)
    run(NOW)
    body = mail.outbox[0].body
    assert f"“设立普查领导小组” ({task.lead.name}) was due on 2 Jun, 3 days ago" in body
    assert "四（三）" in body
    assert f"/tasks/{task.pk}/" in body


def test_line_breaks_in_a_title_cannot_forge_a_mail_header() -> None:
    task = make.task(due=date(2023, 6, 2), title="普查\r\nBcc: all@example.org")
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    run(NOW)
    assert mail.outbox[0].recipients() == [Delivery.objects.get(channel="mail").address]
    assert "\n" not in mail.outbox[0].subject


def test_a_paused_dispatcher_sends_nothing_until_it_is_resumed() -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    services.pause_dispatcher(reason="restored from backup", by=system("restore"), now=NOW)
    run(NOW)
    assert mail.outbox == []
    services.resume_dispatcher(by=make.person(Role.ADMINISTRATOR), now=NOW)
    run(NOW)
    assert len(mail.outbox) == 1


def test_an_account_without_mail_still_has_its_inbox() -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    make.user(post, email="")
    item(task, post)
    run(NOW)
    assert list(Delivery.objects.values_list("channel", "state")) == [("in_app", "sent")]


def test_what_has_been_read_in_the_inbox_is_not_told_again() -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    make.user(post)
    item(task, post, read_at=NOW)
    run(NOW)
    assert mail.outbox == [] and Digest.objects.count() == 0


def test_what_is_read_between_gathering_and_sending_is_not_told_and_stays_in_the_inbox() -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    services.gather_digests(now=NOW)
    Item.objects.update(read_at=NOW)
    services.dispatch(now=NOW, real_now=NOW)
    assert mail.outbox == []
    assert Item.objects.get().dropped_at is None


def test_of_several_reminders_of_one_task_only_the_newest_is_said() -> None:
    late, other = make.task(due=date(2023, 6, 2), title="迟"), make.task(due=date(2023, 6, 2), title="另")
    post = make.post(late.lead)
    make.user(post, language="en")
    for number in range(3):
        item(late, post, key=f"late{number}", at=NOW + timedelta(minutes=number))
    item(other, post, key="other")
    run(NOW)
    assert mail.outbox[0].body.count("“迟”") == 1
    assert mail.outbox[0].body.count("“另”") == 1
    assert dict(Item.objects.values_list("key", "dropped_why")) == {
        "late0": "overtaken",
        "late1": "overtaken",
        "late2": "",
        "other": "",
    }


def test_one_persons_trouble_does_not_keep_the_others_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    task = make.task(due=date(2023, 6, 2))
    posts = [make.post(task.lead) for _ in range(3)]
    users = [make.user(post) for post in posts]
    for number, post in enumerate(posts):
        item(task, post, key=str(number))
    real = gathering._make

    def troubled(user: User, *rest: Any, **named: Any) -> Any:
        if user == users[1]:
            raise ValueError("broken")
        return real(user, *rest, **named)

    monkeypatch.setattr(gathering, "_make", troubled)
    gathered = services.gather_digests(now=NOW)
    assert {digest.user for digest in gathered.made} == {users[0], users[2]}
    assert gathered.counts() == {"made": 2, "failed": [users[1].username]}


def test_a_post_with_two_holders_is_told_once_through_the_one_who_has_always_held_it() -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    later = make.user()
    Tenure.objects.create(post=post, holder=later.name, user=later, from_day=date(2023, 1, 1))
    first = make.user(post)
    item(task, post)
    run(NOW)
    assert [message.to for message in mail.outbox] == [[first.email]]


def test_posts_that_nobody_with_an_account_holds_are_listed_and_their_items_wait() -> None:
    task = make.task(due=date(2023, 6, 2))
    held, vacant, left = make.post(task.lead), make.post(task.lead), make.post(task.lead)
    make.user(held)
    make.user(left, is_active=False)
    for number, post in enumerate((held, vacant, left)):
        item(task, post, key=str(number))
    assert set(unreachable_posts(on=TODAY)) == {vacant, left}
    run(NOW)
    assert Item.objects.filter(digest__isnull=True).count() == 2
    make.user(vacant)
    run(NOW + timedelta(minutes=5))
    assert Item.objects.filter(digest__isnull=True).count() == 1


def test_a_mail_that_waited_overnight_is_said_with_the_next_days_digest_and_not_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = make.task(due=date(2023, 6, 2))
    other = make.task(task.lead, due=date(2023, 6, 2), title="周二的")
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    services.gather_digests(now=NOW)  # and the mail server is away all day
    item(other, post, key="tuesday")
    run(NOW + timedelta(days=1))
    assert len(mail.outbox) == 1
    assert "设立普查领导小组" in mail.outbox[0].body and "周二的" in mail.outbox[0].body
    assert list(Delivery.objects.filter(channel="mail").order_by("pk").values_list("state", flat=True)) == [
        "skipped",
        "sent",
    ]


def test_who_got_yesterdays_mail_today_gets_what_is_new_tomorrow() -> None:
    task = make.task(due=date(2023, 6, 2))
    other = make.task(task.lead, due=date(2023, 6, 2), title="周二的")
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    services.gather_digests(now=NOW)
    tuesday = NOW + timedelta(days=1)
    services.dispatch(now=tuesday, real_now=tuesday)
    item(other, post, key="tuesday")
    run(tuesday + timedelta(hours=1))
    assert len(mail.outbox) == 1
    run(NOW + timedelta(days=2))
    assert len(mail.outbox) == 2


def test_copies_that_were_turned_off_after_the_digest_was_made_do_not_go() -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    services.gather_digests(now=NOW)
    User.objects.update(mail_copies=False)
    services.dispatch(now=NOW, real_now=NOW)
    assert mail.outbox == []
    assert dict(Delivery.objects.values_list("channel", "state")) == {"in_app": "sent", "mail": "skipped"}
    assert Item.objects.get().dropped_at is None
