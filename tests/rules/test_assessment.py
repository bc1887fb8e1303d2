"""How a duty counts for a unit in a period, and how verdicts add up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.making import CHINA, a_task
from tracker.rules.assessment import (
    COUNTED,
    DECIDED,
    Case,
    Outcome,
    Period,
    Role,
    Verdict,
    Weights,
    half_year_of,
    judge,
    month_of,
    months,
    quarter_of,
    score,
    tally,
    year_of,
)
from tracker.rules.followup import State, Stop, TaskSnapshot

JUNE = Period(date(2023, 6, 1), date(2023, 6, 30))
END = date(2023, 6, 30)


def day(number: int, month: int = 6) -> date:
    return date(2023, month, number)


def judged(task: TaskSnapshot, as_of: date = END, **values: object) -> Verdict | None:
    return judge(Case(task, **values), JUNE, as_of, CHINA)  # type: ignore[arg-type]


# The duty is due on Friday 2 June 2023; from then to the end of June there are 19 working days, Sunday the 25th among them.
LEADS = [
    ("applied on the day itself", {"state": State.CLOSED, "applied_on": day(2), "closed_on": day(12)}, "on_time", 0),
    ("applied on the Monday after", {"state": State.CLOSED, "applied_on": day(5), "closed_on": day(5)}, "late", 1),
    ("closed without an application", {"state": State.CLOSED, "closed_on": day(6)}, "late", 2),
    ("nobody did anything", {"state": State.ASSIGNED}, "open_late", 19),
    ("reports, but is not done", {"state": State.IN_PROGRESS, "reported_on": day(1)}, "open_late", 19),
    ("applied in time, not reviewed yet", {"state": State.AWAITING_REVIEW, "applied_on": day(2)}, "awaiting_review", 0),
    ("applied late, not reviewed yet", {"state": State.AWAITING_REVIEW, "applied_on": day(6)}, "awaiting_review", 2),
    ("closed as not achieved", {"state": State.NOT_ACHIEVED, "closed_on": day(2)}, "not_achieved", 0),
    ("stands still", {"state": State.SUSPENDED, "stopped": (Stop(day(1), None),)}, "suspended", 0),
    ("past when it was loaded", {"state": State.TO_CONFIRM}, "backfill", 0),
]


@pytest.mark.parametrize(("changes", "outcome", "late"), [row[1:] for row in LEADS], ids=[row[0] for row in LEADS])
def test_a_lead_units_duty_counts_once(changes: dict[str, object], outcome: str, late: int) -> None:
    verdict = judged(a_task(**changes))
    assert verdict is not None
    assert (verdict.outcome, verdict.workdays_late) == (outcome, late)


@pytest.mark.parametrize(
    "changes",
    [
        {"due": None},
        {"due": day(31, 5)},
        {"due": day(1, 7)},
        {"state": State.WITHDRAWN},
        {"state": State.WAITING},
    ],
    ids=["undated", "due the day before", "due the day after", "withdrawn", "waiting for its event"],
)
def test_what_does_not_count_at_all(changes: dict[str, object]) -> None:
    assert judged(a_task(**changes)) is None


@pytest.mark.parametrize(
    ("as_of", "outcome"), [(day(1), Outcome.NOT_YET), (day(2), Outcome.NOT_YET), (day(3), Outcome.OPEN_LATE)]
)
def test_a_duty_is_late_from_the_end_of_the_day_after_its_date(as_of: date, outcome: Outcome) -> None:
    verdict = judged(a_task(), as_of)
    assert verdict is not None and verdict.outcome is outcome


def test_an_extension_granted_before_the_date_is_judged_by_the_new_date() -> None:
    extended = a_task(due=day(20), due_version=2, state=State.CLOSED, applied_on=day(19), closed_on=day(19))
    verdict = judged(extended)
    assert verdict is not None and verdict.outcome is Outcome.ON_TIME


def test_days_on_which_the_clock_stood_still_are_not_days_late() -> None:
    stopped = (Stop(day(5), day(12)),)
    verdict = judged(a_task(state=State.CLOSED, applied_on=day(13), closed_on=day(14), stopped=stopped))
    assert verdict is not None
    # 12 and 13 June; the weekend after the date is civil days only.
    assert (verdict.outcome, verdict.workdays_late, verdict.days_late) == (Outcome.LATE, 2, 4)


def test_a_backfill_does_not_count_even_when_it_is_closed() -> None:
    done = a_task(state=State.CLOSED, applied_on=day(1), closed_on=day(9))
    verdict = judged(done, backfill=True)
    assert verdict is not None and verdict.outcome is Outcome.BACKFILL
    assert tally([verdict]).due == 0


def test_a_backfill_counts_by_the_day_its_unit_has_named() -> None:
    verdict = judged(a_task(due=day(15), due_version=2, state=State.CLOSED, applied_on=day(15), closed_on=day(15)))
    assert verdict is not None and verdict.outcome is Outcome.ON_TIME


PARTS = [
    ("done in time while the lead is late", {"state": State.ASSIGNED}, day(2), "on_time", 0),
    ("done late", {"state": State.CLOSED, "applied_on": day(2), "closed_on": day(2)}, day(6), "late", 2),
    ("not done, the duty is late", {"state": State.IN_PROGRESS}, None, "open_late", 19),
    ("never spoken of, the duty is closed", {"state": State.CLOSED, "applied_on": day(2)}, None, "unsaid", 0),
    ("never spoken of, the duty is closed late", {"state": State.CLOSED, "applied_on": day(6)}, None, "unsaid", 0),
    ("done in time, the duty not achieved", {"state": State.NOT_ACHIEVED, "closed_on": day(9)}, day(1), "on_time", 0),
    ("the duty stands still", {"state": State.SUSPENDED, "stopped": (Stop(day(1), None),)}, None, "suspended", 0),
]


@pytest.mark.parametrize(
    ("changes", "done", "outcome", "late"), [row[1:] for row in PARTS], ids=[row[0] for row in PARTS]
)
def test_a_supporting_unit_is_judged_by_its_own_part(
    changes: dict[str, object], done: date | None, outcome: str, late: int
) -> None:
    verdict = judged(a_task(**changes), role=Role.SUPPORT, part_done_on=done)
    assert verdict is not None
    assert (verdict.outcome, verdict.workdays_late) == (outcome, late)


def test_a_lead_is_not_late_because_a_supporting_part_is() -> None:
    held_up = judged(a_task(state=State.IN_PROGRESS), part_done_on=day(2), others_open=True)
    assert held_up is not None and held_up.outcome is Outcome.HELD_UP
    own_late = judged(a_task(state=State.IN_PROGRESS), part_done_on=day(5), others_open=True)
    assert own_late is not None and own_late.outcome is Outcome.OPEN_LATE
    own_open = judged(a_task(state=State.IN_PROGRESS), others_open=True)
    assert own_open is not None and own_open.outcome is Outcome.OPEN_LATE


def test_nothing_decided_is_no_data_and_never_all_on_time() -> None:
    assert tally([]).rate is None
    waiting = [Verdict(Outcome.NOT_YET), Verdict(Outcome.AWAITING_REVIEW), Verdict(Outcome.SUSPENDED)]
    assert tally(waiting).rate is None
    assert score([], Weights()) is None
    assert score(waiting, Weights()) is None
    assert score([Verdict(Outcome.ON_TIME, soft=True)], Weights(soft=0)) is None


def test_almost_all_is_not_said_to_be_all() -> None:
    assert tally([Verdict(Outcome.ON_TIME)] * 299 + [Verdict(Outcome.LATE)]).rate == 99


def test_the_score_of_one_on_time_one_late_and_a_soft_one_missed() -> None:
    verdicts = [
        Verdict(Outcome.ON_TIME),
        Verdict(Outcome.LATE, workdays_late=3),
        Verdict(Outcome.OPEN_LATE, soft=True),
        Verdict(Outcome.ON_TIME, Role.SUPPORT),
        Verdict(Outcome.NOT_YET),
    ]
    found = score(verdicts, Weights())
    assert found is not None
    # (100 + 50 + 0) over 1 + 1 + ½; the part weighs nothing unless the county says so.
    assert found.points == 60.0
    assert [(term.outcome, term.weight, term.number) for term in found.terms] == [
        (Outcome.ON_TIME, 100, 1),
        (Outcome.LATE, 100, 1),
        (Outcome.OPEN_LATE, 50, 1),
    ]
    with_parts = score(verdicts, Weights(part=50))
    assert with_parts is not None and with_parts.points == pytest.approx(66.7)


def test_a_weight_outside_0_to_100_is_refused() -> None:
    with pytest.raises(ValueError, match="late"):
        Weights(late=101)


VERDICTS = st.lists(
    st.builds(
        Verdict,
        st.sampled_from(list(Outcome)),
        st.sampled_from(list(Role)),
        st.booleans(),
        workdays_late=st.integers(0),
    )
)
MAYBE_DAY = st.none() | st.integers(-60, 60).map(lambda n: day(2) + timedelta(days=n))
TASKS = st.builds(
    lambda state, due, applied, closed, stop: a_task(
        state=state,
        due=due,
        applied_on=applied,
        closed_on=closed,
        stopped=(Stop(stop, stop + timedelta(days=7)),) if stop else (),
    ),
    st.sampled_from(list(State)),
    MAYBE_DAY,
    MAYBE_DAY,
    MAYBE_DAY,
    MAYBE_DAY,
)
CASES = st.builds(Case, TASKS, st.sampled_from(list(Role)), st.booleans(), st.booleans(), MAYBE_DAY, st.booleans())
DAYS = st.integers(-40, 90).map(lambda n: day(2) + timedelta(days=n))


@given(st.lists(CASES), DAYS)
def test_every_case_falls_under_one_outcome_and_the_sum_is_what_fell_due(cases: list[Case], as_of: date) -> None:
    found = [verdict for case in cases if (verdict := judge(case, JUNE, as_of, CHINA))]
    whole = tally(found)
    assert sum(whole.counts.values()) == len(found)
    assert whole.due + whole.of(Outcome.BACKFILL) == len(found)
    assert sum(whole.of(outcome) for outcome in COUNTED) == whole.due
    assert len(found) == sum(
        case.task.due is not None
        and JUNE.holds(case.task.due)
        and case.task.state not in {State.WITHDRAWN, State.WAITING}
        for case in cases
    )


@given(CASES, DAYS)
def test_a_verdict_is_late_only_past_the_date_and_on_time_only_without_a_day_late(case: Case, as_of: date) -> None:
    verdict = judge(case, JUNE, as_of, CHINA)
    if verdict is None:
        return
    if verdict.outcome is Outcome.OPEN_LATE:
        assert case.task.due is not None and as_of > case.task.due
    if verdict.outcome is Outcome.ON_TIME:
        assert verdict.days_late == verdict.workdays_late == 0
    if case.backfill:
        assert verdict.outcome is Outcome.BACKFILL


@given(VERDICTS)
def test_rate_and_score_lie_between_nothing_and_all_and_say_nothing_of_nothing(verdicts: list[Verdict]) -> None:
    whole, points = tally(verdicts), score(verdicts, Weights())
    assert (whole.rate is None) == (whole.decided == 0)
    if whole.rate is not None:
        assert 0 <= whole.rate <= 100
        assert (whole.rate == 100) == all(one.outcome not in DECIDED[1:] for one in verdicts)
    if points is not None:
        assert 0 <= points.points <= 100
        assert points.heavy > 0


@given(VERDICTS)
def test_one_more_on_time_never_lowers_a_score(verdicts: list[Verdict]) -> None:
    before, after = score(verdicts, Weights()), score([*verdicts, Verdict(Outcome.ON_TIME)], Weights())
    assert after is not None
    assert before is None or after.points >= before.points


def test_periods_are_whole_months_of_one_year() -> None:
    assert month_of(day(5)) == JUNE
    assert month_of(date(2024, 2, 29)).last == date(2024, 2, 29)
    assert quarter_of(day(5)) == Period(day(1, 4), day(30))
    assert half_year_of(date(2023, 12, 31)) == Period(day(1, 7), date(2023, 12, 31))
    assert year_of(day(5)) == Period(day(1, 1), date(2023, 12, 31))
    assert [period.first for period in months(date(2023, 2, 14), 3)] == [date(2022, 12, 1), day(1, 1), day(1, 2)]
