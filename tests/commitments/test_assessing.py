"""How units' duties of a period count, as they stood on a day: from rows that people's own deeds have left."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from tests import factories as make
from tracker.audit.actors import Actor, Role
from tracker.commitments import services
from tracker.commitments.models import Assignment, ProgressReport, Review, Task
from tracker.commitments.selectors import outcomes
from tracker.commitments.selectors.assessment import Happening, Judged, as_they_were, assess, events
from tracker.org.models import Unit
from tracker.rules.assessment import DECIDED, Outcome, Period, month_of, tally
from tracker.rules.causes import Cause
from tracker.rules.followup import State
from tracker.rules.standing import Place

pytestmark = [pytest.mark.django_db, pytest.mark.core]

JUNE = month_of(date(2023, 6, 1))
DUE = date(2023, 6, 2)
END = JUNE.last


def at(number: int, month: int = 6, hour: int = 2) -> datetime:
    """Return ten in the morning in Shanghai of a day of 2023."""
    return datetime(2023, month, number, hour, 0, tzinfo=UTC)


def day(number: int, month: int = 6) -> date:
    return date(2023, month, number)


@pytest.fixture
def unit() -> Unit:
    return make.unit("蔡村乡人民政府")


@pytest.fixture
def liaison(unit: Unit) -> Actor:
    return make.person(Role.LIAISON, unit)


@pytest.fixture
def head(unit: Unit) -> Actor:
    return make.person(Role.UNIT_HEAD, unit)


@pytest.fixture
def office() -> Actor:
    return make.person(Role.SUPERVISION)


def judged(as_of: date = END, **values: object) -> list[Judged]:
    return assess(Task.objects.all(), period=JUNE, as_of=as_of, **values)  # type: ignore[arg-type]


def outcome(as_of: date = END) -> Outcome:
    (found,) = judged(as_of)
    return found.verdict.outcome


def test_a_past_periods_figures_do_not_change_by_what_happens_later(unit: Unit, liaison: Actor, office: Actor) -> None:
    task = make.task(unit, due=DUE)
    assert outcome() is Outcome.OPEN_LATE
    services.apply_to_close(task=task, unit=unit, text="已设立", by=liaison, now=at(3, 7))
    services.review(task=task, decision=Review.Decision.CLOSED, by=office, now=at(5, 7))
    assert outcome() is Outcome.OPEN_LATE
    assert outcome(day(3, 7)) is Outcome.AWAITING_REVIEW
    assert outcome(day(5, 7)) is Outcome.LATE


def test_a_slow_review_is_not_the_units(unit: Unit, liaison: Actor, office: Actor) -> None:
    task = make.task(unit, due=DUE)
    services.apply_to_close(task=task, unit=unit, text="已设立", by=liaison, now=at(2))
    assert outcome(day(20)) is Outcome.AWAITING_REVIEW
    services.review(task=task, decision=Review.Decision.CLOSED, by=office, now=at(21))
    assert outcome(day(20)) is Outcome.AWAITING_REVIEW
    assert outcome(day(21)) is Outcome.ON_TIME


def test_what_was_applied_for_and_sent_back_later_was_still_with_the_verifier_then(
    unit: Unit, liaison: Actor, office: Actor
) -> None:
    task = make.task(unit, due=DUE)
    services.apply_to_close(task=task, unit=unit, text="已设立", by=liaison, now=at(1))
    services.review(task=task, decision=Review.Decision.RETURNED, reason="缺少文号", by=office, now=at(12))
    assert outcome(day(9)) is Outcome.AWAITING_REVIEW
    assert outcome(day(12)) is Outcome.OPEN_LATE
    (sent_back,) = events(Task.objects.all(), period=JUNE, as_of=END)
    assert (sent_back.what, sent_back.on, sent_back.text) == (Happening.SENT_BACK, day(12), "缺少文号")


def test_an_extension_moves_the_duty_to_the_new_date_and_stays_listed(unit: Unit, head: Actor, office: Actor) -> None:
    task = make.task(unit, due=DUE)
    asked = services.request_extension(
        task=task, unit=unit, new_due=day(20), reason="等待批复", progress="已报", by=head, now=at(1)
    )
    services.decide_extension(extension=asked, granted=True, by=office, now=at(2))
    (found,) = judged()
    assert (found.due, found.first_due, found.verdict.outcome) == (day(20), DUE, Outcome.OPEN_LATE)
    (before,) = judged(day(1))
    assert (before.due, before.first_due, before.verdict.outcome) == (DUE, None, Outcome.NOT_YET)
    (extended,) = events(Task.objects.all(), period=JUNE, as_of=END)
    assert (extended.what, extended.old_due, extended.new_due) == (Happening.EXTENDED, DUE, day(20))


def test_a_duty_extended_out_of_its_period_is_found_among_the_extensions(
    unit: Unit, head: Actor, office: Actor
) -> None:
    task = make.task(unit, due=DUE)
    asked = services.request_extension(
        task=task, unit=unit, new_due=day(20, 7), reason="等待批复", progress="已报", by=head, now=at(1)
    )
    services.decide_extension(extension=asked, granted=True, by=office, now=at(2))
    assert judged() == []
    assert [one.what for one in events(Task.objects.all(), period=JUNE, as_of=END)] == [Happening.EXTENDED]


def test_while_the_clock_stands_still_nobody_is_late_and_the_days_are_not_counted(
    unit: Unit, liaison: Actor, office: Actor
) -> None:
    task = make.task(unit, due=DUE)
    services.suspend(task=task, reason="等待省级方案", by=office, now=at(5))
    assert outcome(day(9)) is Outcome.SUSPENDED
    services.resume(task=task, by=office, now=at(12))
    services.apply_to_close(task=task, unit=unit, text="已设立", by=liaison, now=at(13))
    services.review(task=task, decision=Review.Decision.CLOSED, by=office, now=at(13))
    assert outcome(day(9)) is Outcome.SUSPENDED
    (found,) = judged()
    # 12 and 13 June, not the week in which it stood still.
    assert (found.verdict.outcome, found.verdict.workdays_late) == (Outcome.LATE, 2)


def test_what_was_past_when_loaded_never_counts_until_its_unit_names_a_day(unit: Unit, liaison: Actor) -> None:
    task = make.task(unit, due=day(1), state=State.TO_CONFIRM, backfill=True, opened_at=at(3))
    assert outcome() is Outcome.BACKFILL
    services.confirm_backfill(task=task, unit=unit, done=False, day=day(20), text="月底前", by=liaison, now=at(5))
    assert outcome(day(4)) is Outcome.BACKFILL
    (found,) = judged()
    assert (found.due, found.verdict.outcome) == (day(20), Outcome.OPEN_LATE)


def test_a_backfill_that_was_done_does_not_count_either(unit: Unit, liaison: Actor, office: Actor) -> None:
    task = make.task(unit, due=day(1), state=State.TO_CONFIRM, backfill=True, opened_at=at(3))
    services.confirm_backfill(task=task, unit=unit, done=True, day=day(1), text="已完成", by=liaison, now=at(5))
    services.review(task=task, decision=Review.Decision.CLOSED, by=office, now=at(6))
    assert outcome() is Outcome.BACKFILL


def test_a_duty_led_together_counts_for_each_unit_and_once_for_the_county(unit: Unit) -> None:
    together = make.unit()
    task = make.task(unit, due=DUE)
    Assignment.objects.create(task=task, unit=together, role="lead")
    found = judged()
    assert Counter(one.unit_id for one in found) == {unit.pk: 1, together.pk: 1}
    assert [one.unit_id for one in found if one.own] == [unit.pk]


def test_a_supporting_unit_is_judged_by_its_part_and_the_lead_not_by_it(unit: Unit, liaison: Actor) -> None:
    helper = make.unit()
    task = make.task(unit, helper, due=DUE)
    services.report_part_done(
        task=task, unit=helper, text="资料已提供", by=make.person(Role.LIAISON, helper), now=at(2)
    )
    by_role = {one.role: one.verdict.outcome for one in judged()}
    assert by_role == {"lead": Outcome.OPEN_LATE, "support": Outcome.ON_TIME}


def test_a_lead_whose_own_part_is_done_waits_for_the_other(unit: Unit, liaison: Actor) -> None:
    task = make.task(unit, make.unit(), due=DUE)
    services.report_part_done(task=task, unit=unit, text="牵头部分已完成", by=liaison, now=at(2))
    by_role = {one.role: one.verdict.outcome for one in judged()}
    assert by_role == {"lead": Outcome.HELD_UP, "support": Outcome.OPEN_LATE}


def test_an_application_that_was_sent_back_is_no_part_done(unit: Unit, liaison: Actor, office: Actor) -> None:
    task = make.task(unit, make.unit(), due=DUE)
    services.apply_to_close(task=task, unit=unit, text="已设立", by=liaison, now=at(1))
    services.review(task=task, decision=Review.Decision.RETURNED, reason="缺少文号", by=office, now=at(2))
    assert {one.role: one.verdict.outcome for one in judged()}["lead"] is Outcome.OPEN_LATE


def test_a_task_opened_after_the_day_was_not_there(unit: Unit) -> None:
    make.task(unit, due=day(20), opened_at=at(10))
    assert judged(day(9)) == []
    assert len(judged(day(10))) == 1


def test_hard_and_soft_promises_can_be_looked_at_apart(unit: Unit) -> None:
    make.task(unit, of=make.commitment(due=DUE), due=DUE)
    make.task(unit, of=make.commitment(due=DUE, certainty="soft"), due=DUE)
    assert [one.verdict.soft for one in judged(certainty="soft")] == [True]
    assert [one.verdict.soft for one in judged(certainty="hard")] == [False]
    assert tally(one.verdict for one in judged()).soft == 1


def lived(unit: Unit, liaison: Actor, office: Actor) -> None:
    """Let one duty of each fate pass over the office's desk."""
    helper = make.unit()
    for number, fate in enumerate(("on_time", "late", "not_achieved", "open", "review", "returned", "held", "early")):
        due = day(2 + number) if fate != "early" else day(28)
        task = make.task(unit, helper, of=make.commitment(due=due), due=due)
        if fate in {"on_time", "early", "review", "returned"}:
            services.apply_to_close(task=task, unit=unit, text="已办", by=liaison, now=at(2))
        if fate == "late":
            services.apply_to_close(task=task, unit=unit, text="已办", by=liaison, now=at(9))
        if fate in {"on_time", "early", "late"}:
            services.review(task=task, decision=Review.Decision.CLOSED, by=office, now=at(10))
        if fate == "not_achieved":
            services.review(task=task, decision=Review.Decision.NOT_ACHIEVED, reason="项目取消", by=office, now=at(10))
        if fate == "returned":
            services.review(task=task, decision=Review.Decision.RETURNED, reason="缺少文号", by=office, now=at(10))
        if fate == "held":
            services.report_part_done(task=task, unit=unit, text="已办", by=liaison, now=at(2))
    make.task(unit, of=make.commitment(due=day(1)), due=day(1), state=State.TO_CONFIRM, backfill=True)
    make.task(unit, of=make.commitment(due=None), due=None)


