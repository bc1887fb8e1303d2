"""A delivery is claimed, looked at once more, sent, and its outcome written down; what failed stays visible."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from tests import factories as make
from tests.factories import NOW
from tests.messaging.making import item
from tracker.audit.actors import NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Task
from tracker.messaging import channels, services
from tracker.messaging.channels import PutOff, Refused, Unknown
from tracker.messaging.models import Delivery, Item
from tracker.messaging.selectors import troubled_deliveries
from tracker.messaging.services import delivering
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("mailbox")]


@pytest.fixture
def delivery() -> Delivery:
    """Give a mail that waits to be sent: a digest with one reminder."""
    task = make.task(due=date(2023, 6, 2), title="设立普查领导小组")
    post = make.post(task.lead)
    make.user(post, language="en")
    item(task, post)
    services.gather_digests(now=NOW)
    Delivery.objects.filter(channel="in_app").delete()
    return Delivery.objects.get()


@pytest.fixture
def outcomes(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Give a function that sets how the next sendings end (None: sent); it returns the list of texts handed over."""

    def set_them(*ends: Exception | None) -> list[str]:
        left, texts = list(ends), []

        def send(delivery: Delivery) -> None:
            texts.append(delivery.body)
            end = left.pop(0) if left else None
            if end is not None:
                raise end

        monkeypatch.setattr(channels, "send", send)
        return texts

    return set_them


def dispatch(after: timedelta = timedelta()) -> delivering.Dispatched:
    return services.dispatch(now=NOW + after, real_now=NOW + after)


def test_a_mail_that_certainly_did_not_go_is_written_anew_as_things_stand_then(
    delivery: Delivery, outcomes: Callable[..., list[str]]
) -> None:
    texts = outcomes(PutOff("451 later"))
    dispatch()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.body, delivery.error) == ("pending", "", "451 later")
    Task.objects.update(title="改名后的事项")
    Item.objects.update(text={"say": "overdue", "unit": "x", "title": "改名后的事项"})
    dispatch(timedelta(minutes=5))
    assert "设立普查领导小组" in texts[0] and "改名后的事项" in texts[1]


def test_a_task_done_while_its_mail_was_put_off_is_not_spoken_of(
    delivery: Delivery, outcomes: Callable[..., list[str]]
) -> None:
    texts = outcomes(PutOff("421 later"))
    dispatch()
    Task.objects.update(state=State.CLOSED)
    dispatch(timedelta(minutes=5))
    delivery.refresh_from_db()
    assert (delivery.state, len(texts)) == ("skipped", 1)


def test_a_mail_that_may_have_gone_is_repeated_word_for_word(
    delivery: Delivery, outcomes: Callable[..., list[str]]
) -> None:
    texts = outcomes(Unknown("broke off"), PutOff("421 later"), None)
    dispatch()
    delivery.refresh_from_db()
    assert delivery.state == "unknown"
    Item.objects.update(text={"say": "overdue", "unit": "x", "title": "改名后的事项"})
    dispatch(timedelta(minutes=5))
    delivery.refresh_from_db()
    assert delivery.state == "unknown", "that it was put off now says nothing of the first attempt"
    dispatch(timedelta(minutes=30))
    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert len(texts) == 3 and len(set(texts)) == 1


def test_a_mail_whose_sender_died_before_writing_it_is_not_sent_empty(
    delivery: Delivery, outcomes: Callable[..., list[str]]
) -> None:
    texts = outcomes()
    assert delivering._claim(delivery.pk, now=NOW, real_now=NOW) is not None
    dispatch(timedelta(minutes=4))
    assert texts == [], "the lease still holds"
    dispatch(timedelta(minutes=6))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 2)
    assert "设立普查领导小组" in texts[0]


