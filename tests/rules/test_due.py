"""What has come due on a task, when to look again, and what happens next if nobody acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.rules.making import (
    CENSUS_STEPS,
    CHINA,
    LETTER,
    RURAL_STEPS,
    a_follow_up,
    a_step,
    a_task,
    at,
)
from tracker.rules.due import Status, due_actions, key_of, ladder, next_look
from tracker.rules.followup import (
    QUIET,
    Action,
    Addressee,
    After,
    DueAction,
    FollowUp,
    Kind,
    State,
    Stop,
    Taken,
    TaskSnapshot,
)

CENSUS = a_follow_up(policy="census", overdue=(), steps=CENSUS_STEPS)
RURAL = a_follow_up(policy="rural-reform", ahead=(), overdue=(), steps=RURAL_STEPS)


def parts(actions: list[DueAction]) -> list[str]:
    return [action.part for action in actions]


def taken_on(day: date, *part: str, task: TaskSnapshot | None = None, follow_up: FollowUp = CENSUS) -> dict[str, Taken]:
    return {key_of(task or a_task(), follow_up, one): Taken(day) for one in part}


def test_census_duty_of_2_june_climbs_to_the_leading_group_on_12_june() -> None:
    task, taken = a_task(), {}
    story = []
    look: datetime | None = at(2023, 5, 31)
    while look is not None:
        for action in due_actions(task, CENSUS, CHINA, taken, look):
            story.append((action.due_on, action.part, action.to))
            assert not action.late
            assert not action.superseded
            taken[action.key] = Taken(action.due_on)
        look = next_look(task, CENSUS, CHINA, taken, look)
    assert story == [
        (date(2023, 6, 1), "ahead:1", Addressee.LIAISON),
        (date(2023, 6, 2), "ahead:0", Addressee.LIAISON),
        (date(2023, 6, 5), "step:census-head", Addressee.UNIT_HEAD),
        (date(2023, 6, 7), "step:census-office", Addressee.GROUP_OFFICE),
        (date(2023, 6, 12), "step:census-group", Addressee.GROUP),
    ]


def test_action_carries_its_clause_and_its_key() -> None:
    (action,) = due_actions(a_task(), replace(CENSUS, ahead=()), CHINA, {}, at(2023, 6, 5))
    assert action.key == "7:1:1:step:census-head"
    assert (action.task_id, action.kind, action.action) == (7, Kind.STEP, Action.REMIND)
    assert (action.title, action.step, action.basis) == ("提醒单位负责人", CENSUS_STEPS[0], CENSUS_STEPS[0].basis)


def test_reminder_rests_on_no_clause() -> None:
    (action,) = due_actions(a_task(), a_follow_up(), CHINA, {}, at(2023, 6, 1))
    assert action.key == "7:1:1:ahead:1"
    assert (action.kind, action.action, action.step, action.basis) == (Kind.REMINDER, Action.REMIND, None, None)


def test_a_day_begins_at_midnight_in_shanghai() -> None:
    utc_evening = datetime.fromisoformat("2023-05-31T15:59:59+00:00")
    utc_midnight = datetime.fromisoformat("2023-05-31T16:00:00+00:00")
    assert due_actions(a_task(), CENSUS, CHINA, {}, utc_evening) == []
    assert parts(due_actions(a_task(), CENSUS, CHINA, {}, utc_midnight)) == ["ahead:1"]


def test_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due_actions(a_task(), CENSUS, CHINA, {}, datetime.fromisoformat("2023-06-05T10:00:00"))


def test_running_twice_does_nothing_the_second_time() -> None:
    now = at(2023, 6, 12)
    taken = {action.key: Taken(date(2023, 6, 12)) for action in due_actions(a_task(), CENSUS, CHINA, {}, now)}
    assert due_actions(a_task(), CENSUS, CHINA, taken, now) == []


def test_missed_week_is_caught_up_in_order_and_marked_late() -> None:
    actions = due_actions(a_task(), a_follow_up(steps=CENSUS_STEPS), CHINA, {}, at(2023, 6, 12))
    assert [(action.part, action.late) for action in actions] == [
        ("ahead:1", True),
        ("ahead:0", True),
        ("overdue:1:liaison", True),
        ("step:census-head", True),
        ("overdue:3:unit_head", True),
        ("step:census-office", True),
        ("step:census-group", False),
    ]


def test_only_the_newest_missed_reminder_to_an_addressee_is_spoken() -> None:
    actions = due_actions(a_task(), a_follow_up(), CHINA, {}, at(2023, 6, 12))
    assert [(action.part, action.superseded) for action in actions] == [
        ("ahead:1", True),
        ("ahead:0", True),
        ("overdue:1:liaison", False),
        ("overdue:3:unit_head", False),
    ]


def test_missed_reminder_is_not_spoken_after_a_newer_one() -> None:
    taken = taken_on(date(2023, 6, 2), "ahead:0")
    (action,) = due_actions(a_task(), a_follow_up(), CHINA, taken, at(2023, 6, 2))
    assert (action.part, action.superseded) == ("ahead:1", True)


def test_action_is_late_from_the_second_civil_day_after_it_came_due() -> None:
    for follow_up in (replace(CENSUS, ahead=()), a_follow_up(ahead=())):
        assert not due_actions(a_task(), follow_up, CHINA, {}, at(2023, 6, 6))[0].late
        assert due_actions(a_task(), follow_up, CHINA, {}, at(2023, 6, 7))[0].late


@pytest.mark.parametrize("state", sorted(QUIET | {State.AWAITING_REVIEW}))
def test_silent_state_has_nothing_due_and_nothing_to_look_at(state: State) -> None:
    task = a_task(state=state)
    assert due_actions(task, CENSUS, CHINA, {}, at(2023, 12, 1)) == []
    assert next_look(task, CENSUS, CHINA, {}, at(2023, 12, 1)) is None


def test_undated_duty_has_nothing_due() -> None:
    task = a_task(due=None)
    assert due_actions(task, CENSUS, CHINA, {}, at(2023, 12, 1)) == []
    assert next_look(task, CENSUS, CHINA, {}, at(2023, 12, 1)) is None
    assert ladder(task, CENSUS, CHINA, {}, date(2023, 12, 1)) == ()


def test_document_without_a_clause_stays_at_reminders() -> None:
    taken: dict[str, Taken] = {}
    for action in due_actions(a_task(), a_follow_up(), CHINA, taken, at(2023, 12, 29)):
        assert action.kind is Kind.REMINDER
        taken[action.key] = Taken(date(2023, 12, 29))
    assert next_look(a_task(), a_follow_up(), CHINA, taken, at(2023, 12, 29)) is None


def test_catching_up_never_takes_a_step_on_the_day_of_the_one_it_counts_from() -> None:
    follow_up = a_follow_up(ahead=(), overdue=(), steps=(a_step("one", 3), a_step("two", 1, after=After.PREVIOUS)))
    assert parts(due_actions(a_task(), follow_up, CHINA, {}, at(2023, 7, 3))) == ["step:one"]
    taken = taken_on(date(2023, 7, 3), "step:one")
    assert due_actions(a_task(), follow_up, CHINA, taken, at(2023, 7, 3)) == []
    assert next_look(a_task(), follow_up, CHINA, taken, at(2023, 7, 3)) == at(2023, 7, 4, 0)


def test_proposal_blocks_what_counts_from_it_until_it_is_signed() -> None:
    letter = key_of(a_task(), RURAL, "step:letter")
    unsigned = {letter: Taken(date(2023, 6, 7))}
    assert due_actions(a_task(), RURAL, CHINA, unsigned, at(2023, 12, 1)) == []
    assert next_look(a_task(), RURAL, CHINA, unsigned, at(2023, 12, 1)) is None
    signed = {letter: Taken(date(2023, 6, 7), date(2023, 6, 8), date(2023, 6, 19))}
    assert next_look(a_task(), RURAL, CHINA, signed, at(2023, 6, 8)) == at(2023, 6, 20, 0)
    assert parts(due_actions(a_task(), RURAL, CHINA, signed, at(2023, 6, 20))) == ["step:rectify"]


def test_catching_up_proposes_one_notice_at_a_time() -> None:
    assert parts(due_actions(a_task(), RURAL, CHINA, {}, at(2023, 12, 1))) == ["step:letter"]


def test_changed_date_begins_the_ladder_anew() -> None:
    taken = taken_on(date(2023, 6, 12), *(f"step:{step.key}" for step in CENSUS_STEPS))
    task = a_task(due=date(2023, 6, 20), due_version=2, dated_on=date(2023, 6, 13))
    actions = due_actions(task, replace(CENSUS, ahead=()), CHINA, taken, at(2023, 6, 21))
    assert [action.key for action in actions] == ["7:2:1:step:census-head"]


def test_re_based_policy_does_not_replay_what_was_taken() -> None:
    taken = taken_on(date(2023, 6, 7), "ahead:1", "ahead:0", "step:census-head", "step:census-office")
    follow_up = replace(CENSUS, version=2, rebased_on=date(2023, 6, 8))
    assert due_actions(a_task(), follow_up, CHINA, taken, at(2023, 6, 15)) == []
    # What is left counts from the re-basing: six working days after 8 June.
    (action,) = due_actions(a_task(), follow_up, CHINA, taken, at(2023, 6, 16))
    assert action.key == "7:1:2:step:census-group"


def test_review_that_ended_in_a_return_stops_the_clock() -> None:
    task = a_task(state=State.IN_PROGRESS, stopped=(Stop(date(2023, 6, 6), date(2023, 6, 13)),))
    taken = taken_on(date(2023, 6, 5), "step:census-head")
    follow_up = replace(CENSUS, ahead=())
    assert next_look(task, follow_up, CHINA, taken, at(2023, 6, 13)) == at(2023, 6, 14, 0)


def test_next_look_is_midnight_of_the_next_day_with_something_to_do() -> None:
    assert next_look(a_task(), CENSUS, CHINA, {}, at(2023, 5, 31)) == at(2023, 6, 1, 0)


def test_next_look_names_a_past_instant_while_something_is_due() -> None:
    assert next_look(a_task(), CENSUS, CHINA, {}, at(2023, 6, 12)) == at(2023, 6, 1, 0)


def test_day_in_a_year_not_announced_is_looked_at_early_and_then_daily() -> None:
    year = CHINA.known_through + 2
    task = a_task(due=date(year, 6, 30))
    follow_up = a_follow_up(ahead=(7,), overdue=())
    day = CHINA.previous_workday(date(year, 6, 23))
    early = next_look(task, follow_up, CHINA, {}, at(2023, 6, 5))
    assert early is not None
    assert (day - early.date()).days == 15
    assert next_look(task, follow_up, CHINA, {}, early) == at(year, early.month, early.day + 1, 0)
    assert next_look(task, follow_up, CHINA, {}, at(day.year, day.month, day.day)) == at(
        day.year, day.month, day.day, 0
    )


def test_ladder_shows_what_was_taken_and_what_comes() -> None:
    taken = taken_on(date(2023, 6, 2), "ahead:1", "ahead:0") | taken_on(date(2023, 6, 5), "step:census-head")
    rungs = ladder(a_task(), CENSUS, CHINA, taken, date(2023, 6, 5))
    assert [(rung.part, rung.on, rung.status) for rung in rungs] == [
        ("ahead:7", date(2023, 5, 26), Status.HUSHED),
        ("ahead:3", date(2023, 5, 30), Status.HUSHED),
        ("ahead:1", date(2023, 6, 2), Status.TAKEN),
        ("ahead:0", date(2023, 6, 2), Status.TAKEN),
        ("step:census-head", date(2023, 6, 5), Status.TAKEN),
        ("step:census-office", date(2023, 6, 7), Status.COMING),
        ("step:census-group", date(2023, 6, 12), Status.COMING),
    ]


def test_ladder_says_which_signature_the_rest_waits_for() -> None:
    rungs = ladder(a_task(), RURAL, CHINA, {}, date(2023, 6, 5))
    assert [(rung.part, rung.on, rung.earliest, rung.status) for rung in rungs] == [
        ("step:letter", date(2023, 6, 7), date(2023, 6, 7), Status.COMING),
        # Seven working days after 7 June end on the 16th and the next is the 19th; seven after that on the 29th,
        # over the Dragon Boat holiday of 22 to 24 June.
        ("step:rectify", None, date(2023, 6, 19), Status.BLOCKED),
        ("step:criticise", None, date(2023, 6, 30), Status.BLOCKED),
    ]
    assert rungs[1].notes == (("ladder.waits_for_signature", (("step", LETTER.title),)),)


def test_without_the_working_a_ladder_has_the_same_days() -> None:
    told = ladder(a_task(), RURAL, CHINA, {}, date(2023, 6, 5))
    bare = ladder(a_task(), RURAL, CHINA, {}, date(2023, 6, 5), counted=False)
    assert any(rung.notes for rung in told)
    assert bare == tuple(replace(rung, notes=()) if rung.status is not Status.BLOCKED else rung for rung in told)


def test_ladder_counts_the_earliest_day_from_today_while_a_proposal_waits() -> None:
    taken = {key_of(a_task(), RURAL, "step:letter"): Taken(date(2023, 6, 7))}
    rungs = ladder(a_task(), RURAL, CHINA, taken, date(2023, 6, 14))
    assert [(rung.status, rung.earliest) for rung in rungs][:2] == [
        (Status.PROPOSED, date(2023, 6, 7)),
        (Status.BLOCKED, date(2023, 6, 27)),
    ]


def test_ladder_of_a_reviewed_task_is_held() -> None:
    task = a_task(state=State.AWAITING_REVIEW, applied_on=date(2023, 6, 6))
    taken = taken_on(date(2023, 6, 5), "step:census-head")
    rungs = {rung.part: rung for rung in ladder(task, CENSUS, CHINA, taken, date(2023, 6, 9))}
    assert rungs["step:census-head"].status is Status.TAKEN
    assert rungs["step:census-office"].status is Status.HELD
    assert rungs["step:census-office"].on is None
    assert rungs["step:census-office"].notes == (("ladder.held", (("state", "state:awaiting_review"),)),)


def test_a_reminder_that_stays_unspoken_anyway_is_not_shown_as_put_off_by_a_review() -> None:
    """A duty laid on a unit on its last day has no reminders ahead; applying to close it does not bring them back."""
    due = date(2023, 6, 5)
    follow_up = replace(CENSUS, ahead=(7, 3, 1))
    open_rungs = ladder(a_task(due=due, opened_on=due), follow_up, CHINA, {}, date(2023, 6, 12))
    reviewed = a_task(due=due, opened_on=due, state=State.AWAITING_REVIEW, applied_on=date(2023, 6, 12))
    reviewed_rungs = ladder(reviewed, follow_up, CHINA, {}, date(2023, 6, 12))
    unspoken = {rung.part for rung in open_rungs if rung.status is Status.HUSHED}
    assert unspoken
    assert unspoken <= {rung.part for rung in reviewed_rungs if rung.status is Status.HUSHED}


def test_ladder_of_a_closed_task_shows_only_what_was_taken() -> None:
    taken = taken_on(date(2023, 6, 5), "step:census-head")
    rungs = ladder(a_task(state=State.CLOSED), CENSUS, CHINA, taken, date(2023, 6, 9))
    assert [rung.part for rung in rungs] == ["step:census-head"]


def test_ladder_marks_what_has_come_due_and_was_not_taken_yet() -> None:
    rungs = {rung.part: rung for rung in ladder(a_task(), CENSUS, CHINA, {}, date(2023, 6, 7))}
    assert rungs["step:census-office"].status is Status.DUE
    assert rungs["step:census-group"].status is Status.COMING