def test_a_months_figures_of_the_overview_are_those_of_the_assessment_as_of_today(
    unit: Unit, liaison: Actor, office: Actor
) -> None:
    lived(unit, liaison, office)
    today = day(20)
    whole = tally(one.verdict for one in judged(today) if one.own)
    month = outcomes.by_month(Task.objects.all(), today=today)[-1]
    assert month.period == JUNE
    assert [month.on_time, month.late, month.open_late, month.not_achieved] == [whole.of(one) for one in DECIDED]
    assert (month.decided, month.rate) == (whole.decided, whole.rate)
    # On time: two. Late: one. Open and late: the one nobody touched and the one that was sent back. Not achieved: one.
    assert [whole.of(one) for one in DECIDED] == [2, 1, 2, 1]
    assert [whole.of(Outcome.HELD_UP), whole.of(Outcome.AWAITING_REVIEW), whole.of(Outcome.BACKFILL)] == [1, 1, 1]
    assert whole.due == 8


def test_a_month_in_which_nothing_is_decided_has_no_rate(unit: Unit) -> None:
    make.task(unit, due=day(28))
    found = outcomes.by_month(Task.objects.all(), today=day(5))
    assert len(found) == 12
    assert {month.rate for month in found} == {None}


def test_tasks_are_handed_on_as_they_were(unit: Unit, liaison: Actor, office: Actor) -> None:
    lived(unit, liaison, office)
    then = as_they_were(Task.objects.all(), period=JUNE, as_of=day(9))
    places = Counter(one.standing.place for one in then)
    assert places[Place.AWAITING_REVIEW] == 5
    assert places[Place.CLOSED] == places[Place.NOT_ACHIEVED] == 0
    assert Task.objects.filter(state=State.CLOSED).count() == 3, "only what is in hand was changed"


