"""What must hold of the follow-up whatever happens to a task: no step twice, none skipped, none before its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.making import CHINA, RESEARCH
from tracker.rules import finding
from tracker.rules.civil import start_of_day
from tracker.rules.due import SILENT, Status, due_actions, entry_of, ladder, next_look, step_part
from tracker.rules.escalation import effective_day, faults, is_found_by_hand, is_proposal
from tracker.rules.extension import due_after_suspension, request_fault
from tracker.rules.followup import (
    ENDED,
    Action,
    Addressee,
    After,
    CountingUnit,
    DueAction,
    FollowUp,
    Kind,
    State,
    Step,
    Stop,
    Taken,
    TaskSnapshot,
)
from tracker.rules.simulate import Case, simulate
from tracker.rules.standing import Place, standing
from tracker.rules.transitions import Role, Verb, may, move
from tracker.rules.workdays import ONE_DAY

FIRST = date(2023, 4, 14)
LEADS = st.sampled_from([180, 90, 30, 7, 5, 3, 1, 0])
WHO = st.sampled_from([Addressee.LIAISON, Addressee.UNIT_HEAD])
DAYS = st.integers(0, 260).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def policies(draw: st.DrawFn, anchors: Sequence[After] = tuple(After), proposals: bool = True) -> tuple[Step, ...]:
    """Draw a sound policy: any anchors that make sense, informing steps and proposals mixed."""
    steps: list[Step] = []
    dated = 0
    for index in range(draw(st.integers(0, 5))):
        asked = any(step.asks_within for step in steps)
        after = draw(
            st.sampled_from(
                [one for one in anchors if one is After.DUE or (steps and one is not After.RECTIFICATION) or asked]
            )
        )
        proposes = proposals and draw(st.booleans())
        # A step that only speaks may need a person's finding too.
        found = proposals and not proposes and draw(st.booleans())
        offset = draw(st.integers(1, 8))
        if after is After.DUE:
            dated = offset = dated + draw(st.integers(0 if dated else 1, 6))
        steps.append(
            Step(
                key=f"s{index}",
                title=f"第{index + 1}步",
                action=Action.DRAFT_NOTICE if proposes else Action.NOTIFY,
                to=Addressee.UNIT_HEAD,
                offset=offset,
                unit=draw(st.sampled_from(CountingUnit)) if after is not After.DUE else CountingUnit.WORKDAY,
                after=after,
                notice="督促函" if proposes else "",
                asks_within=draw(st.integers(1, 10)) if proposes else None,
                needs_finding="无正当理由" if proposes or found else "",
                needs_signature=proposes,
                basis=RESEARCH,
            )
        )
    return tuple(steps)


@st.composite
def follow_ups(draw: st.DrawFn, steps: st.SearchStrategy[tuple[Step, ...]] = policies()) -> FollowUp:  # noqa: B008
    return FollowUp(
        policy="drawn",
        version=1,
        ahead=tuple(draw(st.lists(LEADS, max_size=5))),
        overdue=tuple(draw(st.lists(st.tuples(st.integers(1, 9), WHO), max_size=3))),
        steps=draw(steps),
    )


@st.composite
def stops(draw: st.DrawFn) -> tuple[Stop, ...]:
    """Draw spells in order, that do not overlap."""
    found, day = [], FIRST
    for _ in range(draw(st.integers(0, 3))):
        first = day + timedelta(days=draw(st.integers(1, 60)))
        day = first + timedelta(days=draw(st.integers(0, 30)))
        found.append(Stop(first, day))
    return tuple(found)


@st.composite
def tasks(draw: st.DrawFn) -> TaskSnapshot:
    due = draw(DAYS)
    return TaskSnapshot(
        id=1,
        state=draw(st.sampled_from([State.ASSIGNED, State.IN_PROGRESS])),
        due=due,
        opened_on=due + timedelta(days=draw(st.integers(-200, 30))),
        reported_on=draw(st.none() | DAYS),
        dated_on=draw(st.none() | DAYS),
        stopped=draw(stops()),
    )


def sweep(
    task: TaskSnapshot, follow_up: FollowUp, taken: dict[str, Taken], day: date, *, sign: bool = True
) -> list[DueAction]:
    """Ask what is due on a day and record it, as a sweep does."""
    actions = due_actions(task, follow_up, CHINA, taken, start_of_day(day))
    for action in actions:
        proposes = action.step is not None and is_proposal(action.step)
        taken[action.key] = Taken(day, day if sign or not proposes else None)
    return actions


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


@given(follow_ups())
def test_drawn_policies_are_sound(follow_up: FollowUp) -> None:
    assert faults(follow_up) == ()


@given(tasks(), follow_ups(), DAYS, st.integers(0, 200))
def test_a_later_now_never_removes_a_due_action(task: TaskSnapshot, follow_up: FollowUp, day: date, more: int) -> None:
    now = {action.key for action in due_actions(task, follow_up, CHINA, {}, start_of_day(day))}
    later = {action.key for action in due_actions(task, follow_up, CHINA, {}, start_of_day(day + timedelta(days=more)))}
    assert now <= later


@given(tasks(), follow_ups(), DAYS, st.booleans())
def test_adding_the_returned_keys_to_taken_empties_the_answer(
    task: TaskSnapshot, follow_up: FollowUp, day: date, sign: bool
) -> None:
    taken: dict[str, Taken] = {}
    sweep(task, follow_up, taken, day, sign=sign)
    assert due_actions(task, follow_up, CHINA, taken, start_of_day(day)) == []


@given(tasks(), follow_ups(policies(anchors=[After.DUE], proposals=False)))
def test_sweeping_daily_and_sweeping_once_at_the_end_record_the_same(task: TaskSnapshot, follow_up: FollowUp) -> None:
    daily: dict[str, Taken] = {}
    days = days_from(FIRST - timedelta(days=200), 600)
    told = [action for day in days for action in sweep(task, follow_up, daily, day)]
    once: dict[str, Taken] = {}
    caught_up = sweep(task, follow_up, once, days[-1])
    assert [action.key for action in told] == [action.key for action in caught_up]
    assert [action.due_on for action in told] == [action.due_on for action in caught_up]
    # Each addressee hears last what a daily sweep would have said last.
    for who in Addressee:
        spoken = [action.key for action in told if action.to is who and action.kind is Kind.REMINDER]
        heard = [a.key for a in caught_up if a.to is who and a.kind is Kind.REMINDER and not a.superseded]
        assert heard == spoken[-1:]


@given(tasks(), follow_ups())
def test_daily_sweeps_record_everything_on_its_own_day(task: TaskSnapshot, follow_up: FollowUp) -> None:
    taken: dict[str, Taken] = {}
    for day in days_from(FIRST - timedelta(days=200), 600):
        for action in sweep(task, follow_up, taken, day):
            assert action.due_on == day
            assert CHINA.is_workday(day)
            assert not action.late
            assert not action.superseded


@given(tasks(), follow_ups(), st.lists(st.integers(1, 60), max_size=12))
def test_however_seldom_it_is_swept_the_steps_come_in_order_and_are_all_taken(
    task: TaskSnapshot, follow_up: FollowUp, gaps: list[int]
) -> None:
    taken: dict[str, Taken] = {}
    day, told = FIRST, []
    for gap in [*gaps, *([40] * 25)]:
        day += timedelta(days=gap)
        actions = sweep(task, follow_up, taken, day)
        assert [action.due_on for action in actions] == sorted(action.due_on for action in actions)
        steps = [action.step for action in actions if action.step is not None]
        # Two rungs share a day only where both count from the due date.
        assert len(steps) < 2 or all(step.after is After.DUE for step in steps)
        assert sum(is_proposal(step) for step in steps) < 2
        told += [step_part(step) for step in steps]
    assert told == [step_part(step) for step in follow_up.steps]


@given(tasks(), follow_ups(), DAYS, st.integers(0, 30), st.booleans())
def test_next_look_foresees_every_action(
    task: TaskSnapshot, follow_up: FollowUp, day: date, unswept: int, sign: bool
) -> None:
    taken: dict[str, Taken] = {}
    sweep(task, follow_up, taken, day, sign=sign)
    now = start_of_day(day + timedelta(days=unswept))
    look = next_look(task, follow_up, CHINA, taken, now)
    for later in days_from(day, 400):
        if due_actions(task, follow_up, CHINA, taken, start_of_day(later)):
            assert look is not None
            assert look <= start_of_day(later)
            return
    assert look is None


@given(tasks(), follow_ups(), DAYS)
def test_ladder_foretells_what_happens_if_nobody_acts(task: TaskSnapshot, follow_up: FollowUp, day: date) -> None:
    taken: dict[str, Taken] = {}
    sweep(task, follow_up, taken, day, sign=False)
    rungs = ladder(task, follow_up, CHINA, taken, day)
    foretold = [(rung.on, rung.part) for rung in rungs if rung.status is Status.COMING]
    told = [
        (later, action.part)
        for later in days_from(day, 400)
        for action in sweep(task, follow_up, taken, later, sign=False)
    ]
    assert sorted(foretold) == sorted(told)
    days = [rung.on for rung in rungs if rung.on is not None and rung.kind is Kind.STEP]
    assert days == sorted(days)


@given(tasks(), follow_ups(), DAYS)
def test_simulation_tells_what_daily_sweeps_tell(task: TaskSnapshot, follow_up: FollowUp, last: date) -> None:
    first = FIRST - timedelta(days=230)
    taken: dict[str, Taken] = {}
    swept = [
        (day, [action.key for action in actions])
        for day in days_from(first, (last - first).days + 1)
        if (actions := sweep(task, follow_up, taken, day))
    ]
    played = simulate([Case(task, follow_up)], CHINA, first, last)
    assert [(day.on, [action.key for action in day.actions]) for day in played] == swept


# A life of a task: what people may do to it, in any order, with sweeps between.
EVENTS = st.sampled_from(
    [
        "report",
        "extend",
        "suspend",
        "resume",
        "apply",
        "rework",
        "accept",
        "reopen",
        "sign",
        "decline",
        "find",
        "find not",
        "rebase",
        "wait",
    ]
)


@dataclass
class Life:
    """Live one task through events and sweeps, and check each sweep against a slow, independent recount."""

    task: TaskSnapshot
    follow_up: FollowUp
    day: date
    taken: dict[str, Taken] = field(default_factory=dict)
    declined: set[str] = field(default_factory=set)
    climbed: dict[int, list[str]] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    carried_out: list[str] = field(default_factory=list)

    def happen(self, event: str) -> None:
        """Let an event happen today, if the table of moves allows it."""
        task = self.task
        match event:
            case "report" if may(Verb.REPORT, task.state, Role.LIAISON):
                self._go(Verb.REPORT, Role.LIAISON, reported_on=self.day)
            case "extend" if may(Verb.DECIDE_EXTENSION, task.state, Role.SUPERVISION):
                assert task.due is not None
                new = task.due + timedelta(days=12)
                if request_fault(task, new, self.day) is None:
                    self._go(Verb.DECIDE_EXTENSION, Role.SUPERVISION, **self._redated(new))
            case "suspend" if may(Verb.SUSPEND, task.state, Role.SUPERVISION):
                self._go(Verb.SUSPEND, Role.SUPERVISION, stopped=(*task.stopped, Stop(self.day, None)))
            case "resume" if may(Verb.RESUME, task.state, Role.SUPERVISION):
                assert task.due is not None
                new = due_after_suspension(task.due, task.stopped[-1].first, self.day, CHINA)
                self._go(Verb.RESUME, Role.SUPERVISION, stopped=self._running_again())
                if new != task.due:
                    self.task = replace(self.task, **self._redated(new))
            case "apply" if may(Verb.APPLY_TO_CLOSE, task.state, Role.LIAISON):
                stopped = (*task.stopped, Stop(self.day, None))
                self._go(Verb.APPLY_TO_CLOSE, Role.LIAISON, applied_on=self.day, stopped=stopped)
            case "rework" if may(Verb.RETURN_FOR_REWORK, task.state, Role.SUPERVISION):
                self._go(Verb.RETURN_FOR_REWORK, Role.SUPERVISION, stopped=self._running_again())
            case "accept" if may(Verb.ACCEPT, task.state, Role.SUPERVISION):
                self._go(Verb.ACCEPT, Role.SUPERVISION, closed_on=self.day)
            case "reopen" if may(Verb.REOPEN, task.state, Role.SUPERVISION):
                self._go(Verb.REOPEN, Role.SUPERVISION, closed_on=None, stopped=self._running_again())
            case "sign" | "decline":
                self._decide(event)
            case "find" | "find not":
                self._find(holds=event == "find")
            case "rebase" if may(Verb.REBASE, task.state, Role.SUPERVISION):
                self.follow_up = replace(self.follow_up, version=self.follow_up.version + 1, rebased_on=self.day)
            case _:
                pass

    def sweep(self) -> None:
        look = next_look(self.task, self.follow_up, CHINA, self.taken, start_of_day(self.day))
        actions = due_actions(self.task, self.follow_up, CHINA, self.taken, start_of_day(self.day))
        if self.task.state in SILENT:
            assert actions == []
        assert not actions or (look is not None and look <= start_of_day(self.day))
        for action in actions:
            assert action.key not in self.keys
            assert action.due_on <= self.day
            if action.step is not None:
                self._check_step(action)
            self.keys.append(action.key)
            proposes = action.step is not None and is_proposal(action.step)
            self.taken[action.key] = Taken(self.day, None if proposes else self.day)
        assert due_actions(self.task, self.follow_up, CHINA, self.taken, start_of_day(self.day)) == []
        self._check_standing()

    def _go(self, verb: Verb, role: Role, **changes: object) -> None:
        self.task = replace(self.task, state=move(verb, self.task.state, role), **changes)  # type: ignore[arg-type]

    def _redated(self, due: date) -> dict[str, object]:
        return {"due": due, "due_version": self.task.due_version + 1, "dated_on": self.day}

    def _running_again(self) -> tuple[Stop, ...]:
        *before, last = self.task.stopped
        return (*before, Stop(last.first, self.day))

    def _decide(self, event: str) -> None:
        """Sign or decline the oldest paper of the present date that waits."""
        for step in self.follow_up.steps:
            entry = entry_of(self.task, self.follow_up, step_part(step), self.taken)
            if entry is None or effective_day(step, entry) is not None or is_found_by_hand(step):
                continue
            key = next(one for one, found in self.taken.items() if found is entry)
            if key in self.declined:
                continue
            if event == "decline":
                self.declined.add(key)
            else:
                by = CHINA.add_workdays(self.day, step.asks_within or 7)
                self.taken[key] = replace(entry, effective_on=self.day, rectify_by=by)
            return

    def _find(self, *, holds: bool) -> None:
        """Find on the first step that asks for it, as the rules allow; nothing is found on a task at rest."""
        steps = finding.awaited(self.task, self.follow_up, self.taken)
        if self.task.state in SILENT:
            assert steps == ()
        for step in steps[:1]:
            assert is_found_by_hand(step)
            entry = entry_of(self.task, self.follow_up, step_part(step), self.taken)
            assert entry is not None and effective_day(step, entry) is None
            key = next(one for one, found in self.taken.items() if found is entry)
            told = finding.carried_out(self.task, key, step, self.day)
            self.taken[key] = finding.decided(entry, self.day, holds=holds)
            if holds:
                # Its addressee hears of it once, and not before it came due.
                assert told.key not in self.carried_out
                assert self.day >= entry.on
                self.carried_out.append(told.key)
            else:
                self.declined.add(key)
            assert step not in finding.awaited(self.task, self.follow_up, self.taken)
            assert finding.fault(self.task, self.follow_up, self.taken, step.key, holds=False) is not None

    def _check_step(self, action: DueAction) -> None:
        """Check order and time of a step: none twice, none skipped, none before its interval has run."""
        assert action.step is not None
        task, steps = self.task, self.follow_up.steps
        climbed = self.climbed.setdefault(task.due_version, [])
        index = len(climbed)
        assert action.step == steps[index]
        climbed.append(action.part)
        anchor = self._anchor(index)
        run = [
            day
            for day in days_from(anchor + ONE_DAY, (self.day - anchor).days)
            if not any(stop.resumed and stop.first <= day < stop.resumed for stop in task.stopped)
            and (action.step.unit is CountingUnit.DAY or CHINA.is_workday(day))
        ]
        assert len(run) >= action.step.offset
        if is_proposal(action.step):
            for earlier in steps[:index]:
                entry = entry_of(task, self.follow_up, step_part(earlier), self.taken)
                assert entry is not None
                assert effective_day(earlier, entry) is not None

    def _anchor(self, index: int) -> date:
        """Return the earliest day the step may count from."""
        task, step = self.task, self.follow_up.steps[index]
        assert task.due is not None
        if step.after is not After.DUE and index:
            for earlier in reversed(self.follow_up.steps[:index]):
                entry = entry_of(task, self.follow_up, step_part(earlier), self.taken)
                assert entry is not None
                if step.after is After.PREVIOUS or earlier.asks_within:
                    effective = effective_day(earlier, entry)
                    assert effective is not None
                    return effective if step.after is After.PREVIOUS else (entry.rectify_by or effective)
        return max(task.due, task.opened_on)

    def _check_standing(self) -> None:
        found = standing(self.task, self.day, CHINA)
        assert found.days_late >= found.workdays_late >= 0
        assert self.task.due is not None
        if found.place is Place.OVERDUE:
            assert self.day > self.task.due
        if found.days_left is not None:
            assert self.task.due >= self.day


@settings(max_examples=300)
@given(
    follow_ups(),
    st.integers(-3, 60),
    st.lists(st.tuples(EVENTS, st.integers(0, 9), st.booleans()), max_size=40),
)
def test_whatever_happens_no_step_comes_twice_none_is_skipped_and_none_before_its_time(
    follow_up: FollowUp, days_to_run: int, events: list[tuple[str, int, bool]]
) -> None:
    opened = date(2023, 6, 1)
    task = TaskSnapshot(id=1, state=State.ASSIGNED, due=opened + timedelta(days=days_to_run), opened_on=opened)
    life = Life(task, follow_up, opened)
    for event, gap, swept in events:
        life.happen(event)
        if swept:
            life.sweep()
        life.day += timedelta(days=gap)
    life.sweep()
    for _ in range(30):
        # Left alone, with every proposal signed or found, the ladder is climbed to its end, unless the task rests or ends.
        life.happen("sign")
        life.happen("find")
        life.day += timedelta(days=40)
        life.sweep()
    if life.task.state not in SILENT and not life.declined:
        assert life.climbed.get(life.task.due_version, []) == [step_part(step) for step in follow_up.steps]
    if life.task.state in ENDED:
        assert due_actions(life.task, life.follow_up, CHINA, {}, start_of_day(life.day)) == []
