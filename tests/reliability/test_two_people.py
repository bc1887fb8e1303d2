"""Two who do the same thing in the same moment: the second waits for the first and finds what it did."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests import factories as make
from tests.factories import NOW
from tests.reliability.together import at_once, one_waits_for_a_lock
from tests.waiting import wait_until
from tracker.audit.actors import Role, system
from tracker.audit.errors import Invalid, WrongState
from tracker.audit.models import AuditEntry
from tracker.audit.selectors import verify_chain
from tracker.commitments.models import Batch, BatchRow, Proposal
from tracker.commitments.services import exporting, many
from tracker.documents.models import Clause
from tracker.intake.services import deciding

pytestmark = [pytest.mark.reliability, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def several_writers() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")


def second_comes_during(
    monkeypatch: pytest.MonkeyPatch, where: Any, name: str, first: Callable[[], object], second: Callable[[], object]
) -> None:
    """Do `first`, and `second` while `first` is about to call `where.name`: until the second waits for the first."""
    real, there, waits = getattr(where, name), threading.Event(), threading.Event()

    def wrapped(*arguments: Any, **named: Any) -> Any:
        if not there.is_set():
            there.set()
            assert waits.wait(30)
        return real(*arguments, **named)

    monkeypatch.setattr(where, name, wrapped)

    def come() -> None:
        assert there.wait(30)
        second()

    def watch() -> None:
        wait_until(one_waits_for_a_lock, "the second waits for the first")
        waits.set()

    at_once(first, come, watch)


def test_two_duties_of_one_clause_that_is_not_on_record_yet_are_both_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    document, unit = make.document(), make.unit()
    document.gazette.text = "一\n各村于6月8日前设立普查工作组，于6月9日前报送名单\n三\n"
    document.gazette.save(update_fields=["text"])
    said: dict[str, Any] = {"document": document, "proposed_at": NOW, "proposed_by": "蔡村乡"}
    proposals = [Proposal.objects.create(title=title, **said) for title in ("设立普查工作组", "报送名单")]

    def accept(place: int, quote: str, phrase: str) -> Callable[[], object]:
        one = proposals[place]
        duty = deciding.DutyDraft(document, "四（三）", quote, one.title, (unit,), phrase=phrase)
        by = make.person(Role.SUPERVISION)
        return lambda: deciding.accept_proposal(proposal=one, duty=duty, by=by, now=NOW)

    first = accept(0, "各村于6月8日前设立普查工作组", "6月8日前")
    second = accept(1, "于6月9日前报送名单", "6月9日前")
    second_comes_during(monkeypatch, deciding, "register_commitments", first, second)
    assert set(Proposal.objects.values_list("state", flat=True)) == {Proposal.State.ACCEPTED}
    assert Clause.objects.get(document=document).label == "四（三）"
    assert verify_chain().whole


def test_two_clicks_for_the_last_file_of_the_hour_take_out_one(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.TRACKER_EXPORTS_PER_HOUR = 1
    by = make.person(Role.SUPERVISION)
    refused: list[Invalid] = []

    def click() -> None:
        try:
            exporting.take_out(filters="standing=all", rows=2, columns=[], by=by, now=NOW)
        except Invalid as error:
            refused.append(error)

    second_comes_during(monkeypatch, exporting, "record_many", click, click)
    assert AuditEntry.objects.filter(action=exporting.TAKEN_OUT).count() == 1
    assert len(refused) == 1


def test_a_stop_that_comes_while_the_rest_is_refused_finds_the_batch_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = make.unit()
    by = make.person(Role.LIAISON, unit)
    batch = many.plan_batch(action="acknowledge", tasks=[make.task(unit).pk for _ in range(3)], by=by, now=NOW)
    many.start_batch(batch=batch, by=by, now=NOW)

    def stop() -> None:
        with pytest.raises(WrongState):
            many.stop_batch(batch=Batch.objects.get(pk=batch.pk), by=by, now=NOW)

    def refuse() -> object:
        return many.refuse_rest(batch=batch, by=system("work"), now=NOW)

    second_comes_during(monkeypatch, many, "_end", refuse, stop)
    batch.refresh_from_db()
    assert batch.state == Batch.State.APPLIED
    assert set(batch.rows.values_list("outcome", flat=True)) == {BatchRow.Outcome.REFUSED}
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"commitments.batch_applied"}
