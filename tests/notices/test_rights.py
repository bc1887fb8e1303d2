"""Who sees a notice, and who may do what to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import factories as make
from tests.notices import making
from tests.notices.making import NOW, TODAY, Cast
from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.notices import selectors, services
from tracker.notices.life import State, Verb
from tracker.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.core]

PREPARE = {Verb.EDIT, Verb.REFRESH, Verb.FIND, Verb.SUBMIT, Verb.DISMISS}


@pytest.fixture
def cast() -> Cast:
    return making.cast()


def verbs(notice: Notice, actor: Actor) -> set[Verb]:
    return set(selectors.open_verbs(notice, actor, on=TODAY))


def test_a_draft_is_seen_by_the_office_the_unit_that_signs_and_the_auditor_alone(cast: Cast) -> None:
    notice = making.handed_in(cast)
    county_head = make.person(Role.COUNTY_HEAD)
    for actor in (cast.first, cast.second, cast.head, cast.auditor, county_head):
        assert notice in selectors.visible_notices(actor)
    for actor in (cast.liaison, cast.to_head, cast.leader, cast.stranger, make.person(Role.ADMINISTRATOR)):
        assert notice not in selectors.visible_notices(actor)


def test_a_signed_notice_is_seen_by_the_leader_and_an_issued_one_by_the_addressee(cast: Cast) -> None:
    notice = making.signed(cast)
    assert notice in selectors.visible_notices(cast.leader)
    assert notice not in selectors.visible_notices(cast.liaison)
    services.issue(notice=notice, by=cast.first, now=NOW)
    assert notice in selectors.visible_notices(cast.liaison)
    assert notice not in selectors.visible_notices(cast.stranger)
    services.withdraw(notice=notice, reason="有误", by=cast.second, now=NOW)
    assert notice in selectors.visible_notices(cast.liaison), "what it has received it may go on reading"


def test_a_notice_withdrawn_before_it_was_issued_never_reaches_the_addressee(cast: Cast) -> None:
    notice = services.withdraw(notice=making.signed(cast), reason="有误", by=cast.second, now=NOW)
    assert notice not in selectors.visible_notices(cast.liaison)


def test_the_buttons_follow_state_and_capacity(cast: Cast) -> None:
    notice = making.proposed(cast)
    assert verbs(notice, cast.first) == PREPARE
    assert verbs(notice, cast.head) == PREPARE
    for actor in (cast.auditor, cast.leader, cast.liaison, cast.stranger):
        assert verbs(notice, actor) == set()
    waiting = making.handed_in(cast, key="2:1:1:step:letter")
    assert Verb.SIGN not in verbs(waiting, cast.first), "the first person prepared it"
    assert Verb.SIGN in verbs(waiting, cast.second)
    assert Verb.SIGN in verbs(waiting, cast.head)
    out = making.issued(cast, key="3:1:1:step:letter")
    assert verbs(out, cast.liaison) == {Verb.RECEIVE, Verb.REPLY}
    assert verbs(out, cast.first) == {Verb.RECEIVE, Verb.REPLY, Verb.CLOSE, Verb.WITHDRAW}
    assert verbs(out, cast.auditor) == set()


def test_the_lists_hold_what_waits_for_whom(cast: Cast) -> None:
    waiting = making.handed_in(cast)
    fresh = making.proposed(cast, key="2:1:1:step:letter")
    out = making.issued(cast, key="3:1:1:step:letter")
    for actor in (cast.first, cast.head, cast.auditor):
        assert list(selectors.proposed(actor)) == [fresh]
        assert list(selectors.to_sign(actor, on=TODAY)) == [waiting]
        assert list(selectors.out(actor)) == [out]
    for actor in (cast.liaison, cast.to_head):
        assert not selectors.proposed(actor)
        assert not selectors.to_sign(actor, on=TODAY)
        assert list(selectors.awaited(actor)) == [out]
    assert not selectors.out(cast.stranger)


Attempt = Callable[[Notice, Actor], object]

ATTEMPTS: dict[str, tuple[State, Attempt]] = {
    "edit": (
        State.PROPOSED,
        lambda n, by: services.edit(notice=n, title="甲", body="乙", addressee="丙", by=by, now=NOW),
    ),
    "refresh": (State.PROPOSED, lambda n, by: services.refresh(notice=n, by=by, now=NOW)),
    "find": (State.PROPOSED, lambda n, by: services.record_finding(notice=n, holds=True, reason="甲", by=by, now=NOW)),
    "submit": (State.PROPOSED, lambda n, by: services.submit(notice=n, by=by, now=NOW)),
    "dismiss": (State.PROPOSED, lambda n, by: services.dismiss(notice=n, reason="甲", by=by, now=NOW)),
    "send_back": (State.TO_SIGN, lambda n, by: services.send_back(notice=n, reason="甲", by=by, now=NOW)),
    "sign": (State.TO_SIGN, lambda n, by: services.sign(notice=n, by=by, now=NOW)),
    "issue": (State.SIGNED, lambda n, by: services.issue(notice=n, by=by, now=NOW)),
    "withdraw": (State.SIGNED, lambda n, by: services.withdraw(notice=n, reason="甲", by=by, now=NOW)),
    "close": (State.ISSUED, lambda n, by: services.close(notice=n, reason="甲", by=by, now=NOW)),
}
MADE = {
    State.PROPOSED: making.found,
    State.TO_SIGN: making.handed_in,
    State.SIGNED: making.signed,
    State.ISSUED: making.issued,
}


@pytest.mark.parametrize("verb", ATTEMPTS)
def test_nobody_but_the_office_and_the_unit_that_signs_moves_a_notice(cast: Cast, verb: str) -> None:
    state, attempt = ATTEMPTS[verb]
    notice = MADE[state](cast)
    before = notice.version
    for actor in (
        cast.liaison,
        cast.to_head,
        cast.stranger,
        cast.leader,
        cast.auditor,
        make.person(Role.ADMINISTRATOR),
    ):
        with pytest.raises(NotPermitted):
            attempt(notice, actor)
    assert Notice.objects.get(pk=notice.pk).version == before


def test_another_units_person_neither_receives_nor_replies(cast: Cast) -> None:
    notice = making.issued(cast)
    with pytest.raises(NotPermitted):
        services.record_receipt(notice=notice, unit=cast.to, by=cast.stranger, now=NOW)
    with pytest.raises(NotPermitted):
        services.reply(notice=notice, unit=cast.to, text="已办", by=cast.stranger, now=NOW)


def test_a_liaison_of_the_unit_that_signs_prepares_but_does_not_sign(cast: Cast) -> None:
    liaison = make.person(Role.LIAISON, cast.issuer)
    notice = making.handed_in(cast)
    assert Verb.SEND_BACK in verbs(notice, liaison)
    with pytest.raises(NotPermitted):
        services.sign(notice=notice, by=liaison, now=NOW)


def test_a_head_whose_tenure_has_ended_signs_no_more(cast: Cast) -> None:
    notice = making.handed_in(cast)
    assert Verb.SIGN in verbs(notice, cast.head)
    cast.issuer.posts.get(role=Role.UNIT_HEAD).tenures.update(to_day=TODAY.replace(day=6))
    with pytest.raises(NotPermitted):
        services.sign(notice=notice, by=cast.head, now=NOW)


def test_only_the_office_proposes_by_hand(cast: Cast) -> None:
    task = make.task(cast.to)
    for actor in (cast.liaison, cast.to_head, cast.leader, cast.auditor):
        with pytest.raises(NotPermitted):
            services.propose_reminder(task=task, by=actor, now=NOW)
