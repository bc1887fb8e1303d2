"""Posts and tenures: who appoints whom, which duties are kept apart, and that nothing is rewritten."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from tests import factories as make
from tests.factories import NOW, TODAY
from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, Stale
from tracker.audit.models import AuditEntry
from tracker.org import answering, rosters, selectors, services
from tracker.org.models import Post, Tenure, User
from tracker.org.rights import ALONE, clash
from tracker.org.seen import seen_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]

ROLES = [role for role in Role if role is not Role.SYSTEM]


@pytest.fixture
def administrator() -> Actor:
    return make.person(Role.ADMINISTRATOR)


@pytest.fixture
def office() -> Actor:
    return make.person(Role.SUPERVISION)


def give(post: Post, user: User | None, by: Actor, **values: Any) -> Tenure:
    values = {"holder": user.name if user else "某人", "from_day": TODAY, **values}
    return services.appoint(post=post, user=user, by=by, now=NOW, **values)


@pytest.mark.parametrize(("first", "second"), list(permutations(ROLES, 2)))
def test_administration_and_audit_are_joined_with_nothing(administrator: Actor, first: Role, second: Role) -> None:
    unit = make.unit()
    person = make.user(make.post(unit, first))
    if {first, second} & ALONE:
        with pytest.raises(Invalid) as refused:
            give(make.post(unit, second), person, administrator)
        assert refused.value.field == "user"
        assert selectors.actor_for(person, on=TODAY).roles == {first}
    else:
        give(make.post(unit, second), person, administrator)
        assert selectors.actor_for(person, on=TODAY).roles == {first, second}


def test_one_post_after_the_other_is_no_clash(administrator: Actor) -> None:
    unit = make.unit()
    person = make.user()
    audits, reports = make.post(unit, Role.AUDITOR), make.post(unit, Role.LIAISON)
    give(audits, person, administrator, to_day=date(2023, 6, 30))
    give(reports, person, administrator, from_day=date(2023, 7, 1))
    with pytest.raises(Invalid):
        give(
            make.post(unit, Role.UNIT_HEAD),
            person,
            administrator,
            from_day=date(2023, 6, 30),
            to_day=date(2023, 7, 15),
        )


def test_a_post_that_gets_a_role_does_not_make_its_holder_two_things(administrator: Actor) -> None:
    unit = make.unit()
    member = make.post(unit, "")
    person = make.user(member, make.post(unit, Role.LIAISON))
    with pytest.raises(Invalid):
        services.change_role(post=member, role=Role.AUDITOR, by=administrator, now=NOW)
    member.refresh_from_db()
    assert member.role == ""
    assert selectors.actor_for(person, on=TODAY).roles == {Role.LIAISON}


def test_clash_names_the_role_that_stands_alone_first() -> None:
    assert clash({Role.LIAISON, Role.AUDITOR}) == (Role.AUDITOR, Role.LIAISON)
    assert clash({Role.LIAISON, Role.UNIT_HEAD, Role.SUPERVISION}) is None


def test_nobody_gives_rights_to_the_own_account() -> None:
    own = make.user(make.post(make.unit(), Role.ADMINISTRATOR))
    with pytest.raises(NotPermitted):
        give(make.post(make.unit(), Role.ADMINISTRATOR), own, make.actor(own))
    clerk = make.user(make.post(make.unit(), Role.SUPERVISION))
    with pytest.raises(NotPermitted):
        give(make.post(make.unit(), Role.UNIT_HEAD), clerk, make.actor(clerk))
    # To be named on record without rights is no right.
    give(make.post(make.unit(), ""), clerk, make.actor(clerk))


def test_nobody_changes_what_the_own_post_may_do() -> None:
    post = make.post(make.unit(), Role.ADMINISTRATOR)
    own = make.user(post)
    with pytest.raises(NotPermitted):
        services.change_role(post=post, role=Role.SUPERVISION, by=make.actor(own), now=NOW)


@pytest.mark.parametrize("role", ["", *ROLES])
def test_the_office_fills_liaisons_and_unit_heads_alone(office: Actor, role: Role | str) -> None:
    post = make.post(make.unit(), role)
    if role in {"", Role.LIAISON, Role.UNIT_HEAD}:
        assert give(post, make.user(), office).post == post
    else:
        with pytest.raises(NotPermitted):
            give(post, make.user(), office)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.UNIT_HEAD, Role.LEADER, Role.COUNTY_HEAD, Role.AUDITOR])
def test_others_fill_no_post(role: Role) -> None:
    with pytest.raises(NotPermitted):
        give(make.post(make.unit(), Role.LIAISON), make.user(), make.person(role))
    with pytest.raises(NotPermitted):
        services.dismiss(
            tenure=Tenure.objects.get(user=make.user(make.post(make.unit()))),
            to_day=TODAY,
            by=make.person(role),
            now=NOW,
        )


def test_the_office_opens_a_liaisons_post_and_no_auditors(office: Actor) -> None:
    unit = make.unit()
    made = services.open_post(unit=unit, title="联络员", position="liaison", role="liaison", by=office, now=NOW)
    assert (made.unit, made.role) == (unit, "liaison")
    with pytest.raises(NotPermitted):
        services.open_post(unit=unit, title="审计员", position="other", role="auditor", by=office, now=NOW)
    # Nor by naming a post that is there.
    with pytest.raises(NotPermitted):
        services.open_post(unit=unit, title="联络员", position="liaison", role="unit_head", by=office, now=NOW)


def test_who_follows_begins_the_day_after_who_leaves(administrator: Actor) -> None:
    post = make.post(make.unit())
    old, new = make.user(post, name="甲"), make.user(name="乙")
    tenure = Tenure.objects.get(user=old)
    give(post, new, administrator, from_day=date(2023, 7, 1), instead_of=[tenure], note="稷政任〔2023〕6号")
    held = {
        day: [row.holder for row in selectors.holders(post, on=day)] for day in (date(2023, 6, 30), date(2023, 7, 1))
    }
    assert held == {date(2023, 6, 30): ["甲"], date(2023, 7, 1): ["乙"]}
    (seat,) = rosters.seats([post], on=TODAY)
    assert [row.holder for row in seat.holding] == ["甲"] and [row.holder for row in seat.coming] == ["乙"]
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["org.dismissed", "org.appointed"]


def test_nobody_follows_from_before_the_other_began(administrator: Actor) -> None:
    post = make.post(make.unit())
    old = give(post, make.user(name="甲"), administrator, from_day=date(2023, 6, 5))
    with pytest.raises(Invalid) as refused:
        give(post, make.user(name="乙"), administrator, from_day=date(2023, 6, 5), instead_of=[old])
    assert refused.value.field == "from_day"
    old.refresh_from_db()
    assert old.to_day is None


def test_of_two_who_fill_a_post_the_second_sees_the_firsts_appointment(administrator: Actor, office: Actor) -> None:
    post = make.post(make.unit())
    seen = seen_of(post, *selectors.standing_tenures(post))
    give(post, make.user(name="甲"), administrator, seen=seen)
    with pytest.raises(Stale):
        give(post, make.user(name="乙"), office, seen=seen)
    assert [row.holder for row in Tenure.objects.filter(post=post)] == ["甲"]


def test_a_corrected_entry_stays_readable_and_the_right_one_counts(administrator: Actor) -> None:
    post = make.post(make.unit())
    wrong = give(post, make.user(name="王以"), administrator, from_day=date(2023, 6, 1))
    right = make.user(name="王一")
    made = services.correct_tenure(
        tenure=wrong, holder="王一", user=right, from_day=date(2023, 6, 1), to_day=None,
        reason="姓名录错，见稷政任〔2023〕4号", by=administrator, now=NOW,
    )  # fmt: skip
    wrong.refresh_from_db()
    assert wrong.withdrawn_at == NOW and wrong.holder == "王以"
    assert list(selectors.holders(post, on=TODAY)) == [made]
    assert AuditEntry.objects.latest("pk").detail["reason"] == "姓名录错，见稷政任〔2023〕4号"


def test_only_the_last_day_of_an_entry_may_be_corrected_too(administrator: Actor) -> None:
    """The right entry has holder and first day in common with the wrong one."""
    post = make.post(make.unit())
    wrong = give(post, make.user(name="甲"), administrator, from_day=date(2023, 6, 1), to_day=date(2023, 6, 2))
    services.correct_tenure(
        tenure=wrong, holder="甲", user=wrong.user, from_day=date(2023, 6, 1), to_day=date(2023, 6, 20),
        reason="日期录错", by=administrator, now=NOW,
    )  # fmt: skip
    assert selectors.holders(post, on=TODAY).get().to_day == date(2023, 6, 20)


def test_an_entry_is_corrected_with_a_reason_and_not_by_oneself(administrator: Actor) -> None:
    clerk = make.user(make.post(make.unit(), Role.SUPERVISION), post := make.post(make.unit(), Role.UNIT_HEAD))
    own = Tenure.objects.get(post=post)
    with pytest.raises(NotPermitted):
        services.strike_tenure(tenure=own, reason="x", by=make.actor(clerk), now=NOW)
    with pytest.raises(Invalid):
        services.strike_tenure(tenure=own, reason=" ", by=administrator, now=NOW)
    own.refresh_from_db()
    assert own.withdrawn_at is None


def test_the_last_administrator_keeps_the_post() -> None:
    last = make.user(make.post(make.unit(), Role.ADMINISTRATOR))
    with pytest.raises(NotPermitted):
        services.dismiss(tenure=Tenure.objects.get(user=last), to_day=TODAY, by=make.actor(last), now=NOW)


def test_a_post_that_somebody_holds_or_that_a_gazette_prints_is_not_withdrawn(administrator: Actor) -> None:
    held, printed, free = make.post(make.unit()), make.post(make.unit(), line=12), make.post(make.unit())
    make.user(held)
    for post in (held, printed):
        with pytest.raises(Invalid):
            services.withdraw_post(post=post, reason="机构改革", by=administrator, now=NOW)
    services.withdraw_post(post=free, reason="机构改革", by=administrator, now=NOW)
    with pytest.raises(Invalid):
        give(free, make.user(), administrator)


def test_whoever_acts_answers_beside_the_holder_and_before_him(administrator: Actor) -> None:
    post = make.post(make.unit(), Role.UNIT_HEAD)
    holder, deputy = make.user(), make.user()
    give(post, holder, administrator, from_day=date(2023, 1, 1))
    give(post, deputy, administrator, from_day=date(2023, 6, 1), to_day=date(2023, 6, 30), kind=Tenure.Kind.ACTING)
    assert [row.user for row in selectors.holders(post, on=TODAY)] == [deputy, holder]
    assert [row.user for row in selectors.holders(post, on=date(2023, 7, 1))] == [holder]
    # All duties of the post are the acting person's, so are its rights.
    assert selectors.actor_for(deputy, on=TODAY).roles == {Role.UNIT_HEAD}
    assert selectors.actor_for(deputy, on=date(2023, 7, 1)).roles == frozenset()
    (seat,) = answering.seats(Post.objects.filter(pk=post.pk), on=TODAY)
    assert (seat.vacant, seat.only_acting) == (False, False)


def test_a_post_with_an_acting_person_only_is_answered_for_and_says_so(administrator: Actor) -> None:
    post = make.post(make.unit(), Role.UNIT_HEAD)
    give(post, make.user(), administrator, kind=Tenure.Kind.ACTING)
    (seat,) = answering.seats(Post.objects.filter(pk=post.pk), on=TODAY)
    assert (seat.vacant, seat.only_acting, seat.reached) == (False, True, True)
    assert post not in [one.post for one in answering.vacant(on=TODAY)]


def test_who_acted_and_is_appointed_has_two_entries(administrator: Actor) -> None:
    post, person = make.post(make.unit(), Role.UNIT_HEAD), make.user()
    acted = give(post, person, administrator, from_day=date(2023, 1, 1), kind=Tenure.Kind.ACTING)
    held = give(post, person, administrator, from_day=date(2023, 6, 1), instead_of=[acted])
    acted.refresh_from_db()
    assert held.pk != acted.pk and not held.acting
    assert acted.to_day == date(2023, 5, 31)
    entry = AuditEntry.objects.filter(action="org.appointed").order_by("pk").first()
    assert entry is not None and entry.detail["kind"] == "acting"


def test_a_correction_may_say_that_somebody_only_acts(administrator: Actor) -> None:
    tenure = give(make.post(make.unit(), Role.UNIT_HEAD), make.user(), administrator)
    corrected = services.correct_tenure(
        tenure=tenure,
        kind=Tenure.Kind.ACTING,
        holder=tenure.holder,
        user=tenure.user,
        from_day=tenure.from_day,
        to_day=None,
        reason="文件作“主持工作”",
        by=administrator,
        now=NOW,
    )
    assert corrected.acting