def test_a_broken_template_stops_only_its_own_mail(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    well = make.user(post)
    item(task, post, key="well")
    services.gather_digests(now=NOW)
    real = delivering.compose

    def compose(items: Any, *, user: Any, today: date) -> tuple[str, str]:
        if user != well:
            raise KeyError("no such sentence")
        return real(items, user=user, today=today)

    monkeypatch.setattr(delivering, "compose", compose)
    dispatch()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == ("pending", "KeyError: 'no such sentence'")
    assert [message.to for message in mail.outbox] == [[well.email]]


def test_another_dispatcher_does_not_take_up_what_has_just_been_put_off(
    delivery: Delivery, outcomes: Callable[..., list[str]]
) -> None:
    outcomes(PutOff("421 later"))
    dispatch()
    assert delivering._claim(delivery.pk, now=NOW, real_now=NOW) is None


def test_who_has_lost_the_lease_cannot_overwrite_who_holds_it(delivery: Delivery) -> None:
    slow = delivering._claim(delivery.pk, now=NOW, real_now=NOW)
    assert slow is not None
    later = NOW + timedelta(minutes=6)
    delivering._end_lapsed(delivering.Dispatched(), real_now=later)
    quick = delivering._claim(delivery.pk, now=later, real_now=later)
    assert quick is not None
    delivering._write_back(slow, Delivery.State.FAILED, now=later, error="too late")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease_token) == ("sending", quick.lease_token)
    delivering._write_back(quick, Delivery.State.SENT, now=later)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.sent_at) == ("sent", later)


def test_who_has_lost_the_lease_does_not_send(
    delivery: Delivery, outcomes: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = outcomes()
    real = delivering._claim

    def claim_and_dawdle(pk: int, **named: datetime) -> Delivery | None:
        claimed = real(pk, **named)
        later = NOW + timedelta(minutes=6)
        delivering._end_lapsed(delivering.Dispatched(), real_now=later)
        assert real(pk, now=later, real_now=later) is not None
        return claimed

    monkeypatch.setattr(delivering, "_claim", claim_and_dawdle)
    dispatch()
    delivery.refresh_from_db()
    assert texts == []
    assert (delivery.state, delivery.attempts) == ("sending", 2)


def test_a_lease_taken_late_in_a_long_pass_is_as_long_as_any_other(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = make.task(due=date(2023, 6, 2))
    post = make.post(task.lead)
    make.user(post)
    item(task, post, key="second")
    services.gather_digests(now=NOW)
    Delivery.objects.filter(channel="in_app").delete()
    seconds = iter([0.0, 0.0, 400.0, 800.0])
    monkeypatch.setattr(delivering.time, "monotonic", lambda: next(seconds))
    leases = []
    monkeypatch.setattr(channels, "send", lambda delivery: leases.append(delivery.lease_until))
    services.dispatch(now=NOW, real_now=NOW)
    assert leases == [NOW + delivering.LEASE, NOW + timedelta(seconds=400) + delivering.LEASE]


def test_a_pass_ends_when_working_hours_do(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    evening = datetime(2023, 6, 5, 9, 29, tzinfo=UTC)
    seconds = iter([0.0, 61.0])
    monkeypatch.setattr(delivering.time, "monotonic", lambda: next(seconds))
    assert services.dispatch(now=evening, real_now=evening).sent == 0


def test_after_eight_attempts_a_mail_is_given_up_and_shown(
    delivery: Delivery, outcomes: Callable[..., list[str]]
) -> None:
    texts = outcomes(*[PutOff("451 full")] * 20)
    for number in range(20):
        Delivery.objects.update(next_try_at=NOW)
        dispatch(timedelta(minutes=number))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, len(texts)) == ("dead", 8, 8)
    assert list(troubled_deliveries()) == [delivery]


def test_each_wait_is_longer_than_the_one_before(delivery: Delivery, outcomes: Callable[..., list[str]]) -> None:
    outcomes(*[PutOff("451 full")] * 7)
    waits = []
    now = NOW
    for _ in range(5):
        services.dispatch(now=now, real_now=now)
        delivery.refresh_from_db()
        waits.append(delivery.next_try_at - now)
        now = delivery.next_try_at
    assert waits == sorted(waits) and waits[-1] > 8 * waits[0]


def test_a_mail_that_ends_every_process_which_sends_it_is_given_up(delivery: Delivery) -> None:
    now = NOW
    for _ in range(8):
        assert delivering._claim(delivery.pk, now=now, real_now=now) is not None
        now += timedelta(minutes=6)
        delivering._end_lapsed(delivering.Dispatched(), real_now=now)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("dead", 8)
    assert "Every process" in delivery.error


def test_an_administrator_lets_failed_mails_go_again_to_the_address_of_now(
    delivery: Delivery, outcomes: Callable[..., list[str]]
) -> None:
    texts = outcomes(Refused("550 no such person"), None)
    dispatch()
    user = delivery.digest.user
    user.email = "right@example.org"
    user.save()
    with pytest.raises(NotPermitted):
        services.retry_deliveries(deliveries=[delivery.pk], by=make.person(Role.SUPERVISION), now=NOW)
    assert services.retry_deliveries(deliveries=[delivery.pk], by=make.person(Role.ADMINISTRATOR), now=NOW) == 1
    dispatch()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.address, len(texts)) == ("sent", "right@example.org", 2)
    assert AuditEntry.objects.get(action="messaging.delivery_retried").detail == {"error": "550 no such person"}
    assert services.retry_deliveries(deliveries=[delivery.pk], by=make.person(Role.ADMINISTRATOR), now=NOW) == 0


@pytest.mark.parametrize(
    "when",
    [
        datetime(2023, 6, 5, 12, 0, tzinfo=UTC),  # Monday 20:00
        datetime(2023, 6, 10, 2, 0, tzinfo=UTC),  # Saturday
        datetime(2023, 6, 22, 2, 0, tzinfo=UTC),  # Dragon Boat Festival
    ],
)
def test_a_mail_put_off_in_the_day_does_not_come_at_night_or_on_a_rest_day(
    delivery: Delivery, outcomes: Callable[..., list[str]], when: datetime
) -> None:
    texts = outcomes(PutOff("421 later"))
    dispatch()
    assert services.dispatch(now=when, real_now=when).quiet
    assert len(texts) == 1
    tuesday = NOW + timedelta(days=1)
    services.dispatch(now=tuesday, real_now=tuesday)
    assert len(texts) == 2


def test_a_pass_ends_by_itself_when_the_mail_server_is_slow(
    delivery: Delivery, outcomes: Callable[..., list[str]]
) -> None:
    texts = outcomes()
    services.dispatch(now=NOW, real_now=NOW, seconds=-1)
    assert texts == []
    dispatch()
    assert len(texts) == 1


def test_a_password_the_mail_server_does_not_take_is_not_held_against_the_recipient(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object) -> None:
        raise smtplib.SMTPAuthenticationError(535, b"wrong password")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuse)
    dispatch()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == ("pending", "The mail server answered 535 wrong password")


