"""Periods of recurring tasks and dates in narrow columns as a page writes them."""

from __future__ import annotations

import pytest
from django.utils import translation

from tracker.interfaces.web.templatetags.tracker_web import folding, period


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("2023Q3", "2023年第三季度"),
        ("2023H1", "2023年上半年"),
        ("2023-06", "2023年6月"),
        ("2023-06-05", "2023年6月5日"),
        ("2023-W23", "2023年第23周"),
        ("2023-05/2023-06", "2023年5月—2023年6月"),
        ("2023", "2023年"),
        ("2023-2025", "2023—2025年"),
        ("第一批", "第一批"),
        ("", ""),
    ],
)
def test_a_period_is_written_out_in_chinese_and_kept_short_in_english(label: str, said: str) -> None:
    with translation.override("zh-hans"):
        assert period(label) == said
    with translation.override("en"):
        assert period(label) == label


def test_a_date_in_a_narrow_column_breaks_after_its_year_only() -> None:
    assert folding("2025年7月4日 09:05") == "2025年<wbr>7月4日 09:05"
    assert folding("7月4日") == "7月4日"
    assert folding("4 Jul 2025") == "4 Jul 2025"
    assert folding("<b>2025年") == "&lt;b&gt;2025年<wbr>"
