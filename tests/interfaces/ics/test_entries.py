"""What one task looks like in a calendar, down to the byte."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import vobject
from django.test.utils import override_settings
from hypothesis import given
from hypothesis import strategies as st

from tests.interfaces.ics.reading import check_bytes, entries, parsed, unfolded
from tracker.commitments.models import Assignment, Commitment, Task
from tracker.documents.models import Clause, Document
from tracker.interfaces.ics import calendars, events
from tracker.org.models import Unit
from tracker.rules.followup import State

OPENED = datetime(2023, 5, 31, 8, 0, tzinfo=UTC)


def task(
    *,
    title: str = "设立普查领导小组及其办公室",
    kind: str = "once",
    lead: str = "稷峰镇人民政府",
    supports: tuple[str, ...] = (),
    **values: Any,
) -> Task:
    """Make a task that no database has seen: an entry depends on nothing else."""
    document = Document(number="稷政发〔2023〕7号")
    commitment = Commitment(document=document, clause=Clause(document=document, label="四（三）"), kind=kind)
    made = Task(
        pk=17,
        key="census-leading-groups/jifeng/",
        commitment=commitment,
        lead=Unit(name=lead),
        title=title,
        **{"state": State.ASSIGNED, "due": date(2023, 6, 2), "opened_at": OPENED, "changed_at": OPENED, **values},
    )
    parts = [Assignment(task=made, unit=made.lead, role="lead")]
    parts += [Assignment(task=made, unit=Unit(name=name), role="support") for name in supports]
    made._prefetched_objects_cache = {"assignments": parts}  # type: ignore[attr-defined]
    return made


def test_a_task_is_an_all_day_event_on_its_due_date_with_an_exclusive_end() -> None:
    text = unfolded(events.event(task()))
    assert "\r\nDTSTART;VALUE=DATE:20230602\r\n" in text
    assert "\r\nDTEND;VALUE=DATE:20230603\r\n" in text
    assert "TZID" not in text


def test_a_window_spans_its_days() -> None:
    window = task(kind="window", start=date(2023, 6, 1), due=date(2023, 6, 30))
    text = unfolded(events.event(window))
    assert "DTSTART;VALUE=DATE:20230601" in text and "DTEND;VALUE=DATE:20230701" in text


def test_the_start_of_a_recurring_duty_does_not_stretch_its_event() -> None:
    text = unfolded(events.event(task(kind="recurring", start=date(2023, 6, 1), due=date(2023, 6, 30))))
    assert "DTSTART;VALUE=DATE:20230630" in text


def test_the_uid_comes_from_the_key_and_a_fixed_domain_and_from_nothing_else() -> None:
    first = events.uid("census/jifeng/")
    assert first == events.uid("census/jifeng/") == "efcc5fc7-ad83-5ef4-a38d-07ebf4dd83bd@commitments.jishan.gov.cn"
    assert events.uid("census/huayu/") != first
    moved = task(title="另一个题目", due=date(2023, 7, 1), version=9)
    assert entries(calendars.one_off(events.event(moved)))[0]["uid"] == events.uid(moved.key)
    with override_settings(TRACKER_SITE_URL="https://another.example"):
        assert events.uid("census/jifeng/") == first


def test_the_stamps_are_the_rows_own_and_the_sequence_rises_with_the_version() -> None:
    changed = datetime(2023, 6, 5, 9, 30, 15, 123456, tzinfo=UTC)
    text = unfolded(events.event(task(version=4, changed_at=changed)))
    assert "\r\nDTSTAMP:20230605T093015Z\r\n" in text
    assert "\r\nLAST-MODIFIED:20230605T093015Z\r\n" in text
    assert "\r\nCREATED:20230531T080000Z\r\n" in text
    assert "\r\nSEQUENCE:3\r\n" in text


def test_an_entry_is_private_transparent_linked_and_invites_nobody() -> None:
    text = unfolded(events.event(task(supports=("县统计局", "县财政局"))))
    assert "\r\nTRANSP:TRANSPARENT\r\n" in text and "\r\nCLASS:PRIVATE\r\n" in text
    assert "\r\nURL:http://localhost:8000/tasks/17/\r\n" in text
    assert (
        "\r\nDESCRIPTION:依据：稷政发〔2023〕7号 四（三）\\n牵头：稷峰镇人民政府\\n配合：县统计局、县财政局\r\n" in text
    )
    assert "ATTENDEE" not in text and "ORGANIZER" not in text and "VALARM" not in text


def test_many_supporting_units_are_counted_after_the_twelfth() -> None:
    text = unfolded(events.event(task(supports=tuple(f"第{number}局" for number in range(1, 39)))))
    assert "、第12局 等38个单位" in text and "第13局" not in text


@pytest.mark.parametrize(
    ("state", "title", "status"),
    [
        (State.ASSIGNED, "设立普查领导小组及其办公室", "CONFIRMED"),
        (State.IN_PROGRESS, "设立普查领导小组及其办公室", "CONFIRMED"),
        (State.TO_CONFIRM, "[待核实]设立普查领导小组及其办公室", "CONFIRMED"),
        (State.AWAITING_REVIEW, "[待审核]设立普查领导小组及其办公室", "CONFIRMED"),
        (State.SUSPENDED, "[已中止]设立普查领导小组及其办公室", "CONFIRMED"),
        (State.CLOSED, "[已办结]设立普查领导小组及其办公室", "CONFIRMED"),
        (State.NOT_ACHIEVED, "[未完成办结]设立普查领导小组及其办公室", "CONFIRMED"),
        (State.WITHDRAWN, "[已撤销]设立普查领导小组及其办公室", "CANCELLED"),
    ],
)
def test_what_is_out_of_the_ordinary_is_said_before_the_title(state: State, title: str, status: str) -> None:
    text = unfolded(events.event(task(state=state)))
    assert f"\r\nSUMMARY:{title}\r\n" in text and f"\r\nSTATUS:{status}\r\n" in text


def test_a_provisional_date_is_tentative_and_says_why() -> None:
    text = unfolded(events.event(task(provisional=True)))
    assert "\r\nSTATUS:TENTATIVE\r\n" in text and "放假安排尚未公布" in text


def test_a_to_do_is_due_on_the_date_itself_and_says_how_far_it_is() -> None:
    text = unfolded(events.todo(task(state=State.IN_PROGRESS, percent=40)))
    assert "\r\nDUE;VALUE=DATE:20230602\r\n" in text and "DTSTART" not in text and "DTEND" not in text
    assert "\r\nSTATUS:IN-PROCESS\r\n" in text and "\r\nPERCENT-COMPLETE:40\r\n" in text
    assert "TRANSP" not in text


def test_a_closed_to_do_says_when_it_was_closed() -> None:
    closed = datetime(2023, 6, 3, 1, 0, tzinfo=UTC)
    text = unfolded(events.todo(task(state=State.CLOSED, closed_at=closed)))
    assert "\r\nSTATUS:COMPLETED\r\n" in text and "\r\nCOMPLETED:20230603T010000Z\r\n" in text


def test_the_to_do_of_a_window_starts_before_it_is_due() -> None:
    text = unfolded(events.todo(task(kind="window", start=date(2023, 6, 1), due=date(2023, 6, 30))))
    assert "\r\nDTSTART;VALUE=DATE:20230601\r\n" in text and "\r\nDUE;VALUE=DATE:20230630\r\n" in text


@pytest.mark.parametrize(
    ("start", "as_todo", "trigger"),
    [
        (None, False, "TRIGGER:-PT15H"),
        (date(2023, 5, 1), False, "TRIGGER;RELATED=END:-PT39H"),
        (None, True, "TRIGGER;RELATED=END:-PT15H"),
    ],
)
def test_an_alarm_rings_at_nine_on_the_day_before(start: date | None, as_todo: bool, trigger: str) -> None:
    made = task(kind="window" if start else "once", start=start)
    entry = events.todo(made) if as_todo else events.event(made)
    rings = calendars.one_off(events.with_alarm(entry, events.alarm(is_window=start is not None, as_todo=as_todo)))
    check_bytes(rings)
    component = entries(rings)[0]
    assert [inner.name for inner in component.subcomponents] == ["VALARM"]
    assert f"\r\n{trigger}\r\n" in unfolded(rings)
    assert vobject.readOne(rings.decode())


def test_a_task_without_a_date_has_no_entry() -> None:
    with pytest.raises(ValueError, match="without a date"):
        events.event(task(due=None))


def test_another_site_address_means_another_form() -> None:
    form = events.form()
    assert form == events.form() and len(form) == 8
    with override_settings(TRACKER_SITE_URL="https://another.example"):
        assert events.form() != form


# Words as a text may hold them: Chinese, emoji of several characters, what ends lines, what nobody sees.
words = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(
            '，；：、。《》〔〕（）年月日前底\r\n\t\x00\x0b\x1b\x85\u2028\u2029\ufeff\u3000,;:\\"👨‍👩‍👧🇨🇳é'
        ),
    ),
    min_size=1,
    max_size=200,
)


@given(title=words, lead=words, supports=st.lists(words, max_size=14), percent=st.none() | st.integers(0, 100))
def test_whatever_the_words_the_bytes_keep_the_rules(
    title: str, lead: str, supports: list[str], percent: int | None
) -> None:
    made = task(title=title, lead=lead, supports=tuple(supports), percent=percent)
    for write in (events.event, events.todo):
        data = calendars.one_off(write(made))
        check_bytes(data)
        (entry,) = entries(data)
        assert entry["summary"] == events.plain(title)
        assert entry["description"].split("\n")[1] == events.plain(f"牵头：{lead}")
        assert data == calendars.one_off(write(made))
        assert entry["uid"] == vobject.readOne(data.decode()).contents[entry.name.lower()][0].uid.value


@given(name=words)
def test_whatever_its_name_the_head_keeps_the_rules(name: str) -> None:
    data = calendars.feed_head(name=name, about=name) + calendars.FOOT
    check_bytes(data)
    assert parsed(data)["x-wr-calname"] == events.plain(name)
