"""Early warnings: proposed once a turn where a clause provides for them, decided by people, ended when back on the path."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests import factories as make
from tests.factories import NOW
from tracker.audit import actors
from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, WrongState
from tracker.audit.models import AuditEntry
from tracker.commitments import services as commitments
from tracker.commitments.models import Indicator, IndicatorValue
from tracker.documents.models import Clause
from tracker.escalation import selectors, services
from tracker.escalation.models import EarlyWarning, EscalationPolicy
from tracker.escalation.selectors import warnings as reading
from tracker.messaging.models import Item
from tracker.messaging.sentences import sentence
from tracker.org.models import Position, Unit, UnitKind
from tracker.rules.civil import SHANGHAI, civil_day

pytestmark = [pytest.mark.django_db, pytest.mark.core]

BLOCK: dict[str, Any] = {
    "title": "指标预警",
    "attaches": "有 indicator 的各行",
    "when": ["预计达标困难", "波动较大"],
    "action": "notify",
    "to": "unit_head",
    "copy_to": "group_office",
    "copy_body": "县妇女儿童工作委员会办公室",
    "decided_by": "县妇女儿童工作委员会监测评估领导小组",
    "basis": {"clause": "妇女规划 四（五）", "line": 599, "quote": "对预计达标困难、波动较大的监测指标及时进行预警"},
    "also": {"clause": "儿童规划 四（五）", "line": 1104, "quote": "对预计达标困难、波动较大的监测指标及时进行预警"},
}
JOBS = actors.system("sweep")


class Plans:
    """The women's and children's plans with their clause, and a retention rate that the education bureau answers for."""

    def __init__(self) -> None:
        self.committee = make.unit("县妇女儿童工作委员会", kind=UnitKind.LEADING_GROUP)
        self.group_office = make.unit("县妇女儿童工作委员会办公室", kind=UnitKind.GROUP_OFFICE, parent=self.committee)
        self.group_post = make.post(self.group_office, "", position=Position.GROUP_OFFICE_HEAD)
        self.bureau: Unit = make.unit("县教育局", kind=UnitKind.COUNTY_DEPARTMENT)
        self.head_post = make.post(self.bureau, Role.UNIT_HEAD)
        self.head: Actor = make.actor(make.user(self.head_post))
        self.liaison: Actor = make.person(Role.LIAISON, self.bureau)
        self.office: Actor = make.person(Role.SUPERVISION)
        self.plan = make.document(short="妇女儿童规划", issued_on=date(2023, 4, 14), leading_group=self.committee)
        self.policy = make.policy(self.plan, key="womens-childrens", early_warning=BLOCK)
        self.retention = self.indicator("九年义务教育巩固率")

    def indicator(self, name: str, *, policy_key: str = "womens-childrens") -> Indicator:
        due = date(2025, 12, 31)
        of = make.commitment(
            self.plan, kind="target", title=name, quote="巩固率保持在 98%以上", due=due, policy_key=policy_key
        )
        make.task(self.bureau, of=of, due=due)
        return Indicator.objects.create(commitment=of, name=name, op=">=", value=Decimal(98), unit="%")

    def enter(self, value: str, year: int, *, now: datetime = NOW, **of: Any) -> IndicatorValue:
        return commitments.record_value(
            indicator=of.get("indicator", self.retention), day=date(year, 12, 31), value=Decimal(value),
            source="教育统计年报", by=self.liaison, now=now,
        )  # fmt: skip

    def look(self, now: datetime = NOW) -> services.warning.Looked:
        return services.look_at_indicators(now=now, by=JOBS)

    def warn(self) -> EarlyWarning:
        """Let one warning be proposed."""
        self.enter("96.5", 2022)
        self.look()
        return EarlyWarning.objects.get(ended_at=None)


@pytest.fixture
def plans() -> Plans:
    return Plans()


def test_a_value_below_the_path_is_proposed_as_a_warning_with_its_clause_and_reasons(plans: Plans) -> None:
    warning = plans.warn()
    assert (warning.turn, warning.trend, warning.decision) == (1, "warning", "")
    assert warning.conditions == ["预计达标困难"]
    assert warning.basis.endswith("妇女规划 四（五）：对预计达标困难、波动较大的监测指标及时进行预警")
    assert [code for code, _ in warning.notes] == ["indicator.behind", "indicator.too_few"]
    assert (warning.day, warning.value) == (date(2022, 12, 31), Decimal("96.5"))
    assert AuditEntry.objects.latest("pk").action == "escalation.warning_proposed"
    assert not Item.objects.exists(), "nobody hears of what nobody has decided"


def test_a_warning_rests_on_the_clause_of_its_own_plan(plans: Plans) -> None:
    Clause.objects.update(label="儿童规划 二（三）主要目标3")
    assert "儿童规划 四（五）：" in plans.warn().basis


def test_looking_again_proposes_nothing_and_costs_nothing(plans: Plans) -> None:
    plans.warn()
    assert plans.look().looked_at == 0
    Indicator.objects.update(next_look_at=NOW)
    assert plans.look().proposed == 0
    assert EarlyWarning.objects.count() == 1


def test_only_indicators_with_something_new_are_looked_at(plans: Plans) -> None:
    for place in range(5):
        plans.indicator(f"指标{place}")
    plans.enter("99", 2022)
    assert plans.look().looked_at == 1


def test_the_sweep_looks_at_what_was_entered(plans: Plans) -> None:
    plans.enter("96.5", 2022)
    assert services.sweep(now=NOW, by=JOBS).warnings == 1


def test_a_document_without_such_a_clause_warns_of_nothing(plans: Plans) -> None:
    EscalationPolicy.objects.update(early_warning=None)
    plans.enter("60", 2022)
    assert plans.look().proposed == 0
    assert not EarlyWarning.objects.exists()
    assert Indicator.objects.get().next_look_at is None


def test_a_document_without_a_policy_warns_of_nothing(plans: Plans) -> None:
    other = plans.indicator("工业总产值", policy_key="")
    plans.enter("60", 2022, indicator=other)
    plans.look()
    assert not EarlyWarning.objects.exists()


def test_back_on_the_path_ends_the_warning_and_the_next_turn_is_another(plans: Plans) -> None:
    first = plans.warn()
    plans.enter("98.8", 2021)
    value = IndicatorValue.objects.get(day=date(2022, 12, 31))
    commitments.correct_value(
        value=value, day=value.day, number=Decimal("98.9"), source="更正后的年报", reason="统计口径有误",
        by=plans.liaison, now=NOW,
    )  # fmt: skip
    plans.look()
    first.refresh_from_db()
    assert (first.ended_at, first.ended_why) == (NOW, "back")
    later = datetime(2024, 3, 1, 9, 0, tzinfo=SHANGHAI)
    plans.enter("97", 2023, now=later)
    plans.look(later)
    second = EarlyWarning.objects.get(ended_at=None)
    assert (second.turn, second.proposed_at) == (2, later)
    assert EarlyWarning.objects.get(turn=1).ended_why == "back", "an ended turn stays ended"


def test_off_the_path_altogether_is_another_turn_to_decide(plans: Plans) -> None:
    first = plans.warn()
    services.set_warning_aside(warning=first, reason="待年报核实", by=plans.office, now=NOW)
    plans.enter("96.6", 2021)
    plans.enter("96.7", 2020)
    plans.look()
    first.refresh_from_db()
    assert first.ended_why == "worse"
    assert (EarlyWarning.objects.get(ended_at=None).trend, EarlyWarning.objects.count()) == ("off_path", 2)


def test_a_withdrawn_value_takes_its_warning_with_it(plans: Plans) -> None:
    warning = plans.warn()
    commitments.withdraw_value(value=IndicatorValue.objects.get(), reason="填错指标", by=plans.liaison, now=NOW)
    plans.look()
    warning.refresh_from_db()
    assert warning.ended_why == "void"


def test_a_clause_that_no_longer_stands_ends_its_warnings(plans: Plans) -> None:
    warning = plans.warn()
    EscalationPolicy.objects.update(withdrawn_at=NOW)
    Indicator.objects.update(next_look_at=NOW)
    plans.look()
    warning.refresh_from_db()
    assert warning.ended_why == "void"


def test_a_withdrawn_promise_ends_its_warning_in_the_next_round(plans: Plans) -> None:
    warning = plans.warn()
    of = plans.retention.commitment
    commitments.withdraw_commitments(commitments=[of], reason="规划修订", by=plans.office, now=NOW)
    assert plans.look().ended == 1
    warning.refresh_from_db()
    assert warning.ended_why == "void"
    assert plans.look().looked_at == 0


def test_values_that_grow_stale_are_looked_at_on_their_day_and_are_no_good_news(plans: Plans) -> None:
    warning = plans.warn()
    stale = datetime(2024, 7, 4, 0, 0, tzinfo=SHANGHAI)
    assert Indicator.objects.get().next_look_at == stale
    assert plans.look(stale).looked_at == 1
    warning.refresh_from_db()
    assert warning.ended_at is None


def test_the_horizon_ends_a_warning_for_nothing_is_early_any_more(plans: Plans) -> None:
    warning = plans.warn()
    stale, past = datetime(2024, 7, 4, tzinfo=SHANGHAI), datetime(2026, 1, 1, tzinfo=SHANGHAI)
    plans.look(stale)
    assert Indicator.objects.get().next_look_at == past
    plans.look(past)
    warning.refresh_from_db()
    assert warning.ended_why == "horizon"
    assert Indicator.objects.get().next_look_at is None


def test_sent_by_the_office_it_is_a_line_of_the_heads_digest_and_of_the_groups_office(plans: Plans) -> None:
    sent = services.send_warning(warning=plans.warn(), by=plans.office, now=NOW)
    assert (sent.decision, sent.decided_by) == ("sent", plans.office.name)
    items = list(Item.objects.order_by("pk"))
    assert [item.post for item in items] == [plans.head_post, plans.group_post]
    assert {item.kind for item in items} == {Item.Kind.WARNING}
    assert items[0].path == f"/indicators/{plans.retention.pk}/"
    assert "九年义务教育巩固率" in sentence(items[0], today=civil_day(NOW))
    assert "预计达标困难" in sentence(items[0], today=civil_day(NOW))
    assert items[0].basis == sent.basis
    assert AuditEntry.objects.latest("pk").action == "escalation.warning_sent"


def test_where_no_head_is_registered_the_office_is_told_so(plans: Plans) -> None:
    plans.head_post.withdrawn_at = NOW
    plans.head_post.save()
    services.send_warning(warning=plans.warn(), by=plans.office, now=NOW)
    first = Item.objects.order_by("pk")[0]
    assert first.post.role == Role.SUPERVISION
    assert first.text["nobody"] is True


def test_set_aside_it_goes_to_nobody_and_keeps_the_reason(plans: Plans) -> None:
    warning = plans.warn()
    with pytest.raises(Invalid):
        services.set_warning_aside(warning=warning, reason=" ", by=plans.office, now=NOW)
    done = services.set_warning_aside(warning=warning, reason="口径调整，待核", by=plans.office, now=NOW)
    assert (done.decision, done.reason) == ("set_aside", "口径调整，待核")
    assert not Item.objects.exists()
    assert AuditEntry.objects.latest("pk").detail["reason"] == "口径调整，待核"


def test_a_warning_is_decided_once(plans: Plans) -> None:
    warning = plans.warn()
    services.send_warning(warning=warning, by=plans.office, now=NOW)
    with pytest.raises(WrongState):
        services.set_warning_aside(warning=warning, reason="不发", by=plans.office, now=NOW)
    with pytest.raises(WrongState):
        services.send_warning(warning=warning, by=plans.office, now=NOW)
    assert Item.objects.count() == 2


def test_an_ended_warning_is_not_sent(plans: Plans) -> None:
    warning = plans.warn()
    EarlyWarning.objects.update(ended_at=NOW, ended_why="back")
    with pytest.raises(WrongState):
        services.send_warning(warning=warning, by=plans.office, now=NOW)


def test_the_office_of_the_body_the_clause_names_decides_too_and_nobody_else(plans: Plans) -> None:
    warning = plans.warn()
    for stranger in (plans.liaison, plans.head, make.person(Role.COUNTY_HEAD), make.person(Role.AUDITOR)):
        with pytest.raises(NotPermitted):
            services.send_warning(warning=warning, by=stranger, now=NOW)
    group = make.actor(make.user(plans.group_post))
    assert services.send_warning(warning=warning, by=group, now=NOW).decided_by == group.name


def test_what_has_not_gone_out_when_the_turn_ends_is_not_said_any_more(plans: Plans) -> None:
    services.send_warning(warning=plans.warn(), by=plans.office, now=NOW)
    commitments.withdraw_value(value=IndicatorValue.objects.get(), reason="填错指标", by=plans.liaison, now=NOW)
    plans.look()
    assert set(Item.objects.values_list("dropped_why", flat=True)) == {"ended"}


def test_who_sees_a_warning(plans: Plans) -> None:
    warning = plans.warn()
    group = make.actor(make.user(plans.group_post))
    people = {"office": plans.office, "group": group, "head": plans.head, "stranger": make.person(Role.LIAISON)}

    def seen() -> set[str]:
        return {who for who, by in people.items() if reading.visible_warnings(by).exists()}

    assert seen() == {"office", "group"}
    services.send_warning(warning=warning, by=plans.office, now=NOW)
    assert seen() == {"office", "group", "head"}


def test_assessment_counts_what_was_sent_in_its_period(plans: Plans) -> None:
    first, second, third = plans.warn(), *(_warned(plans, name) for name in ("指标二", "指标三"))
    services.send_warning(warning=first, by=plans.office, now=NOW)
    services.send_warning(warning=second, by=plans.office, now=datetime(2023, 7, 1, 0, 30, tzinfo=SHANGHAI))
    services.set_warning_aside(warning=third, reason="待核", by=plans.office, now=NOW)
    june = selectors.early_warnings([plans.bureau], date(2023, 6, 1), date(2023, 6, 30))
    assert june == {plans.bureau.pk: [first]}
    year = selectors.early_warnings([plans.bureau.pk], date(2023, 1, 1), date(2023, 12, 31))
    assert year == {plans.bureau.pk: [first, second]}
    assert selectors.early_warnings([plans.committee], date(2023, 1, 1), date(2023, 12, 31)) == {}


def _warned(plans: Plans, name: str) -> EarlyWarning:
    one = plans.indicator(name)
    plans.enter("90", 2022, indicator=one)
    plans.look()
    return EarlyWarning.objects.get(indicator=one)


def test_trouble_with_one_indicator_stops_no_other(plans: Plans, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = plans.indicator("坏指标")
    plans.enter("90", 2022, indicator=broken)
    plans.enter("90", 2022)
    real = services.warning.path_of

    def path_of(row: Indicator, path: Any) -> Any:
        if row.pk == broken.pk:
            raise ValueError("broken")
        return real(row, path)

    monkeypatch.setattr(services.warning, "path_of", path_of)
    looked = plans.look()
    assert (looked.proposed, looked.failed) == (1, ["坏指标"])
    assert Indicator.objects.get(pk=broken.pk).next_look_at > NOW  # type: ignore[operator]
