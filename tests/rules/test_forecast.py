"""The expected path of an indicator, its forecast, and the early warning."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.forecast import (
    Outlook,
    Path,
    PathKind,
    Point,
    Trend,
    expected,
    forecast,
    kind_read_from,
    meets,
    outlook,
    slack_read_from,
)
from tracker.rules.wording import explain

END_2025 = date(2025, 12, 31)
# 纸包装专业镇年产值 grows from 30 to 40 (hundred million) between the end of 2022 and the end of 2025.
OUTPUT = Path(PathKind.LINEAR, Point(END_2025, 40.0), ">=", Point(date(2022, 12, 31), 30.0))
MORTALITY = Path(PathKind.REDUCE, Point(END_2025, 6.0), "<=", Point(date(2022, 12, 31), 9.0))
SCREENING = Path(PathKind.KEEP, Point(END_2025, 98.0), ">=")


def year_ends(*values: float, first: int = 2021) -> list[Point]:
    return [Point(date(first + index, 12, 31), value) for index, value in enumerate(values)]


def codes(found: Outlook) -> list[str]:
    return [code for code, _ in found.notes]


def test_linear_path_climbs_evenly() -> None:
    assert expected(OUTPUT, date(2022, 12, 31)) == 30.0
    assert expected(OUTPUT, date(2024, 7, 1)) == pytest.approx(30 + 10 * 548 / 1096)
    assert expected(OUTPUT, END_2025) == 40.0
    assert expected(OUTPUT, date(2030, 1, 1)) == 40.0


def test_path_says_nothing_before_its_baseline_or_without_one() -> None:
    assert expected(OUTPUT, date(2022, 12, 30)) is None
    assert expected(Path(PathKind.LINEAR, Point(END_2025, 40.0)), date(2024, 1, 1)) is None


def test_reducing_path_falls_evenly() -> None:
    assert expected(MORTALITY, date(2024, 7, 1)) == pytest.approx(7.5)


def test_kept_target_holds_on_every_day() -> None:
    assert expected(SCREENING, date(2021, 1, 1)) == 98.0


def test_step_path_jumps_at_its_milestones() -> None:
    path = Path(
        PathKind.STEP,
        Point(END_2025, 6.0),
        ">=",
        Point(date(2022, 12, 31), 0.0),
        milestones=(Point(date(2023, 12, 31), 2.0), Point(date(2024, 12, 31), 4.0)),
    )
    days = [date(2023, 12, 30), date(2023, 12, 31), date(2024, 12, 30), date(2024, 12, 31), END_2025]
    assert [expected(path, day) for day in days] == [0.0, 2.0, 2.0, 4.0, 6.0]


@pytest.mark.parametrize(
    ("op", "value", "met"),
    [
        (">=", 40.0, True),
        (">=", 39.9, False),
        ("<=", 40.0, True),
        ("<=", 40.1, False),
        ("=", 40.0, True),
        ("=", 39.0, False),
    ],
)
def test_target_is_met_as_its_operator_says(op: str, value: float, met: bool) -> None:
    assert meets(Path(PathKind.LINEAR, Point(END_2025, 40.0), op), value) is met


def test_forecast_needs_three_values_on_three_days() -> None:
    day = date(2023, 12, 31)
    assert forecast([], END_2025) is None
    assert forecast(year_ends(30.0, 32.0), END_2025) is None
    assert forecast([*year_ends(30.0, 32.0), Point(date(2022, 12, 31), 33.0)], END_2025) is None
    assert forecast([*year_ends(30.0, 32.0), Point(day, 34.0)], END_2025) is not None


def test_forecast_of_an_even_climb_has_no_spread() -> None:
    points = [Point(date(2023, 1, day), 10.0 + day) for day in (1, 11, 21)]
    found = forecast(points, date(2023, 1, 31))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((41.0, 41.0, 41.0))


def test_forecast_range_is_the_textbook_prediction_interval() -> None:
    # x = 0, 10, 20, 30; y = 1, 3, 2, 4: slope 0.08, intercept 1.3, residual sum of squares 1.8, t(2) at 80 % = 1.886.
    points = [Point(date(2023, 1, 1 + x), y) for x, y in ((0, 1.0), (10, 3.0), (20, 2.0), (30, 4.0))]
    found = forecast(points, date(2023, 2, 10))
    assert found is not None
    margin = 1.886 * 0.9**0.5 * (1 + 1 / 4 + 25**2 / 500) ** 0.5
    assert found.value == pytest.approx(4.5)
    assert (found.low, found.high) == pytest.approx((4.5 - margin, 4.5 + margin))


@given(
    st.lists(
        st.tuples(st.integers(0, 3000), st.floats(-1000, 1000)), min_size=3, max_size=40, unique_by=lambda pair: pair[0]
    ),
    st.integers(0, 3000),
)
def test_forecast_lies_in_its_range_and_the_range_widens(values: list[tuple[int, float]], ahead: int) -> None:
    points = [Point(date.fromordinal(738000 + x), y) for x, y in values]
    last = max(point.on for point in points)
    near = forecast(points, last)
    far = forecast(points, date.fromordinal(last.toordinal() + ahead))
    assert near is not None
    assert far is not None
    assert near.low <= near.value <= near.high
    assert far.high - far.low >= (near.high - near.low) - 1e-6


def test_no_values_are_no_data() -> None:
    found = outlook(OUTPUT, [], date(2024, 3, 1))
    assert (found.trend, found.actual, codes(found)) == (Trend.NO_DATA, None, ["indicator.no_values"])


def test_values_of_days_to_come_are_not_known_yet() -> None:
    assert outlook(OUTPUT, year_ends(30.0, first=2024), date(2024, 3, 1)).trend is Trend.NO_DATA


@pytest.mark.parametrize("values", [(35.0,), (35.0, 39.0)])
def test_one_or_two_good_values_are_never_green(values: tuple[float, ...]) -> None:
    found = outlook(OUTPUT, year_ends(*values, first=2023 - len(values)), date(2023, 3, 1))
    assert found.trend is Trend.NO_DATA
    assert codes(found) == ["indicator.too_few"]


def test_one_bad_value_is_reason_enough_to_warn() -> None:
    found = outlook(OUTPUT, year_ends(30.5, first=2024), date(2025, 3, 1))
    assert found.trend is Trend.WARNING
    assert codes(found) == ["indicator.behind", "indicator.too_few"]
    assert found.expected == pytest.approx(36.67, abs=0.01)


def test_steady_climb_is_on_path() -> None:
    found = outlook(OUTPUT, year_ends(26.7, 30.0, 33.4, 36.8), date(2025, 3, 1))
    assert found.trend is Trend.ON_PATH
    assert codes(found) == ["indicator.forecast_meets"]
    assert found.forecast is not None
    assert found.forecast.on == END_2025


def test_flat_values_that_cannot_arrive_are_off_path() -> None:
    found = outlook(OUTPUT, year_ends(29.9, 30.0, 30.1, 30.2), date(2025, 3, 1))
    assert found.trend is Trend.OFF_PATH
    assert codes(found) == ["indicator.forecast_misses", "indicator.behind"]


def test_range_that_includes_a_miss_is_a_warning() -> None:
    found = outlook(OUTPUT, year_ends(28.0, 30.0, 33.0, 36.5), date(2025, 3, 1))
    assert found.trend is Trend.WARNING
    assert codes(found)[0] == "indicator.forecast_unsure"


def test_wide_fall_is_a_warning_though_the_target_still_holds() -> None:
    path = Path(PathKind.KEEP, Point(END_2025, 50.0), ">=")
    found = outlook(path, year_ends(90.0, 90.0, 91.0, 92.0, 90.0, 75.0, first=2019), date(2025, 3, 1))
    assert found.trend is Trend.WARNING
    assert "indicator.fluctuates" in codes(found)


def test_kept_target_is_behind_as_soon_as_a_value_is_below_it() -> None:
    found = outlook(SCREENING, year_ends(99.0, 98.5, 97.9, 97.9), date(2025, 3, 1))
    assert "indicator.behind" in codes(found)


def test_reducing_target_is_judged_downwards() -> None:
    falling = outlook(MORTALITY, year_ends(10.0, 9.0, 7.9, 6.9), date(2025, 3, 1))
    rising = outlook(MORTALITY, year_ends(8.9, 9.0, 9.2, 9.3), date(2025, 3, 1))
    assert (falling.trend, rising.trend) == (Trend.ON_PATH, Trend.OFF_PATH)


def test_exact_target_is_on_path_when_the_forecast_hits_it() -> None:
    path = Path(PathKind.LINEAR, Point(END_2025, 100.0), "=", Point(date(2022, 12, 31), 70.0))
    assert outlook(path, year_ends(60.0, 70.0, 80.0, 90.0), date(2025, 3, 1)).trend is Trend.ON_PATH
    assert outlook(path, year_ends(69.0, 70.0, 71.0, 72.0), date(2025, 3, 1)).trend is Trend.OFF_PATH


def test_stale_value_says_nothing_of_today() -> None:
    found = outlook(OUTPUT, year_ends(26.7, 30.0, 33.4), date(2025, 12, 1))
    assert (found.trend, codes(found)) == (Trend.NO_DATA, ["indicator.stale"])


def test_horizon_decides_met_or_missed() -> None:
    met = outlook(OUTPUT, year_ends(41.0, first=2025), date(2026, 3, 1))
    missed = outlook(OUTPUT, year_ends(39.0, first=2025), date(2026, 3, 1))
    assert (met.trend, missed.trend) == (Trend.MET, Trend.MISSED)
    assert explain(missed.notes[0]) == "期限2025年12月31日已到，数值39未达到目标40。"


def test_horizon_past_without_its_value_is_no_data() -> None:
    found = outlook(OUTPUT, year_ends(30.0, 33.4, 36.8, first=2022), date(2026, 3, 1))
    assert (found.trend, codes(found)) == (Trend.NO_DATA, ["indicator.no_final"])


@given(st.lists(st.tuples(st.integers(0, 900), st.floats(-100, 100)), max_size=2), st.integers(0, 900))
def test_fewer_than_three_values_are_never_good_news_before_the_horizon(
    values: list[tuple[int, float]], today: int
) -> None:
    points = [Point(date.fromordinal(738521 + x), y) for x, y in values]
    assert outlook(OUTPUT, points, date.fromordinal(738521 + today)).trend in {Trend.NO_DATA, Trend.WARNING}


@pytest.mark.parametrize(
    ("quote", "op", "kind"),
    [
        ("合格碘盐食用率继续保持在 90%以上", ">=", PathKind.KEEP),
        ("5 岁以下儿童贫血率、生长迟缓率、低体重率分别控制在 5%、1%和 1%以下", "<=", PathKind.KEEP),
        ("公办园和普惠性民办园在园幼儿占比不低于 90%", ">=", PathKind.KEEP),
        ("小学生近视率降至 42%以下", "<=", PathKind.REDUCE),
        ("农村卫生厕所普及率达到85%", ">=", PathKind.LINEAR),
    ],
)
def test_the_shape_of_the_way_is_read_from_the_clauses_words(quote: str, op: str, kind: PathKind) -> None:
    assert kind_read_from(quote, op) is kind


def test_about_a_figure_is_no_exact_figure() -> None:
    slack = slack_read_from("就业人员中的女性比例保持在 45%左右", "=", 45.0)
    path = Path(PathKind.KEEP, Point(END_2025, 45.0), "=", slack=slack, unit="%")
    assert meets(path, 45.6)
    assert not meets(path, 48.0)
    assert outlook(path, year_ends(45.2, 44.9, 45.1), date(2024, 3, 1)).trend is Trend.ON_PATH
    assert slack_read_from("推进适龄残疾儿童教育全覆盖", "=", 100.0) == 0.0


def test_reasons_say_values_with_their_unit() -> None:
    path = Path(PathKind.KEEP, Point(END_2025, 98.0), ">=", unit="%")
    found = outlook(path, year_ends(97.25), date(2022, 3, 1))
    assert explain(found.notes[0]) == "2021年12月31日的数值97.25%落后于预期进度98%。"
