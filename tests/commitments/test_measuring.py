"""Values of indicators: who enters them, what is refused, what a correction leaves on record, and the expected path."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.factories import NOW, TODAY
from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, WrongState
from tracker.audit.models import AuditEntry
from tracker.commitments import services
from tracker.commitments.models import Indicator, IndicatorPath, IndicatorValue
from tracker.commitments.selectors import indicators as selectors
from tracker.commitments.services import InvalidRows, ValueDraft
from tracker.org.models import Unit, UnitKind
from tracker.rules.forecast import PathKind, Trend

pytestmark = [pytest.mark.django_db, pytest.mark.core]

END_2022 = date(2022, 12, 31)
Kind = IndicatorPath.Kind


class Health:
    """The health bureau, who answers for it, and one of its indicators."""

    def __init__(self) -> None:
        self.bureau: Unit = make.unit("县卫生健康和体育局", kind=UnitKind.COUNTY_DEPARTMENT)
        self.liaison: Actor = make.person(Role.LIAISON, self.bureau)
        self.head: Actor = make.person(Role.UNIT_HEAD, self.bureau)
        self.office: Actor = make.person(Role.SUPERVISION)
        self.plan = make.document(short="妇女儿童规划", issued_on=date(2023, 4, 14))
        self.salt = self.indicator("合格碘盐食用率", value="90", quote="合格碘盐食用率继续保持在 90%以上")

    def indicator(self, name: str, *, quote: str, value: str, op: str = ">=", unit: str = "%", **of: Any) -> Indicator:
        due = date(2025, 12, 31)
        commitment = make.commitment(self.plan, kind="target", title=name, quote=quote, due=due, **of)
        make.task(self.bureau, of=commitment, due=due)
        return Indicator.objects.create(commitment=commitment, name=name, op=op, value=Decimal(value), unit=unit)

    def enter(self, value: str = "97.5", *, day: date = END_2022, by: Actor | None = None, **of: Any) -> IndicatorValue:
        of.setdefault("indicator", self.salt)
        of.setdefault("source", "2022年妇女儿童监测统计表")
        return services.record_value(day=day, value=Decimal(value), by=by or self.liaison, now=NOW, **of)


@pytest.fixture
def health() -> Health:
    return Health()


def test_a_value_is_entered_by_the_liaison_with_its_day_and_source_and_is_on_record(health: Health) -> None:
    value = health.enter(source=" 稷卫发〔2023〕3号 ")
    assert (value.day, value.value, value.source) == (END_2022, Decimal("97.5"), "稷卫发〔2023〕3号")
    assert (value.by, value.unit, value.at) == (health.liaison.name, health.bureau, NOW)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor_name) == ("commitments.value_recorded", health.liaison.name)
    assert entry.detail["value"] == "97.5%"
    assert Indicator.objects.get(pk=health.salt.pk).next_look_at == NOW


def test_the_office_may_enter_a_value_for_a_unit_without_a_liaison(health: Health) -> None:
    assert health.enter(by=health.office).unit is None


@pytest.mark.parametrize("role", [Role.LIAISON, Role.UNIT_HEAD, Role.LEADER, Role.COUNTY_HEAD, Role.AUDITOR])
def test_nobody_else_enters_a_value(health: Health, role: Role) -> None:
    with pytest.raises(NotPermitted, match=r"reported by its lead unit|牵头单位"):
        health.enter(by=make.person(role))
    assert not IndicatorValue.objects.exists()


def test_a_supporting_unit_does_not_enter_the_leads_value(health: Health) -> None:
    helper = make.unit("县教育局", kind=UnitKind.COUNTY_DEPARTMENT)
    task = health.salt.commitment.tasks.get()
    task.assignments.create(unit=helper, role="support")
    with pytest.raises(NotPermitted):
        health.enter(by=make.person(Role.LIAISON, helper))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": date(2023, 6, 6)}, "day"),
        ({"day": date(1992, 12, 31)}, "day"),
        ({"value": "100.5"}, "value"),
        ({"value": "-1"}, "value"),
        ({"value": "97.12345"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "1e15"}, "value"),
        ({"source": "  "}, "source"),
        ({"source": "据" * 301}, "source"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field_it_stands_in(
    health: Health, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        health.enter(**wrong)
    assert refused.value.field == field
    assert not IndicatorValue.objects.exists()


def test_today_is_no_day_of_the_future(health: Health) -> None:
    assert health.enter(day=TODAY).day == TODAY


def test_a_second_value_for_a_day_is_refused(health: Health) -> None:
    health.enter()
    with pytest.raises(Invalid, match=r"already|已有"):
        health.enter("96")


def test_a_corrected_value_stays_beside_its_correction(health: Health) -> None:
    old = health.enter("79.5")
    new = services.correct_value(
        value=old, day=END_2022, number=Decimal("97.5"), source="同上", reason="数字颠倒", by=health.liaison, now=NOW
    )
    old.refresh_from_db()
    assert (old.value, old.superseded_by, old.superseded_why) == (Decimal("79.5"), health.liaison.name, "数字颠倒")
    assert new.replaces == old
    (reading,) = selectors.readings(Indicator.objects.all(), today=TODAY)
    assert [value.value for value in reading.values] == [Decimal("97.5")]
    assert len(selectors.history_of(health.salt)) == 2
    detail = AuditEntry.objects.latest("pk").detail
    assert (detail["old_value"], detail["value"], detail["reason"]) == ("79.5%", "97.5%", "数字颠倒")


def test_a_correction_needs_a_reason_a_difference_and_a_day_of_its_own(health: Health) -> None:
    value, other = health.enter(), health.enter("97", day=date(2021, 12, 31))

    def correct(**changes: Any) -> IndicatorValue:
        plain = {"day": value.day, "number": value.value, "source": value.source, "reason": "更正"}
        return services.correct_value(value=value, by=health.liaison, now=NOW, **{**plain, **changes})

    for changes, field in (({"reason": ""}, "reason"), ({}, "value"), ({"day": other.day}, "day")):
        with pytest.raises(Invalid) as refused:
            correct(**changes)
        assert refused.value.field == field
    correct(number=Decimal("98"))
    with pytest.raises(WrongState):
        correct(number=Decimal("99"))


def test_a_withdrawn_value_counts_no_more_and_its_day_is_free_again(health: Health) -> None:
    value = health.enter()
    services.withdraw_value(value=value, reason="填到了别的指标", by=health.liaison, now=NOW)
    (reading,) = selectors.readings(Indicator.objects.all(), today=TODAY)
    assert (reading.values, reading.trend) == ([], Trend.NO_DATA)
    assert health.enter("98").day == END_2022


def test_a_table_is_entered_whole(health: Health) -> None:
    other = health.indicator("新生儿死亡率", quote="控制在3.2‰以下", op="<=", value="3.2", unit="‰")
    rows = [ValueDraft(one, END_2022, Decimal(value), "年报") for one, value in ((health.salt, "97"), (other, "2.9"))]
    assert len(services.record_values(rows=rows, by=health.liaison, now=NOW)) == 2
    assert AuditEntry.objects.filter(action="commitments.value_recorded").count() == 2


def test_a_table_with_a_wrong_row_enters_nothing_and_names_every_wrong_row(health: Health) -> None:
    other = health.indicator("新生儿死亡率", quote="控制在3.2‰以下", op="<=", value="3.2", unit="‰")
    third = health.indicator("儿童之家覆盖率", quote="覆盖率达到90%以上", value="90")
    rows = [
        ValueDraft(health.salt, END_2022, Decimal("970"), "年报"),
        ValueDraft(other, END_2022, Decimal("2.9"), "年报"),
        ValueDraft(third, END_2022, Decimal("88"), ""),
    ]
    with pytest.raises(InvalidRows) as refused:
        services.record_values(rows=rows, by=health.liaison, now=NOW)
    assert {place: error.field for place, error in refused.value.errors.items() if isinstance(error, Invalid)} == {
        0: "value",
        2: "source",
    }
    assert not IndicatorValue.objects.exists()


def test_a_table_that_names_a_day_twice_is_refused(health: Health) -> None:
    rows = [ValueDraft(health.salt, END_2022, Decimal(value), "年报") for value in ("97", "98")]
    with pytest.raises(InvalidRows) as refused:
        services.record_values(rows=rows, by=health.liaison, now=NOW)
    assert list(refused.value.errors) == [1]


def test_nothing_is_entered_for_a_withdrawn_indicator(health: Health) -> None:
    Indicator.objects.update(withdrawn_at=NOW)
    with pytest.raises(WrongState):
        health.enter()


def test_until_somebody_sets_a_path_its_shape_is_read_from_the_clause_and_has_no_baseline(health: Health) -> None:
    (reading,) = selectors.readings(Indicator.objects.all(), today=TODAY)
    assert (reading.path.kind, reading.path.baseline, reading.set_path) == (PathKind.KEEP, None, None)


def set_path(health: Health, **values: Any) -> IndicatorPath:
    plain: dict[str, Any] = {"indicator": health.salt, "kind": Kind.KEEP, "reason": "县卫健局定", "by": health.head}
    return services.set_path(**{**plain, **values}, now=NOW)


def test_a_path_is_set_by_the_lead_units_head_and_the_one_before_stays_on_record(health: Health) -> None:
    homes = health.indicator("儿童之家覆盖率", quote="覆盖率达到90%以上", value="90")
    set_path(health, indicator=homes, kind=Kind.LINEAR, baseline_on=date(2020, 12, 31), baseline=Decimal(60))
    set_path(
        health,
        indicator=homes,
        kind=Kind.STEP,
        baseline_on=date(2020, 12, 31),
        baseline=Decimal(60),
        milestones=[(date(2024, 12, 31), Decimal(85)), (date(2023, 12, 31), Decimal(75))],
        reason="按年度任务分解",
        by=health.office,
    )
    (reading,) = selectors.readings(Indicator.objects.filter(pk=homes.pk), today=TODAY)
    assert reading.set_path is not None
    assert (reading.set_path.version, reading.path.kind) == (2, PathKind.STEP)
    assert [point.value for point in reading.path.milestones] == [75.0, 85.0]
    assert homes.paths.count() == 2
    assert AuditEntry.objects.filter(action="commitments.path_set").count() == 2


def test_a_liaison_sets_no_path(health: Health) -> None:
    with pytest.raises(NotPermitted, match=r"head|负责人"):
        set_path(health, by=health.liaison)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"kind": Kind.KEEP, "baseline_on": END_2022, "baseline": Decimal(80)}, "kind"),
        ({"kind": Kind.REDUCE, "baseline_on": END_2022, "baseline": Decimal(95)}, "kind"),
        ({"kind": Kind.LINEAR}, "baseline_on"),
        ({"kind": Kind.LINEAR, "baseline_on": END_2022}, "baseline"),
        ({"kind": Kind.LINEAR, "baseline_on": date(2024, 1, 1), "baseline": Decimal(80)}, "baseline_on"),
        ({"kind": Kind.LINEAR, "baseline_on": END_2022, "baseline": Decimal(95)}, "baseline"),
        ({"kind": Kind.LINEAR, "baseline_on": END_2022, "baseline": Decimal(101)}, "baseline"),
        ({"kind": Kind.STEP, "baseline_on": END_2022, "baseline": Decimal(80)}, "milestones"),
        (
            {
                "kind": Kind.STEP,
                "baseline_on": END_2022,
                "baseline": Decimal(80),
                "milestones": [(date(2026, 1, 1), Decimal(85))],
            },
            "milestones",
        ),
        (
            {
                "kind": Kind.STEP,
                "baseline_on": END_2022,
                "baseline": Decimal(80),
                "milestones": [(date(2023, 12, 31), Decimal(88)), (date(2024, 12, 31), Decimal(85))],
            },
            "milestones",
        ),
    ],
)
def test_a_path_that_cannot_lead_to_the_target_is_refused(health: Health, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        set_path(health, **values)
    assert refused.value.field == field
    assert not IndicatorPath.objects.exists()


def test_readings_ask_five_questions_however_many_there_are(health: Health) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            selectors.readings(selectors.visible_indicators(health.office), today=TODAY)
        return len(asked)

    health.enter()
    set_path(health)
    assert questions() == 5
    for place in range(6):
        one = health.indicator(f"指标{place}", quote="达到90%以上", value="90")
        health.enter(indicator=one)
    assert questions() == 5


def test_a_person_sees_the_indicators_whose_tasks_they_see(health: Health) -> None:
    def seen(by: Actor) -> int:
        return selectors.visible_indicators(by).count()

    assert [seen(one) for one in (health.liaison, health.office, make.person(Role.AUDITOR))] == [1, 1, 1]
    assert [seen(make.person(role)) for role in (Role.LIAISON, Role.LEADER, Role.ADMINISTRATOR)] == [0, 0, 0]
