"""Periods of recurring tasks as a page writes them."""

from __future__ import annotations

import pytest
from django.utils import translation

from tracker.interfaces.web.templatetags.tracker_web import period


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