def test_the_cause_of_lateness_is_what_the_unit_said_last(unit: Unit, liaison: Actor, office: Actor) -> None:
    helper = make.unit()
    silent, told, blocked, asked = [
        make.task(unit, helper, of=make.commitment(due=due), due=due) for due in (DUE, DUE, DUE, day(9))
    ]
    for text, on in (("资金未到位", at(6)), ("用地手续未批", at(8))):
        services.report_progress(task=told, unit=unit, kind=ProgressReport.Kind.PROGRESS, text=text, by=liaison, now=on)
    services.name_blocker(task=blocked, blocker=helper, note="数据未报", by=liaison, now=at(6))
    services.request_extension(
        task=asked, unit=unit, new_due=day(20), reason="重新招标", progress="已报", by=liaison, now=at(6)
    )
    found = {one.task_id: (one.cause, one.words) for one in outcomes.stated(Task.objects.all(), today=day(12))}
    assert found == {
        silent.pk: (Cause.UNSAID, ""),
        told.pk: (Cause.APPROVAL, "用地手续未批"),
        blocked.pk: (Cause.PART, "数据未报"),
        asked.pk: (Cause.TENDER, "重新招标"),
    }
    counts = outcomes.causes(Task.objects.all(), today=day(12))
    assert counts == Counter(cause for cause, _words in found.values())


def test_the_assessment_asks_no_more_the_more_there_is(unit: Unit, django_assert_max_num_queries: object) -> None:
    for number in range(30):
        make.task(unit, make.unit(), of=make.commitment(due=DUE + timedelta(days=number % 20)), due=DUE)
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        assert len(assess(Task.objects.all(), period=Period(day(1), END), as_of=END)) == 60
