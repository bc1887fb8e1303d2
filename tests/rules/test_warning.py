"""When an indicator's turn for the worse calls for an early warning, and when that turn is over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.forecast import Forecast, Outlook, Path, PathKind, Point, Trend, next_look, outlook
from tracker.rules.warning import Condition, Ended, Turn, Verdict, conditions, judge
from tracker.rules.wording import note

END_2025 = date(2025, 12, 31)
BOTH = ("预计达标困难", "波动较大")
RETENTION = Path(PathKind.KEEP, Point(END_2025, 98.0), ">=")
OUTPUT = Path(PathKind.LINEAR, Point(END_2025, 40.0), ">=", Point(date(2022, 12, 31), 30.0))


def found(trend: Trend, *codes: str, actual: float | None = 97.0, expected: float | None = 98.0) -> Outlook:
    point = None if actual is None else Point(date(2024, 12, 31), actual)
    parameters = dict.fromkeys(("day", "value", "expected", "n", "before", "low", "high", "target", "last"), "x")
    return Outlook(trend, point, expected, None, tuple(note(code, **parameters) for code in codes))


BEHIND = found(Trend.WARNING, "indicator.behind")
LOST = found(Trend.OFF_PATH, "indicator.forecast_misses", "indicator.behind")
FINE = found(Trend.ON_PATH, "indicator.forecast_meets", actual=99.0)
STALE = found(Trend.NO_DATA, "indicator.stale")


def test_the_clauses_words_are_met_by_what_was_found() -> None:
    assert conditions(BEHIND) == (Condition.UNLIKELY,)
    assert conditions(found(Trend.WARNING, "indicator.fluctuates", "indicator.forecast_unsure")) == (
        Condition.UNLIKELY,
        Condition.FLUCTUATES,
    )
    assert conditions(FINE) == conditions(STALE) == ()


def test_the_first_turn_for_the_worse_is_warned_of_once() -> None:
    assert judge(None, BEHIND, BOTH, over=False) == Verdict(begins=1)
    assert judge(Turn(1, Trend.WARNING, ended=False), BEHIND, BOTH, over=False) == Verdict()


def test_back_on_the_path_ends_the_turn_and_the_next_is_another_one() -> None:
    assert judge(Turn(1, Trend.WARNING, ended=False), FINE, BOTH, over=False) == Verdict(ends=Ended.BACK)
    assert judge(Turn(1, Trend.WARNING, ended=True), BEHIND, BOTH, over=False) == Verdict(begins=2)


def test_getting_worse_is_another_turn_and_easing_is_not() -> None:
    assert judge(Turn(1, Trend.WARNING, ended=False), LOST, BOTH, over=False) == Verdict(Ended.WORSE, 2)
    assert judge(Turn(2, Trend.OFF_PATH, ended=False), BEHIND, BOTH, over=False) == Verdict()


def test_stale_or_missing_values_are_no_good_news() -> None:
    running = Turn(1, Trend.WARNING, ended=False)
    assert judge(running, STALE, BOTH, over=False) == Verdict()
    few = found(Trend.NO_DATA, "indicator.too_few", expected=None)
    assert judge(running, few, BOTH, over=False) == Verdict()


def test_a_newest_value_that_has_reached_the_path_is_enough_to_end_a_turn() -> None:
    few = found(Trend.NO_DATA, "indicator.too_few", actual=98.6, expected=98.0)
    assert judge(Turn(1, Trend.WARNING, ended=False), few, BOTH, over=False) == Verdict(ends=Ended.BACK)


def test_a_turn_whose_values_were_all_withdrawn_is_void() -> None:
    nothing = found(Trend.NO_DATA, "indicator.no_values", actual=None)
    assert judge(Turn(1, Trend.WARNING, ended=False), nothing, BOTH, over=False) == Verdict(ends=Ended.VOID)


def test_nothing_is_early_after_the_horizon() -> None:
    assert judge(None, BEHIND, BOTH, over=True) == Verdict()
    assert judge(Turn(1, Trend.WARNING, ended=False), BEHIND, BOTH, over=True) == Verdict(ends=Ended.HORIZON)
    missed = found(Trend.MISSED, "indicator.missed")
    assert judge(Turn(1, Trend.WARNING, ended=False), missed, BOTH, over=False) == Verdict(ends=Ended.HORIZON)


def test_without_a_clause_nobody_is_warned() -> None:
    assert judge(None, LOST, (), over=False) == Verdict()
    assert judge(Turn(1, Trend.OFF_PATH, ended=False), LOST, (), over=False) == Verdict(ends=Ended.VOID)


def test_only_what_the_clause_names_is_warned_of() -> None:
    assert judge(None, BEHIND, ["波动较大"], over=False) == Verdict()


def after(turn: Turn | None, verdict: Verdict, found: Outlook) -> Turn | None:
    """Return the latest turn once a verdict is carried out."""
    if verdict.begins is not None:
        return Turn(verdict.begins, found.trend, ended=False)
    if verdict.ends is not None:
        assert turn is not None
        return Turn(turn.number, turn.trend, ended=True)
    return turn


OUTLOOKS = st.sampled_from(
    [
        BEHIND,
        LOST,
        FINE,
        STALE,
        found(Trend.WARNING, "indicator.fluctuates"),
        found(Trend.NO_DATA, "indicator.no_values", actual=None),
        found(Trend.NO_DATA, "indicator.too_few"),
        found(Trend.MISSED, "indicator.missed"),
        found(Trend.MET, "indicator.met"),
    ]
)
WHEN = st.sampled_from([BOTH, BOTH[:1], BOTH[1:], ()])


@given(st.lists(st.tuples(OUTLOOKS, WHEN, st.booleans()), max_size=30))
def test_judging_again_changes_nothing_and_no_ended_turn_comes_back(
    steps: list[tuple[Outlook, tuple[str, ...], bool]],
) -> None:
    turn: Turn | None = None
    ended: set[int] = set()
    for one, when, over in steps:
        verdict = judge(turn, one, when, over=over)
        if verdict.ends is not None:
            assert turn is not None and not turn.ended
            ended.add(turn.number)
        if verdict.begins is not None:
            assert verdict.begins == (turn.number if turn else 0) + 1
            assert verdict.begins not in ended
        turn = after(turn, verdict, one)
        assert judge(turn, one, when, over=over) == Verdict()


@given(st.lists(st.floats(90, 100), min_size=1, max_size=9))
def test_of_a_row_of_values_at_most_one_turn_runs_at_a_time(values: list[float]) -> None:
    turn, open_turns = None, 0
    points: list[Point] = []
    for year, value in enumerate(values, start=2017):
        points.append(Point(date(year, 12, 31), value))
        today = date(year + 1, 3, 1)
        one = outlook(RETENTION, points, today)
        verdict = judge(turn, one, BOTH, over=today > END_2025)
        open_turns += (verdict.begins is not None) - (verdict.ends is not None)
        turn = after(turn, verdict, one)
        assert open_turns == (turn is not None and not turn.ended)


def test_the_next_look_is_when_the_newest_value_grows_stale() -> None:
    assert next_look(RETENTION, [Point(date(2022, 12, 31), 99.0)], date(2023, 3, 1)) == date(2024, 7, 4)


def test_the_next_look_is_the_day_after_the_horizon_where_that_comes_first() -> None:
    assert next_look(RETENTION, [Point(date(2024, 12, 31), 99.0)], date(2025, 3, 1)) == date(2026, 1, 1)


def test_without_values_or_with_the_last_one_there_is_nothing_to_look_for() -> None:
    assert next_look(RETENTION, [], date(2023, 3, 1)) is None
    assert next_look(RETENTION, [Point(END_2025, 99.0)], date(2026, 3, 1)) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 1200), st.integers(20, 45)), min_size=1, max_size=5, unique_by=lambda one: one[0]
    ),
    st.integers(0, 1200),
    st.integers(0, 2500),
)
def test_until_the_next_look_nothing_changes_by_itself(values: list[tuple[int, int]], today: int, later: int) -> None:
    first = date(2022, 1, 1)
    points = [Point(first + timedelta(days=day), float(value)) for day, value in values]
    now = first + timedelta(days=today)
    ahead = next_look(OUTPUT, points, now)
    then = now + timedelta(days=later)
    if ahead is None or then < ahead:
        assert outlook(OUTPUT, points, then).trend is outlook(OUTPUT, points, now).trend


@pytest.mark.parametrize("value", [96.0, 99.5])
def test_a_forecast_keeps_to_what_can_be(value: float) -> None:
    path = Path(PathKind.KEEP, Point(END_2025, 98.0), ">=", bounds=(0.0, 100.0))
    points = [Point(date(2020 + place, 12, 31), value + place * 0.9) for place in range(4)]
    ahead = outlook(path, points, date(2024, 3, 1)).forecast
    assert isinstance(ahead, Forecast)
    assert 0.0 <= ahead.low <= ahead.value <= ahead.high <= 100.0
