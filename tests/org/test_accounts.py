"""Accounts: one-time passwords, what dies with a disabled account, and what nobody does to the own one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt
from rest_framework.authtoken.models import Token

from tests import factories as make
from tests.factories import NOW
from tracker import clock
from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, Stale
from tracker.audit.models import AuditEntry
from tracker.org import rosters, services
from tracker.org.models import FeedToken, User
from tracker.org.seen import seen_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def administrator() -> Actor:
    return make.person(Role.ADMINISTRATOR)


def account(**values: Any) -> User:
    made = make.user(**values)
    made.set_password("its-own-password")
    made.save()
    return made


def test_a_new_account_has_to_choose_another_password_first(administrator: Actor) -> None:
    made = services.create_account(
        username="wang", name="王一", password="once-only-pass", one_time=True, by=administrator, now=NOW
    )
    assert made.must_change_password and made.password_changed_at == NOW
    services.change_password(user=made, password="liushi-tian-zhi-nei", by=make.actor(made), now=NOW)
    made.refresh_from_db()
    assert not made.must_change_password and made.check_password("liushi-tian-zhi-nei")


def test_an_installation_may_do_without_the_first_change(administrator: Actor, settings: Any) -> None:
    settings.TRACKER_FIRST_PASSWORD_CHANGE = False
    made = services.create_account(
        username="wang", name="王一", password="once-only-pass", one_time=True, by=administrator, now=NOW
    )
    assert not made.must_change_password


def test_two_user_names_that_differ_by_case_are_one(administrator: Actor) -> None:
    services.create_account(username="wang", name="王一", password="p", by=administrator, now=NOW)
    with pytest.raises(Invalid) as refused:
        services.create_account(username="Wang", name="王二", password="p", by=administrator, now=NOW)
    assert refused.value.field == "username"


def test_one_time_passwords_differ_and_pass_the_rules_for_passwords() -> None:
    from django.contrib.auth.password_validation import validate_password

    made = {services.one_time_password() for _ in range(50)}
    assert len(made) == 50
    for one in made:
        validate_password(one)


def test_programs_and_calendars_of_a_disabled_account_stay_dead_when_it_is_enabled_again(administrator: Actor) -> None:
    person = account()
    Token.objects.create(user=person)
    services.create_feed_token(user=person, scope="mine", target="", label="手机", by=make.actor(person), now=NOW)
    services.disable_account(user=person, by=administrator, now=NOW)
    services.enable_account(user=person, password="another-one-time", by=administrator, now=NOW)
    person.refresh_from_db()
    assert person.is_active and person.must_change_password and person.check_password("another-one-time")
    assert not Token.objects.filter(user=person).exists()
    assert not FeedToken.objects.filter(user=person, revoked_at=None).exists()


def test_a_reset_ends_programs_and_a_lock_out(administrator: Actor) -> None:
    person = account()
    Token.objects.create(user=person)
    lock(person)
    assert person.username in rosters.locked_out(real_now=clock.real_now())
    services.reset_password(user=person, password="given-by-telephone", by=administrator, now=NOW)
    person.refresh_from_db()
    assert person.check_password("given-by-telephone") and person.must_change_password
    assert not Token.objects.exists()
    assert not rosters.locked_out(real_now=clock.real_now())


def lock(person: User) -> None:
    AccessAttempt.objects.create(
        username=person.username, ip_address="10.0.0.1", failures_since_start=5, user_agent="", path_info="/login/"
    )


def test_unlocking_leaves_the_password(administrator: Actor) -> None:
    person = account()
    lock(person)
    services.unlock_account(user=person, by=administrator, now=NOW)
    person.refresh_from_db()
    assert person.check_password("its-own-password") and not person.must_change_password
    assert not rosters.locked_out(real_now=clock.real_now())


def test_every_calendar_address_of_a_person_can_be_ended_at_once(administrator: Actor) -> None:
    person = account()
    for label in ("手机", "电脑"):
        services.create_feed_token(user=person, scope="mine", target="", label=label, by=make.actor(person), now=NOW)
    assert services.revoke_feeds(user=person, by=administrator, now=NOW) == 2
    assert services.revoke_feeds(user=person, by=administrator, now=NOW) == 0
    assert AuditEntry.objects.filter(action="org.feeds_revoked").count() == 1


@pytest.mark.parametrize("verb", ["disable_account", "reset_password", "enable_account"])
def test_nobody_does_it_to_the_own_account(verb: str) -> None:
    person = account()
    own = make.user(make.post(make.unit(), Role.ADMINISTRATOR))
    del person
    extra = {} if verb == "disable_account" else {"password": "something-else"}
    with pytest.raises(NotPermitted):
        getattr(services, verb)(user=own, by=make.actor(own), now=NOW, **extra)


def test_the_last_administrator_is_not_disabled() -> None:
    last = make.user(make.post(make.unit(), Role.ADMINISTRATOR))
    # Somebody whose own tenure ended a moment ago, with the page still open.
    other = make.actor(make.user(make.post(make.unit(), Role.ADMINISTRATOR)))
    User.objects.filter(pk=other.user_id).update(is_active=False)
    with pytest.raises(NotPermitted, match="管理员"):
        services.disable_account(user=last, by=other, now=NOW)
    last.refresh_from_db()
    assert last.is_active


EVERY: dict[str, Callable[[User, Actor], Any]] = {
    "create": lambda person, by: services.create_account(username="x", name="x", password="p", by=by, now=NOW),
    "edit": lambda person, by: services.edit_account(user=person, name="x", email="", language="en", by=by, now=NOW),
    "disable": lambda person, by: services.disable_account(user=person, by=by, now=NOW),
    "enable": lambda person, by: services.enable_account(user=person, password="p", by=by, now=NOW),
    "reset": lambda person, by: services.reset_password(user=person, password="p", by=by, now=NOW),
    "unlock": lambda person, by: services.unlock_account(user=person, by=by, now=NOW),
    "feeds": lambda person, by: services.revoke_feeds(user=person, by=by, now=NOW),
}


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMINISTRATOR, Role.SYSTEM}])
@pytest.mark.parametrize("verb", sorted(EVERY))
def test_accounts_are_the_administrators(role: Role, verb: str) -> None:
    person = account()
    before = seen_of(person)
    with pytest.raises(NotPermitted):
        EVERY[verb](person, make.person(role))
    person.refresh_from_db()
    assert seen_of(person) == before


def test_of_two_administrators_the_second_sees_the_firsts_change(administrator: Actor) -> None:
    person = account(name="王一")
    seen = seen_of(person)
    services.edit_account(user=person, name="王一一", email="", language="en", seen=seen, by=administrator, now=NOW)
    with pytest.raises(Stale):
        services.edit_account(user=person, name="王二", email="", language="en", seen=seen, by=administrator, now=NOW)
    person.refresh_from_db()
    assert person.name == "王一一"


def test_signing_in_does_not_make_an_open_form_stale(administrator: Actor) -> None:
    person = account()
    seen = seen_of(person)
    User.objects.filter(pk=person.pk).update(last_login=NOW)
    services.edit_account(user=person, name="王二", email="", language="en", seen=seen, by=administrator, now=NOW)


def test_a_mail_address_that_is_none_is_refused_with_its_field(administrator: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        services.edit_account(user=account(), name="王一", email="nowhere", language="en", by=administrator, now=NOW)
    assert refused.value.field == "email"


def test_a_weak_or_the_same_password_is_refused() -> None:
    person = account()
    for password in ("12345", "its-own-password"):
        with pytest.raises(Invalid) as refused:
            services.change_password(user=person, password=password, by=make.actor(person), now=NOW)
        assert refused.value.field == "new_password1"
    person.refresh_from_db()
    assert person.check_password("its-own-password")
