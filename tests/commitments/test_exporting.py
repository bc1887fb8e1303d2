"""A long ledger is asked for, made once, as its asker, through crashes; fetched, and removed after some days."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pytest

from tests import factories as make
from tests.factories import NOW
from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, Refusal, WrongState
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Export
from tracker.commitments.services import exporting, making
from tracker.commitments.services.leasing import LEASE, take
from tracker.commitments.services.making import Written
from tracker.org.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.core]
State = Export.State
LAPSED = NOW + LEASE + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.TRACKER_EXPORT_DIR = tmp_path / "exports"
    return tmp_path / "exports"


@pytest.fixture
def office() -> Actor:
    return make.person(Role.SUPERVISION)


def asked(by: Actor, query: str = "standing=all") -> Export:
    return exporting.ask_export(query=query, said="全部", columns=["percent"], by=by, now=NOW)


def writer(during: Callable[[], object] = lambda: None) -> making.Write:
    def write(export: Export, *, by: Actor, now: datetime, to: IO[bytes], told: Callable[[int, int], None]) -> Written:
        told(0, 2)
        during()
        to.write(f"{by.name} {export.query}".encode())
        told(2, 2)
        return Written(2, "台账.xlsx")

    return write


def failing(error: Exception) -> making.Write:
    def fail() -> None:
        raise error

    return writer(fail)


def make_all(write: making.Write | None = None, at: datetime = NOW) -> dict[str, int]:
    counts = making.make_exports(write=write or writer(), now=NOW, real_now=at).counts()
    return {name: number for name, number in counts.items() if number}


def files(folder: Path) -> list[str]:
    return os.listdir(folder) if folder.exists() else []


def test_what_was_asked_for_is_found_by_the_next_ring_whatever_became_of_a_message(office: Actor) -> None:
    export = asked(office)
    assert make_all() == {"made": 1}
    export.refresh_from_db()
    assert (export.state, export.rows_done, export.rows_all, export.file_name) == (State.READY, 2, 2, "台账.xlsx")
    with export.file.open() as file:
        data = file.read()
    assert data == f"{office.name} standing=all".encode()
    assert export.size == len(data)
    entry = AuditEntry.objects.get(action=exporting.TAKEN_OUT)
    assert (entry.actor_id, entry.detail["rows"], entry.detail["columns"]) == (office.user_id, 2, ["percent"])
    assert make_all() == {}


def test_two_workers_do_not_make_the_same_file_twice(office: Actor, folder: Path) -> None:
    asked(office)
    second: list[dict[str, int]] = []
    assert make_all(writer(lambda: second.append(make_all()))) == {"made": 1}
    assert second == [{}]
    assert len(files(folder)) == 1
    assert AuditEntry.objects.filter(action=exporting.TAKEN_OUT).count() == 1


def test_a_worker_that_died_is_taken_over_from_the_beginning(office: Actor) -> None:
    export = asked(office)
    take(Export.objects.filter(pk=export.pk), real_now=NOW, state=State.MAKING, attempts=1, rows_done=1)
    assert make_all() == {}
    assert make_all(at=LAPSED) == {"made": 1}
    export.refresh_from_db()
    assert (export.state, export.attempts) == (State.READY, 2)


def test_a_file_that_kills_every_worker_is_given_up_with_a_sentence(office: Actor) -> None:
    export = asked(office)
    killed = {"state": State.MAKING, "attempts": making.MOST_ATTEMPTS}
    take(Export.objects.filter(pk=export.pk), real_now=NOW, **killed)
    assert make_all(at=LAPSED) == {"refused": 1}
    export.refresh_from_db()
    assert export.state == State.FAILED and "三次生成均未完成" in export.why


def test_what_fails_is_tried_three_times_and_leaves_no_file(office: Actor, folder: Path) -> None:
    export = asked(office)
    write = failing(OSError("no space left"))
    assert [make_all(write) for _ in range(4)] == [{"put_off": 1}, {"put_off": 1}, {"given_up": 1}, {}]
    export.refresh_from_db()
    assert export.state == State.FAILED and "三次生成均失败" in export.why
    assert files(folder) == []


def test_one_file_that_fails_does_not_stop_the_next(office: Actor) -> None:
    asked(office, "a=1")
    asked(office, "b=2")

    def write(export: Export, **given: Any) -> Written:
        if export.query == "a=1":
            raise RuntimeError("broken")
        return writer()(export, **given)

    assert make_all(write) == {"put_off": 1, "made": 1}


def test_a_refusal_is_told_in_its_own_words_at_once(office: Actor) -> None:
    export = asked(office)
    assert make_all(failing(Refusal("请缩小范围。"))) == {"refused": 1}
    export.refresh_from_db()
    assert (export.state, export.why, export.ended_at) == (State.FAILED, "请缩小范围。", NOW)


def test_nothing_is_made_for_an_account_that_was_disabled_meanwhile(office: Actor, folder: Path) -> None:
    export = asked(office)
    User.objects.filter(pk=office.user_id).update(is_active=False)
    assert make_all() == {"refused": 1}
    export.refresh_from_db()
    assert export.state == State.FAILED and "账号已停用" in export.why
    assert files(folder) == []


def test_what_is_cancelled_while_it_is_written_stops_and_leaves_nothing(office: Actor, folder: Path) -> None:
    export = asked(office)
    assert make_all(writer(lambda: exporting.cancel_export(export=export, by=office, now=NOW))) == {"stopped": 1}
    export.refresh_from_db()
    assert (export.state, export.file.name) == (State.CANCELLED, "")
    assert files(folder) == []
    assert not AuditEntry.objects.filter(action=exporting.TAKEN_OUT).exists()
    with pytest.raises(WrongState):
        exporting.cancel_export(export=export, by=office, now=NOW)


def test_nobody_else_cancels_it(office: Actor) -> None:
    with pytest.raises(NotPermitted):
        exporting.cancel_export(export=asked(office), by=make.person(Role.SUPERVISION), now=NOW)


def test_the_same_wish_twice_is_one_and_few_are_under_way_at_a_time(office: Actor) -> None:
    assert asked(office).pk == asked(office).pk
    for place in range(exporting.MOST_OPEN - 1):
        asked(office, f"unit={place}")
    with pytest.raises(Invalid, match="正在生成"):
        asked(office, "unit=more")
    assert asked(make.person(Role.SUPERVISION), "unit=more").state == State.WAITING


def test_what_is_under_way_counts_towards_the_hour(office: Actor, settings: Any) -> None:
    settings.TRACKER_EXPORTS_PER_HOUR = 1
    asked(office)
    with pytest.raises(Invalid, match="一小时"):
        asked(office, "unit=a")
    with pytest.raises(Invalid):
        exporting.may_export(by=office, now=NOW)


def test_a_short_list_whose_hour_filled_up_while_it_was_written_does_not_go_out(office: Actor, settings: Any) -> None:
    settings.TRACKER_EXPORTS_PER_HOUR = 1
    for _click in range(2):
        exporting.may_export(by=office, now=NOW)
    list_of = {"filters": "", "rows": 2, "columns": [], "by": office, "now": NOW}
    exporting.take_out(**list_of)
    with pytest.raises(Invalid, match="一小时"):
        exporting.take_out(**list_of)
    assert AuditEntry.objects.filter(action=exporting.TAKEN_OUT).count() == 1


def test_files_are_removed_after_their_days_and_the_record_later(office: Actor, folder: Path, settings: Any) -> None:
    export = asked(office)
    make_all()
    last = NOW + timedelta(days=settings.TRACKER_EXPORT_DAYS)
    assert exporting.forget_exports(now=last, real_now=NOW) == 0
    assert exporting.forget_exports(now=last + timedelta(seconds=1), real_now=NOW) == 1
    export.refresh_from_db()
    assert (export.state, export.file.name, files(folder)) == (State.REMOVED, "", [])
    exporting.forget_exports(now=NOW + exporting.KEEP_ROWS + timedelta(days=1), real_now=NOW)
    assert not Export.objects.exists()


def test_a_file_left_by_a_process_that_ended_is_removed_after_a_day(office: Actor, folder: Path) -> None:
    asked(office)
    make_all()
    (known,) = files(folder)
    orphan = folder / "9-lost.xlsx"
    orphan.write_bytes(b"x")
    for name in (orphan, folder / known):
        os.utime(name, (NOW.timestamp(), NOW.timestamp()))
    assert exporting.forget_exports(now=NOW, real_now=NOW + timedelta(hours=23)) == 0
    assert exporting.forget_exports(now=NOW, real_now=NOW + timedelta(hours=25)) == 1
    assert files(folder) == [known]
