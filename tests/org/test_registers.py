"""Registers kept by hand: spellings, groups, the division of work, working days, remarks; and that a load leaves them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from tests import factories as make
from tests.factories import NOW, TODAY
from tracker.audit.actors import Actor, NotPermitted, Role, system
from tracker.audit.errors import Invalid, Stale
from tracker.audit.models import AuditEntry
from tracker.audit.registers import Verb
from tracker.org import registering, selectors, services
from tracker.org.models import Portfolio, Tenure, Unit, UnitAlias, UnitGroup, WorkdayOverride
from tracker.org.seen import seen_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def office() -> Actor:
    return make.person(Role.SUPERVISION)


def test_a_spelling_that_is_added_names_the_unit(office: Actor) -> None:
    unit = make.unit("县住房和城乡建设管理局")
    services.add_alias(unit=unit, name="住建局", source="13710 台账", by=office, now=NOW)
    assert selectors.resolve_unit("住建局") == unit
    for taken in ("住建局", "县住房和城乡建设管理局"):
        with pytest.raises(Invalid):
            services.add_alias(unit=make.unit(), name=taken, source="x", by=office, now=NOW)


def test_a_spelling_that_a_text_prints_is_not_taken_away(office: Actor) -> None:
    unit = make.unit()
    printed = UnitAlias.objects.create(unit=unit, name="蔡村乡")
    with pytest.raises(Invalid):
        services.remove_alias(alias=printed, reason="x", by=office, now=NOW)
    added = services.add_alias(unit=unit, name="蔡村", source="x", by=office, now=NOW)
    services.remove_alias(alias=added, reason="与蔡村村委会混淆", by=office, now=NOW)
    assert [alias.name for alias in unit.aliases.all()] == ["蔡村乡"]


def test_a_group_says_who_joined_and_who_left(office: Actor) -> None:
    group = UnitGroup.objects.create(name="各有关单位", is_open=True)
    first, second, third = make.unit("甲局"), make.unit("乙局"), make.unit("丙局")
    services.set_members(group=group, units=[first, second], from_day=TODAY, source="通知", by=office, now=NOW)
    services.set_members(group=group, units=[second, third], from_day=TODAY, source="通知二", by=office, now=NOW)
    detail = AuditEntry.objects.latest("pk").detail
    assert (detail["joined"], detail["left"], detail["source"]) == (["丙局"], ["甲局"], "通知二")
    group.refresh_from_db()
    assert not group.is_open


def portfolio(unit: Unit, **values: Any) -> Portfolio:
    return Portfolio.objects.create(post=make.post(make.unit(), Role.LEADER), unit=unit, relation="分管", **values)


def test_another_leader_supervises_a_unit_from_a_day(office: Actor) -> None:
    unit = make.unit()
    old = portfolio(unit, line=700)
    follower = make.post(make.unit(), Role.LEADER)
    services.give_portfolio(
        unit=unit,
        relation="分管",
        post=follower,
        from_day=date(2023, 7, 1),
        source="稷政办发〔2023〕16号第3行",
        by=office,
        now=NOW,
    )
    assert selectors.supervising_post(unit, on=date(2023, 6, 30)) == old.post
    assert selectors.supervising_post(unit, on=date(2023, 7, 1)) == follower
    old.refresh_from_db()
    assert old.to_day == date(2023, 6, 30)


def test_a_unit_may_be_left_without_a_leader_and_never_by_mistake(office: Actor) -> None:
    unit = make.unit()
    ask: dict[str, Any] = {"unit": unit, "relation": "分管", "post": None, "source": "x", "by": office, "now": NOW}
    with pytest.raises(Invalid):
        services.give_portfolio(**ask, from_day=TODAY)
    portfolio(unit, from_day=date(2023, 6, 1))
    with pytest.raises(Invalid) as refused:
        services.give_portfolio(**ask, from_day=date(2023, 6, 1))
    assert refused.value.field == "from_day"
    services.give_portfolio(**ask, from_day=date(2023, 7, 1))
    assert selectors.supervising_post(unit, on=date(2023, 7, 1)) is None


def test_a_division_that_changed_meanwhile_is_not_changed_unseen(office: Actor) -> None:
    unit = make.unit()
    seen = seen_of(*selectors.standing_portfolios(unit))
    portfolio(unit)
    with pytest.raises(Stale):
        services.give_portfolio(
            unit=unit, relation="联系", post=make.post(make.unit(), Role.LEADER), from_day=TODAY, source="x",
            seen=seen, by=office, now=NOW,
        )  # fmt: skip


def test_a_corrected_day_counts_and_needs_its_notice(office: Actor) -> None:
    friday = date(2023, 6, 16)
    ask: dict[str, Any] = {"day": friday, "reason": "县庆", "by": office, "now": NOW}
    with pytest.raises(Invalid) as refused:
        services.correct_workday(**ask, is_workday=False, source=" ")
    assert refused.value.field == "source"
    with pytest.raises(Invalid):
        services.correct_workday(**ask, is_workday=True, source="稷政办函〔2023〕1号")
    row = services.correct_workday(**ask, is_workday=False, source="稷政办函〔2023〕1号")
    assert not selectors.workdays().is_workday(friday)
    services.withdraw_correction(correction=row, reason="通知作废", by=office, now=NOW)
    assert selectors.workdays().is_workday(friday)
    services.correct_workday(**ask, is_workday=False, source="稷政办函〔2023〕2号")
    assert WorkdayOverride.objects.get().source == "稷政办函〔2023〕2号"


EVERY: dict[str, Callable[[Actor], Any]] = {
    "alias": lambda by: services.add_alias(unit=make.unit(), name="某局", source="x", by=by, now=NOW),
    "members": lambda by: services.set_members(
        group=UnitGroup.objects.create(name="各单位"), units=[make.unit()], from_day=TODAY, source="x", by=by, now=NOW
    ),
    "portfolio": lambda by: services.give_portfolio(
        unit=make.unit(),
        relation="分管",
        post=make.post(make.unit(), Role.LEADER),
        from_day=TODAY,
        source="x",
        by=by,
        now=NOW,
    ),
    "workday": lambda by: services.correct_workday(day=TODAY, is_workday=False, reason="x", source="x", by=by, now=NOW),
}


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.SUPERVISION, Role.SYSTEM}])
@pytest.mark.parametrize("verb", sorted(EVERY))
def test_registers_are_the_offices(role: Role, verb: str) -> None:
    with pytest.raises(NotPermitted):
        EVERY[verb](make.person(role))


def test_what_people_decided_survives_a_load_of_the_seed(office: Actor) -> None:
    """The seed went on saying that the first holder holds the post, and a second load put him back."""
    unit = make.unit("蔡村乡人民政府")
    leader = make.post(make.unit(), Role.LEADER)
    tenures = [registering.TenureDraft(post=leader.key, holder="甲", line=5)]
    portfolios = [registering.PortfolioDraft(post=leader.key, unit=unit.slug, relation="分管", line=6)]
    groups = [registering.GroupDraft(name="各乡镇", members=(unit.name,), line=7)]
    units = [registering.UnitDraft(slug=unit.slug, name=unit.name, kind=unit.kind, aliases=("蔡村乡",))]
    plan: list[tuple[Any, Any]] = [
        (registering.Units(), units),
        (registering.Groups(), groups),
        (registering.Tenures(), tenures),
        (registering.Portfolios(), portfolios),
    ]
    load = system("load")
    with transaction.atomic():
        for register, drafts in plan:
            register.apply(drafts, by=load, now=NOW)
    services.add_alias(unit=unit, name="蔡村", source="台账", by=office, now=NOW)
    services.set_members(
        group=UnitGroup.objects.get(),
        units=[make.unit("太阳乡人民政府")],
        from_day=TODAY,
        source="x",
        by=office,
        now=NOW,
    )
    services.dismiss(tenure=Tenure.objects.get(holder="甲"), to_day=TODAY, by=make.person(Role.ADMINISTRATOR), now=NOW)
    services.give_portfolio(
        unit=unit, relation="分管", post=None, from_day=date(2023, 7, 1), source="x", by=office, now=NOW
    )
    for register, drafts in plan:
        held = {draft.key for draft in drafts}
        assert register.compare(drafts, held).changes == ()
        assert register.compare([], held).count(Verb.WITHDRAWN) == (1 if isinstance(register, registering.Units) else 0)
    assert {alias.name for alias in unit.aliases.all()} == {"蔡村乡", "蔡村"}


def test_a_struck_entry_is_not_set_up_again_by_a_load(office: Actor) -> None:
    post = make.post(make.unit(), Role.UNIT_HEAD)
    draft = registering.TenureDraft(post=post.key, holder="甲", from_day=date(2023, 6, 1), line=5)
    with transaction.atomic():
        registering.Tenures().apply([draft], by=system("load"), now=NOW)
    services.strike_tenure(tenure=Tenure.objects.get(holder="甲"), reason="同名不同人", by=office, now=NOW)
    assert registering.Tenures().compare([draft], {draft.key}).changes == ()


def test_a_remark_is_answered_once_and_by_those_who_keep_the_house(office: Actor) -> None:
    liaison = make.user(make.post(make.unit()))
    remark = services.send_remark(user=liaison, text=" 字太小 ", page="/my-unit/", by=make.actor(liaison), now=NOW)
    assert (remark.text, remark.by, remark.page) == ("字太小", liaison.name, "/my-unit/")
    for role in (Role.LIAISON, Role.AUDITOR, Role.LEADER):
        with pytest.raises(NotPermitted):
            services.answer_remark(remark=remark, answer="x", by=make.person(role), now=NOW)
    services.answer_remark(remark=remark, answer="已加大", by=office, now=NOW)
    with pytest.raises(Stale):
        services.answer_remark(remark=remark, answer="再答", by=make.person(Role.ADMINISTRATOR), now=NOW)
    remark.refresh_from_db()
    assert (remark.answer, remark.answered_by) == ("已加大", office.name)


@pytest.mark.parametrize("text", ["", "   ", "字" * 2001])
def test_an_empty_or_endless_remark_is_refused(text: str) -> None:
    liaison = make.user(make.post(make.unit()))
    with pytest.raises(Invalid):
        services.send_remark(user=liaison, text=text, page="", by=make.actor(liaison), now=NOW)