def test_an_administrator_gives_up_what_waits_with_a_reason_and_may_have_it_tried_again(
    delivery: Delivery, outcomes: Callable[..., list[str]]
) -> None:
    texts = outcomes(PutOff("421 later"), None)
    dispatch()
    admin = make.person(Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        services.give_up_deliveries(deliveries=[delivery.pk], reason="离职", by=make.person(Role.SUPERVISION), now=NOW)
    with pytest.raises(Invalid):
        services.give_up_deliveries(deliveries=[delivery.pk], reason="  ", by=admin, now=NOW)
    assert services.give_up_deliveries(deliveries=[delivery.pk], reason="离职", by=admin, now=NOW) == 1
    dispatch(timedelta(hours=1))
    delivery.refresh_from_db()
    assert (delivery.state, len(texts)) == ("dead", 1)
    assert "离职" in delivery.error and "421 later" in delivery.error
    entry = AuditEntry.objects.get(action="messaging.delivery_given_up")
    assert entry.detail == {"was": "pending", "error": "421 later", "reason": "离职"}
    assert services.give_up_deliveries(deliveries=[delivery.pk], reason="离职", by=admin, now=NOW) == 0
    assert services.retry_deliveries(deliveries=[delivery.pk], by=admin, now=NOW + timedelta(hours=1)) == 1
    dispatch(timedelta(hours=1))
    delivery.refresh_from_db()
    assert delivery.state == "sent"


def test_what_is_being_sent_is_not_given_up_under_its_senders_hands(delivery: Delivery) -> None:
    assert delivering._claim(delivery.pk, now=NOW, real_now=NOW) is not None
    admin = make.person(Role.ADMINISTRATOR)
    assert services.give_up_deliveries(deliveries=[delivery.pk], reason="x", by=admin, now=NOW) == 0


def test_sending_is_paused_with_a_reason_only() -> None:
    with pytest.raises(Invalid):
        services.pause_dispatcher(reason=" ", by=make.person(Role.ADMINISTRATOR), now=NOW)
