"""How a measured value is written, and which values cannot be."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.rules.measure import bounds, fault, said
from tracker.rules.wording import explain


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (Decimal("99.8000"), "%", "99.8%"),
        (Decimal("12500"), "元", "12,500元"),
        (Decimal("1234567.25"), "人", "1,234,567.25人"),
        (Decimal("12.5"), "1/10万", "12.5/10万"),
        (Decimal("3.2"), "‰", "3.2‰"),
        (Decimal("0.0375"), "%", "0.0375%"),
        (Decimal("100"), "%", "100%"),
        (0.0, "处", "0处"),
        (-0.00001, "%", "0%"),
        (-12.5, "%", "-12.5%"),
    ],
)
def test_a_value_is_written_with_thousands_and_its_unit(value: float | Decimal, unit: str, words: str) -> None:
    assert said(value, unit) == words


def test_a_share_is_not_above_the_whole() -> None:
    found = fault(Decimal("100.1"), "%", "农村自来水普及率")
    assert found is not None
    assert explain(found) == "100.1%超过了100%，请核对数值和单位。"
    assert fault(Decimal("1000.1"), "‰", "新生儿死亡率") is not None
    assert fault(Decimal(100), "%", "农村自来水普及率") is None


def test_a_gross_rate_counts_children_of_other_ages_too_and_may_pass_the_whole() -> None:
    assert fault(Decimal("103.4"), "%", "学前教育毛入园率") is None


def test_a_count_is_not_below_nothing_but_a_change_may_be() -> None:
    assert fault(Decimal(-1), "户", "“链核”企业数") is not None
    assert fault(Decimal(-1), "%", "妇女体育人口占比") is not None
    assert fault(Decimal(-5), "%", "儿童伤害死亡率较2020年下降幅度") is None


def test_a_count_has_no_upper_bound() -> None:
    assert bounds("亿元", "工业总产值")[1] == float("inf")
